"""Identity effect: what measures of customers become when some of them are taken for one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.rfm_scores import SEGMENTS, RfmScores
from shopkeeper.reports.report import Number, Unit

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.settings import RfmSettings

# Money is summed in ten-thousandths, in which every amount is a whole number.
UNITS_OF_MONEY = 10_000
# Where a name is not: before, or after; of guests, and of ids that count under another.
NO_NAME = "no customer of their own"


@dataclass(frozen=True, slots=True)
class Effect:
    """A measure before and after.

    Attributes:
        name: Identifier in snake case.
        label: Name for people.
        meaning: The definition in one sentence.
        unit: How to read the values.
        before: As customers are counted now; None where there is nobody.
        after: As they would be counted.
    """

    name: str
    label: str
    meaning: str
    unit: Unit
    before: Number | None
    after: Number | None


@dataclass(frozen=True, slots=True)
class SegmentEffect:
    """Customers of an RFM segment before and after."""

    segment: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class SegmentMove:
    """Names that stand in another segment afterwards.

    Attributes:
        source: Segment before; `no customer of their own` of guests and parts of others.
        target: Segment after; the same.
        count: Names.
    """

    source: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class Effects:
    """What changes.

    Attributes:
        measures: One after the other.
        segments: All RFM segments, the best first; empty where nobody has bought.
        moves: The largest moves between segments, the largest first.
    """

    measures: tuple[Effect, ...]
    segments: tuple[SegmentEffect, ...]
    moves: tuple[SegmentMove, ...]


def effects(
    people: pd.DataFrame,
    names: tuple[pd.Series[str], pd.Series[str]],
    *,
    anonymous_count: int,
    as_of: date,
    scoring: RfmSettings,
) -> Effects:
    """Compares measures under two ways to count people.

    Args:
        people: One row for each id or guest: `party`, `is_guest`, `order_count`, `amount_units`
            (ten-thousandths of money), `first_order_date`, `last_order_date`.
        names: Id or guest → the name it counts under, before and after.
        anonymous_count: Sales that neither name a customer nor give a key.
        as_of: Day before which data were seen.
        scoring: How RFM scores are made.
    """
    one, other = (_named(people, each) for each in names)
    before, after = (_customers(people, each, as_of) for each in (one, other))
    guests = [
        anonymous_count + int(people.loc[each.isna(), "order_count"].sum()) for each in (one, other)
    ]
    if before.empty and after.empty:
        return Effects(_measures((before, after), guests), (), ())
    segments = [_segments(frame, scoring) for frame in (before, after)]
    sizes = [each.value_counts() for each in segments]
    shown = tuple(
        SegmentEffect(s.name, *(int(size.get(s.name, 0)) for size in sizes)) for s in SEGMENTS
    )
    return Effects(_measures((before, after), guests), shown, _moves(*segments))


def _named(people: pd.DataFrame, names: pd.Series[str]) -> pd.Series[str]:
    """Gives the name that each row counts under; missing of guests without one."""
    own = people["party"].where(~people["is_guest"].astype(bool))
    return people["party"].map(names).fillna(own)


def _customers(people: pd.DataFrame, names: pd.Series[str], as_of: date) -> pd.DataFrame:
    import pandas as pd

    found = people.groupby(names.rename("customer_id")).agg(
        order_count=("order_count", "sum"),
        amount_units=("amount_units", "sum"),
        last_order_date=("last_order_date", "max"),
    )
    found = found[found["order_count"] > 0]
    days = pd.Timestamp(as_of) - pd.to_datetime(found["last_order_date"])
    return found.assign(
        days_since_last_order=days.dt.days, order_amount=found["amount_units"] / UNITS_OF_MONEY
    )


def _segments(customers: pd.DataFrame, scoring: RfmSettings) -> pd.Series[str]:
    model = RfmScores(scoring.scoring, scoring.bands)
    if customers.empty:
        return customers.index.to_series().astype(object)
    segments: pd.Series[str] = model.fit(customers).predict(customers)["segment"]
    return segments


def _moves(before: pd.Series[str], after: pd.Series[str]) -> tuple[SegmentMove, ...]:
    import pandas as pd

    names = pd.DataFrame({"source": before, "target": after})
    names = names.fillna({"source": NO_NAME, "target": NO_NAME})
    moved = names[names["source"] != names["target"]].value_counts().reset_index()
    order = ["count", "source", "target"]
    largest = moved.sort_values(order, ascending=[False, True, True]).head(len(SEGMENTS))
    return tuple(
        SegmentMove(str(row["source"]), str(row["target"]), int(row["count"]))
        for row in largest.to_dict("records")
    )


def _measures(frames: tuple[pd.DataFrame, pd.DataFrame], guests: list[int]) -> tuple[Effect, ...]:
    columns = [_values(frame, guest) for frame, guest in zip(frames, guests, strict=True)]
    return tuple(
        Effect(name, label, meaning, unit, columns[0][name], columns[1][name])
        for name, label, meaning, unit in MEASURES
    )


MEASURES = (
    ("customers", "Customers", "Who bought and is known by a name", Unit.COUNT),
    ("guest_orders", "Orders of guests", "Sales that belong to no customer", Unit.COUNT),
    ("one_time_buyers", "One-time buyers", "Customers with exactly one order", Unit.COUNT),
    ("repeat_rate", "Repeat rate", "Customers with two or more orders, of all", Unit.SHARE),
    ("average_orders", "Orders a customer", "Sales of customers by customers", Unit.COUNT),
    (
        "average_value",
        "Value of a customer",
        "What customers bought less discounts and refunds, by customers",
        Unit.CURRENCY,
    ),
)


def _values(customers: pd.DataFrame, guest_count: int) -> dict[str, Number | None]:
    count, orders = len(customers), customers["order_count"].to_numpy(dtype=np.int64)
    repeat = int((orders > 1).sum())
    units = int(customers["amount_units"].sum())
    cents = Decimal("0.01")
    return {
        "customers": count,
        "guest_orders": guest_count,
        "one_time_buyers": count - repeat,
        "repeat_rate": repeat / count if count else None,
        "average_orders": float(orders.mean()) if count else None,
        "average_value": (Decimal(units) / UNITS_OF_MONEY / count).quantize(cents)
        if count
        else None,
    }
