"""Scores: the segment of each customer now and one period ago, by the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Column, Contract, Layer

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from shopkeeper.models.model import Model

CONTRACT = Contract(
    name="customer_segments",
    layer=Layer.SCORES,
    meaning="One row per customer who had bought before `as_of`, with the segment that the "
    "champion puts them in, and the one it would have put them in at `previous_as_of`. Both are "
    "said by the same model, so that a move is a change of the customer.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("previous_as_of", "date", "The earlier date that moves are counted from"),
        Column("cluster_id", "string", "Number of the segment, kept when the model is fitted anew"),
        Column("segment", "string", "Name of the segment: what it is, beside the shop's customers"),
        Column(
            "previous_segment",
            "string",
            "Segment at `previous_as_of`; missing if no customer yet",
            nullable=True,
        ),
        Column(
            "is_outlier",
            "boolean",
            "Whether they lie far from every segment: still assigned, better looked at by hand",
        ),
        Column(
            "distance",
            "float64",
            "Distance from the centre of the segment, in standard deviations of the features",
            unit="standard deviations",
        ),
        Column("model", "string", "Name and version of the model"),
        Column("training_id", "string", "Hash of the data, settings and code it was trained with"),
    ),
    checks=(at_least("distance", 0),),
)


def segments_of(
    customers: pd.DataFrame, earlier: pd.DataFrame, *, previous_as_of: date, model: Model
) -> pd.DataFrame:
    """Gives the segment of each customer at two dates.

    Args:
        customers: Mart `customer_features` as of today, amounts as floats.
        earlier: The same as of `previous_as_of`.
        previous_as_of: The earlier date.
        model: The fitted champion.

    Returns:
        One row per customer of today in order of id, with the columns of `CONTRACT` but for those
        that name the model.
    """
    now = customers.sort_values("customer_id", ignore_index=True)
    found = now[["customer_id", "as_of"]].join(model.predict(now))
    before = earlier[["customer_id"]].reset_index(drop=True)
    before["previous_segment"] = model.predict(earlier.reset_index(drop=True))["segment"]
    found = found.merge(before, on="customer_id", how="left")
    found["previous_segment"] = found["previous_segment"].astype(object)
    found.loc[found["previous_segment"].isna(), "previous_segment"] = None
    found["previous_as_of"] = previous_as_of
    return found
