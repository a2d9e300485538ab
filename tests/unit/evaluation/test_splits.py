from datetime import date

import pytest

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.splits import rolling_cutoffs

ASKED = {
    "first_date": date(2009, 12, 1),
    "as_of": date(2011, 12, 10),
    "horizon_days": 90,
    "step_days": 90,
    "least_history_days": 90,
    "count": 3,
}


def test_folds_of_two_years_by_quarter():
    folds = rolling_cutoffs(**ASKED)
    assert [str(fold.cutoff) for fold in folds] == ["2011-03-15", "2011-06-13", "2011-09-11"]
    assert [len(fold.train_cutoffs) for fold in folds] == [4, 5, 6]
    assert str(folds[0].train_cutoffs[0]) == "2010-03-20"
    assert str(folds[-1].judged_until) == "2011-12-10"
    assert str(folds[-1].taught_until) == "2011-09-11"


def test_a_year_ahead_needs_more_than_two_years():
    assert rolling_cutoffs(**{**ASKED, "horizon_days": 360, "step_days": 30}) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("horizon_days", 0), ("step_days", 0), ("count", 0), ("least_history_days", -1)],
)
def test_lengths_must_be_positive(name, value):
    with pytest.raises(UsageError, match=name):
        rolling_cutoffs(**{**ASKED, name: value})
