"""Numbers, money, shares and dates as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shopkeeper.html import formatting
from shopkeeper.html.changes import change_of, exact_text, value_text
from shopkeeper.reports.report import Measure, Number, Unit


def _plain(text: str) -> str:
    return text.replace(formatting.SPACE, " ").replace(formatting.MINUS, "-")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("0", "GBP", "£0.00"),
        ("1234.5", "GBP", "£1,234.50"),
        ("-1234567.895", "EUR", "-€1,234,567.90"),
        ("-0.004", "USD", "$0.00"),
        ("10000000000", "USD", "$10,000,000,000.00"),
        ("1234.5", "CHF", "CHF 1,234.50"),
        ("-5", "SEK", "-SEK 5.00"),
        ("1234.5", "JPY", "¥1,235"),
        ("1.2345", "KWD", "KWD 1.235"),
    ],
)
def test_money_is_rounded_to_the_smallest_unit(amount: str, currency: str, shown: str) -> None:
    assert _plain(formatting.money(Decimal(amount), currency)) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("19287250.5680", "£19,287,250.568"),
        ("0.0000", "£0.00"),
        ("0.0001", "£0.0001"),
        ("-12.3000", "-£12.30"),
    ],
)
def test_exact_money_hides_no_stored_decimal(amount: str, shown: str) -> None:
    assert _plain(formatting.exact_money(Decimal(amount), "GBP")) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "£0.00"),
        (476.234, "£476.23"),
        (9134.4, "£9,134"),
        (12540, "£12.5 k"),
        (999_499, "£999 k"),
        (999_950, "£1 m"),
        (-1_234_567, "-£1.23 m"),
        (10_000_000_000, "£10 bn"),
        (2.5e12, "£2.50 tn"),
    ],
)
def test_short_money_is_readable_at_any_size(amount: float, shown: str) -> None:
    assert _plain(formatting.short_money(amount, "GBP")) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.1234, "12.3 %"),
        (0, "0.0 %"),
        (1, "100.0 %"),
        (-0.05, "-5.0 %"),
        (0.0001, "<0.1 %"),
        (-0.0001, "-<0.1 %"),
        (12.5, "1,250.0 %"),
    ],
)
def test_a_share_is_a_percentage_and_never_hides_that_there_is_some(
    value: float, shown: str
) -> None:
    assert _plain(formatting.share(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (1067371, "1,067,371"), (-12, "-12"), (1.5, "1.50"), (Decimal("3.000"), "3")],
)
def test_a_count_has_thousands_and_no_needless_decimals(value: Number, shown: str) -> None:
    assert _plain(formatting.count(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "£0"), (500_000, "£500 k"), (1_500_000, "£1.5 m"), (-20, "-£20"), (0.5, "£0.50")],
)
def test_axis_money_has_no_needless_digits(value: float, shown: str) -> None:
    assert _plain(formatting.axis_money(value, "GBP")) == shown


def test_dates_are_written_out() -> None:
    last = date(2011, 12, 9)
    assert _plain(formatting.day(last)) == "9 December 2011"
    assert _plain(formatting.short_day(last)) == "9 Dec 2011"
    assert _plain(formatting.month(last)) == "December 2011"
    assert _plain(formatting.period(last, last)) == "9 December 2011"
    assert _plain(formatting.period(date(2009, 12, 1), last)) == "1 December 2009 – 9 December 2011"


def test_one_is_singular() -> None:
    assert _plain(formatting.plural(1, "order")) == "1 order"
    assert _plain(formatting.plural(2, "order")) == "2 orders"


def _measure(unit: Unit, value: Number | None, previous: Number | None) -> Measure:
    return Measure("name", "Label", "Meaning", unit, value, previous)


@pytest.mark.parametrize(
    ("unit", "value", "previous", "direction", "words", "before"),
    [
        (Unit.COUNT, 110, 100, "up", "up 10.0 %", "from 100"),
        (Unit.COUNT, 90, 100, "down", "down 10.0 %", "from 100"),
        (Unit.SHARE, 0.25, 0.2, "up", "up 5.0 points", "from 20.0 %"),
        (Unit.CURRENCY, Decimal(5), Decimal(5), "level", "unchanged", "at £5.00"),
        (Unit.COUNT, 5, 0, "up", "up", "from 0"),
        (Unit.CURRENCY, Decimal(5), Decimal(-5), "up", "up", "from -£5.00"),
        (Unit.COUNT, 5, None, "unknown", "no earlier value", ""),
        (Unit.COUNT, None, 5, "unknown", "no earlier value", ""),
        (Unit.DAYS, 3.0, 4.0, "down", "down 25.0 %", "from 4.0 days"),
    ],
)
def test_a_change_is_told_in_words(
    unit: Unit,
    value: Number | None,
    previous: Number | None,
    direction: str,
    words: str,
    before: str,
) -> None:
    change = change_of(_measure(unit, value, previous), "GBP")
    assert change.direction == direction
    assert _plain(change.words) == words
    assert _plain(change.before) == before
    assert bool(change.arrow) == (direction in {"up", "down"})


def test_an_unknown_value_is_said_to_be_unknown() -> None:
    assert value_text(None, "currency", "GBP") == exact_text(None, "share", "GBP") == "not known"


def test_headlines_shorten_what_the_exact_text_keeps() -> None:
    assert _plain(value_text(Decimal("9487412.75"), "currency", "GBP")) == "£9.49 m"
    assert _plain(exact_text(Decimal("9487412.75"), "currency", "GBP")) == "£9,487,412.75"
    assert _plain(value_text(12_345_678, "count", "GBP")) == "12.3 m"
    assert _plain(value_text(1.0, "days", "GBP")) == "1.0 day"
