"""When do customers buy: by month, quarter, weekday and hour, against the average day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.reports.drill import Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.periods import Period, month, quarter
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.sales_rolls import BUYERS, SALES, sale_rows, within

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "Sales are merchandise less discounts, before refunds, guests included, by the shop's own "
    "calendar. An index is the sales of an average day there over those of an average day: 1.2 is "
    "a fifth above. Months and quarters are compared within each block of twelve whole months, "
    "counted back from the last whole one, and averaged over the blocks, so that growth from year "
    "to year is no season. Weekdays without a sale count as days."
)
MONTHS_OF_YEAR = 12
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class SeasonPeriod:
    """Sales of one calendar month or quarter; unfinished where the data do not cover it whole."""

    label: str
    start: date
    end: date
    order_count: int
    customer_count: int
    sold_amount: Decimal
    is_complete: bool
    orders: Selection
    customers: Selection


@dataclass(frozen=True, slots=True)
class SeasonIndex:
    """A month, quarter, weekday or hour against the average.

    Attributes:
        name: Its name.
        number: Month 1-12, quarter 1-4, weekday 0-6 from Monday, hour 0-23.
        index: Over the average; None where the data do not cover a year.
        lowest, highest: The same in the weakest and the strongest year.
        share: Part of all sales, in 0-1.
        order_count: Orders; opens `orders`.
    """

    name: str
    number: int
    index: float | None
    lowest: float | None
    highest: float | None
    share: float
    order_count: int
    orders: Selection


@dataclass(frozen=True, slots=True)
class Seasonality:
    """When customers buy, as of a date."""

    as_of: date
    definition: str
    year_count: int
    months: tuple[SeasonPeriod, ...]
    quarters: tuple[SeasonPeriod, ...]
    months_of_year: tuple[SeasonIndex, ...]
    quarters_of_year: tuple[SeasonIndex, ...]
    weekdays: tuple[SeasonIndex, ...]
    hours: tuple[SeasonIndex, ...]
    findings: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    orders: int
    amount: Decimal


def seasonality(
    orders: ir.Table, customer_orders: ir.Table, *, as_of: date, time_zone: str
) -> Seasonality:
    """Gives when customers bought before `as_of`.

    Args:
        orders: One row per order number.
        customer_orders: One row per sale of a named customer.
        as_of: Day before which data are seen.
        time_zone: The shop's, for the hours.
    """
    rows = sale_rows(orders, customer_orders, as_of=as_of, time_zone=time_zone)
    days = _days(rows)
    months, quarters = (_periods(rows, days, as_of, of) for of in (month, quarter))
    blocks = _blocks(months)
    by_month = _of_year(blocks, months, 1)
    hours = _hours(rows)
    return Seasonality(
        as_of=as_of,
        definition=DEFINITION,
        year_count=len(blocks),
        months=months,
        quarters=quarters,
        months_of_year=by_month,
        quarters_of_year=_of_year(blocks, months, 3),
        weekdays=(weekdays := _weekdays(days, as_of)),
        hours=hours,
        findings=_findings(by_month, weekdays, hours),
        notes=_notes(months, quarters, blocks, hours),
    )


def _days(rows: ir.Table) -> tuple[_Day, ...]:
    grouped = rows.group_by("order_date").agg(n=rows.count(), amount=rows.sold_amount.sum())
    found = rows_of(grouped.order_by("order_date"))
    return tuple(_Day(row["order_date"], int(row["n"]), row["amount"]) for row in found)


def _periods(rows: ir.Table, days: tuple[_Day, ...], as_of: date, of) -> tuple[SeasonPeriod, ...]:  # type: ignore[no-untyped-def]
    """Gives each month or quarter from the first sale to `as_of`, also those without a sale."""
    if not days:
        return ()
    unit = "M" if of is month else "Q"
    grouped = rows.group_by(start=rows.order_date.truncate(unit)).agg(
        n=rows.count(), customers=rows.customer_id.nunique(), amount=rows.sold_amount.sum()
    )
    found = {row["start"]: row for row in rows_of(grouped)}
    periods = []
    period: Period = of(days[0].day)
    while period.start < as_of:
        row = found.get(period.start, {"n": 0, "customers": 0, "amount": Decimal(0)})
        periods.append(
            SeasonPeriod(
                *(period.label, period.start, period.end),
                *(int(row["n"]), int(row["customers"]), row["amount"]),
                period.is_covered(days[0].day, as_of),
                within(Selection(SALES.name), period),
                within(Selection(BUYERS.name), period),
            )
        )
        period = of(period.end)
    return tuple(periods)


def _blocks(months: tuple[SeasonPeriod, ...]) -> list[dict[int, tuple[float, int]]]:
    """Gives blocks of twelve whole months, newest first: month → amount and days."""
    whole = [one for one in months if one.is_complete]
    blocks = []
    while len(whole) >= MONTHS_OF_YEAR:
        block, whole = whole[-MONTHS_OF_YEAR:], whole[:-MONTHS_OF_YEAR]
        found = {m.start.month: (float(m.sold_amount), (m.end - m.start).days) for m in block}
        if any(amount for amount, _ in found.values()):
            blocks.append(found)
    return blocks


def _of_year(
    blocks: list[dict[int, tuple[float, int]]], months: tuple[SeasonPeriod, ...], size: int
) -> tuple[SeasonIndex, ...]:
    """Gives the index of each group of `size` months of the year."""
    total = sum((one.sold_amount for one in months), Decimal(0))
    found = []
    for number in range(1, MONTHS_OF_YEAR // size + 1):
        inside = range((number - 1) * size + 1, number * size + 1)
        mine = [one for one in months if one.start.month in inside]
        values = [_ratio(block, inside) for block in blocks]
        name = date(2000, number, 1).strftime("%B") if size == 1 else f"Q{number}"
        selection = Selection(SALES.name).where("month_number", inside[0], ">=")
        found.append(
            SeasonIndex(
                *(name, number, sum(values) / len(values) if values else None),
                *(min(values, default=None), max(values, default=None)),
                _share(sum((one.sold_amount for one in mine), Decimal(0)), total),
                sum(one.order_count for one in mine),
                selection.where("month_number", inside[-1], "<="),
            )
        )
    return tuple(found)


def _ratio(block: dict[int, tuple[float, int]], inside: range) -> float:
    def per_day(numbers: range) -> float:
        amounts, days = zip(*(block[number] for number in numbers), strict=True)
        return float(sum(amounts) / sum(days))

    return per_day(inside) / per_day(range(1, MONTHS_OF_YEAR + 1))


def _weekdays(days: tuple[_Day, ...], as_of: date) -> tuple[SeasonIndex, ...]:
    if not days:
        return ()
    first = days[0].day
    span = (as_of - first).days
    total = sum((one.amount for one in days), Decimal(0))
    found = []
    for number, name in enumerate(WEEKDAYS):
        mine = [one for one in days if one.day.weekday() == number]
        amount = sum((one.amount for one in mine), Decimal(0))
        offset = (number - first.weekday()) % 7
        calendar_days = max(0, -(-(span - offset) // 7))
        index = None
        if calendar_days and total and span >= 7:
            index = float(amount) / calendar_days / (float(total) / span)
        selection = Selection(SALES.name).where("weekday", number)
        count = sum(one.orders for one in mine)
        share = _share(amount, total)
        found.append(SeasonIndex(name, number, index, None, None, share, count, selection))
    return tuple(found)


def _hours(rows: ir.Table) -> tuple[SeasonIndex, ...]:
    """Gives the hours; none where all orders carry midnight, which is no time of day."""
    grouped = rows.group_by("hour").agg(n=rows.count(), amount=rows.sold_amount.sum())
    counted = {int(row["hour"]): row for row in rows_of(grouped)}
    if set(counted) <= {0}:
        return ()
    total = sum((row["amount"] for row in counted.values()), Decimal(0))
    found = []
    for number in range(24):
        row = counted.get(number, {"n": 0, "amount": Decimal(0)})
        share = _share(row["amount"], total)
        name, selection = f"{number:02}:00", Selection(SALES.name).where("hour", number)
        index = share * 24
        found.append(SeasonIndex(name, number, index, None, None, share, int(row["n"]), selection))
    return tuple(found)


def _share(part: Decimal, whole: Decimal) -> float:
    return float(part / whole) if whole else 0.0


def _findings(
    by_month: tuple[SeasonIndex, ...],
    weekdays: tuple[SeasonIndex, ...],
    hours: tuple[SeasonIndex, ...],
) -> tuple[str, ...]:
    found = []
    known = [(one.index, one) for one in by_month if one.index is not None]
    if known:
        (high, best), (low, worst) = max(known, key=_first), min(known, key=_first)
        found.append(
            f"A day in {best.name} sells {high:.2f} × the average day, one in {worst.name} "
            f"{low:.2f} ×."
        )
    known = [(one.index, one) for one in weekdays if one.index is not None]
    if known:
        high, best = max(known, key=_first)
        found.append(f"The strongest weekday is {best.name}: {high:.2f} × the average day.")
        closed = [one.name for one in weekdays if not one.order_count]
        if closed and len(closed) < len(WEEKDAYS):
            found.append(f"Nothing was ever sold on a {' or '.join(closed)}.")
    if hours:
        best = max(hours, key=lambda one: one.share)
        found.append(f"The hour from {best.name} brings {percent(best.share)} of sales.")
    return tuple(found)


def _first(pair: tuple[float, SeasonIndex]) -> tuple[float, int]:
    return pair[0], -pair[1].number


def _notes(
    months: tuple[SeasonPeriod, ...],
    quarters: tuple[SeasonPeriod, ...],
    blocks: list[dict[int, tuple[float, int]]],
    hours: tuple[SeasonIndex, ...],
) -> tuple[str, ...]:
    notes = []
    unfinished = [one.label for one in (*months, *quarters) if not one.is_complete]
    if unfinished:
        notes.append(f"Not whole, and in no index: {', '.join(unfinished)}.")
    if not blocks:
        notes.append("There are no twelve whole months, so no season of the year can be told.")
    elif len(blocks) == 1:
        notes.append("There is one year only: its season cannot be told from chance or growth.")
    if months and not hours:
        notes.append("All orders carry midnight as their time: the hour of day is not known.")
    return tuple(notes)
