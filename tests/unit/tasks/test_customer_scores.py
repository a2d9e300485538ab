"""Customer scores: all models side by side; what one may not say is missing, never made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pytest
from order_book import to_arrow

from shopkeeper.contracts.validation import validate
from shopkeeper.reports.report import rows_of
from shopkeeper.tasks.churn.scores import CONTRACT as CHURN_SCORES
from shopkeeper.tasks.customer_scores import CONTRACT, build
from shopkeeper.tasks.customer_segmentation.scores import CONTRACT as CUSTOMER_SEGMENTS
from shopkeeper.tasks.lifetime_value.values import CONTRACT as LIFETIME_VALUES
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS

AS_OF, EARLIER = date(2025, 7, 1), date(2025, 6, 1)
# What every row of a table says in these tests, unless a row says otherwise.
USUAL: dict[str, Any] = {
    "as_of": AS_OF,
    "previous_as_of": EARLIER,
    "days_since_last_order": 10,
    "order_count": 2,
    "order_amount": Decimal(50),
    "recency_score": 5,
    "frequency_score": 3,
    "monetary_score": 3,
    "rfm_score": "533",
    "segment": "Loyal customers",
    "horizon_days": 90,
    "churn_probability": 0.25,
    "risk_band": "moderate",
    "reason_1": "no order for 143 days",
    "is_in_population": True,
    "cluster_id": "1",
    "is_outlier": False,
    "distance": 1.0,
    "expected_amount": Decimal(100),
    "typical_amount": Decimal(80),
    "lower_amount": Decimal(0),
    "upper_amount": Decimal(300),
    "discounted_amount": Decimal(95),
    "expected_purchases": 2.0,
    "purchase_probability": 0.9,
    "alive_probability": 0.9,
    "next_order_date": date(2025, 8, 1),
    "model": "model 1",
    "candidate": "blend",
    "training_id": "t",
}


def table(contract: Any, *rows: dict[str, Any]) -> ibis.Table:
    return ibis.memtable(to_arrow(contract, [USUAL | row for row in rows]))


CUSTOMERS = table(RFM_SEGMENTS, {"customer_id": "ann"}, {"customer_id": "bob"})


def scored(**tables: ibis.Table) -> dict[str, dict[str, Any]]:
    built = build(CUSTOMERS, **tables, as_of=AS_OF, value_horizon_days=365)
    built = built.select(*CONTRACT.column_names)
    assert not validate(built, CONTRACT, {}, lambda query: query.to_pyarrow()).broken
    return {row["customer_id"]: row for row in rows_of(built)}


def test_without_models_only_the_segment_by_rules_is_there():
    found = scored()["ann"]
    given = {name for name, value in found.items() if value is not None}
    assert given == {"customer_id", "as_of", "rfm_segment"}


def test_each_model_says_its_own_and_is_named():
    found = scored(
        customer_segments=table(
            CUSTOMER_SEGMENTS, {"customer_id": "ann", "segment": "Big", "model": "groups 2"}
        ),
        churn_scores=table(CHURN_SCORES, {"customer_id": "ann", "model": "churn 3"}),
        lifetime_values=table(
            LIFETIME_VALUES, {"customer_id": "ann", "horizon_days": 365, "model": "value 4"}
        ),
    )["ann"]
    assert (found["segment"], found["segment_model"]) == ("Big", "groups 2")
    assert (found["churn_probability"], found["churn_model"]) == (0.25, "churn 3")
    assert (found["churn_horizon_days"], found["value_horizon_days"]) == (90, 365)
    assert (found["expected_amount"], found["value_model"]) == (Decimal(100), "value 4")
    assert found["rfm_segment"] == "Loyal customers"
    assert found["next_order_date"] == date(2025, 8, 1)


def test_whom_a_model_was_not_made_for_is_marked_without_a_number():
    outside = {"is_in_population": False, "churn_probability": None, "risk_band": None}
    rows = table(CHURN_SCORES, {"customer_id": "ann", **outside, "reason_1": None})
    # Bob is not in the table at all.
    for customer in scored(churn_scores=rows).values():
        assert customer["is_in_churn_population"] is False
        assert customer["churn_probability"] is None


def test_scores_of_another_date_are_not_taken():
    stale = {"customer_id": "ann", "as_of": EARLIER}
    found = scored(
        churn_scores=table(CHURN_SCORES, stale),
        customer_segments=table(CUSTOMER_SEGMENTS, stale),
        lifetime_values=table(LIFETIME_VALUES, stale | {"horizon_days": 365}),
    )["ann"]
    for name in ("segment", "churn_probability", "expected_amount"):
        assert found[name] is None, name


def test_only_the_horizon_asked_for_is_taken():
    rows = [{"customer_id": "ann", "horizon_days": days} for days in (90, 180)]
    found = scored(lifetime_values=table(LIFETIME_VALUES, *rows))
    assert {row["expected_amount"] for row in found.values()} == {None}
    assert found["ann"]["is_in_value_population"] is False


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"is_in_churn_population": False}, "only_whom_it_was_made_for"),
        ({"churn_probability": 1.5}, "probability_in_range"),
        ({"churn_model": None}, "no_number_without_its_model"),
    ],
)
def test_a_row_that_claims_too_much_breaks_the_contract(changed, broken):
    own = {"customer_id": "ann", "rfm_segment": "Champions", "is_in_churn_population": True}
    rows = table(CONTRACT, own | {"churn_model": "churn 3", "value_model": "value 4"} | changed)
    rows = rows.mutate(segment_model=ibis.literal("groups 1"))
    found = validate(rows, CONTRACT, {}, lambda query: query.to_pyarrow()).broken
    assert [result.check.name for result in found] == [broken]
