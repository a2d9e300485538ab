"""Contest: ways chosen by what was known at each past date, judged later beside simple rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.bootstrap import Interval, bootstrap_mean
from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence, Score
from shopkeeper.evaluation.forecasting import Accuracy
from shopkeeper.tasks.demand.names import BASELINES, CHOSEN, TASK, Group
from shopkeeper.tasks.demand.rolling import Rolling, Ways, roll
from shopkeeper.tasks.demand.ways import PRIMARY

if TYPE_CHECKING:
    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.panel import Panel
    from shopkeeper.tasks.demand.plan import Plan

PRIMARY_METRIC = "scaled_error"
METRICS = dict.fromkeys((PRIMARY_METRIC, "mase", "rmsse", "wape"), Better.LOWER)
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class Contest:
    """All past dates, and what is served of them.

    Attributes:
        rolling: Forecasts of all ways.
        ways: Group → way to take from now on.
        failed: Groups whose chosen ways lost to a simple rule; the better rule stands in `ways`.
        of_dates: The ways that would have been taken at each past date.
    """

    rolling: Rolling
    ways: Ways
    failed: tuple[Group, ...]
    of_dates: tuple[Ways, ...]

    @cached_property
    def served(self) -> Mapping[Group, Numbers]:
        """Group → what would have been served at each past date, adding up."""
        return self.rolling.served(self.of_dates)

    @cached_property
    def by_ways(self) -> tuple[tuple[Ways, Mapping[Group, Numbers]], ...]:
        """What would have been served if the ways of one date had been taken at all, adding up.

        One entry for all dates whose ways are the same; last, the ways from now on.
        """
        different: list[Ways] = []
        for ways in (*self.of_dates, self.ways):
            if ways not in different:
                different.append(ways)
        count = len(self.of_dates)
        return tuple((ways, self.rolling.served([ways] * count)) for ways in different)

    def all_by(self, ways: Ways) -> Mapping[Group, Numbers]:
        """Gives what would have been served by some ways at all dates."""
        return next(served for known, served in self.by_ways if known == ways)

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is foretold by a way of its own."""
        return self.rolling.panel.groups

    @property
    def judged(self) -> range:
        """Places of the dates that are judged."""
        folds = self.rolling.plan.folds
        return range(folds[0][0], folds[-1][1])

    @cached_property
    def evidence(self) -> Evidence:
        """The same as scores, for the gate."""
        rolling = self.rolling
        names = [
            name
            for name in rolling.forecasts[self.groups[0]]
            if all(name in rolling.forecasts[group] for group in self.groups)
        ]
        scores = [score for name in (CHOSEN, *names) for score in self._scores(name)]
        days = rolling.horizon * DAYS_OF_A_WEEK
        return Evidence(TASK, days, PRIMARY_METRIC, METRICS, None, BASELINES, tuple(scores))

    def said(self, name: str, group: Group) -> Numbers:
        """Gives the forecasts of a way, or of what is served."""
        return self.served[group] if name == CHOSEN else self.rolling.forecasts[group][name]

    def accuracy(self, name: str, group: Group) -> Accuracy:
        """Gives how far a way lay off on all dates that are judged."""
        return self.rolling.accuracy(group, self.said(name, group), self.judged)

    def lead(self, other: str, group: Group) -> Interval | None:
        """Gives by how much what is served errs less than a rule: scaled errors, in means.

        Dates overlap, so they are taken in blocks as long as the horizon.
        """
        blocks = [
            range(start, min(start + self.rolling.horizon, self.judged.stop))
            for start in range(self.judged.start, self.judged.stop, self.rolling.horizon)
        ]
        found = [
            [self.rolling.accuracy(group, self.said(name, group), block) for block in blocks]
            for name in (CHOSEN, other)
        ]
        pairs = [
            (getattr(ours, PRIMARY[group.level]), getattr(theirs, PRIMARY[group.level]))
            for ours, theirs in zip(*found, strict=True)
        ]
        known = [theirs - ours for ours, theirs in pairs if ours is not None]
        return bootstrap_mean(np.array(known), seed=0) if known else None

    def _scores(self, name: str) -> list[Score]:
        found = []
        plan = self.rolling.plan
        for start, end in plan.folds:
            cutoff = self.rolling.panel.weeks.monday(plan.origins[start])
            parts = {}
            for group in self.groups:
                one = self.rolling.accuracy(group, self.said(name, group), range(start, end))
                parts[group.label] = _metrics(one, group)
            rows = self.rolling.horizon * (end - start)
            whole = {metric: _mean([part[metric] for part in parts.values()]) for metric in METRICS}
            for slice_, values in {EVERYONE: whole, **parts}.items():
                found += [Score(name, cutoff, m, v, rows, slice_) for m, v in values.items()]
        return found


def hold(panel: Panel, plan: Plan, horizon: int, seed: int) -> Contest:
    """Holds the contest.

    The way of each group is chosen anew for each fold, from dates whose last week was over; so
    what is judged is the choosing, too. A group whose choice loses to a simple rule is served by
    the better rule.
    """
    rolling = roll(panel, plan, horizon, seed)
    chosen = [
        {group: rolling.best(group, plan.chosen_before(fold, horizon)) for group in panel.groups}
        for fold in range(len(plan.folds))
    ]
    tried = Contest(rolling, {}, (), _of_dates(plan, chosen))
    better = {group: _better_rule(tried, group) for group in panel.groups}
    failed = tuple(group for group, rule in better.items() if rule is not None)
    chosen_by = range(plan.first_choosing, len(plan.origins))
    final = {group: rolling.best(group, chosen_by) for group in panel.groups}
    rules = {group: rule for group, rule in better.items() if rule is not None}
    served = _of_dates(plan, [{**ways, **rules} for ways in chosen])
    return Contest(rolling, {**final, **rules}, failed, served)


def with_rules(contest: Contest) -> Contest:
    """Gives the contest served by the better simple rule alone, which adds up by itself."""
    best = min(BASELINES, key=lambda name: _whole(contest, name))
    ways = dict.fromkeys(contest.groups, best)
    of_dates = (ways,) * len(contest.rolling.plan.origins)
    return Contest(contest.rolling, ways, contest.groups, of_dates)


def _whole(contest: Contest, name: str) -> float:
    found = contest.evidence.mean(name, PRIMARY_METRIC)
    return found if np.isfinite(found) else 0.0


def _of_dates(plan: Plan, of_folds: Sequence[Ways]) -> tuple[Ways, ...]:
    """Gives the ways of each date: those of its fold; before the first fold, those of the first."""
    return tuple(
        of_folds[sum(place >= start for start, _ in plan.folds[1:])]
        for place in range(len(plan.origins))
    )


def _better_rule(tried: Contest, group: Group) -> str | None:
    """Gives the better simple rule where the choice lost to it, or was no better; else None."""
    errors = {
        name: getattr(tried.accuracy(name, group), PRIMARY[group.level])
        for name in (CHOSEN, *BASELINES)
    }
    if errors[CHOSEN] is None:
        return BASELINES[0]
    rule = min(BASELINES, key=lambda name: errors[name])
    return rule if errors[rule] <= errors[CHOSEN] else None


def _metrics(found: Accuracy, group: Group) -> dict[str, float]:
    values = {name: getattr(found, name) for name in ("mase", "rmsse", "wape")}
    values[PRIMARY_METRIC] = values[PRIMARY[group.level]]
    return {name: np.nan if values[name] is None else values[name] for name in METRICS}


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
