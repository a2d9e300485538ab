"""Day contest: days that would have been served at past dates, beside simple rules, with ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.adaptive_ranges import adaptive_ranges, known_counts
from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence, Score
from shopkeeper.evaluation.forecasting import Accuracy, accuracy, changes
from shopkeeper.tasks.demand.days import (
    DAY_RULES,
    DAYS_OF_A_WEEK,
    SHARED_OUT,
    Days,
    by_rule,
    shared_out,
)
from shopkeeper.tasks.demand.findings import DayGroupFound, WayFound
from shopkeeper.tasks.demand.ranges import (
    PastRanges,
    ends_from_now,
    how_held,
    range_unit,
)
from shopkeeper.tasks.demand.ways import PRIMARY

if TYPE_CHECKING:
    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.contest import Contest
    from shopkeeper.tasks.demand.names import Group

DAY_TASK = "demand_by_day"


@dataclass(frozen=True)
class DayContest:
    """Forecasts of days at past dates, and what happened.

    Attributes:
        contest: The contest of the weeks that were shared out.
        days: The days.
        forecasts: Way → group → array of shape (dates, series, days ahead).
    """

    contest: Contest
    days: Days
    forecasts: Mapping[str, Mapping[Group, Numbers]]

    @property
    def date_count(self) -> int:
        """Past dates all of whose days are known; the last days may have been cut."""
        return len(next(iter(self.forecasts[SHARED_OUT].values())))

    @property
    def judged(self) -> range:
        """Places of the dates that are judged."""
        return range(self.contest.judged.start, min(self.contest.judged.stop, self.date_count))

    @cached_property
    def actual(self) -> dict[Group, Numbers]:
        """Group → what was sold, shape (dates, series, days ahead)."""
        rolling = self.contest.rolling
        ends = rolling.plan.origins[: self.date_count]
        flat = {group: np.nan_to_num(v) for group, v in self.days.values.items()}
        return {
            group: np.stack([v[:, end : end + rolling.horizon].reshape(len(v), -1) for end in ends])
            for group, v in flat.items()
        }

    @cached_property
    def scales(self) -> dict[Group, Numbers]:
        """Group → changes from day to day before each date, shape (dates, series, 2)."""
        ends = self.contest.rolling.plan.origins[: self.date_count]
        return {
            group: np.stack([changes(v[:, :end].reshape(len(v), -1)) for end in ends])
            for group, v in self.days.values.items()
        }

    def accuracy(self, name: str, group: Group, places: range) -> Accuracy:
        """Gives how far a way lay off at some dates."""
        at = list(places)
        parts = (self.actual[group], self.forecasts[name][group], self.scales[group])
        return accuracy(*(part[at] for part in parts))

    def evidence(self, groups: Sequence[Group]) -> Evidence:
        """Gives the same of some groups as scores, for the gate; all are ranked by one metric."""
        rolling = self.contest.rolling
        metric = PRIMARY[groups[0].level]
        scores = []
        for start, end in rolling.plan.folds:
            places = range(start, min(end, self.date_count))
            cutoff = rolling.panel.weeks.monday(rolling.plan.origins[start])
            for name in self.forecasts:
                found = {g.label: getattr(self.accuracy(name, g, places), metric) for g in groups}
                known = [value for value in found.values() if value is not None]
                rows = len(places) * rolling.horizon * DAYS_OF_A_WEEK
                values = {EVERYONE: float(np.mean(known)) if known else np.nan, **found}
                scores += [
                    Score(name, cutoff, metric, np.nan if v is None else v, rows, part)
                    for part, v in values.items()
                ]
        length = rolling.horizon * DAYS_OF_A_WEEK
        metrics = {metric: Better.LOWER}
        return Evidence(DAY_TASK, length, metric, metrics, None, DAY_RULES, tuple(scores))


def better_rule(evidence: Evidence) -> str:
    """Gives the simple rule that erred less."""
    means = {name: evidence.mean(name, evidence.primary) for name in DAY_RULES}
    return min(means, key=lambda name: (not np.isfinite(means[name]), means[name]))


def hold_days(contest: Contest, days: Days) -> DayContest:
    """Holds the contest at the dates of the contest of weeks, from the weeks it would have served.

    Args:
        contest: The contest of weeks.
        days: Days of its panel.
    """
    rolling = contest.rolling
    ends = [end for end in rolling.plan.origins if end + rolling.horizon <= days.week_count]
    made: dict[str, list[Mapping[Group, Numbers]]] = {name: [] for name in (SHARED_OUT, *DAY_RULES)}
    for place, end in enumerate(ends):
        weeks = {group: contest.served[group][place] for group in days.groups}
        made[SHARED_OUT].append(shared_out(days, end, weeks))
        for name in DAY_RULES:
            made[name].append(by_rule(name, days, end, rolling.horizon))
    forecasts = {
        name: {group: np.stack([one[group] for one in all_dates]) for group in days.groups}
        for name, all_dates in made.items()
    }
    return DayContest(contest, days, forecasts)


def day_findings(
    found: DayContest, ways: Mapping[Group, str], level: float
) -> tuple[DayGroupFound, ...]:
    """Gives what was found of each group, with the ends of the ranges of what is served.

    Args:
        found: The contest.
        ways: Group → the way that is served.
        level: Share of days that ranges are to hold.
    """
    return tuple(_group(found, group, way, level) for group, way in ways.items())


def _group(found: DayContest, group: Group, way: str, level: float) -> DayGroupFound:
    rows = []
    for name in found.forecasts:
        one = found.accuracy(name, group, found.judged)
        rows.append(WayFound(name, name in DAY_RULES, one.mase, one.rmsse, one.wape, one.bias))
    primary = PRIMARY[group.level]
    rows.sort(key=lambda row: (getattr(row, primary) is None, getattr(row, primary) or 0.0))
    ranges = _ranges(found, group, way, level)
    ends = ends_from_now(ranges, level)
    low, high = ((), ()) if ends is None else (tuple(map(float, end)) for end in ends)
    return DayGroupFound(
        str(group.level),
        group.measure,
        way,
        tuple(rows),
        ranges.coverage,
        ranges.covered_count,
        ranges.width,
        ranges.widened_by,
        low,
        high,
    )


def _ranges(found: DayContest, group: Group, way: str, level: float) -> PastRanges:
    rolling = found.contest.rolling
    served, actual = found.forecasts[way][group], found.actual[group]
    unit = range_unit(found.scales[group][:, :, 0], served)
    errors = (actual - served) / unit
    # All days of a week are counted as known when it is over.
    origins = np.array(rolling.plan.origins[: found.date_count])
    known = np.repeat(known_counts(origins, rolling.horizon), DAYS_OF_A_WEEK, axis=1)
    ends = adaptive_ranges(errors, [errors] * len(errors), known, level)
    at = np.array(found.judged)
    return how_held(errors, errors, ends, (served[at], unit[at], actual[at]), at, level)
