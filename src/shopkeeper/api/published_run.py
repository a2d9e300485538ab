"""Published run: one run as a request sees it, whole, and the one that is current now."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from shopkeeper.api.customer_index import CustomerIndex
from shopkeeper.errors import NotPublishedError, ShopkeeperError, StorageError
from shopkeeper.pipeline.manifest import current_file
from shopkeeper.pipeline.state import digest
from shopkeeper.settings import SETTINGS_FILE, Settings
from shopkeeper.version import VERSION
from shopkeeper.workspace import Workspace

LOG = logging.getLogger("shopkeeper.api")
# Runs that stay open, so that pages that were begun can be read to the end.
KEPT_RUNS = 3
KEPT_ANSWERS = 256
KEPT_STORIES = 100_000
KEPT_BYTES = 64 * 1024 * 1024

Found = TypeVar("Found")


class KeptAnswers:
    """Answers of one run that were given lately, within a number and a size."""

    def __init__(self, most: int = KEPT_ANSWERS, most_bytes: int = KEPT_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """Gives what was kept; None where it was not."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def keep(self, key: Hashable, value: Any, size: int) -> None:
        """Keeps an answer; those not asked for longest go."""
        if size > self._most_bytes:
            return
        with self._lock:
            self._size -= self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (value, size)
            self._size += size
            while len(self._kept) > self._most or self._size > self._most_bytes:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= gone


class PublishedRun:
    """One published run: all that is said in one answer comes from it.

    Args:
        workspace: The shop, looking at this run.
        overrides: Settings that it was opened with.

    Attributes:
        run_id: Name of the run.
        tag: Stands for all that answers depend on: the run, the settings and the version.
        answers: Answers as bytes, by what was asked.
        lists: Lists behind counts, by what was asked.
        stories: What is known of one customer as bytes, by id.
    """

    def __init__(self, workspace: Workspace, overrides: Sequence[str] = ()) -> None:
        self.workspace = workspace
        self.overrides = tuple(overrides)
        self.manifest = workspace.published
        self.run_id = self.manifest.run_id
        self.tag = digest(self.run_id, workspace.settings.model_dump(mode="json"), VERSION)[:20]
        self.answers = KeptAnswers()
        self.lists = KeptAnswers(most=16)
        self.stories = KeptAnswers(most=KEPT_STORIES)
        # An engine inside this process answers one question after the other.
        self._engine = threading.RLock()
        self._index: CustomerIndex | None = None

    @property
    def customers(self) -> CustomerIndex:
        """All customers of the run, in memory; read when they are first needed.

        Raises:
            NotPublishedError: The run has no customers with a name.
        """
        if self._index is None:
            with self._engine:
                if self._index is None:
                    self._index = CustomerIndex.of(self.workspace)
        return self._index

    def ask(self, question: Callable[[Workspace], Found]) -> Found:
        """Answers a question from the tables of the run."""
        with self._engine:
            return question(self.workspace)


class PublishedRuns:
    """The run that is current, found anew when another one was published.

    A new run, and new settings, are read aside while the old run goes on answering; then it is
    exchanged in one step. Whoever took a run for a request keeps it until the request is answered.

    Args:
        folder: The shop's folder.
        overrides: Settings as `name=value`.
    """

    def __init__(self, folder: Path, overrides: Sequence[str] = ()) -> None:
        self.folder = folder
        self._overrides = tuple(overrides)
        self._store = Workspace(folder, overrides=overrides).store.name
        self._seen: object = None
        self._current: PublishedRun | None = None
        self._runs: OrderedDict[str, PublishedRun] = OrderedDict()
        self.problem: ShopkeeperError | None = None
        self._renewing = threading.Lock()
        self.settings: Settings = Workspace(folder, overrides=overrides).settings
        self.renew()

    def current(self) -> PublishedRun:
        """Gives the current run; asks for nothing but two marks of files.

        Raises:
            NotPublishedError: There was no run yet.
            StorageError: The run cannot be read.
        """
        self.look()
        if self._current is None:
            raise self.problem or _nothing_yet()
        return self._current

    def look(self) -> None:
        """Begins to read a new run, or new settings, where there are any."""
        if self._marks() != self._seen and self._renewing.acquire(blocking=False):
            threading.Thread(target=self._renew_aside, daemon=True).start()

    def of_id(self, run_id: str) -> PublishedRun | None:
        """Gives a run that stands open: the current one, or one of the last few."""
        return self._runs.get(run_id)

    def renew(self) -> None:
        """Reads what is current now; on failure the last good run goes on answering."""
        seen = self._marks()
        try:
            workspace = Workspace(self.folder, overrides=self._overrides)
            self.settings = workspace.settings
            found = PublishedRun(workspace, self._overrides)
            _warm(found)
        except NotPublishedError as error:
            self.problem = error
        except ShopkeeperError as error:
            LOG.warning("a run cannot be read", extra={"fields": {"error": error.message}})
            self.problem = error
        else:
            self._keep(found)
            self.problem = None
        self._seen = seen

    def _renew_aside(self) -> None:
        try:
            self.renew()
        except Exception as error:
            # The first frame of a thread: nobody above could answer for it.
            LOG.exception("a run cannot be read")
            self.problem = StorageError(f"The run cannot be read: {type(error).__name__}.")
            self._seen = self._marks()
        finally:
            self._renewing.release()

    def _keep(self, found: PublishedRun) -> None:
        self._runs[found.run_id] = found
        self._runs.move_to_end(found.run_id)
        while len(self._runs) > KEPT_RUNS:
            self._runs.popitem(last=False)
        self._current = found

    def _marks(self) -> tuple[object, ...]:
        files = (
            self.folder / ".shopkeeper" / current_file(self._store),
            self.folder / SETTINGS_FILE,
        )
        return tuple(_mark(file) for file in files)


def _mark(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _warm(run: PublishedRun) -> None:
    """Reads the customers before anybody asks; a shop of guests has none."""
    try:
        assert run.customers is not None
    except NotPublishedError:
        return


def _nothing_yet() -> NotPublishedError:
    return NotPublishedError("Nothing has been built yet.", "build it with `shopkeeper run`")
