"""Demand board: what was sold in each week that is over, and what is foretold for those to come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

AMOUNT = "decimal(18, 4)"
TOTAL = "total"
FORETOLD = ("expected_amount", "lower_amount", "upper_amount")


def build_forecast_and_actuals(
    weekly_demand: ir.Table, demand_forecast: ir.Table, *, as_of: date
) -> ir.Table:
    """Gives the weeks of the whole shop that are over, and those that are foretold."""
    nothing = ibis.null(AMOUNT)
    over = weekly_demand.filter((weekly_demand.series_level == TOTAL) & weekly_demand.is_complete)
    sold = over.mutate(
        actual_amount=over.sales_amount.cast(AMOUNT), **dict.fromkeys(FORETOLD, nothing)
    )
    coming = demand_forecast.filter(demand_forecast.series_level == TOTAL)
    told = coming.mutate(actual_amount=nothing)
    columns = ("week_date", "actual_amount", *FORETOLD)
    both = ibis.union(sold.select(*columns), told.select(*columns))
    weeks = both.group_by("week_date").agg(**{name: both[name].sum() for name in columns[1:]})
    shown = weeks.mutate(as_of=ibis.date(as_of.isoformat()))
    return shown.select(*FORECAST_AND_ACTUALS.contract.column_names)


FORECAST_AND_ACTUALS = Table(
    Contract(
        "forecast_and_actuals",
        Layer.MART,
        "One row per week, from Monday: what was paid for merchandise in whole weeks before "
        "`as_of`, and what is foretold for those to come. The week of `as_of` is foretold whole. "
        "Forecasts of earlier runs are not kept here.",
        ("week_date",),
        (
            Column("week_date", "date", "Monday of the week"),
            Column("as_of", "date", "Day before which data were seen (exclusive)"),
            Column(
                "actual_amount",
                AMOUNT,
                "Paid after discounts, before later refunds; missing where the week is not over",
                "currency",
                True,
            ),
            Column(
                "expected_amount",
                AMOUNT,
                "Mean of what will be paid; missing in weeks that are over",
                "currency",
                True,
            ),
            Column("lower_amount", AMOUNT, "Lower end of its range", "currency", True),
            Column("upper_amount", AMOUNT, "Upper end of its range", "currency", True),
        ),
        (at_least("expected_amount", 0),),
    ),
    build_forecast_and_actuals,
)
