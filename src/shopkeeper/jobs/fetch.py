"""Fetch: downloads a public data set from its publisher and proves that it is the right one."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

from shopkeeper.errors import FileUnreadableError, UnknownNameError

CHUNK_BYTES = 1 << 20
SECONDS_TO_WAIT = 30


@dataclass(frozen=True, slots=True)
class DataSet:
    """A public data set that its publisher offers for download.

    Attributes:
        name: Name in the command.
        meaning: What it is.
        licence: Under which it may be used.
        address: Where its publisher offers it.
        member: The file inside the archive.
        checksums: CRC-32 of the members, as the archive itself promises, are always checked;
            these are SHA-256 of the whole archive where the publisher states one.
    """

    name: str
    meaning: str
    licence: str
    address: str
    member: str
    checksums: tuple[str, ...] = ()


DATA_SETS = {
    data_set.name: data_set
    for data_set in (
        DataSet(
            "online-retail",
            "UCI 352: a UK gift wholesaler, 2010-12 to 2011-12, 541,909 lines",
            "CC BY 4.0",
            "https://archive.ics.uci.edu/static/public/352/online+retail.zip",
            "Online Retail.xlsx",
        ),
        DataSet(
            "online-retail-ii",
            "UCI 502: the same shop, 2009-12 to 2011-12, 1,067,371 lines",
            "CC BY 4.0",
            "https://archive.ics.uci.edu/static/public/502/online+retail+ii.zip",
            "online_retail_II.xlsx",
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
        _prove(file, data_set)
        return file
    folder.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    try:
        _download(address or data_set.address, partial)
        _prove(partial, data_set)
        partial.replace(file)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise FileUnreadableError(
            f"`{data_set.address}` cannot be reached: {getattr(error, 'reason', error)}.",
            f"without a network, download it elsewhere, save it as `{file}` and call again: it is "
            f"then only checked; or try the made-up shop with `shopkeeper demo`",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return file


def _download(address: str, to: Path) -> None:
    with urllib.request.urlopen(address, timeout=SECONDS_TO_WAIT) as answer, to.open("wb") as out:  # noqa: S310 - addresses are our own, or given by the caller on purpose
        while chunk := answer.read(CHUNK_BYTES):
            out.write(chunk)


def _prove(file: Path, data_set: DataSet) -> None:
    """Checks the archive's own checksums, and the publisher's where one is known."""
    try:
        with zipfile.ZipFile(file) as archive:
            broken = archive.testzip()
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _not_it(file, data_set, "it is not a zip archive") from error
    if broken:
        raise _not_it(file, data_set, f"`{broken}` in it is damaged")
    if data_set.member not in names:
        raise _not_it(file, data_set, f"there is no `{data_set.member}` in it")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if data_set.checksums and digest not in data_set.checksums:
        raise _not_it(file, data_set, f"its SHA-256 is {digest[:16]}…")


def _not_it(file: Path, data_set: DataSet, why: str) -> FileUnreadableError:
    return FileUnreadableError(
        f"`{file.name}` is not the data set `{data_set.name}`: {why}.",
        "remove it and fetch it again",
    )
