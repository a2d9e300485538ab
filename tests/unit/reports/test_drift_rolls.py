"""Drift rolls: the bucket that grew opens exactly the customers that monitoring counted in it."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from shopkeeper.monitoring.counting import counts, portrait_of_counts
from shopkeeper.monitoring.drift import Limits, drift
from shopkeeper.monitoring.findings import Findings, ModelDrift
from shopkeeper.monitoring.policy import Retraining
from shopkeeper.monitoring.portraits import bins_of, portrait_of
from shopkeeper.reports.drift_rolls import FEATURE_CUSTOMERS, feature_rows, moved_of
from shopkeeper.reports.drill import Selection, members

NAMES = ("days_since_last_purchase", "purchase_count", "amount", "is_new", "country", "gap")
WINDOW = 90


def customers(seed: int, *, moved: bool) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    count = 2_000
    found = pd.DataFrame(
        {
            "customer_id": [f"c{n}" for n in range(count)],
            "days_since_last_purchase": random.integers(0, 150, count),
            "purchase_count": random.integers(1, 4, count),
            "amount": random.lognormal(3, 1, count) * (3 if moved else 1),
            "is_new": random.random(count) < (0.7 if moved else 0.2),
            "country": random.choice(["DE", "FR"], count, p=[0.2, 0.8] if moved else [0.8, 0.2]),
            "gap": random.gamma(2, 15, count),
        }
    )
    found.loc[random.random(count) < (0.6 if moved else 0.1), "gap"] = None
    return found


@pytest.fixture(scope="module", params=["churn 1", "second_purchase 2"])
def seen(request):
    """Features of today as a table, and how they drifted from those that a model learned from."""
    before, now = customers(1, moved=False), customers(2, moved=True)
    table = ibis.memtable(pa.Table.from_pandas(now, preserve_index=False))
    asked = table.filter(table.days_since_last_purchase <= WINDOW)
    before = before[before["days_since_last_purchase"] <= WINDOW]
    if request.param.startswith("second"):
        asked = asked.filter(asked.purchase_count == 1)
        before = before[before["purchase_count"] == 1]
    bins = bins_of(before, NAMES)
    today = portrait_of_counts(counts(asked, bins).to_pyarrow().to_pylist()[0], bins, date.max)
    reference = portrait_of(before, bins, date(2024, 1, 1))
    features = drift(today, (reference,), bins, Limits())
    return table, ModelDrift(request.param, "2024-01-01", WINDOW, today.row_count, 0, (), features)


def test_each_bucket_that_grew_opens_as_many(seen):
    table, found = seen
    moved = {one.column: one for one in moved_of(found)}
    assert {"amount", "is_new", "country", "gap"} <= set(moved)
    assert moved["country"].bucket == "FR"
    assert moved["gap"].bucket == "not known"
    for one in moved.values():
        assert one.share > one.reference_share
        for selection in (one.customers, Selection.read(one.customers.address)):
            listed = members(feature_rows(table), FEATURE_CUSTOMERS, selection)
            assert listed.count == one.customer_count > 0, selection.address


def test_buckets_are_the_same_after_they_were_stored(seen):
    _, drifted = seen
    rest = ((), None, None, (drifted,), (), (), Retraining(False, ()))
    found = Findings("2024-04-01", "2024-04-01", "2024-04-01", *rest)
    (again,) = Findings.from_plain(found.to_plain()).drift
    assert again == drifted
    older = found.to_plain()
    for column in older["drift"][0]["features"]:
        column.pop("bucket")
    assert moved_of(Findings.from_plain(older).drift[0]) == ()
