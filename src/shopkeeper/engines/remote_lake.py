"""Remote lake: tables in object storage, by address; files are kept here while they are used."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.engines.lake import Lake
from shopkeeper.errors import StorageError

if TYPE_CHECKING:
    from deltalake.fs import DeltaStorageHandler

    from shopkeeper.engines.store import TableVersion

# Storage takes parts of at least 5 MB, and each part lies in memory once.
BYTES_AT_ONCE = 8 * 1024 * 1024


class RemoteLake(Lake):
    """A lake whose tables live at an address: `s3://…`, `az://…`, `abfss://…`, `gs://…`.

    Files never change once they are written, as their names are fingerprints. So they are written
    here first, sent when they are published, and fetched when they are read and not here any more.

    Args:
        folder: Folder for the files that are used here; can be thrown away at any time.
        address: Where the tables live.
        options: Of the storage, as delta-rs names them; what they leave out, such as keys, comes
            from the cloud's usual environment variables.
    """

    is_local = False

    def __init__(self, folder: Path, address: str, options: Mapping[str, str]) -> None:
        super().__init__(folder)
        self.address = address.rstrip("/")
        self.options = dict(options)

    def place(self, layer: str, name: str) -> str:
        """Gives the address of a table."""
        return f"{self.address}/{layer}/{name}"

    def paths(self, version: TableVersion) -> tuple[Path, ...]:
        """Gives the Parquet files of a version, fetched if they are not here."""
        paths = super().paths(version)
        missing = [
            (file, path)
            for file, path in zip(version.files, paths, strict=True)
            if not path.exists()
        ]
        if missing:
            storage = self._storage(version.layer, version.name)
            for file, path in missing:
                _fetch(storage, file, path)
        return paths

    def deliver(self, layer: str, name: str, files: Iterable[str]) -> None:
        """Sends files that lie here to the address of their table.

        Raises:
            StorageError: The storage cannot be reached or written.
        """
        storage = self._storage(layer, name)
        folder = self.table_folder(layer, name)
        for file in files:
            try:
                _send(storage, folder / file, file)
            except OSError as error:
                raise self._lost(error) from error

    def _storage(self, layer: str, name: str) -> DeltaStorageHandler:
        from deltalake.fs import DeltaStorageHandler

        try:
            return DeltaStorageHandler(self.place(layer, name), options=self.options)
        except (OSError, ValueError) as error:
            raise self._lost(error) from error

    def _lost(self, error: Exception) -> StorageError:
        first = str(error).strip().splitlines()[0]
        return StorageError(
            f"The lake at `{self.address}` cannot be used: {first}",
            "check `lake.address`, and the keys of the storage in the environment; the last good "
            "tables are untouched",
        )


def _send(storage: DeltaStorageHandler, path: Path, file: str) -> None:
    # Arrow's stream around this one hands over buffers, of which delta-rs takes none.
    stream = storage._handler.open_output_stream(file)  # noqa: SLF001 - the stream behind it
    with path.open("rb") as source:
        while piece := source.read(BYTES_AT_ONCE):
            stream.write(piece)
    stream.close()  # type: ignore[attr-defined]  # its stubs leave it out


def _fetch(storage: DeltaStorageHandler, file: str, path: Path) -> None:
    """Brings a file here, whole or not at all; leaves out one that is not there either."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with storage.open_input_file(file) as source, partial.open("wb") as target:
            shutil.copyfileobj(source, target)
        partial.replace(path)
    except FileNotFoundError:
        partial.unlink(missing_ok=True)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"`{file}` could not be fetched: {str(error).splitlines()[0]}",
            "is the storage at `lake.address` reachable?",
        ) from error
