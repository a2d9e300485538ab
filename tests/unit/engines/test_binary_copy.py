"""Binary COPY: any rows come back from the server as they were sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopkeeper.engines.binary_copy import ROWS_OF_A_PIECE, encode, in_pieces
from shopkeeper.engines.postgres import PostgresEngine

pytestmark = pytest.mark.postgres

SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("is_true", pa.bool_()),
        ("small", pa.int16()),
        ("middling", pa.int32()),
        ("large", pa.int64()),
        ("ratio", pa.float64()),
        ("amount", pa.decimal128(18, 4)),
        ("day", pa.date32()),
        ("moment", pa.timestamp("us")),
    ]
)
_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
_rows = st.fixed_dictionaries(
    {
        "text": _texts,
        "is_true": st.booleans(),
        "small": st.integers(-(2**15), 2**15 - 1),
        "middling": st.integers(-(2**31), 2**31 - 1),
        "large": st.integers(-(2**63), 2**63 - 1),
        "ratio": st.floats(allow_nan=False),
        "amount": st.integers(-(10**18) + 1, 10**18 - 1).map(lambda n: Decimal(n).scaleb(-4)),
        "day": st.dates(),
        "moment": st.datetimes(),
    }
)
_rows_with_gaps = st.builds(
    lambda row, gaps: {name: None if name in gaps else value for name, value in row.items()},
    _rows,
    st.sets(st.sampled_from(SCHEMA.names)),
)


@pytest.fixture(scope="module")
def engine(postgres):
    engine = PostgresEngine(postgres.database())
    types = ibis.Schema.from_pyarrow(SCHEMA)
    columns = ", ".join(engine.column(name, str(type_)) for name, type_ in types.items())
    engine.run(f"CREATE TABLE public.sent (place bigint, {columns})")
    yield engine
    engine.close()


def sent_and_read(engine: PostgresEngine, *batches: pa.RecordBatch) -> list[dict]:
    """Sends rows to the server and reads them back in the order in which they were sent."""
    placed, place = [], 0
    for batch in batches:
        places = pa.array(range(place, place + batch.num_rows), pa.int64())
        placed.append(
            pa.RecordBatch.from_arrays([places, *batch.columns], ["place", *SCHEMA.names])
        )
        place += batch.num_rows
    engine.run("TRUNCATE public.sent")
    reader = pa.RecordBatchReader.from_batches(placed[0].schema, placed)
    assert engine.load("public.sent", reader) == place
    table = engine.backend.table("sent", database="public").order_by("place").drop("place")
    return engine.collect(table).to_pylist()


@given(st.lists(_rows_with_gaps, min_size=1, max_size=8))
@settings(max_examples=80, deadline=None, database=None, derandomize=True)
def test_rows_come_back_as_they_were_sent(engine, rows):
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
    assert sent_and_read(engine, batch) == rows


def test_rows_of_a_slice_are_those_of_the_slice(engine):
    rows = [{**dict.fromkeys(SCHEMA.names), "text": str(n), "large": n} for n in range(9)]
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA).slice(3, 4)
    assert sent_and_read(engine, batch) == rows[3:7]


def test_many_rows_are_sent_in_pieces(engine):
    count = 2 * ROWS_OF_A_PIECE + 7
    rows = [{**dict.fromkeys(SCHEMA.names), "text": "tea" * (n % 3)} for n in range(count)]
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
    assert len(in_pieces(batch)) == 3
    assert sent_and_read(engine, batch) == rows


def test_no_rows_are_no_bytes():
    assert encode(pa.RecordBatch.from_pylist([], schema=SCHEMA), bytes) == b""


def test_a_sign_that_no_text_of_the_server_can_hold_is_replaced(engine):
    row = {**dict.fromkeys(SCHEMA.names), "text": "te\0a"}
    batch = pa.RecordBatch.from_pylist([row], schema=SCHEMA)
    assert [r["text"] for r in sent_and_read(engine, batch)] == ["te\ufffda"]


def test_an_empty_text_is_not_a_missing_one(engine):
    rows = [{**dict.fromkeys(SCHEMA.names), "text": text} for text in ("", None, "''", '""')]
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
    assert [r["text"] for r in sent_and_read(engine, batch)] == ["", None, "''", '""']


def test_days_and_moments_before_the_servers_own_beginning_are_kept(engine):
    row = {
        **dict.fromkeys(SCHEMA.names),
        "day": date(1899, 12, 31),
        "moment": datetime(1969, 12, 31, 23, 59, 59, 999_999),
    }
    batch = pa.RecordBatch.from_pylist([row], schema=SCHEMA)
    assert sent_and_read(engine, batch) == [row]
