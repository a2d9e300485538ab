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
    return _by_cutoff(at_work, _in_memory(at_work, engine, rows), days)


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

    def at(order_items: pd.DataFrame, day: date) -> pd.DataFrame:
        return features_of(at_work, order_items, [day])[day].drop(columns="as_of")

    return tuple(alarm.text for alarm in future_alarms(at, lines, cutoff, seed=seed))


def features_of(
    at_work: Writing, order_items: pd.DataFrame, cutoffs: Iterable[date]
) -> Mapping[date, pd.DataFrame]:
    """Computes the mart over order lines of a frame and no events, as `feature_rows` gives it.

    Args:
        at_work: The run; only its engine and time zone are used.
        order_items: Rows with `LINE_COLUMNS`.
        cutoffs: Days before which rows are seen.
    """
    import pyarrow as pa

    embedded = at_work.workspace.embedded
    rows = pa.Table.from_pandas(order_items[list(LINE_COLUMNS)], preserve_index=False)
    table = embedded.register("order_items (training)", rows)
    table = table.cast({name: ORDER_ITEMS.column(name).type for name in LINE_COLUMNS})
    nothing = embedded.register("events (training)", arrow_schema(EVENTS).empty_table())
    zone = at_work.workspace.settings.shop.time_zone
    parts = reduced(PURCHASES.build(table), table, nothing, time_zone=zone)
    return _by_cutoff(at_work, _in_memory(at_work, embedded, parts), sorted(set(cutoffs)))


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


def _in_memory(at_work: Writing, engine: Engine, rows: Reduced) -> Reduced:
    """Runs the reductions where the tables are, and brings what is left into this process."""
    embedded = at_work.workspace.embedded
    return Reduced(
        *(
            embedded.register(f"{name} (training)", engine.collect(getattr(rows, name)))
            for name in Reduced.__dataclass_fields__
        )
    )


def _by_cutoff(at_work: Writing, rows: Reduced, days: list[date]) -> dict[date, pd.DataFrame]:
    import pandas as pd

    frame = floats(at_work.workspace.embedded, at_cutoffs(rows, days))
    for column in CONTRACT.columns:
        if column.type == "string":
            texts = frame[column.name].astype(object)
            frame[column.name] = texts.where(texts.notna(), None)
    seen = pd.to_datetime(frame["as_of"]).dt.date
    return {day: by_customer(frame[seen == day]) for day in days}


def _day(day: date) -> ir.DateScalar:
    import ibis

    return cast("ir.DateScalar", ibis.date(day.isoformat()))
