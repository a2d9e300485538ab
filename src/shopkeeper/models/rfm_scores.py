"""RFM scores: thresholds learned from one set of customers, scores for any; ten named segments.

A score is one more than the number of cut points that a value has passed, so customers with
equal values always get equal scores, and the order of rows changes nothing. The price of that
rule: where many share a value (order count 1), groups are not of equal size.

References:
    Hughes, A. M. (1994). Strategic Database Marketing. Probus.
    Hyndman, R. J., Fan, Y. (1996). Sample quantiles in statistical packages. The American
    Statistician 50(4): definition 1 (inverse of the empirical distribution), which only returns
    values that occur.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Scoring = Literal["quintiles", "quartiles", "bands"]

MEASURES = ("days_since_last_order", "order_count", "order_amount")
SCORES = ("recency_score", "frequency_score", "monetary_score")
# Quantiles at which scores change; the share of customers at or below the cut.
QUANTILES: dict[str, tuple[float, ...]] = {
    "quintiles": (0.2, 0.4, 0.6, 0.8),
    "quartiles": (0.25, 0.5, 0.75),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of customers, in plain words.

    Attributes:
        name: Name of the segment.
        meaning: Who is in it.
        advice: What to do with them.
        recency: Lowest and highest recency score, on the scale 1-5.
        activity: Lowest and highest mean of frequency and monetary score, rounded half up.
    """

    name: str
    meaning: str
    advice: str
    recency: tuple[int, int]
    activity: tuple[int, int]


# The customary ten names on the recency x activity grid; of two that fit, the first counts.
SEGMENTS = (
    Segment(
        "Champions",
        "Bought just now, buy often and spend most",
        "Thank them, show them what is new first; no discounts needed",
        (5, 5),
        (4, 5),
    ),
    Segment(
        "Loyal customers",
        "Buy often and have bought lately",
        "Offer what goes with what they buy; ask for reviews",
        (3, 4),
        (4, 5),
    ),
    Segment(
        "Potential loyalists",
        "Bought lately and more than once",
        "Bring them to the next order with a recommendation",
        (4, 5),
        (2, 3),
    ),
    Segment(
        "New customers",
        "Bought just now, for the first time or little",
        "Welcome them well; the second order decides",
        (5, 5),
        (1, 1),
    ),
    Segment(
        "Promising",
        "Bought fairly lately, once or little",
        "Remind them of the shop while they remember it",
        (4, 4),
        (1, 1),
    ),
    Segment(
        "Need attention",
        "Middling in everything, and getting quieter",
        "A limited offer on what they bought before",
        (3, 3),
        (3, 3),
    ),
    Segment(
        "About to sleep",
        "Some time ago, and not much",
        "Win them back cheaply or let them go",
        (3, 3),
        (1, 2),
    ),
    Segment(
        "At risk",
        "Used to buy often and well, but not for a long time",
        "Ask in person what went wrong; worth an incentive",
        (2, 2),
        (3, 5),
    ),
    Segment(
        "Cannot lose them",
        "Were among the best and have been silent longest",
        "Call them; each one is worth a conversation",
        (1, 1),
        (4, 5),
    ),
    Segment(
        "Hibernating",
        "Bought long ago, little or seldom",
        "Do not spend on them; keep the newsletter",
        (1, 2),
        (1, 3),
    ),
)


class RfmScores:
    """Scores customers from 1 (worst) to 5 (best; 4 with quartiles) on each of three measures.

    Args:
        scoring: `quintiles`, `quartiles` or `bands`.
        bands: Ascending cut points for each measure, where scoring is `bands`: a value above a
            cut point has passed it.

    Attributes:
        thresholds_: Measure → ascending cut points, after `fit`.
    """

    def __init__(
        self,
        scoring: Scoring = "quintiles",
        bands: Mapping[str, tuple[float, ...]] | None = None,
    ) -> None:
        self.scoring: Scoring = scoring
        self.bands = dict(bands or {})
        self.thresholds_: dict[str, tuple[float, ...]] = {}
        if scoring == "bands":
            self._check_bands()

    def fit(self, customers: pd.DataFrame) -> RfmScores:
        """Learns the cut points.

        Args:
            customers: One row per customer, with the three measures.

        Raises:
            UsageError: There is no customer to learn from.
        """
        if self.scoring == "bands":
            self.thresholds_ = {measure: tuple(self.bands[measure]) for measure in MEASURES}
            return self
        if customers.empty:
            raise UsageError("RFM scores need at least one customer; there is none.")
        quantiles = QUANTILES[self.scoring]
        for measure in MEASURES:
            values = customers[measure].to_numpy(dtype=float)
            cuts = np.quantile(values, quantiles, method="inverted_cdf")
            self.thresholds_[measure] = tuple(float(cut) for cut in cuts)
        return self

    def fit_counts(self, counts: Mapping[str, pd.DataFrame]) -> RfmScores:
        """Learns the same cut points as `fit`, from how many customers have each value.

        What customers are too many to be held in one place comes down to: values of a measure are
        few beside the customers who share them, and quantiles depend on nothing else.

        Args:
            counts: Measure → frame with the columns `value` and `customer_count`, in any order.

        Raises:
            UsageError: There is no customer to learn from.
        """
        if self.scoring == "bands":
            return self.fit(next(iter(counts.values())))
        for measure in MEASURES:
            ordered = counts[measure].sort_values("value")
            reached = ordered["customer_count"].to_numpy(dtype=np.int64).cumsum()
            if not reached.size:
                raise UsageError("RFM scores need at least one customer; there is none.")
            # Hyndman & Fan, definition 1: the smallest value that a share of customers has reached.
            shares = np.asarray(QUANTILES[self.scoring])
            places = np.maximum(np.ceil(reached[-1] * shares - 1), 0)
            cuts = ordered["value"].to_numpy(dtype=float)[reached.searchsorted(places, "right")]
            self.thresholds_[measure] = tuple(float(cut) for cut in cuts)
        return self

    def predict(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Gives scores and segment.

        Args:
            customers: One row per customer, with the three measures; also new customers.

        Returns:
            A frame with the same index and the columns `recency_score`, `frequency_score`,
            `monetary_score` (integers from 1), `rfm_score` (text such as `543`) and `segment`.

        Raises:
            UsageError: `fit` was not called.
        """
        if not self.thresholds_:
            raise UsageError("RFM scores are not fitted.", "call `fit` first")
        scores = customers[[]].copy()
        for measure, score in zip(MEASURES, SCORES, strict=True):
            scores[score] = self._score(customers[measure].to_numpy(dtype=float), measure)
        scores["rfm_score"] = scores[SCORES[0]].astype(str)
        for score in SCORES[1:]:
            scores["rfm_score"] += scores[score].astype(str)
        recency, frequency, monetary = (scores[score].to_numpy() for score in SCORES)
        scores["segment"] = segment_of(recency, frequency, monetary, self.top_score)
        return scores

    @property
    def top_score(self) -> int:
        """The best score: 5, or 4 with quartiles, or by the number of bands."""
        if self.scoring == "bands":
            return len(next(iter(self.bands.values()))) + 1
        return len(QUANTILES[self.scoring]) + 1

    def save(self) -> str:
        """Gives the fitted model as JSON text."""
        state = {"scoring": self.scoring, "bands": self.bands, "thresholds": self.thresholds_}
        return json.dumps(state, sort_keys=True)

    @classmethod
    def load(cls, text: str) -> RfmScores:
        """Gives the model that `save` wrote."""
        state = json.loads(text)
        model = cls(state["scoring"], {k: tuple(v) for k, v in state["bands"].items()})
        model.thresholds_ = {k: tuple(v) for k, v in state["thresholds"].items()}
        return model

    def _score(self, values: NDArray[np.float64], measure: str) -> NDArray[np.int64]:
        passed = np.searchsorted(np.asarray(self.thresholds_[measure]), values, side="left")
        # Fewer days since the last order are better: that scale runs the other way.
        return self.top_score - passed if measure == MEASURES[0] else passed + 1

    def _check_bands(self) -> None:
        for measure in MEASURES:
            cuts = self.bands.get(measure)
            if not cuts or list(cuts) != sorted(set(cuts)):
                raise UsageError(
                    f"Bands of `{measure}` must be ascending numbers; found {list(cuts or ())}.",
                    f"set them in shopkeeper.toml: [rfm.bands] {measure} = [30, 90, 180, 365]",
                )
        if len({len(self.bands[measure]) for measure in MEASURES}) > 1:
            raise UsageError("Bands of the three measures must have the same number of cut points.")


def segment_of(
    recency: NDArray[np.int64],
    frequency: NDArray[np.int64],
    monetary: NDArray[np.int64],
    top_score: int = 5,
) -> NDArray[np.str_]:
    """Gives the segment of each customer.

    Args:
        recency: Scores from 1 (longest ago) to `top_score`.
        frequency: Scores from 1 to `top_score`.
        monetary: Scores from 1 to `top_score`.
        top_score: The best score; others than 5 are stretched to the scale 1-5.

    Returns:
        Array of shape (customers,) with names from `SEGMENTS`.
    """
    recent = _stretch(recency.astype(float), top_score)
    active = _stretch((frequency + monetary) / 2, top_score)
    names = np.full(len(recent), "", dtype=object)
    for segment in SEGMENTS:
        low, high = segment.recency
        least, most = segment.activity
        inside = (recent >= low) & (recent <= high) & (active >= least) & (active <= most)
        names[inside & (names == "")] = segment.name
    return names.astype(str)


def _stretch(score: NDArray[np.float64], top_score: int) -> NDArray[np.int64]:
    """Maps a score from 1 … `top_score` to 1 … 5, rounded half up."""
    stretched = score if top_score == 5 else 1 + (score - 1) * 4 / max(top_score - 1, 1)
    return np.floor(stretched + 0.5).astype(np.int64)
