"""Call lists: who pays is on them, everyone else is counted with a reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from decision_customers import channel, customers, nobody_busy, question

from shopkeeper.decisions.call_list import DOES_NOT_PAY, NO_ROOM, NOT_SPOKEN_OF, SILENT, call_list
from shopkeeper.decisions.contacts import IN_A_TEST
from shopkeeper.decisions.retention_targets import Worth


def _made(frame=None, busy=None, **changes):
    frame = customers() if frame is None else frame
    return call_list(frame, nobody_busy() if busy is None else busy, question(**changes))


def test_the_gain_is_the_product_of_its_terms_less_the_cost():
    made = _made(channels=(channel("call", 4.0, 0.2),))
    rows = made.targets.merge(customers()[["customer_id", "leave_probability", "kept_amount"]])
    assert len(rows) == len(made.targets)
    by_hand = rows["leave_probability"] * rows["kept_amount"] * 0.5 * 0.2 - 4.0
    assert np.allclose(rows["gain_amount"], by_hand)
    assert (rows["gain_low_amount"] < rows["gain_amount"]).all()
    assert (rows["gain_amount"] < rows["gain_high_amount"]).all()
    assert np.allclose(rows["gain_low_amount"] + 4.0, (by_hand + 4.0) * 0.5 * 0.8)


def test_everyone_is_on_the_list_or_left_out_for_one_reason():
    frame = customers(200)
    frame.loc[:9, "days_since_last_order"] = 400
    frame.loc[5:14, "leave_probability"] = np.nan
    busy = pd.Series(IN_A_TEST, index=frame["customer_id"][12:20])
    made = _made(frame, busy, list_size=30)
    assert sum(made.left_out.values()) + len(made.targets) == made.customer_count == 200
    assert made.left_out[SILENT] == 10
    assert made.left_out[NOT_SPOKEN_OF] == 5
    assert made.left_out[IN_A_TEST] == 5
    assert made.left_out[DOES_NOT_PAY] > 0
    assert made.left_out[NO_ROOM] > 0
    assert not set(made.targets["customer_id"]) & set(frame["customer_id"][:20])


def test_the_best_are_on_the_list_in_order():
    everyone, few = _made().targets, _made(list_size=10).targets
    assert few["customer_id"].tolist() == everyone["customer_id"].head(10).tolist()
    assert everyone["gain_amount"].is_monotonic_decreasing
    assert everyone["gain_amount"].min() > 0


def test_the_channel_that_brings_most_is_recommended():
    rows = _made().targets
    at_stake = rows["at_stake_sales"] * 0.5
    calls = at_stake * 0.2 - 4.0 > at_stake * 0.02 - 0.1
    assert set(rows["channel"]) == {"call", "email"}
    assert (rows["channel"] == np.where(calls, "call", "email")).all()


def test_a_budget_is_kept_and_larger_ones_bring_more():
    made = [_made(budget_amount=budget).targets for budget in (10.0, 40.0, 90.0)]
    assert all(rows["cost_amount"].sum() <= b for rows, b in zip(made, (10, 40, 90), strict=True))
    gains = [rows["gain_amount"].sum() for rows in made]
    assert gains == sorted(gains)
    assert gains[0] < gains[-1]


def test_the_order_of_rows_changes_nothing():
    mixed = customers().sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(_made(mixed).targets, _made().targets)


def test_money_in_another_unit_scales_the_gain():
    frame = customers()
    frame["kept_amount"] *= 100
    channels = (channel("call", 400.0, 0.2), channel("email", 10.0, 0.02))
    scaled = _made(frame, channels=channels).targets
    assert np.allclose(scaled["gain_amount"], _made().targets["gain_amount"] * 100)


def test_only_those_contacted_cost_and_bring():
    made = _made()
    treated = made.targets[made.targets["arm"] == "treat"]
    assert made.cost_amount == pytest.approx(treated["cost_amount"].sum())
    # The range of the forecast's error, 0.8 to 1.1, has its mean at 0.967.
    gross = treated["gain_amount"].sum() + made.cost_amount
    assert made.gain.mean == pytest.approx(gross * 0.967 - made.cost_amount, rel=0.1)
    assert made.gain.low < made.gain.mean < made.gain.high


def test_where_no_contact_pays_nobody_is_on_the_list():
    made = _made(worth=Worth(0.0001))
    assert made.targets.empty
    assert made.left_out[DOES_NOT_PAY] == 60


def test_reasons_and_actions_say_what_is_known():
    frame = customers(8)
    frame["days_since_last_order"], frame["usual_gap_days"] = 143, 31.0
    frame["order_count"] = 6
    frame.loc[0, ["order_count", "usual_gap_days"]] = [1, np.nan]
    frame.loc[1, "reason_1"] = "bought half as much as last year"
    frame[["segment", "previous_segment"]] = ["At risk", "Champions"]
    rows = _made(frame, channels=(channel("email", 0.0, 0.5),)).targets.set_index("customer_id")
    assert rows.loc["C0002", "reason_1"] == "no order for 143 days; used to order every 31"
    assert rows.loc["C0002", "reason_2"] == "was in Champions 90 days ago, now in At risk"
    assert "keeps them away" in rows.loc["C0002", "action"]
    assert rows.loc["C0000", "reason_1"] == "no order for 143 days"
    assert "second order" in rows.loc["C0000", "action"]
    assert rows.loc["C0001", "reason_1"] == "bought half as much as last year"
    assert rows.loc["C0001", "reason_2"] is None
