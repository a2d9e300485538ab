"""Findings: what the contest on demand found, as plain values that a report can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.tasks.demand.names import AMOUNT, BASELINES, CHOSEN, TASK, Group
from shopkeeper.tasks.demand.ranges import ends_from_now, past_ranges, whole_ranges
from shopkeeper.tasks.demand.ways import PRIMARY

if TYPE_CHECKING:
    from shopkeeper.tasks.demand.contest import Contest


@dataclass(frozen=True, slots=True)
class WayFound:
    """How one way did on all dates that were judged; None where nothing can be said.

    Attributes:
        way: Its name; `chosen_ways` is what is served.
        is_baseline: Whether it is a simple rule that must be beaten.
        mase: Mean absolute error over that of "as last week" in the known past.
        rmsse: The same of squared errors, under a root.
        wape: Absolute errors over what was sold.
        bias: Forecast less sold, over what was sold.
    """

    way: str
    is_baseline: bool
    mase: float | None
    rmsse: float | None
    wape: float | None
    bias: float | None


@dataclass(frozen=True, slots=True)
class Lead:
    """By how much what is served errs less than a simple rule, with its 95 % interval."""

    other: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupFound:
    """What was found of one measure on one level.

    Attributes:
        level: `total`, `category` or `product`.
        measure: `quantity` or `sales_amount`.
        way: The way that is served.
        primary: Error by which ways were ranked.
        is_proved: Whether the chosen ways beat both simple rules; else the better one is served.
        contest: All ways, best first.
        leads: Over each simple rule.
        coverage: Share of later weeks that lay within their range; None with too few dates.
        covered_count: Weeks that this share is of.
        range_width: Mean width of these ranges, over what was sold.
        widened_by: How many times as wide ranges from now on are, because these held too little.
    """

    level: str
    measure: str
    way: str
    primary: str
    is_proved: bool
    contest: tuple[WayFound, ...] = ()
    leads: tuple[Lead, ...] = ()
    coverage: float | None = None
    covered_count: int = 0
    range_width: float | None = None
    widened_by: float = 1.0


@dataclass(frozen=True, slots=True)
class DayGroupFound:
    """What was found of the days of one measure on one level.

    Attributes:
        level: `total`, `category` or `product`.
        measure: `quantity` or `sales_amount`.
        way: The way that is served.
        contest: All ways, best first by MASE; of products by RMSSE.
        coverage: Share of later days that lay within their range; None with too few dates.
        covered_count: Days that this share is of.
        range_width: Mean width of these ranges, over what was sold.
        widened_by: How many times as wide ranges from now on are, because these held too little.
        low, high: Ends of ranges from now on for each day ahead, over the forecast or a quarter of
            the usual change where that is more; empty with too few dates.
    """

    level: str
    measure: str
    way: str
    contest: tuple[WayFound, ...]
    coverage: float | None
    covered_count: int
    range_width: float | None
    widened_by: float
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class DayFindings:
    """What was found of days.

    Attributes:
        is_proved: Whether shared-out weeks passed the gate; else a simple rule of days is served.
        way: The way that is served of the whole shop and its categories.
        reasons: Why a simple rule is served.
        groups: What was found of each level and measure.
        product_way: The way that is served of products, by a gate of their own; empty where
            their days are refused or not known.
        product_reasons: Why days of products are refused.
    """

    is_proved: bool
    way: str
    reasons: tuple[str, ...]
    groups: tuple[DayGroupFound, ...]
    product_way: str = ""
    product_reasons: tuple[str, ...] = ()

    def way_of(self, level: str) -> str:
        """Gives the way that is served of a level."""
        return self.product_way if level == SeriesLevel.PRODUCT else self.way

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> DayFindings:
        """Gives the findings that plain values say."""
        groups = tuple(
            DayGroupFound(
                **{
                    **group,
                    "contest": tuple(WayFound(**row) for row in group["contest"]),
                    "low": tuple(group["low"]),
                    "high": tuple(group["high"]),
                }
            )
            for group in plain["groups"]
        )
        lists = {name: tuple(plain.get(name, ())) for name in ("reasons", "product_reasons")}
        return cls(**{**plain, **lists, "groups": groups})


@dataclass(frozen=True, slots=True)
class WholeRange:
    """How far the money of all coming weeks together may lie off.

    Attributes:
        lower_share, upper_share: Ends over the forecast, such as .8 and 1.3.
        coverage: Share of later horizons that lay within such ranges; None with too few dates.
        covered_count: Horizons that this share is of; they overlap.
        widened_by: How many times as wide the range is, because earlier ones held too little.
    """

    lower_share: float
    upper_share: float
    coverage: float | None
    covered_count: int
    widened_by: float


@dataclass(frozen=True, slots=True)
class PastForecast:
    """What was foretold of the whole horizon at a past date, in total, and what was sold."""

    first_date: str
    expected_amount: float
    actual_amount: float
    last_week_amount: float
    last_season_amount: float


@dataclass(frozen=True)
class Findings:
    """What training found.

    Attributes:
        horizon_weeks: Weeks that are foretold.
        interval_level: Share of weeks that ranges are to hold.
        season_weeks: Length of a season of the seasonal rule; 0 where nothing was judged.
        date_count: Past dates at which forecasts were made again.
        judged_count: Those that were judged; the earlier ones served to choose.
        is_published: Whether there are forecasts.
        is_proved: Whether a model passed the gate; else a simple rule is served.
        model: Name and version of the model that foretells.
        reasons: Why there is no forecast, or why a simple rule is served.
        caveats: What to know beside it.
        groups: What was found of each level and measure.
        past: The judged dates, oldest first.
        whole: Range of the money of all coming weeks together; None with too few dates.
        days: What was found of days; None where nothing is foretold.
    """

    horizon_weeks: int
    interval_level: float
    season_weeks: int = 0
    date_count: int = 0
    judged_count: int = 0
    is_published: bool = False
    is_proved: bool = False
    model: str = ""
    reasons: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    groups: tuple[GroupFound, ...] = ()
    past: tuple[PastForecast, ...] = ()
    whole: WholeRange | None = None
    days: DayFindings | None = None

    def to_plain(self) -> dict[str, Any]:
        """Gives plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Findings:
        """Gives the findings that `to_plain` gave."""
        groups = tuple(
            GroupFound(
                **{
                    **group,
                    "contest": tuple(WayFound(**row) for row in group["contest"]),
                    "leads": tuple(Lead(**row) for row in group["leads"]),
                }
            )
            for group in plain["groups"]
        )
        lists: dict[str, Any] = {
            "reasons": tuple(plain["reasons"]),
            "caveats": tuple(plain["caveats"]),
            "groups": groups,
            "past": tuple(PastForecast(**row) for row in plain["past"]),
        }
        whole = plain.get("whole")
        lists["whole"] = WholeRange(**whole) if whole else None
        days = plain.get("days")
        lists["days"] = DayFindings.from_plain(days) if days else None
        return cls(**{**plain, **lists})


def findings_of_facts(facts: Mapping[str, Any]) -> Findings | None:
    """Gives what the last training found; None before the first."""
    plain = facts.get(TASK, {}).get("finding")
    return Findings.from_plain(plain) if plain else None


def found_by(contest: Contest, level: float) -> dict[str, Any]:
    """Gives what a contest found, by the names of the fields of `Findings`."""
    plan = contest.rolling.plan
    return {
        "season_weeks": plan.season_weeks,
        "date_count": len(plan.origins),
        "judged_count": len(contest.judged),
        "groups": tuple(_group(contest, group, level) for group in contest.groups),
        "past": _past(contest),
        "whole": _whole(contest, level),
    }


def _group(contest: Contest, group: Group, level: float) -> GroupFound:
    names = (CHOSEN, *contest.rolling.forecasts[group])
    rows = []
    for name in names:
        found = contest.accuracy(name, group)
        errors = (found.mase, found.rmsse, found.wape, found.bias)
        rows.append(WayFound(name, name in BASELINES, *errors))
    primary = PRIMARY[group.level]
    rows.sort(key=lambda row: (getattr(row, primary) is None, getattr(row, primary) or 0.0))
    leads = [(name, contest.lead(name, group)) for name in BASELINES]
    ranges = past_ranges(contest, group, level)
    return GroupFound(
        str(group.level),
        group.measure,
        contest.ways[group],
        primary,
        group not in contest.failed,
        tuple(rows),
        tuple(Lead(name, x.value, x.low, x.high) for name, x in leads if x is not None),
        ranges.coverage,
        ranges.covered_count,
        ranges.width,
        ranges.widened_by,
    )


def _whole(contest: Contest, level: float) -> WholeRange | None:
    ranges = whole_ranges(contest, Group(SeriesLevel.TOTAL, AMOUNT), level)
    ends = ends_from_now(ranges, level)
    if ends is None:
        return None
    lower, upper = (1 + float(end[0]) for end in ends)
    return WholeRange(
        max(lower, 0.0), upper, ranges.coverage, ranges.covered_count, ranges.widened_by
    )


def _past(contest: Contest) -> tuple[PastForecast, ...]:
    rolling, group = contest.rolling, Group(SeriesLevel.TOTAL, AMOUNT)
    actual = rolling.actual(group)[:, 0].sum(axis=1)
    said = [contest.said(name, group)[:, 0].sum(axis=1) for name in (CHOSEN, *BASELINES)]
    return tuple(
        PastForecast(
            rolling.panel.weeks.monday(rolling.plan.origins[place]).isoformat(),
            float(said[0][place]),
            float(actual[place]),
            float(said[1][place]),
            float(said[2][place]),
        )
        for place in contest.judged
    )
