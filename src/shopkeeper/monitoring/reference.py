"""Reference: how customers and scores were spread on the days a champion was trained at."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.monitoring.portraits import Bins, Portrait, bins_of, portrait_of

if TYPE_CHECKING:
    import pandas as pd

REFERENCE_FILE = "reference.json"
FORMAT_VERSION = 1
RECENCY = "days_since_last_purchase"
SCORE = "score"
# Who it is, when, what has no order from small to large, and the time since the first purchase: it
# grows by a day a day, and those who were there when the shop began move through it together.
NEVER_WATCHED = frozenset(
    {
        *("customer_id", "as_of", "favourite_weekday", "favourite_hour"),
        "days_since_first_purchase",
    }
)
# Of churn the same is said by other features.
NOT_WATCHED = frozenset({*NEVER_WATCHED, "frequency", "recency_days"})
# Below, tenths of the customers are handfuls, and edges between them are chance.
LEAST_FOR_EDGES = 50


@dataclass(frozen=True)
class Reference:
    """What a champion was trained on, as counts; it names no customer.

    Attributes:
        window_days: Whose features are watched: customers who bought within so many days, so that
            what changes in the shop is seen before it is one part in a hundred of all customers.
        bins: Column → bins of features, and `score` → bins of scores.
        features: Portraits of recent customers, ascending by day.
        scores: Portraits of all scored customers, ascending by day.
    """

    window_days: int
    bins: Mapping[str, Bins]
    features: tuple[Portrait, ...]
    scores: tuple[Portrait, ...]

    @property
    def feature_bins(self) -> dict[str, Bins]:
        """Bins of the features."""
        return {name: bins for name, bins in self.bins.items() if name != SCORE}

    @property
    def score_bins(self) -> dict[str, Bins]:
        """Bins of the scores; none where nobody was scored."""
        return {name: bins for name, bins in self.bins.items() if name == SCORE}

    def to_bytes(self) -> bytes:
        """Gives the content of `reference.json`."""
        plain = {
            "format_version": FORMAT_VERSION,
            "window_days": self.window_days,
            "bins": {name: [each.edges, each.labels] for name, each in self.bins.items()},
            "features": [each.to_plain() for each in self.features],
            "scores": [each.to_plain() for each in self.scores],
        }
        return (json.dumps(plain, sort_keys=True) + "\n").encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Reference:
        """Gives the reference that `to_bytes` wrote."""
        plain: dict[str, Any] = json.loads(content)
        bins = {name: Bins(tuple(e), tuple(t)) for name, (e, t) in plain["bins"].items()}
        features, scores = (
            tuple(Portrait.from_plain(each) for each in plain[part])
            for part in ("features", "scores")
        )
        return cls(plain["window_days"], bins, features, scores)


def reference_of(
    customers: Mapping[date, pd.DataFrame],
    score: Callable[[pd.DataFrame], pd.Series[Any]],
    window_days: int,
    *,
    not_watched: Collection[str] = NOT_WATCHED,
) -> Reference:
    """Gives the reference of a model that was trained at some days.

    Args:
        customers: Day → what was known of each customer before it, one row each.
        score: What the model says of customers of one day; missing where it says nothing.
        window_days: Whose features are watched.
        not_watched: Columns that are left out.
    """
    days = sorted(customers)
    recent = {day: recent_of(customers[day], window_days) for day in days}
    scored = {day: scores_of(customers[day], score) for day in days}
    bins: dict[str, Bins] = {}
    # Edges are those of the last day that can carry them.
    for found in (recent, scored):
        edged = [day for day in days if len(found[day]) >= LEAST_FOR_EDGES]
        if edged:
            frame = found[edged[-1]]
            bins |= bins_of(frame, [str(name) for name in frame if name not in not_watched])
    features = {name: each for name, each in bins.items() if name != SCORE}
    scores = {name: each for name, each in bins.items() if name == SCORE}
    return Reference(
        window_days,
        bins,
        tuple(portrait_of(recent[day], features, day) for day in days),
        tuple(portrait_of(scored[day], scores, day) for day in days),
    )


def recent_of(customers: pd.DataFrame, window_days: int) -> pd.DataFrame:
    """Gives the customers who bought within the last days."""
    return customers[customers[RECENCY] <= window_days]


def scores_of(
    customers: pd.DataFrame, score: Callable[[pd.DataFrame], pd.Series[Any]]
) -> pd.DataFrame:
    """Gives the scores of all customers of whom the model says anything."""
    said = score(customers) if len(customers) else customers.assign(score=np.nan)[SCORE]
    return said.rename(SCORE).dropna().to_frame()
