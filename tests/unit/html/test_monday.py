"""The section on what to do on Monday: it says what the list says, and is silent without one."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from unit.html.reading import Document
from unit.html.shop_answers import real_shop

from shopkeeper.decisions.terms import Term
from shopkeeper.html.page import render_report
from shopkeeper.reports.call_list import EVERYONE, LeftOut, ListedCustomer, MondayList

HOSTILE = '<script>alert(1)</script>"&'


def _list(**changes) -> MondayList:
    amounts = [Decimal(text) for text in ("434.10", "6.00", "11.36", "1.20", "20.50")]
    customer = ListedCustomer(
        "17448", "treat", "call", "ask what keeps them away", "At risk", 0.754, *amounts,
        reasons=("no order for 143 days; used to order every 31", HOSTILE),
    )  # fmt: skip
    held = dataclasses.replace(customer, customer_id=HOSTILE, arm="holdout", reasons=())
    found = MondayList(
        as_of=real_shop().as_of,
        horizon_days=90,
        customer_count=5_853,
        list_count=100,
        treat_count=80,
        holdout_count=20,
        cost_amount=Decimal("480.00"),
        gain_amount=Decimal("5921.70"),
        gain_low_amount=Decimal("-821.76"),
        gain_high_amount=Decimal("12884.01"),
        expected_effect_amount=Decimal("180.10"),
        detectable_amount=Decimal("310.00"),
        terms=(
            Term("saved by call", 0.1, 0.04, 0.16, "assumed", is_measured=False),
            Term("spends if they stay", 4_936.85, None, None, "table", is_measured=True),
        ),
        left_out=(LeftOut("silent for too long", 1_591),),
        customers=(customer, held),
        notes=("This list is too short to prove itself.",),
        everyone=EVERYONE,
        listed=EVERYONE.where("reason", ""),
        treated=EVERYONE.where("arm", "treat"),
        held_out=EVERYONE.where("arm", "holdout"),
    )
    return dataclasses.replace(found, **changes)


def _page(found: MondayList | None) -> Document:
    shop = dataclasses.replace(real_shop(), monday=found)
    return Document(render_report(shop).replace("\N{NO-BREAK SPACE}", " "))


def test_it_says_what_the_list_brings_and_how_one_will_know():
    said = _page(_list()).with_id("monday").text
    for words in (
        "80 customers to contact, expected to bring £5,921.70 within 90 days after £480.00",
        "−£821.76 to £12,884.01",
        "20 customers of the list, drawn at random, are not contacted",
        "will probably see effects from £310.00 a customer on",
        "no order for 143 days; used to order every 31",
        "10.0 %",
        "£4,936.85",
        "1,591",
        "This list is too short to prove itself.",
    ):
        assert words in said, words


def test_those_held_out_are_marked_in_the_list():
    said = _page(_list()).with_id("monday").text
    assert "held out" in said


def test_the_shops_own_text_stays_text():
    page = render_report(dataclasses.replace(real_shop(), monday=_list()))
    assert "<script>alert(1)" not in page


def test_a_list_of_nobody_says_why():
    said = _page(_list(list_count=0, customers=())).with_id("monday").text
    assert "nobody whose contact is expected to pay" in said
    assert "silent for too long" in said


def test_without_a_list_there_is_no_section():
    page = render_report(dataclasses.replace(real_shop(), monday=None))
    assert 'id="monday"' not in page
