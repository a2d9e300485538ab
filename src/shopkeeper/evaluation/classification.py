"""Classification metrics: order, calibration and lift of probabilities against what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[Any]
    # (label, score, weights of shape (draws, rows)) → one value per draw.
    WeightedMetric = Callable[[Numbers, Numbers, Numbers], Numbers]

# Deciles: fine enough to see a bend, and each still holds a tenth of the customers.
BINS = 10
# A campaign's usual reach; the share by which published lift figures are given.
TOP_SHARE = 0.1
# Log loss of a certain and wrong forecast is infinite; this is the least doubt that is granted.
LEAST_DOUBT = 1e-15


def base_rate(label: ArrayLike) -> float:
    """Gives the share of rows whose label is 1, in 0–1; NaN without rows."""
    return _once(weighted_base_rate, label, label)


def roc_auc(label: ArrayLike, score: ArrayLike) -> float:
    """Gives the area under the ROC curve.

    It is the probability that a row with label 1 has a higher score than one with label 0, a tie
    counting half.

    Args:
        label: Array of shape (rows,), 0 or 1.
        score: Array of shape (rows,); only its order matters.

    Returns:
        In 0–1, .5 for chance; NaN unless both labels are present.

    Raises:
        UsageError: Lengths differ, a label is not 0 or 1, or a score is not a number.

    References:
        Hanley, McNeil (1982), The meaning and use of the area under a ROC curve.

    Examples:
        >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8])
        0.875
    """
    return _once(weighted_roc_auc, label, score)


def average_precision(label: ArrayLike, score: ArrayLike) -> float:
    """Gives the area under the precision–recall curve, as steps: Σ (Rₙ − Rₙ₋₁)·Pₙ.

    Chance gives the base rate, so it can be read only beside it. Equal scores are one step.

    Args:
        label: Array of shape (rows,), 0 or 1.
        score: Array of shape (rows,); only its order matters.

    Returns:
        In 0–1; NaN without a row whose label is 1.

    Raises:
        UsageError: As in `roc_auc`.
    """
    return _once(weighted_average_precision, label, score)


def brier_score(label: ArrayLike, probability: ArrayLike) -> float:
    """Gives the mean squared difference of probability and label, in 0–1; lower is better.

    Args:
        label: Array of shape (rows,), 0 or 1.
        probability: Array of shape (rows,), in 0–1.

    Raises:
        UsageError: As in `roc_auc`, or a probability is not in 0–1.

    References:
        Brier (1950), Verification of forecasts expressed in terms of probability.
    """
    return _once(weighted_brier_score, label, _probabilities(probability))


def log_loss(label: ArrayLike, probability: ArrayLike) -> float:
    """Gives the mean negative log-likelihood of the labels, in nats; lower is better.

    Args:
        label: Array of shape (rows,), 0 or 1.
        probability: Array of shape (rows,), in 0–1; kept `LEAST_DOUBT` away from 0 and 1.

    Raises:
        UsageError: As in `brier_score`.
    """
    return _once(weighted_log_loss, label, _probabilities(probability))


def capture(label: ArrayLike, score: ArrayLike, share: float = TOP_SHARE) -> float:
    """Gives the share of all rows with label 1 that stand among the top `share` by score.

    Rows tied across the border are counted in the proportion in which they fit: what choosing
    among them at random would give on average, so that row order changes nothing.

    Args:
        label: Array of shape (rows,), 0 or 1.
        score: Array of shape (rows,); only its order matters.
        share: Part of the rows that is taken, above 0, at most 1.

    Returns:
        In 0–1; NaN without a row whose label is 1.

    Raises:
        UsageError: As in `roc_auc`, or the share is not in 0–1.
    """
    if not 0 < share <= 1:
        raise UsageError(f"`share` is {share}.", "give a share above 0 and at most 1")
    return _once(lambda *given: weighted_capture(*given, share=share), label, score)


def lift(label: ArrayLike, score: ArrayLike, share: float = TOP_SHARE) -> float:
    """Gives how many times more rows with label 1 the top `share` holds than chance would."""
    return capture(label, score, share) / share


@dataclass(frozen=True, slots=True)
class BrierParts:
    """What a Brier score is made of, by bins of equal forecasts.

    `reliability − resolution + uncertainty + within_bins` is the Brier score.

    Attributes:
        reliability: How far forecasts lie from what happened; 0 is perfect calibration.
        resolution: How far the bins' outcomes lie from the base rate; higher is better.
        uncertainty: Variance of the label; the score of forecasting the base rate for all.
        within_bins: What forecasts that differ inside a bin add; 0 if each bin has one forecast.

    References:
        Murphy (1973), A new vector partition of the probability score; for the part within
        bins Stephenson, Coelho, Jolliffe (2008).
    """

    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float


def brier_parts(label: ArrayLike, probability: ArrayLike, bins: int = BINS) -> BrierParts:
    """Gives the parts of the Brier score over bins of equally many rows.

    Raises:
        UsageError: As in `brier_score`, or there are no rows.
    """
    table = calibration_table(label, probability, bins)
    share = table["row_count"] / table["row_count"].sum()
    rate = base_rate(label)
    reliability = float((share * (table["predicted_rate"] - table["actual_rate"]) ** 2).sum())
    resolution = float((share * (table["actual_rate"] - rate) ** 2).sum())
    uncertainty = rate * (1 - rate)
    rest = brier_score(label, probability) - (reliability - resolution + uncertainty)
    return BrierParts(reliability, resolution, uncertainty, rest)


def calibration_table(label: ArrayLike, probability: ArrayLike, bins: int = BINS) -> pd.DataFrame:
    """Gives what was predicted and what happened in bins of equally many rows.

    Equal probabilities always share a bin, so there may be fewer bins than asked for, and row
    order changes nothing.

    Args:
        label: Array of shape (rows,), 0 or 1.
        probability: Array of shape (rows,), in 0–1.
        bins: Number of bins, at least 1.

    Returns:
        One row per bin, ascending by probability: `bin` (from 1), `row_count`, `predicted_rate`
        and `actual_rate` (means, in 0–1), `lowest` and `highest` probability.

    Raises:
        UsageError: As in `brier_score`, there are no rows, or `bins` is below 1.
    """
    import pandas as pd

    labels, probabilities = _checked(label, _probabilities(probability))
    if not len(labels) or bins < 1:
        raise UsageError(f"There is nothing to bin: {len(labels)} rows, {bins} bins.", "give both")
    frame = pd.DataFrame({"label": labels, "probability": probabilities})
    frame["bin"] = _bins(probabilities, bins)
    found = frame.groupby("bin").agg(
        row_count=("label", "size"),
        predicted_rate=("probability", "mean"),
        actual_rate=("label", "mean"),
        lowest=("probability", "min"),
        highest=("probability", "max"),
    )
    found = found.reset_index()
    found["bin"] += 1
    return found


def expected_calibration_error(label: ArrayLike, probability: ArrayLike, bins: int = BINS) -> float:
    """Gives the mean distance of predicted and actual rate over bins of equally many rows.

    Returns:
        In 0–1, 0 is best. Chance alone makes it positive: about `√(2·p·(1−p)·bins/(π·rows))`.

    Raises:
        UsageError: As in `calibration_table`.

    References:
        Naeini, Cooper, Hauskrecht (2015); equally filled bins after Nixon et al. (2019).
    """
    table = calibration_table(label, probability, bins)
    distance = (table["predicted_rate"] - table["actual_rate"]).abs()
    return float((distance * table["row_count"]).sum() / table["row_count"].sum())


def weighted_base_rate(label: Numbers, _: Numbers, weights: Numbers) -> Numbers:
    """Gives the weighted share of label 1 for each row of `weights`."""
    return _ratio(weights @ label, weights.sum(axis=1))


def weighted_brier_score(label: Numbers, score: Numbers, weights: Numbers) -> Numbers:
    """Gives the weighted Brier score for each row of `weights`."""
    return _ratio(weights @ (score - label) ** 2, weights.sum(axis=1))


def weighted_log_loss(label: Numbers, score: Numbers, weights: Numbers) -> Numbers:
    """Gives the weighted log loss for each row of `weights`."""
    import numpy as np

    of_label = np.clip(np.where(label == 1, score, 1 - score), LEAST_DOUBT, 1 - LEAST_DOUBT)
    return _ratio(weights @ -np.log(of_label), weights.sum(axis=1))


def weighted_roc_auc(label: Numbers, score: Numbers, weights: Numbers) -> Numbers:
    """Gives the weighted area under the ROC curve for each row of `weights`."""
    ones, zeros = _by_score(label, score, weights)
    # From the highest score down: a one wins against all zeros further down, half against ties.
    below = zeros.sum(axis=1, keepdims=True) - zeros.cumsum(axis=1)
    wins = (ones * (below + zeros / 2)).sum(axis=1)
    return _ratio(wins, ones.sum(axis=1) * zeros.sum(axis=1))


def weighted_average_precision(label: Numbers, score: Numbers, weights: Numbers) -> Numbers:
    """Gives the weighted average precision for each row of `weights`."""
    import numpy as np

    ones, zeros = _by_score(label, score, weights)
    found = ones.cumsum(axis=1)
    taken = found + zeros.cumsum(axis=1)
    precision = np.divide(found, taken, out=np.zeros_like(found), where=taken > 0)
    return _ratio((ones * precision).sum(axis=1), ones.sum(axis=1))


def weighted_capture(
    label: Numbers, score: Numbers, weights: Numbers, *, share: float = TOP_SHARE
) -> Numbers:
    """Gives the weighted share of label 1 in the top `share` for each row of `weights`."""
    import numpy as np

    ones, zeros = _by_score(label, score, weights)
    rows = ones + zeros
    before = rows.cumsum(axis=1) - rows
    room = np.clip(share * rows.sum(axis=1, keepdims=True) - before, 0, rows)
    part = np.divide(room, rows, out=np.zeros_like(rows), where=rows > 0)
    return _ratio((ones * part).sum(axis=1), ones.sum(axis=1))


# Metrics that can be drawn again with weights. The calibration error is not among them: chance
# pushes it up in each draw, so the interval would not even hold the value found.
METRICS: Mapping[str, WeightedMetric] = MappingProxyType(
    {
        "average_precision": weighted_average_precision,
        "base_rate": weighted_base_rate,
        "brier_score": weighted_brier_score,
        "capture": weighted_capture,
        "log_loss": weighted_log_loss,
        "roc_auc": weighted_roc_auc,
    }
)


def _once(metric: WeightedMetric, label: ArrayLike, score: ArrayLike) -> float:
    """Gives the metric with weight 1 for each row."""
    import numpy as np

    labels, scores = _checked(label, score)
    return float(metric(labels, scores, np.ones((1, len(labels))))[0])


def _by_score(label: Numbers, score: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Gives the weights of ones and zeros, (draws, distinct scores), from the highest down."""
    import numpy as np

    if not len(score):
        return weights, weights
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    # Compared, not subtracted: infinite scores are equal too.
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sorted_weights = weights[:, order]
    ones = np.add.reduceat(sorted_weights * label[order], starts, axis=1)
    return ones, np.add.reduceat(sorted_weights, starts, axis=1) - ones


def _bins(probability: Numbers, bins: int) -> Numbers:
    """Gives the bin of each row, from 0, by the middle of its place among equals."""
    import numpy as np

    _, place, counts = np.unique(probability, return_inverse=True, return_counts=True)
    middle = counts.cumsum() - counts / 2
    return np.minimum((bins * middle / len(probability)).astype(int), bins - 1)[place]


def _ratio(over: Numbers, under: Numbers) -> Numbers:
    import numpy as np

    return np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)


def _probabilities(probability: ArrayLike) -> Numbers:
    import numpy as np

    found = np.asarray(probability, dtype=float)
    outside = found[(found < 0) | (found > 1)]
    if len(outside):
        raise UsageError(f"A probability is {outside[0]}.", "give probabilities in 0–1")
    return found


def _checked(label: ArrayLike, score: ArrayLike) -> tuple[Numbers, Numbers]:
    """Gives both as arrays of floats, held to what every metric needs."""
    import numpy as np

    labels, scores = np.asarray(label, dtype=float), np.asarray(score, dtype=float)
    if labels.ndim != 1 or labels.shape != scores.shape:
        raise UsageError(
            f"Labels have the shape {labels.shape}, scores {scores.shape}.",
            "give one score for each label",
        )
    if not np.isin(labels, (0, 1)).all():
        raise UsageError("A label is neither 0 nor 1.", "leave out rows whose label is not known")
    if np.isnan(scores).any():
        raise UsageError("A score is not a number.", "give every row a score")
    return labels, scores
