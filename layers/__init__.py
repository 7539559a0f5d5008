"""PostGIS and rasters into what is drawn or analysed: definitions, tiles, frames, freshness."""
