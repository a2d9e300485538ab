"""Leakage: the detector that stops a classifier which was shown what it could not have known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.errors import UnknownNameError
from shopkeeper.evaluation.alarm import Alarm, AlarmKind, LeakReport
from shopkeeper.evaluation.classification import base_rate, roc_auc
from shopkeeper.evaluation.future_shuffle import OrderColumns, future_alarms
from shopkeeper.evaluation.label_windows import window_alarms
from shopkeeper.evaluation.labelled_rows import LabelledRows, labelled_rows
from shopkeeper.evaluation.suspicious_features import (
    FUNCTION_OF_LABEL,
    Limits,
    feature_alarms,
    standard_error,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "Alarm",
    "AlarmKind",
    "LabelledRows",
    "LeakReport",
    "OrderColumns",
    "auc_alarms",
    "auc_limit",
    "future_alarms",
    "labelled_rows",
    "leak_report",
    "limits_for",
]

# "Will this customer buy in the next H days", where a fair part does and a fair part does not:
# honest models were seen at .79 to .86 (Online Retail II, CDNOW), leaking ones from .91 on.
MOST_BELIEVABLE_AUC = 0.9
# With fewer than a fifth on one side, more and more rows are customers gone for years, who are
# easy to tell; the limit then rises towards this.
MOST_BELIEVABLE_AUC_WITHOUT_DOUBT = 0.99
EASY_BELOW_MINORITY = 0.2
# Of what recency leaves untold, richer features told at most a fifth on the same two shops;
# half is more than twice that.
SHARE_OF_WHAT_RECENCY_LEAVES = 0.5
# Recency alone on a balanced label; where one side is below a tenth it may tell nearly all.
MOST_BELIEVABLE_RECENCY = 0.95
ANYTHING_BELOW_MINORITY = 0.1


def leak_report(
    train: LabelledRows, test: LabelledRows, score: ArrayLike, *, recency: str | None = None
) -> LeakReport:
    """Gives all signs of a leak in how a classifier was taught and judged.

    Args:
        train: Rows that the model was taught on.
        test: Rows that it was judged on, with the same features.
        score: Array of shape (test rows,): what the model said of the label being 1.
        recency: Name of the feature that holds the days since the last order at the cut-off.
            Without it the limits know less.

    Raises:
        UnknownNameError: There is no feature of the name `recency`.
        UsageError: The score does not fit the test rows.
    """
    if recency is not None and recency not in test.features:
        raise UnknownNameError.among("feature", recency, map(str, test.features.columns))
    days = None if recency is None else test.features[recency].to_numpy(dtype=float)
    limits = limits_for(test.label, days)
    alarms = [
        *window_alarms(train, test),
        *auc_alarms(test.label, score, limits),
        *feature_alarms(train, test, roc_auc(test.label, score), limits, recency),
    ]
    return LeakReport(tuple(alarms))


def auc_limit(rate: float, recency_alone: float | None = None) -> float:
    """Gives the highest believable area under the ROC curve for "will this customer buy".

    Args:
        rate: Base rate of the label, in 0–1.
        recency_alone: Area that the days since the last order give by themselves, in .5–1.

    Returns:
        The greater of what the base rate and what recency allow, in .9–1.

    Examples:
        >>> auc_limit(0.567, 0.763)
        0.9
        >>> round(auc_limit(0.05, 0.93), 4)
        0.9675
    """
    minority = min(rate, 1 - rate)
    ease = max(0.0, 1 - minority / EASY_BELOW_MINORITY)
    by_rate = MOST_BELIEVABLE_AUC + ease * (MOST_BELIEVABLE_AUC_WITHOUT_DOUBT - MOST_BELIEVABLE_AUC)
    # Recency that is itself too good comes from the leak and excuses nothing.
    if recency_alone is None or recency_alone > recency_limit(rate):
        return by_rate
    return max(by_rate, recency_alone + SHARE_OF_WHAT_RECENCY_LEAVES * (1 - recency_alone))


def recency_limit(rate: float) -> float:
    """Gives the highest believable area that recency alone gives at a base rate."""
    minority = min(rate, 1 - rate)
    span = EASY_BELOW_MINORITY - ANYTHING_BELOW_MINORITY
    ease = min(1.0, max(0.0, (EASY_BELOW_MINORITY - minority) / span))
    return MOST_BELIEVABLE_RECENCY + ease * (FUNCTION_OF_LABEL - MOST_BELIEVABLE_RECENCY)


def limits_for(label: ArrayLike, recency: ArrayLike | None = None) -> Limits:
    """Gives what is honest for these labels, from their base rate and what recency alone gives.

    Args:
        label: Array of shape (rows,), 0 or 1.
        recency: Array of shape (rows,): days since the last order at the cut-off.
    """
    rate = base_rate(label)
    alone = None
    if recency is not None:
        forward = roc_auc(label, recency)
        alone = max(forward, 1 - forward)
    return Limits(auc_limit(rate, alone), alone, recency_limit(rate))


def auc_alarms(label: ArrayLike, score: ArrayLike, limits: Limits) -> tuple[Alarm, ...]:
    """Gives an alarm if a score is too good to be true by more than chance.

    Args:
        label: Array of shape (rows,), 0 or 1.
        score: Array of shape (rows,).
        limits: What is honest for this label.
    """
    import numpy as np

    found = roc_auc(label, score)
    # A few rows reach any area by luck: the limit gives way by one standard error.
    chance = standard_error(found, np.asarray(label, dtype=float))
    limit = limits.score + chance
    if not found > limit:
        return ()
    beside = (
        f"recency alone gives {limits.recency_alone:.3f}"
        if limits.recency_alone is not None
        else "what recency alone gives is not known"
    )
    return (
        Alarm(
            AlarmKind.SCORE_TOO_GOOD,
            "score",
            f"The score has an AUC of {found:.3f}, limit {limit:.3f} at a base rate of "
            f"{base_rate(label):.3f}; {beside}.",
            found,
            limit,
            "Look for features that hold days after the cut-off, labels from before it, and "
            "the same customers on both sides.",
        ),
    )
