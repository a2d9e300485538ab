"""Training data: what contests ask of the tables of a run, read once and kept small."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.facts import DataFacts, facts_of
from shopkeeper.evaluation.future_shuffle import future_alarms
from shopkeeper.tasks.lifetime_value.contest import World, cutoffs_of
from shopkeeper.tasks.lifetime_value.customers import customers_at
from shopkeeper.tasks.lifetime_value.histories import MOST_CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.engines.engine import Engine
    from shopkeeper.jobs.writing import Writing

# The customers of one look at the leak test; a leak in the marts shows in any of them.
SHUFFLED_CUSTOMERS = 500
# What purchases are, for the hash of what was learned from.
BOUGHT = ("customer_id", "order_date", "purchase_amount")


def world_of(at_work: Writing, as_of: date, horizons_days: Iterable[int], seed: int) -> World:
    """Gives the world that contests are held in; all its cut-offs are computed in one query."""
    return world_over(at_work, purchases_of(at_work, as_of), as_of, horizons_days, seed)


def purchases_of(at_work: Writing, as_of: date) -> pd.DataFrame:
    """Gives the purchases that are learned from, by customer and day.

    Of many customers an evenly spread part is looked at: parameters are learned from no more.
    """
    import pandas as pd

    purchases = at_work.table("purchases")
    rows = purchases.filter(purchases.order_date < _day(as_of))
    frame = floats(at_work.draft.engine, rows.order_by("customer_id", "order_date"))
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    return _spread(frame, MOST_CUSTOMERS)


def world_over(
    at_work: Writing, frame: pd.DataFrame, as_of: date, horizons_days: Iterable[int], seed: int
) -> World:
    """Gives the world of some purchases; all its cut-offs are computed in one query."""
    first: date = frame["order_date"].min().date()
    cutoffs = {day for days in horizons_days for day in cutoffs_of(first, as_of, days)}
    known = features_at(at_work, frame, cutoffs)
    return World(frame, known.__getitem__, as_of, seed)


def features_at(
    at_work: Writing, purchases: pd.DataFrame, cutoffs: Iterable[date]
) -> dict[date, pd.DataFrame]:
    """Computes the marts over some purchases: cut-off → one row per customer known then."""
    import pandas as pd

    embedded = at_work.workspace.embedded
    table = _registered(at_work, purchases, "purchases (training)")
    rows = floats(embedded, customers_at(table, cutoffs=sorted(cutoffs)))
    seen = pd.to_datetime(rows["as_of"]).dt.date
    return {day: by_customer(rows[seen == day]) for day in cutoffs}


def leaks_of(at_work: Writing, world: World, cutoff: date) -> tuple[str, ...]:
    """Gives what the future-shuffle test finds in the marts, in sentences; none is good.

    Args:
        at_work: The run.
        world: Its purchases.
        cutoff: A past cut-off: what lies after it is removed, shuffled, altered and added to.
    """
    part = _spread(world.purchases, SHUFFLED_CUSTOMERS)

    def at(orders: pd.DataFrame, day: date) -> pd.DataFrame:
        return features_at(at_work, orders, [day])[day].drop(columns="as_of")

    alarms = future_alarms(at, part, cutoff, seed=world.seed)
    return tuple(alarm.text for alarm in alarms)


def contents_of(rows: pd.DataFrame) -> int:
    """Gives a hash of the rows of a frame that does not depend on their order.

    Args:
        rows: An index with a name, as that of customers, counts as a column.
    """
    from pandas.util import hash_pandas_object

    hashes = hash_pandas_object(rows, index=rows.index.name is not None)
    return int(hashes.to_numpy().sum(dtype=np.uint64))


def facts_of_run(at_work: Writing, as_of: date, horizons_days: tuple[int, ...]) -> DataFacts:
    """Measures what readiness asks of the orders of a run."""
    orders = at_work.table("orders")
    sales = orders.filter(orders.is_sale & (orders.order_date < _day(as_of)))
    amount = (sales.gross_amount - sales.discount_amount).cast("float64")
    asked = sales.select("customer_id", "order_date", amount=amount)
    frame = at_work.draft.engine.collect(asked).to_pandas()
    return facts_of(frame, as_of=as_of, horizons_days=horizons_days)


def floats(engine: Engine, expression: ir.Table) -> pd.DataFrame:
    """Gives the rows of an expression as a data frame, money as floating point for models."""
    frame = engine.collect(expression).to_pandas()
    for name, kind in expression.schema().items():
        # Some engines give sums of integers in a wider type than the expression says.
        if kind.is_integer() and not frame[name].isna().any():
            frame[name] = frame[name].astype("int64")
        elif kind.is_numeric():
            frame[name] = frame[name].astype("float64")
    return frame


def by_customer(frame: pd.DataFrame) -> pd.DataFrame:
    """Gives rows by customer, in order of customer."""
    return frame.sort_values("customer_id", ignore_index=True).set_index("customer_id")


def _spread(purchases: pd.DataFrame, most: int) -> pd.DataFrame:
    """Gives the purchases of at most so many customers, evenly spread in order of their id."""
    ids = np.sort(purchases["customer_id"].unique())
    if len(ids) <= most:
        return purchases
    chosen = ids[np.linspace(0, len(ids) - 1, most).astype(np.int64)]
    return purchases[purchases["customer_id"].isin(chosen)].reset_index(drop=True)


def _registered(at_work: Writing, purchases: pd.DataFrame, name: str) -> ir.Table:
    import pyarrow as pa

    rows = pa.Table.from_pandas(purchases, preserve_index=False)
    table = at_work.workspace.embedded.register(name, rows)
    return table.mutate(
        order_date=table.order_date.cast("date"),
        purchase_amount=table.purchase_amount.cast("decimal(18, 4)"),
    )


def _day(as_of: date) -> ir.DateScalar:
    import ibis

    return ibis.date(as_of.isoformat())
