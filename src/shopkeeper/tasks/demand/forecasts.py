"""Forecasts: what each series brings in each coming week, with ranges; sums hold to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import numpy as np

from shopkeeper.contracts.checks import at_least, holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.tasks.demand.adding_up import rounded_to
from shopkeeper.tasks.demand.names import AMOUNT, QUANTITY, Group
from shopkeeper.warehouse.money import AMOUNT as AMOUNT_TYPE
from shopkeeper.warehouse.money import QUANTITY as QUANTITY_TYPE

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.panel import Panel

    Units = NDArray[np.int64]

# Forecasts are whole cents, and hundredths of a piece: a mean is seldom a whole piece.
DIGITS = Decimal("0.01")
DAYS_OF_A_WEEK = 7

CONTRACT = Contract(
    name="demand_forecast",
    layer=Layer.SCORES,
    meaning="One row per series and coming week: what will be sold, as a mean, and between what "
    "ends it lies. Products add up to their category, categories to the total, exactly. The first "
    "week is the one in which `as_of` lies; days of it that are over are in the forecast too.",
    grain=("series_level", "series_id", "week_date"),
    columns=(
        Column("series_level", "string", "`total`, `category` or `product`"),
        Column(
            "series_id",
            "string",
            "`all`, the category, or the product; `(other products)` is the rest of a category",
        ),
        Column("category", "string", "Category of a product or a category; `all` of the total"),
        Column("week_date", "date", "Monday of the week that is foretold"),
        Column("weeks_ahead", "int64", "Place of the week, 1 for the first", unit="weeks"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("expected_quantity", QUANTITY_TYPE, "Mean of pieces sold", unit="pieces"),
        Column("lower_quantity", QUANTITY_TYPE, "Lower end of its range", "pieces", nullable=True),
        Column("upper_quantity", QUANTITY_TYPE, "Upper end of its range", "pieces", nullable=True),
        Column("expected_amount", AMOUNT_TYPE, "Mean of what is paid for them", unit="currency"),
        Column("lower_amount", AMOUNT_TYPE, "Lower end of its range", "currency", nullable=True),
        Column(
            "upper_amount",
            AMOUNT_TYPE,
            "Upper end of its range; missing, as all ends, where too few past dates tell",
            "currency",
            nullable=True,
        ),
        Column("candidate", "string", "Way by which its pieces are foretold"),
        Column("model", "string", "Name and version of the model in the registry"),
        Column("training_id", "string", "Hash of the weeks, settings and code it was made from"),
    ),
    checks=(
        one_of("series_level", tuple(SeriesLevel)),
        at_least("weeks_ahead", 1),
        at_least("expected_quantity", 0),
        at_least("expected_amount", 0),
        holds(
            "range_in_order",
            "a forecast lies within its range",
            lambda table: cast(
                "ir.BooleanValue",
                (table.lower_quantity <= table.expected_quantity)
                & (table.expected_quantity <= table.upper_quantity)
                & (table.lower_amount <= table.expected_amount)
                & (table.expected_amount <= table.upper_amount),
            ),
        ),
    ),
)


def forecast_rows(
    panel: Panel,
    found: Mapping[Group, Numbers],
    ends: Mapping[Group, tuple[Numbers, Numbers]],
    ways: Mapping[Group, str],
) -> pd.DataFrame:
    """Gives one row per series and coming week.

    Args:
        panel: What is known.
        found: Group → means, adding up but for rounding.
        ends: Group → lower and upper ends.
        ways: Group → the way that foretells it.
    """
    import pandas as pd

    cents = in_units(panel, found)
    parts = []
    for level in panel.levels:
        part = _places(panel, level, found[Group(level, AMOUNT)].shape[1])
        for measure, word in ((QUANTITY, "quantity"), (AMOUNT, "amount")):
            group = Group(level, measure)
            said = cents[group]
            low, high = ends[group]
            part[f"expected_{word}"] = _exact(said)
            part[f"lower_{word}"] = _exact(np.minimum(np.floor(low / float(DIGITS)), said))
            part[f"upper_{word}"] = _exact(np.maximum(np.ceil(high / float(DIGITS)), said))
        part["candidate"] = ways[Group(level, QUANTITY)]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def in_units(panel: Panel, found: Mapping[Group, Numbers]) -> dict[Group, Units]:
    """Gives forecasts as whole hundredths, summing from level to level exactly."""
    made: dict[Group, Units] = {}
    for measure in (QUANTITY, AMOUNT):
        total = Group(SeriesLevel.TOTAL, measure)
        made[total] = np.rint(found[total] / float(DIGITS)).astype(np.int64)
        for above, level in zip(panel.levels, panel.levels[1:], strict=False):
            group = Group(level, measure)
            parent = made[Group(above, measure)]
            made[group] = rounded_to(parent, found[group], panel.parents[level], float(DIGITS))
    return made


def _places(panel: Panel, level: SeriesLevel, steps: int) -> pd.DataFrame:
    """Gives the columns that name a series and a week, in order of series."""
    import pandas as pd

    ids = list(panel.ids[level])
    above = panel.levels[max(0, panel.levels.index(level) - 1)]
    # The category of a product is its parent's name; a category's is its own.
    names = (
        ids
        if level is not SeriesLevel.PRODUCT
        else [panel.ids[above][place] for place in panel.parents[level]]
    )
    first = panel.weeks.monday(panel.weeks.week_count)
    mondays = [first + timedelta(days=DAYS_OF_A_WEEK * step) for step in range(steps)]
    return pd.DataFrame(
        {
            "series_level": str(level),
            "series_id": np.repeat(np.array(ids, dtype=object), steps),
            "category": np.repeat(np.array(names, dtype=object), steps),
            "week_date": mondays * len(ids),
            "weeks_ahead": np.tile(np.arange(1, steps + 1), len(ids)),
        }
    )


def _exact(units: Numbers | Units) -> NDArray[np.object_]:
    found = [Decimal(int(unit)) * DIGITS if np.isfinite(unit) else None for unit in units.ravel()]
    return np.array(found, dtype=object)
