"""The operators’ screens: Dash on FastAPI, dash-leaflet, Japanese with an English switch."""
