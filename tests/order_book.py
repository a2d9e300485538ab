"""Small order books for tests: short rows in, warehouse tables out; and random ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import strategies as st

from shopkeeper import catalog
from shopkeeper.contracts.contract import Contract
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.marts.interactions import InteractionWeights
from shopkeeper.pipeline.draft import arrow_schema
from shopkeeper.warehouse.bronze import BATCHES, RAW_TEXTS, SOURCE_LINES, Reason
from shopkeeper.warehouse.identities import CONTRACT as IDENTITIES
from shopkeeper.warehouse.table import Table

Row = dict[str, Any]

# What sources give beside order lines, and the links between customers.
BESIDE = (
    IDENTITIES,
    *(c for c in catalog.FROM_SOURCES if c.name not in (SOURCE_LINES.name, RAW_TEXTS.name)),
)

AS_OF = date(2025, 7, 1)
# Hours are asked for in shop time; in January, when random books begin, London keeps UTC.
TIME_ZONE = "Europe/London"
LOADED_AT = datetime.fromisoformat("2025-08-01 12:00")
# Names that tests may use for the columns they set most.
SHORT_NAMES = {
    "order": "order_id",
    "at": "ordered_at",
    "customer": "customer_id",
    "product": "product_id",
    "price": "unit_price_amount",
    "discount": "discount_amount",
    "batch": "batch_id",
}


def line(**given: Any) -> Row:
    """Gives one row of `source_lines`: a pot of tea for Ann on order 1, where nothing is given.

    Times may be text; `order_date` and `amount` follow from the rest unless given.
    """
    row: Row = dict.fromkeys(SOURCE_LINES.column_names) | {
        "raw_text": "tea",
        "source": "orders",
        "batch_id": "a",
        "part": "item",
        "loaded_at": LOADED_AT,
        "order_id": "1",
        "ordered_at": datetime.fromisoformat("2025-03-01 10:00"),
        "customer_id": "ann",
        "product_id": "tea",
        "product_name": "Pot of tea",
        "quantity": 1,
        "unit_price_amount": 10,
        "discount_amount": 0,
        "line_type": "merchandise",
        "is_cancellation": False,
    }
    row |= {SHORT_NAMES.get(name, name): value for name, value in given.items()}
    if isinstance(row["ordered_at"], str):
        row["ordered_at"] = datetime.fromisoformat(row["ordered_at"])
    for name in ("quantity", "unit_price_amount", "discount_amount"):
        row[name] = None if row[name] is None else Decimal(str(row[name]))
    if "order_date" not in given:
        row["order_date"] = row["ordered_at"].date() if row["ordered_at"] else None
    if "amount" not in given:
        row["amount"] = _amount(row)
    return row


def _amount(row: Row) -> Decimal | None:
    parts = (row["quantity"], row["unit_price_amount"], row["discount_amount"])
    if None in parts:
        return None
    quantity, price, discount = parts
    return (quantity * price).quantize(Decimal("0.0001"), ROUND_HALF_UP) - discount


def lines(*rows: Mapping[str, Any]) -> list[Row]:
    """Gives rows of `source_lines` from short rows, numbered within their batch in this order."""
    counters: dict[tuple[str, str], int] = {}
    found = []
    for given in rows:
        row = line(**given)
        file = (row["source"], row["batch_id"])
        counters[file] = counters.get(file, 0) + 1
        if row["row_number"] is None:
            row["row_number"] = counters[file]
        found.append(row)
    return found


def batches(rows: Iterable[Row]) -> list[Row]:
    """Gives the rows of `batches` that go with rows of `source_lines`."""
    files: dict[tuple[str, str], Row] = {}
    for row in rows:
        file = files.setdefault(
            (row["source"], row["batch_id"]),
            {
                "source": row["source"],
                "file": f"{row['batch_id']}.csv",
                "batch_id": row["batch_id"],
                "loaded_at": row["loaded_at"],
                "size_bytes": 1,
                "row_count": 0,
                "unreadable_count": 0,
                "is_current": True,
                "row_kind": "lines",
                "reading": "{}",
            },
        )
        file["row_count"] += 1
        file["unreadable_count"] += row["reason"] == str(Reason.UNREADABLE_LINE)
    return list(files.values())


def to_arrow(contract: Contract, rows: Sequence[Row]) -> pa.Table:
    """Gives rows as an Arrow table with the columns and types of a contract."""
    return pa.Table.from_pylist(list(rows), schema=arrow_schema(contract))


def source_lines(engine: DuckDBEngine, *rows: Mapping[str, Any]) -> ibis.Table:
    """Gives short rows as the table `source_lines` of an engine."""
    return engine.register(SOURCE_LINES.name, to_arrow(SOURCE_LINES, lines(*rows)))


def build(*rows: Mapping[str, Any], as_of: date = AS_OF) -> Shop:
    """Gives the tables of a shop whose order book has these short rows."""
    return Shop(lines(*rows), as_of)


class Shop:
    """The tables that follow from an order book, each built when it is first asked for."""

    def __init__(
        self,
        rows: Sequence[Row],
        as_of: date = AS_OF,
        files: Sequence[Row] | None = None,
        beside: Mapping[str, Sequence[Row]] | None = None,
    ) -> None:
        """Takes rows of `source_lines`, of `batches`, and of other tables that sources give."""
        self.as_of = as_of
        self._built = {
            SOURCE_LINES.name: to_arrow(SOURCE_LINES, rows),
            RAW_TEXTS.name: to_arrow(RAW_TEXTS, rows),
            BATCHES.name: to_arrow(BATCHES, batches(rows) if files is None else files),
        }
        for contract in BESIDE:
            self._built[contract.name] = to_arrow(contract, (beside or {}).get(contract.name, ()))

    def __getitem__(self, name: str) -> list[Row]:
        """Gives the rows of a table in the order of its grain."""
        grain = catalog.contract(name).grain
        return sorted(
            self.arrow(name).to_pylist(),
            key=lambda row: [(row[key] is not None, row[key]) for key in grain],
        )

    def column(self, table: str, name: str) -> list[Any]:
        """Gives one column of a table in the order of its grain."""
        return [row[name] for row in self[table]]

    def one(self, table: str) -> Row:
        """Gives the only row of a table."""
        (row,) = self[table]
        return row

    def arrow(self, name: str) -> pa.Table:
        """Gives a table cast to its contract, in no order."""
        if name not in self._built:
            table = _table(name)
            connection = _engine().connection
            for needed in table.inputs:
                connection.register(needed, self.arrow(needed))
            found = connection.execute(_sql(name, self.as_of)).to_arrow_table()
            self._built[name] = found.cast(arrow_schema(table.contract))
        return self._built[name]


@lru_cache(maxsize=1)
def _engine() -> DuckDBEngine:
    return DuckDBEngine(Path(gettempdir()), threads=1)


@lru_cache(maxsize=1)
def _tables() -> tuple[Table, ...]:
    """Gives the tables that are built, each after those that it reads."""
    given = {contract.name for contract in catalog.INGESTED}
    built = catalog.tables(catalog.source_tables({}))
    return tuple(table for table in built if table.name not in given)


def _table(name: str) -> Table:
    return next(table for table in _tables() if table.name == name)


@lru_cache(maxsize=256)
def _sql(name: str, as_of: date) -> str:
    table = _table(name)
    inputs = {n: ibis.table(catalog.contract(n).types(), name=n) for n in table.inputs}
    return _engine().compile(table.expression(inputs, questions(as_of)))


def questions(as_of: date) -> dict[str, Any]:
    """Gives the questions that builds ask."""
    return {
        "as_of": as_of,
        "session_minutes": 30,
        "time_zone": TIME_ZONE,
        "interaction_weights": InteractionWeights(),
    }


FIRST_DAY = datetime.fromisoformat("2025-01-01 09:00")
# The day before which marts look, in the middle of random order books.
MIDDLE = date(2025, 1, 16)
# Days after the first on which orders begin: some on the same day, some just around the middle.
_days = st.sampled_from([0, 0, 1, 8, 13, 14, 14, 15, 20, 29])
# A day looks doubled from ten distinct rows, each twice, on: random books have fewer rows.
MOST_ROWS = 18

_prices = st.integers(0, 2_000).map(lambda pence: Decimal(pence) / 100)
_quantities = st.one_of(st.integers(1, 6).map(Decimal), st.sampled_from([Decimal("0.25")]))
_line_types = st.sampled_from(["merchandise"] * 6 + ["shipping", "discount", "fee", "adjustment"])
_products = st.sampled_from(["tea", "cup", "mat", "jam"])
_customers = st.sampled_from(["ann", "bob", "cid", None])
_reasons = st.sampled_from([r for r in Reason if r is not Reason.REPEATED_EXTRACT])


@st.composite
def order_books(draw: st.DrawFn, *, most_days_of_an_order: int = 2) -> list[Row]:
    """Gives random rows of `source_lines`.

    In them are guests, returns, cancellations and refunds that name an order, repeated lines,
    orders that stand in two files, two sources that use the same order numbers, and rows with a
    reason. One order names one customer.

    Args:
        draw: Given by Hypothesis.
        most_days_of_an_order: Days over which the lines of one order may be booked.
    """
    rows: list[Row] = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        rows += draw(_orders(str(number), most_days_of_an_order))
    rows = rows[: MOST_ROWS - 4]
    # Some lines stand in a second file too.
    for row in draw(st.lists(st.sampled_from(rows), max_size=3)):
        rows.append({**row, "batch_id": "b", "loaded_at": LOADED_AT + timedelta(days=1)})
    if draw(st.booleans()):
        rows.append(draw(_refused(rows[0])))
    return lines(*draw(st.permutations(rows)))


@st.composite
def _orders(draw: st.DrawFn, number: str, most_days: int) -> list[Row]:
    """Gives the lines of one order, return or cancellation."""
    kind = draw(st.sampled_from(["sale", "sale", "sale", "return", "cancellation", "exchange"]))
    head = {
        "source": draw(st.sampled_from(["orders", "orders", "web"])),
        "order_id": number,
        "customer_id": draw(_customers),
        "email": draw(st.sampled_from([None, "a@example.org", "b@example.org"])),
        "country": draw(st.sampled_from([None, "France", "Spain"])),
        "channel": draw(st.sampled_from([None, "web", "shop"])),
        "is_cancellation": kind == "cancellation",
    }
    if kind in ("return", "cancellation") and draw(st.booleans()):
        head["refund_of"] = draw(st.integers(1, 6).map(str))
    start = FIRST_DAY + timedelta(days=draw(_days))
    found: list[Row] = []
    for _ in range(draw(st.integers(1, 3))):
        backwards = kind in ("return", "cancellation") or (kind == "exchange" and bool(found))
        row = draw(_goods(backwards=backwards))
        days, minutes = draw(st.integers(0, most_days - 1)), draw(st.integers(0, 2))
        found.append({**head, **row, "ordered_at": start + timedelta(days=days, minutes=minutes)})
    if draw(st.integers(0, 4)) == 0:
        found.append(dict(found[0]))
    return found


@st.composite
def _goods(draw: st.DrawFn, *, backwards: bool) -> Row:
    """Gives what one line sells or takes back."""
    product, line_type = draw(_products), draw(_line_types)
    quantity = draw(_quantities)
    # A discount on a line of its own is written with a negative quantity, as in Online Retail.
    is_negative = backwards or line_type == "discount"
    price = draw(_prices)
    return {
        "product_id": product if line_type == "merchandise" else line_type,
        "product_name": draw(st.sampled_from([product.title(), f"{product} (new)", None])),
        "line_type": line_type,
        "quantity": -quantity if is_negative else quantity,
        "unit_price_amount": price,
        "promotion": draw(st.sampled_from([None, None, "SPRING"])),
        "discount_amount": Decimal(0) if is_negative else draw(st.sampled_from([0, price / 2])),
    }


@st.composite
def _refused(draw: st.DrawFn, row: Row) -> Row:
    """Gives a row that is put in quarantine, with or without a readable amount."""
    reason = draw(_reasons)
    refused = {**row, "batch_id": "a", "reason": str(reason)}
    unread = {
        Reason.MISSING_ORDER: ["order_id"],
        Reason.UNREADABLE_DATE: ["ordered_at"],
        Reason.UNREADABLE_QUANTITY: ["quantity"],
        Reason.UNREADABLE_AMOUNT: ["unit_price_amount"],
        Reason.UNREADABLE_LINE: ["order_id", "ordered_at", "quantity", "unit_price_amount"],
    }
    return refused | dict.fromkeys(unread.get(reason, []))
