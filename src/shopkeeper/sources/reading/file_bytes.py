"""One pass over the bytes of a raw file: fingerprint, wrapping, encoding, lines, damage."""

from __future__ import annotations

import codecs
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from shopkeeper.errors import FileUnreadableError

CHUNK_BYTES = 1 << 18
# The beginning of a text that is kept to find out its signs and columns.
SAMPLE_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
# Letters beyond ASCII that are looked at to tell UTF-8 with some damage from another encoding.
_LETTERS_LOOKED_AT = 1_000
_CONTROLS_OF_LATIN_1 = re.compile(rb"[\x80-\x9f]")


@dataclass
class TextFacts:
    """What one pass over an unpacked text found; encoding questions are answered for UTF-8.

    Attributes:
        sample: Its first bytes, up to `SAMPLE_BYTES`.
        size_bytes: Its unpacked size.
        newline_count: Number of newline bytes.
        blank_tail: Newline bytes at its very end.
        first_invalid_byte: Place of the first byte that is not UTF-8; None if all are.
        valid_letter_count: Letters beyond ASCII that are UTF-8, counted up to a limit.
        invalid_letter_count: Bytes that are not UTF-8.
        has_latin_1_controls: Whether bytes 0x80–0x9F occur in a text that is not UTF-8.
        first_nul_byte: Place of the first NUL byte; None if there is none.
    """

    sample: bytes = b""
    size_bytes: int = 0
    newline_count: int = 0
    blank_tail: int = 0
    first_invalid_byte: int | None = None
    valid_letter_count: int = 0
    invalid_letter_count: int = 0
    has_latin_1_controls: bool = False
    first_nul_byte: int | None = None
    _pending: bytes = field(default=b"", repr=False)

    @property
    def is_complete_sample(self) -> bool:
        """Whether the sample is the whole text."""
        return self.size_bytes <= len(self.sample)

    @property
    def line_count(self) -> int:
        """Physical lines, without blank ones at the end."""
        return self.newline_count - self.blank_tail + (self.size_bytes > self.blank_tail)

    def add(self, chunk: bytes) -> None:
        """Takes in the next bytes."""
        if len(self.sample) < SAMPLE_BYTES:
            self.sample += chunk[: SAMPLE_BYTES - len(self.sample)]
        if self.first_nul_byte is None and b"\0" in chunk:
            self.first_nul_byte = self.size_bytes + chunk.index(b"\0")
        self._check_encoding(chunk, final=False)
        self.newline_count += chunk.count(b"\n")
        content = chunk.rstrip(b"\r\n")
        tail = chunk[len(content) :].count(b"\n")
        self.blank_tail = tail if content else self.blank_tail + tail
        self.size_bytes += len(chunk)

    def finish(self) -> None:
        """Says that no bytes follow: a letter that was cut off is damage."""
        self._check_encoding(b"", final=True)

    def _check_encoding(self, chunk: bytes, *, final: bool) -> None:
        if not self._pending and chunk.isascii():
            return
        begin = self.size_bytes - len(self._pending)
        content = self._pending + chunk
        self._pending = b""
        if self.first_invalid_byte is None:
            try:
                text, used = codecs.utf_8_decode(content, "strict", final)
            except UnicodeDecodeError as error:
                self.first_invalid_byte = begin + error.start
            else:
                self._pending = content[used:]
                self._count_letters(text)
                return
        self._check_damaged(content)

    def _check_damaged(self, content: bytes) -> None:
        if not self.has_latin_1_controls:
            self.has_latin_1_controls = bool(_CONTROLS_OF_LATIN_1.search(content))
        if self.invalid_letter_count < _LETTERS_LOOKED_AT:
            self._count_letters(content.decode("utf-8", "replace"))

    def _count_letters(self, text: str) -> None:
        if self.valid_letter_count < _LETTERS_LOOKED_AT:
            invalid = text.count("\N{REPLACEMENT CHARACTER}")
            self.valid_letter_count += len(text) - len(text.encode("ascii", "ignore")) - invalid
            if self.first_invalid_byte is not None:
                self.invalid_letter_count += invalid


class HashedFile:
    """A file that is hashed while it is read.

    Attributes:
        name: Name for messages.
        size_bytes: Bytes read so far.
    """

    def __init__(self, source: BinaryIO, name: str) -> None:
        self._source = source
        self._hash = hashlib.sha256()
        self.name = name
        self.size_bytes = 0

    def chunks(self, head: bytes = b"") -> Iterator[bytes]:
        """Gives what was read before, then the rest of the file, in pieces."""
        if head:
            yield head
        while chunk := self.read(CHUNK_BYTES):
            yield chunk

    def read(self, size: int) -> bytes:
        """Gives the next bytes, at most `size`."""
        chunk = self._source.read(size)
        self._hash.update(chunk)
        self.size_bytes += len(chunk)
        return chunk

    def sha256(self) -> str:
        """Reads what is left; gives the fingerprint of the whole file in hexadecimal."""
        for _ in self.chunks():
            pass
        return self._hash.hexdigest()


def unpack_gzip(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Gives the unpacked bytes of a gzip file, which may have several parts.

    Raises:
        FileUnreadableError: The file ends too early or is damaged.
    """
    unpacker = zlib.decompressobj(wbits=31)
    is_open = True
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpacker.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                unpacker, is_open = zlib.decompressobj(wbits=31), True
            try:
                unpacked = unpacker.decompress(rest)
            except zlib.error as error:
                raise _damaged_gzip(name, "is damaged") from error
            if unpacked:
                yield unpacked
            rest, is_open = unpacker.unused_data, not unpacker.eof
    if is_open:
        raise _damaged_gzip(name, "ends too early")


def text_facts(chunks: Iterator[bytes]) -> TextFacts:
    """Gives what one pass over the bytes of a text finds."""
    facts = TextFacts()
    for chunk in chunks:
        facts.add(chunk)
    facts.finish()
    return facts


def _damaged_gzip(name: str, what: str) -> FileUnreadableError:
    return FileUnreadableError(
        f"The compressed file `{name}` {what}.", "copy or download it again", {"file": name}
    )


def open_file(path: Path) -> BinaryIO:
    """Opens a file for reading bytes.

    Raises:
        FileUnreadableError: It may not be read.
    """
    try:
        return path.open("rb")
    except PermissionError as error:
        raise FileUnreadableError(
            f"`{path.name}` may not be read by this user.",
            f"allow it with `chmod u+r {path.name}`, or run as the owner of the file",
            {"path": str(path)},
        ) from error
