"""Initialise: looks at a user's files and writes the settings of a new workspace."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopkeeper.errors import SettingsError, StorageError
from shopkeeper.jobs.profile import Profile, profile
from shopkeeper.settings import SETTINGS_FILE, load_settings
from shopkeeper.sources import LINKED

# What a known kind of source tells of the shop without being asked.
KNOWN_SHOPS: Mapping[str, Mapping[str, str]] = {
    "online_retail": {"name": "Online Retail", "currency": "GBP", "time_zone": "Europe/London"},
    "thelook": {"name": "TheLook", "currency": "USD", "time_zone": "UTC"},
    "olist": {"name": "Olist", "currency": "BRL", "time_zone": "America/Sao_Paulo"},
    "shopping_malls": {
        "name": "Istanbul malls",
        "currency": "TRY",
        "time_zone": "Europe/Istanbul",
    },
}
HEADING = """\
# Settings of this shop. What is left out has its default or is recognised from the files:
# `shopkeeper settings --origin` shows every value, `shopkeeper profile FILE` what was recognised.
"""


@dataclass(frozen=True, slots=True)
class InitialiseReport:
    """What was recognised and written."""

    settings_file: str
    kind: str
    columns: tuple[tuple[str, str], ...]


def initialise(folder: Path, data: Path) -> InitialiseReport:
    """Writes `shopkeeper.toml` for the files of a user.

    Args:
        folder: The workspace to make.
        data: An order file, or a folder of them.

    Raises:
        SettingsError: The folder has settings already.
        SourceError: The file cannot be read or understood.
    """
    file = folder / SETTINGS_FILE
    if file.exists():
        raise SettingsError(
            f"`{file}` exists already.", "edit it, or name another folder with `--folder`"
        )
    found = profile(data, folder)
    shop = KNOWN_SHOPS.get(found.kind, {"name": _title(data)})
    if found.currency:
        shop = {"currency": found.currency, **shop}
    is_linked = found.kind in {linked.kind for linked in LINKED}
    # Raw tables are named after the source: `raw_olist_payments`.
    name = found.kind if is_linked else "orders"
    source = {"name": name, "kind": found.kind, "path": _relative(data, folder)}
    # The columns of linked files are known, and nobody need correct them.
    write_settings(folder, shop=shop, source=source, found=None if is_linked else found)
    columns = tuple((c.name, c.term) for c in found.columns if c.term)
    return InitialiseReport(str(file), found.kind, columns)


def ensure_source(folder: Path, data: Path) -> str | None:
    """Makes the workspace for `data` if there is none; gives the written file, or None.

    Raises:
        SettingsError: The workspace reads other files.
    """
    if not (folder / SETTINGS_FILE).exists():
        return initialise(folder, data).settings_file
    settings = load_settings(folder).settings
    wanted = data.resolve()
    for source in settings.sources:
        if (folder / source.path).resolve() == wanted:
            return None
    read = ", ".join(f"`{source.path}`" for source in settings.sources)
    raise SettingsError(
        f"The workspace `{folder.resolve().name}` reads {read or 'no file'}, not `{data}`.",
        f"name another folder with `--folder`, add the file to `{folder / SETTINGS_FILE}`, "
        "or remove that file to start anew",
    )


def write_settings(
    folder: Path,
    *,
    shop: Mapping[str, str],
    source: Mapping[str, str],
    beside: Sequence[Mapping[str, str]] = (),
    experiments: Sequence[Mapping[str, object]] = (),
    found: Profile | None = None,
) -> None:
    """Writes a settings file; what was recognised stands in it as comments.

    Args:
        folder: The workspace.
        shop: Settings of the shop.
        source: Its first source.
        beside: Further sources.
        experiments: Tests that the report is to tell of.
        found: What was recognised of the first source, if it may be corrected.

    Raises:
        StorageError: The folder cannot be written.
    """
    lines = [HEADING, "[shop]", *(_assignment(k, v) for k, v in shop.items())]
    for one in (source, *beside):
        lines += ["", "[[sources]]", *(_assignment(key, value) for key, value in one.items())]
    for test in experiments:
        lines += ["", "[[experiments]]", *(_assignment(key, value) for key, value in test.items())]
    if found is not None:
        lines += ["", "# Recognised; take the # away to correct a line.", "# [sources.columns]"]
        lines += [f"# {_assignment(c.term, c.name)}" for c in found.columns if c.term]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{SETTINGS_FILE}.partial"
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
        partial.replace(folder / SETTINGS_FILE)
    except OSError as error:
        raise StorageError(
            f"`{folder}` cannot be written: {error.strerror}.",
            "name a folder you may write to with `--folder`",
        ) from error


def _assignment(key: str, value: Any) -> str:
    """Gives a line of TOML with a text, or a list of texts, as its value."""
    if isinstance(value, list):
        return f"{key} = [{', '.join(_quoted(item) for item in value)}]"
    return f"{key} = {_quoted(value)}"


def _quoted(value: Any) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    escaped = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return f'"{escaped}"'


def _title(data: Path) -> str:
    stem = data.name.split(".")[0].replace("_", " ").replace("-", " ").strip()
    return stem.capitalize() or "My shop"


def _relative(data: Path, folder: Path) -> str:
    return os.path.relpath(data.resolve(), folder.resolve())
