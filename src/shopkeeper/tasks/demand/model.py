"""Demand model: which way foretells which series, trees it was taught, and how far it lay off."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from shopkeeper.errors import ModelDataError
from shopkeeper.evaluation.adaptive_ranges import outside_shares
from shopkeeper.evaluation.forecasting import changes, quantile_end
from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.models.boosted_demand import FEATURES, BoostedDemand
from shopkeeper.models.classifier import trees
from shopkeeper.models.forecaster.weeks import recent_mean
from shopkeeper.tasks.demand.names import AMOUNT, CHOSEN, PRODUCTS, QUANTITY, Group
from shopkeeper.tasks.demand.panel import Panel, panel_of
from shopkeeper.tasks.demand.ranges import past_ranges, range_unit
from shopkeeper.tasks.demand.rolling import USUAL_WEEKS, added_up, taught_on
from shopkeeper.tasks.demand.ways import MEAN, members_of, ways_of, with_mean

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.contest import Contest

MODEL_FILE, ERRORS_FILE = "demand.json", "demand.npz"
# Errors are kept as this many quantiles: ends of ranges move by less than one in four hundred.
CURVE = np.linspace(0.0, 1.0, 401)
# Ends that moved by a smaller part of their range say nothing else to a reader.
LIKE = 0.1


@dataclass(frozen=True)
class Options:
    """How a model was made.

    Attributes:
        horizon_weeks: Weeks that are foretold.
        season_weeks: Length of a season of the seasonal rule.
        most_products: Best sellers that are foretold singly.
        seed: Seed of everything that is drawn.
    """

    horizon_weeks: int
    season_weeks: int
    most_products: int
    seed: int = 0


@dataclass(frozen=True)
class Errors:
    """How far forecasts lay off at past dates.

    Attributes:
        date_count: Past dates they come from.
        of_weeks: Group → quantiles for each week ahead in units of `range_unit`, shape (horizon,
            points).
        of_sums: The same of sums from the first week to each, of pieces of products, in units of
            the change from week to week.
        outside: Group → share outside each end, over that of a fixed quantile, shape (2, horizon).
        widened: Group → how many times as wide ranges are, for they held too little.
    """

    date_count: int = 0
    of_weeks: Mapping[Group, Numbers] = field(default_factory=dict)
    of_sums: Numbers = field(default_factory=lambda: np.empty((0, len(CURVE))))
    outside: Mapping[Group, Numbers] = field(default_factory=dict)
    widened: Mapping[Group, float] = field(default_factory=dict)


class DemandModel:
    """What each series of a shop brings in the coming weeks, adding up, with ranges.

    Args:
        options: How it was made.
        ways: Group → name of the way that foretells it.
        errors: How far that lay off at past dates.
    """

    name: ClassVar[str] = "demand"
    candidate_name: ClassVar[str] = CHOSEN

    def __init__(self, options: Options, ways: Mapping[Group, str], errors: Errors) -> None:
        self.options = options
        self.ways = dict(ways)
        self.errors = errors
        self.boosters: dict[str, BoostedDemand] = {}

    @classmethod
    def of(cls, contest: Contest, options: Options, level: float) -> Self:
        """Gives the model that a contest found; `taught` or `fit` comes next.

        Args:
            contest: The contest.
            options: How it was held.
            level: Share of weeks for which the ends of ranges were followed.
        """
        return cls(options, contest.ways, errors_of(contest, level))

    def fit(self, rows: pd.DataFrame) -> Self:
        """Teaches trees on rows of whole weeks of the mart; gives itself."""
        return self.taught(panel_of(rows, most_products=self.options.most_products))

    def taught(self, panel: Panel) -> Self:
        """Teaches trees on all series, where a way needs them; gives itself."""
        used = {g.measure for g, way in self.ways.items() if self._needs_trees(g, way)}
        made = BoostedDemand(self.options.horizon_weeks, self.options.seed)
        self.boosters = {
            measure: made.taught(taught_on(panel, measure)) for measure in sorted(used)
        }
        return self

    def forecast(self, panel: Panel) -> dict[Group, Numbers]:
        """Gives means of the coming weeks of each group, adding up: shape (series, weeks)."""
        return added_up(panel, {group: self._said(panel, group) for group in panel.groups})

    def ends(
        self, panel: Panel, found: Mapping[Group, Numbers], level: float
    ) -> dict[Group, tuple[Numbers, Numbers]]:
        """Gives the ends of ranges that hold a share of weeks; NaN where too little is known."""
        made = {}
        for group, expected in found.items():
            unit = range_unit(changes(panel.values[group].values)[:, 0], expected)
            low, high = self._far(group, expected.shape[1], level)
            made[group] = (
                np.minimum(np.maximum(expected + low * unit, 0.0), expected),
                np.maximum(expected + high * unit, expected),
            )
        return made

    def _far(self, group: Group, steps: int, level: float) -> tuple[Numbers, Numbers]:
        """Gives how far both ends lie off at each step, in units of `range_unit`."""
        curves = self.errors.of_weeks.get(group)
        if curves is None:
            return np.full(steps, np.nan), np.full(steps, np.nan)
        count, times = self.errors.date_count, self.errors.widened[group]
        below, above = outside_shares(self.errors.outside[group], level)
        low, high = (
            np.array(
                [_end(curve, share, count) for curve, share in zip(curves, shares, strict=True)]
            )
            for shares in (below, 1 - above)
        )
        return times * np.minimum(low, 0.0), times * np.maximum(high, 0.0)

    def is_like(self, other: DemandModel, level: float) -> bool:
        """Gives whether another foretells in the same ways, with ends about as far off."""
        if self.options != other.options or self.ways != other.ways:
            return False
        if (
            self.boosters
            or other.boosters
            or set(self.errors.of_weeks) != set(other.errors.of_weeks)
        ):
            return False
        return all(
            _is_near(self._far(group, self.options.horizon_weeks, level),
                     other._far(group, self.options.horizon_weeks, level))
            for group in self.errors.of_weeks
        )  # fmt: skip

    def enough(self, panel: Panel, expected: Numbers, weeks: int, level: float) -> Numbers:
        """Gives pieces of each product that last through weeks with a probability; NaN if unknown.

        Args:
            panel: What is known.
            expected: Means of the coming weeks, shape (products, weeks).
            weeks: Weeks that stock must last.
            level: The probability.
        """
        scale = stock_scale(panel)
        curve = self.errors.of_sums[weeks - 1] if len(self.errors.of_sums) >= weeks else ()
        more = _end(curve, level, self.errors.date_count)
        mean = expected[:, :weeks].sum(axis=1)
        return np.maximum(mean + more * scale, mean)

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives what rows that are to be foretold bring; NaN for those that are known.

        Args:
            rows: Rows of the mart, those to be foretold without `quantity` and `sales_amount`;
                they lie in the weeks after the last one that is known.
        """
        import pandas as pd

        found = pd.DataFrame({QUANTITY: np.nan, AMOUNT: np.nan}, index=rows.index)
        days = pd.to_datetime(rows["week_date"])
        is_known = (rows[QUANTITY].notna() & rows[AMOUNT].notna()).to_numpy()
        if is_known.all() or not is_known.any():
            return found
        past = rows[is_known].assign(week_date=days[is_known])
        if not (past["series_level"] == SeriesLevel.TOTAL).any():
            return found
        panel = panel_of(_whole(past), most_products=self.options.most_products)
        said = self.forecast(panel)
        ahead = ((days - pd.Timestamp(panel.weeks.monday(panel.weeks.week_count))).dt.days) // 7
        for (level, measure), values in said.items():
            places = {name: place for place, name in enumerate(panel.ids[SeriesLevel(level)])}
            own = ~is_known & (rows["series_level"] == level).to_numpy()
            own &= ahead.between(0, values.shape[1] - 1).to_numpy()
            own &= rows["series_id"].isin(places).to_numpy()
            at = rows["series_id"][own].map(places).to_numpy(dtype=np.int64)
            found.loc[own, measure] = values[at, ahead[own].to_numpy(dtype=np.int64)]
        return found

    def save(self) -> Mapping[str, bytes]:
        """Gives a JSON file, quantiles of errors, and trees of each measure that has them."""
        state = {
            "model": self.name,
            "options": vars(self.options),
            "ways": {group.label: way for group, way in self.ways.items()},
            "date_count": self.errors.date_count,
            "outside": {g.label: kept.tolist() for g, kept in self.errors.outside.items()},
            "widened": {g.label: kept for g, kept in self.errors.widened.items()},
            "features": FEATURES,
        }
        arrays = {_file_word(g): curves for g, curves in self.errors.of_weeks.items()}
        kept = io.BytesIO()
        np.savez(kept, allow_pickle=False, sums=self.errors.of_sums, **arrays)
        grown = {
            f"{measure}.ubj": trees.saved(made.booster)
            for measure, made in self.boosters.items()
            if made.booster is not None
        }
        text = (json.dumps(state, indent=1, sort_keys=True) + "\n").encode()
        return {MODEL_FILE: text, ERRORS_FILE: kept.getvalue(), **grown}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote.

        Raises:
            ModelDataError: It was written by another model, or looks at other features.
        """
        state: dict[str, Any] = json.loads(files.get(MODEL_FILE, b"{}"))
        is_ours = state.get("model") == cls.name and "outside" in state
        if not is_ours or state.get("features") != list(FEATURES):
            raise ModelDataError(
                f"There are no files of the model `{cls.name}` with the features of this version.",
                "train again",
            )
        options = Options(**state["options"])
        with np.load(io.BytesIO(files[ERRORS_FILE]), allow_pickle=False) as kept:
            sums = kept["sums"]
            of_weeks = {_group(word): kept[word] for word in kept.files if word != "sums"}
        ways = {_group(label): way for label, way in state["ways"].items()}
        outside = {_group(label): np.array(kept) for label, kept in state["outside"].items()}
        widened = {_group(label): kept for label, kept in state["widened"].items()}
        model = cls(options, ways, Errors(state["date_count"], of_weeks, sums, outside, widened))
        for measure in (QUANTITY, AMOUNT):
            if f"{measure}.ubj" in files:
                made = BoostedDemand(options.horizon_weeks, options.seed)
                made.booster = trees.loaded(files[f"{measure}.ubj"])
                model.boosters[measure] = made
        return model

    def _needs_trees(self, group: Group, way: str) -> bool:
        members = members_of(group.level, self.options.season_weeks)
        return BoostedDemand.name in (way, *(members if way not in self._single(group) else ()))

    def _single(self, group: Group) -> dict[str, Any]:
        options = self.options
        found = ways_of(group.level, options.season_weeks, options.horizon_weeks, options.seed)
        if group.measure in self.boosters:
            found[BoostedDemand.name] = self.boosters[group.measure]
        return found

    def _said(self, panel: Panel, group: Group) -> Numbers:
        single, way = self._single(group), self.ways.get(group, MEAN)
        season, weeks = self.options.season_weeks, panel.values[group]
        if way in single:
            return single[way].forecast(weeks, self.options.horizon_weeks)
        said = {
            name: single[name].forecast(weeks, self.options.horizon_weeks)
            for name in members_of(group.level, season)
        }
        return with_mean(said, group.level, season)[MEAN]


def _is_near(ours: tuple[Numbers, Numbers], theirs: tuple[Numbers, Numbers]) -> bool:
    """Gives whether both ends lie within a part of the range's width of each other's."""
    (low, high), (other_low, other_high) = ours, theirs
    least = LIKE * np.maximum(high - low, other_high - other_low)
    is_known = np.isfinite(low)
    if not np.array_equal(is_known, np.isfinite(other_low)):
        return False
    off = np.maximum(np.abs(low - other_low), np.abs(high - other_high))
    return bool((off <= least)[is_known].all())


def errors_of(contest: Contest, level: float) -> Errors:
    """Gives how far the ways from now on would have lain off at all past dates."""
    rolling = contest.rolling
    found = {group: past_ranges(contest, group, level) for group in contest.served}
    sums = np.empty((0, len(CURVE)))
    if PRODUCTS in found:
        served = contest.all_by(contest.ways)[PRODUCTS]
        scale = _scales(rolling.scales[PRODUCTS][:, :, 0], served)
        sums = _curves(np.cumsum((rolling.actual(PRODUCTS) - served) / scale, axis=2))
    return Errors(
        len(rolling.plan.origins),
        {group: _curves(ranges.errors) for group, ranges in found.items()},
        sums,
        {group: ranges.ends.outside for group, ranges in found.items()},
        {group: ranges.widened_by for group, ranges in found.items()},
    )


def stock_scale(panel: Panel) -> Numbers:
    """Gives the unit of errors of sums of each product: its usual change from week to week."""
    change = changes(panel.values[PRODUCTS].values)[:, 0]
    usual = recent_mean(panel.values[PRODUCTS], USUAL_WEEKS)
    return np.where(change > 0, change, np.maximum(usual, 1.0))


def _scales(change: Numbers, served: Numbers) -> Numbers:
    # A series that never changed has no unit of its own: its own size is taken.
    usual = np.maximum(served.mean(axis=2), 1.0)
    return np.asarray(np.where(change > 0, change, usual)[:, :, None], dtype=np.float64)


def _curves(errors: Numbers) -> Numbers:
    """Gives quantiles of the errors of each week ahead, over dates and series."""
    flat = errors.reshape(-1, errors.shape[2])
    return np.asarray(np.quantile(flat, CURVE, axis=0, method="higher").T, dtype=np.float64)


def _end(curve: Any, share: float, date_count: int) -> float:
    found = quantile_end(curve, share, date_count) if len(curve) else None
    return np.nan if found is None else found


def _whole(past: pd.DataFrame) -> pd.DataFrame:
    """Gives the rows with empty levels where a caller knows the total alone."""
    import pandas as pd

    total = past[past["series_level"] == SeriesLevel.TOTAL]
    known = set(past["series_level"])
    empty = [total.assign(series_level=str(level)) for level in SeriesLevel if level not in known]
    return pd.concat([past, *empty], ignore_index=True)


def _file_word(group: Group) -> str:
    return f"{group.level}-{group.measure}"


def _group(label: str) -> Group:
    level, _, measure = label.replace("-", " ").partition(" ")
    return Group(SeriesLevel(level), measure)
