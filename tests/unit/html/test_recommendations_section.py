"""What they want next in the report: examples, both tables of the contest, and the refusal."""

from __future__ import annotations

import dataclasses
from datetime import date

from unit.html.reading import Document
from unit.html.shop_answers import real_shop

from shopkeeper.html.page import render_report
from shopkeeper.reports.recommendations import (
    OPENED,
    CustomerList,
    OftenRecommended,
    Recommendations,
    Recommended,
)
from shopkeeper.tasks.recommendation.findings import Contestant, Findings, Lead, PastFold
from shopkeeper.tasks.recommendation.names import AGAIN, BLEND, NEW_ONLY

HOSTILE = '<script>alert("tea")</script>'
VALUES = {"recall_10": 0.18, "ndcg_10": 0.384, "hit_rate_10": 0.86, "coverage_10": None}
FOUND = Findings(
    30,
    is_published=True,
    model="recommendation 3",
    caveats=("Guests are left out.",),
    contest=tuple(
        Contestant(name, name == AGAIN, {"everyone": VALUES, NEW_ONLY: VALUES})
        for name in (BLEND, AGAIN)
    ),
    leads=(Lead(AGAIN, "everyone", 0.0246, 0.0177, 0.031),),
    past=(PastFold("2025-05-01", 300, 0.4),),
)
ROW = Recommended(1, "tea", HOSTILE, "again", 0.125, f"goes with {HOSTILE} that they bought")
ANSWER = Recommendations(
    date(2025, 6, 1),
    FOUND,
    1_234,
    77,
    0.6,
    (CustomerList("ann", (ROW,)),),
    (OftenRecommended("tea", HOSTILE, 900, 800, *OPENED),),
    *OPENED,
)


def page(found: Recommendations | None) -> str:
    return render_report(dataclasses.replace(real_shop(), recommendations=found))


def test_lists_are_shown_with_their_proof_and_hostile_names_as_text():
    html = page(ANSWER)
    text = Document(html).with_id("recommendations").text
    for shown in ("1,234", "77", "0.384", "+0.025 (+0.018 to +0.031)", "ann"):
        assert shown in text, shown
    assert "Guests are left out." in text
    assert HOSTILE not in html


def test_a_refusal_says_why():
    refused = Findings(30, reasons=("Only 12 customers came back.",))
    html = page(Recommendations(date(2025, 6, 1), refused, 0, 0, 0.0, (), (), *OPENED))
    text = Document(html).with_id("recommendations").text
    assert "Only 12 customers came back." in text


def test_without_training_there_is_no_section():
    assert 'id="recommendations"' not in page(None)


def test_findings_survive_as_plain_values():
    assert Findings.from_plain(FOUND.to_plain()) == FOUND
