"""Monitoring on all engines: a portrait is the same, whatever counts it."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from engine_cases import ENGINES, engines

from shopkeeper import Workspace
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.monitoring.counting import counts, portrait_of_counts
from shopkeeper.monitoring.portraits import Bins, bins_of, portrait_of

pytestmark = pytest.mark.slow

# The mart has 65; it was tried with as many, and Spark takes a minute to compile them.
WIDTH = 8

CUSTOMERS = Contract(
    name="watched_customers",
    layer=Layer.MART,
    meaning="One row per customer, with every kind of column.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Place"),
        Column("order_count", "int64", "A number"),
        Column("purchase_amount", "decimal(18, 4)", "Money", nullable=True),
        Column("gap_days", "float64", "Sometimes missing", nullable=True),
        Column("is_new", "boolean", "A truth"),
        Column("country", "string", "A text", nullable=True),
    ),
)


def customers(seed: int) -> pd.DataFrame:
    """Customers as frames hold them; edges are met exactly, texts and numbers are missing."""
    random = np.random.default_rng(seed)
    size = 900
    return pd.DataFrame(
        {
            "customer_id": [f"C{n}" for n in range(size)],
            "order_count": random.poisson(2, size),
            "purchase_amount": np.where(
                random.random(size) < 0.1, np.nan, random.lognormal(3, 1, size).round(4)
            ),
            "gap_days": np.where(random.random(size) < 0.2, np.nan, random.integers(1, 60, size)),
            "is_new": random.random(size) < 0.3,
            "country": random.choice(np.array(["DE", "Ürdingen", "d'Or", None], object), size),
        }
    )


@pytest.mark.parametrize("engine", engines())
def test_an_engine_counts_what_frames_count(engine, request, tmp_path):
    frame = customers(1)
    names = [column.name for column in CUSTOMERS.columns if column.name != "customer_id"]
    bins = bins_of(customers(2), names)
    # Wider than it is: the list of what is counted must not be too long for any engine.
    bins |= {f"column {n}": Bins(tuple(float(e) for e in range(9))) for n in range(WIDTH)}
    table = pa.Table.from_pandas(frame, preserve_index=False)
    place = table.schema.get_field_index("purchase_amount")
    money = pa.array(
        [None if pd.isna(amount) else f"{amount:.4f}" for amount in frame["purchase_amount"]]
    ).cast(pa.decimal128(18, 4))
    table = table.set_column(place, "purchase_amount", money)
    workspace = Workspace(tmp_path, overrides=ENGINES[engine].overrides(request))
    store, embedded = workspace.building, workspace.embedded
    with store.hold():
        handle = embedded.register("watched_customers", table)
        written = store.write(CUSTOMERS, "x", Rows(handle, engine=embedded))
        rows = store.open(Publication(CUSTOMERS, "x", written.parts).version)
        wide = rows.mutate(
            **{name: rows.order_count for name in bins if name.startswith("column ")}
        )
        found = store.engine.collect(counts(wide, bins)).to_pylist()[0]
    workspace.close()
    counted = portrait_of_counts(found, bins, pd.Timestamp("2024-06-01").date())
    framed = portrait_of(
        frame.assign(**{n: frame["order_count"] for n in bins if n.startswith("column ")}),
        bins,
        counted.day,
    )
    for name, spread in framed.spreads.items():
        other = counted.spreads[name]
        assert (other.counts, other.missing) == (spread.counts, spread.missing), name
        assert other.mean == pytest.approx(spread.mean)
        assert other.deviation == pytest.approx(spread.deviation)
