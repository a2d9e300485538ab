"""Sections of behaviour: the finding as title, every number in a table, the unknown left empty."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import pytest
from event_log import Log, event_rows
from unit.html.shop_answers import real_shop

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.html.answers import BehaviourAnswers
from shopkeeper.html.page import render_report
from shopkeeper.marts.repeat_purchase import build as build_repeats
from shopkeeper.reports.funnel import funnel
from shopkeeper.reports.lifecycle import lifecycle
from shopkeeper.reports.repeat_purchase import repeat_purchase
from shopkeeper.reports.retention import retention

AS_OF = date(2025, 4, 10)
NAMES = ("lifecycle", "retention", "repeat-purchase", "funnel")
EVIL = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    """The report of four people who came in three months; two of them bought."""
    visits = {
        "ann": ("2025-01-05", "2025-02-05", "2025-03-05"),
        "bob": ("2025-01-06", "2025-03-06"),
        "cid": ("2025-02-07",),
        "dan": ("2025-03-08",),
    }
    steps = {"ann": ("view", "cart", "purchase"), "bob": ("view", "cart"), "cid": ("view",)}
    rows = event_rows(
        *(
            {
                "person_id": person,
                "event_name": name,
                "event_at": f"{day} 10:0{place}",
                "channel": EVIL if person == "ann" else None,
            }
            for person, days in visits.items()
            for day in days
            for place, name in enumerate(steps.get(person, ("view",)))
        )
    )
    # Of each visit the first event is an order too.
    log = Log(DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1), rows)
    orders = Log(log.engine, [row for row in rows if row["event_name"] == "view"])
    repeats = orders.tables["customer_orders"]
    number = repeats.mutate(order_number=_number(repeats))
    return render_report(
        dataclasses.replace(
            real_shop(),
            behaviour=BehaviourAnswers(
                funnel=log.ask(funnel, as_of=AS_OF, split="channel"),
                retention=orders.ask(retention, as_of=AS_OF),
                lifecycle=orders.ask(lifecycle, as_of=AS_OF),
                repeat_purchase=repeat_purchase(build_repeats(number, as_of=AS_OF), as_of=AS_OF),
            ),
        )
    )


def _number(orders):
    import ibis

    in_order = ibis.window(group_by="customer_id", order_by="ordered_at")
    return ibis.row_number().over(in_order) + 1


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group(0)))


def test_all_sections_are_there_and_no_other_shop_has_them(page):
    for name in NAMES:
        assert section(page, name)
        assert f'id="{name}"' not in render_report(real_shop())


def test_the_funnel_says_who_was_lost(page):
    text = section(page, "funnel")
    assert "25.0 % of 4 people came from view to purchase" in text
    assert "the hardest step is" in text
    assert "2 lost (50.0 %)" in text
    assert "1 lost (50.0 %)" in text


def test_text_of_the_shop_stays_text(page):
    assert EVIL not in page


def test_a_month_that_is_not_over_is_no_cell(page):
    text = section(page, "retention")
    assert "January 2025, month 2" in text
    assert "January 2025, month 3" not in text
    assert "March 2025, month 1" not in text


def test_the_lifecycle_shows_whole_months_only(page):
    text = section(page, "lifecycle")
    assert "In March 2025, 2 customers came new or came back, and 1 of the month before" in text
    assert "April" not in text


def test_the_curve_says_how_many_order_again(page):
    assert "order a second time within" in section(page, "repeat-purchase")
