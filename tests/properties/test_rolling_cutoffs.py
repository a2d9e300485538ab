"""No fold is taught anything that its own day could not have known."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from shopkeeper.evaluation.splits import label_cutoffs, rolling_cutoffs

ANY_QUESTION = settings(max_examples=100, deadline=None, database=None, derandomize=True)
DAYS = st.integers(1, 200)
DATES = st.dates(date(2009, 1, 1), date(2030, 1, 1))


@st.composite
def questions(draw):
    first = draw(DATES)
    return {
        "first_date": first,
        "as_of": first + timedelta(days=draw(st.integers(0, 1_500))),
        "horizon_days": draw(DAYS),
        "step_days": draw(st.integers(5, 200)),
        "least_history_days": draw(st.integers(0, 400)),
        "count": draw(st.integers(1, 12)),
    }


@ANY_QUESTION
@given(questions())
def test_no_label_window_reaches_into_the_future_of_its_fold(asked):
    for fold in rolling_cutoffs(**asked):
        assert fold.train_cutoffs
        assert fold.taught_until <= fold.cutoff
        assert max(fold.train_cutoffs) + timedelta(days=asked["horizon_days"]) <= fold.cutoff
        assert fold.judged_until <= asked["as_of"]


@ANY_QUESTION
@given(questions())
def test_every_cutoff_has_its_history(asked):
    earliest = asked["first_date"] + timedelta(days=asked["least_history_days"])
    for fold in rolling_cutoffs(**asked):
        assert min(fold.train_cutoffs) >= earliest


@ANY_QUESTION
@given(questions())
def test_folds_are_the_last_ones_that_the_data_carry(asked):
    folds = rolling_cutoffs(**asked)
    every = rolling_cutoffs(**{**asked, "count": 10_000})
    assert folds == every[-asked["count"] :]
    assert [fold.cutoff for fold in folds] == sorted({fold.cutoff for fold in folds})
    if folds:
        assert folds[-1].judged_until == asked["as_of"]


@ANY_QUESTION
@given(questions())
def test_nothing_that_may_be_taught_is_left_out(asked):
    given_ = {name: value for name, value in asked.items() if name != "count"}
    cutoffs = label_cutoffs(given_.pop("first_date"), given_.pop("as_of"), **given_)
    whole = timedelta(days=asked["horizon_days"])
    for fold in rolling_cutoffs(**asked):
        may = [cutoff for cutoff in cutoffs if cutoff + whole <= fold.cutoff]
        assert list(fold.train_cutoffs) == may


@ANY_QUESTION
@given(questions())
def test_steps_of_a_horizon_give_windows_that_share_no_day(asked):
    asked = {**asked, "step_days": asked["horizon_days"]}
    for fold in rolling_cutoffs(**asked):
        row = [*fold.train_cutoffs, fold.cutoff]
        for earlier, later in pairwise(row):
            assert later - earlier == timedelta(days=asked["horizon_days"])
