"""How numbers are probably written, guessed from some of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shopkeeper.sources.reading.formats import Decimal, NumberFormat
from shopkeeper.sources.reading.patterns import CURRENCIES, number_pattern

_SCALE = 4
# Plain ones first: among formats that read equally many values, the first is taken.
_CANDIDATES = (
    NumberFormat(".", is_plain=True),
    NumberFormat(",", is_plain=True),
    NumberFormat(".", ","),
    NumberFormat(",", "."),
    NumberFormat(".", " "),
    NumberFormat(",", " "),
    NumberFormat(".", "'"),
    NumberFormat(",", "'"),
)
_PATTERNS = {c: re.compile(number_pattern(c, _SCALE)) for c in _CANDIDATES}
# One sign with exactly three digits behind it: thousands or decimals.
_DOUBTFUL = re.compile("[^0-9]*[1-9][0-9]{0,2}([.,])[0-9]{3}[^0-9]*")
_HAS_SIGN = re.compile("[0-9]*[.,][0-9]+")
_CURRENCY = re.compile(CURRENCIES)
_TRAILING_ZERO = re.compile(r"-?[0-9]+\.0")


@dataclass(frozen=True, slots=True)
class NumberGuess:
    """A guess at how numbers are written.

    Attributes:
        number_format: The format that reads most values.
        share: Share of the values that it reads; 0–1.
        doubtful_sign: The sign of which it is not clear whether it is a decimal or a thousands
            sign; empty if that is clear.
        has_trailing_zero: Whether all values are whole numbers that end in `.0`.
        has_decimals: Whether a value clearly has decimals, which tells the decimal sign.
    """

    number_format: NumberFormat
    share: float
    doubtful_sign: str = ""
    has_trailing_zero: bool = False
    has_decimals: bool = False


def guess_number_format(
    values: Mapping[str, int], decimal: Decimal | None = None
) -> NumberGuess | None:
    """Gives the number format that reads most of some values, or None if it is not half of them.

    Args:
        values: Values and how often each occurs.
        decimal: The decimal sign, if it is known.
    """
    total = sum(values.values())
    fits = {
        candidate: sum(n for value, n in values.items() if _PATTERNS[candidate].match(value))
        for candidate in _CANDIDATES
        if decimal in {None, candidate.decimal}
    }
    best = max(fits, key=lambda candidate: fits[candidate])
    if not total or 2 * fits[best] < total:
        return None
    read = [value for value in values if _PATTERNS[best].match(value)]
    signs = {match[1] for value in read if (match := _DOUBTFUL.fullmatch(value))}
    with_sign = [value for value in read if _HAS_SIGN.search(value)]
    doubtful = len(signs) == 1 and all(_DOUBTFUL.fullmatch(value) for value in with_sign)
    return NumberGuess(
        replace(best, currency=_currency(read)),
        fits[best] / total,
        doubtful_sign=signs.pop() if doubtful and decimal is None else "",
        has_trailing_zero=all(_TRAILING_ZERO.fullmatch(value) for value in read),
        has_decimals=bool(with_sign) and not doubtful,
    )


def settle(guess: NumberGuess, decimal: Decimal) -> NumberGuess:
    """Gives a guess whose doubtful sign is told by the decimal sign of other columns."""
    number_format = guess.number_format
    if guess.doubtful_sign == decimal:
        settled = replace(number_format, decimal=decimal, thousands="")
    else:
        thousands: Decimal = "." if decimal == "," else ","
        settled = replace(number_format, decimal=decimal, thousands=thousands, is_plain=False)
    return replace(guess, number_format=settled, doubtful_sign="")


def _currency(values: list[str]) -> str:
    """Gives the currency sign that stands in some values, or empty text."""
    for value in values:
        match = _CURRENCY.search(value)
        if match:
            return match[0]
    return ""
