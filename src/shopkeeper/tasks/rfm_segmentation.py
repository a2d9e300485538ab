"""RFM segmentation: scores and segment of each customer at two dates, on the same scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.contracts.checks import at_least, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.marts.rfm import CONTRACT as RFM_CONTRACT
from shopkeeper.models.rfm_scores import MEASURES, SEGMENTS, RfmScores

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir
    import pandas as pd

SEGMENT_NAMES = tuple(segment.name for segment in SEGMENTS)

CONTRACT = Contract(
    name="rfm_segments",
    layer=Layer.SCORES,
    meaning="One row per customer who had bought before `as_of`, with scores and segment at that "
    "date and the segment at `previous_as_of`. Both dates are scored with the cut points of "
    "`as_of`, so that a move is a change of the customer and not of the yardstick.",
    grain=("customer_id",),
    columns=(
        RFM_CONTRACT.column("customer_id"),
        RFM_CONTRACT.column("as_of"),
        Column("previous_as_of", "date", "The earlier date that moves are counted from"),
        RFM_CONTRACT.column("days_since_last_order"),
        RFM_CONTRACT.column("order_count"),
        RFM_CONTRACT.column("order_amount"),
        Column("recency_score", "int64", "1 (longest ago) to 5 (most lately)", unit="score"),
        Column("frequency_score", "int64", "1 (fewest orders) to 5 (most)", unit="score"),
        Column("monetary_score", "int64", "1 (least spent) to 5 (most)", unit="score"),
        Column("rfm_score", "string", "The three scores as one text, such as `543`"),
        Column("segment", "string", "Named segment at `as_of`"),
        Column(
            "previous_segment",
            "string",
            "Named segment at `previous_as_of`; missing if no customer yet",
            nullable=True,
        ),
    ),
    checks=(at_least("recency_score", 1), one_of("segment", SEGMENT_NAMES)),
)


def value_counts(customers: ir.Table) -> dict[str, ir.Table]:
    """Gives for each measure how many customers have each value, for `RfmScores.fit_counts`.

    Args:
        customers: Mart `rfm`, one row per customer, amounts as floating point.

    Returns:
        Measure → one row per value, columns `value` and `customer_count`.
    """
    return {
        measure: customers.group_by(value=customers[measure]).agg(customer_count=customers.count())
        for measure in MEASURES
    }


def score(
    customers: pd.DataFrame,
    earlier: pd.DataFrame,
    *,
    previous_as_of: date,
    model: RfmScores,
) -> pd.DataFrame:
    """Fits the model on today's customers and scores both dates with it.

    Args:
        customers: Mart `rfm` as of today, one row per customer.
        earlier: Mart `rfm` as of the earlier date.
        previous_as_of: The earlier date.
        model: Not fitted yet; it is fitted here.

    Returns:
        One row per customer, columns as in `CONTRACT`, in order of customer.
    """
    now = customers.sort_values("customer_id", ignore_index=True)
    model.fit(now)
    scored = now.join(model.predict(now))
    before = earlier[["customer_id"]].reset_index(drop=True)
    before["previous_segment"] = model.predict(earlier.reset_index(drop=True))["segment"]
    scored = scored.merge(before, on="customer_id", how="left")
    scored["previous_segment"] = scored["previous_segment"].astype(object)
    scored.loc[scored["previous_segment"].isna(), "previous_segment"] = None
    scored["previous_as_of"] = previous_as_of
    return scored[list(CONTRACT.column_names)]
