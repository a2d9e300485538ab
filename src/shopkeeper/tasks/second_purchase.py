"""Second purchase: will a customer who bought once buy again within the horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.contracts.checks import holds
from shopkeeper.contracts.contract import Column, Contract, Layer

if TYPE_CHECKING:
    import pandas as pd

CONTRACT = Contract(
    name="second_purchase_scores",
    layer=Layer.SCORES,
    meaning="One row per customer who had bought on exactly one day before `as_of`: the "
    "probability that they buy again within the horizon. Made where churn has no meaning, as "
    "hardly anybody comes back.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("horizon_days", "int64", "Length of what is predicted, from `as_of` on", "days"),
        Column(
            "purchase_probability",
            "float64",
            "Probability of a second purchase within the horizon; missing outside the population",
            unit="0-1",
            nullable=True,
        ),
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
            lambda table: (
                table.purchase_probability.isnull() | table.purchase_probability.between(0, 1)
            ),
        ),
    ),
)


def second_purchase_rows(predicted: pd.DataFrame, *, horizon_days: int, model: str) -> pd.DataFrame:
    """Gives what a model predicted in the columns of the table, without date and training.

    Args:
        predicted: `probability` and `is_in_population` by `customer_id`.
        horizon_days: Length of what is predicted.
        model: Name and version of the model.
    """
    rows = predicted.reset_index().rename(columns={"probability": "purchase_probability"})
    rows["horizon_days"] = horizon_days
    rows["model"] = model
    return rows
