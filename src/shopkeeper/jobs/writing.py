"""Writing: one job at a time works on a draft; it is published whole, or nothing changes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper.engines.lake_store import remove
from shopkeeper.errors import StorageError, WorkspaceLockedError
from shopkeeper.pipeline.draft import Draft
from shopkeeper.pipeline.manifest import Manifest, write_manifest
from shopkeeper.reports.quality import TableState
from shopkeeper.version import VERSION
from shopkeeper.workspace import Workspace, table_states

if TYPE_CHECKING:
    import ibis.expr.types as ir

LOCK_FILE = "lock"
HOLDER_FILE = "lock.json"


@dataclass(frozen=True, slots=True)
class Step:
    """Something a job has done or is doing, for progress.

    Attributes:
        verb: `ingest`, `build`, `score`, `report`, …
        subject: File, table or report.
        outcome: What became of it, in a word or two.
        row_count: Rows, or None where rows make no sense.
        seconds: Wall time; 0 where nothing was done.
        detail: Why.
        left_seconds: About how long the job still takes; None where nobody knows.
    """

    verb: str
    subject: str
    outcome: str
    row_count: int | None = None
    seconds: float = 0.0
    detail: str = ""
    left_seconds: float | None = None


Tell = Callable[[Step], None]


def silent(_: Step) -> None:
    """Tells nobody."""


@dataclass
class Writing:
    """A job at work: the draft it changes and what it will publish.

    Attributes:
        workspace: The shop.
        draft: Tables of this run over those of the last.
        run_id: Name of this run.
        now: When the job began, naive UTC; the only clock that is read.
        tell: Told of each step.
        as_of: Day before which data are seen, once known.
        facts: What is written to the manifest beside the tables.
        refused: Table → why it is not published in this run.
        has_new_facts: Whether facts changed that no table shows, such as what training found.
    """

    workspace: Workspace
    draft: Draft
    run_id: str
    now: datetime
    tell: Tell
    as_of: date | None
    facts: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    has_new_facts: bool = False

    @property
    def run_folder(self) -> Path:
        """Folder of this run."""
        return self.workspace.state_folder / "runs" / self.run_id

    @property
    def has_news(self) -> bool:
        """Whether the run changes any table, or what is known beside the tables."""
        return bool(self.draft.staged) or self.has_new_facts

    def table(self, name: str) -> ir.Table:
        """Gives a table as it stands in this run."""
        return self.draft.table(name)

    def table_states(self) -> tuple[TableState, ...]:
        """Gives what will stand published: staged tables with the version they will get."""
        return table_states(self.draft.standing())

    def manifest(self) -> Manifest:
        """Gives the manifest of the run as it would be published now."""
        return Manifest(
            run_id=self.run_id,
            created_at=self.now.replace(tzinfo=UTC),
            package_version=VERSION,
            as_of=self.as_of,
            tables=dict(self.draft.published),
            store=self.draft.store.name,
            refused=dict(self.refused),
            facts=dict(self.facts),
        )

    def publish(self) -> Manifest:
        """Publishes all staged tables, then moves readers to them in one step."""
        self.draft.publish()
        manifest = self.manifest()
        write_manifest(self.workspace.state_folder, manifest)
        self.workspace.__dict__["manifest"] = manifest
        self.workspace.forget_views()
        return manifest


@contextmanager
def writing(
    workspace: Workspace, *, now: datetime | None = None, tell: Tell = silent
) -> Iterator[Writing]:
    """Takes the workspace for one job; without `publish`, nothing that readers see has changed.

    Raises:
        WorkspaceLockedError: Another job is writing.
        StorageError: The folder cannot be written.
    """
    began = (now or datetime.now(UTC)).replace(tzinfo=None)
    with locked(workspace.state_folder, began), workspace.store.hold():
        _remove_partial_files(workspace.state_folder)
        workspace.__dict__.pop("manifest", None)
        workspace.forget_views()
        last = workspace.manifest
        draft = Draft(workspace.building, last.tables if last else {})
        run_id = _free_run_id(workspace.state_folder, began)
        at_work = Writing(
            workspace,
            draft,
            run_id,
            began,
            tell,
            as_of=last.as_of if last else None,
            facts=dict(last.facts) if last else {},
            refused=dict(last.refused) if last else {},
        )
        try:
            yield at_work
        finally:
            shutil.rmtree(workspace.state_folder / "spill", ignore_errors=True)


@contextmanager
def locked(state_folder: Path, now: datetime) -> Iterator[None]:
    """Holds the lock of a workspace; the system gives it back even if the process is killed."""
    from filelock import FileLock, Timeout

    try:
        state_folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state_folder / LOCK_FILE, timeout=0)
        lock.acquire()
    except Timeout:
        raise _locked_error(state_folder) from None
    except OSError as error:
        raise StorageError(
            f"`{state_folder}` cannot be written: {error.strerror}.",
            "choose a folder you may write to with `--folder`",
        ) from error
    holder = state_folder / HOLDER_FILE
    try:
        holder.write_text(json.dumps({"process": os.getpid(), "since": now.isoformat()}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _locked_error(state_folder: Path) -> WorkspaceLockedError:
    try:
        holder: Mapping[str, object] = json.loads((state_folder / HOLDER_FILE).read_text())
    except (OSError, ValueError):
        holder = {}
    who = f" (process {holder['process']}, since {holder['since']} UTC)" if holder else ""
    return WorkspaceLockedError(
        f"Another job is writing to `{state_folder.parent.name}`{who}.",
        "wait for it to end and run again; reading is always possible",
        dict(holder),
    )


def _remove_partial_files(state_folder: Path) -> None:
    """Removes what a killed job left half-written; whole files are taken up again."""
    for partial in state_folder.rglob(".*.partial"):
        remove(partial)


def _free_run_id(state_folder: Path, now: datetime) -> str:
    name = now.strftime("%Y%m%dT%H%M%S-%f")
    place = 2
    run_id = name
    while (state_folder / "runs" / run_id).exists():
        run_id = f"{name}-{place}"
        place += 1
    return run_id
