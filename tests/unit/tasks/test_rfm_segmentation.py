"""RFM segmentation: both dates are scored on the scale of the later one."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from shopkeeper.errors import UsageError
from shopkeeper.models.rfm_scores import RfmScores
from shopkeeper.tasks.rfm_segmentation import CONTRACT, SEGMENT_NAMES, score

AS_OF, PREVIOUS = date(2025, 7, 1), date(2025, 4, 1)


def mart(*rows: tuple[str, int, int, float], as_of: date = AS_OF) -> pd.DataFrame:
    """Gives the mart `rfm` from rows (customer, days, orders, amount)."""
    names = ["customer_id", "days_since_last_order", "order_count", "order_amount"]
    return pd.DataFrame(list(rows), columns=names).assign(as_of=as_of)


NOW = mart(
    ("eve", 400, 1, 10),
    ("ann", 1, 9, 900),
    ("bob", 20, 4, 400),
    ("cid", 90, 3, 300),
    ("dan", 200, 2, 200),
)
EARLIER = mart(("bob", 1, 9, 900), ("ann", 300, 1, 5), as_of=PREVIOUS)


def scored(
    now: pd.DataFrame = NOW, earlier: pd.DataFrame = EARLIER, model: RfmScores | None = None
) -> pd.DataFrame:
    """Gives the scores, by customer."""
    found = score(now, earlier, previous_as_of=PREVIOUS, model=model or RfmScores())
    return found.set_index("customer_id", drop=False)


def test_the_columns_are_those_of_the_contract():
    assert tuple(scored().columns) == CONTRACT.column_names


def test_every_customer_has_one_row_in_order():
    assert scored()["customer_id"].tolist() == ["ann", "bob", "cid", "dan", "eve"]


def test_each_customer_keeps_their_own_measures_and_scores():
    found = scored()
    assert found[["order_count", "rfm_score"]].to_dict("index") == {
        "ann": {"order_count": 9, "rfm_score": "555"},
        "bob": {"order_count": 4, "rfm_score": "444"},
        "cid": {"order_count": 3, "rfm_score": "333"},
        "dan": {"order_count": 2, "rfm_score": "222"},
        "eve": {"order_count": 1, "rfm_score": "111"},
    }


def test_every_segment_is_a_named_one():
    assert set(scored()["segment"]) <= set(SEGMENT_NAMES)


def test_the_earlier_segment_is_scored_with_todays_cut_points():
    found = scored()["previous_segment"]
    assert (found["ann"], found["bob"]) == ("Hibernating", "Champions")


def test_who_was_no_customer_earlier_has_no_earlier_segment():
    assert scored().loc["cid", "previous_segment"] is None


def test_a_customer_who_did_not_change_has_the_same_segment_at_both_dates():
    found = scored(earlier=NOW.assign(as_of=PREVIOUS))
    assert (found["segment"] == found["previous_segment"]).all()


def test_both_dates_stand_on_each_row():
    found = scored()
    assert (set(found["as_of"]), set(found["previous_as_of"])) == ({AS_OF}, {PREVIOUS})


def test_where_nobody_was_a_customer_earlier_no_segment_is_earlier():
    assert scored(earlier=EARLIER.iloc[:0])["previous_segment"].tolist() == [None] * 5


def test_the_order_of_rows_changes_nothing():
    turned = scored(NOW.iloc[[3, 1, 4, 0, 2]], EARLIER.iloc[::-1])
    assert turned.equals(scored())


def test_the_index_of_the_marts_does_not_matter():
    found = scored(NOW.set_index(pd.Index([7, 7, 3, 1, 0])), EARLIER.set_index(pd.Index([9, 9])))
    assert found.equals(scored())


def test_the_model_is_fitted_on_the_customers_of_today():
    model = RfmScores()
    scored(model=model)
    assert model.thresholds_["order_count"] == (1, 2, 3, 4)


def test_the_marts_are_not_changed():
    now, earlier = NOW.copy(), EARLIER.copy()
    scored(now, earlier)
    assert now.equals(NOW)
    assert earlier.equals(EARLIER)


def test_a_shop_without_customers_cannot_be_segmented():
    with pytest.raises(UsageError, match="at least one customer"):
        scored(NOW.iloc[:0])
