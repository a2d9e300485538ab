"""Doctor: looks at the machine and the workspace and says what is wrong, before a run does."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from shopkeeper.errors import ShopkeeperError
from shopkeeper.workspace import Workspace

LEAST_FREE_BYTES = 1_000_000_000
LIBRARIES = ("duckdb", "deltalake", "ibis-framework", "pyarrow", "sqlglot", "fastexcel", "pandas")


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at."""

    name: str
    is_well: bool
    found: str
    advice: str = ""


def doctor(folder: Path) -> tuple[Examined, ...]:
    """Gives what was looked at and whether it is well.

    Args:
        folder: The workspace.
    """
    return (_python(), *_libraries(), _room(folder), _right(folder), *_workspace(folder))


def _python() -> Examined:
    return Examined(
        "Python",
        sys.version_info >= (3, 11),
        platform.python_version(),
        "" if sys.version_info >= (3, 11) else "install Python 3.11 or newer",
    )


def _libraries() -> list[Examined]:
    found = []
    for name in LIBRARIES:
        try:
            found.append(Examined(name, is_well=True, found=metadata.version(name)))
        except metadata.PackageNotFoundError:
            found.append(
                Examined(name, is_well=False, found="missing", advice="run `make test` again")
            )
    return found


def _room(folder: Path) -> Examined:
    free = shutil.disk_usage(_existing(folder)).free
    is_well = free >= LEAST_FREE_BYTES
    return Examined(
        "disk", is_well, f"{free / 1e9:,.1f} GB free", "" if is_well else "make room on this disk"
    )


def _right(folder: Path) -> Examined:
    place = _existing(folder)
    is_well = os.access(place, os.W_OK)
    return Examined(
        "folder",
        is_well,
        "can be written" if is_well else "cannot be written",
        "" if is_well else f"ask for the right to write to `{place}`",
    )


def _workspace(folder: Path) -> list[Examined]:
    """Looks at settings, last run and its files."""
    try:
        workspace = Workspace(folder)
    except ShopkeeperError as error:
        return [Examined("settings", is_well=False, found=error.message, advice=error.hint)]
    count = len(workspace.settings.sources)
    found = [Examined("settings", is_well=True, found=f"{count} sources")]
    try:
        manifest = workspace.manifest
    except ShopkeeperError as error:
        return [*found, Examined("last run", is_well=False, found=error.message, advice=error.hint)]
    if manifest is None:
        return [*found, Examined("last run", is_well=True, found="none yet")]
    try:
        for table in manifest.tables.values():
            workspace.store.open(table.version)
    except ShopkeeperError as error:
        return [*found, Examined("last run", is_well=False, found=error.message, advice=error.hint)]
    finally:
        workspace.close()
    return [*found, Examined("last run", is_well=True, found=manifest.run_id)]


def _existing(folder: Path) -> Path:
    place = folder.resolve()
    while not place.exists():
        place = place.parent
    return place
