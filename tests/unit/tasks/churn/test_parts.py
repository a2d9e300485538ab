"""Parts of the churn task: horizon, label, calibration, threshold, reasons, each by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import UsageError
from shopkeeper.models.classifier.teaching import probability
from shopkeeper.tasks.churn.calibration import Calibration, shift
from shopkeeper.tasks.churn.horizon import proposed
from shopkeeper.tasks.churn.label import came_back
from shopkeeper.tasks.churn.question import CHURN, SECOND_PURCHASE
from shopkeeper.tasks.churn.reasons import THEMES, by_theme, reasons, reference
from shopkeeper.tasks.churn.scores import BANDS, risk_bands
from shopkeeper.tasks.churn.threshold import Money, confusion


def purchases(*rows: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]))


def test_horizon_is_the_first_that_covers_four_of_five_returns():
    days = ["2025-01-01", "2025-01-11", "2025-01-21", "2025-01-31", "2025-03-12", "2025-12-01"]
    found = proposed(purchases(*(("a", day) for day in days)))
    # Gaps 10, 10, 10, 40, 264: the fourth of five is 40.
    assert found.days == 60
    assert "80% of the 5 returns came within 40 days" in found.reason


def test_horizon_without_anybody_who_came_back_says_so():
    found = proposed(purchases(("a", "2025-01-01"), ("b", "2025-01-05")))
    assert found.days == 90
    assert "nobody has come back" in found.reason


def test_horizon_is_never_longer_than_the_longest_that_is_looked_at():
    found = proposed(purchases(("a", "2024-01-01"), ("a", "2024-12-31")))
    assert found.days == 180


def test_label_window_holds_its_first_day_and_not_its_end():
    rows = purchases(
        ("on the first day", "2025-03-01"),
        ("on the last day", "2025-03-30"),
        ("a day late", "2025-03-31"),
        ("a day early", "2025-02-28"),
    )
    ids = pd.Index(["on the first day", "on the last day", "a day late", "a day early", "never"])
    found = came_back(rows, ids, date(2025, 3, 1), 30)
    assert found.tolist() == [True, True, False, False, False]


def test_yes_means_leaving_or_coming_back_as_the_question_says():
    back = np.array([True, False])
    assert CHURN.label(back).tolist() == [0, 1]
    assert SECOND_PURCHASE.label(back).tolist() == [1, 0]


def test_only_one_time_buyers_are_asked_about_second_purchases():
    customers = pd.DataFrame({"purchase_count": [1, 2, 1]}, index=["a", "b", "c"])
    assert list(SECOND_PURCHASE.population(customers).index) == ["a", "c"]
    assert list(CHURN.population(customers).index) == ["a", "b", "c"]


def test_shift_brings_the_mean_to_the_base_rate_and_keeps_the_order():
    random = np.random.default_rng(5)
    odds = random.normal(0, 2, 500)
    label = (random.random(500) < 0.83).astype(float)
    moved = probability(odds + shift(odds, label))
    assert moved.mean() == pytest.approx(label.mean(), abs=1e-6)
    assert (np.argsort(moved, kind="stable") == np.argsort(odds, kind="stable")).all()


@pytest.mark.parametrize(
    "calibration",
    [
        Calibration(),
        Calibration("season", offset=-0.7),
        Calibration("sigmoid", 1.3, 0.2),
        Calibration("isotonic", steps=((-2.0, 0.1), (0.0, 0.4), (3.0, 0.9))),
    ],
)
def test_calibration_is_monotone_and_comes_back_as_it_was(calibration):
    odds = np.linspace(-5, 5, 101)
    found = calibration.apply(odds)
    assert ((found > 0) & (found < 1)).all()
    assert (np.diff(found) >= 0).all()
    again = Calibration.from_plain(calibration.to_plain())
    assert (again.apply(odds) == found).all()


def test_contacting_pays_from_cost_over_saving_on():
    money = Money(contact_cost=3, saved_amount=12)
    assert money.threshold == 0.25
    label = np.array([1, 1, 0, 0, 1.0])
    found = confusion(label, np.array([0.9, 0.25, 0.5, 0.1, 0.2]), money)
    counts = (found.left_and_contacted, found.stayed_and_contacted)
    assert counts == (2, 1)
    assert (found.left_and_not, found.stayed_and_not) == (1, 1)
    assert found.profit == 2 * 12 - 3 * 3
    assert found.profit_of_all == 3 * 12 - 5 * 3


def test_a_saving_of_nothing_is_refused():
    with pytest.raises(UsageError, match="saves 0"):
        Money(contact_cost=1, saved_amount=0)


def test_bands_begin_at_quarters_and_nobody_unscored_has_one():
    found = risk_bands(pd.Series([0.0, 0.249, 0.25, 0.5, 0.75, 1.0, np.nan]))
    low, moderate, high, highest = BANDS
    assert found.tolist() == [low, low, moderate, high, highest, highest, None]


def customers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "days_since_last_purchase": [143, 2],
            "mean_gap_days": [31.0, np.nan],
            "last_90_days_purchase_count": [0, 1],
            "last_365_days_purchase_count": [4, 1],
            "mean_amount": [20.4, 99.0],
            "purchase_count": [9, 1],
            "days_since_first_purchase": [420, 2],
            "year_ago_90_days_amount": [0.0, 0.0],
        },
        index=["late", "new"],
    )


def contributions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "gap_ratio": [1.0, -0.5],
            "days_since_last_purchase": [0.5, -0.5],
            "last_90_days_purchase_count": [0.9, -0.2],
            "year_ago_90_days_amount": [0.05, 0.3],
            "favourite": [5.0, 5.0],
        },
        index=["late", "new"],
    )


def test_contributions_of_a_theme_add_up_and_none_is_lost():
    parts = contributions()
    found = by_theme(parts)
    assert found.loc["late", "rhythm"] == pytest.approx(1.5)
    assert found.loc["late", "other"] == pytest.approx(5.0)
    np.testing.assert_allclose(found.sum(axis=1), parts.sum(axis=1))


def test_reasons_are_in_plain_words_strongest_first_and_only_what_speaks_for_leaving():
    found = reasons(customers(), contributions(), {})
    assert found.loc["late"].tolist() == [
        "no order for 143 days; used to order every 31 days",
        "no order in the last 90 days, 4 in the last 365",
        None,
    ]
    assert found.loc["new"].tolist() == [
        "bought nothing in the coming 90 days a year ago",
        None,
        None,
    ]


def test_reasons_are_against_those_who_stay():
    parts = contributions()
    staying = reference(parts, np.array([1.0, 0.0]))
    assert staying["rhythm"] == pytest.approx(-1.0)
    found = reasons(customers(), parts, staying)
    assert found.loc["new"].isna().all()
    assert found.loc["late", "reason_1"].startswith("no order for 143 days")


def test_every_theme_has_its_saying():
    assert len(reasons(customers(), contributions(), {}).columns) == 3
    assert set(THEMES) == {"season", "returns", "rhythm", "lately", "money", "loyalty"}
