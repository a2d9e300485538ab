"""Standing: how the way of predicting in use did in its contest, and what all are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopkeeper.tasks.lifetime_value.findings import Contestant, Findings

# Names that a test holds to those of evaluation and task: importing these here would make the
# command line wait for what calculates.
LAST_PERIOD = "last_period"
PRIMARY = "scaled_rmse"

CANDIDATES = {
    "last_period": "The same as the last period",
    "last_period_in_season": "The last period, moved to the coming season",
    "average_customer": "The average customer",
    "bg_nbd": "Repeat buying (BG/NBD)",
    "bg_nbd_with_prior": "Repeat buying, cautious (BG/NBD)",
    "mbg_nbd_with_prior": "Repeat buying, cautious (MBG/NBD)",
    "pareto_nbd_with_prior": "Repeat buying, cautious (Pareto/NBD)",
    "boosting": "Boosted trees",
    "blend": "Blend of three",
}


@dataclass(frozen=True, slots=True)
class MetricWords:
    """A metric in plain words: its label, what it says, and what is better."""

    label: str
    meaning: str
    better: str


METRICS = {
    "scaled_rmse": MetricWords(
        "Error",
        "Error per customer as a part of the error of expecting nothing; large customers are "
        "weighed down, so that they do not decide it alone. The lowest wins",
        "lower is better",
    ),
    "rmse": MetricWords(
        "Error in money",
        "Root of the mean squared error per customer; a few large customers decide it",
        "lower is better",
    ),
    "total_ratio": MetricWords(
        "Total",
        "What was expected of all customers, divided by what they then spent",
        "1 is best",
    ),
    "calibration_error": MetricWords(
        "Tenths off",
        "By how much the tenths of the customers miss what they spent, as a part of all spent",
        "lower is better",
    ),
    "spearman": MetricWords(
        "Order",
        "Whether customers come in the right order: 1 is the right one, 0 is chance",
        "higher is better",
    ),
    "top_decile_capture": MetricWords(
        "Best tenth",
        "Part of all spending that came from the tenth expected to spend most",
        "higher is better",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the way of predicting in use did on past dates.

    Attributes:
        candidate: Its name, in plain words.
        past_count: Past dates it was judged at.
        total_ratio: Expected over actual total, mean over the dates; None where nothing was judged.
        gain: Part by which its error is below that of the last period; None as above.
    """

    candidate: str
    past_count: int
    total_ratio: float | None
    gain: float | None


def standing(found: Findings) -> Standing:
    """Gives how the champion of a horizon did; the contest's winner where none is in use."""
    own = in_use(found) or winner(found)
    baseline = _row(found.contest, LAST_PERIOD)
    error, other = _value(own, PRIMARY), _value(baseline, PRIMARY)
    return Standing(
        candidate=candidate_words(own.candidate if own else found.candidate),
        past_count=len(found.past),
        total_ratio=_value(own, "total_ratio"),
        gain=1 - error / other if error is not None and other else None,
    )


def in_use(found: Findings) -> Contestant | None:
    """Gives how the way of predicting that is in use did; None where none is, or did not enter."""
    return _row(found.contest, found.candidate) if found.is_published else None


def winner(found: Findings) -> Contestant | None:
    """Gives the winner of the last contest; None where nothing could be judged."""
    return next((row for row in found.contest if row.is_winner), None)


def candidate_words(name: str) -> str:
    """Gives the name of a way of predicting in plain words.

    Examples:
        >>> candidate_words("boosting")
        'Boosted trees'
    """
    return CANDIDATES.get(name, name.replace("_", " "))


def metric_names() -> tuple[str, ...]:
    """Gives the metrics in the order in which they are shown: that which decides comes first."""
    return tuple(METRICS)


def _row(contest: Sequence[Contestant], name: str) -> Contestant | None:
    return next((row for row in contest if row.candidate == name), None)


def _value(row: Contestant | None, metric: str) -> float | None:
    return row.metrics.get(metric) if row else None
