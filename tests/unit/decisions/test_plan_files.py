"""Plan files: whole or not there, never changed, and every byte verified."""

from __future__ import annotations

import json
import os
import shutil

import pandas as pd
import pytest
from decision_customers import plan, targets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopkeeper.decisions import plan_files
from shopkeeper.decisions.plan_files import (
    free_plan_id,
    is_withdrawn,
    plan_ids,
    read_left_out,
    read_plan,
    withdraw_plan,
    write_plan,
)
from shopkeeper.errors import (
    NotPublishedError,
    PlanDamagedError,
    StorageError,
    UnknownNameError,
)
from shopkeeper.reports.decision_rolls import left_out_rows
from shopkeeper.reports.drill import Selection, members
from shopkeeper.reports.plans import NUMBERS_ONLY, plan_detail
from shopkeeper.reports.rolls import PLAN_LEFT_OUT

NAME = "2024-07-01-call-list-1"


@pytest.fixture
def state(tmp_path):
    write_plan(tmp_path, plan(), targets())
    return tmp_path


def test_a_plan_is_read_as_it_was_written(state):
    found = read_plan(state, NAME)
    assert found.plan == plan()
    pd.testing.assert_frame_equal(found.targets, targets(), check_dtype=False)
    assert len(found.seal) == 64


def test_equal_plans_have_equal_bytes(state, tmp_path):
    write_plan(tmp_path / "other", plan(), targets())
    for name in ("plan.json", "targets.parquet", "checksums.json"):
        here, there = (folder / "plans" / NAME / name for folder in (state, tmp_path / "other"))
        assert here.read_bytes() == there.read_bytes()


def test_the_list_holds_ids_and_no_other_personal_data(state):
    assert set(read_plan(state, NAME).targets.columns).isdisjoint({"email", "name", "country"})
    assert "C0" not in (state / "plans" / NAME / "plan.json").read_text()


def test_a_plan_that_stands_is_never_changed(state):
    with pytest.raises(StorageError, match="never changed"):
        write_plan(state, plan(gain_amount=99.0), targets())
    assert read_plan(state, NAME).plan.gain_amount == 10.0


@pytest.mark.parametrize("name", ["plan.json", "targets.parquet", "checksums.json"])
@pytest.mark.parametrize("harm", ["changed", "cut", "missing"])
def test_a_harmed_file_is_found(state, name, harm):
    file = state / "plans" / NAME / name
    file.chmod(0o644)
    content = file.read_bytes()
    if harm == "changed":
        file.write_bytes(content.replace(b"2", b"3") + b" ")
    elif harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    else:
        file.unlink()
    with pytest.raises(PlanDamagedError, match=NAME):
        read_plan(state, NAME)


def test_swapping_two_groups_is_found(state):
    """The list with the arms changed, and its own checksum with it, is not what was planned."""
    folder = state / "plans" / NAME
    other = write_plan(state / "other", plan(), targets("HHHT"))
    shutil.copy(state / "other" / "plans" / NAME / "targets.parquet", state / "swapped")
    (folder / "targets.parquet").chmod(0o644)
    shutil.copy(state / "swapped", folder / "targets.parquet")
    with pytest.raises(PlanDamagedError):
        read_plan(state, NAME)
    assert other.seal != ""


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_a_killed_plan_leaves_nothing_half(tmp_path, monkeypatch, writes):
    """The process dies after some files: no plan is there, and the next one takes its place."""
    done = []
    chmod = type(tmp_path).chmod

    def dying(self, mode):
        if len(done) == writes:
            os._exit(9)
        done.append(self)
        chmod(self, mode)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(type(tmp_path), "chmod", dying)
        write_plan(tmp_path, plan(left_out={"silent": 1}), targets(), left_out("silent"))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert plan_ids(tmp_path) == ()
    write_plan(tmp_path, plan(), targets())
    assert plan_ids(tmp_path) == (NAME,)
    assert sorted(path.name for path in (tmp_path / "plans").iterdir()) == [NAME]


def test_names_are_free_and_in_the_order_of_time(state):
    assert free_plan_id(state, "2024-07-01", "call-list") == "2024-07-01-call-list-2"
    assert free_plan_id(state, "2024-07-01", "campaign") == "2024-07-01-campaign-1"
    for number in (2, 10):
        write_plan(state, plan(plan_id=f"2024-07-01-call-list-{number}"), targets())
    assert [name.rpartition("-")[2] for name in plan_ids(state)] == ["1", "2", "10"]
    assert free_plan_id(state, "2024-07-01", "call-list").endswith("-11")


def test_a_withdrawn_plan_stands_and_says_so(state):
    withdraw_plan(state, NAME)
    assert is_withdrawn(state, NAME)
    assert read_plan(state, NAME).is_withdrawn
    assert plan_ids(state) == (NAME,)


def test_unknown_plans_offer_the_closest(state):
    for act in (read_plan, withdraw_plan):
        with pytest.raises(UnknownNameError) as error:
            act(state, "2024-07-01-call-list-7")
        assert NAME in error.value.hint
    with pytest.raises(UnknownNameError):
        read_plan(state, "../../etc")


def test_a_plan_of_a_later_form_is_refused_and_not_guessed(state):
    folder = state / "plans" / NAME
    plain = json.loads((folder / "plan.json").read_text())
    plain["something_new"] = 1
    content = json.dumps(plain).encode()
    marks = json.loads((folder / "checksums.json").read_text())
    marks["files"]["plan.json"] = plan_files._mark(content)
    for name, text in (("plan.json", content), ("checksums.json", json.dumps(marks).encode())):
        (folder / name).chmod(0o644)
        (folder / name).write_bytes(text)
    with pytest.raises(PlanDamagedError, match="form"):
        read_plan(state, NAME)


WHY = ("silent, for long: gone", "a contact costs more", "its 50 % \u2013 others, first?")
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(IDS, st.sampled_from(WHY), max_size=30))
def test_each_reason_of_a_stored_plan_opens_those_it_counts(tmp_path_factory, left):
    state = tmp_path_factory.mktemp("state")
    counts = {why: list(left.values()).count(why) for why in WHY}
    rows = pd.DataFrame({"customer_id": list(left), "reason": list(left.values())}, dtype=object)
    for number in (1, 2):
        name = f"2024-07-01-call-list-{number}"
        stored = write_plan(state, plan(plan_id=name, left_out=counts), targets(), rows)
    detail = plan_detail(stored, as_of=stored.plan.as_of, most=1)
    told = {name: read_left_out(state, name) for name in plan_ids(state)}
    assert {row.reason for row in detail.left_out} == set(left.values())
    for row in detail.left_out:
        # The way as an address says it, and as the answer carries it.
        for selection in (row.customers, Selection.read(row.customers.address)):
            listed = members(left_out_rows(left_out=told), PLAN_LEFT_OUT, selection)
            assert listed.count == row.customer_count
            assert {key for (key,) in listed.rows} == {
                key for key, why in left.items() if why == row.reason
            }


def left_out(*reasons: str) -> pd.DataFrame:
    ids = [f"L{number:03}" for number in range(len(reasons))]
    return pd.DataFrame({"customer_id": ids, "reason": list(reasons)})


def test_whom_a_plan_left_out_is_kept_small_and_in_order(tmp_path):
    rows = left_out(*["silent"] * 900, *["tired"] * 100)
    made = plan(left_out={"tired": 100, "silent": 900})
    for folder in ("one", "other"):
        write_plan(tmp_path / folder, made, targets(), rows.sample(frac=1))
    file, other = (tmp_path / f / "plans" / NAME / "left_out.parquet" for f in ("one", "other"))
    assert file.read_bytes() == other.read_bytes()
    found = read_left_out(tmp_path / "one", NAME)
    assert found.column_names == ["customer_id", "reason"]
    assert found["reason"].to_pylist() == ["tired"] * 100 + ["silent"] * 900
    ids = found["customer_id"].to_pylist()
    assert ids == [*sorted(ids[:100]), *sorted(ids[100:])]
    assert file.stat().st_size < 5 * len(rows)


def test_a_plan_names_as_many_as_it_counts_or_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="names others than it counts"):
        write_plan(tmp_path, plan(left_out={"silent": 4}), targets(), left_out("silent"))
    assert plan_ids(tmp_path) == ()


@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_harmed_list_of_those_left_out_is_found(tmp_path, harm):
    write_plan(tmp_path, plan(left_out={"silent": 1}), targets(), left_out("silent"))
    file = tmp_path / "plans" / NAME / "left_out.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b" ") if harm == "changed" else file.unlink()
    with pytest.raises(PlanDamagedError, match="left_out"):
        read_left_out(tmp_path, NAME)


def _stored_by_an_earlier_version(state):
    """The same bytes as version 1 wrote: how many were left out, and nobody's name."""
    folder = state / "plans" / NAME
    plain = json.loads((folder / "plan.json").read_text())
    plain["format_version"] = 1
    content = json.dumps(plain, indent=1).encode() + b"\n"
    record = json.loads((folder / "checksums.json").read_text())
    record["format_version"] = 1
    record["files"]["plan.json"] = plan_files._mark(content)
    for name, text in (("plan.json", content), ("checksums.json", json.dumps(record).encode())):
        (folder / name).chmod(0o644)
        (folder / name).write_bytes(text)


def test_an_older_plan_is_read_and_says_that_it_kept_numbers_only(state):
    _stored_by_an_earlier_version(state)
    found = read_plan(state, NAME)
    assert found.plan == plan()
    assert read_left_out(state, NAME) is None
    detail = plan_detail(found, as_of=found.plan.as_of, most=1)
    assert [(row.reason, row.customer_count, row.customers) for row in detail.left_out] == [
        ("silent", 4, None)
    ]
    assert detail.notes[-1] == NUMBERS_ONLY
    from shopkeeper import Workspace

    (state / ".shopkeeper").mkdir()
    shutil.move(state / "plans", state / ".shopkeeper" / "plans")
    with pytest.raises(NotPublishedError, match="does not keep whom"):
        Workspace(state).members(f"plan_left_out:plan_id={NAME},reason=silent")


def test_the_form_of_a_plan_is_held_to_what_this_version_knows(state):
    file = state / "plans" / NAME / "checksums.json"
    record = json.loads(file.read_text())
    record["format_version"] += 1
    file.chmod(0o644)
    file.write_text(json.dumps(record))
    with pytest.raises(PlanDamagedError, match="form"):
        read_plan(state, NAME)
