"""The open files of a shop being written, one Arrow table at a time."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from shopkeeper.sources.simulation.customer_truth import CUSTOMER_SCHEMA
from shopkeeper.sources.simulation.event_file import EVENT_SCHEMA
from shopkeeper.sources.simulation.experiment_file import EXPERIMENT_SCHEMA
from shopkeeper.sources.simulation.order_file import ORDER_SCHEMA
from shopkeeper.sources.simulation.product_truth import product_table
from shopkeeper.sources.simulation.staging import (
    CUSTOMER_TRUTH,
    EVENTS,
    EXPERIMENTS,
    ORDERS,
    PRODUCT_TRUTH,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shopkeeper.sources.simulation.plan import ShopPlan


@dataclass(frozen=True, kw_only=True)
class ShopFiles:
    """Open writers; what the plan does not want has none.

    Attributes:
        orders: Writer of `orders.csv`.
        events: Writer of `events.csv`.
        experiments: Writer of `experiments.csv`.
        customers: Writer of `truth/customers.parquet`.
    """

    orders: csv.CSVWriter
    events: csv.CSVWriter | None
    experiments: csv.CSVWriter | None
    customers: pq.ParquetWriter


@contextmanager
def open_files(directory: Path, plan: ShopPlan) -> Iterator[ShopFiles]:
    """Opens the files in an existing folder, and writes the one that does not grow."""
    pq.write_table(product_table(plan), directory / PRODUCT_TRUTH)
    with ExitStack() as opened:

        def csv_file(name: str, schema: pa.Schema) -> csv.CSVWriter:
            return opened.enter_context(csv.CSVWriter(directory / name, schema))

        yield ShopFiles(
            orders=csv_file(ORDERS, ORDER_SCHEMA),
            events=csv_file(EVENTS, EVENT_SCHEMA) if plan.options.events else None,
            experiments=csv_file(EXPERIMENTS, EXPERIMENT_SCHEMA) if plan.experiments else None,
            customers=opened.enter_context(
                pq.ParquetWriter(directory / CUSTOMER_TRUTH, CUSTOMER_SCHEMA)
            ),
        )
