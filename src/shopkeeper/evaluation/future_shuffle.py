"""Future shuffle: changes all that happened from `as_of` on; a feature that follows is leaking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.alarm import Alarm, AlarmKind

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    # (orders, as_of) → one row per customer, whose id is the index; one column per feature.
    FeaturesAt = Callable[[pd.DataFrame, date], pd.DataFrame]

# Sums taken in another order differ in their last bits; nothing that leaks differs so little.
TOLERANCE = 1e-9
# Days over which planted orders are strewn: past the longest window that features look at.
PLANTED_DAYS = 400
ROWS = "rows"
UNCHANGED = "nothing was changed"


@dataclass(frozen=True, slots=True)
class OrderColumns:
    """Names of the columns of orders that the test must know.

    Attributes:
        customer: Column with the customer's id.
        time: Column with the date or timestamp that `as_of` cuts.
    """

    customer: str = "customer_id"
    time: str = "order_date"


def future_alarms(
    features_at: FeaturesAt,
    orders: pd.DataFrame,
    as_of: date,
    *,
    seed: int,
    columns: OrderColumns | None = None,
) -> tuple[Alarm, ...]:
    """Gives an alarm for each feature that changes when only the future does.

    Rows at or after `as_of` are removed, shuffled among customers, altered in their values, and
    planted: half of all known customers get one more order each, some at `as_of` itself.

    Args:
        features_at: Computes the features of all customers at a date.
        orders: Orders before and after `as_of`.
        as_of: A date or timestamp inside the orders; what is before it may be known.
        seed: Same seed and orders, same changes.
        columns: Names of the columns.

    Raises:
        UsageError: A column is missing, or no order lies before `as_of`.
    """
    import numpy as np

    names = columns or OrderColumns()
    orders = orders.reset_index(drop=True)
    future = _is_future(orders, as_of, names)
    expected = features_at(orders.copy(), as_of)
    if not expected.index.is_unique:
        raise UsageError("A customer has several rows of features.", "give one row per customer")
    alarms = _compare(expected, features_at(orders.copy(), as_of), UNCHANGED, as_of)
    if alarms:
        return tuple(alarms.values())
    random = np.random.default_rng(seed)
    for change, changed in _changes(orders, future, as_of, names, random):
        found = _compare(expected, features_at(changed, as_of), change, as_of)
        alarms = {**found, **alarms}
    return tuple(alarms[where] for where in sorted(alarms))


def _is_future(orders: pd.DataFrame, as_of: date, names: OrderColumns) -> pd.Series:
    import pandas as pd

    for name in (names.customer, names.time):
        if name not in orders:
            raise UsageError(f"Orders have no column `{name}`.", "name it in `columns`")
    future = pd.to_datetime(orders[names.time]) >= pd.Timestamp(as_of)
    if future.all():
        raise UsageError(f"No order lies before {as_of}.", "give a date inside the orders")
    return future


def _changes(
    orders: pd.DataFrame,
    future: pd.Series,
    as_of: date,
    names: OrderColumns,
    random: np.random.Generator,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Gives the orders with four other futures, each with words for it."""
    import pandas as pd

    past, later = orders[~future], orders[future]
    planted = _planted(past, as_of, names, random)
    yield "later orders were removed", past.copy()
    yield "orders were added on or after it", pd.concat([orders, planted], ignore_index=True)
    if later.empty:
        return
    shuffled = later.copy()
    shuffled[names.customer] = later[names.customer].to_numpy()[random.permutation(len(later))]
    yield "later orders were shuffled", pd.concat([past, shuffled]).loc[orders.index]
    yield "later orders were altered", pd.concat([past, _altered(later, names)]).loc[orders.index]


def _planted(
    past: pd.DataFrame, as_of: date, names: OrderColumns, random: np.random.Generator
) -> pd.DataFrame:
    """Gives an altered order for every second customer, dated `as_of` and later."""
    import numpy as np
    import pandas as pd

    known = past[past[names.customer].notna()].drop_duplicates(names.customer)
    planted = _altered(known.iloc[::2], names)
    days = random.integers(0, PLANTED_DAYS, len(planted))
    # A day in four at the very edge: `<=` in place of `<` is the commonest slip.
    days[::4] = 0
    times = pd.Series(
        pd.Timestamp(as_of) + pd.to_timedelta(np.asarray(days), unit="D"), index=planted.index
    )
    planted[names.time] = _in_the_form_of(past[names.time], times)
    for name in planted.columns:
        if name.endswith("_id") and name != names.customer:
            # Else counting distinct orders would not see them.
            planted[name] = _other_ids(planted[name], past[name])
    return planted


def _in_the_form_of(known: pd.Series, times: pd.Series) -> pd.Series:
    """Gives times as the orders write them: timestamps, dates or texts."""
    if known.dtype != object:
        return times.astype(known.dtype)
    return times.astype(str) if isinstance(known.iloc[0], str) else times.dt.date


def _other_ids(ids: pd.Series, known: pd.Series) -> pd.Series:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(ids):
        return ids + known.max() + 1
    return ids.astype(str) + "-planted"


def _altered(later: pd.DataFrame, names: OrderColumns) -> pd.DataFrame:
    """Gives later orders with other numbers and flags, and in the reverse order of time."""
    import pandas as pd

    altered = later.copy()
    altered[names.time] = later[names.time].to_numpy()[::-1]
    for name in later.columns.difference([names.customer, names.time]):
        if pd.api.types.is_bool_dtype(later[name]):
            altered[name] = ~later[name]
        elif pd.api.types.is_numeric_dtype(later[name]):
            altered[name] = later[name] * 3 + 1
        else:
            altered[name] = later[name].to_numpy()[::-1]
    return altered


def _compare(
    expected: pd.DataFrame, found: pd.DataFrame, change: str, as_of: date
) -> dict[str, Alarm]:
    """Gives the alarms of all features that differ, by feature."""
    strangers = expected.index.symmetric_difference(found.index)
    if len(strangers):
        sentence = (
            f"{len(strangers):,} customers appear or vanish at {as_of:%Y-%m-%d} when {change}, "
            f"such as `{strangers[0]}`; 0 are allowed."
        )
        return {ROWS: _alarm(ROWS, sentence, len(strangers), change)}
    alarms = {}
    for name in expected.columns.union(found.columns):
        if name not in expected or name not in found:
            sentence = f"Feature `{name}` is there or not depending on whether {change}."
            alarms[str(name)] = _alarm(str(name), sentence, 1, change)
            continue
        differs = _differs(expected[name], found[name].loc[expected.index])
        if differs.any():
            customer = expected.index[int(differs.argmax())]
            sentence = (
                f"Feature `{name}` at {as_of:%Y-%m-%d} differs for {differs.sum():,} of "
                f"{len(differs):,} customers when {change}, such as `{customer}`: "
                f"{expected[name].loc[customer]} became {found[name].loc[customer]}; 0 are allowed."
            )
            alarms[str(name)] = _alarm(str(name), sentence, int(differs.sum()), change)
    return alarms


def _differs(before: pd.Series, after: pd.Series) -> np.ndarray:
    import numpy as np
    import pandas as pd

    missing = before.isna().to_numpy(), after.isna().to_numpy()
    if pd.api.types.is_numeric_dtype(before) and pd.api.types.is_numeric_dtype(after):
        one, other = before.to_numpy(dtype=float), after.to_numpy(dtype=float)
        same = np.isclose(one, other, rtol=TOLERANCE, atol=0)
    else:
        same = (before == after).fillna(value=False).to_numpy(dtype=bool)
    return ~(same | (missing[0] & missing[1]))


def _alarm(where: str, sentence: str, count: int, change: str) -> Alarm:
    if change == UNCHANGED:
        hint = "Give it a seed, or sort rows before what depends on their order."
        return Alarm(AlarmKind.UNSTABLE, where, sentence, count, 0, hint)
    hint = "Drop rows at or after `as_of` first, and take no date or total from the whole data."
    return Alarm(AlarmKind.SEES_THE_FUTURE, where, sentence, count, 0, hint)
