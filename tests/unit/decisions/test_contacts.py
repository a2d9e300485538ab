"""Contact fatigue: nobody is contacted twice too soon, and no running test is spoilt."""

from __future__ import annotations

from datetime import date, timedelta

from decision_customers import AS_OF, stored

from shopkeeper.decisions.contacts import IN_A_TEST, TIRED, busy_customers


def _busy(day: date, quiet_days: int = 0, **changes) -> dict:
    return busy_customers([stored(**changes)], as_of=day, quiet_days=quiet_days).to_dict()


def test_both_groups_are_left_alone_while_the_window_is_open():
    assert _busy(AS_OF) == dict.fromkeys(["C0", "C1", "C2", "C3"], IN_A_TEST)
    assert len(_busy(AS_OF + timedelta(days=89))) == 4
    assert _busy(AS_OF + timedelta(days=90)) == {}


def test_only_those_contacted_are_tired_afterwards():
    day = AS_OF + timedelta(days=100)
    assert _busy(day, quiet_days=120) == dict.fromkeys(["C0", "C1", "C2"], TIRED)
    assert _busy(day, quiet_days=100) == {}


def test_a_plan_taken_back_or_of_later_days_leaves_all_free():
    assert _busy(AS_OF, is_withdrawn=True) == {}
    assert _busy(AS_OF - timedelta(days=1)) == {}


def test_who_is_on_two_lists_stands_once():
    plans = [stored(), stored(plan_id="2024-07-01-call-list-2")]
    found = busy_customers(plans, as_of=AS_OF, quiet_days=30)
    assert found.index.is_unique
    assert len(found) == 4
