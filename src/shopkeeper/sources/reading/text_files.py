"""Delimited text files, looked at: encoding, signs, header, and damage that reading must mend."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shopkeeper.engines.raw_layout import FileInspection
from shopkeeper.engines.raw_text import open_bytes
from shopkeeper.errors import FileUnreadableError, FormatError, shorten
from shopkeeper.sources.reading.delimiters import (
    REGULAR_SHARE,
    TextShape,
    is_divided_by_spaces,
    shape_of,
)
from shopkeeper.sources.reading.encodings import (
    TextEncoding,
    check_encoding,
    find_encoding,
    line_of_byte,
)
from shopkeeper.sources.reading.file_bytes import CHUNK_BYTES, TextFacts, text_facts
from shopkeeper.sources.reading.file_kinds import refuse_other_kinds
from shopkeeper.sources.reading.headers import check_header, check_rows

_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class TextHints:
    """What a user says about texts.

    Attributes:
        delimiter: Sign between fields; None to find it out.
        encoding: Name of the encoding; None to find it out.
    """

    delimiter: str | None = None
    encoding: str | None = None


def inspect_text(
    draft: FileInspection, chunks: Iterator[bytes], hints: TextHints
) -> FileInspection:
    """Completes what is known of a text file.

    Args:
        draft: Its path, compression and member.
        chunks: Its unpacked bytes; read once, to the end.
        hints: What a user says about it.

    Raises:
        FileUnreadableError: It is empty, has no rows, or is no text.
        FormatError: Its encoding, delimiter or header cannot be understood.
    """
    name = draft.path.name
    facts = text_facts(chunks)
    encoding = _encoding(draft, facts, hints)
    refuse_other_kinds(name, facts.sample, is_wide=encoding.is_wide)
    sample = _sample_text(facts, encoding)
    shape = _shape(name, sample, hints.delimiter)
    _check_regular(name, shape)
    check_header(name, shape.header)
    # A record beyond what Python's reader takes is a row all the same.
    check_rows(name, has_rows=bool(shape.records) or facts.line_count > 1)
    return replace(
        draft,
        header=shape.header,
        encoding=encoding.name,
        has_byte_order_mark=encoding.has_mark,
        delimiter=shape.delimiter,
        quote=shape.quote,
        line_count=None if encoding.is_wide else facts.line_count,
        first_damaged_line=_first_damaged_line(draft, facts, encoding),
        is_header_first=_is_header_first(sample, shape),
        has_line_breaks=any("\n" in field for record in shape.records for field in record),
    )


def _encoding(draft: FileInspection, facts: TextFacts, hints: TextHints) -> TextEncoding:
    if hints.encoding is None:
        return find_encoding(facts, lambda: _chunks_anew(draft))
    return check_encoding(hints.encoding, facts, lambda: _chunks_anew(draft), draft.path.name)


def _chunks_anew(draft: FileInspection) -> Iterator[bytes]:
    with open_bytes(draft) as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


def _sample_text(facts: TextFacts, encoding: TextEncoding) -> str:
    """Gives the beginning of the text; a line that was cut off is left out."""
    text = facts.sample.decode(encoding.name, "replace").removeprefix("\ufeff")
    if not facts.is_complete_sample and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    return text


def _shape(name: str, sample: str, delimiter: str | None) -> TextShape:
    if not sample.strip():
        raise FileUnreadableError(f"`{name}` is empty.", "check the export", {"file": name})
    shape = shape_of(sample, delimiter)
    if shape is not None:
        return shape
    first = shorten(_LINE_END.split(sample.lstrip("\r\n"), maxsplit=1)[0])
    if delimiter is not None:
        message = f"The first line of `{name}` is not divided by `{shorten(delimiter)}`: `{first}`"
        hint = "leave `delimiter` out of shopkeeper.toml to have it found"
    elif is_divided_by_spaces(sample):
        message = f"The columns of `{name}` are set apart by spaces: `{first}`"
        hint = "save it as CSV with commas, and with the names of the columns in the first line"
    else:
        message = f"No delimiter divides the first line of `{name}`: `{first}`"
        hint = "set `delimiter` in shopkeeper.toml, or save the file as CSV with column names"
    raise FormatError(message, hint, {"file": name})


def _check_regular(name: str, shape: TextShape) -> None:
    if shape.regular_share >= REGULAR_SHARE:
        return
    raise FormatError(
        f"The first line of `{name}` names {len(shape.header):,} columns, but most lines have "
        f"{shape.usual_width:,} fields.",
        "delete lines above the header, or set the right `delimiter` in shopkeeper.toml",
        {"file": name, "columns": len(shape.header), "fields": shape.usual_width},
    )


def _first_damaged_line(
    draft: FileInspection, facts: TextFacts, encoding: TextEncoding
) -> int | None:
    places = [facts.first_nul_byte if not encoding.is_wide else None]
    places.append(facts.first_invalid_byte if encoding.is_damaged else None)
    damaged = [place for place in places if place is not None]
    return line_of_byte(_chunks_anew(draft), min(damaged)) if damaged else None


def _is_header_first(sample: str, shape: TextShape) -> bool:
    first = _LINE_END.split(sample, maxsplit=1)[0]
    reader = csv.reader([first], delimiter=shape.delimiter, quotechar=shape.quote)
    return tuple(next(reader, ())) == shape.header
