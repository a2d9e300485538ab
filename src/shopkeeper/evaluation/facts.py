"""Facts: the few counts and dates of a shop's orders that readiness is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

# A quarter, half a year and a year, as label windows: 90 · 4 leaves no window half filled.
HORIZONS_DAYS = (90, 180, 360)
# The first order over the web was taken in 1994: what is dated before is a placeholder.
FIRST_PLAUSIBLE_DATE = date(1994, 1, 1)
# One window to judge on, one before it to learn from.
WINDOWS_LOOKED_AT = 2


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """One label window: who could buy in it, and who did.

    Attributes:
        horizon_days: Its length, in days.
        cutoff: Its first day.
        customer_count: Customers who had ordered before `cutoff`.
        buyer_count: Those of them who ordered again within the window.
        second_buyer_count: Those of them who had ordered on one day only, and ordered again.
    """

    horizon_days: int
    cutoff: date
    customer_count: int
    buyer_count: int
    second_buyer_count: int = 0


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What is measured of a shop's orders before `as_of`.

    Attributes:
        as_of: Day before which orders count, exclusive.
        order_count: Orders with a date that can be.
        undated_order_count: Orders without a date, or dated before shops were on the web.
        customer_count: Customers with a name.
        repeat_customer_count: Those who ordered on at least two days.
        first_order_date: Day of the first order; None without orders.
        last_order_date: Day of the last order; None without orders.
        longest_silence_days: Most days in a row without any order, between two orders.
        silence_from: First of those days; None where there is none.
        amount: Money of all orders, in the shop's currency.
        guest_amount: Money of the orders that name no customer.
        paid_order_count: Orders with an amount above zero.
        horizons_days: Lengths of the label windows that were looked at.
        windows: Label windows of each horizon that are whole, the last two of each, latest first.
    """

    as_of: date
    order_count: int
    undated_order_count: int
    customer_count: int
    repeat_customer_count: int
    first_order_date: date | None
    last_order_date: date | None
    longest_silence_days: int
    silence_from: date | None
    amount: float
    guest_amount: float
    paid_order_count: int
    horizons_days: tuple[int, ...]
    windows: tuple[WindowFacts, ...]

    def windows_of(self, horizon_days: int) -> tuple[WindowFacts, ...]:
        """Gives the windows of one horizon, the latest first."""
        return tuple(window for window in self.windows if window.horizon_days == horizon_days)


def facts_of(
    orders: pd.DataFrame, *, as_of: date, horizons_days: Sequence[int] = HORIZONS_DAYS
) -> DataFacts:
    """Measures the facts of orders.

    Args:
        orders: One row per order: `customer_id` (missing for guests), `order_date` (date,
            timestamp or ISO text, may be missing), `amount` in the shop's currency.
        as_of: Day before which orders count, exclusive; later rows change nothing.
        horizons_days: Lengths of label windows to look at.

    Raises:
        UsageError: A column is missing, or a horizon is not positive.
    """
    import pandas as pd

    if min(horizons_days, default=1) < 1:
        raise UsageError(f"A horizon is {min(horizons_days)} days.", "give 1 or more")
    dated = _dated(orders)
    plausible = dated["day"] >= pd.Timestamp(FIRST_PLAUSIBLE_DATE)
    known = dated[plausible & (dated["day"] < pd.Timestamp(as_of))]
    named = known[known["customer_id"].notna()]
    days_of_each = named.groupby("customer_id")["day"].nunique()
    silence_days, silence_from = _longest_silence(known["day"])
    return DataFacts(
        as_of=as_of,
        order_count=len(known),
        undated_order_count=int((~plausible).sum()),
        customer_count=len(days_of_each),
        repeat_customer_count=int((days_of_each >= 2).sum()),
        first_order_date=known["day"].min().date() if len(known) else None,
        last_order_date=known["day"].max().date() if len(known) else None,
        longest_silence_days=silence_days,
        silence_from=silence_from,
        amount=float(known["amount"].sum()),
        guest_amount=float(known.loc[known["customer_id"].isna(), "amount"].sum()),
        paid_order_count=int((known["amount"] > 0).sum()),
        horizons_days=tuple(horizons_days),
        windows=tuple(
            window for horizon in horizons_days for window in _windows(named, as_of, horizon)
        ),
    )


def _dated(orders: pd.DataFrame) -> pd.DataFrame:
    """Gives the orders with the day of each, missing where it cannot be read."""
    import pandas as pd

    missing = [name for name in ("customer_id", "order_date", "amount") if name not in orders]
    if missing:
        raise UsageError(f"Orders have no column `{missing[0]}`.", "name the columns as described")
    # Said outright, as the format guessed from the first text would make others missing.
    times = pd.to_datetime(orders["order_date"], format="ISO8601", errors="coerce")
    day = times.dt.normalize()
    amount = pd.to_numeric(orders["amount"]).astype(float)
    return pd.DataFrame({"customer_id": orders["customer_id"], "day": day, "amount": amount})


def _longest_silence(days: pd.Series) -> tuple[int, date | None]:
    """Gives the most days in a row without an order, and the first of them."""
    distinct = days.drop_duplicates().sort_values()
    between = distinct.diff().dt.days.sub(1)
    if not between.max() > 0:
        return 0, None
    place = int(between.argmax())
    silent_from = distinct.iloc[place - 1] + timedelta(days=1)
    return int(between.max()), silent_from.date()


def _windows(named: pd.DataFrame, as_of: date, horizon_days: int) -> list[WindowFacts]:
    """Gives the last whole label windows of a horizon, the latest first."""
    import pandas as pd

    found = []
    for back in range(1, WINDOWS_LOOKED_AT + 1):
        cutoff = pd.Timestamp(as_of) - pd.Timedelta(days=horizon_days * back)
        known = named[named["day"] < cutoff]
        before = known["customer_id"].unique()
        if not len(before):
            break
        days_of_each = known.groupby("customer_id")["day"].nunique()
        once = days_of_each.index[days_of_each == 1]
        end = cutoff + pd.Timedelta(days=horizon_days)
        after = named.loc[named["day"].between(cutoff, end, inclusive="left"), "customer_id"]
        buyers = int(pd.Series(before).isin(after).sum())
        second = int(once.isin(after).sum())
        found.append(WindowFacts(horizon_days, cutoff.date(), len(before), buyers, second))
    return found
