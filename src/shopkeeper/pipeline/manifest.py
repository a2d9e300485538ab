"""Manifest: what one run published - each table's version, fingerprint and checks, and the date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shopkeeper.engines.store import TableVersion
from shopkeeper.errors import NotPublishedError, StorageError

MANIFEST_FILE = "manifest.json"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One table of a run: where it lies, what it was made from, how its checks came out.

    Attributes:
        version: Its parts and the number of its version.
        fingerprint: Hash of its inputs, code and settings; equal means nothing to do.
        columns: Column → Ibis type.
        broken: Check → rows that break it (warnings only; a failed check is not published).
        check_count: Checks that were counted.
        code: Hash of its query and contract alone: what is left where inputs change.
        inputs: Table that it reads → the fingerprint that this one had.
        batches: Batch → hash of the way in which its rows became rows of this table, where they
            stand one for one.
    """

    version: TableVersion
    fingerprint: str
    columns: Mapping[str, str]
    broken: Mapping[str, int] = field(default_factory=dict)
    check_count: int = 0
    code: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    batches: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands published after a run; immutable once written.

    Attributes:
        run_id: Name of the run, unique in the workspace.
        created_at: When the run published, UTC.
        package_version: Version of Shopkeeper.
        as_of: Day before which data were seen, or None before the first build.
        tables: Table name → what is published.
        store: Name of the store in which they stand; empty for the lake of the workspace.
        refused: Table name → why it was not published in this run.
        facts: Everything else that faces show: timings, settings fingerprint, refusals.
    """

    run_id: str
    created_at: datetime
    package_version: str
    as_of: date | None
    tables: Mapping[str, PublishedTable]
    store: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest of a run and makes it the current one, atomically.

    Args:
        folder: The `.shopkeeper` folder of the workspace.
        manifest: What to write.

    Raises:
        StorageError: The folder cannot be written.
    """
    run = folder / "runs" / manifest.run_id
    try:
        run.mkdir(parents=True, exist_ok=True)
        _replace(run / MANIFEST_FILE, json.dumps(_to_plain(manifest), indent=1, sort_keys=True))
        _replace(folder / current_file(manifest.store), json.dumps({"run_id": manifest.run_id}))
    except OSError as error:
        raise StorageError(
            f"The run could not be published: {error.strerror}.",
            "the last good run stays published; mend the disk and run again",
        ) from error


def read_manifest(folder: Path, run_id: str | None = None, store: str = "") -> Manifest | None:
    """Reads the manifest of a run, by default the current one; None before the first run.

    Args:
        folder: The `.shopkeeper` folder of the workspace.
        run_id: The run; None takes the last good one.
        store: Name of the store that is looked at: each has a last good run of its own.

    Raises:
        StorageError: A manifest is damaged.
        NotPublishedError: The run published to another store.
    """
    file = folder / current_file(store)
    if run_id is None and not file.exists():
        return None
    try:
        run_id = run_id or str(json.loads(file.read_text())["run_id"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable("the last run", file) from error
    manifest = manifest_in(folder / "runs" / run_id)
    if manifest.store != store:
        raise NotPublishedError(
            f"Run `{run_id}` stands in another place: {manifest.store or 'the lake'}.",
            "name its engine with `--engine`",
        )
    return manifest


def manifest_in(run_folder: Path) -> Manifest:
    """Reads the manifest in the folder of a run.

    Raises:
        StorageError: It is missing or damaged.
    """
    file = run_folder / MANIFEST_FILE
    try:
        return _from_plain(json.loads(file.read_text()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(f"run `{run_folder.name}`", file) from error


def _unreadable(which: str, file: Path) -> StorageError:
    return StorageError(
        f"The record of {which} cannot be read.",
        f"look at `{file}`, or name another run with `--run`",
    )


def current_file(store: str) -> str:
    """Gives the name of the file that says which run is the last good one in a store."""
    return f"current-{store}.json" if store else "current.json"


def _replace(file: Path, text: str) -> None:
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(file)


def _to_plain(manifest: Manifest) -> dict[str, Any]:
    plain = asdict(manifest)
    plain["created_at"] = manifest.created_at.isoformat()
    plain["as_of"] = manifest.as_of.isoformat() if manifest.as_of else None
    plain["format_version"] = FORMAT_VERSION
    return plain


def _from_plain(plain: dict[str, Any]) -> Manifest:
    tables = {}
    for name, table in plain["tables"].items():
        version = TableVersion(**{**table["version"], "files": tuple(table["version"]["files"])})
        tables[name] = PublishedTable(**{**table, "version": version})
    return Manifest(
        run_id=plain["run_id"],
        created_at=datetime.fromisoformat(plain["created_at"]),
        package_version=plain["package_version"],
        as_of=date.fromisoformat(plain["as_of"]) if plain["as_of"] else None,
        tables=tables,
        store=plain.get("store", ""),
        refused=plain["refused"],
        facts=plain["facts"],
    )
