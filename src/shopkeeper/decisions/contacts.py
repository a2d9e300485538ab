"""Contacts: who is to be left alone because of an earlier plan, not to tire them or spoil it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.decisions.holdout import TREAT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import pandas as pd

    from shopkeeper.decisions.plan import StoredPlan

IN_A_TEST = "on a list whose read-out is still to come"
TIRED = "contacted only lately"


def busy_customers(plans: Iterable[StoredPlan], *, as_of: date, quiet_days: int) -> pd.Series:
    """Gives why customers are to be left alone on a day; who may be contacted is not in it.

    Both groups of a plan whose window is open are left alone: to contact one of them, or only
    one group, would be taken for an effect of that plan. After the window those who were
    contacted have their quiet days, counted from the day of the plan.

    Args:
        plans: Earlier plans; those taken back or made for later days do not count.
        as_of: Day of the new plan.
        quiet_days: Days after a contact in which the same customer is left alone.

    Returns:
        A series indexed by customer, each once.
    """
    import pandas as pd

    parts = [pd.Series([], index=pd.Index([], dtype=object), dtype=object)]
    for stored in plans:
        plan, targets = stored.plan, stored.targets
        if stored.is_withdrawn or plan.as_of > as_of:
            continue
        if as_of < plan.end_date:
            parts.append(pd.Series(IN_A_TEST, index=targets["customer_id"].astype(object)))
        elif (as_of - plan.as_of).days < quiet_days:
            treated = targets.loc[targets["arm"] == TREAT, "customer_id"]
            parts.append(pd.Series(TIRED, index=treated.astype(object)))
    found = pd.concat(parts)
    return found[~found.index.duplicated()]
