"""Municipal areas: MLIT national land numerical information N03 (行政区域)."""
