"""What models say of the customers: groups add up, refusals are named, the best come first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import ibis
from order_book import to_arrow

from shopkeeper.reports.scores import Scores, score_of, scores
from shopkeeper.tasks.customer_scores import CONTRACT

AS_OF = date(2025, 7, 1)
FLAGS = ("is_in_churn_population", "is_in_value_population")


def _row(
    customer: str, probability: float | None, amount: int | None, **own: Any
) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "as_of": AS_OF,
        "rfm_segment": "Champions" if customer < "c" else "Hibernating",
        "is_in_churn_population": probability is not None,
        "churn_horizon_days": 90,
        "churn_probability": probability,
        "risk_band": None if probability is None else "high" if probability > 0.5 else "low",
        "reason_1": "no order for 143 days",
        "reason_3": "one order only",
        "churn_model": "churn 3",
        "is_in_value_population": amount is not None,
        "value_horizon_days": 365,
        "expected_amount": None if amount is None else Decimal(amount),
        "value_model": None if amount is None else "value 4",
        **own,
    }


ROWS = (
    _row("ann", 0.8, 40),
    _row("bob", 0.6, 10),
    _row("cid", 0.1, 100),
    _row("dan", None, None),
)


def _table(*rows: dict[str, Any]) -> ibis.Table:
    return ibis.memtable(to_arrow(CONTRACT, rows))


def _answer(*rows: dict[str, Any], **questions: Any) -> Scores:
    asked = {"refusals": {}, **questions}
    return scores(_table(*(rows or ROWS)), as_of=AS_OF, **asked)


def test_risk_bands_hold_whoever_has_a_probability():
    high, low = _answer().risk_bands
    assert (high.name, high.customer_count, high.expected_amount) == ("high", 2, Decimal(50))
    assert high.average_churn_probability == 0.7
    assert (low.name, low.customer_count, low.customer_share) == ("low", 1, 1 / 3)


def test_models_say_how_many_they_score_and_whom_they_were_not_made_for():
    churn, value = _answer().models
    assert (churn.model, churn.customer_count, churn.outside_count) == ("churn 3", 3, 1)
    assert (value.model, value.horizon_days, value.customer_count) == ("value 4", 365, 3)


def test_the_most_valuable_come_first_and_those_without_value_last():
    assert [c.customer_id for c in _answer().customers] == ["cid", "ann", "bob", "dan"]
    assert len(_answer(limit=2).customers) == 2


def test_segments_by_rules_stand_in_where_no_model_gives_them():
    assert {group.name for group in _answer().segments} == {"Champions", "Hibernating"}
    own = [row | {"segment": "Big", "segment_model": "groups 1"} for row in ROWS]
    assert {group.name for group in _answer(*own).segments} == {"Big"}


def test_what_was_refused_is_named_with_its_reason():
    refusals = {"churn": "nobody comes back", "rfm": "no names", "lifetime_value_90_days": "few"}
    found = {(one.question, one.reason) for one in _answer(refusals=refusals).refused}
    assert found == {("churn", "nobody comes back"), ("value", "few")}


def test_reasons_of_a_customer_are_those_that_are_there():
    found = score_of(_table(*ROWS), "ann")
    assert found is not None
    assert found.reasons == ("no order for 143 days", "one order only")
    assert score_of(_table(*ROWS), "zoe") is None
