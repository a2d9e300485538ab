"""Opening: the store that the settings name; nothing is connected to before it is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shopkeeper.engines.lake import Lake
from shopkeeper.engines.lake_store import LakeStore
from shopkeeper.errors import SettingsError
from shopkeeper.settings import EngineSettings

if TYPE_CHECKING:
    from shopkeeper.engines.duckdb import DuckDBEngine
    from shopkeeper.engines.store import Store


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


STORES: dict[str, Callable[[EngineSettings, Callable[[], DuckDBEngine], Lake], Store]] = {
    "duckdb": _lake,
    "postgres": _postgres,
}
