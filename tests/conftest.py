"""Fixtures for every test: the folder of real records."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real records, `HINOMI_SHARED_DATA` or ../shared/data."""
    folder = Path(os.environ.get("HINOMI_SHARED_DATA", ROOT / "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"REAL RECORDS MISSING: {folder} is not there; set HINOMI_SHARED_DATA")
    return folder
