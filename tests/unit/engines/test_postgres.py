"""PostgreSQL engine: what can be said of it without a server."""

from __future__ import annotations

import subprocess
import sys

TYPES_FIRST = """
import datetime, ibis
from shopkeeper.engines.postgres import PostgresEngine
engine = PostgresEngine("postgresql://ann@host/shop")
engine.column("order_date", "date")
orders = ibis.table({"order_date": "date"}, name="orders")
print(engine.compile(orders.filter(orders.order_date < datetime.date(2025, 1, 1))))
"""


def test_types_that_are_named_first_change_no_query():
    done = subprocess.run(
        [sys.executable, "-c", TYPES_FIRST], capture_output=True, text=True, check=True
    )
    assert "MAKE_DATE(2025, 1, 1)" in done.stdout
