"""Water levels of crisis-management river gauges (危機管理型水位計, 川の水位情報)."""
