"""Which signs divide a delimited text, and which names its header gives, from its first bytes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'")
# Records that are looked at to tell delimiters apart.
RECORDS_LOOKED_AT = 2_000
# Share of records that must have as many fields as the header.
REGULAR_SHARE = 0.5
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?:$|[,;\t|])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TextShape:
    """How a delimited text is divided.

    Attributes:
        delimiter: Sign between two fields.
        quote: Sign around a field.
        header: Names in its first record.
        records: Records that follow, at most `RECORDS_LOOKED_AT`; blank lines are none.
        regular_share: Share of them that have as many fields as the header; 0–1.
    """

    delimiter: str
    quote: str
    header: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    regular_share: float

    @property
    def usual_width(self) -> int:
        """The number of fields that most records have."""
        widths = Counter(len(record) for record in self.records)
        return max(widths, key=lambda width: (widths[width], width), default=len(self.header))


def shape_of(sample: str, delimiter: str | None = None) -> TextShape | None:
    """Gives how a text is divided, or None if no delimiter divides its first line.

    Args:
        sample: The beginning of the text, cut at the end of a record as far as possible.
        delimiter: The delimiter, if it is known.
    """
    quote = QUOTES[1] if '"' not in sample and _SINGLE_QUOTED.search(sample) else QUOTES[0]
    candidates = DELIMITERS if delimiter is None else (delimiter,)
    shapes = [_divided(sample, candidate, quote) for candidate in candidates]
    usable = [shape for shape in shapes if shape is not None and len(shape.header) > 1]
    return max(usable, key=_likelihood, default=None)


def is_divided_by_spaces(sample: str) -> bool:
    """Whether columns seem to be set apart by runs of spaces, as in a printed table."""
    lines = [line for line in sample.splitlines()[:50] if line.strip()]
    widths = Counter(len(line.split()) for line in lines)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return width > 1 and count >= REGULAR_SHARE * len(lines)


def _likelihood(shape: TextShape) -> tuple[bool, int, float]:
    """Regular texts first, then the one with more columns: decimal commas are regular, too."""
    return shape.regular_share >= REGULAR_SHARE, len(shape.header), shape.regular_share


def _divided(sample: str, delimiter: str, quote: str) -> TextShape | None:
    records = _records(io.StringIO(sample, newline=""), delimiter, quote)
    if not records:
        return None
    header, rows = records[0], tuple(records[1:])
    share = _regular_share(rows, len(header))
    if share < REGULAR_SHARE:
        # A quote that is never closed swallows the records behind it, but not as lines.
        lines = [line for line in sample.splitlines() if line][1 : RECORDS_LOOKED_AT + 1]
        alone = [record for line in lines for record in _records([line], delimiter, quote)]
        share = max(share, _regular_share(alone, len(header)))
    return TextShape(delimiter, quote, header, rows, share)


def _records(lines: Iterable[str], delimiter: str, quote: str) -> list[tuple[str, ...]]:
    """Gives the first records that are not blank."""
    reader = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    records: list[tuple[str, ...]] = []
    try:
        for record in reader:
            if record:
                records.append(tuple(record))
            if len(records) > RECORDS_LOOKED_AT:
                break
    except csv.Error:  # A field beyond the reader's limit: what was read before it is enough.
        pass
    return records


def _regular_share(records: Sequence[tuple[str, ...]], width: int) -> float:
    """Gives the share of records that have a width, empty fields too many at the end aside."""
    fits = sum(len(r) == width or (len(r) > width and not any(r[width:])) for r in records)
    return fits / len(records) if records else 1.0
