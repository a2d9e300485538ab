"""What customers are worth: the answer adds up the table, and says what has no values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
import pytest

from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.lifetime_value import LifetimeValues, lifetime_value, without_values
from shopkeeper.reports.report import as_plain
from shopkeeper.tasks.lifetime_value.findings import Findings
from shopkeeper.tasks.lifetime_value.values import CONTRACT

AS_OF = date(2024, 3, 1)
EXPECTED = (100, 40, 20, 20, 10, 5, 3, 2)


def _findings(horizon_days: int, *reasons: str) -> Findings:
    return Findings(
        horizon_days,
        is_published=not reasons,
        model="" if reasons else f"lifetime_value_{horizon_days}_days 1",
        candidate="" if reasons else "blend",
        reasons=reasons,
        caveats=(),
    )


def _row(place: int, amount: int, horizon_days: int) -> dict[str, object]:
    return {
        "customer_id": f"C{place}",
        "horizon_days": horizon_days,
        "as_of": AS_OF,
        "expected_amount": Decimal(amount),
        "typical_amount": Decimal(amount) / 2,
        "lower_amount": Decimal(0),
        "upper_amount": Decimal(amount) * 3,
        "discounted_amount": Decimal(amount) * Decimal("0.9"),
        "expected_purchases": 1.0,
        "purchase_probability": 0.5 if place else 0.9,
        "alive_probability": 1.0,
        "next_order_date": None if place else date(2024, 3, 15),
        "model": "lifetime_value_90_days 1",
        "candidate": "blend",
        "training_id": "r",
    }


def _table() -> ibis.Table:
    rows = [_row(place, amount, 90) for place, amount in enumerate(EXPECTED)]
    rows.append(_row(0, 999, 365))
    columns = {name: [row[name] for row in rows] for name in CONTRACT.column_names}
    return ibis.memtable(columns, schema=ibis.schema(CONTRACT.types()))


@pytest.fixture
def answer() -> LifetimeValues:
    found = (_findings(90), _findings(180), _findings(365, "too little history"))
    return lifetime_value(_table(), as_of=AS_OF, value_findings=found)


def test_totals_are_those_of_the_horizon_alone(answer: LifetimeValues) -> None:
    found = answer.horizons[0]
    assert found.customer_count == 8
    assert found.expected_amount == 200
    assert found.discounted_amount == 180
    assert found.average_expected_amount == 25
    # Half of 10 and of 20 stand in the middle.
    assert found.median_typical_amount == Decimal("7.50")
    assert found.expected_buyer_count == pytest.approx(7 * 0.5 + 0.9)


def test_groups_hold_everyone_once_and_the_best_first(answer: LifetimeValues) -> None:
    groups = answer.horizons[0].groups
    assert sum(group.customer_count for group in groups) == 8
    assert sum(group.expected_amount for group in groups) == 200
    assert sum(group.expected_share for group in groups) == pytest.approx(1)
    amounts = [group.expected_amount for group in groups]
    assert amounts == sorted(amounts, reverse=True)
    assert groups[0].expected_share == 0.5
    assert [group.average_purchase_probability for group in groups] == [0.9, *[0.5] * 7]


def test_customers_come_by_value_and_equal_ones_by_name(answer: LifetimeValues) -> None:
    best = answer.horizons[0].customers
    assert [row.customer_id for row in best][:4] == ["C0", "C1", "C2", "C3"]
    assert best[0].next_order_date == date(2024, 3, 15)
    assert best[1].next_order_date is None
    assert best[0].upper_amount == 300


def test_a_horizon_that_nobody_was_scored_for_is_empty_not_missing(answer: LifetimeValues) -> None:
    waiting = answer.horizons[1]
    assert (waiting.horizon_days, waiting.customer_count, waiting.expected_amount) == (180, 0, 0)
    assert waiting.groups == ()
    assert waiting.customers == ()


def test_what_is_refused_keeps_its_reasons(answer: LifetimeValues) -> None:
    assert [found.horizon_days for found in answer.refused] == [365]
    assert answer.refused[0].reasons == ("too little history",)


def test_without_a_table_findings_are_told_all_the_same() -> None:
    answer = without_values(as_of=AS_OF, value_findings=(_findings(90), _findings(365, "no")))
    assert [horizon.customer_count for horizon in answer.horizons] == [0]
    assert answer.refused[0].reasons == ("no",)
    assert as_plain(answer)["horizons"][0]["expected_amount"] == "0"


def test_before_the_first_training_it_says_what_to_do() -> None:
    with pytest.raises(NotPublishedError, match="No lifetime value model was trained yet"):
        lifetime_value(_table(), as_of=AS_OF, value_findings=())
    with pytest.raises(NotPublishedError):
        without_values(as_of=AS_OF, value_findings=())
