"""Warnings of the Japan Meteorological Agency as disaster-prevention XML (防災情報XML)."""
