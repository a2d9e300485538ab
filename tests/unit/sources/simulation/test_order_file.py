"""The order file, read by the standard library alone, against the totals of the truth."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from shopkeeper.sources.simulation import SimulationOptions, simulate
from shopkeeper.sources.simulation.totals import RowTotal

if TYPE_CHECKING:
    from pathlib import Path

    from shopkeeper.sources.simulation import SimulationTruth

Row = dict[str, str]


def is_whole(text: str) -> bool:
    return text.lstrip("-").isdecimal()


def is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return False
    return True


def flaw(row: Row) -> str:
    if not row["order_id"]:
        return "missing_order_id"
    if not is_time(row["ordered_at"]):
        return "unreadable_date"
    return "" if is_whole(row["quantity"]) else "unreadable_quantity"


def amount(row: Row) -> Decimal:
    return int(row["quantity"]) * Decimal(row["unit_price"]) - Decimal(row["discount"])


def total(rows: list[Row]) -> RowTotal:
    return RowTotal(rows=len(rows), amount=sum(map(amount, rows), Decimal("0.00")))


@pytest.fixture(scope="module")
def written(shop_directory: Path) -> list[Row]:
    with (shop_directory / "orders.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def kept(written: list[Row]) -> list[Row]:
    """The rows without a flaw, the first copy of each."""
    sound = {tuple(row.values()): row for row in written if not flaw(row)}
    return list(sound.values())


@pytest.fixture(scope="module")
def sales(kept: list[Row]) -> list[Row]:
    return [row for row in kept if row["order_id"].startswith("O")]


@pytest.fixture(scope="module")
def refunds(kept: list[Row]) -> list[Row]:
    return [row for row in kept if row["order_id"].startswith("R")]


def test_columns_are_as_promised(written: list[Row]) -> None:
    assert ",".join(written[0]) == (
        "order_id,line_number,ordered_at,customer_id,email,country,channel,product_id,"
        "product_name,category,quantity,unit_price,discount,promotion,payment_method,refund_of"
    )


def test_rows_kept_are_counted_to_the_cent(truth: SimulationTruth, kept: list[Row]) -> None:
    assert truth.orders.kept == total(kept)


def test_kept_and_set_aside_make_the_file(truth: SimulationTruth) -> None:
    orders = truth.orders
    aside = (
        orders.unreadable_quantity
        + orders.unreadable_date
        + orders.missing_order_id
        + orders.repeated_by_overlap
    )
    assert aside + orders.kept == orders.written
    assert orders.sales + orders.refunds == orders.kept
    assert orders.merchandise + orders.gift_cards + orders.shipping == orders.kept


def test_readable_money_of_the_file_is_known(truth: SimulationTruth, written: list[Row]) -> None:
    readable = [row for row in written if is_whole(row["quantity"])]
    assert len(written) == truth.orders.written.rows
    assert total(readable).amount == truth.orders.readable_amount


@pytest.mark.parametrize("kind", ["missing_order_id", "unreadable_date", "unreadable_quantity"])
def test_damaged_rows_are_counted_by_kind(
    truth: SimulationTruth, written: list[Row], kind: str
) -> None:
    damaged = [row for row in written if flaw(row) == kind]
    assert len(damaged) > 0
    assert getattr(truth.orders, kind).rows == len(damaged)


@pytest.mark.parametrize("kind", ["missing_order_id", "unreadable_date"])
def test_money_of_damaged_rows_is_known(
    truth: SimulationTruth, written: list[Row], kind: str
) -> None:
    assert getattr(truth.orders, kind) == total([r for r in written if flaw(r) == kind])


def test_overlap_repeats_all_rows_of_its_days_and_no_others(
    truth: SimulationTruth, written: list[Row]
) -> None:
    copies = Counter(tuple(row.values()) for row in written)
    first, after = str(truth.overlap_starts_on), str(truth.overlap_ends_before)
    twice = []
    for row in written:
        on_overlap_day = is_time(row["ordered_at"]) and first <= row["ordered_at"] < after
        assert copies[tuple(row.values())] == (2 if on_overlap_day else 1)
        if on_overlap_day:
            twice.append(row)
    assert truth.orders.repeated_by_overlap + truth.orders.repeated_by_overlap == total(twice)
    assert twice


def test_kinds_of_lines_are_counted_to_the_cent(truth: SimulationTruth, kept: list[Row]) -> None:
    orders = truth.orders
    by_kind = defaultdict(list)
    for row in kept:
        by_kind[row["product_id"]].append(row)
    assert orders.shipping == total(by_kind.pop("SHIPPING"))
    assert orders.gift_cards == total(by_kind.pop("GIFT-CARD"))
    assert orders.merchandise == total([row for rows in by_kind.values() for row in rows])


def test_refunds_and_guests_are_counted_to_the_cent(
    truth: SimulationTruth, kept: list[Row], refunds: list[Row]
) -> None:
    assert truth.orders.refunds == total(refunds) != RowTotal()
    assert truth.orders.guests == total([row for row in kept if not row["customer_id"]])


def test_orders_and_customers_are_counted(
    truth: SimulationTruth, kept: list[Row], sales: list[Row], refunds: list[Row]
) -> None:
    orders = truth.orders
    guests = {row["order_id"] for row in sales if not row["customer_id"]}
    assert orders.sale_order_count == len({row["order_id"] for row in sales})
    assert orders.refund_order_count == len({row["order_id"] for row in refunds})
    assert orders.guest_order_count == len(guests) > 0
    assert orders.customer_id_count == len({row["customer_id"] for row in kept} - {""})
    assert orders.discount_amount == sum(Decimal(row["discount"]) for row in kept)


def test_one_mail_box_is_one_person(truth: SimulationTruth, kept: list[Row]) -> None:
    mail_boxes = {row["email"].lower().replace("+shop@", "@") for row in kept}
    assert truth.orders.person_count == len(mail_boxes) == 1_300


def test_products_listed_twice_in_an_order_are_counted(
    truth: SimulationTruth, sales: list[Row]
) -> None:
    listed = Counter((row["order_id"], row["product_id"]) for row in sales)
    assert truth.orders.twice_listed_rows == len(sales) - len(listed) > 0


def test_lines_of_an_order_are_numbered_from_one(written: list[Row]) -> None:
    numbers = defaultdict(set)
    for row in written:
        numbers[row["order_id"]].add(int(row["line_number"]))
    hidden = sum(not row["order_id"] for row in written)
    del numbers[""]
    assert all(min(given) == 1 for given in numbers.values())
    assert sum(max(given) - len(given) for given in numbers.values()) <= hidden


def test_a_sale_has_one_time_customer_and_channel(kept: list[Row]) -> None:
    same = ("ordered_at", "customer_id", "email", "country", "channel", "payment_method")
    seen: dict[str, tuple[str, ...]] = {}
    for row in kept:
        described = tuple(row[name] for name in same)
        assert seen.setdefault(row["order_id"], described) == described


def test_refunds_point_to_earlier_sales_of_the_same_customer(
    sales: list[Row], refunds: list[Row]
) -> None:
    sale = {row["order_id"]: row for row in sales}
    for row in refunds:
        original = sale[row["refund_of"]]
        assert row["customer_id"] == original["customer_id"]
        assert day(row) - day(original) >= timedelta(days=2)


def day(row: Row) -> datetime:
    return datetime.fromisoformat(row["ordered_at"])


def lines_by_product(rows: list[Row], order: str) -> dict[tuple[str, str], list[Row]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row[order], row["product_id"]].append(row)
    return grouped


def test_refunds_never_exceed_the_sale(sales: list[Row], refunds: list[Row]) -> None:
    sold = lines_by_product(sales, "order_id")
    for sale, returned in lines_by_product(refunds, "refund_of").items():
        back = -sum(int(row["quantity"]) for row in returned)
        assert 0 < back <= sum(int(row["quantity"]) for row in sold[sale])
        assert 0 > total(returned).amount >= -total(sold[sale]).amount


def test_a_line_refunded_in_full_comes_to_nothing(sales: list[Row], refunds: list[Row]) -> None:
    sold = lines_by_product(sales, "order_id")
    in_full = 0
    for sale, returned in lines_by_product(refunds, "refund_of").items():
        if -sum(int(r["quantity"]) for r in returned) == sum(
            int(r["quantity"]) for r in sold[sale]
        ):
            assert total(returned).amount + total(sold[sale]).amount == 0
            in_full += any(Decimal(row["discount"]) for row in returned)
    assert in_full > 0


def test_signs_tell_sales_from_refunds(sales: list[Row], refunds: list[Row]) -> None:
    assert all(int(row["quantity"]) > 0 and Decimal(row["discount"]) >= 0 for row in sales)
    assert all(int(row["quantity"]) < 0 and Decimal(row["discount"]) <= 0 for row in refunds)
    assert all(Decimal(row["unit_price"]) > 0 for row in sales + refunds)
    assert not any(row["refund_of"] for row in sales)


def test_hostile_names_are_sold(sales: list[Row]) -> None:
    names = {row["product_name"] for row in sales}
    assert "<script>alert(1)</script> Mug" in names
    assert '=HYPERLINK("http://example.com/?leak","x") Card' in names
    assert max(map(len, names)) > 250


def test_damage_hides_no_order_and_no_refunded_line(tmp_path: Path) -> None:
    simulate(tmp_path, SimulationOptions(customer_count=200, dirty_row_share=0.9))
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    refunded = {row["refund_of"] for row in rows} - {""}
    damaged = [row for row in rows if flaw(row)]
    assert len(damaged) > 200
    assert not {row["order_id"] for row in damaged} & refunded
    assert all(int(row["line_number"]) > 1 for row in damaged)
    assert refunded <= {row["order_id"] for row in rows if not flaw(row)}
