"""Safe files: which bytes may be read back as a part of a model; everything else is refused."""

from __future__ import annotations

import io
import json
import pickletools
import re
import zipfile
import zlib
from collections.abc import Callable

from shopkeeper.errors import UnsafeArtifactError, shorten

# One plain name: no folder, no hidden file, nothing that means something to a shell or a URL.
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# A gradient-boosted model of a million leaves takes a tenth of it; more is a mistake or an attack.
LARGEST_FILE_BYTES = 512 * 2**20
# Pickles of protocol 2 and later begin with these bytes (PEP 307, 3154, 574).
PICKLE_HEADERS = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
OTHER_HEADERS = {
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x78\x01": "a zlib stream",
    b"\x78\x9c": "a zlib stream",
    b"\x78\xda": "a zlib stream",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}
HINT = "models are saved as JSON, npz without objects, or a library's own JSON or UBJ; train again"


def check_file(name: str, content: bytes) -> None:
    """Holds a file to what its name says it is, byte by byte where that is possible.

    Being what it says is what counts: a pickle that is renamed is neither JSON nor npz nor UBJ.

    Args:
        name: File name, without a folder.
        content: Everything in it.

    Raises:
        UnsafeArtifactError: The name or the content is none of those that cannot run code.
    """
    check_name(name)
    if len(content) > LARGEST_FILE_BYTES:
        raise UnsafeArtifactError(
            f"`{name}` has {len(content):,} bytes, more than the {LARGEST_FILE_BYTES:,} allowed."
        )
    _refuse_foreign(name, content)
    _CHECKS[_suffix(name)](name, content)


def check_name(name: str) -> None:
    """Holds a file's name to one plain word with a known suffix.

    Raises:
        UnsafeArtifactError: It leads elsewhere, is hidden, or has another suffix.
    """
    if not PLAIN_NAME.fullmatch(name) or ".." in name:
        raise UnsafeArtifactError(
            f"A model's file is named `{shorten(name)}`, which is no plain file name.", HINT
        )
    if _suffix(name) not in _CHECKS:
        known = ", ".join(sorted(_CHECKS))
        raise UnsafeArtifactError(
            f"A model's file is named `{shorten(name)}`; only {known} are read.", HINT
        )


def is_pickle(content: bytes) -> bool:
    """Says whether bytes are a pickle of any protocol; its instructions are read, never run."""
    if content.startswith(PICKLE_HEADERS):
        return True
    try:
        # It ends at the instruction STOP, and raises where there is none.
        list(pickletools.genops(content))
    except Exception:  # noqa: BLE001 - what the reader cannot follow to the end is no pickle
        return False
    return True


def _suffix(name: str) -> str:
    return name[name.rfind(".") :] if "." in name else ""


def _refuse_foreign(name: str, content: bytes) -> None:
    if content.startswith(PICKLE_HEADERS):
        raise _refused(name, "is a pickle")
    for header, what in OTHER_HEADERS.items():
        if content.startswith(header):
            raise _refused(name, f"is {what}")


def _check_json(name: str, content: bytes) -> None:
    try:
        json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _refused(name, "is a pickle" if is_pickle(content) else "is not JSON") from None


def _check_text(name: str, content: bytes) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused(name, "is not text") from None
    if "\0" in text or is_pickle(content):
        raise _refused(name, "is not plain text")


def _check_ubj(name: str, content: bytes) -> None:
    # `{` begins an object of UBJSON and is no instruction of any pickle protocol.
    if not (content.startswith(b"{") and content.endswith(b"}")):
        raise _refused(name, "is a pickle" if is_pickle(content) else "is not UBJSON")


def _check_npz(name: str, content: bytes) -> None:
    # A pickle with an archive behind it still opens as an archive, so the start counts too.
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise _refused(name, "is a pickle" if is_pickle(content) else "is not an npz archive")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > LARGEST_FILE_BYTES:
                raise _refused(name, "unpacks to more than is allowed")
            if len({member.filename for member in members}) < len(members):
                raise _refused(name, "holds two members of the same name")
            for member in members:
                _check_array(name, member.filename, archive.read(member))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        zlib.error,
    ):
        raise _refused(name, "is a damaged npz archive") from None


def _check_array(name: str, member: str, content: bytes) -> None:
    from numpy.lib import format as npy

    if not member.endswith(".npy") or not PLAIN_NAME.fullmatch(member) or ".." in member:
        raise _refused(name, f"holds `{shorten(member)}`, which is no array")
    stream = io.BytesIO(content)
    if not content.startswith(npy.MAGIC_PREFIX):
        raise _refused(name, f"holds `{member}`, which is no array")
    read_header = {
        (1, 0): npy.read_array_header_1_0,
        (2, 0): npy.read_array_header_2_0,
    }.get(npy.read_magic(stream))
    if read_header is None:
        raise _refused(name, f"holds `{member}` of an unknown format version")
    shape, _, dtype = read_header(stream)
    if dtype.hasobject:
        raise _refused(name, f"holds `{member}`, an array of Python objects, which is a pickle")
    wanted = dtype.itemsize
    for length in shape:
        wanted *= length
    if len(content) - stream.tell() != wanted:
        raise _refused(name, f"holds `{member}`, whose length is not what it says")


def _refused(name: str, why: str) -> UnsafeArtifactError:
    return UnsafeArtifactError(f"Model file `{shorten(name)}` {why}; it is not read.", HINT)


_CHECKS: dict[str, Callable[[str, bytes], None]] = {
    ".json": _check_json,
    ".md": _check_text,
    ".npz": _check_npz,
    ".ubj": _check_ubj,
}
