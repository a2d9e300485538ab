"""Scores: how likely each customer is to leave, in bands, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.contracts.checks import holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer

if TYPE_CHECKING:
    import pandas as pd

# Even quarters: a band says how likely, not whom to call; that depends on money.
BANDS = ("low", "moderate", "high", "very high")
BORDERS = (0.25, 0.5, 0.75)

CONTRACT = Contract(
    name="churn_scores",
    layer=Layer.SCORES,
    meaning="One row per customer who had bought before `as_of`: the probability that no order of "
    "theirs follows within the horizon, and why. Who is unlike all customers the model learned "
    "from is marked and has no probability.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("horizon_days", "int64", "Days without an order that count as leaving", "days"),
        Column(
            "churn_probability",
            "float64",
            "Probability that no order follows within the horizon; missing outside the population",
            unit="0-1",
            nullable=True,
        ),
        Column(
            "risk_band",
            "string",
            "Band of the probability: low below 0.25, moderate below 0.5, high below 0.75, else "
            "very high; missing outside the population",
            nullable=True,
        ),
        Column(
            "reason_1",
            "string",
            "What speaks most for leaving, in plain words",
            nullable=True,
        ),
        Column("reason_2", "string", "What speaks second most for it", nullable=True),
        Column("reason_3", "string", "What speaks third most for it", nullable=True),
        Column(
            "is_in_population",
            "boolean",
            "Whether customers silent for as long were among those the model learned from",
        ),
        Column("model", "string", "Name and version of the model in the registry"),
        Column(
            "training_id",
            "string",
            "Hash of the purchases, settings and code the model was made from",
        ),
    ),
    checks=(
        holds(
            "probability_in_range",
            "a probability lies between 0 and 1",
            lambda table: table.churn_probability.isnull() | table.churn_probability.between(0, 1),
        ),
        holds(
            "only_the_population_is_scored",
            "who is in the population has a probability and a band, nobody else has",
            lambda table: (
                (table.is_in_population == table.churn_probability.notnull())
                & (table.is_in_population == table.risk_band.notnull())
            ),
        ),
        one_of("risk_band", BANDS),
    ),
)


def churn_rows(predicted: pd.DataFrame, *, horizon_days: int, model: str) -> pd.DataFrame:
    """Gives what a churn model predicted in the columns of the table, without date and training.

    Args:
        predicted: As `ChurnModel.predict` gives it, by `customer_id`.
        horizon_days: Days without an order that count as leaving.
        model: Name and version of the model.
    """
    rows = predicted.reset_index().rename(columns={"probability": "churn_probability"})
    rows["risk_band"] = risk_bands(rows["churn_probability"])
    rows["horizon_days"] = horizon_days
    rows["model"] = model
    return rows


def risk_bands(probability: pd.Series) -> pd.Series:
    """Gives the band of each probability; None where it is missing."""
    import pandas as pd

    place = np.searchsorted(BORDERS, probability.to_numpy(dtype=np.float64), side="right")
    names = pd.Series(np.array([*BANDS, ""], dtype=object)[place], index=probability.index)
    return names.where(probability.notna(), None)
