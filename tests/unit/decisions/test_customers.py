"""What decisions know of customers: worth if they stay, less refunds, and chance of leaving."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest
from decision_customers import purchases

from shopkeeper.decisions.customers import decision_customers, joined_amounts, past_amounts
from shopkeeper.engines.dialects import DIALECTS, to_sql

MONEY = "decimal(18, 4)"
VALUES = {
    "customer_id": "string", "horizon_days": "int64", "expected_amount": MONEY,
    "purchase_probability": "float64",
}  # fmt: skip
SEGMENTS = {
    "customer_id": "string", "segment": "string", "previous_segment": "string",
    "days_since_last_order": "int64", "order_count": "int64", "order_amount": MONEY,
}  # fmt: skip
HISTORY = {
    "customer_id": "string", "frequency": "int64", "recency_days": "int64",
    "first_amount": MONEY, "repeat_amount": MONEY,
}  # fmt: skip
CHURN = {
    "customer_id": "string", "churn_probability": "float64", "is_in_population": "boolean",
    "reason_1": "string", "reason_2": "string", "reason_3": "string",
}  # fmt: skip


def _table(schema: dict, rows: list[tuple]) -> ibis.Table:
    return ibis.memtable(pd.DataFrame(rows, columns=list(schema))).cast(schema)


def _tables() -> tuple[ibis.Table, ...]:
    return (
        _table(
            VALUES,
            [("A", 90, "20", 0.25), ("B", 90, "3", 0.001), ("C", 90, "0", 0.0),
             ("A", 365, "90", 0.9)],
        ),
        _table(
            SEGMENTS,
            [("A", "At risk", "Champions", 40, 4, "100"), ("B", "Hibernating", None, 300, 1, "50"),
             ("C", "Hibernating", None, 300, 1, "-5")],
        ),
        _table(HISTORY, [("A", 3, 90, "50", "150"), ("B", 0, 0, "50", "0"), ("C", 0, 0, "0", "0")]),
    )  # fmt: skip


def _rows(churn: ibis.Table | None = None) -> dict[str, dict]:
    made = decision_customers(*_tables(), churn, horizon_days=90)
    return {row["customer_id"]: row for row in made.to_pyarrow().to_pylist()}


def test_worth_is_what_they_spend_if_they_buy_less_what_they_take_back():
    rows = _rows()
    # 20 ÷ 0.25, and half of the 200 bought was taken back
    assert rows["A"]["kept_amount"] == pytest.approx(40)
    # A chance below 1 % is taken as 1 %.
    assert rows["B"]["kept_amount"] == pytest.approx(300)
    assert rows["C"]["kept_amount"] == 0
    assert len(rows) == 3


def test_without_a_churn_model_leaving_is_not_buying():
    rows = _rows()
    assert rows["A"]["leave_probability"] == pytest.approx(0.75)
    assert rows["A"]["usual_gap_days"] == 30
    assert rows["B"]["usual_gap_days"] is None
    assert rows["A"]["reason_1"] is None


def test_the_churn_model_is_believed_where_it_speaks():
    churn = _table(
        CHURN,
        [("A", 0.4, True, "silent for long", None, None), ("B", 0.9, False, None, None, None)],
    )
    rows = _rows(churn)
    assert rows["A"]["leave_probability"] == pytest.approx(0.4)
    assert rows["A"]["reason_1"] == "silent for long"
    assert rows["B"]["leave_probability"] is None
    assert rows["C"]["leave_probability"] is None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_compiles_for_every_engine(dialect):
    names = ("lifetime_values", "rfm_segments", "purchase_history", "churn_scores")
    schemas = (VALUES, SEGMENTS, HISTORY, CHURN)
    tables = [ibis.table(schema, name=name) for name, schema in zip(names, schemas, strict=True)]
    made = decision_customers(*tables, horizon_days=90)
    assert "churn_scores" in to_sql(made, dialect)
    assert "greatest" in to_sql(made, dialect).lower()


def test_amounts_are_of_the_days_asked_for():
    bought = purchases(
        [("A", -1, 5.0), ("A", 0, 7.0), ("A", 89, 2.0), ("A", 90, 9.0), ("B", 3, 1.0)]
    )
    first = ibis.date("2024-07-01")
    found = past_amounts(bought, first_date=first, end_date=ibis.date("2024-09-29"))
    joined = joined_amounts(pd.Series(["B", "X", "A"]), found.to_pyarrow().to_pandas())
    assert joined["amount"].tolist() == [1.0, 0.0, 9.0]
    assert joined["purchase_count"].tolist() == [1, 0, 2]
