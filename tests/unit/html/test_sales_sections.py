"""Sections of sales: where, how paid, what goes with discounts, who buys what; or the refusal."""

from __future__ import annotations

import dataclasses
import re

import ibis
import pytest
from order_book import build
from sales_questions import ask
from unit.html.shop_answers import real_shop

from shopkeeper.html.answers import SalesAnswers
from shopkeeper.html.page import render_report
from shopkeeper.reports.basket import basket
from shopkeeper.reports.best_customers import best_customers
from shopkeeper.reports.category_segments import LEAST_CUSTOMERS, category_segments
from shopkeeper.reports.change import change
from shopkeeper.reports.discounts import discount_impact
from shopkeeper.reports.payments import payment_methods
from shopkeeper.reports.products import product_report
from shopkeeper.reports.returns import returns
from shopkeeper.reports.seasonality import seasonality
from shopkeeper.reports.stores import store_performance
from shopkeeper.reports.whales import whales

EVIL = '<script>alert("x")</script>'
REPORTS = {
    "seasonality": seasonality,
    "change": change,
    "best_customers": best_customers,
    "whales": whales,
    "products": product_report,
    "basket": basket,
    "returns": returns,
    "stores": store_performance,
    "payments": payment_methods,
    "category_segments": category_segments,
    "discounts": discount_impact,
}
LACKING = ("stores", "payments", "discounts", "category_segments")


def rendered(sales: SalesAnswers) -> str:
    return render_report(dataclasses.replace(real_shop(), sales=sales))


@pytest.fixture(scope="module")
def sales() -> SalesAnswers:
    """Twenty who drink tea from the web and thirty who drink coffee from a channel named evil."""
    tea = [
        {"order": f"t{n}", "customer": f"t{n}", "category": "Tea", "channel": "web"}
        for n in range(LEAST_CUSTOMERS)
    ]
    coffee = [
        {
            "order": f"c{n}",
            "customer": f"c{n}",
            "category": "Coffee",
            "channel": EVIL,
            "payment_method": "card",
            "discount": 2,
            "promotion": "SPRING",
        }
        for n in range(30)
    ]
    shop = build(*tea, *coffee)
    lines, products = (ibis.memtable(shop.arrow(name)) for name in ("order_items", "products"))
    scored = [
        {"customer_id": row["order"], "segment": name, "order_count": orders}
        for name, orders, rows in (("Champions", 2, tea), ("At risk", 1, coffee))
        for row in rows
    ]
    leaning = category_segments(lines, products, ibis.memtable(scored), as_of=shop.as_of)
    found = {name: ask(shop, report) for name, report in REPORTS.items()}
    return SalesAnswers(**{**found, "category_segments": leaning})


@pytest.fixture(scope="module")
def page(sales) -> str:
    return rendered(sales)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group(0)).replace("\xa0", " "))


def test_the_largest_channel_is_named_with_its_share(page):
    text = section(page, "stores")
    # Thirty orders of 8 against twenty of 10: 240 of 440.
    assert "sells most: 54.5 % of sales" in text
    assert "£240.00" in text
    assert "£200.00" in text


def test_payments_say_how_much_names_no_method(page):
    text = section(page, "payments")
    assert "54.5 % of sales are paid by card" in text
    assert "not named" in text


def test_discounts_are_told_by_depth_and_as_no_effect(page):
    text = section(page, "discounts")
    assert "54.5 % of sales carry a discount" in text
    assert "over 10% to 20%" in text
    assert "A description, not an effect" in text
    assert re.search(r"SPRING 30 30 £300.00 £60.00", text)


def test_a_segment_leans_towards_its_category(page):
    text = section(page, "category-segments")
    # Champions spend all on tea, which is 200 of 440: 2.2 times as much as everyone.
    assert "Champions lean most towards Tea: 2.20 × its usual part." in text
    assert re.search(r"Coffee At risk 30 £240.00 100.0 % 1.83", text)


def test_a_quarter_that_the_data_do_not_cover_is_marked(page):
    assert "2025-Q1 (not whole)" in section(page, "seasons")


def test_names_of_a_shop_stay_text(page):
    assert EVIL not in page


def test_what_the_data_lack_is_no_section_but_a_reason(sales):
    shop = build({})
    lacking = {name: ask(shop, REPORTS[name]) for name in LACKING}
    page = rendered(dataclasses.replace(sales, **lacking))
    for name in ("stores", "payments", "discounts", "category-segments"):
        assert f'id="{name}"' not in page
    reasons = section(page, "limits")
    assert "There is no discount in these data, and none is made up." in reasons
    assert "No order names how it was paid." in reasons
    assert "No order names a store or a channel" in reasons
