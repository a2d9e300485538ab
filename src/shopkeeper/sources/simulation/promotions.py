"""Sale days with a planted lift, and the welcome code of a first order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.columnar import Floats, Integers

WELCOME_CODE = "WELCOME10"
WELCOME_DISCOUNT_PERCENT = 10
WELCOME_TAKE_UP_RATE = 0.3


@dataclass(frozen=True, kw_only=True)
class PlantedPromotion:
    """A run of days on which people buy more often, and many of them with a code.

    Attributes:
        code: As written in the `promotion` column; it names one run of days.
        starts_on: First day.
        ends_before: Day after the last day.
        discount_percent: Taken off every merchandise line of an order that uses the code.
        demand_lift: Purchase rate of these days over what it would have been, less one.
        take_up_rate: Share of these days' orders that use the code, 0-1.
    """

    code: str
    starts_on: date
    ends_before: date
    discount_percent: int
    demand_lift: float
    take_up_rate: float


def plan_promotions(start: date, end: date) -> tuple[PlantedPromotion, ...]:
    """Gives the promotions that lie wholly inside the window, by date."""
    yearly = [
        promotion
        for year in range(start.year, end.year + 1)
        for promotion in (
            _promotion("SPRING", date(year, 3, 20), 7, (10, 0.35, 0.6)),
            _promotion("SUMMER", date(year, 7, 10), 7, (15, 0.60, 0.65)),
            _promotion("BLACKWEEK", date(year, 11, 22), 8, (25, 1.20, 0.8)),
        )
    ]
    return tuple(p for p in yearly if start <= p.starts_on and p.ends_before <= end)


def _promotion(
    name: str, starts_on: date, days: int, terms: tuple[int, float, float]
) -> PlantedPromotion:
    discount_percent, demand_lift, take_up_rate = terms
    return PlantedPromotion(
        code=f"{name}-{starts_on.year}",
        starts_on=starts_on,
        ends_before=starts_on + timedelta(days=days),
        discount_percent=discount_percent,
        demand_lift=demand_lift,
        take_up_rate=take_up_rate,
    )


def promotion_by_day(
    start: date, day_count: int, promotions: tuple[PlantedPromotion, ...]
) -> Integers:
    """Gives for each day of the window the position of its promotion, -1 for none."""
    active = np.full(day_count, -1, dtype=np.int64)
    for position, promotion in enumerate(promotions):
        first = (promotion.starts_on - start).days
        active[first : (promotion.ends_before - start).days] = position
    return active


def promotion_factors(active: Integers, promotions: tuple[PlantedPromotion, ...]) -> Floats:
    """Gives the factor on each day's purchase rate, 1 where nothing is promoted."""
    lifts = np.array([*(p.demand_lift for p in promotions), 0.0])
    return np.asarray(1.0 + lifts[active])
