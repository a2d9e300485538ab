"""Where honest models stand on two real shops, from which the leak detector's limits were taken.

Source: counted here, on Online Retail II and the whole CDNOW cohort at 30, 90 and 180 days, with
gradient boosting on counts and spend over five windows.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from shop_orders import cdnow_orders, online_retail_ii_orders
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from shopkeeper.evaluation.classification import roc_auc
from shopkeeper.evaluation.leakage import LabelledRows, labelled_rows, leak_report
from shopkeeper.evaluation.suspicious_features import feature_power

pytestmark = pytest.mark.slow
RECENCY = "days_since_last_order"
WINDOWS = (30, 90, 180, 365, 730)


def features_at(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    known = orders[orders["order_date"] < as_of]
    grouped, day = known.groupby("customer_id"), pd.Timedelta(days=1)
    features = pd.DataFrame(
        {
            "order_count": grouped.size(),
            "order_amount": grouped["amount"].sum(),
            "tenure_days": (as_of - grouped["order_date"].min()) // day,
            RECENCY: (as_of - grouped["order_date"].max()) // day,
        }
    )
    for days in WINDOWS:
        late = known[known["order_date"] >= as_of - timedelta(days=days)].groupby("customer_id")
        features[f"order_count_{days}"] = late.size().reindex(features.index).fillna(0)
        features[f"order_amount_{days}"] = late["amount"].sum().reindex(features.index).fillna(0)
    gap = (features["tenure_days"] - features[RECENCY]) / (features["order_count"] - 1)
    features["average_gap_days"] = gap.replace([np.inf, -np.inf], np.nan)
    features["gap_ratio"] = features[RECENCY] / features["average_gap_days"].replace(0, np.nan)
    return features


def rows_at(orders: pd.DataFrame, cutoff: pd.Timestamp, days: int) -> LabelledRows:
    features = features_at(orders, cutoff)
    until = cutoff + timedelta(days=days)
    after = orders.loc[orders["order_date"].between(cutoff, until, inclusive="left")]
    bought = features.index.isin(after["customer_id"])
    return labelled_rows(features, ~bought, cutoff=cutoff, horizon_days=days)


@pytest.fixture(scope="module", params=["online_retail_ii", "cdnow"])
def orders(request, real_data) -> pd.DataFrame:
    if request.param == "cdnow":
        return cdnow_orders(real_data("cdnow/CDNOW_master.txt.gz"))
    return online_retail_ii_orders(real_data("online_retail_ii/online_retail_II.csv.gz"))


@pytest.mark.parametrize("days", [30, 90, 180])
def test_honest_models_stay_below_the_limits_and_raise_no_alarm(orders, days):
    end = orders["order_date"].max().normalize() + timedelta(days=1)
    train = rows_at(orders, end - timedelta(days=2 * days), days)
    test = rows_at(orders, end - timedelta(days=days), days)
    model = HistGradientBoostingClassifier(random_state=0, max_depth=4, max_iter=60)
    # Its threads wait for each other where test workers share the cores.
    with threadpool_limits(1):
        score = model.fit(train.features, train.label).predict_proba(test.features)[:, 1]
    found, recency = roc_auc(test.label, score), roc_auc(test.label, test.features[RECENCY])
    assert 0.79 <= found <= 0.86
    assert 0 < (found - recency) / (1 - recency) <= 0.2
    powers = [feature_power(train, test, name) for name in test.features]
    assert max(power.train - power.test for power in powers) <= 0.09
    report = leak_report(train, test, score, recency=RECENCY)
    assert report.is_clean, report.sentences
