"""Bootstrap: how far a metric, or the lead of one score over another, may be off by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.evaluation.classification import METRICS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from shopkeeper.evaluation.classification import Numbers, WeightedMetric

# Ends of a 95 % interval rest on 25 draws each; more change their third digit only.
DRAWS = 1_000
LEVEL = 0.95
# Weights held in memory at a time: 8 MB, and a few copies while a metric is counted.
CELLS = 1_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its interval.

    Attributes:
        value: What was found on all rows.
        low: Lower end; NaN where no draw could be judged.
        high: Upper end.
        level: Share of draws between the ends, in 0–1.
    """

    value: float
    low: float
    high: float
    level: float


def bootstrap_interval(
    metric: str,
    label: ArrayLike,
    score: ArrayLike,
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Interval:
    """Gives a metric with its percentile interval over rows drawn with replacement.

    Args:
        metric: A name in `METRICS`.
        label: Array of shape (rows,), 0 or 1.
        score: Array of shape (rows,); a probability where the metric needs one.
        seed: Same seed and rows, same interval.
        draws: Number of draws.
        level: Share of draws between the ends, in 0–1.

    Raises:
        UnknownNameError: There is no such metric.
        UsageError: There are no rows, or the arrays have not the same length.
    """
    import numpy as np

    weighted = _metric(metric)
    labels, scores = _arrays(label, score)
    whole = float(weighted(labels, scores, np.ones((1, len(labels))))[0])
    found = [weighted(labels, scores, w) for w in _weights(len(labels), seed, draws)]
    return _interval(whole, np.concatenate(found), level)


def bootstrap_difference(
    metric: str,
    label: ArrayLike,
    score: ArrayLike,
    other: ArrayLike,
    *,
    seed: int,
    draws: int = DRAWS,
) -> Interval:
    """Gives the metric of `score` less that of `other`, both on the same draws, at 95 %.

    Raises:
        UnknownNameError: There is no such metric.
        UsageError: There are no rows, or the arrays have not the same length.
    """
    import numpy as np

    weighted = _metric(metric)
    labels, scores = _arrays(label, score)
    _, others = _arrays(label, other)

    def lead(weights: Numbers) -> Numbers:
        return weighted(labels, scores, weights) - weighted(labels, others, weights)

    whole = float(lead(np.ones((1, len(labels))))[0])
    found = [lead(weights) for weights in _weights(len(labels), seed, draws)]
    return _interval(whole, np.concatenate(found), LEVEL)


def bootstrap_mean(values: ArrayLike, *, seed: int, draws: int = DRAWS) -> Interval:
    """Gives the mean of values with its 95 % interval over rows drawn with replacement.

    The lead of one way over another on the same rows is the mean of their differences.

    Raises:
        UsageError: There are no rows.
    """
    import numpy as np

    found, _ = _arrays(values, values)
    drawn = [w @ found / len(found) for w in _weights(len(found), seed, draws)]
    return _interval(float(found.mean()), np.concatenate(drawn), LEVEL)


def _metric(name: str) -> WeightedMetric:
    if name not in METRICS:
        raise UnknownNameError.among("metric", name, METRICS)
    return METRICS[name]


def _arrays(label: ArrayLike, score: ArrayLike) -> tuple[Numbers, Numbers]:
    import numpy as np

    labels, scores = np.asarray(label, dtype=float), np.asarray(score, dtype=float)
    if labels.shape != scores.shape or labels.ndim != 1 or not len(labels):
        raise UsageError(
            f"Labels have the shape {labels.shape}, scores {scores.shape}.",
            "give one score for each label, and at least one row",
        )
    return labels, scores


def _weights(row_count: int, seed: int, draws: int) -> Iterator[Numbers]:
    """Gives how often each row is drawn, as arrays of shape (some draws, rows)."""
    import numpy as np

    random = np.random.default_rng(seed)
    at_once = max(1, CELLS // row_count)
    for start in range(0, draws, at_once):
        count = min(at_once, draws - start)
        rows = random.integers(row_count, size=(count, row_count))
        rows += np.arange(count)[:, None] * row_count
        drawn = np.bincount(rows.ravel(), minlength=count * row_count)
        yield drawn.reshape(count, row_count).astype(float)


def _interval(value: float, drawn: Numbers, level: float) -> Interval:
    """Gives the percentile interval; draws that miss a class say nothing and are left out."""
    import numpy as np

    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return Interval(value, float("nan"), float("nan"), level)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level)
