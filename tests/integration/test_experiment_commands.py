"""Experiment commands: what is guessed, what is asked for, and what guides show is what comes."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import FormatError, ShopkeeperError, UnknownNameError, UsageError
from shopkeeper.experiments.experiment import read_experiment
from shopkeeper.experiments.readout import Status
from shopkeeper.experiments.uplift.learners import Family, Learner
from shopkeeper.html.memo import memo_text, render_memo
from shopkeeper.jobs.experiment import UpliftAsked, analyse_file, uplift_of_file
from shopkeeper.jobs.experiment_guesses import Asked

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
BANNER = "experiment=free shipping banner"


@pytest.fixture(scope="module")
def experiments(tmp_path_factory) -> Path:
    """The experiments of the demo shop, without the rest of it."""
    from shopkeeper.sources.simulation import SimulationOptions, simulate

    folder = tmp_path_factory.mktemp("experiments")
    simulate(folder, SimulationOptions(customer_count=2_500, seed=7, events=False))
    return folder / "experiments.csv"


@pytest.fixture
def outcomes(tmp_path):
    """Writes a file of outcomes and gives its path."""

    def write(text_of=lambda rows: rows.to_csv(index=False), **columns) -> Path:
        random = np.random.default_rng(1)
        rows = pd.DataFrame(
            {
                "user_id": range(500),
                "group": np.where(np.arange(500) % 2, "B", "A"),
                "revenue": random.lognormal(3, 1, 500).round(2),
                "bought": np.where(random.random(500) < 0.4, "yes", "no"),
            }
        ).assign(**columns)
        file = tmp_path / "outcomes.csv"
        file.write_text(text_of(rows))
        return file

    return write


def test_arm_control_unit_and_kind_are_guessed(outcomes):
    asked = Asked(metrics=("bought",), secondary=("revenue", "revenue:p90"))
    found = analyse_file(outcomes(), asked).experiment
    assert (found.variant, found.control, found.unit) == ("group", "A", "user_id")
    assert [metric.kind for metric in found.metrics] == ["proportion", "revenue", "quantile"]


def test_amounts_with_decimal_commas_are_read(outcomes):
    plain = analyse_file(outcomes(), Asked(metrics=("revenue",)))
    german = outcomes(lambda rows: rows.to_csv(index=False, sep=";", decimal=","))
    assert analyse_file(german, Asked(metrics=("revenue",))).metrics == plain.metrics


@pytest.mark.parametrize(
    ("columns", "asked", "kind", "told"),
    [
        ({}, Asked(), UsageError, "`--metric`; columns with numbers: `revenue`, `bought`"),
        ({}, Asked(metrics=("revenu",)), UnknownNameError, "did you mean `revenue`"),
        ({}, Asked(metrics=("group",)), UsageError, "`revenue`"),
        ({}, Asked(metrics=("revenue:p9x",)), UsageError, "`p90` for a quantile"),
        ({}, Asked(metrics=("bought",), variant="arm"), UnknownNameError, ""),
        ({}, Asked(metrics=("bought",), control="C"), UnknownNameError, "`A`, `B`"),
        ({}, Asked(metrics=("bought",), shares=("A",)), UsageError, "--share control=0.5"),
        ({"group": "A"}, Asked(metrics=("bought",)), UsageError, "--variant"),
        (
            {"group": np.where(np.arange(500) % 2, "red", "blue")},
            Asked(metrics=("bought",)),
            UsageError,
            '--control "blue"',
        ),
        (
            {"experiment": np.where(np.arange(500) % 3, "one", "two")},
            Asked(metrics=("bought",)),
            UsageError,
            '--where experiment="one"',
        ),
    ],
)
def test_what_cannot_be_guessed_is_asked_for_by_name(outcomes, columns, asked, kind, told):
    with pytest.raises(kind) as error:
        analyse_file(outcomes(**columns), asked)
    assert told in error.value.hint


def test_outcomes_that_are_no_numbers_stop_the_reading(outcomes):
    broken = outcomes(lambda rows: rows.to_csv(index=False).replace("\n7,", "\n7,B,oops,no\n7,", 1))
    with pytest.raises(FormatError, match=r"1 values that are no numbers; first: `oops`"):
        analyse_file(broken, Asked(metrics=("revenue",)))


@pytest.mark.parametrize("text", ["", "user_id,group\n", "user_id,group,x\n1,A\n2,B,3,4,5\n"])
def test_files_that_hold_no_test_are_refused(tmp_path, text):
    file = tmp_path / "outcomes.csv"
    file.write_text(text)
    with pytest.raises(ShopkeeperError):
        analyse_file(file, Asked(metrics=("x",)))


def test_a_definition_says_all_of_it(experiments, tmp_path):
    """The definition of the guide, on the shop that the guide speaks of."""
    page = (GUIDES / "how-to-design-a-test.md").read_text()
    file = tmp_path / "banner.toml"
    file.write_text(re.search(r"```ini\n(.*?)```", page, re.DOTALL)[1])
    assert read_experiment(file).planned_count == 1500
    found = analyse_file(experiments, definition=file, where=[BANNER])
    assert found.verdict.status in {Status.BETTER, Status.HARMED}
    assert found.metrics[1].capping is not None


def test_the_guide_shows_what_comes(experiments, command):
    page = (GUIDES / "reading-a-test.md").read_text()
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL)[1].splitlines()
    options = ("--share", "control=0.5", "--share", "treatment=0.5", "--planned", "1500")
    where = ("--metric", "converted", "--where", BANNER)
    done = command("experiment", "analyze", experiments, *where, *options)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in shown if line not in lines] == []


def test_json_holds_what_is_printed(experiments, run_json):
    found = run_json(
        "experiment", "analyze", experiments, "--metric", "converted", "--where", BANNER
    )
    assert found["verdict"]["status"] == "better"
    comparison = found["metrics"][0]["comparisons"][0]
    assert comparison["relative"]["low"] < 0.25 < comparison["relative"]["high"]
    json.dumps(found, allow_nan=False)


def test_memo_says_what_the_readout_says(experiments):
    found = analyse_file(experiments, Asked(metrics=("converted",)), where=[BANNER])
    page, text = render_memo(found, experiments.name), memo_text(found, experiments.name)
    for words in ("+4.6 % to +45.4 %", "Better", found.verdict.next_step[:20]):
        assert words in text.replace("better", "Better")
        assert words in page
    assert "http:" not in page
    assert "https:" not in page
    assert "## Decision" in text
    assert page == render_memo(found, experiments.name)


def test_memo_neutralises_names_that_are_markup(outcomes):
    arms = np.where(np.arange(500) % 2, "<script>alert(1)</script>", "A")
    found = analyse_file(outcomes(group=arms), Asked(metrics=("bought",)))
    assert "<script>alert" not in render_memo(found, "[x](y)")
    assert "<script>alert" not in memo_text(found, "[x](y)")


def test_a_blocked_memo_compares_nothing(outcomes):
    arms = np.where(np.arange(500) % 3 == 0, "B", "A")
    found = analyse_file(outcomes(group=arms), Asked(metrics=("bought",)))
    assert found.verdict.status is Status.BLOCKED
    assert 'id="differences"' not in render_memo(found, "x")
    assert "## Differences" not in memo_text(found, "x")


def test_design_plans_from_numbers_alone(run_json, command):
    found = run_json(
        "experiment", "design", "--baseline", "0.24", "--lift", "0.1", "--daily-units", "100"
    )
    assert found == {"needed_count": 10_267, "days": 103}
    done = command("experiment", "design", "--baseline", "24")
    assert done.returncode == 2
    assert "--deviation" in done.stderr


def uplift_rows(count: int = 6_000, gain: float = 0.3, seed: int = 2) -> dict:
    """A test whose treatment works on the young only, by `gain`."""
    random = np.random.default_rng(seed)
    age = random.uniform(18, 80, count)
    treated = random.random(count) < 0.5
    chance = 0.2 + gain * ((age < 40) & treated)
    return {
        "user_id": range(count),
        "arm": np.where(treated, "mail", "control"),
        "age": age.round(1),
        "city": random.choice(["Bonn", "Köln"], count),
        "bought": (random.random(count) < chance).astype(int),
    }


@pytest.mark.parametrize("learner", list(Learner))
@pytest.mark.parametrize(("gain", "is_allowed"), [(0.3, True), (0.0, False)])
def test_uplift_is_found_where_it_is_planted_and_refused_where_not(
    tmp_path, learner, gain, is_allowed
):
    file = tmp_path / "test.csv"
    pd.DataFrame(uplift_rows(gain=gain)).to_csv(file, index=False)
    asked = UpliftAsked(
        outcome="bought", features=("age", "city"), learner=learner, family=Family.LOGISTIC
    )
    found = uplift_of_file(file, asked)
    assert found.is_allowed == is_allowed
    nobody, *best, everybody = found.policies
    assert everybody.value == pytest.approx(0.2 + gain * 22 / 62, abs=0.04)
    if is_allowed:
        # Half of the customers bring nearly all that everybody brings.
        assert best[1].value - nobody.value > 0.8 * (everybody.value - nobody.value)


def test_uplift_asks_for_what_was_known_before(tmp_path):
    file = tmp_path / "test.csv"
    pd.DataFrame(uplift_rows(500)).to_csv(file, index=False)
    asked = UpliftAsked(outcome="bought", features=(), learner=Learner.T, family=Family.LOGISTIC)
    with pytest.raises(UsageError) as error:
        uplift_of_file(file, asked)
    assert "`age`, `city`" in error.value.hint
