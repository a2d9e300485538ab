"""Vacuum: removes what old runs left, so that a shop that runs every night stays small."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shopkeeper.engines.lake_sweep import leftovers, remove_all, shorten_logs
from shopkeeper.errors import NotPublishedError, StorageError
from shopkeeper.jobs.writing import Writing, writing
from shopkeeper.pipeline.manifest import MANIFEST_FILE, Manifest, manifest_in
from shopkeeper.workspace import Workspace


@dataclass(frozen=True, slots=True)
class VacuumReport:
    """What was removed, or would be.

    Attributes:
        run_count: Runs older than what is kept.
        kept_run_count: Runs that stay.
        file_count: Files of tables that no kept run names.
        size_bytes: What their removal gives back.
        is_rehearsal: Whether nothing was removed.
    """

    run_count: int
    kept_run_count: int
    file_count: int
    size_bytes: int
    is_rehearsal: bool


def vacuum(
    workspace: Workspace,
    *,
    keep_days: int | None = None,
    is_rehearsal: bool = False,
    now: datetime | None = None,
) -> VacuumReport:
    """Removes runs older than `keep_days`, and the files of tables that only they named.

    The last good run of each store stays, however old it is, and so does what people were given
    or wrote: the registry, plans, experiments, logs of merges and of predictions.

    Args:
        workspace: The shop.
        keep_days: Days for which runs are kept; None takes `lake.keep_days`.
        is_rehearsal: Whether to count only.
        now: When the job begins; None reads the clock.

    Raises:
        NotPublishedError: There is no run.
        StorageError: A kept run cannot be read, or the tables lie in object storage.
        WorkspaceLockedError: Another job is writing.
    """
    if not (workspace.state_folder / "runs").is_dir():
        raise NotPublishedError(
            f"`{workspace.folder.name}` has no run yet.",
            "name the folder of a shop with `--folder`",
        )
    days = workspace.settings.lake.keep_days if keep_days is None else keep_days
    with writing(workspace, now=now) as at_work:
        lake = workspace.lake
        if not lake.is_local:
            raise StorageError(
                "The tables of this shop lie in object storage; nothing is removed there.",
                "let a lifecycle rule of the storage remove old files",
            )
        kept, old = _sorted_runs(at_work, days)
        files: dict[tuple[str, str], set[str]] = {}
        for manifest in kept:
            for table in manifest.tables.values() if not manifest.store else ():
                place = (table.version.layer, table.version.name)
                files.setdefault(place, set()).update(table.version.files)
        found = tuple(leftovers(lake, files))
        size = sum(leftover.size_bytes for leftover in found)
        if not is_rehearsal:
            # Runs go first: one that is killed in between leaves files, and no run without any.
            for folder in old:
                shutil.rmtree(folder, ignore_errors=True)
            remove_all(found)
            shorten_logs(lake)
        return VacuumReport(len(old), len(kept), len(found), size, is_rehearsal)


def _sorted_runs(at_work: Writing, days: int) -> tuple[list[Manifest], list[Path]]:
    """Gives the manifests of runs that stay and the folders of those that go."""
    state = at_work.workspace.state_folder
    current = set(_current_runs(state))
    least = at_work.now.replace(tzinfo=UTC) - timedelta(days=days)
    kept, old = [], []
    for folder in sorted((state / "runs").iterdir()) if (state / "runs").is_dir() else ():
        if not (folder / MANIFEST_FILE).exists():
            # Never published: what it found out, such as rows that broke a promise, grows old.
            if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < least:
                old.append(folder)
            continue
        manifest = manifest_in(folder)
        if folder.name in current or manifest.created_at >= least:
            kept.append(manifest)
        else:
            old.append(folder)
    return kept, old


def _current_runs(state: Path) -> Iterator[str]:
    for file in state.glob("current*.json"):
        yield str(json.loads(file.read_text(encoding="utf-8"))["run_id"])
