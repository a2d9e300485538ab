"""Drift: whether customers of today are spread as on any day that the model learned from.

A column has drifted if it differs, by more than a least effect and by more than chance explains,
from *every* reference: the days the champion was trained at, and the same season a year before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.monitoring.portraits import Bins, Portrait, Spread

if TYPE_CHECKING:
    from collections.abc import Mapping

# Below, a tenth of the customers is a handful: chance alone moves it.
LEAST_ROWS = 100
# A bin that nobody is in still has this much of a row, so that logarithms exist.
A_LITTLE = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on a difference is an alarm.

    Attributes:
        effect: Least stability index.
        false_discovery_rate: Largest share of false alarms among all alarms of one look.
    """

    effect: float = 0.2
    false_discovery_rate: float = 0.01


@dataclass(frozen=True, slots=True)
class Bucket:
    """Values of a column that more customers have today than before; the bin that grew most.

    Attributes:
        low: Least value; None without one. Neither end of a column without values.
        high: Value below which it ends; None without one.
        label: The value of a text; None of numbers.
        row_count: Customers today.
        reference_share: Part of them on the reference day, in 0-1.
    """

    low: float | None
    high: float | None
    label: str | None
    row_count: int
    reference_share: float


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """How far a column is from the reference that is nearest to it.

    Attributes:
        column: Its name.
        reference_day: Day of that reference, as ISO text.
        row_count: Customers today.
        reference_count: Customers then.
        stability_index: Population stability index, less what chance adds; 0 is no difference.
        distance: Largest difference of cumulated shares (Kolmogorov-Smirnov) of a number between
            its edges; total variation of a text. In 0-1.
        shift: Difference of means in standard deviations; None of texts.
        mean: Of today; None of texts.
        reference_mean: Of then.
        missing_share: Share of today without a value.
        reference_missing_share: Share of then.
        p_value: Of the hypothesis that both are alike; the largest over all references.
        adjusted_p_value: The same, adjusted for the number of columns that were looked at.
        has_drifted: Whether it is an alarm.
        bucket: Where more customers are than on the reference day; None where that is no one
            value or range.
    """

    column: str
    reference_day: str
    row_count: int
    reference_count: int
    stability_index: float
    distance: float
    shift: float | None
    mean: float | None
    reference_mean: float | None
    missing_share: float
    reference_missing_share: float
    p_value: float
    adjusted_p_value: float = 1.0
    has_drifted: bool = False
    bucket: Bucket | None = None


def drift(
    today: Portrait, references: Sequence[Portrait], bins: Mapping[str, Bins], limits: Limits
) -> tuple[ColumnDrift, ...]:
    """Gives how far each column is from all references, the farthest first.

    Args:
        today: Customers of today.
        references: Customers of earlier days; those with too few are not looked at.
        bins: Column → bins of all portraits.
        limits: From when on it is an alarm.

    Returns:
        One entry per column; none where today or all references have too few customers.
    """
    known = [each for each in references if each.row_count >= LEAST_ROWS]
    if today.row_count < LEAST_ROWS or not known:
        return ()
    found = [
        nearest
        for name, each in bins.items()
        if name in today.spreads and (nearest := _nearest(name, each, today, known))
    ]
    adjusted = benjamini_hochberg([row.p_value for row in found])
    rows = [
        replace(
            row,
            adjusted_p_value=p,
            has_drifted=p <= limits.false_discovery_rate and row.stability_index >= limits.effect,
        )
        for row, p in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.stability_index, row.column)))


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Gives p-values adjusted for how many there are: at most `q` is a false discovery rate of q.

    References:
        Benjamini, Hochberg (1995), Controlling the false discovery rate, section 3.

    Examples:
        >>> benjamini_hochberg([0.01, 0.04, 0.03])
        (0.03, 0.04, 0.04)
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=True)
    found, least = [1.0] * len(p_values), 1.0
    for rank, place in zip(range(len(order), 0, -1), order, strict=True):
        least = min(least, p_values[place] * len(order) / rank)
        found[place] = least
    return tuple(found)


def stability_index(now: Sequence[int], then: Sequence[int]) -> float:
    """Gives the population stability index of two sets of counts, less what chance adds.

    It is the sum of (p - q)·ln(p / q) over the bins. Of two samples of the same customers it is on
    average (bins - 1)·(1/n + 1/m), which is taken off, so that a sample and all rows say the same.

    Args:
        now: Rows in each bin today.
        then: Rows in each bin of the reference.
    """
    used = [(a, b) for a, b in zip(now, then, strict=True) if a or b]
    n, m = sum(now), sum(then)
    whole_n, whole_m = n + A_LITTLE * len(used), m + A_LITTLE * len(used)
    total = 0.0
    for a, b in used:
        p, q = (a + A_LITTLE) / whole_n, (b + A_LITTLE) / whole_m
        total += (p - q) * math.log(p / q)
    return max(0.0, total - (len(used) - 1) * (1 / n + 1 / m))


def _nearest(
    name: str, bins: Bins, today: Portrait, references: Iterable[Portrait]
) -> ColumnDrift | None:
    """Gives the drift against the nearest reference, with the largest p-value of all."""
    now = today.spreads[name]
    rows = [
        _against(name, bins, now, reference.spreads[name], reference.day)
        for reference in references
        if name in reference.spreads
    ]
    if not rows:
        return None
    nearest = min(rows, key=lambda row: (row.stability_index, row.distance, row.reference_day))
    # To say that it differs from all of them, each single test must say so.
    return replace(nearest, p_value=max(row.p_value for row in rows))


def _against(name: str, bins: Bins, now: Spread, then: Spread, day: date) -> ColumnDrift:
    mine, theirs = (*now.counts, now.missing), (*then.counts, then.missing)
    n, m = now.row_count, then.row_count
    return ColumnDrift(
        column=name,
        reference_day=day.isoformat(),
        row_count=n,
        reference_count=m,
        stability_index=stability_index(mine, theirs),
        distance=_distance(now, then, is_text=bins.is_text),
        shift=_shift(now, then),
        mean=now.mean,
        reference_mean=then.mean,
        missing_share=now.missing / n,
        reference_missing_share=then.missing / m,
        p_value=_p_value(mine, theirs),
        bucket=_grown(bins, mine, theirs),
    )


def _grown(bins: Bins, now: Sequence[int], then: Sequence[int]) -> Bucket | None:
    """Gives the bin whose share grew most; the last one is that of missing values."""
    n, m = sum(now), sum(then)
    gains = [a / n - b / m for a, b in zip(now, then, strict=True)]
    place = max(range(len(gains)), key=gains.__getitem__)
    if gains[place] <= 0:
        return None
    ends: tuple[float | None, float | None, str | None] = (None, None, None)
    if place < bins.count:
        if bins.is_text:
            if place == len(bins.labels):
                # All other texts together are no value that could be asked for.
                return None
            ends = (None, None, bins.labels[place])
        else:
            edges = (None, *bins.edges, None)
            ends = (edges[place], edges[place + 1], None)
    return Bucket(*ends, now[place], then[place] / m)


def _distance(now: Spread, then: Spread, *, is_text: bool) -> float:
    n, m = sum(now.counts), sum(then.counts)
    if not n or not m:
        return 0.0 if n == m else 1.0
    gaps = [a / n - b / m for a, b in zip(now.counts, then.counts, strict=True)]
    if is_text:
        return sum(map(abs, gaps)) / 2
    total, largest = 0.0, 0.0
    for gap in gaps:
        total += gap
        largest = max(largest, abs(total))
    return largest


def _shift(now: Spread, then: Spread) -> float | None:
    values = (now.mean, then.mean, now.deviation, then.deviation)
    if any(value is None for value in values):
        return None
    mean, reference, deviation, reference_deviation = (float(value or 0.0) for value in values)
    pooled = math.sqrt((deviation**2 + reference_deviation**2) / 2)
    return (mean - reference) / pooled if pooled else None


def _p_value(now: Sequence[int], then: Sequence[int]) -> float:
    """Gives the p-value of Pearson's test that two sets of counts have the same shares."""
    from scipy.stats import chi2

    n, m = sum(now), sum(then)
    statistic, used = 0.0, 0
    for a, b in zip(now, then, strict=True):
        if a + b:
            used += 1
            statistic += (a * math.sqrt(m / n) - b * math.sqrt(n / m)) ** 2 / (a + b)
    return float(chi2.sf(statistic, used - 1)) if used > 1 else 1.0
