"""What was gathered about one raw column: a guess, what counting says to it, and what remains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shopkeeper.sources.reading.column_guesses import (
    ColumnGuess,
    FormatHints,
    clue_for_order,
    decimal_of_file,
    guess_column,
)
from shopkeeper.sources.reading.counting import ColumnCount, Value
from shopkeeper.sources.reading.formats import DateOrder
from shopkeeper.sources.reading.profiles import MIXED_SHARE, FormatVariant

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one column so far.

    Attributes:
        type: Its type in the raw table.
        guess: What it seems to hold.
        count: What was counted with this guess.
        sample: Some values with their counts.
        misfits: Values that no format of the guess reads, early ones first.
        variants: Other ways of writing that a substantial part of the values has.
        is_ambiguous: Whether the order of day and month stays open.
        first_misfit: Text of the first value that the format does not read.
    """

    type: dt.DataType
    guess: ColumnGuess
    count: ColumnCount
    sample: Mapping[str, int]
    misfits: tuple[Value, ...] = ()
    variants: tuple[FormatVariant, ...] = ()
    is_ambiguous: bool = False
    first_misfit: str | None = None

    @property
    def value_count(self) -> int:
        """Rows in which the column is not missing."""
        return self.count.row_count - self.count.missing_count

    @property
    def unread_count(self) -> int:
        """Values that neither format of the guess reads; 0 for plain text and typed columns."""
        if self.guess.is_plain_text:
            return 0
        other = self.count.other.only_count if self.count.other else 0
        return self.value_count - self.count.reach.count - other

    @property
    def is_substantially_unread(self) -> bool:
        """Whether what is not read is too much to be typing errors."""
        return self.unread_count >= max(MIXED_SHARE * self.value_count, 1)

    @property
    def format_text(self) -> str:
        """The guessed format in words."""
        if self.guess.date is not None:
            return self.guess.date.date_format.text
        return self.guess.number.number_format.text if self.guess.number else ""


def guess_again(evidence: Evidence, misfits: tuple[Value, ...], hints: FormatHints) -> ColumnGuess:
    """Gives a guess from the sample and from what the first did not read, weighed by their rows."""
    read = evidence.value_count - evidence.unread_count
    weight = max(read // max(sum(evidence.sample.values()), 1), 1)
    values = Counter({text: count * weight for text, count in evidence.sample.items()})
    values.update({value.text: value.count for value in misfits})
    again = guess_column(values, hints)
    doubt, settled = again.number, evidence.guess.number
    if doubt is not None and settled is not None and doubt.doubtful_sign:
        return evidence.guess
    return again


def settle_orders(columns: Mapping[str, Evidence], hints: FormatHints) -> dict[str, Evidence]:
    """Tells day and month apart by the values that only one order reads, else by other columns."""
    settled = {name: _ordered_by_values(evidence) for name, evidence in columns.items()}
    orders: dict[str, DateOrder] = {}
    for evidence in settled.values():
        date = evidence.guess.date
        if date is not None and len(date.orders) == 1 and date.orders[0] != "ymd":
            orders[date.date_format.separator] = date.orders[0]
    decimal = decimal_of_file({name: e.guess for name, e in settled.items()}, hints)
    for name, evidence in settled.items():
        date = evidence.guess.date
        if date is not None and len(date.orders) > 1:
            clue = clue_for_order(date.date_format, orders, decimal)
            settled[name] = _in_order(evidence, clue or date.orders[0], is_known=clue is not None)
    return settled


def _ordered_by_values(evidence: Evidence) -> Evidence:
    date, other = evidence.guess.date, evidence.count.other
    if date is None or other is None:
        return evidence
    first_only, second_only = evidence.count.reach.only_count, other.only_count
    if not first_only and not second_only:
        return evidence
    return _in_order(evidence, date.orders[0 if first_only >= second_only else 1], is_known=True)


def _in_order(evidence: Evidence, order: DateOrder, *, is_known: bool) -> Evidence:
    """Takes one of two orders for good; what only the other one reads becomes a variant."""
    date, count = evidence.guess.date, evidence.count
    assert date is not None
    assert count.other is not None
    taken, left = count.reach, count.other
    taken_format, left_format = date.date_format, evidence.guess.other_date_format
    assert left_format is not None
    if order != taken_format.order:
        taken, left = left, taken
        taken_format, left_format = left_format, taken_format
    variants = evidence.variants
    if left.only_count:
        variants += (FormatVariant(left_format.text, left.only_count, "", left.first_only_row),)
    return replace(
        evidence,
        guess=ColumnGuess(date=replace(date, date_format=taken_format, orders=(order,))),
        count=replace(count, reach=taken, other=None),
        variants=variants,
        is_ambiguous=not is_known,
    )
