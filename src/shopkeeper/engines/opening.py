"""Opening: the store that the settings name; nothing is connected to before it is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.engines.lake import Lake
from shopkeeper.engines.lake_store import LakeStore
from shopkeeper.errors import SettingsError
from shopkeeper.settings import EngineSettings, LakeSettings

if TYPE_CHECKING:
    from shopkeeper.engines.duckdb import DuckDBEngine
    from shopkeeper.engines.store import Store


def open_lake(settings: LakeSettings, folder: Path) -> Lake:
    """Gives the lake of a workspace: its folder, or an address with the folder before it."""
    if settings.address is None:
        return Lake(folder)
    from shopkeeper.engines.remote_lake import RemoteLake

    return RemoteLake(folder, settings.address, settings.options)


def open_store(settings: EngineSettings, embedded: Callable[[], DuckDBEngine], lake: Lake) -> Store:
    """Gives the store of a workspace; nothing is connected to before it is asked for something.

    Args:
        settings: What engine, and where.
        embedded: Gives the engine inside this process.
        lake: The lake of the workspace.

    Raises:
        SettingsError: The engine needs an address and has none.
    """
    return STORES[settings.kind](settings, embedded, lake)


def _lake(settings: EngineSettings, embedded: Callable[[], DuckDBEngine], lake: Lake) -> Store:
    del settings
    return LakeStore(embedded(), lake)


def _postgres(settings: EngineSettings, embedded: Callable[[], DuckDBEngine], lake: Lake) -> Store:
    from shopkeeper.engines.postgres import PostgresEngine
    from shopkeeper.engines.postgres_schemas import Place
    from shopkeeper.engines.postgres_store import PostgresStore

    del embedded
    if settings.address is None:
        raise SettingsError(
            "Setting `engine.address` is missing: the engine is a server.",
            "set it to the database, as in `postgresql://user@host:5432/shop`",
        )
    place = Place(settings.schema_prefix, settings.reader_role, settings.kept_versions)
    return PostgresStore(PostgresEngine(settings.address), place, lake.folder.parent)


def open_workshop(settings: EngineSettings, store: Store, lake: Lake, folder: Path) -> Store:
    """Gives the store as jobs see it that build tables.

    Readers of a lake do without the engine that built it: starting Spark takes longer than reading.

    Args:
        settings: What engine, and where.
        store: The store as readers see it.
        lake: The lake of the workspace.
        folder: Folder for what an engine needs on disk while it runs.
    """
    if settings.kind != "spark":
        return store
    from shopkeeper.engines.spark import LOCAL_SPARK, SparkEngine

    engine = SparkEngine(
        folder,
        address=settings.address or LOCAL_SPARK,
        options=settings.options,
        memory_limit=settings.memory_limit,
        threads=settings.threads,
    )
    return LakeStore(engine, lake)


STORES: dict[str, Callable[[EngineSettings, Callable[[], DuckDBEngine], Lake], Store]] = {
    "duckdb": _lake,
    "postgres": _postgres,
    "spark": _lake,
}
