"""Day forecasts: what shop, categories and products bring on each coming day, with ranges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import numpy as np

from shopkeeper.contracts.checks import at_least, holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.evaluation.forecasting import changes
from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.tasks.demand.adding_up import rounded_to, rounded_to_both
from shopkeeper.tasks.demand.days import (
    DAYS_OF_A_WEEK,
    SHARED_OUT,
    Days,
    by_rule,
    shared_out,
    with_totals,
)
from shopkeeper.tasks.demand.names import AMOUNT, QUANTITY, Group
from shopkeeper.tasks.demand.ranges import range_unit
from shopkeeper.warehouse.money import AMOUNT as AMOUNT_TYPE
from shopkeeper.warehouse.money import QUANTITY as QUANTITY_TYPE

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.adding_up import Places
    from shopkeeper.tasks.demand.findings import DayFindings
    from shopkeeper.tasks.demand.forecasts import Units

DIGITS = Decimal("0.01")
WORDS = {QUANTITY: "quantity", AMOUNT: "amount"}

CONTRACT = Contract(
    name="daily_demand_forecast",
    layer=Layer.SCORES,
    meaning="One row per series and coming day: what will be sold, as a mean, and between what "
    "ends it lies. Days add up to their week in `demand_forecast` exactly, unless `candidate` is a "
    "simple rule of days; categories add up to the total, and products to their category unless it "
    "goes by a rule. There are no products where their gate refused. Rows begin with the Monday "
    "of the week in which `as_of` lies; days of it that are over are in the forecast too.",
    grain=("series_level", "series_id", "sales_date"),
    columns=(
        Column("series_level", "string", "`total`, `category` or `product`"),
        Column(
            "series_id",
            "string",
            "`all`, the category, or the product; `(other products)` is the rest of a category",
        ),
        Column("sales_date", "date", "Day that is foretold"),
        Column("week_date", "date", "Monday of its week"),
        Column("days_ahead", "int64", "Place of the day, 1 for the first", unit="days"),
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
        Column(
            "candidate",
            "string",
            "`weeks_shared_out`, of products by the weekdays of their category; or the simple "
            "rule: `last_day`, `same_day_last_week`",
        ),
        Column("model", "string", "Name and version of the model of the weeks"),
        Column("training_id", "string", "Hash of the weeks, settings and code it was made from"),
    ),
    checks=(
        one_of("series_level", tuple(SeriesLevel)),
        at_least("days_ahead", 1),
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


def day_rows(
    days: Days, weeks: Mapping[Group, Numbers], units: Mapping[Group, Units], found: DayFindings
) -> pd.DataFrame:
    """Gives one row per series and coming day.

    Args:
        days: What is known.
        weeks: Group → forecasts of weeks.
        units: The same in whole hundredths, as they are served.
        found: The way that is served, and how far it lay off.
    """
    import pandas as pd

    end, horizon = days.panel.weeks.week_count, next(iter(weeks.values())).shape[1]
    shared = shared_out(days, end, weeks)
    told = {group: found.way_of(str(group.level)) for group in days.groups}
    # Days of products may be refused.
    ways = {group: way for group, way in told.items() if way}
    rules = {way: by_rule(way, days, end, horizon) for way in set(ways.values()) - {SHARED_OUT}}
    said = {g: (shared if way == SHARED_OUT else rules[way])[g] for g, way in ways.items()}
    cents = _in_units(days, said, units, ways)
    parts = []
    for level in dict.fromkeys(group.level for group in ways):
        part = _places(days, level, horizon)
        for measure, word in WORDS.items():
            group = Group(level, measure)
            low, high = _ends(days, group, said[group], found)
            part[f"expected_{word}"] = _exact(cents[group])
            part[f"lower_{word}"] = _exact(np.minimum(np.floor(low / float(DIGITS)), cents[group]))
            part[f"upper_{word}"] = _exact(np.maximum(np.ceil(high / float(DIGITS)), cents[group]))
        part["candidate"] = found.way_of(str(level))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _in_units(
    days: Days,
    said: Mapping[Group, Numbers],
    units: Mapping[Group, Units],
    ways: Mapping[Group, str],
) -> dict[Group, Units]:
    """Gives days in whole hundredths that add up wherever weeks were shared out."""
    lowest = {
        group: _in_weeks(said[group], units[group])
        if ways[group] == SHARED_OUT
        else _rounded(said[group])
        for group in days.lowest
    }
    found = with_totals(days, lowest)
    above = {group.measure: group for group in days.lowest}
    for group in (group for group in days.products if group in ways):
        parent = above[group.measure]
        if ways[parent] != SHARED_OUT:
            found[group] = _in_weeks(said[group], units[group])
        else:
            parent_of = days.panel.parents[group.level]
            found[group] = _in_both(said[group], units[group], found[parent], parent_of)
    return found


def _in_both(told: Numbers, weeks: Units, above: Units, parent_of: Places) -> Units:
    """Gives days in whole hundredths that sum to their weeks and to their parents' days."""
    horizon = weeks.shape[1]
    shape = (-1, horizon, DAYS_OF_A_WEEK)
    exact, parents = told.reshape(shape) / float(DIGITS), above.reshape(shape)
    found = np.zeros(exact.shape, dtype=np.int64)
    for place in range(len(parents)):
        own = np.flatnonzero(parent_of == place)
        for week in range(horizon):
            rounded = rounded_to_both(weeks[own, week], parents[place, week], exact[own, week])
            found[own, week] = rounded
    return found.reshape(len(told), -1)


def _in_weeks(told: Numbers, weeks: Units) -> Units:
    """Gives days in whole hundredths that sum to those of their weeks, shape (series, days)."""
    series, horizon = weeks.shape
    by_day = told.reshape(series, horizon, DAYS_OF_A_WEEK).transpose(0, 2, 1).reshape(-1, horizon)
    # Weeks were rounded, too; what that moved is shared out among their days.
    week_of = np.repeat(np.arange(series), DAYS_OF_A_WEEK)
    found = rounded_to(weeks, by_day, week_of, float(DIGITS))
    shaped = found.reshape(series, DAYS_OF_A_WEEK, horizon).transpose(0, 2, 1)
    return np.asarray(shaped.reshape(series, -1))


def _rounded(told: Numbers) -> Units:
    return np.rint(told / float(DIGITS)).astype(np.int64)


def _ends(days: Days, group: Group, told: Numbers, found: DayFindings) -> tuple[Numbers, Numbers]:
    """Gives both ends; NaN where too few past dates tell."""
    own = next(
        one for one in found.groups if (one.level, one.measure) == (str(group.level), group.measure)
    )
    if len(own.low) != told.shape[1]:
        return np.full_like(told, np.nan), np.full_like(told, np.nan)
    flat = days.values[group].reshape(len(told), -1)
    unit = range_unit(changes(flat)[:, 0], told)
    low, high = (told + np.array(end) * unit for end in (own.low, own.high))
    return np.maximum(low, 0.0), high


def _places(days: Days, level: object, horizon: int) -> pd.DataFrame:
    """Gives the columns that name a series and a day, in order of series."""
    import pandas as pd

    ids = next(days.panel.ids[own] for own in days.panel.ids if own == level)
    weeks, count = days.panel.weeks, horizon * DAYS_OF_A_WEEK
    first = weeks.monday(weeks.week_count)
    dates = [first + timedelta(days=n) for n in range(count)]
    mondays = [first + timedelta(days=n - n % DAYS_OF_A_WEEK) for n in range(count)]
    return pd.DataFrame(
        {
            "series_level": str(level),
            "series_id": np.repeat(np.array(ids, dtype=object), count),
            "sales_date": dates * len(ids),
            "week_date": mondays * len(ids),
            "days_ahead": np.tile(np.arange(1, count + 1), len(ids)),
        }
    )


def _exact(units: Numbers | Units) -> NDArray[np.object_]:
    found = [Decimal(int(unit)) * DIGITS if np.isfinite(unit) else None for unit in units.ravel()]
    return np.array(found, dtype=object)
