"""Exports of shop systems: lines of an order add up to its total, whatever the export splits."""

from decimal import Decimal
from pathlib import Path

import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import initialise

# Made by us after the published lists of columns. Shopify: two lines with a voucher and a tax; a
# refund of more than the goods; cancelled before payment; without an address. WooCommerce: a
# discount of thirds and a tax; one of two cups back and a goodwill; cancelled; a guest.
EXPORTS = Path(__file__).parent / "exports"

pytestmark = pytest.mark.slow


def export(name):
    return (EXPORTS / f"{name}.csv").read_text(encoding="utf-8")


def built(folder, text):
    """Builds the tables of an export as `shopkeeper run` would."""
    file = folder / "orders_export.csv"
    file.write_text(text, encoding="utf-8")
    made = initialise(folder / "shop", file)
    workspace = Workspace(folder / "shop", overrides=['shop.time_zone="Europe/Berlin"'])
    ingest(workspace)
    assert not build(workspace).errors
    return made.kind, workspace


@pytest.fixture(scope="module")
def shopify(tmp_path_factory):
    kind, workspace = built(tmp_path_factory.mktemp("shop"), export("shopify"))
    assert kind == "shopify"
    return workspace


@pytest.fixture(scope="module")
def woocommerce(tmp_path_factory):
    kind, workspace = built(tmp_path_factory.mktemp("shop"), export("woocommerce"))
    assert kind == "woocommerce"
    return workspace


def orders(workspace):
    """Gives order → its amounts as text: gross, discount, refund, shipping, other, total."""
    names = ("gross", "discount", "refund", "shipping", "other", "total")
    frame = workspace.frame("orders", exact=True)
    return {
        row["order_id"]: [str(row[f"{name}_amount"].quantize(Decimal("0.01"))) for name in names]
        for row in frame.to_dict("records")
    }


def test_the_lines_of_a_shopify_order_add_up_to_what_the_export_says(shopify):
    assert orders(shopify) == {
        "#1": ["30.00", "3.00", "0.00", "5.00", "2.00", "34.00"],
        "#2": ["20.00", "0.00", "20.00", "5.00", "-5.00", "0.00"],
        "#3": ["10.00", "1.00", "9.00", "0.00", "0.00", "0.00"],
        "#4": ["10.00", "0.00", "0.00", "0.00", "0.00", "10.00"],
    }


def test_facts_of_the_first_row_hold_for_the_whole_shopify_order(shopify):
    lines = shopify.frame("order_items")
    first = lines[lines.order_id == "#1"]
    assert set(first.customer_id) == {"ann@x.org"}
    assert set(first.payment_method) == {"card"}
    assert set(first.country) == {"DE"}
    # Half past eleven at night in New York is the next morning in Berlin.
    assert {str(day)[:10] for day in first.order_date} == {"2024-03-02"}


def test_a_cancelled_order_is_no_sale_and_its_refund_has_its_own_day(shopify):
    found = shopify.frame("orders").set_index("order_id")
    assert found.is_sale.to_dict() == {"#1": True, "#2": True, "#3": False, "#4": True}
    refund = shopify.frame("refunds").set_index("order_id")
    assert str(refund.loc["#3", "refund_date"])[:10] == "2024-05-02"
    assert refund.loc["#2", "returned_order_id"] == "#2"


def test_a_shopify_order_without_an_address_is_a_guests_and_names_its_store(shopify):
    found = shopify.frame("orders").set_index("order_id")
    assert found.is_guest.to_dict() == {"#1": False, "#2": False, "#3": False, "#4": True}
    assert list(shopify.frame("stores").store_id) == ["Mitte"]


def test_the_lines_of_a_woocommerce_order_add_up_to_what_the_export_says(woocommerce):
    assert orders(woocommerce) == {
        "11": ["30.00", "3.00", "0.00", "5.00", "2.00", "34.00"],
        "12": ["20.00", "0.00", "10.00", "5.00", "-2.00", "13.00"],
        "13": ["9.00", "0.00", "9.00", "5.00", "-5.00", "0.00"],
        "14": ["10.00", "0.00", "0.00", "0.00", "0.00", "10.00"],
    }


def test_a_woocommerce_guest_is_known_by_address(woocommerce):
    found = woocommerce.frame("orders").set_index("order_id")
    assert found.customer_id.to_dict() == {"11": "7", "12": "8", "13": "7", "14": "cid@x.org"}


@pytest.mark.parametrize("shop", ["shopify", "woocommerce"])
def test_rows_of_the_file_and_lines_tie(shop, request):
    quality = request.getfixturevalue(shop).quality()
    assert quality.is_reconciled
    assert {row.step: row.row_count for row in quality.reconciliation}["files"] == 5


def test_a_cell_that_is_no_number_goes_to_quarantine_with_its_reason(tmp_path):
    text = export("shopify").replace("1,Cup,10.00,C1,,,", "1,Cup,ten,C1,,,")
    _, workspace = built(tmp_path, text)
    (row,) = workspace.frame("quarantine").to_dict("records")
    assert (row["reason"], row["part"]) == ("unreadable_amount", "item")
    assert workspace.quality().is_reconciled
