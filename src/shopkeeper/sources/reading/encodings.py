"""Which encoding a text is written in, found from its bytes or checked against them."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shopkeeper.errors import FormatError, closest_hint, shorten
from shopkeeper.sources.reading.file_bytes import TextFacts

KNOWN_ENCODINGS = ("utf-8", "utf-16", "latin-1", "cp1252")
# Longer marks first: the one of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Share of NUL bytes on one side of each pair that makes a text UTF-16 even without a mark.
_NUL_SHARE_OF_UTF_16 = 0.4
_HEAD_BYTES = 4_096

Chunks = Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """The encoding of a text.

    Attributes:
        name: Python's name of it.
        has_mark: Whether the text begins with a byte order mark.
        is_damaged: Whether some bytes are not of the encoding, although most are.
    """

    name: str
    has_mark: bool = False
    is_damaged: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether every letter takes two or four bytes."""
        return self.name.startswith(("utf-16", "utf-32"))


def find_encoding(facts: TextFacts, chunks: Chunks) -> TextEncoding:
    """Gives the encoding of a text: UTF-8 wherever possible, else what Western Europe writes.

    Args:
        facts: What one pass over the text found.
        chunks: Gives the bytes of the text anew.
    """
    for mark, name in _MARKS:
        if facts.sample.startswith(mark):
            return TextEncoding(name, has_mark=True, is_damaged=name == "utf-8" and _damage(facts))
    head = facts.sample[:_HEAD_BYTES]
    for side, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[side::2]
        if half and half.count(b"\0") > _NUL_SHARE_OF_UTF_16 * len(half):
            other = head[1 - side :: 2]
            if other.count(b"\0") * 10 < len(other):
                return TextEncoding(name)
    if facts.first_invalid_byte is None or facts.valid_letter_count > facts.invalid_letter_count:
        return TextEncoding("utf-8", is_damaged=_damage(facts))
    if facts.has_latin_1_controls and _first_undecodable(chunks(), "cp1252") is None:
        return TextEncoding("cp1252")
    return TextEncoding("latin-1")


def check_encoding(wanted: str, facts: TextFacts, chunks: Chunks, name: str) -> TextEncoding:
    """Gives the encoding that a user named, if the text is written in it.

    Args:
        wanted: Its name, in any spelling that Python knows.
        facts: What one pass over the text found.
        chunks: Gives the bytes of the text anew.
        name: Name of the file for messages.

    Raises:
        FormatError: There is no such encoding, or the text is written in another one.
    """
    codec = _codec(wanted)
    found = find_encoding(facts, chunks)
    if codec in {"utf-8", "ascii"}:
        if found.name != "utf-8":
            raise _wrong(name, wanted, found.name, line_of_byte(chunks(), facts.first_invalid_byte))
        return found
    is_really_utf_8 = found.name == "utf-8" and facts.valid_letter_count and not found.is_damaged
    if found.has_mark and not found.name.startswith(codec[:5]):
        raise _wrong(name, wanted, found.name, None)
    if is_really_utf_8:
        raise _wrong(name, wanted, found.name, None)
    place = _first_undecodable(chunks(), codec)
    if place is not None:
        raise _wrong(name, wanted, found.name, line_of_byte(chunks(), place))
    return TextEncoding(codec, has_mark=found.has_mark)


def _codec(wanted: str) -> str:
    aliases = {"utf-8-sig": "utf-8", "iso8859-1": "latin-1"}
    try:
        codec = codecs.lookup(wanted).name
        "".encode(codec)
    except LookupError as error:
        raise FormatError(
            f"There is no text encoding `{shorten(wanted)}`.",
            closest_hint(wanted, KNOWN_ENCODINGS),
            {"encoding": wanted},
        ) from error
    return aliases.get(codec, codec)


def _damage(facts: TextFacts) -> bool:
    return facts.first_invalid_byte is not None


def _first_undecodable(chunks: Iterator[bytes], codec: str) -> int | None:
    """Gives the place of the first byte that is not of an encoding, about; None if all are."""
    decoder = codecs.getincrementaldecoder(codec)()
    place = 0
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            if "\0" in text and codec.startswith(("utf-16", "utf-32")):
                return place
            place += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return place + error.start
    except UnicodeError:
        return place
    return None


def line_of_byte(chunks: Iterator[bytes], place: int | None) -> int | None:
    """Gives the physical line, from 1, on which the byte at `place` lies."""
    if place is None:
        return None
    line, seen = 1, 0
    for chunk in chunks:
        line += chunk[: max(place - seen, 0)].count(b"\n")
        seen += len(chunk)
        if seen > place:
            break
    return line


def _wrong(name: str, wanted: str, found: str, line: int | None) -> FormatError:
    where = f"; first: line {line:,}" if line else ""
    return FormatError(
        f"`{name}` is not written in `{shorten(wanted)}`{where}.",
        f"leave `encoding` out of shopkeeper.toml, or set it to `{found}`",
        {"file": name, "encoding": wanted, "line": line},
    )
