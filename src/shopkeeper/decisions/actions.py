"""Actions: what to do with each customer on a list, and why, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.models.rfm_scores import SEGMENTS

if TYPE_CHECKING:
    import pandas as pd

# Silent for this many of their usual gaps, somebody is overdue.
OVERDUE_GAPS = 1.5
# Segments as they stand on their shelf: from the best to those long gone.
PLACES = {segment.name: place for place, segment in enumerate(SEGMENTS)}
SECOND_ORDER = "invite them to a second order with what goes with the first"
OVERDUE = "ask what keeps them away, and put right what went wrong"
GONE_DOWN = "say what is new since their last order, with a small thank-you"
REMIND = "remind them of what they bought, and that it may need replacing"


def actions(customers: pd.DataFrame) -> pd.Series:
    """Gives what to do with each customer, the first that fits.

    Args:
        customers: As `decision_customers` gives them.
    """
    import pandas as pd

    silent = customers["days_since_last_order"].astype(float)
    gap = customers["usual_gap_days"].astype(float)
    before = customers["previous_segment"]
    found = np.select(
        [
            (customers["order_count"] == 1).to_numpy(),
            (silent > OVERDUE_GAPS * gap).fillna(value=False).to_numpy(),
            (customers["segment"].map(PLACES) > before.map(PLACES)).to_numpy(),
        ],
        [SECOND_ORDER, OVERDUE, GONE_DOWN],
        REMIND,
    )
    return pd.Series(found, index=customers.index, dtype=object)


def reasons(customers: pd.DataFrame, period_days: int) -> pd.DataFrame:
    """Gives up to three reasons for each customer; those of the churn model come first.

    Args:
        customers: As `decision_customers` gives them.
        period_days: Days between the two segments of a customer.

    Returns:
        Columns `reason_1` to `reason_3`, None where there is nothing to say.
    """
    own = _own_reasons(customers, period_days)
    names = ["reason_1", "reason_2", "reason_3"]
    told = customers[names].astype(object)
    is_told = told.notna().any(axis=1)
    found = told.apply(lambda column: column.where(is_told, own[column.name]))
    return found.astype(object).where(found.notna(), None)


def _own_reasons(customers: pd.DataFrame, period_days: int) -> pd.DataFrame:
    """Gives reasons from a customer's own history, where no model gave any."""
    import pandas as pd

    gap = customers["usual_gap_days"].astype(float)
    days, usual = customers["days_since_last_order"], gap.round().fillna(0).astype(int).astype(str)
    silent = "no order for " + days.astype(str) + " days"
    late = silent + "; used to order every " + usual
    early = "last order " + days.astype(str) + " days ago; orders about every " + usual
    before = customers["previous_segment"].fillna("")
    moved = "was in " + before + f" {period_days} days ago, now in " + customers["segment"]
    orders = customers["order_count"].astype(str)
    spent = (
        "has ordered " + orders + " times" + customers["order_amount"].map(" for {:,.2f}".format)
    )
    has_gap = customers["usual_gap_days"].notna() & (gap >= 1)
    return pd.DataFrame(
        {
            "reason_1": late.where(days > gap, early).where(has_gap, silent),
            "reason_2": moved.where((before != "") & (before != customers["segment"]), None),
            "reason_3": spent.where(customers["order_count"] > 1, None),
        },
        index=customers.index,
    )
