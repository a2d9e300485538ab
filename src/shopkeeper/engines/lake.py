"""Lake: tables as Delta Lake folders; files are written aside and published by one commit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shopkeeper.engines.store import TableVersion
from shopkeeper.errors import NotPublishedError, StorageError

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable


class Lake:
    """The tables of a workspace on disk, readable by anything that reads Delta Lake."""

    is_local = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Of the storage; the disk of this machine has none.
        self.options: dict[str, str] = {}

    def place(self, layer: str, name: str) -> str:
        """Gives the place of a table as Delta Lake knows it."""
        return str(self.table_folder(layer, name))

    def deliver(self, layer: str, name: str, files: Iterable[str]) -> None:
        """Brings files that lie in the table's folder to its place: here, they are there."""

    def table_folder(self, layer: str, name: str) -> Path:
        """Gives the folder of a table."""
        return self.folder / layer / name

    def paths(self, version: TableVersion) -> tuple[Path, ...]:
        """Gives the Parquet files of a version."""
        folder = self.table_folder(version.layer, version.name)
        return tuple(folder / file for file in version.files)

    def commit(
        self,
        layer: str,
        name: str,
        files: Mapping[str, int],
        *,
        schema: pa.Schema,
        mode: Literal["overwrite", "append"] = "overwrite",
        metadata: Mapping[str, str] | None = None,
        last: TableVersion | None = None,
    ) -> TableVersion:
        """Publishes files that lie in the table's folder, as one new version.

        A run that was killed may have committed what no reader was moved to. Files that join a
        version join the one that stands published, and none of those.

        Args:
            layer: Folder of the lake.
            name: Name of the table.
            files: File, relative to the folder of the table → number of rows.
            schema: Columns of the table from now on.
            mode: Whether the files replace those of the last version or join them.
            metadata: Kept with the commit.
            last: The version that the files join; None for the last one of the log.

        Raises:
            StorageError: The commit could not be written.
        """
        from deltalake import DeltaTable, Schema
        from deltalake.exceptions import DeltaError
        from deltalake.transaction import CommitProperties, create_table_with_add_actions

        folder, place = self.table_folder(layer, name), self.place(layer, name)
        properties = CommitProperties(custom_metadata=dict(metadata or {}))
        try:
            actions = [_add_action(folder, file, rows) for file, rows in files.items()]
            self.deliver(layer, name, files)
            if DeltaTable.is_deltatable(place, self.options):
                table = DeltaTable(place, storage_options=self.options)
                if mode == "append":
                    table = self._as_published(table, last)
                    table = self._with_new_columns(table, schema)
                table.create_write_transaction(
                    actions, mode, Schema.from_arrow(schema), commit_properties=properties
                )
            else:
                create_table_with_add_actions(
                    place,
                    Schema.from_arrow(schema),
                    actions,
                    commit_properties=properties,
                    storage_options=self.options,
                )
        except (DeltaError, OSError) as error:
            raise StorageError(f"Table `{name}` could not be published: {error}.") from error
        return self.version(layer, name)

    def version(self, layer: str, name: str, number: int | None = None) -> TableVersion:
        """Gives a version of a table; the last one if no number is given.

        Raises:
            NotPublishedError: There is no such table or version.
        """
        table = self._open(layer, name, number)
        actions = table.get_add_actions(flatten=True)
        names = actions.column("path").to_pylist()
        counts = actions.column("num_records").to_pylist()
        by_name = dict(sorted(zip(names, counts, strict=True)))
        return TableVersion(
            layer, name, table.version(), tuple(by_name), sum(int(n) for n in by_name.values())
        )

    def history(self, layer: str, name: str) -> Sequence[Mapping[str, object]]:
        """Gives the commits of a table, newest first."""
        return tuple(self._open(layer, name, None).history())

    def _open(self, layer: str, name: str, number: int | None) -> DeltaTable:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        place = self.place(layer, name)
        if not DeltaTable.is_deltatable(place, self.options):
            raise NotPublishedError(
                f"Table `{name}` has not been built yet.", "build it with `shopkeeper run`"
            )
        try:
            if number is None or number >= 0:
                return DeltaTable(place, version=number, storage_options=self.options)
        except DeltaError:
            pass
        last = DeltaTable(place, storage_options=self.options).version()
        raise NotPublishedError(
            f"Table `{name}` has no version {number}.", f"versions run from 0 to {last}"
        )

    def _as_published(self, table: DeltaTable, last: TableVersion | None) -> DeltaTable:
        """Takes back what was committed after the version that stands published."""
        from deltalake import DeltaTable

        if last is None or table.version() == last.version:
            return table
        table.restore(last.version)
        return DeltaTable(table.table_uri, storage_options=self.options)

    def _with_new_columns(self, table: DeltaTable, schema: pa.Schema) -> DeltaTable:
        """Adds the columns that an append brings.

        By itself, the schema of a Delta table grows only when its files are replaced.
        """
        from deltalake import DeltaTable, Schema

        known = {field.name for field in table.schema().fields}
        new = [field for field in Schema.from_arrow(schema).fields if field.name not in known]
        if not new:
            return table
        table.alter.add_columns(new)
        return DeltaTable(table.table_uri, storage_options=self.options)


def _add_action(folder: Path, file: str, row_count: int):  # type: ignore[no-untyped-def]
    from deltalake.transaction import AddAction

    return AddAction(
        path=file,
        size=(folder / file).stat().st_size,
        partition_values={},
        # Zero keeps the log free of clocks; the commit itself is stamped by the writer.
        modification_time=0,
        data_change=True,
        stats=json.dumps({"numRecords": row_count}),
    )
