"""Every table; each names its one writer package in its docstring."""

from core.db.schema import accounts, incident, observed, reported, roads, shelters, system

__all__ = ["accounts", "incident", "observed", "reported", "roads", "shelters", "system"]
