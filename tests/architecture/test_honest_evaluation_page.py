"""Every limit that the page on honest evaluation gives is the one in the code."""

import re
from datetime import date
from pathlib import Path

import pytest

from shopkeeper.evaluation import facts, leakage, readiness, suspicious_features

PAGE = (Path(__file__).parents[2] / "docs" / "concepts" / "honest-evaluation.md").read_text()
TEXT = " ".join(PAGE.split())


@pytest.mark.parametrize(
    "words",
    [
        f"| repeat customers | at least {readiness.LEAST_REPEAT_CUSTOMERS} who",
        f"| repeat share | at least {readiness.LEAST_REPEAT_SHARE:.0%} |",
        f"| customers | at least {readiness.LEAST_CUSTOMERS} before",
        f"at least {readiness.LEAST_HISTORY_DAYS} days and {readiness.LEAST_HISTORY_OF_HORIZON} of",
        f"| windows to judge | at least {readiness.WINDOWS_TO_JUDGE} |",
        f"| windows to learn | at least {readiness.WINDOWS_TO_LEARN} that",
        f"| class balance | at least {readiness.LEAST_OF_EACH_CLASS} buyers and "
        f"{readiness.LEAST_OF_EACH_CLASS} others",
        f"| buyers | at least {readiness.LEAST_OF_EACH_CLASS} in",
        f"| paid orders | at least {readiness.LEAST_PAID_SHARE:.0%} above",
        f"at most {readiness.MOST_SILENT_DAYS} days without an order",
        f"quiet shops {readiness.SILENCE_OVER_CHANCE} times",
        f"at most {readiness.MOST_UNDATED_SHARE:.0%} without a date or before "
        f"{facts.FIRST_PLAUSIBLE_DATE}",
        f"| named revenue | at most {readiness.MOST_GUEST_SHARE:.0%} of",
        f"revenue named | at most {readiness.NOTABLE_GUEST_SHARE:.0%} of",
        f"{leakage.MOST_BELIEVABLE_AUC} where at least {leakage.EASY_BELOW_MINORITY} of the rows",
        f"in a line to {leakage.MOST_BELIEVABLE_AUC_WITHOUT_DOUBT} at none",
        f"`r + {leakage.SHARE_OF_WHAT_RECENCY_LEAVES}·(1 − r)`",
        f"(above {leakage.MOST_BELIEVABLE_RECENCY}, rising to "
        f"{suspicious_features.FUNCTION_OF_LABEL} between a smaller side of "
        f"{leakage.EASY_BELOW_MINORITY} and {leakage.ANYTHING_BELOW_MINORITY})",
        f"up to {suspicious_features.MOST_GROUPS} groups",
        f"AUC of at least {suspicious_features.FUNCTION_OF_LABEL} |",
        f"it reaches {suspicious_features.WHOLE_SCORE} of",
        f"at least {suspicious_features.LEAST_CARRYING}; never",
        f"by more than {suspicious_features.MOST_FADING} and two",
    ],
)
def test_limit_is_the_one_in_the_code(words):
    assert words in TEXT


def test_every_alarm_has_its_words():
    for kind in leakage.AlarmKind:
        known = {"feature changes with the future": "Future shuffle"}
        known["feature changes by itself"] = "A feature that changes between two calls"
        assert known.get(kind, kind).lower() in TEXT.lower(), kind


@pytest.mark.parametrize("task", readiness.TASKS)
def test_every_requirement_has_its_line_and_weight(task):
    rows = re.findall(r"^\| (.+?) \|.*\|" + r" (\w*) ?\|" * 5 + "$", PAGE, re.MULTILINE)
    columns = ["churn", "lifetime_value", "segmentation", "second_purchase", "recommendation"]
    column = columns.index(task)
    said = {name: row[1 + column] for row in rows for name in row[0].split(", ") if row[1 + column]}
    empty = facts.DataFacts(
        *(date(2025, 1, 1), 0, 0, 0, 0, None, None, 0, None, 0.0, 0.0, 0, (90,), ())
    )
    found = readiness.readiness(task, empty, 90).requirements
    expected = {need.name: "binding" if need.is_binding else "caveat" for need in found}
    assert said == expected
