"""Churn model: a candidate, its calibration, and whom it learned from; what is registered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pandas as pd

from shopkeeper.errors import UsageError
from shopkeeper.tasks.churn.calibration import Calibration
from shopkeeper.tasks.churn.candidates import MAKERS
from shopkeeper.tasks.churn.contest import Calibrated
from shopkeeper.tasks.churn.features import RECENCY, features
from shopkeeper.tasks.churn.reasons import MOST_REASONS, reasons

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

MODEL_FILE = "churn.json"
CANDIDATE = "candidate--"
REASONS = tuple(f"reason_{place + 1}" for place in range(MOST_REASONS))


class ChurnModel:
    """Probability of yes for each customer, with reasons where yes means leaving.

    It is put together by a training job from what a contest found, so it has no `fit` of its own.

    Args:
        horizon_days: Length of what is predicted.
        is_about_leaving: Whether yes means that no order follows.
        longest_silence_days: Longest time without an order among those it learned from; who has
            been silent for longer is outside the population and gets no probability.

    Attributes:
        calibrated: Candidate and calibration.
        staying: What each theme of reasons adds for customers who stay.
    """

    name: ClassVar[str] = "churn"

    calibrated: Calibrated
    staying: Mapping[str, float]

    def __init__(
        self, horizon_days: int, *, is_about_leaving: bool, longest_silence_days: float
    ) -> None:
        self.horizon_days = horizon_days
        self.is_about_leaving = is_about_leaving
        self.longest_silence_days = longest_silence_days
        self.staying = {}

    @property
    def candidate_name(self) -> str:
        """Way of predicting."""
        return self.calibrated.name

    def fit(self, rows: pd.DataFrame) -> Self:
        """Raises `UsageError`: a contest over past cut-offs decides what is learned."""
        del rows
        raise UsageError("A churn model is learned by a contest.", "use `shopkeeper train`")

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Gives what is said of customers.

        Args:
            rows: What was known of each customer, all as of one day, by `customer_id`.

        Returns:
            A frame with the index of `rows`: `probability` in 0–1 (missing outside of the
            population), `is_in_population`, and `reason_1` to `reason_3`.
        """
        predicted = rows[[]].copy()
        predicted["probability"] = self.probabilities(rows)
        inside = self._is_inside(rows)
        known = rows[inside]
        predicted["is_in_population"] = inside
        for name in REASONS:
            predicted[name] = pd.Series(None, index=rows.index, dtype=object)
        if self.is_about_leaving and len(known):
            parts = self.calibrated.candidate.contributions(known)
            told = reasons(features(known), parts, self.staying)
            for name in REASONS:
                predicted.loc[inside, name] = told[name].to_numpy()
        return predicted

    def probabilities(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Gives the probability of each customer alone; missing outside of the population.

        Args:
            rows: As in `predict`.
        """
        inside = self._is_inside(rows)
        found = np.full(len(rows), np.nan)
        if inside.any():
            found[inside] = self.calibrated.probabilities(rows[inside], _only_day(rows))
        return pd.Series(found, index=rows.index)

    def _is_inside(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Gives who is in the population."""
        return (rows[RECENCY] <= self.longest_silence_days).to_numpy(dtype=bool)

    def save(self) -> Mapping[str, bytes]:
        """Gives the files of the candidate, and a JSON file with the rest."""
        state = {
            "horizon_days": self.horizon_days,
            "is_about_leaving": self.is_about_leaving,
            "longest_silence_days": self.longest_silence_days,
            "candidate": self.candidate_name,
            "calibration": self.calibrated.calibration.to_plain(),
            "staying": dict(self.staying),
        }
        own = {f"{CANDIDATE}{name}": c for name, c in self.calibrated.candidate.save().items()}
        return {MODEL_FILE: (json.dumps(state, indent=1) + "\n").encode(), **own}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Gives the model that `save` wrote."""
        state = json.loads(files[MODEL_FILE])
        model = cls(
            state["horizon_days"],
            is_about_leaving=state["is_about_leaving"],
            longest_silence_days=state["longest_silence_days"],
        )
        own = {
            name.removeprefix(CANDIDATE): content
            for name, content in files.items()
            if name.startswith(CANDIDATE)
        }
        candidate = MAKERS[state["candidate"]]().restore(own)
        calibration = Calibration.from_plain(state["calibration"])
        model.calibrated = Calibrated(state["candidate"], candidate, calibration)
        model.staying = state["staying"]
        return model


def _only_day(rows: pd.DataFrame) -> date:
    days = rows["as_of"].unique()
    if len(days) != 1:
        raise UsageError(
            f"The rows are as of {len(days)} days; probabilities are of one day.",
            "predict the customers of each day by themselves",
        )
    day: date = pd.Timestamp(days[0]).date()
    return day
