"""Feature rows: the mart `customer_features` at many past dates, as frames that models learn from.

`feature_rows(at_work, cutoffs)` gives a frame for each cut-off, `feature_leaks` what the leak test
finds in the mart. Both read the tables of a run and write nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shopkeeper.engines.store import arrow_schema
from shopkeeper.evaluation.future_shuffle import future_alarms
from shopkeeper.jobs.training_data import SHUFFLED_CUSTOMERS, by_customer, floats
from shopkeeper.marts.customer_features.wide import CONTRACT, Reduced, at_cutoffs, reduced
from shopkeeper.tasks.lifetime_value.histories import MOST_CUSTOMERS
from shopkeeper.warehouse.gold.purchases import PURCHASES
from shopkeeper.warehouse.silver.events import CONTRACT as EVENTS
from shopkeeper.warehouse.silver.order_items import CONTRACT as ORDER_ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.engines.duckdb import DuckDBEngine
    from shopkeeper.engines.engine import Engine
    from shopkeeper.jobs.writing import Writing

# What the mart reads of order lines.
LINE_COLUMNS = (
    *("source", "order_id", "customer_id", "ordered_at", "order_date", "product_id", "category"),
    *("country", "channel", "line_type", "is_return", "is_cancellation", "quantity"),
    *("gross_amount", "discount_amount", "refund_amount"),
)

# The tables that are read, with the day that cuts them.
SEEN_TABLES = {"purchases": "order_date", "order_items": "order_date", "events": "event_date"}


def feature_rows(
    at_work: Writing, cutoffs: Iterable[date], *, most_customers: int = MOST_CUSTOMERS
) -> Mapping[date, pd.DataFrame]:
    """Gives the mart at past dates; all of them are computed in one query.

    Of many customers an evenly spread part is looked at, the same as for lifetime value. Nothing
    is drawn, so no seed is needed.

    Args:
        at_work: The run; its `as_of` is the latest cut-off that makes sense.
        cutoffs: Days before which rows are seen.
        most_customers: Customers that are looked at, at most.

    Returns:
        Cut-off → one row per customer who had bought before it, by `customer_id` in order, with
        the other columns of the mart: money and shares as float64, whole numbers as int64 (float64
        where some are missing), texts as str or None, `is_…` as bool.
    """
    import pandas as pd

    days = sorted(set(cutoffs))
    engine = at_work.draft.engine
    chosen = _chosen(at_work, at_work.table("purchases"), most_customers)
    seen = []
    for name, day in SEEN_TABLES.items():
        table = at_work.table(name)
        if chosen is not None and name != EVENTS.name:
            table = table.semi_join(chosen, "customer_id")
        seen.append(table.filter(table[day] < _day(days[-1])))
    rows = reduced(*seen, time_zone=at_work.workspace.settings.shop.time_zone)
    embedded = at_work.workspace.embedded
    frame = _frame(embedded, at_cutoffs(_in_memory(embedded, engine, rows), days))
    seen_at = pd.to_datetime(frame["as_of"]).dt.date
    return {day: by_customer(frame[seen_at == day]) for day in days}


def feature_leaks(at_work: Writing, cutoff: date, *, seed: int) -> tuple[str, ...]:
    """Gives what the future-shuffle test finds in the mart, in sentences; none is good.

    Args:
        at_work: The run.
        cutoff: A past cut-off: what lies after it is removed, shuffled, altered and added to.
        seed: Same seed, same changes.
    """
    chosen = _chosen(at_work, at_work.table("purchases"), SHUFFLED_CUSTOMERS)
    items = at_work.table("order_items").filter(lambda table: table.customer_id.notnull())
    if chosen is not None:
        items = items.semi_join(chosen, "customer_id")
    lines = floats(at_work.draft.engine, items.select(*LINE_COLUMNS))

    frames = _OverFrames(at_work, cutoff)

    def at(order_items: pd.DataFrame, _: date) -> pd.DataFrame:
        return frames.features(order_items)

    return tuple(alarm.text for alarm in future_alarms(at, lines, cutoff, seed=seed))


class _OverFrames:
    """The mart over order lines of frames and no events, at one cut-off.

    The mart is written down and compiled once: it reads whatever rows stand under its names.

    Args:
        at_work: The run; only its embedded engine and time zone are used.
        cutoff: Day before which rows are seen.
    """

    def __init__(self, at_work: Writing, cutoff: date) -> None:
        self.cutoff = cutoff
        self.embedded = at_work.workspace.embedded
        self.time_zone = at_work.workspace.settings.shop.time_zone
        self._parts: Reduced | None = None
        self._mart: ir.Table | None = None

    def features(self, order_items: pd.DataFrame) -> pd.DataFrame:
        """Gives the features of all customers, by customer.

        Args:
            order_items: Rows with `LINE_COLUMNS`.
        """
        import pyarrow as pa

        rows = pa.Table.from_pandas(order_items[list(LINE_COLUMNS)], preserve_index=False)
        table = self.embedded.register("order_items (training)", rows)
        if self._parts is None:
            self._parts = self._reduced(table)
        in_memory = _in_memory(self.embedded, self.embedded, self._parts)
        if self._mart is None:
            self._mart = at_cutoffs(in_memory, [self.cutoff])
        return by_customer(_frame(self.embedded, self._mart)).drop(columns="as_of")

    def _reduced(self, rows: ir.Table) -> Reduced:
        nothing = arrow_schema(EVENTS).empty_table()
        events = self.embedded.register("events (training)", nothing)
        items = rows.cast({name: ORDER_ITEMS.column(name).type for name in LINE_COLUMNS})
        return reduced(PURCHASES.build(items), items, events, time_zone=self.time_zone)


def _chosen(at_work: Writing, purchases: ir.Table, most: int) -> ir.Table | None:
    """Gives at most so many customers, evenly spread in order of their id; None for all.

    The places are those that `numpy.linspace` gives, in the same arithmetic.
    """
    import ibis

    assert at_work.as_of is not None
    seen = purchases.filter(purchases.order_date < _day(at_work.as_of))
    counted = at_work.draft.engine.collect(seen.agg(n=seen.customer_id.nunique()))
    count = int(counted.column("n")[0].as_py())
    if count <= most:
        return None
    step = (count - 1) / (most - 1)
    ids = seen.select("customer_id").distinct()
    placed = ids.mutate(place=ibis.row_number().over(order_by="customer_id"))
    below = (placed.place.cast("float64") / step).floor()
    hits = [(nth.cast("float64") * step).floor() == placed.place for nth in (below, below + 1)]
    is_chosen = (hits[0] | hits[1]) & (placed.place < count - 1)
    last = placed.place == count - 1
    return placed.filter(is_chosen | last).select("customer_id")


def _in_memory(embedded: DuckDBEngine, engine: Engine, rows: Reduced) -> Reduced:
    """Runs the reductions where the tables are, and brings what is left into this process."""
    return Reduced(
        *(
            embedded.register(f"{name} (training)", engine.collect(getattr(rows, name)))
            for name in Reduced.__dataclass_fields__
        )
    )


def _frame(embedded: Engine, mart: ir.Table) -> pd.DataFrame:
    """Gives the rows of the mart as models read them."""
    frame = floats(embedded, mart)
    for column in CONTRACT.columns:
        if column.type == "string":
            texts = frame[column.name].astype(object)
            frame[column.name] = texts.where(texts.notna(), None)
    return frame


def _day(day: date) -> ir.DateScalar:
    import ibis

    return cast("ir.DateScalar", ibis.date(day.isoformat()))
