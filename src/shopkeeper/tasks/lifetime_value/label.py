"""Label: what customers went on to spend; the only thing here that looks past a cut-off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def future_amounts(
    purchases: pd.DataFrame, customer_ids: pd.Index, cutoff: date, horizon_days: int
) -> NDArray[np.float64]:
    """Gives what each customer spent from a cut-off on, over the horizon.

    Args:
        purchases: Rows of the table `purchases`, amounts as floats.
        customer_ids: Customers known at the cut-off.
        cutoff: First day that counts.
        horizon_days: Days that count.

    Returns:
        Array of shape (customers,): amount from 0 on; 0 for those who did not come back.
    """
    import pandas as pd

    end = cutoff + timedelta(days=horizon_days)
    days = purchases["order_date"]
    followed = purchases[(days >= np.datetime64(cutoff)) & (days < np.datetime64(end))]
    place = customer_ids.get_indexer(pd.Index(followed["customer_id"]))
    known = place >= 0
    amounts = np.maximum(followed["purchase_amount"].to_numpy(dtype=np.float64), 0.0)
    spent = np.bincount(place[known], weights=amounts[known], minlength=len(customer_ids))
    return spent.astype(np.float64)
