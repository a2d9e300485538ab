"""Rolling origin: all ways, each past date from what was known then, beside what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.forecasting import Accuracy, accuracy, changes
from shopkeeper.models.boosted_demand import BoostedDemand
from shopkeeper.models.forecaster.weeks import Weeks, recent_mean
from shopkeeper.tasks.demand.adding_up import scaled_to
from shopkeeper.tasks.demand.names import AMOUNT, PRODUCTS, QUANTITY, Group
from shopkeeper.tasks.demand.ways import MARGIN, MEAN, PRIMARY, ways_of, with_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.panel import Panel
    from shopkeeper.tasks.demand.plan import Plan

# What a series brought lately, where it must be shared out by something.
USUAL_WEEKS = 26
Ways = Mapping[Group, str]


@dataclass(frozen=True)
class Rolling:
    """Forecasts of all ways at past dates.

    Attributes:
        panel: The shop's weeks, best sellers chosen before the first date.
        plan: The dates.
        horizon: Weeks foretold at each.
        forecasts: Group → way → array of shape (origins, series, horizon).
    """

    panel: Panel
    plan: Plan
    horizon: int
    forecasts: Mapping[Group, Mapping[str, Numbers]]

    def actual(self, group: Group) -> Numbers:
        """Gives what happened, shape (origins, series, horizon); 0 before a series begins."""
        values = np.nan_to_num(self.panel.values[group].values)
        return np.stack([values[:, end : end + self.horizon] for end in self.plan.origins])

    @cached_property
    def scales(self) -> dict[Group, Numbers]:
        """Group → changes from week to week before each date, shape (origins, series, 2)."""
        return {
            Group(*key): np.stack([changes(w.values[:, :end]) for end in self.plan.origins])
            for key, w in self.panel.values.items()
        }

    def accuracy(self, group: Group, forecast: Numbers, places: Sequence[int]) -> Accuracy:
        """Gives how far forecasts of some dates lay off; arrays hold all dates."""
        at = list(places)
        return accuracy(self.actual(group)[at], forecast[at], self.scales[group][at])

    def best(self, group: Group, places: Sequence[int]) -> str:
        """Gives the way to take by what some dates showed: the mean, unless one clearly led."""
        found = {
            name: getattr(self.accuracy(group, forecast, places), PRIMARY[group.level])
            for name, forecast in self.forecasts[group].items()
        }
        known = {name: value for name, value in found.items() if value is not None}
        best = min(known, key=lambda name: known[name]) if known else MEAN
        is_clear = best in known and known[best] < (1 - MARGIN) * known[MEAN]
        return best if is_clear else MEAN

    def served(self, ways: Sequence[Ways]) -> dict[Group, Numbers]:
        """Gives the forecasts of the chosen ways as they would be served: adding up.

        Args:
            ways: Group → way, for each date.
        """
        made = []
        for place, end in enumerate(self.plan.origins):
            said = {g: self.forecasts[g][ways[place][g]][place] for g in self.panel.groups}
            made.append(added_up(self.panel.until(end), said))
        return {group: np.stack([found[group] for found in made]) for group in made[0]}


def roll(panel: Panel, plan: Plan, horizon: int, seed: int) -> Rolling:
    """Makes all forecasts again at all past dates.

    Local ways are fitted at each date; those that learn from all series are taught when the first
    date that chooses, the first fold and the third fold begin, from what was known then. Before
    that they knew hardly one year, of which they would learn the noise, and so say what they say
    untaught.
    """
    starts = (plan.first_choosing, plan.folds[0][0], plan.folds[2][0])
    lessons = {
        (measure, start): _taught(panel, measure, plan.origins[start], horizon, seed)
        for measure in dict.fromkeys(group.measure for group in panel.groups)
        for start in starts
    }
    untaught = BoostedDemand(horizon, seed)
    forecasts = {}
    for group in panel.groups:
        weeks = panel.values[group]
        found = {}
        for name, way in ways_of(group.level, plan.season_weeks, horizon, seed).items():
            made = []
            for place, end in enumerate(plan.origins):
                start = max((s for s in starts if s <= place), default=-1)
                is_taught = name == BoostedDemand.name
                teller = lessons.get((group.measure, start), untaught) if is_taught else way
                made.append(teller.forecast(weeks.until(end), horizon))
            found[name] = np.stack(made)
        forecasts[group] = with_mean(found, group.level, plan.season_weeks)
    return Rolling(panel, plan, horizon, forecasts)


def taught_on(panel: Panel, measure: str) -> Weeks:
    """Gives all series of a measure that are foretold, as one."""
    parts = [panel.values[group] for group in panel.groups if group.measure == measure]
    first = parts[0]
    values = np.concatenate([part.values for part in parts])
    return Weeks(first.first_date, values, first.events, first.holidays)


def _taught(panel: Panel, measure: str, end: int, horizon: int, seed: int) -> BoostedDemand:
    return BoostedDemand(horizon, seed).taught(taught_on(panel, measure).until(end))


def added_up(past: Panel, said: Mapping[Group, Numbers]) -> dict[Group, Numbers]:
    """Gives forecasts scaled so that each level sums to the one before, and money of products.

    Args:
        past: What was known.
        said: Group → array of shape (series, steps).
    """
    found = dict(said)
    for above, level in zip(past.levels, past.levels[1:], strict=False):
        for measure in (QUANTITY, AMOUNT):
            group = Group(level, measure)
            own = said[group] if group in said else _worth(past, found)
            usual = recent_mean(past.values[group], USUAL_WEEKS)
            parent = found[Group(above, measure)]
            found[group] = scaled_to(parent, own, past.parents[level], usual)
    return found


def _worth(past: Panel, found: Mapping[Group, Numbers]) -> Numbers:
    """Gives what products bring: pieces times what one brought lately."""
    return found[PRODUCTS] * past.prices()[:, None]
