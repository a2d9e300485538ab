"""Shop folder: settings, engine, lake, last good run; gives tables, and asks reports of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper import catalog
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.opening import open_lake, open_store, open_workshop
from shopkeeper.engines.store import Store
from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.lifecycle.registry import Registry
from shopkeeper.lifecycle.tracking import Tracking
from shopkeeper.pipeline.manifest import Manifest, PublishedTable, read_manifest
from shopkeeper.settings import LoadedSettings, Settings, load_settings

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.engines.engine import Engine
from shopkeeper.workspace.answering import Answer, answer, questions_of_run

STATE_FOLDER = ".shopkeeper"
# Properties that open a store.
PLACES = ("store", "building")


class ShopFolder:
    """A shop's folder, as the last good run left it.

    Args:
        folder: Folder with `shopkeeper.toml`; it may be empty or not exist yet.
        overrides: Settings as `name=value`, stronger than file and environment.
        environment: Environment to read settings from; None reads the process's.
        run_id: Run to look at; None takes the last good one.

    Raises:
        SettingsError: A setting is unknown or not valid.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str] = ".",
        *,
        overrides: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        run_id: str | None = None,
    ) -> None:
        self.folder = Path(folder).resolve()
        self.loaded: LoadedSettings = load_settings(
            self.folder, environment=environment, overrides=overrides
        )
        self.lake = open_lake(self.loaded.settings.lake, self.state_folder / "lake")
        self._run_id = run_id
        self._views: dict[str, ir.Table] = {}

    @property
    def settings(self) -> Settings:
        """The validated settings."""
        return self.loaded.settings

    @property
    def state_folder(self) -> Path:
        """Folder in which everything that Shopkeeper writes stands."""
        return self.folder / STATE_FOLDER

    @property
    def engine(self) -> Engine:
        """Where queries over published tables run; started when first needed."""
        return self.store.engine

    @cached_property
    def store(self) -> Store:
        """Where tables live."""
        return open_store(self.settings.engine, lambda: self.embedded, self.lake)

    @cached_property
    def building(self) -> Store:
        """Where jobs build tables: the same place, through the engine that the settings name.

        Readers of a lake do without the engine that built it: starting one to read takes longer
        than reading.
        """
        return open_workshop(self.settings.engine, self.store, self.lake, self.state_folder)

    @cached_property
    def embedded(self) -> DuckDBEngine:
        """The engine inside this process, which also reads raw files."""
        options = self.settings.engine
        return DuckDBEngine(
            self.state_folder / "spill",
            memory_limit=options.memory_limit,
            threads=options.threads,
        )

    @cached_property
    def registry(self) -> Registry:
        """Registered models with their versions, champion and challenger."""
        options = self.settings.tracking
        return Registry(Tracking(self.state_folder, options.address, options.experiment))

    @cached_property
    def manifest(self) -> Manifest | None:
        """What the run published; None before the first run."""
        return read_manifest(self.state_folder, self._run_id, self.store.name)

    @property
    def published(self) -> Manifest:
        """What the run published.

        Raises:
            NotPublishedError: There was no run yet.
        """
        if self.manifest is None:
            raise NotPublishedError(
                f"Nothing has been built in `{self.folder.name}` yet.",
                "build it with `shopkeeper run`",
            )
        return self.manifest

    def table(self, name: str, version: int | None = None) -> ir.Table:
        """Gives a published table as an expression.

        Args:
            name: Name of the table.
            version: An older version; None takes that of the run.

        Raises:
            UnknownNameError: There is no such table.
            NotPublishedError: It has not been built, or not in that version.
        """
        if version is None and name in self._views:
            return self._views[name]
        found = self._published_table(name).version
        if version is not None:
            return self.store.open(found, number=version)
        self._views[name] = self.store.open(found)
        return self._views[name]

    def frame(self, name: str, version: int | None = None, *, exact: bool = False) -> pd.DataFrame:
        """Gives a published table as a data frame.

        Args:
            name: Name of the table.
            version: An older version; None takes that of the run.
            exact: Whether money and quantities stay exact decimals, as objects; otherwise they
                become floating point, with which data frames can calculate.
        """
        import ibis.selectors as s

        table = self.table(name, version)
        if not exact:
            table = table.mutate(s.across(s.of_type("decimal"), lambda c: c.cast("float64")))
        frame: pd.DataFrame = self.engine.collect(table).to_pandas()
        return frame

    def versions(self, name: str) -> Sequence[Mapping[str, object]]:
        """Gives the commits of a table, newest first."""
        found = self._published_table(name).version
        return self.store.history(found.layer, name)

    def ask(self, report: Callable[..., Answer], **questions: Any) -> Answer:
        """Answers a report from the published tables its parameters name."""
        known = questions_of_run(self.settings, self.published)
        return answer(report, self.table, {**known, **questions})

    def forget_views(self) -> None:
        """Forgets which files tables are read from; called when a job has published."""
        self._views.clear()

    def close(self) -> None:
        """Gives back the engine's memory and threads."""
        self.forget_views()
        # Where the places are one, so is their engine.
        engines = {self.__dict__.pop(place).engine for place in PLACES if place in self.__dict__}
        if "embedded" in self.__dict__:
            engines.add(self.__dict__.pop("embedded"))
        for engine in engines:
            engine.close()

    def _published_table(self, name: str) -> PublishedTable:
        tables, contracts = self.published.tables, catalog.contracts()
        if name in tables:
            known = contracts[name].column_names if name in contracts else ()
            if missing := sorted(set(known).difference(tables[name].columns)):
                raise NotPublishedError(
                    f"Table `{name}` was built by an earlier version, without `{missing[0]}`.",
                    "build it again with `shopkeeper run`",
                )
            return tables[name]
        if name in contracts:
            raise NotPublishedError(
                f"Table `{name}` has not been built yet.", "build it with `shopkeeper run`"
            )
        raise UnknownNameError.among("table", name, tables)
