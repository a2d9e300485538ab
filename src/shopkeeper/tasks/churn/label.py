"""Label: who came back within a horizon; the only thing here that looks past a cut-off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def came_back(
    purchases: pd.DataFrame, customer_ids: pd.Index, cutoff: date, horizon_days: int
) -> NDArray[np.bool_]:
    """Gives whether each customer bought within the horizon from a cut-off on.

    Args:
        purchases: Rows of the table `purchases`.
        customer_ids: Customers known at the cut-off.
        cutoff: First day that counts.
        horizon_days: Days that count.

    Returns:
        Array of shape (customers,). An order counts whatever it cost.
    """
    end = cutoff + timedelta(days=horizon_days)
    days = purchases["order_date"]
    followed = purchases[(days >= np.datetime64(cutoff)) & (days < np.datetime64(end))]
    return np.asarray(customer_ids.isin(followed["customer_id"].unique()))
