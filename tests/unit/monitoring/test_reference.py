"""References and counting: what is kept reads back the same, and engines count as frames do."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.monitoring.counting import counts, portrait_of_counts
from shopkeeper.monitoring.portraits import bins_of, portrait_of
from shopkeeper.monitoring.reference import Reference, reference_of

DAY = date(2024, 6, 1)


def rows(count: int, seed: int) -> pd.DataFrame:
    """Customers with every kind of column, some of them missing."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": [f"C{n}" for n in range(count)],
            "days_since_last_purchase": random.integers(1, 200, count),
            "order_count": random.poisson(2, count) + 1,
            "amount": random.lognormal(3, 1, count).round(2),
            "gap": np.where(random.random(count) < 0.3, np.nan, random.gamma(2, 10, count)),
            "is_discounted": random.random(count) < 0.4,
            "country": np.where(
                random.random(count) < 0.1, None, random.choice(list("ABC"), count)
            ),
            "always": 0.0,
        }
    )


def test_an_engine_counts_what_a_frame_says(tmp_path):
    then, now = rows(2_000, 1), rows(1_500, 2)
    now.loc[:9, "country"] = "new"
    names = [name for name in then if name != "customer_id"]
    bins = bins_of(then, names)
    engine = DuckDBEngine(tmp_path)
    table = engine.register("customers", pa.Table.from_pandas(now.astype({"gap": "float64"})))
    table = table.mutate(
        gap=table.gap.isnan().ifelse(None, table.gap), amount=table.amount.cast("decimal(18, 4)")
    )
    row = engine.collect(counts(table, bins)).to_pylist()[0]
    engine.close()
    counted, framed = portrait_of_counts(row, bins, DAY), portrait_of(now, bins, DAY)
    assert counted.row_count == framed.row_count == 1_500
    for name in names:
        ours, theirs = counted.spreads[name], framed.spreads[name]
        assert (ours.counts, ours.missing) == (theirs.counts, theirs.missing), name
        if theirs.mean is not None:
            assert ours.mean == pytest.approx(theirs.mean)
            assert ours.deviation == pytest.approx(theirs.deviation, abs=1e-12)


def test_a_reference_reads_back_and_names_no_customer():
    frames = {DAY + timedelta(days=30 * n): rows(800, n) for n in range(3)}
    frames[DAY - timedelta(days=30)] = rows(5, 9)
    made = reference_of(frames, lambda frame: frame["amount"] / 1_000, 28)
    content = made.to_bytes()
    assert Reference.from_bytes(content) == made
    assert b"C17" not in content
    assert "days_since_first_purchase" not in made.bins
    json.loads(content)


def test_features_are_of_recent_customers_and_scores_of_all_that_have_one():
    frame = rows(800, 3)
    made = reference_of({DAY: frame}, lambda f: f["gap"] / 100, 28)
    assert made.features[0].row_count == (frame["days_since_last_purchase"] <= 28).sum()
    assert made.scores[0].row_count == frame["gap"].notna().sum()
