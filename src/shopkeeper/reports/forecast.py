"""What will sell: coming weeks with ranges, the weeks behind them, and how it was proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis

from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.report import rows_of
from shopkeeper.tasks.demand.findings import Findings

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Two years and a month: what a reader needs to see the season that is coming.
SHOWN_WEEKS = 110
# Two months: what a reader needs to see the rhythm of the week.
SHOWN_DAYS = 56
# Series that are listed unless asked for more.
LISTED_PRODUCTS = 25
CENT = Decimal("0.01")
# How long a time each row of a forecast is of.
WEEK, DAY = LENGTHS = ("week", "day")
DEFINITION = (
    "Merchandise sold in weeks from Monday on, less what was taken back on the day of the order; "
    "money after discounts on the line, before later refunds. The first coming week is the one in "
    "which the data end. A forecast is a mean; of weeks as these, the range is to hold the share "
    "that stands with it. Products add up to their category, categories to the total."
)


@dataclass(frozen=True, slots=True)
class SoldWeek:
    """What was sold in one past week, in total; an unfinished week taught nothing."""

    week_date: date
    sales_amount: Decimal
    quantity: Decimal
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ForecastWeek:
    """What one coming week brings; ends are missing where too few past dates tell."""

    week_date: date
    weeks_ahead: int
    expected_amount: Decimal
    lower_amount: Decimal | None
    upper_amount: Decimal | None
    expected_quantity: Decimal
    lower_quantity: Decimal | None
    upper_quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class SoldDay:
    """What was sold on one past day, in total."""

    sales_date: date
    sales_amount: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """What one coming day brings, in total; ends are missing where too few past dates tell."""

    sales_date: date
    days_ahead: int
    expected_amount: Decimal
    lower_amount: Decimal | None
    upper_amount: Decimal | None
    expected_quantity: Decimal
    lower_quantity: Decimal | None
    upper_quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class SeriesForecast:
    """What a category or a product brings in all coming weeks together."""

    series_id: str
    name: str
    category: str
    expected_amount: Decimal
    expected_quantity: Decimal
    weeks: tuple[ForecastWeek, ...]


@dataclass(frozen=True, slots=True)
class WholeForecast:
    """What all coming weeks bring together; ends are missing where too few past dates tell."""

    first_date: date
    week_count: int
    expected_amount: Decimal
    lower_amount: Decimal | None
    upper_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will sell, or why that is not said.

    Attributes:
        as_of: Day before which data were seen.
        definition: What is counted.
        findings: The contest behind it: simple rules, ranges, refusal.
        past: Weeks that were, in total, oldest first.
        weeks: Coming weeks, in total.
        categories: Categories by what they bring, most first; none where there is but one.
        products: Products by what they bring, most first; the rest of a category is one of them.
        whole: All coming weeks together, in total; None where nothing is foretold.
        days: Coming days, in total, where they are asked for.
        past_days: The days before them, in total, oldest first; where days are asked for.
    """

    as_of: date
    definition: str
    findings: Findings
    past: tuple[SoldWeek, ...]
    weeks: tuple[ForecastWeek, ...]
    categories: tuple[SeriesForecast, ...]
    products: tuple[SeriesForecast, ...]
    whole: WholeForecast | None = None
    days: tuple[ForecastDay, ...] = ()
    past_days: tuple[SoldDay, ...] = ()


def forecast(
    demand_forecast: ir.Table,
    weekly_demand: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    demand_findings: Findings | None,
    limit: int = LISTED_PRODUCTS,
) -> Forecast:
    """Gives what will sell in the coming weeks.

    Args:
        demand_forecast: One row per series and coming week.
        weekly_demand: One row per series and past week.
        products: Names of products.
        as_of: Day before which data were seen.
        demand_findings: What training found.
        limit: Products to list.

    Raises:
        NotPublishedError: Nothing was trained yet.
    """
    found = without_forecast(weekly_demand, as_of=as_of, demand_findings=demand_findings)
    if not found.findings.is_published:
        return found
    names = products.select(series_id=products.product_id, product_name=products.product_name)
    rows = demand_forecast.left_join(names, "series_id").drop("series_id_right")
    weeks = tuple(map(_week, _of_level(rows, "total")))
    return Forecast(
        as_of,
        DEFINITION,
        found.findings,
        found.past,
        weeks,
        _series(_of_level(rows, "category")),
        _series(_of_level(rows.inner_join(_largest(rows, limit), "series_id"), "product")),
        whole_of(weeks, found.findings),
    )


def coming_days(daily_demand_forecast: ir.Table) -> tuple[ForecastDay, ...]:
    """Gives what will sell on the coming days, in total."""
    rows = daily_demand_forecast
    total = rows.filter(rows.series_level == "total").order_by("days_ahead")
    found = rows_of(total.select(*ForecastDay.__dataclass_fields__))
    return tuple(ForecastDay(**row) for row in found)


def sold_days(daily_demand: ir.Table) -> tuple[SoldDay, ...]:
    """Gives what was sold on the last days that are known whole, in total, oldest first."""
    rows = daily_demand.filter(daily_demand.series_level == "total")
    latest = rows.filter(rows.is_complete).order_by(ibis.desc("sales_date")).limit(SHOWN_DAYS)
    found = rows_of(latest.select(*SoldDay.__dataclass_fields__))
    return tuple(SoldDay(**row) for row in reversed(found))


def whole_of(weeks: Sequence[ForecastWeek], findings: Findings) -> WholeForecast | None:
    """Gives what all coming weeks bring together; its range is not the sum of theirs."""
    if not weeks:
        return None
    total = sum((week.expected_amount for week in weeks), Decimal(0))
    shares = findings.whole
    lower, upper = (
        None if shares is None else (total * Decimal(str(share))).quantize(CENT)
        for share in (shares and shares.lower_share, shares and shares.upper_share)
    )
    return WholeForecast(weeks[0].week_date, len(weeks), total, lower, upper)


def without_forecast(
    weekly_demand: ir.Table | None = None, *, as_of: date, demand_findings: Findings | None
) -> Forecast:
    """Gives what training found where nothing is foretold.

    Raises:
        NotPublishedError: Nothing was trained yet.
    """
    if demand_findings is None:
        raise NotPublishedError("No forecast was trained yet.", "train: `shopkeeper run`")
    past = () if weekly_demand is None else _past(weekly_demand)
    return Forecast(as_of, DEFINITION, demand_findings, past, (), (), ())


def _past(weeks: ir.Table) -> tuple[SoldWeek, ...]:
    total = weeks.filter(weeks.series_level == "total")
    latest = total.order_by(ibis.desc(total.week_date)).limit(SHOWN_WEEKS)
    rows = rows_of(latest.select(*SoldWeek.__dataclass_fields__))
    return tuple(SoldWeek(**row) for row in reversed(rows))


def _of_level(rows: ir.Table, level: str) -> list[dict[str, Any]]:
    return rows_of(rows.filter(rows.series_level == level).order_by(["series_id", "weeks_ahead"]))


def _largest(rows: ir.Table, limit: int) -> ir.Table:
    """Gives the ids of the products that bring most."""
    own = rows.filter(rows.series_level == "product")
    summed = own.group_by("series_id").agg(amount=own.expected_amount.sum())
    most = summed.order_by([ibis.desc(summed.amount), ibis.asc(summed.series_id)])
    return most.limit(limit).select("series_id")


def _series(rows: Iterable[Mapping[str, Any]]) -> tuple[SeriesForecast, ...]:
    own: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        own.setdefault(row["series_id"], []).append(row)
    found = [
        SeriesForecast(
            name,
            weeks[0]["product_name"] or name,
            weeks[0]["category"],
            sum((row["expected_amount"] for row in weeks), Decimal(0)),
            sum((row["expected_quantity"] for row in weeks), Decimal(0)),
            tuple(map(_week, weeks)),
        )
        for name, weeks in own.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.expected_amount, one.series_id)))


def _week(row: Mapping[str, Any]) -> ForecastWeek:
    return ForecastWeek(**{name: row[name] for name in ForecastWeek.__dataclass_fields__})
