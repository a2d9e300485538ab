"""Reconciliation: every step gives back the one before, in rows and in money."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from order_book import Row, Shop, batches, build, lines, to_arrow

from shopkeeper.contracts.validation import validate
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.warehouse.gold.reconciliation import CONTRACT

ROWS = (
    {"order": "1", "quantity": 4},
    {"order": "1", "line_type": "shipping", "product": "POST", "price": 4},
    {"order": "2", "customer": None, "price": 7},
    {"order": "9", "at": "2025-03-20 10:00", "quantity": -1},
    {"order": "3", "reason": "implausible_date", "price": 3},
    {"order": "4", "reason": "unreadable_quantity", "quantity": None},
)


def steps(shop: Shop) -> dict[tuple[str, str], Row]:
    return {(row["step"], row["item"]): row for row in shop["reconciliation"]}


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], Row]:
    return steps(build(*ROWS))


def test_files_say_how_many_rows_must_be_raw(found):
    row = found["files", "total"]
    assert (row["row_count"], row["expected_count"], row["amount"]) == (6, 6, None)


def test_raw_rows_must_be_what_was_kept_and_what_was_not(found):
    row = found["raw", "total"]
    assert (row["row_count"], row["expected_count"]) == (6, 6)


def test_raw_money_must_be_what_was_kept_and_what_was_not(found):
    row = found["raw", "total"]
    assert row["amount"] == row["expected_amount"] == 44


def test_quarantine_is_shown_by_reason(found):
    shown = {i: (r["row_count"], r["amount"]) for (s, i), r in found.items() if s == "quarantined"}
    assert shown == {"implausible_date": (1, 3), "unreadable_quantity": (1, 0)}


def test_rows_whose_amount_cannot_be_read_are_counted(found):
    shown = {key: row["unreadable_count"] for key, row in found.items() if row["unreadable_count"]}
    assert shown == {("raw", "total"): 1, ("quarantined", "unreadable_quantity"): 1}


def test_what_was_kept_is_shown_by_line_type(found):
    shown = {i: (r["row_count"], r["amount"]) for (s, i), r in found.items() if s == "kept"}
    assert shown == {"merchandise": (3, 37), "shipping": (1, 4)}


@pytest.mark.parametrize("step", ["orders", "daily_sales"])
def test_orders_and_days_must_give_back_what_was_kept(found, step):
    row = found[step, "total"]
    assert row["amount"] == row["expected_amount"] == 41


def test_customers_and_guests_must_give_back_net_sales(found):
    net = found["net_sales", "total"]
    parts = (found["customers", "named"]["amount"], found["customers", "guests"]["amount"])
    assert (net["amount"], net["expected_amount"], parts) == (37, 37, (30, 7))


def test_net_sales_end_before_as_of():
    shop = Shop(lines(*ROWS), as_of=lines(ROWS[3])[0]["order_date"])
    assert steps(shop)["net_sales", "total"]["amount"] == 47


def test_steps_stand_in_the_order_of_the_flow(found):
    numbers = {row["step_number"]: row["step"] for row in found.values()}
    assert [numbers[place] for place in sorted(numbers)] == [
        "files",
        "raw",
        "quarantined",
        "kept",
        "orders",
        "daily_sales",
        "net_sales",
        "customers",
    ]


def test_without_quarantine_there_is_no_row_of_it():
    assert "quarantined" not in {step for step, _ in steps(build({}))}


def broken(row: Row, folder: Path) -> set[str]:
    """Gives the names of the ties that one row of the reconciliation breaks."""
    engine = DuckDBEngine(folder, threads=1)
    table = engine.register("reconciliation", to_arrow(CONTRACT, [row]))
    return {result.check.name for result in validate(table, CONTRACT, {}, engine.collect).broken}


@pytest.mark.parametrize(
    ("step", "column", "difference", "expected"),
    [
        ("raw", "amount", 0, set()),
        ("raw", "amount", Decimal("-0.0001"), {"ties_in_money"}),
        ("raw", "row_count", 1, {"ties_in_rows"}),
        ("orders", "amount", 1, {"ties_in_money"}),
        ("orders", "row_count", 1, set()),
        ("files", "row_count", -1, {"ties_in_rows"}),
        ("net_sales", "amount", 1, {"ties_in_money"}),
    ],
)
def test_what_is_lost_or_added_breaks_the_tie(found, tmp_path, step, column, difference, expected):
    row = found[step, "total"]
    assert broken({**row, column: row[column] + difference}, tmp_path) == expected


def files_step(**changes: object) -> Row:
    """Gives the step of files where a second row stands in the list of files."""
    rows = lines(*ROWS)
    (file,) = batches(rows)
    return steps(Shop(rows, files=[file, {**file, **changes}]))["files", "total"]


def test_a_file_of_which_no_row_was_read_does_not_tie():
    row = files_step(file="lost.csv", batch_id="lost", row_count=2)
    assert (row["row_count"], row["expected_count"]) == (8, 6)


def test_a_file_that_was_replaced_is_not_counted():
    assert files_step(batch_id="old", row_count=5, is_current=False)["row_count"] == 6


def test_the_same_content_under_two_names_is_counted_once():
    assert files_step(file="copy.csv")["row_count"] == 6
