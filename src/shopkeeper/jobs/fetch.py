"""Fetch: downloads a public data set from its publisher and proves that it is the right one."""

from __future__ import annotations

import tempfile
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

from shopkeeper.engines.content import Content, content_of
from shopkeeper.errors import FileUnreadableError, SourceError, UnknownNameError
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import write_settings
from shopkeeper.sources.conforming import conform_lines
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.warehouse.bronze import BATCHES, raw_name
from shopkeeper.workspace import Workspace

CHUNK_BYTES = 1 << 20
SECONDS_TO_WAIT = 30
# Columns of order lines that make up the content of a data set; the rest follows from them.
CONTENT_COLUMNS = (
    *("order_id", "ordered_at", "customer_id", "product_id", "product_name"),
    *("country", "quantity", "unit_price_amount"),
)
SOURCE = "fetched"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A public data set that its publisher offers for download.

    Attributes:
        name: Name in the command.
        meaning: What it is.
        licence: Under which it may be used.
        address: Where its publisher offers it.
        member: The file inside the archive.
        content: What its rows hold. The publisher states no checksum of the archive, so the rows
            themselves are pinned, as counted from copies of known contents.
    """

    name: str
    meaning: str
    licence: str
    address: str
    member: str
    content: Content


DATA_SETS = {
    data_set.name: data_set
    for data_set in (
        DataSet(
            "online-retail",
            "UCI 352: a UK gift wholesaler, 2010-12 to 2011-12, 541,909 lines",
            "CC BY 4.0",
            "https://archive.ics.uci.edu/static/public/352/online+retail.zip",
            "Online Retail.xlsx",
            Content(541_909, "b8d7f177c494e6d1c41cf30a06173ab8"),
        ),
        DataSet(
            "online-retail-ii",
            "UCI 502: the same shop, 2009-12 to 2011-12, 1,067,371 lines",
            "CC BY 4.0",
            "https://archive.ics.uci.edu/static/public/502/online+retail+ii.zip",
            "online_retail_II.xlsx",
            Content(1_067_371, "2c6a076fb29abbc1d937931dac79d18e"),
        ),
    )
}


def fetch(name: str, folder: Path, *, address: str | None = None) -> Path:
    """Downloads a data set; the file appears only when it is whole and proven.

    Args:
        name: One of `DATA_SETS`.
        folder: Where to put it.
        address: Another place that offers the same archive; None takes the publisher's.

    Returns:
        Path of the archive, which every command reads as it is.

    Raises:
        UnknownNameError: There is no such data set.
        FileUnreadableError: There is no network, or what came is not the data set.
    """
    if name not in DATA_SETS:
        raise UnknownNameError.among("data set", name, DATA_SETS)
    data_set = DATA_SETS[name]
    file = folder / f"{name}.zip"
    if file.exists():
        prove(file, data_set)
        return file
    folder.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    try:
        _download(address or data_set.address, partial)
        _prove_download(partial, file, data_set)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise FileUnreadableError(
            f"`{data_set.address}` cannot be reached: {getattr(error, 'reason', error)}.",
            f"without a network, download it elsewhere, save it as `{file}` and call again: it is "
            f"then only checked; or try the made-up shop with `shopkeeper demo`",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return file


def _prove_download(partial: Path, file: Path, data_set: DataSet) -> None:
    """Gives a download its name if it is proven, else another one under which it can be looked at.

    Raises:
        FileUnreadableError: It is not the data set.
    """
    try:
        prove(partial, data_set)
    except FileUnreadableError as error:
        aside = file.with_name(f"{file.name}.unverified")
        partial.replace(aside)
        raise FileUnreadableError(
            error.message,
            f"it is kept as `{aside}`; fetch again, and if the publisher has changed the data set, "
            f"rename it and read it as a file of your own with `shopkeeper run`",
            error.context,
        ) from error
    partial.replace(file)


def _download(address: str, to: Path) -> None:
    with urllib.request.urlopen(address, timeout=SECONDS_TO_WAIT) as answer, to.open("wb") as out:  # noqa: S310 - addresses are our own, or given by the caller on purpose
        while chunk := answer.read(CHUNK_BYTES):
            out.write(chunk)


def prove(file: Path, data_set: DataSet) -> None:
    """Holds an archive to its own checksums, and the rows in it to those of the data set.

    Raises:
        FileUnreadableError: It is not the data set.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            broken = archive.testzip()
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _not_it(data_set, "it is not a zip archive") from error
    if broken:
        raise _not_it(data_set, f"`{broken}` in it is damaged")
    if data_set.member not in names:
        raise _not_it(data_set, f"there is no `{data_set.member}` in it")
    try:
        found = content_of_file(file)
    except SourceError as error:
        raise _not_it(data_set, error.message.removesuffix(".")) from error
    wanted = data_set.content
    if found != wanted:
        raise _not_it(
            data_set,
            f"it has {found.row_count:,} rows with checksum {found.checksum}, "
            f"not {wanted.row_count:,} with {wanted.checksum}",
        )


def content_of_file(file: Path) -> Content:
    """Gives the content of a file of Online Retail: the same for CSV, workbook and archive.

    The file is read as any other, and its lines are compared as they are understood: numbers by
    their value, dates to the minute, identifiers without a `.0`, texts without needless spaces.

    Raises:
        SourceError: It cannot be read or understood.
    """
    import ibis

    with tempfile.TemporaryDirectory() as folder:
        settings = {"name": SOURCE, "kind": "online_retail", "path": str(file.resolve())}
        write_settings(Path(folder), shop={"name": SOURCE}, source=settings)
        workspace = Workspace(folder, environment={})
        try:
            ingest(workspace)
            record = workspace.engine.collect(workspace.table(BATCHES.name)).to_pylist()[0]
            raw = workspace.table(raw_name(SOURCE))
            reading = Reading.from_json(record["reading"])
            lines = conform_lines(raw, reading, Terms(SOURCE, "UTC", {}))
            # Workbooks keep times as fractions of a day, which can come out a breath too early.
            minute = (lines.ordered_at + ibis.interval(seconds=30)).truncate("m")
            lines = lines.mutate(ordered_at=minute)
            return content_of(workspace.embedded, lines, CONTENT_COLUMNS)
        finally:
            workspace.close()


def _not_it(data_set: DataSet, why: str) -> FileUnreadableError:
    return FileUnreadableError(
        f"What was fetched is not the data set `{data_set.name}`: {why}.",
        "remove it and fetch it again",
    )
