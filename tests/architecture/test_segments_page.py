"""Every limit and name that the page on segments gives is the one in the code."""

from pathlib import Path

import pytest

from shopkeeper.lifecycle.promotion import DEFAULT_LIMITS as GATE
from shopkeeper.models import kmeans
from shopkeeper.tasks.customer_segmentation import (
    choice,
    contest,
    features,
    gate,
    matching,
    names,
)

PAGE = (Path(__file__).parents[2] / "docs" / "concepts" / "segments.md").read_text()
TEXT = " ".join(PAGE.split())
LOW, HIGH = (f"{edge * 100:g} %" for edge in kmeans.EDGES)


@pytest.mark.parametrize(
    "words",
    [
        *(f"| `{feature.name}` |" for feature in features.FEATURES),
        f"goes together with an earlier one by {features.SAME} or more",
        f"within the shop's {LOW} and {HIGH} quantile",
        f"plus {kmeans.FENCE:g} times the distance between the quartiles",
        f"{choice.COUNTS[0]} to {choice.COUNTS[-1]} groups are tried on {choice.SAMPLE} customers",
        f"less than {choice.LEAST_SHARE * 100:g} % of the customers",
        f"groups of {choice.RESAMPLES} resamples agree with those of all by less than "
        f"{choice.LEAST_STABILITY}",
        f"At up to {contest.MOST_FOLDS} past days",
        f"{contest.LATER_DAYS} days later the groups are held",
        *(f"against `{name}`" for name in contest.BASELINES),
        f"best of {contest.DRAWS} draws",
        f"on average | at least {gate.LEAST_AGREEMENT} |",
        f"worst day | at least {gate.LEAST_AGREEMENT_OF_A_FOLD} |",
        f"resamples of today | at least {choice.LEAST_STABILITY} |",
        f"could be judged | at least {GATE.folds} |",
        f"more than {names.NOTABLE} standard deviations",
        f"at least {names.MOSTLY * 100:g} % bought once",
        f"moved by at most {matching.SMALL_MOVE} or",
    ],
)
def test_the_page_says_what_the_code_does(words):
    assert words in TEXT
