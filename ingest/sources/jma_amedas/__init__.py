"""Rain and weather of the Japan Meteorological Agency's stations (アメダス)."""
