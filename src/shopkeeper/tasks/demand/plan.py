"""Plan: which past weeks forecasts are made again at, how long a season is, and what is needed."""

from __future__ import annotations

from dataclasses import dataclass

from shopkeeper.evaluation.requirement import Readiness, Requirement
from shopkeeper.models.forecaster.last_year import WEEKS_OF_A_YEAR
from shopkeeper.tasks.demand.names import TASK

DAYS_OF_A_WEEK = 7
# Where no year lies before every past date, the rhythm of pay-days is the longest that shows.
SHORT_SEASON_WEEKS = 4
# Before the first past date there must be a quarter to learn from.
LEAST_LEARNED_WEEKS = 13
# Past dates: a year, so that ranges have seen every season, and 20 lie before those judged.
MOST_ORIGINS = 52
# Ways are chosen by the later ones: in the others too little of a second year was known.
MOST_CHOOSING = 40
FOLDS = 4
LEAST_FOLD, MOST_FOLD = 2, 6
# Past dates from which ways are chosen before the first fold.
LEAST_CHOOSING = 2
# In fewer weeks with a sale there is nothing to see a level by.
LEAST_WEEKS_WITH_SALES = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """Where forecasts are held against what happened.

    Attributes:
        season_weeks: Length of a season of the seasonal rule.
        origins: Weeks that were over at each past date, ascending, one week apart.
        folds: First and last (exclusive) place in `origins` of each fold; those before the first
            only serve to choose.
    """

    season_weeks: int
    origins: tuple[int, ...]
    folds: tuple[tuple[int, int], ...]

    @property
    def first_choosing(self) -> int:
        """Place of the first origin by which ways are chosen."""
        return max(0, len(self.origins) - MOST_CHOOSING)

    def chosen_before(self, fold: int, horizon: int) -> range:
        """Gives places of origins whose last week was over when a fold began."""
        return range(self.first_choosing, max(0, self.folds[fold][0] - horizon + 1))


def least_origins(horizon: int) -> int:
    """Gives how many past dates are needed to choose a way and to judge it on later ones."""
    return horizon - 1 + LEAST_CHOOSING + FOLDS * LEAST_FOLD


def least_weeks(horizon: int) -> int:
    """Gives how many whole weeks of sales are needed."""
    return LEAST_LEARNED_WEEKS + least_origins(horizon) + horizon - 1


def plan_of(week_count: int, horizon: int) -> Plan:
    """Gives the plan for so many whole weeks; there must be at least `least_weeks`."""
    last = week_count - horizon
    yearly = last - WEEKS_OF_A_YEAR + 1
    is_yearly = yearly >= least_origins(horizon)
    room = yearly if is_yearly else last - LEAST_LEARNED_WEEKS + 1
    count = min(MOST_ORIGINS, room)
    length = min(MOST_FOLD, (count - horizon + 1 - LEAST_CHOOSING) // FOLDS)
    first = count - FOLDS * length
    folds = tuple((first + n * length, first + (n + 1) * length) for n in range(FOLDS))
    season = WEEKS_OF_A_YEAR if is_yearly else SHORT_SEASON_WEEKS
    return Plan(season, tuple(range(last - count + 1, last + 1)), folds)


def readiness_of(week_count: int, weeks_with_sales: int, horizon: int) -> Readiness:
    """Gives whether a shop's weeks can carry a forecast, in plain words."""
    needed = least_weeks(horizon)
    yearly = WEEKS_OF_A_YEAR + least_origins(horizon) + horizon - 1
    return Readiness(
        TASK,
        horizon * DAYS_OF_A_WEEK,
        (
            Requirement(
                "whole weeks",
                f"There are {week_count} whole weeks of sales; at least {needed} are needed to "
                f"make forecasts of {horizon} weeks at past dates and hold them against what "
                "happened.",
                week_count,
                needed,
                "weeks",
                week_count >= needed,
            ),
            Requirement(
                "weeks with sales",
                f"Something was sold in {weeks_with_sales} of {week_count} whole weeks; at least "
                f"{LEAST_WEEKS_WITH_SALES} are needed to see how much.",
                weeks_with_sales,
                LEAST_WEEKS_WITH_SALES,
                "weeks",
                weeks_with_sales >= LEAST_WEEKS_WITH_SALES,
            ),
            Requirement(
                "a year before",
                f"{week_count} whole weeks do not hold a year before enough past dates "
                f"({yearly} would), so nothing is known of the seasons of the year, and the "
                f"seasonal rule looks back {SHORT_SEASON_WEEKS} weeks.",
                week_count,
                yearly,
                "weeks",
                week_count >= yearly,
                is_binding=False,
            ),
        ),
    )
