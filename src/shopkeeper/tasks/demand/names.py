"""Names: of the task, of what is foretold, and of the ways that must be beaten."""

from __future__ import annotations

from typing import NamedTuple

from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.models.naive_forecast import LastWeek, SameWeekLastSeason

TASK = "demand"
QUANTITY, AMOUNT = "quantity", "sales_amount"
# The simple rules that must be beaten.
BASELINES = (LastWeek.name, SameWeekLastSeason.name)
# The ways chosen by what was known at each past date, made to add up: what is served.
CHOSEN = "chosen_ways"


class Group(NamedTuple):
    """What is foretold together: a measure of all series of a level."""

    level: SeriesLevel
    measure: str

    @property
    def label(self) -> str:
        """Name in evidence and files, such as `total sales_amount`."""
        return f"{self.level} {self.measure}"


PRODUCTS = Group(SeriesLevel.PRODUCT, QUANTITY)
# Money of products follows from their pieces and prices.
GROUPS = (
    Group(SeriesLevel.TOTAL, AMOUNT),
    Group(SeriesLevel.TOTAL, QUANTITY),
    Group(SeriesLevel.CATEGORY, AMOUNT),
    Group(SeriesLevel.CATEGORY, QUANTITY),
    PRODUCTS,
)
