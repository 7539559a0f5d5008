"""The compose file, its image and its proxy: as far as can be checked without an engine."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from core.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    return found


def test_it_fits_the_compose_schema(compose: dict[str, Any], schema: dict[str, Any]) -> None:
    jsonschema.validators.validator_for(schema).check_schema(schema)
    jsonschema.validate(compose, schema)


def test_the_schema_refuses_a_mistake(compose: dict[str, Any], schema: dict[str, Any]) -> None:
    services = {**compose["services"], "web": {**compose["services"]["web"], "port": ["80"]}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**compose, "services": services}, schema)


def test_every_part_of_hinomi_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"database", "migrate", "web", "worker", "proxy"} <= set(services)
    for name, service in services.items():
        for wanted, how in service.get("depends_on", {}).items():
            assert wanted in services, name
            healthy = how["condition"] != "service_healthy" or "healthcheck" in services[wanted]
            assert healthy, f"{name} waits for the health of {wanted}, which is not checked"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith((".", "$")) or source in compose["volumes"]


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    open_ones = [name for name, service in compose["services"].items() if "ports" in service]
    assert open_ones == ["proxy"]
    assert compose["services"]["database"]["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True


def test_no_secret_stands_in_the_files() -> None:
    for path in [DOCKER / "compose.yaml", *DOCKER.glob("*.example")]:
        for value in re.findall(r"(?i)password[=:]\s*(\S+)", path.read_text(encoding="utf-8")):
            assert value == "CHANGE_ME"
    ignored = (DOCKER / ".gitignore").read_text(encoding="utf-8").split()
    assert {"hinomi.env", "database.env"} <= set(ignored)


def test_the_example_settings_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DOCKER / "hinomi.env.example").read_text(encoding="utf-8")
    pairs = [line.split("=", 1) for line in text.splitlines() if re.match(r"[A-Z]", line)]
    for name, value in pairs:
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.database.url is not None
    assert settings.database.owner_url is not None
    assert settings.web.secure_cookies
    assert settings.web.trusted_proxies == ("172.16.0.0/12",)


def test_the_image_installs_by_hash_and_runs_without_rights() -> None:
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.lock" in text
    stages = re.findall(r"^FROM \S+ AS (\w+)$", text, re.MULTILINE)
    assert len(stages) == 2
    assert re.search(r"^USER hinomi$", text.split(f"AS {stages[1]}")[1], re.MULTILINE)
    for source in re.findall(r"^COPY ([a-z]+) \1$", text, re.MULTILINE):
        assert (ROOT / source).is_dir()
        assert f"!{source}" in (DOCKER / "Dockerfile.dockerignore").read_text().split()


def test_the_proxy_does_not_hold_back_the_live_line() -> None:
    text = (DOCKER / "proxy/nginx.conf").read_text(encoding="utf-8")
    live = text.split("location = /api/live")[1].split("}")[0]
    assert "proxy_buffering off" in live
    assert "X-Forwarded-For $remote_addr" in text
    assert text.count("{") == text.count("}")


def test_nginx_reads_the_configuration(tmp_path: Path) -> None:
    directives = (DOCKER / "proxy/nginx.conf").read_text(encoding="utf-8")
    bare = re.sub(r"#.*", "", directives)
    unended = [
        line for line in bare.splitlines() if line.strip() and line.rstrip()[-1] not in ";{}"
    ]
    assert not unended
    if shutil.which("nginx") is None:
        return  # its own check is taken where it happens to be installed
    tls = tmp_path / "tls"
    tls.mkdir()
    key = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
           "-nodes", "-days", "1", "-subj", "/CN=hinomi", "-keyout", tls / "key.pem",
           "-out", tls / "cert.pem"]  # fmt: skip
    subprocess.run(key, check=True, capture_output=True)
    text = (DOCKER / "proxy/nginx.conf").read_text(encoding="utf-8")
    text = text.replace("/etc/nginx/tls", str(tls)).replace("/var/run", str(tmp_path))
    text = text.replace("/var/cache/nginx", str(tmp_path)).replace("  http2 on;\n", "")
    path = tmp_path / "nginx.conf"
    path.write_text(text, encoding="utf-8")
    command = ["nginx", "-t", "-q", "-c", path, "-e", tmp_path / "error.log"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
