"""Each count of a test opens exactly that many units, over random files with hostile names."""

from __future__ import annotations

import csv
from dataclasses import replace

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopkeeper.errors import UnknownNameError
from shopkeeper.experiments.experiment import Experiment, Metric
from shopkeeper.jobs.experiment import analyse_file, units_of_file
from shopkeeper.reports.drill import Selection, members
from shopkeeper.reports.experiment import experiment
from shopkeeper.reports.experiment_units import ALL, units_behind

ARMS = ("control", "new", "a,b=c?%2C", "arm>=1")
NAMES = ("7", "007", "7.0", "ann", "=1+1", "<b>x</b>", "a,b", "it's", "ü\u202e", "?", "o:p")
ROW = st.tuples(
    st.sampled_from((*NAMES, None)),
    st.sampled_from((*ARMS, None)),
    st.sampled_from((0.0, 1.0, None)),
    st.sampled_from((0.0, 2.5, 40.0, None, float("nan"), float("inf"))),
    st.sampled_from(("north", "a,b", "", None)),
)
METRICS = (
    Metric(column="bought", kind="proportion", role="secondary"),
    Metric(column="spent", kind="mean", cap_value=30.0),
    Metric(name="zero", column="spent", kind="mean", missing="zero"),
    Metric(column="spent", denominator="bought", kind="ratio", role="guardrail"),
)
TYPES = {
    "who": "string", "arm": "string", "bought": "float64", "spent": "float64",
    "region": "string", "_row_number": "int64",
}  # fmt: skip


def definition(unit: str | None) -> Experiment:
    return Experiment(
        variant="arm", control="control", unit=unit, metrics=METRICS, segments=("region",),
        ratio_alpha=1e-9,
    )  # fmt: skip


def brute_force(rows, unit):
    """Who is in an arm, and who of them bought or is not known to, row by row."""
    arms, bought = {}, {}
    for place, (who, arm, yes, *_) in enumerate(rows, 1):
        name = who if unit else str(place)
        if name is not None and arm is not None:
            arms.setdefault(name, set()).add(arm)
            bought.setdefault(name, set()).add(yes)
    found = {}
    for name, seen in arms.items():
        if len(seen) > 1:
            found.setdefault(("in several arms, counted in none", "", ""), set()).add(name)
            continue
        (arm,) = seen
        found.setdefault(("in the arm", arm, ""), set()).add(name)
        found.setdefault(("in one arm", "", ""), set()).add(name)
        answers = bought[name] - {None}
        if 1.0 in answers:
            found.setdefault(("converted", arm, "bought"), set()).add(name)
        told = "with an outcome" if answers else "without an outcome"
        found.setdefault((told, arm, "bought"), set()).add(name)
    return found


# Two arms are there whatever is drawn.
ALWAYS = (("one", "control", 0.0, 0.0, "north"), ("two", "new", 1.0, 40.0, None))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, max_size=30), st.sampled_from(("who", None)), st.integers(0, 10**6))
def test_each_count_opens_as_many_units(drawn, unit, drawn_place):
    rows = [*drawn, *ALWAYS]
    table = ibis.memtable(
        [dict(zip(TYPES, (*row, place), strict=True)) for place, row in enumerate(rows, 1)],
        schema=ibis.schema(TYPES),
    )
    asked = definition(unit)
    found = experiment(table, definition=asked)
    rolls = {roll.name: roll.build(table, definition=asked) for roll in ALL.values()}
    expected = brute_force(rows, unit)
    everybody: set[object] = set()
    for one in found.lists:
        # What an address names is what the count names.
        selection = Selection.read(one.units.address)
        roll = replace(ALL[selection.roll], key=(rolls[selection.roll].columns[0],))
        listed = members(rolls[selection.roll], roll, selection)
        assert listed.count == one.unit_count == len(set(listed.rows)), one
        if (one.counted, one.arm, one.metric) in expected:
            names = {str(key) for (key,) in listed.rows}
            assert names == expected.pop((one.counted, one.arm, one.metric))
        if one.counted == "in the arm":
            assert not everybody & set(listed.rows)
            everybody |= set(listed.rows)
    assert not any(expected.values())
    assert len(everybody) == found.unit_count >= 2
    known = {row[0] for row in rows} if unit else set(range(1, len(rows) + 1))
    assert {key for (key,) in everybody} <= known
    one = found.lists[drawn_place % len(found.lists)]
    assert units_behind(table, definition=asked, selection=one.units).count == one.unit_count


@pytest.mark.parametrize(
    "names", [("007", "7", "12345678901234567890", "-0"), ("12", "7", "1234567", "0")]
)
def test_units_of_a_file_are_called_as_it_writes_them(tmp_path, names):
    file = tmp_path / "test.csv"
    arms = dict(zip(names, ("control", "new", "control", "new"), strict=True))
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text)
        writer.writerow(["visitor", "arm", "bought"])
        writer.writerows([name, arm, place % 2] for place, (name, arm) in enumerate(arms.items()))
        writer.writerow(["", "new", 1])
    written = tmp_path / "test.toml"
    written.write_text(
        'variant = "arm"\ncontrol = "control"\nunit = "visitor"\n'
        '[[metrics]]\ncolumn = "bought"\nkind = "proportion"\n'
    )
    found = analyse_file(file, definition=written)
    assert (found.unit_count, found.several_arms_count, found.no_arm_count) == (4, 0, 1)
    listed = {
        (one.counted, one.arm): units_of_file(file, one.units, definition=written)
        for one in found.lists
    }
    assert {key for (key,) in listed["in one arm", ""].rows} == set(arms)
    assert listed["in the arm", "control"].rows == tuple((name,) for name in names[::2])
    assert listed["rows without an arm or a unit", ""].rows == ((5,),)
    assert listed["in one arm", ""].key == ("unit_id",)
    for one in found.lists:
        assert listed[one.counted, one.arm].count == one.unit_count


def test_only_lists_of_a_test_are_opened(tmp_path):
    table = ibis.memtable({"who": ["a", "b"], "arm": ["control", "new"], "bought": [0.0, 1.0]})
    asked = Experiment(variant="arm", control="control", unit="who", metrics=METRICS[1:2])
    for wrong in ("customers", "experiment_units:email=x"):
        with pytest.raises(UnknownNameError):
            units_behind(table.mutate(spent=1.0), definition=asked, selection=Selection.read(wrong))
