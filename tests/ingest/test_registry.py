"""Sources are found by their folder; a wrong manifest is one sentence."""

from pathlib import Path

import pytest

from core.errors import NotFoundError
from ingest import registry
from ingest.registry import ManifestError, read_manifest

ALL = {
    "boundaries", "jma_amedas", "jma_xml", "power_hokuriku", "river_levels", "road_network",
    "road_restrictions", "shelter_register", "shelter_status",
}  # fmt: skip
GOOD = """
name = "x_river"
title = "川"
title_en = "River"
short = "水位"
owner = "架空県"
licence = "CC BY 4.0"
credit = "出典：架空県"
enabled = true
base_address = "https://river.example/"
interval_s = 60
late_after_s = 120
silent_after_s = 300
produces = ["station", "observation"]
"""


def write(folder: Path, content: str, name: str = "x_river") -> Path:
    path = folder / name / "manifest.toml"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    return path


def test_every_source_is_found_and_whole() -> None:
    found = registry.sources()
    assert set(found) >= ALL
    for name, source in found.items():
        assert source.name == name
        assert (registry.FOLDER / name / "client.py").exists()
        assert (registry.FOLDER / name / "parse.py").exists()
        assert source.manifest.late_after_s < source.manifest.silent_after_s


def test_who_needs_a_permission_is_off_at_first() -> None:
    asking = [s for s in registry.sources().values() if s.manifest.permission]
    assert asking
    assert not any(source.manifest.enabled for source in asking)


def test_an_unknown_source_names_those_there_are() -> None:
    with pytest.raises(NotFoundError, match="jma_amedas"):
        registry.source("weather")


def test_a_good_manifest(tmp_path: Path) -> None:
    assert read_manifest(write(tmp_path, GOOD)).short == "水位"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("interval_s = 60", "interval_s = 1", "interval_s"),
        ('title = "川"', "", "title"),
        ("enabled = true", 'enabled = true\npermission = "許諾"', "切"),
        ("https://river.example/", "not an address", "base_address"),
        ("enabled = true", "enabled = true\nextra = 1", "extra"),
        ('"x_river"', '"y_river"', "フォルダー名"),
        ("[", "[[", "TOML"),
    ],
)
def test_a_wrong_manifest_names_its_file_and_field(
    tmp_path: Path, old: str, new: str, word: str
) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ManifestError, match=word) as caught:
        read_manifest(path)
    assert "x_river/manifest.toml" in caught.value.message


def test_a_manifest_in_another_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.write_bytes(GOOD.encode("cp932"))
    with pytest.raises(ManifestError, match="TOML"):
        read_manifest(path)
