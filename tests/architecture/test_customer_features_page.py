"""The page on customer features names every column and gives the limits that the code has."""

import re
from pathlib import Path

import pytest

from shopkeeper.marts.customer_features import buying, months, returns, visits
from shopkeeper.marts.customer_features.wide import CONTRACT

PAGE = (Path(__file__).parents[2] / "docs" / "concepts" / "customer-features.md").read_text()
TEXT = " ".join(PAGE.split())
NAMED = set(re.findall(r"`([a-z_0-9…]+)`", PAGE))


@pytest.mark.parametrize("column", CONTRACT.column_names[2:])
def test_every_column_is_explained(column):
    in_windows = re.sub(r"^last_\d+_days", "last_…_days", column)
    assert {column, in_windows} & NAMED


def test_no_column_is_explained_that_is_not_there():
    columns = {re.sub(r"^last_\d+_days", "last_…_days", name) for name in CONTRACT.column_names}
    endings = (
        "_count",
        "_amount",
        "_share",
        "_deviation",
        "_trend",
        "_order",
        "_orders",
        "_session",
    )
    explained = {name for name in NAMED if name.endswith(endings)}
    assert explained - columns - set(CONTRACT.column_names) == set()


@pytest.mark.parametrize(
    "words",
    [
        "There are four: {}, {}, {} and {} days".format(*buying.WINDOWS),
        f"a year ({buying.YEAR_DAYS} days)",
        f"A month here is {months.MONTH_DAYS} days",
        f"and {months.MONTHS} at most",
        *(f"`year_ago_{days}_days_amount`" for days in buying.SEASONS),
        *(f"`last_{days}_days_refund_amount`" for days in returns.WINDOWS),
        "within {} and {} days".format(*visits.WINDOWS),
    ],
)
def test_limits_are_those_of_the_code(words):
    assert words in TEXT
