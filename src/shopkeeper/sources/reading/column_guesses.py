"""A guess at what each column is, and the clues that columns of a file give each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shopkeeper.sources.reading.date_guesses import DateGuess, guess_date_format
from shopkeeper.sources.reading.formats import DateFormat, DateOrder, Decimal
from shopkeeper.sources.reading.number_guesses import NumberGuess, guess_number_format, settle


@dataclass(frozen=True, slots=True)
class FormatHints:
    """What is known of the formats of a file besides its values.

    Attributes:
        delimiter: Sign between its fields: `;` goes with decimal commas and with days first.
        decimal: Decimal sign that the user names; None to find it out.
        date_order: Order of year, month and day that the user names; None to find it out.
    """

    delimiter: str = ""
    decimal: Decimal | None = None
    date_order: DateOrder | None = None


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column of text seems to hold: dates, else numbers, else anything.

    Attributes:
        date: How its dates seem to be written; None if it seems to hold none.
        number: How its numbers seem to be written; None if it seems to hold none, or dates.
    """

    date: DateGuess | None = None
    number: NumberGuess | None = None

    @property
    def other_date_format(self) -> DateFormat | None:
        """The date format with day and month the other way round, if that is open."""
        if self.date is None or len(self.date.orders) == 1:
            return None
        return replace(self.date.date_format, order=self.date.orders[1])

    def reads_like(self, other: ColumnGuess) -> bool:
        """Whether two guesses give the same formats, however sure they are."""
        return self._formats() == other._formats()

    def _formats(self) -> tuple[object, ...]:
        date = (self.date.date_format, self.date.orders) if self.date else None
        number = replace(self.number.number_format, currency="") if self.number else None
        return (date, number)

    @property
    def is_plain_text(self) -> bool:
        """Whether it seems to hold neither dates nor numbers."""
        return self.date is None and self.number is None


def guess_column(values: Mapping[str, int], hints: FormatHints) -> ColumnGuess:
    """Gives what some values of a column seem to be.

    Args:
        values: Values, none of them missing, and how often each occurs.
        hints: What is known besides.
    """
    date = guess_date_format(values)
    if date is None:
        return ColumnGuess(number=guess_number_format(values, hints.decimal))
    if hints.date_order in date.orders:
        order = hints.date_order
        date = replace(date, date_format=replace(date.date_format, order=order), orders=(order,))
    return ColumnGuess(date=date)


def settle_numbers(
    guesses: Mapping[str, ColumnGuess], hints: FormatHints
) -> dict[str, ColumnGuess]:
    """Gives the guesses with doubtful decimal signs told by the other columns where possible."""
    decimal = decimal_of_file(guesses, hints)
    settled = dict(guesses)
    for name, guess in guesses.items():
        if guess.number is not None and guess.number.doubtful_sign and decimal is not None:
            settled[name] = replace(guess, number=settle(guess.number, decimal))
    return settled


def decimal_of_file(guesses: Mapping[str, ColumnGuess], hints: FormatHints) -> Decimal | None:
    """Gives the decimal sign that the file uses, if it can be told."""
    if hints.decimal is not None:
        return hints.decimal
    numbers = [guess.number for guess in guesses.values() if guess.number is not None]
    clear: set[Decimal] = {n.number_format.decimal for n in numbers if n.has_decimals}
    if len(clear) == 1:
        return clear.pop()
    return "," if hints.delimiter == ";" and not clear else None


def clue_for_order(
    date_format: DateFormat, orders: Mapping[str, DateOrder], decimal: Decimal | None
) -> DateOrder | None:
    """Gives whether days or months come first where the dates themselves leave it open.

    Args:
        date_format: How the dates are written, but for their order.
        orders: Separator → order of other dates of the file, where it is clear.
        decimal: The decimal sign of the file, if it can be told.
    """
    if date_format.separator in orders:
        return orders[date_format.separator]
    if date_format.has_half_days and date_format.separator == "/":
        return "mdy"
    if date_format.separator == "." or decimal == ",":
        return "dmy"
    return None
