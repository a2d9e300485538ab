"""What is known of a raw column after all its rows were looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shopkeeper.sources.reading.formats import DateFormat, NumberFormat

# A second way of writing that at least this share of the values has is no accident.
MIXED_SHARE = 0.01


class Kind(StrEnum):
    """What the values of a column are."""

    IDENTIFIER = "identifier"
    NUMBER = "number"
    TIMESTAMP = "timestamp"
    TEXT = "text"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class FormatVariant:
    """One of several ways in which the values of a column are written.

    Attributes:
        text: The way in words, such as `day first, 31.12.2011`.
        count: Number of values written so, and not in the way before.
        example: The first of them.
        first_row: Its row number, from 1; None where rows have none.
    """

    text: str
    count: int
    example: str
    first_row: int | None


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A raw column, counted over all rows.

    Attributes:
        name: Its name, as written in the file.
        kind: What its values are.
        row_count: Rows of the table.
        missing_count: Rows in which it is empty or says `NULL`, `nan` or the like.
        distinct_count: Different values, approximately.
        minimum: Least number or earliest instant, as text; None for other kinds.
        maximum: Greatest number or latest instant, as text; None for other kinds.
        examples: Up to three different values, as written.
        number_format: How its numbers are written; None if most values are no numbers.
        date_format: How its dates are written; None if most values are no dates.
        misfit_count: Values that its number or date format cannot read.
        first_misfit: The first of them.
        first_misfit_row: Its row number, from 1; None where rows have none.
        is_ambiguous: Whether day and month, or decimal and thousands signs, cannot be told apart.
        variants: Ways of writing with their counts, if there are several; the usual one first.
        currency: Currency sign or code beside its numbers, or empty text.
        has_trailing_zero: Whether whole numbers are written as fractions (`17850.0`).
    """

    name: str
    kind: Kind
    row_count: int
    missing_count: int
    distinct_count: int
    minimum: str | None = None
    maximum: str | None = None
    examples: tuple[str, ...] = ()
    number_format: NumberFormat | None = None
    date_format: DateFormat | None = None
    misfit_count: int = 0
    first_misfit: str | None = None
    first_misfit_row: int | None = None
    is_ambiguous: bool = False
    variants: tuple[FormatVariant, ...] = ()
    currency: str = ""
    has_trailing_zero: bool = False

    @property
    def value_count(self) -> int:
        """Rows in which the column is not missing."""
        return self.row_count - self.missing_count

    @property
    def is_mixed(self) -> bool:
        """Whether a substantial part of the values is written in another way than the rest."""
        others = sum(variant.count for variant in self.variants[1:])
        return others >= max(MIXED_SHARE * self.value_count, 1)
