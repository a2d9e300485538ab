"""The section on what was tried: tests and plans with their intervals, each sentence whole."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import ibis
import numpy as np
import pandas as pd
from decision_customers import AS_OF, plan, purchases, targets
from unit.html.shop_answers import real_shop

from shopkeeper.decisions.plan import StoredPlan
from shopkeeper.decisions.planning import Planning
from shopkeeper.experiments.experiment import experiment_from
from shopkeeper.html.answers import TriedAnswers
from shopkeeper.html.page import render_report
from shopkeeper.reports.experiment import experiment
from shopkeeper.reports.plans import readout


def _test(name: str):
    arm = np.resize(["control", "treatment"], 400)
    value = np.random.default_rng(1).normal(10, 1, 400) + (arm == "treatment")
    rows = pd.DataFrame({"arm": arm, "value": value})
    plain = {"name": name, "variant": "arm", "control": "control", "metrics": [{"column": "value"}]}
    return experiment(ibis.memtable(rows), definition=experiment_from(plain, "in the test"))


def _plan(days: int):
    """A plan whose 20 contacted customers bought for 50 more than the 20 held out."""
    ids = [f"C{number}" for number in range(40)]
    stored = StoredPlan(
        plan(treat_count=20, holdout_count=20, margin_rate=0.5), targets("TH" * 20, ids)
    )
    bought = [(name, 5 + n, 60.0 + n - 50 * (n % 2)) for n, name in enumerate(ids)]
    asked = Planning(AS_OF + timedelta(days=days), None, ())
    return readout(purchases(bought), planning=asked, stored=stored)


def _section(*, tests=(), plans=()) -> str:
    answers = dataclasses.replace(real_shop(), tried=TriedAnswers(tests, plans))
    page = render_report(answers)
    return page[page.index('id="tried"') :].split("</section>")[0]


def test_a_plan_that_is_over_is_told_with_its_money_and_its_whole_sentence():
    told = _plan(days=120)
    shown = _section(plans=(told,))
    assert told.verdict == "worked"
    assert len(told.sentence) > 60
    assert told.sentence.replace("'", "&#39;") in shown
    assert "…" not in shown
    assert f"{told.sales_amount.amount:,.2f}" in shown


def test_a_plan_whose_window_is_open_shows_no_money():
    told = _plan(days=30)
    shown = _section(plans=(told,))
    assert told.verdict == "too early"
    assert told.sentence in shown
    assert told.sales_amount is None
    assert "£" not in shown.split("<tbody>")[1]
    assert "Too early" in shown


def test_a_test_is_told_in_words_without_marks_of_code():
    shown = _section(tests=(_test("<b>banner</b>"),))
    assert "treatment is better than control on value" in shown
    assert "`" not in shown
    assert "<b>banner" not in shown
    assert "&lt;b&gt;banner" in shown
