"""Months: what a customer spends in a month, how evenly, and whether it grows; none is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import ibis

from shopkeeper.contracts.contract import Column
from shopkeeper.marts.customer_features.cutoffs import SEEN
from shopkeeper.warehouse.money import total
from shopkeeper.warehouse.stages import settled

if TYPE_CHECKING:
    import ibis.expr.types as ir

# A month is 30 days, counted back from `as_of`: calendar months would end in one that is cut off.
MONTH_DAYS = 30
MONTHS = 12

SPAN = (
    f"months of {MONTH_DAYS} days back from `as_of`, at most {MONTHS} and none before the first "
    "purchase; months without a purchase count as 0"
)
COLUMNS = (
    Column("average_monthly_amount", "float64", f"Mean amount bought in {SPAN}", "currency"),
    Column(
        "monthly_amount_deviation",
        "float64",
        f"Standard deviation (n - 1) of the amounts of {SPAN}; missing below two months",
        unit="currency",
        nullable=True,
    ),
    Column(
        "monthly_amount_trend",
        "float64",
        f"Slope of the line of least squares through the amounts of {SPAN}; above 0 where they "
        "grow; missing below two months",
        unit="currency per month",
        nullable=True,
    ),
)


def at_each(seen: ir.Table) -> ir.Table:
    """Gives the amounts by month seen from each cut-off.

    Floating point is added up in the fixed order of the months, so every engine gives the same to
    the last bit.

    Args:
        seen: Rows of the table `purchases` as `seen_from` gives them.
    """
    measures: dict[str, ir.Value] = {"first_days_ago": seen.days_ago.max()}
    for month in range(1, MONTHS + 1):
        after = seen.days_ago > MONTH_DAYS * (month - 1)
        within = cast("ir.BooleanValue", after & (seen.days_ago <= MONTH_DAYS * month))
        measures[f"month_{month}"] = total(seen.purchase_amount, within)
    summed = seen.group_by(*SEEN).agg(**measures)
    amounts = summed.select(
        *SEEN,
        month_count=_month_count(summed.first_days_ago),
        **{f"month_{m}": summed[f"month_{m}"].cast("float64") for m in range(1, MONTHS + 1)},
    )
    return _measured(settled(amounts))


def _month_count(first_days_ago: ir.Value) -> ir.Value:
    """Gives the months from the one of the first purchase on, as floating point."""
    days = cast("ir.IntegerColumn", first_days_ago)
    later = [(days > MONTH_DAYS * month).ifelse(1, 0) for month in range(1, MONTHS)]
    count = later[0]
    for one in later[1:]:
        count = count + one
    return cast("ir.Value", (count + 1).cast("float64"))


def _measured(amounts: ir.Table) -> ir.Table:
    """Gives mean, deviation and slope; months before the first purchase are 0 and weigh nothing."""
    count = amounts.month_count
    months = _months_of(amounts)
    # Time runs against the number of the month: month 1 is the latest.
    middle = (count + 1) / 2
    amounts = settled(
        amounts.mutate(
            # Spark does not divide by zero, not even where nobody looks.
            mean=_sum(value for _, value in months) / count.nullif(0),
            rise=_sum((middle - month) * value for month, value in months),
        )
    )
    count, mean = amounts.month_count, amounts["mean"]
    nothing = ibis.literal(0).cast("float64")
    apart = {month: value - mean for month, value in _months_of(amounts)}
    # A product and not a power, which engines round differently in the last bit.
    squares = _sum((count >= month).ifelse(d * d, nothing) for month, d in apart.items())
    several = (count >= 2).ifelse(count, ibis.null("float64"))
    return amounts.select(
        *SEEN,
        average_monthly_amount=mean,
        monthly_amount_deviation=(squares / (several - 1)).sqrt(),
        monthly_amount_trend=amounts.rise / (several * (several * several - 1) / 12),
    )


def _months_of(amounts: ir.Table) -> list[tuple[int, Any]]:
    return [(month, amounts[f"month_{month}"]) for month in range(1, MONTHS + 1)]


def _sum(values: Any) -> Any:
    """Adds from the first to the last."""
    first, *others = values
    for value in others:
        first = first + value
    return first
