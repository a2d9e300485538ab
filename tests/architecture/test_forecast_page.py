"""The page on forecasts says what its benchmark found, and what the code asks for."""

from __future__ import annotations

import json
from pathlib import Path

from shopkeeper.tasks.demand.plan import FOLDS, MOST_FOLD, MOST_ORIGINS, least_weeks
from shopkeeper.tasks.demand.ways import MARGIN

ROOT = Path(__file__).parents[2]
RESULTS = json.loads((ROOT / "benchmarks" / "results" / "forecast.json").read_text())
SHOPS = ("demo", "online_retail_ii", "olist_sample")


def words(page: str) -> str:
    return " ".join((ROOT / "docs" / page).read_text().split())


def short(value: float) -> str:
    return f"{value:.2f}".replace("0.", ".").replace("-", "−")


def test_the_leak_is_told_as_it_was_measured():
    page = words("concepts/forecast.md")
    leaky, honest = (
        [short(RESULTS[shop]["leak_r2"][name]) for shop in SHOPS]
        for name in ("with the same week's order count", "without")
    )
    assert f"trees explain {leaky[0]}, {leaky[1]} and {leaky[2]} of" in page
    assert f"without it {honest[0]}, {honest[1]} and {honest[2]}" in page


def test_coverage_and_errors_of_days_are_told_as_they_were_measured():
    page = words("concepts/forecast.md")
    for shop in (*SHOPS, "thelook"):
        groups, days = RESULTS[shop]["groups"], RESULTS[shop]["days"]["groups"]
        totals = [short(groups[f"total {m}"]["coverage"]) for m in ("sales_amount", "quantity")]
        assert f"| {totals[0]} | {totals[1]} |" in page
        total = days["total sales_amount"]
        errors = [total["mase"][n] for n in ("weeks_shared_out", "same_day_last_week", "last_day")]
        told = " | ".join(f"{v:.2f}".removeprefix("0") for v in (*errors, total["coverage"]))
        assert f"| {told} |" in page


def test_ranges_hold_within_a_twentieth_of_what_they_promise_or_more():
    for shop in (*SHOPS, "thelook"):
        for group in RESULTS[shop]["groups"].values():
            assert group["coverage"] >= 0.75 or group["widened_by"] > 1


def test_what_is_said_of_the_gate_holds():
    assert [RESULTS[shop]["passes_the_gate"] for shop in SHOPS] == [True, True, False]


def test_numbers_of_the_plan_are_those_of_the_code():
    page, guide = words("concepts/forecast.md"), words("guides/what-will-sell.md")
    assert f"At up to {MOST_ORIGINS} past weeks" in page
    assert f"The last {FOLDS * MOST_FOLD} dates are four folds" in page
    assert "unless another led by a fifth" in page
    assert MARGIN == 0.2
    assert f"Fewer than {least_weeks(4)} whole weeks" in guide
