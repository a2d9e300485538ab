"""Each source keeps the same promises, whatever it reads."""

import ibis
import pyarrow as pa
import pytest

from shopkeeper.engines.dialects import DIALECTS, to_sql
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.settings import SourceSettings
from shopkeeper.sources import ALL
from shopkeeper.sources.conforming import raw_texts
from shopkeeper.sources.events import SIMULATED_COLUMNS
from shopkeeper.sources.online_retail import COLUMNS as ONLINE_RETAIL
from shopkeeper.sources.reading.detection import detect_columns
from shopkeeper.sources.shopify import LAYOUT as SHOPIFY
from shopkeeper.sources.shopping_malls import COLUMNS as SHOPPING_MALLS
from shopkeeper.sources.simulated_shop import COLUMNS as SIMULATED
from shopkeeper.sources.source import Reading, Source, Terms
from shopkeeper.sources.woocommerce import LAYOUT as WOOCOMMERCE
from shopkeeper.warehouse.bronze import LINE_COLUMNS, RAW_TEXTS, RowKind
from shopkeeper.warehouse.bronze_events import EVENT_COLUMNS

CELLS = {
    "order_id": ["1001", "C1002", "1003"],
    "ordered_at": ["2024-07-01 10:00:00", "2024-12-24 23:30:00", "not a date"],
    "customer_id": ["17850.0", "", "17851.0"],
    "quantity": ["2", "-1", "3"],
    "unit_price": ["2.50", "4.00", "1.00"],
    "discount_amount": ["0.50", "", "0"],
    "product_id": ["85123a", "POST", "SHIPPING"],
}
AMOUNTS = (
    *("line_amount", "subtotal", "total", "paid", "before_discount", "shipping", "refunded"),
    *("item_refunded", "item_refunded_quantity", "discount"),
)
# What terms hold that only some sources know.
MORE_CELLS = {**{term: ["2.50", "4.00", "1.00"] for term in AMOUNTS}, "cancelled_at": [""] * 3}
LAYOUTS = {
    "simulation": SIMULATED,
    "shopping_malls": {**SHOPPING_MALLS, "gender": "gender", "age": "age"},
    "shopify": {**SHOPIFY.needed, **SHOPIFY.others},
    "woocommerce": {**WOOCOMMERCE.needed, **WOOCOMMERCE.others},
}
# Sources of which a row says several lines; what they say is in the tests of order exports.
OF_SEVERAL_LINES = ("shopify", "woocommerce")
TERMS = Terms(source="orders", time_zone="Europe/London", line_types={})


def header(source: Source) -> dict[str, str]:
    """Gives term → column of a file that the source recognises."""
    if source.kind == "online_retail":
        return {term: names[0] for term, names in ONLINE_RETAIL.items()}
    if source.kind in LAYOUTS:
        return dict(LAYOUTS[source.kind])
    return {term: term for term in CELLS}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = DuckDBEngine(tmp_path_factory.mktemp("spill"))
    yield made
    made.close()


def raw_rows(source: Source, engine: DuckDBEngine):
    """Gives a raw table of three rows in the source's own layout, and its reading."""
    columns = {
        name: {**MORE_CELLS, **CELLS}.get(term, ["x", "", "y"])
        for term, name in header(source).items()
    }
    rows = pa.table(
        {
            "_batch_id": ["b"] * 3,
            "_loaded_at": pa.array([1_735_700_000_000_000] * 3, pa.timestamp("us")),
            "_row_number": pa.array([1, 2, 3], pa.int64()),
            "_unreadable_line": pa.nulls(3, pa.string()),
            **columns,
        }
    )
    table = engine.register(f"raw_{source.kind}", rows)
    own = table.drop("_batch_id", "_loaded_at", "_unreadable_line")
    profiles = detect_columns(own, engine.collect)
    return table, source.understand(profiles, SourceSettings(path="orders.csv"))


OF_LINES = tuple(source for source in ALL if source.row_kind is RowKind.LINES)
OF_EVENTS = tuple(source for source in ALL if source.row_kind is RowKind.EVENTS)


@pytest.mark.parametrize("source", OF_LINES, ids=lambda source: source.kind)
class TestSource:
    def test_it_is_a_source(self, source, engine):
        assert isinstance(source, Source)
        assert source.meaning

    def test_it_recognises_its_own_layout(self, source, engine):
        assert next(s for s in ALL if s.recognises(list(header(source).values()))) is source

    def test_a_reading_survives_being_written_down(self, source, engine):
        _, reading = raw_rows(source, engine)
        assert Reading.from_json(reading.to_json()) == reading

    def test_rows_come_out_one_for_one_in_the_shops_terms(self, source, engine):
        table, reading = raw_rows(source, engine)
        lines = source.conform(table, reading, TERMS)
        assert tuple(lines.columns) == tuple(column.name for column in LINE_COLUMNS)
        items = lines.filter(lines.part == "item")
        found = engine.collect(items.order_by("row_number")).to_pylist()
        assert [row["row_number"] for row in found] == [1, 2, 3]
        assert [row["line_type"] is None for row in found] == [False] * 3
        if source.kind in OF_SEVERAL_LINES:
            return
        assert engine.collect(lines).num_rows == 3
        assert [row["reason"] for row in found] == [None, None, "unreadable_date"]
        assert [row["customer_id"] for row in found] == ["17850", None, "17851"]
        # Ten o'clock of a London summer is nine in UTC.
        assert found[0]["ordered_at"].hour == 9
        assert found[1]["order_date"].isoformat() == "2024-12-24"

    def test_types_are_those_of_the_contract(self, source, engine):
        table, reading = raw_rows(source, engine)
        schema = source.conform(table, reading, TERMS).schema()
        for column in LINE_COLUMNS:
            wanted, found = ibis.dtype(column.type), schema[column.name]
            assert type(found) is type(wanted), (column.name, found)

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_it_compiles_for_each_engine(self, source, engine, dialect):
        table, reading = raw_rows(source, engine)
        unbound = ibis.table(table.schema(), name="raw_orders")
        assert "raw_orders" in to_sql(source.conform(unbound, reading, TERMS), dialect)
        texts = raw_texts(unbound, "orders")
        assert tuple(texts.columns) == RAW_TEXTS.column_names
        assert "raw_orders" in to_sql(texts, dialect)

    def test_its_reading_parses_a_cell_once(self, source, engine):
        """A column that is used in many places must not be written out in each of them."""
        table, reading = raw_rows(source, engine)
        unbound = ibis.table(table.schema(), name="raw_orders")
        # Each instant costs a tree of the time zone, and an order export has more of them.
        most = 120_000 if source.kind in OF_SEVERAL_LINES else 60_000
        assert len(to_sql(source.conform(unbound, reading, TERMS), "duckdb")) < most


EVENT_CELLS = {
    "event_id": ["1", "2", "3", "4"],
    "event_at": ["2024-07-01 10:00:00", "2024-12-24 23:30:00", "not a date", "2024-07-01 10:01:00"],
    "event_name": ["Product View", "add_to_cart", "purchase", ""],
    "customer_id": ["17850.0", "", "17851.0", "17850.0"],
}


@pytest.mark.parametrize("source", OF_EVENTS, ids=lambda source: source.kind)
class TestEventSource:
    @pytest.fixture
    def said(self, source, engine):
        """The rows of a log in the source's own layout, in the shop's terms."""
        columns = {name: EVENT_CELLS.get(term, ["x"] * 4) for term, name in self.header(source)}
        meta = {
            "_batch_id": ["b"] * 4,
            "_loaded_at": pa.array([1_735_700_000_000_000] * 4, pa.timestamp("us")),
            "_row_number": pa.array([1, 2, 3, 4], pa.int64()),
            "_unreadable_line": pa.nulls(4, pa.string()),
        }
        table = engine.register(f"raw_{source.kind}", pa.table({**meta, **columns}))
        own = table.drop("_batch_id", "_loaded_at", "_unreadable_line")
        reading = source.understand(
            detect_columns(own, engine.collect), SourceSettings(path="log.csv")
        )
        assert Reading.from_json(reading.to_json()) == reading
        return source.conform(table, reading, TERMS)

    def header(self, source):
        if source.kind == "simulated_events":
            return SIMULATED_COLUMNS.items()
        return [(name, name) for name in SIMULATED_COLUMNS]

    def test_it_recognises_its_own_layout(self, source):
        names = [name for _, name in self.header(source)]
        assert next(s for s in ALL if s.recognises(names)) is source

    def test_rows_come_out_one_for_one_in_the_shops_terms(self, said, source, engine):
        assert tuple(said.columns) == tuple(column.name for column in EVENT_COLUMNS)
        found = engine.collect(said.order_by("row_number")).to_pylist()
        assert [row["event_name"] for row in found] == ["view", "cart", "purchase", None]
        assert [row["reason"] for row in found] == [None, None, "unreadable_date", "missing_name"]
        assert [row["customer_id"] for row in found] == ["17850", None, "17851", "17850"]
        # Ten o'clock of a London summer is nine in UTC.
        assert found[0]["event_at"].hour == 9
        assert found[1]["event_date"].isoformat() == "2024-12-24"
        assert {row["is_simulated"] for row in found} == {source.kind == "simulated_events"}

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_it_parses_a_cell_once_on_each_engine(self, said, dialect):
        assert len(to_sql(said, dialect)) < 60_000
