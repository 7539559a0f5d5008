"""Frozen settings, one class per concern, read from the environment and built once in `server`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnparsableError

from core.errors import InvalidError

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(InvalidError):
    """A setting is wrong."""


class DatabaseSettings(BaseSettings):
    """Where PostGIS is (HINOMI_DATABASE_…)."""

    model_config = SettingsConfigDict(env_prefix="HINOMI_DATABASE_", frozen=True)

    url: str | None = None
    """`postgresql://…` of your own cluster; empty: the private one under `var/`."""
    owner_url: str | None = None
    """The same database as its owner, for migrations alone; empty: `url`."""
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,50}$")] = "hinomi"
    """Database in the private cluster; a drill uses one of its own."""
    pool_size: Annotated[int, Field(ge=1, le=50)] = 5
    """Connections of one process; web + worker copies × this must stay below max_connections."""
    statement_timeout_s: Annotated[int, Field(ge=1, le=600)] = 30


class StorageSettings(BaseSettings):
    """Where files lie (HINOMI_STORAGE_…)."""

    model_config = SettingsConfigDict(env_prefix="HINOMI_STORAGE_", frozen=True)

    folder: Path = ROOT / "var" / "storage"
    min_free_mb: Annotated[int, Field(ge=0)] = 500
    """Below this the archive keeps only small payloads and says so."""
    small_payload_kb: Annotated[int, Field(ge=1)] = 256


class WebSettings(BaseSettings):
    """The operators' web server (HINOMI_WEB_…)."""

    model_config = SettingsConfigDict(env_prefix="HINOMI_WEB_", frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8050
    secure_cookies: bool = False
    """True behind HTTPS: cookies are then sent over TLS alone."""
    wall_networks: tuple[str, ...] = ()
    """CIDR networks from which /wall opens without a device token."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For is believed."""
    session_hours: Annotated[int, Field(ge=1, le=72)] = 12
    login_tries: Annotated[int, Field(ge=3, le=20)] = 5
    lockout_minutes: Annotated[int, Field(ge=1, le=1440)] = 15


class MapSettings(BaseSettings):
    """Base maps (HINOMI_MAP_…)."""

    model_config = SettingsConfigDict(env_prefix="HINOMI_MAP_", frozen=True)

    base: Literal["auto", "builtin", "gsi"] = "auto"
    """auto: GSI tiles when the browser can reach them, else the built-in map; the demo on the
    island sets builtin."""
    relief: Path | None = None
    """COG of the built-in relief; a drill sets its island's."""


class IngestSettings(BaseSettings):
    """How Hinomi listens (HINOMI_INGEST_…)."""

    model_config = SettingsConfigDict(env_prefix="HINOMI_INGEST_", frozen=True)

    feeds: str | None = None
    """Base address of a simulated outside world; then every source is asked below it."""
    host_requests_per_minute: Annotated[int, Field(ge=1, le=6000)] = 60
    user_agent: str = "Hinomi/0.1 (disaster operations; contact: see manifest of the installation)"


class DrillSettings(BaseSettings):
    """The simulated outside world (HINOMI_DRILL_…)."""

    model_config = SettingsConfigDict(env_prefix="HINOMI_DRILL_", frozen=True)

    active: bool = False
    """True in a drill or a recording: a database of its own, the world clock, 訓練 everywhere."""
    folder: Path = ROOT / "var" / "drill"
    seed: int = 20260703
    scale: Annotated[float, Field(ge=0.02, le=12)] = 1.0


class Settings(BaseSettings):
    """All settings of one process."""

    model_config = SettingsConfigDict(frozen=True)

    database: DatabaseSettings
    storage: StorageSettings
    web: WebSettings
    map: MapSettings
    ingest: IngestSettings
    drill: DrillSettings


def load_settings() -> Settings:
    """Read every setting from the environment.

    Raises
    ------
    SettingsError
        One sentence that names the variable that is wrong.
    """
    parts: dict[str, BaseSettings] = {}
    for name, kind in (
        ("database", DatabaseSettings), ("storage", StorageSettings), ("web", WebSettings),
        ("map", MapSettings), ("ingest", IngestSettings), ("drill", DrillSettings),
    ):  # fmt: skip
        try:
            parts[name] = kind()
        except ValidationError as error:
            first = error.errors()[0]
            variable = f"{kind.model_config.get('env_prefix', '')}{str(first['loc'][0]).upper()}"
            message = (
                f"設定 {variable} が正しくありません: {first['msg']}（値: {first['input']!r}）"
            )
            raise SettingsError(message) from error
        except UnparsableError as error:
            # A list that is not JSON is refused before any field is looked at.
            field = next((f for f in kind.model_fields if f'"{f}"' in str(error)), "")
            variable = f"{kind.model_config.get('env_prefix', '')}{field.upper()}"
            message = f'設定 {variable} が正しくありません: ["a", "b"] の形（JSON）で書いてください'
            raise SettingsError(message) from error
    return Settings.model_validate(parts)
