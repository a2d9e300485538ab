"""What holds for any order book: totals tie, order and scale change nothing, nobody sees ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from order_book import MIDDLE, Row, Shop, lines, order_books

from shopkeeper import catalog
from shopkeeper.contracts.validation import validate
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.warehouse.silver.repeated_extracts import SAME_ROW

ANY_BOOK = settings(max_examples=50, deadline=None, database=None, derandomize=True)
A_FEW_BOOKS = settings(ANY_BOOK, max_examples=15)
TABLES = (
    "repeated_extracts",
    "order_items",
    "quarantine",
    "customers",
    "products",
    "orders",
    "refunds",
    "customer_orders",
    "customer_360",
    "daily_sales",
    "reconciliation",
    "purchase_history",
    "rfm",
    "customer_rhythms",
    "product_performance",
    "product_pairs",
)
MARTS = (
    "purchase_history",
    "rfm",
    "customer_360",
    "customer_rhythms",
    "product_performance",
    "product_pairs",
)
# Attributes of person and product, documented as the latest on record whatever the date.
LATEST = {"country", "email", "product_name", "category"}


def total(rows: Iterable[Row], name: str) -> Decimal:
    return sum((row[name] for row in rows if row[name] is not None), Decimal(0))


@ANY_BOOK
@given(order_books())
def test_rows_kept_and_in_quarantine_are_the_raw_rows(rows):
    shop = Shop(rows)
    assert len(shop["order_items"]) + len(shop["quarantine"]) == len(rows)


@ANY_BOOK
@given(order_books())
def test_money_kept_and_in_quarantine_is_the_raw_money(rows):
    shop = Shop(rows)
    kept, refused = total(shop["order_items"], "net_amount"), total(shop["quarantine"], "amount")
    assert kept + refused == total(rows, "amount")


@pytest.mark.parametrize("table", ["orders", "daily_sales"])
@ANY_BOOK
@given(rows=order_books())
def test_orders_and_days_add_up_to_what_was_kept(table, rows):
    shop = Shop(rows)
    assert total(shop[table], "total_amount") == total(shop["order_items"], "net_amount")


@ANY_BOOK
@given(order_books())
def test_customers_and_guests_add_up_to_net_sales(rows):
    shop = Shop(rows, as_of=MIDDLE)
    goods = [
        row
        for row in shop["order_items"]
        if row["line_type"] in ("merchandise", "discount") and row["order_date"] < MIDDLE
    ]
    guests = [row for row in goods if row["customer_id"] is None]
    named = total(shop["customer_360"], "net_amount")
    assert named + total(guests, "net_amount") == total(goods, "net_amount")


@pytest.mark.parametrize(
    "table", ["order_items", "orders", "customer_orders", "customer_360", "daily_sales"]
)
@A_FEW_BOOKS
@given(rows=order_books())
def test_net_is_gross_less_discount_less_refund(table, rows):
    for row in Shop(rows)[table]:
        parts = row["gross_amount"] - row["discount_amount"] - row["refund_amount"]
        assert row["net_amount"] == parts


@ANY_BOOK
@given(order_books())
def test_every_tie_of_the_reconciliation_holds(rows):
    for row in Shop(rows, as_of=MIDDLE)["reconciliation"]:
        assert row["expected_amount"] in (None, row["amount"])
        assert row["expected_count"] in (None, row["row_count"])


@A_FEW_BOOKS
@given(rows=order_books())
def test_every_table_holds_to_its_contract(book_engine, rows):
    shop = Shop(rows, as_of=MIDDLE)
    tables = {name: book_engine.register(name, shop.arrow(name)) for name in TABLES}
    for name, table in tables.items():
        found = validate(table, catalog.contract(name), tables, book_engine.collect)
        assert [(name, result.check.name) for result in found.broken] == []


@pytest.fixture(scope="module")
def book_engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1)


# A power of two: floating-point ratios then scale to the last bit.
FACTOR = 4


def scaled(rows: Iterable[Row], factor: int) -> list[Row]:
    """Gives rows with all money times a factor."""
    return [
        {name: v * factor if v and _is_money(name) else v for name, v in row.items()}
        for row in rows
    ]


def _is_money(column: str) -> bool:
    return column == "amount" or column.endswith("_amount")


@A_FEW_BOOKS
@given(order_books())
def test_scaling_all_prices_scales_all_money_and_nothing_else(rows):
    shop, dearer = Shop(rows, as_of=MIDDLE), Shop(scaled(rows, FACTOR), as_of=MIDDLE)
    for name in TABLES:
        assert (name, dearer[name]) == (name, scaled(shop[name], FACTOR))


def without(columns: set[str], rows: Iterable[Row]) -> list[Row]:
    return [{n: value for n, value in row.items() if n not in columns} for row in rows]


def _in_any_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=repr)


@ANY_BOOK
@given(order_books(), st.randoms(use_true_random=False))
def test_the_order_of_rows_in_files_changes_no_table(rows, random):
    shuffled = without({"row_number"}, random.sample(rows, len(rows)))
    shop, turned = Shop(rows, as_of=MIDDLE), Shop(lines(*shuffled), as_of=MIDDLE)
    for name in TABLES:
        # Quarantine names the place of each row in its file, which is all that may change.
        one, other = (without({"row_number"}, shop[name]) for shop in (shop, turned))
        assert (name, _in_any_order(one)) == (name, _in_any_order(other))


def before(rows: Iterable[Row], as_of: date) -> list[Row]:
    return [row for row in rows if row["order_date"] is None or row["order_date"] < as_of]


@ANY_BOOK
@given(order_books(most_days_of_an_order=1))
def test_later_orders_change_no_mart(rows):
    _assert_same_marts(rows)


@ANY_BOOK
@given(order_books(most_days_of_an_order=3))
def test_later_lines_of_earlier_orders_change_no_mart(rows):
    _assert_same_marts(rows)


def _assert_same_marts(rows: list[Row]) -> None:
    shop, earlier = Shop(rows, as_of=MIDDLE), Shop(before(rows, MIDDLE), as_of=MIDDLE)
    for mart in MARTS:
        one, other = (without(LATEST, shop[mart]) for shop in (shop, earlier))
        assert (mart, one) == (mart, other)


# The oracle: the same tables, said once more row by row in plain Python.


def kept(rows: Iterable[Row]) -> list[Row]:
    """Gives the rows without a reason, each as often as the file with most copies has it."""
    files: dict[tuple, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["reason"] is None:
            files[tuple(row[name] for name in SAME_ROW)][row["batch_id"]].append(row)
    found = [row for copies in files.values() for row in max(copies.values(), key=len)]
    return [row | {"line_type": "stock_adjustment"} if _is_write_off(row) else row for row in found]


def _is_write_off(row: Row) -> bool:
    return (
        row["quantity"] < 0
        and not row["is_cancellation"]
        and row["customer_id"] is None
        and row["unit_price_amount"] == 0
    )


def is_goods(row: Row) -> bool:
    return row["line_type"] in ("merchandise", "discount")


def takes_back(row: Row) -> bool:
    return row["quantity"] < 0 and row["line_type"] != "discount"


def sells(row: Row) -> bool:
    return row["line_type"] == "merchandise" and not takes_back(row)


def rfm_by_hand(rows: Iterable[Row], as_of: date) -> dict[str, tuple]:
    """Gives customer → days since the last order, order count, amount, first and last day."""
    by_customer = defaultdict(list)
    for row in kept(rows):
        if is_goods(row) and row["customer_id"] and row["order_date"] < as_of:
            by_customer[row["customer_id"]].append(row)
    found = {}
    for customer, bought in by_customer.items():
        sales = [row for row in bought if sells(row) and not row["is_cancellation"]]
        if not sales:
            continue
        first, last = (end(row["order_date"] for row in sales) for end in (min, max))
        orders = {(row["source"], row["order_id"]) for row in sales}
        amount = total(bought, "amount")
        found[customer] = ((as_of - last).days, len(orders), amount, first, last)
    return found


@ANY_BOOK
@given(order_books())
def test_rfm_is_what_counting_by_hand_gives(rows):
    names = ("days_since_last_order", "order_count", "order_amount")
    names += ("first_order_date", "last_order_date")
    found = Shop(rows, as_of=MIDDLE)["rfm"]
    by_customer = {row["customer_id"]: tuple(row[name] for name in names) for row in found}
    assert by_customer == rfm_by_hand(rows, MIDDLE)


def returned_order(row: Row, rows: list[Row]) -> tuple[str, str] | None:
    """Gives source and number of the order that a returned line takes back from."""
    sales = [
        sale
        for sale in rows
        if is_goods(sale)
        and not takes_back(sale)
        and not sale["is_cancellation"]
        and sale["source"] == row["source"]
    ]
    if row["refund_of"] is not None:
        times = [sale["ordered_at"] for sale in sales if sale["order_id"] == row["refund_of"]]
        is_known = bool(times) and min(times) <= row["ordered_at"]
        return (row["source"], row["refund_of"]) if is_known else None
    if row["customer_id"] is None:
        return None
    bought = [
        (sale["ordered_at"], sale["order_id"])
        for sale in sales
        if sale["customer_id"] == row["customer_id"]
        and sale["product_id"] == row["product_id"]
        and sale["ordered_at"] <= row["ordered_at"]
    ]
    return (row["source"], max(bought)[1]) if bought else None


def customer_orders_by_hand(rows: Iterable[Row]) -> list[Row]:
    """Gives the sales of named customers in sequence, with what was taken back of each."""
    items = kept(rows)
    orders: dict[tuple[str, str], list[Row]] = defaultdict(list)
    refunds: dict[Any, Decimal] = defaultdict(Decimal)
    for row in items:
        orders[row["source"], row["order_id"]].append(row)
        if takes_back(row) and row["line_type"] == "merchandise":
            refunds[returned_order(row, items)] -= row["amount"]
    sequences = defaultdict(list)
    for key, order in orders.items():
        is_sale = any(map(sells, order)) and not any(row["is_cancellation"] for row in order)
        customer = order[0]["customer_id"]
        if is_sale and customer:
            sequences[customer].append((min(r["ordered_at"] for r in order), key))
    found = []
    for customer, sequence in sorted(sequences.items()):
        previous = None
        for place, (ordered_at, key) in enumerate(sorted(sequence)):
            day = min(row["order_date"] for row in orders[key])
            measures = _measures_by_hand(orders[key], refunds[key])
            days = (day - previous).days if previous else None
            head = {"customer_id": customer, "order_number": place + 1, "order_id": key[1]}
            times = {"ordered_at": ordered_at, "days_since_previous_order": days}
            found.append(head | times | measures)
            previous = day
    return found


def _measures_by_hand(order: list[Row], refund: Decimal) -> Row:
    sold = [row for row in order if is_goods(row) and not takes_back(row)]
    merchandise = [row for row in sold if row["line_type"] == "merchandise"]
    gross = total(merchandise, "amount") + total(merchandise, "discount_amount")
    own_lines = [row for row in sold if row["line_type"] == "discount"]
    discount = total(merchandise, "discount_amount") - total(own_lines, "amount")
    return {
        "gross_amount": gross,
        "discount_amount": discount,
        "refund_amount": refund,
        "net_amount": gross - discount - refund,
        "quantity": total(merchandise, "quantity"),
        "product_count": len({row["product_id"] for row in merchandise}),
        "shipping_amount": total((r for r in order if r["line_type"] == "shipping"), "amount"),
    }


@ANY_BOOK
@given(order_books())
def test_customer_orders_are_what_counting_by_hand_gives(rows):
    by_hand = customer_orders_by_hand(rows)
    found = [
        {name: row[name] for name in by_hand[0]} for row in Shop(rows)["customer_orders"] if by_hand
    ]
    assert found == by_hand
