"""Every limit and name that the page on lifetime value gives is the one in the code."""

import re
from pathlib import Path

import pytest

from shopkeeper.evaluation.lifetime_value import MEAN_METRICS, PRIMARY
from shopkeeper.lifecycle.promotion import DEFAULT_LIMITS as GATE
from shopkeeper.settings import LifetimeValueSettings
from shopkeeper.tasks.lifetime_value import contest, histories, model, ranges, season
from shopkeeper.tasks.lifetime_value.candidates import BASELINES, MAKERS
from shopkeeper.tasks.lifetime_value.values import CONTRACT

PAGE = (Path(__file__).parents[2] / "docs" / "concepts" / "lifetime-value.md").read_text()
TEXT = " ".join(PAGE.split())
DAYS = LifetimeValueSettings().horizons_days
STEPS = contest.FOLD_STEPS_DAYS


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


@pytest.mark.parametrize(
    "words",
    [
        f"horizon** of {DAYS[0]}, {DAYS[1]} and {DAYS[2]} days",
        f"{_percent(ranges.LEVEL)} of such customers",
        f"within {model.LATEST_DAYS} days |",
        f"ln(1+d)·H/{model.YEAR_DAYS}",
        f"both with {season.CAUTION:.0f} purchases added",
        f"{season.ROUNDS} rounds",
        f"Under {season.LEAST_DAYS} days of history",
        f"at most {contest.MOST_FOLDS} cut-offs, {STEPS[0]} days apart where that gives at least "
        f"{contest.LEAST_FOLDS} with {contest.SEASONED_DAYS} days before them, else {STEPS[1]} or "
        f"{STEPS[2]}",
        f"up to {ranges.MOST_CLASSES} classes of at least {ranges.LEAST_IN_CLASS} customers",
        f"at least {GATE.folds} later folds",
        f"by more than {_percent(GATE.margin)}",
        f"at most {_percent(GATE.calibration_mean)} on average and "
        f"{_percent(GATE.calibration_fold)} on any fold",
        f"no fold more than {_percent(GATE.fold)}, and on no slice",
        f"more than {_percent(GATE.slice)} worse",
    ],
)
def test_limit_is_the_one_in_the_code(words):
    assert words in TEXT


def test_a_prior_weighs_a_tenth():
    assert histories.PRIOR_SHARE == 0.1
    assert "A prior weighs a tenth of the customers" in TEXT


def test_every_candidate_has_its_line_and_baselines_are_called_so():
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (.*) \|$", PAGE, re.MULTILINE)
    told = {name: words for names, words in rows for name in re.findall(r"`(\w+)`", names)}
    for name in MAKERS:
        assert name in told, name
        assert ("**baseline**" in told[name]) == (name in BASELINES), name


def test_every_metric_has_its_line_and_one_decides():
    for name, better in MEAN_METRICS.items():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        word = {"lower": "lower", "higher": "higher", "near_one": "near 1"}[better.name.lower()]
        assert word in line.split("|")[-2], name
        assert ("**decides**" in line) == (name == PRIMARY), name


def test_columns_that_are_named_exist():
    section = PAGE.split("## What is predicted")[1].split("## ")[0]
    named = {
        name
        for row in re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert named - {"lifetime_values"} <= set(CONTRACT.column_names)
    assert "expected_amount" in named
