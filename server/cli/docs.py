"""`hinomi docs`: writes the pages of `docs/` that are made from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pydantic_settings import BaseSettings

from core import settings as settings_module
from core.settings import ROOT, Settings
from ingest import registry
from layers.catalog import load_catalog
from server.cli.main import cli

FOLDER = ROOT / "docs"
PACKAGES = ("core", "ingest", "layers", "evac", "drill", "dashboard", "server")
MADE = "<!-- Made by `hinomi docs`; edit what it is made from instead. -->"


@click.command("docs")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a page is out of date.")
def command(check: bool) -> None:
    """Write the generated pages of docs/ anew."""
    stale = []
    for name, text in pages().items():
        path = FOLDER / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    click.echo(f"{'stale' if check else 'written'}: {', '.join(stale) or 'none'}")
    if check and stale:
        raise SystemExit(1)


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    made = {
        "code.md": code_page(),
        "sources.md": sources_page(),
        "layers.md": layers_page(),
        "settings.md": settings_page(),
        "cli.md": cli_page(),
    }
    return {name: f"{MADE}\n{text.rstrip()}\n" for name, text in made.items()}


def sentence(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def cell(value: object) -> str:
    """Return a value as it may stand in a table."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines)


# ── the tree ────────────────────────────────────────────────────────────────────────────────────


def _tree(folder: Path, depth: int) -> Iterator[str]:
    entries = sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name))
    for path in entries:
        if path.name in {"__pycache__", "node_modules"} or path.name.startswith("."):
            continue
        indent = "  " * depth
        if path.is_dir() and any(path.rglob("*.py")):
            yield f"{indent}- `{path.name}/`{_said(path / '__init__.py')}"
            if path.name != "versions":
                yield from _tree(path, depth + 1)
        elif path.suffix == ".py" and path.name != "__init__.py":
            yield f"{indent}- `{path.name}`{_said(path)}"


def _said(path: Path) -> str:
    if not path.is_file():
        return ""
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return f" — {sentence(doc)}" if doc else ""


def code_page() -> str:
    """Return the tree of packages, each module with its own first sentence."""
    lines = [
        "# The code",
        "",
        "Imports point down only: `server → dashboard → evac → layers | ingest | drill → core`.",
        "Tests stand in `tests/`, at the mirrored place of each module.",
    ]
    for package in PACKAGES:
        folder = ROOT / package
        lines += ["", f"## {package}", "", sentence(_said(folder / "__init__.py"))[2:], ""]
        lines += _tree(folder, 0)
    return "\n".join(lines)


# ── sources and layers ──────────────────────────────────────────────────────────────────────────


def _duration(seconds: int | None) -> str:
    if seconds is None:
        return "–"
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def sources_page() -> str:
    """Return every source with its owner, licence, permission and times."""
    lines = [
        "# Sources",
        "",
        "One folder each in `ingest/sources/`; all of this stands in its `manifest.toml`.",
        "A source that needs a permission is off until somebody with the right switches it on.",
    ]
    for source in registry.sources().values():
        m = source.manifest
        lines += ["", f"## {m.name} — {m.title}", "", f"{m.title_en}.", ""]
        rows: list[tuple[object, ...]] = [
            ("owner", m.owner), ("licence", m.licence), ("credit", m.credit),
            ("permission", m.permission or "none needed"),
            ("at first", "on" if m.enabled else "off"), ("address", m.base_address),
            ("asked every", _duration(m.interval_s)), ("late after", _duration(m.late_after_s)),
            ("silent after", _duration(m.silent_after_s)),
            ("a station is silent after", _duration(m.station_silent_after_s)),
            ("largest payload", f"{m.max_payload_bytes:,} bytes"),
            ("records", ", ".join(m.produces)), ("files by hand", ", ".join(m.files)),
        ]  # fmt: skip
        lines.append(table(("", ""), rows))
    return "\n".join(lines)


def layers_page() -> str:
    """Return every layer with what it is made of and what residents may see of it."""
    lines = [
        "# Layers",
        "",
        "One file each in `layers/definitions/`, drawn in this order, lowest first.",
    ]
    for layer in load_catalog():
        lines += ["", f"## {layer.id} — {layer.title}", "", f"{layer.title_en}.", ""]
        rows: list[tuple[object, ...]] = [
            ("kind", layer.kind), ("geometry", layer.geometry),
            ("tables", ", ".join(layer.tables) or "–"), ("age by", layer.staleness),
            ("past", layer.history), ("zooms", f"{layer.zooms.min}-{layer.zooms.max}"),
            ("attribution", layer.attribution), ("columns", ", ".join(layer.columns) or "–"),
            ("public", ", ".join(layer.public) or "–"),
        ]  # fmt: skip
        lines.append(table(("", ""), rows))
    return "\n".join(lines)


# ── settings ────────────────────────────────────────────────────────────────────────────────────


def _field_docs() -> dict[tuple[str, str], str]:
    """Return the text under each field of each settings class."""
    tree = ast.parse(Path(settings_module.__file__).read_text(encoding="utf-8"))
    found = {}
    for kind in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for field, after in zip(kind.body, kind.body[1:], strict=False):
            if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
                continue
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                found[kind.name, field.target.id] = sentence(str(after.value.value))
    return found


def _default(value: Any) -> str:  # noqa: ANN401 - any default
    if value is None:
        return "–"
    if isinstance(value, Path) and value.is_relative_to(ROOT):
        return f"`{value.relative_to(ROOT)}`"
    return f"`{value}`"


def settings_page() -> str:
    """Return every variable with its default and meaning."""
    docs = _field_docs()
    lines = [
        "# Settings",
        "",
        "Environment variables, read once at the start. A wrong one ends the command with one",
        "sentence that names it. Lists are JSON: `HINOMI_WEB_WALL_NETWORKS='[\"192.0.2.0/24\"]'`.",
    ]
    for part in Settings.model_fields.values():
        kind = part.annotation
        if not (isinstance(kind, type) and issubclass(kind, BaseSettings)):
            continue
        prefix = str(kind.model_config.get("env_prefix", ""))
        lines += ["", f"## {sentence(kind.__doc__)}", ""]
        rows: list[tuple[object, ...]] = [
            (
                f"`{prefix}{name.upper()}`",
                _default(field.default),
                docs.get((kind.__name__, name), ""),
            )
            for name, field in kind.model_fields.items()
        ]
        lines.append(table(("variable", "default", "meaning"), rows))
    return "\n".join(lines)


# ── commands ────────────────────────────────────────────────────────────────────────────────────


def _commands(command: click.Command, context: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from _commands(found, click.Context(found, context, info_name=name))
        return
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"\n## {context.command_path}\n\n`{context.command_path} {usage}`\n\n"
    yield f"{sentence(command.help)}\n"
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts:
            yield f"\n- `{', '.join(parameter.opts)}` {parameter.help or ''}".rstrip()
    yield "\n"


def cli_page() -> str:
    """Return every command with its options."""
    context = click.Context(cli, info_name="hinomi")
    head = "# Commands\n\nRun `.venv/bin/hinomi`; `--help` stands on every one of them.\n"
    return head + "".join(_commands(cli, context))
