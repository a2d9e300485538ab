"""Analysis: hostile rows are counted, refused or left out by name, and never averaged in."""

import ibis
import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import SettingsError, UnknownNameError, UsageError
from shopkeeper.experiments.experiment import experiment_from, read_experiment
from shopkeeper.experiments.readout import Status
from shopkeeper.reports.experiment import experiment as read_out


def frame(count=400, lift=0.0, seed=1, **columns):
    random = np.random.default_rng(seed)
    arm = np.where(np.arange(count) % 2 == 0, "control", "treatment")
    rows = pd.DataFrame(
        {
            "unit": [f"u{n:05}" for n in range(count)],
            "variant": arm,
            "value": random.normal(10, 2, count) + np.where(arm == "treatment", lift, 0.0),
            "orders": random.integers(1, 5, count).astype(float),
        }
    )
    return rows.assign(**columns)


def read(rows, metrics=({"column": "value"},), **more):
    definition = {"variant": "variant", "control": "control", "unit": "unit", **more}
    experiment = experiment_from({**definition, "metrics": list(metrics)}, "in the test")
    return read_out(ibis.memtable(rows), definition=experiment)


def only(readout):
    return readout.metrics[0].comparisons[0]


def test_a_real_effect_is_better_and_none_is_not_shown():
    assert read(frame(lift=1.0)).verdict.status is Status.BETTER
    assert read(frame(lift=-1.0)).verdict.status is Status.WORSE
    nothing = read(frame())
    assert nothing.verdict.status is Status.NOT_SHOWN
    assert only(nothing).detectable_lift == pytest.approx(2.8 * 2 * 2 / 20 / 10, rel=0.15)


def test_lower_can_be_better():
    metric = {"column": "value", "better": "lower"}
    assert read(frame(lift=-1.0), [metric]).verdict.status is Status.BETTER


def test_units_in_several_arms_are_counted_apart_and_in_no_figure():
    rows = frame()
    crossed = rows.head(30).assign(
        variant=np.where(rows.variant.head(30) == "control", "treatment", "control"), value=1e6
    )
    found = read(pd.concat([rows, crossed]))
    assert found.several_arms_count == 30
    assert found.unit_count == 370
    assert found.metrics[0].arms[0].value == pytest.approx(10, abs=0.5)
    assert any("30 units were seen in several arms (7.5%)" in t for t in found.verdict.caveats)


def test_rows_of_one_unit_are_put_together():
    rows = frame()
    halves = pd.concat([rows.assign(value=rows.value / 2)] * 2)
    found, whole = read(halves), read(rows)
    assert (found.unit_count, found.repeated_count) == (400, 400)
    assert only(found).absolute.low == pytest.approx(only(whole).absolute.low)


def test_one_yes_of_a_unit_is_a_yes():
    rows = frame(converted=np.arange(400) % 4 < 2)
    doubled = pd.concat([rows, rows, rows.assign(converted=False)])
    metric = {"column": "converted", "kind": "proportion"}
    assert [arm.value for arm in read(doubled, [metric]).metrics[0].arms] == [0.5, 0.5]


def test_row_order_changes_nothing():
    rows = frame(lift=0.4)
    shuffled = rows.sample(frac=1, random_state=3)
    assert read(rows) == read(shuffled)


def test_missing_column_offers_the_closest():
    with pytest.raises(UnknownNameError, match="valu") as error:
        read(frame(), [{"column": "valu"}])
    assert "value" in error.value.hint
    with pytest.raises(UnknownNameError):
        read(frame(), variant="arm_of_unit")
    with pytest.raises(UnknownNameError):
        read(frame(), control="contrl")


def test_one_arm_is_refused_and_so_are_hundreds():
    with pytest.raises(UsageError, match="only `control`"):
        read(frame(variant="control"))
    with pytest.raises(UsageError, match="does not name arms"):
        read(frame(variant=[f"v{n}" for n in range(400)]))


def test_text_is_no_outcome():
    with pytest.raises(UsageError, match="no numbers"):
        read(frame(value="much"))


def test_no_variance_is_a_reason_and_not_a_number():
    found = read(frame(value=3.0))
    assert found.verdict.status is Status.UNREADABLE
    assert "nothing varies" in only(found).problem
    assert only(found).absolute is None


def test_outcomes_that_are_nan_are_counted_and_left_out():
    rows = frame(lift=1.0)
    rows.loc[:19, "value"] = np.nan
    found = read(rows)
    assert [arm.missing_count for arm in found.metrics[0].arms] == [10, 10]
    assert found.metrics[0].arms[0].count == 190
    assert any("20 units have no `value`" in text for text in found.verdict.caveats)


def test_outcomes_may_be_declared_to_be_zero_where_they_are_empty():
    rows = frame()
    rows.loc[:199, "value"] = np.nan
    found = read(rows, [{"column": "value", "missing": "zero"}])
    assert found.metrics[0].arms[0].count == 200
    assert found.metrics[0].arms[0].value == pytest.approx(5, abs=0.3)


def test_an_empty_outcome_is_a_reason():
    assert "is empty" in only(read(frame(value=np.nan))).problem


def test_infinite_outcomes_are_a_reason():
    rows = frame()
    rows.loc[5, "value"] = np.inf
    assert "1 infinite" in only(read(rows)).problem


def test_negative_denominators_are_a_reason():
    rows = frame()
    rows.loc[:2, "orders"] = -1.0
    metric = {"column": "value", "kind": "ratio", "denominator": "orders"}
    assert "negative for 3 units" in only(read(rows, [metric])).problem


def test_a_proportion_has_only_zeros_and_ones():
    metric = {"column": "orders", "kind": "proportion"}
    assert "no proportion" in only(read(frame(), [metric])).problem


def test_a_quantile_on_a_tie_is_a_reason():
    metric = {"column": "value", "kind": "quantile", "quantile": 0.5}
    rows = frame()
    rows["value"] = np.where(np.arange(400) < 300, 0.0, rows.value)
    assert "many equal outcomes" in only(read(rows, [metric])).problem


def test_unequal_allocation_is_held_to_its_plan():
    rows = frame(600)
    kept = rows[(rows.variant == "control") | (np.arange(600) % 3 == 0)]
    assert read(kept).verdict.status is Status.BLOCKED
    planned = read(kept, allocation={"control": 3, "treatment": 1})
    assert planned.verdict.status is not Status.BLOCKED


def test_a_planned_arm_that_nobody_saw_blocks():
    found = read(frame(), allocation={"control": 1, "treatment": 1, "other": 1})
    assert found.verdict.status is Status.BLOCKED


def test_a_negative_control_keeps_its_direction():
    found = only(read(frame(lift=5.0, value=frame(lift=5.0).value - 20)))
    assert found.relative.value == pytest.approx(0.5, abs=0.05)
    assert found.relative.low > 0


def test_a_control_near_zero_has_no_relative_difference():
    found = read(frame(value=frame().value - 10))
    assert only(found).relative is None
    assert only(found).absolute is not None
    assert any("too near zero" in text for text in found.verdict.caveats)


def test_capping_is_declared_with_what_it_took():
    rows = frame()
    rows.loc[7, "value"] = 5_000.0
    found = read(rows, [{"column": "value", "cap_value": 20.0}])
    assert found.metrics[0].capping.unit_count == 1
    assert found.metrics[0].capping.share_removed == pytest.approx(4980 / rows.value.sum())
    assert found.metrics[0].arms[1].value == pytest.approx(10, abs=0.5)


def test_cuped_saves_the_variance_that_the_covariate_explains():
    random = np.random.default_rng(5)
    before = random.normal(0, 2, 4000)
    rows = frame(4000, lift=0.2, before=before)
    rows["value"] += before
    plain = only(read(rows))
    found = only(read(rows, [{"column": "value", "covariate": "before"}]))
    assert found.cuped.variance_saved == pytest.approx(0.5, abs=0.04)
    assert found.absolute.high - found.absolute.low == pytest.approx(
        (plain.absolute.high - plain.absolute.low) * np.sqrt(0.5), rel=0.05
    )


def test_a_guardrail_that_is_harmed_stops_a_win():
    random = np.random.default_rng(9)
    rows = frame(2000, lift=0.5)
    slow = random.normal(10, 1, 2000) + np.where(rows.variant == "treatment", 1.0, 0.0)
    metrics = [
        {"column": "value"},
        {"column": "seconds", "better": "lower", "role": "guardrail", "tolerated_loss": 0.02},
    ]
    found = read(rows.assign(seconds=slow), metrics)
    assert found.verdict.status is Status.HARMED
    plain = [metrics[0], {**metrics[1], "tolerated_loss": None}]
    assert read(rows.assign(seconds=slow), plain).verdict.status is Status.HARMED
    held = read(rows.assign(seconds=random.normal(10, 1, 2000)), metrics)
    assert held.verdict.status is Status.BETTER


def test_several_comparisons_are_corrected_and_their_scope_is_named():
    random = np.random.default_rng(2)
    others = {f"m{n}": random.normal(0, 1, 400) for n in range(4)}
    metrics = [{"column": "value"}, *({"column": c, "role": "secondary"} for c in others)]
    found = read(frame(**others), metrics)
    secondary = found.metrics[1:]
    assert {m.correction.count for m in secondary} == {4}
    assert {m.correction.method for m in secondary} == {"Benjamini–Hochberg"}
    assert all(
        m.comparisons[0].corrected_p_value >= m.comparisons[0].absolute.p_value for m in secondary
    )


def test_segments_are_corrected_and_small_parts_are_not_tested():
    rows = frame(2000, lift=0.0)
    country = np.where(np.arange(2000) < 1200, "DE", np.where(np.arange(2000) < 1990, "FR", "LI"))
    rows["value"] += np.where((country == "FR") & (rows.variant == "treatment"), 2.0, 0.0)
    found = read(rows.assign(country=country), segments=["country"])
    by_part = {row.value: row for row in found.segments.rows}
    assert by_part["FR"].corrected_p_value < 1e-6
    assert by_part["DE"].corrected_p_value > 0.05
    raw = by_part["FR"].absolute.p_value
    assert by_part["FR"].corrected_p_value == pytest.approx(2 * raw)
    assert by_part["LI"].absolute is None
    assert found.segments.correction.count == 2
    assert found.segments.differ_p_values[0][2] < 1e-6


def test_a_sequential_test_decides_by_the_wider_interval():
    found = read(frame(lift=0.45), test="sequential")
    assert only(found).absolute == only(found).sequential
    once = only(read(frame(lift=0.45)))
    assert once.absolute.low > only(found).absolute.low


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"metrics": []}, "metrics"),
        ({"alpah": 0.1}, "alpha"),
        ({"metrics": [{"column": "x", "kind": "ratio"}]}, "denominator"),
        ({"metrics": [{"column": "x", "role": "secondary"}]}, "primary"),
    ],
)
def test_definitions_that_say_something_else_are_refused(change, word):
    plain = {"variant": "v", "control": "c", "metrics": [{"column": "x"}]}
    with pytest.raises(SettingsError) as error:
        experiment_from({**plain, **change}, "in the test")
    assert word in error.value.message + error.value.hint


def test_a_definition_is_read_from_toml(tmp_path):
    file = tmp_path / "test.toml"
    file.write_text(
        'name = "Banner"\nvariant = "v"\ncontrol = "c"\nstarts_on = 2026-01-01\n'
        '[[metrics]]\ncolumn = "converted"\nkind = "proportion"\n'
    )
    assert read_experiment(file).metrics[0].kind == "proportion"
    file.write_text("name = ")
    with pytest.raises(SettingsError, match="not valid TOML"):
        read_experiment(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_experiment(tmp_path / "none.toml")


def test_a_gain_below_what_is_worth_it_is_too_small():
    rows = frame(4000, lift=0.3)
    assert read(rows).verdict.status is Status.BETTER
    assert read(rows, least_lift=0.02).verdict.status is Status.BETTER
    assert read(rows, least_lift=0.1).verdict.status is Status.TOO_SMALL


def test_the_best_of_several_treatments_is_named():
    random = np.random.default_rng(3)
    arm = np.resize(["control", "b", "c"], 3000)
    value = random.normal(10, 2, 3000) + np.select([arm == "b", arm == "c"], [0.4, 0.8])
    rows = pd.DataFrame({"unit": range(3000), "variant": arm, "value": value})
    found = read(rows)
    assert (found.verdict.status, found.verdict.variant) == (Status.BETTER, "c")
    assert any("`b`" in reason for reason in found.verdict.reasons)


def test_looking_before_the_planned_size_is_told():
    assert any(
        "of 1,000 planned units" in t for t in read(frame(), planned_count=1000).verdict.caveats
    )
    assert not any("one look" in t for t in read(frame(), planned_count=400).verdict.caveats)
