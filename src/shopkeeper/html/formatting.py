"""Numbers, money, shares and dates as people read them, in plain English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from shopkeeper.reports.formatting import SIGNS

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
EN_DASH = "\N{EN DASH}"
UNKNOWN = "not known"

# ISO 4217: currencies whose smallest unit is not a hundredth.
MINOR_UNIT_DIGITS = {
    "BHD": 3, "CLP": 0, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0,
    "KWD": 3, "OMR": 3, "PYG": 0, "TND": 3, "UGX": 0, "VND": 0, "XAF": 0, "XOF": 0,
}  # fmt: skip
# The warehouse keeps money with four decimals; more cannot occur in a published amount.
STORED_DIGITS = 4
MAGNITUDES = ((1_000_000_000_000, "tn"), (1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k"))
# Below this, a count is read more easily in full than shortened.
SHORTEN_FROM = 10_000
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

Amount = Decimal | int | float
Label = Callable[[float], str]


def _signed(text: str, value: Amount) -> str:
    """Puts a minus sign before `text` where `value` is negative and does not round to zero."""
    return MINUS + text if value < 0 and any(digit in text for digit in "123456789") else text


def magnitude_of(value: Amount) -> Amount:
    """Gives the value without its sign."""
    return -value if value < 0 else value


def _rounded(value: Amount, digits: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def count(value: Amount) -> str:
    """Gives a number with thousands separators, without needless decimals.

    Examples:
        >>> count(1067371)
        '1,067,371'
    """
    rounded = _rounded(magnitude_of(value), 2)
    whole = rounded == rounded.to_integral_value()
    return _signed(f"{rounded:,.0f}" if whole else f"{rounded:,.2f}", value)


def plural(number: int, one: str, many: str = "") -> str:
    """Gives a count with its noun: `1 order`, `2 orders`."""
    return f"{count(number)}{SPACE}{one if number == 1 else many or one + 's'}"


def decimal(value: Amount, digits: int = 1) -> str:
    """Gives a number with a fixed number of decimals."""
    return _signed(f"{_rounded(magnitude_of(value), digits):,.{digits}f}", value)


def share(value: float, digits: int = 1) -> str:
    """Gives a share in 0-1 as a percentage; what is not quite nothing is shown as such.

    Examples:
        >>> share(0.1234) == f"12.3{SPACE}%"
        True
    """
    smallest = 10.0**-digits
    if 0 < magnitude_of(value) * 100 < smallest / 2:
        return f"{MINUS if value < 0 else ''}<{smallest:g}{SPACE}%"
    return _signed(f"{_rounded(magnitude_of(value) * 100, digits):,.{digits}f}{SPACE}%", value)


def significant(value: Amount) -> tuple[str, str]:
    """Gives the absolute value in three significant digits, and its magnitude (`k`, `m`, …)."""
    size = abs(Decimal(str(value)))
    rounded = Decimal(f"{size:.2e}")
    for scale, name in MAGNITUDES:
        if rounded >= scale:
            scaled = rounded / scale
            return _trimmed(f"{scaled:,.{max(0, 2 - scaled.adjusted())}f}"), name
    return f"{_rounded(size, 0):,.0f}", ""


def _trimmed(text: str) -> str:
    """Drops the decimals where they are all zero."""
    whole, _, decimals = text.partition(".")
    return whole if not decimals.strip("0") else text


def short_count(value: Amount) -> str:
    """Gives a number for an axis or a label: `9,134`, `12.5 k`, `1.07 m`."""
    if magnitude_of(value) < SHORTEN_FROM:
        return count(value)
    digits, magnitude = significant(value)
    return _signed(f"{digits}{SPACE}{magnitude}", value)


def with_currency(text: str, currency: str) -> str:
    """Puts the sign or code of a currency before an unsigned number."""
    sign = SIGNS.get(currency.upper())
    return f"{sign}{text}" if sign else f"{currency}{SPACE}{text}"


def money(amount: Amount, currency: str) -> str:
    """Gives an amount rounded to the currency's smallest unit.

    Examples:
        >>> money(Decimal("-1234.5"), "GBP")
        '−£1,234.50'
    """
    digits = MINOR_UNIT_DIGITS.get(currency.upper(), 2)
    text = f"{_rounded(magnitude_of(amount), digits):,.{digits}f}"
    return _signed(with_currency(text, currency), amount)


def exact_money(amount: Decimal, currency: str) -> str:
    """Gives an amount with every stored decimal, and at least the currency's own."""
    digits = MINOR_UNIT_DIGITS.get(currency.upper(), 2)
    whole, _, decimals = (
        f"{_rounded(magnitude_of(amount), STORED_DIGITS):,.{STORED_DIGITS}f}".partition(".")
    )
    kept = decimals.rstrip("0").ljust(digits, "0")
    return _signed(with_currency(f"{whole}.{kept}" if kept else whole, currency), amount)


def short_money(amount: Amount, currency: str) -> str:
    """Gives an amount in a few characters: `£476.23`, `£9,134`, `£1.43 m`."""
    if magnitude_of(amount) < 1_000:
        return money(amount, currency)
    if magnitude_of(amount) < SHORTEN_FROM:
        return _signed(with_currency(f"{_rounded(magnitude_of(amount), 0):,}", currency), amount)
    digits, magnitude = significant(amount)
    return _signed(with_currency(f"{digits}{SPACE}{magnitude}", currency), amount)


def sign_money(amount: Amount, currency: str) -> str:
    """Gives an amount where there is room for a currency's sign, but not for its code."""
    if currency.upper() in SIGNS:
        return short_money(amount, currency)
    rounded = _rounded(amount, 0)
    return short_count(rounded)


def day(value: date) -> str:
    """Gives a date: `9 December 2011`."""
    return f"{value.day}{SPACE}{MONTHS[value.month - 1]}{SPACE}{value.year}"


def month(value: date) -> str:
    """Gives the month of a date: `December 2011`."""
    return f"{MONTHS[value.month - 1]}{SPACE}{value.year}"


def period(first: date, last: date) -> str:
    """Gives a span of days, both ends included."""
    return day(first) if first == last else f"{day(first)} {EN_DASH} {day(last)}"


def axis_count(value: float) -> str:
    """Gives the label of a number on an axis: round numbers need no more digits than they have."""
    digits, magnitude = significant(value)
    if magnitude_of(value) < SHORTEN_FROM:
        return count(value)
    bare = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return _signed(f"{bare}{SPACE}{magnitude}", value)


def axis_money(value: float, currency: str) -> str:
    """Gives the label of an amount on an axis."""
    if value != int(value) and magnitude_of(value) < SHORTEN_FROM:
        return money(value, currency)
    return _signed(with_currency(axis_count(abs(value)), currency), value)


def short_day(value: date) -> str:
    """Gives a date for a table: `9 Dec 2011`."""
    return f"{value.day}{SPACE}{MONTHS[value.month - 1][:3]}{SPACE}{value.year}"
