"""Plan files: whole or not there, never changed, and every byte verified."""

from __future__ import annotations

import json
import os
import shutil

import pandas as pd
import pytest
from decision_customers import plan, targets

from shopkeeper.decisions import plan_files
from shopkeeper.decisions.plan_files import (
    free_plan_id,
    is_withdrawn,
    plan_ids,
    read_plan,
    withdraw_plan,
    write_plan,
)
from shopkeeper.errors import PlanDamagedError, StorageError, UnknownNameError

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


@pytest.mark.parametrize("writes", [0, 1, 2])
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
        write_plan(tmp_path, plan(), targets())
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
