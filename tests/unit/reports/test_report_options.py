"""Options behind `show <report>`: read into questions, refused with what to write."""

from __future__ import annotations

from datetime import date

import pytest

from shopkeeper.errors import UnknownNameError, UsageError
from shopkeeper.marts.funnel import FunnelQuestion
from shopkeeper.marts.retention import RetentionQuestion
from shopkeeper.reports.report_options import OPTIONS, options_text, questions_of


def test_options_become_the_question():
    arguments = [
        "--steps",
        "view, purchase",
        "--window=30m",
        "--by",
        "channel",
        "--since=2025-01-02",
    ]
    asked = questions_of("funnel", arguments)
    question = FunnelQuestion(steps=("view", "purchase"), window_hours=0.5, since=date(2025, 1, 2))
    assert asked == {"split": "channel", "question": question}


@pytest.mark.parametrize(("text", "hours"), [("14d", 336.0), ("24h", 24.0), ("none", None)])
def test_windows_are_read_with_their_unit(text, hours):
    assert questions_of("funnel", ["--window", text])["question"].window_hours == hours


def test_brackets_are_read():
    asked = questions_of("retention", ["--kind", "bracket", "--brackets", "1-3,4,7-12"])
    brackets = ((1, 3), (4, 4), (7, 12))
    assert asked == {"question": RetentionQuestion(kind="bracket", brackets=brackets)}


def test_a_report_without_options_asks_nothing():
    assert questions_of("overview", []) == {}


@pytest.mark.parametrize(
    ("report", "arguments"),
    [
        ("funnel", ["--window", "long"]),
        ("funnel", ["--window", ""]),
        ("funnel", ["--since", "yesterday"]),
        ("funnel", ["--steps"]),
        ("funnel", ["view"]),
        ("retention", ["--brackets", "a-b"]),
        ("repeat_purchase", ["--from-order", "first"]),
        ("overview", ["--steps", "view,cart"]),
    ],
)
def test_what_cannot_be_read_is_refused(report, arguments):
    with pytest.raises(UsageError):
        questions_of(report, arguments)


def test_an_unknown_option_offers_the_closest():
    with pytest.raises(UnknownNameError) as caught:
        questions_of("funnel", ["--windw", "1d"])
    assert caught.value.hint == "did you mean `--window`?"


def test_the_help_names_every_option():
    for options in OPTIONS.values():
        for name in options:
            assert name in options_text()
