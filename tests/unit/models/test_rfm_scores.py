"""RFM scores: cut points from values that occur, equal scores for equal values, ten segments."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopkeeper.errors import UsageError
from shopkeeper.models.rfm_scores import MEASURES, SCORES, SEGMENTS, RfmScores, segment_of

BANDS = {
    "days_since_last_order": (30, 90, 180, 365),
    "order_count": (1, 2, 5, 10),
    "order_amount": (50, 100, 500, 1000),
}


def customers(days: list, counts: list | None = None, amounts: list | None = None) -> pd.DataFrame:
    """Gives customers with these measures; counts and amounts are 1 where not given."""
    ones = [1] * len(days)
    return pd.DataFrame(
        dict(zip(MEASURES, (days, counts or ones, amounts or ones), strict=True)),
        index=[f"c{place}" for place in range(len(days))],
    )


def scores(model: RfmScores, frame: pd.DataFrame, score: str = "frequency_score") -> list[int]:
    return model.fit(frame).predict(frame)[score].tolist()


def test_quintiles_give_a_fifth_of_the_customers_each_score():
    frame = customers([1] * 10, counts=list(range(1, 11)))
    assert scores(RfmScores(), frame) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_quartiles_give_a_quarter_of_the_customers_each_score():
    frame = customers([1] * 8, counts=list(range(1, 9)))
    assert scores(RfmScores("quartiles"), frame) == [1, 1, 2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize("count", [5, 35, 55, 115, 1005])
def test_groups_are_of_equal_size_where_all_values_differ(count):
    found = scores(RfmScores(), customers([1] * count, counts=list(range(count))))
    assert np.bincount(found)[1:].tolist() == [count // 5] * 5


def test_fewer_days_since_the_last_order_score_higher():
    frame = customers([10, 20, 30, 40, 50])
    assert scores(RfmScores(), frame, "recency_score") == [5, 4, 3, 2, 1]


def test_a_larger_amount_scores_higher():
    frame = customers([1] * 5, amounts=[-3, 0, 0.5, 10, 99])
    assert scores(RfmScores(), frame, "monetary_score") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("scoring", ["quintiles", "quartiles"])
@pytest.mark.parametrize("score", SCORES)
def test_equal_values_have_equal_scores(scoring, score):
    values = [1, 1, 1, 2, 1, 1, 3, 2, 7, 1]
    found = scores(RfmScores(scoring), customers(values, values, values), score)
    assert len(set(zip(values, found, strict=True))) == len(set(values))


@pytest.mark.parametrize("scoring", ["quintiles", "quartiles"])
def test_the_order_of_rows_changes_no_score(scoring):
    frame = customers([3, 1, 4, 1, 5, 9], counts=[2, 6, 5, 3, 5, 8], amounts=[9, 7, 9, 3, 2, 3])
    turned = frame.iloc[[4, 2, 0, 5, 1, 3]]
    whole = RfmScores(scoring).fit(frame).predict(frame)
    assert RfmScores(scoring).fit(turned).predict(turned).reindex(frame.index).equals(whole)


def test_cut_points_are_values_that_occur():
    frame = customers([1] * 7, amounts=[1.5, 2.5, 7, 7, 11, 13, 99])
    assert set(RfmScores().fit(frame).thresholds_["order_amount"]) <= set(frame["order_amount"])


def test_where_all_have_bought_once_nobody_is_frequent():
    assert scores(RfmScores(), customers([1, 2, 3, 4])) == [1, 1, 1, 1]


def test_one_customer_is_scored():
    frame = customers([12])
    assert RfmScores().fit(frame).predict(frame)["rfm_score"].tolist() == ["511"]


def test_a_new_customer_is_scored_with_the_cut_points_that_were_learned():
    model = RfmScores().fit(customers([10, 20, 30, 40, 50], counts=[1, 2, 3, 4, 5]))
    found = model.predict(customers([1, 35, 999], counts=[9, 3, 0]))
    assert found["rfm_score"].tolist() == ["551", "231", "111"]


def test_predicting_changes_no_cut_point():
    model = RfmScores().fit(customers([10, 20, 30, 40, 50]))
    before = dict(model.thresholds_)
    model.predict(customers([1, 2, 3]))
    assert model.thresholds_ == before


def test_the_three_scores_are_one_text():
    frame = customers([10, 20, 30, 40, 50], counts=[5, 4, 3, 2, 1], amounts=[1, 1, 1, 1, 9])
    found = RfmScores().fit(frame).predict(frame)
    assert found["rfm_score"].tolist()[0] == "551"


def test_a_prediction_has_one_row_for_each_customer_under_the_same_index():
    frame = customers([10, 20, 30])
    assert RfmScores().fit(frame).predict(frame).index.equals(frame.index)


def test_a_prediction_for_nobody_is_empty():
    found = RfmScores().fit(customers([1, 2])).predict(customers([]))
    assert list(found.columns) == [*SCORES, "rfm_score", "segment"]
    assert found.empty


def test_a_value_on_a_band_has_not_passed_it():
    model = RfmScores("bands", BANDS)
    frame = customers([30, 31, 365, 366], counts=[1, 2, 10, 11], amounts=[50, 51, 1000, 1000.01])
    assert model.fit(frame).predict(frame)["rfm_score"].tolist() == ["511", "422", "244", "155"]


def test_bands_do_not_depend_on_who_is_there():
    frame = customers([10, 200], counts=[1, 8])
    model = RfmScores("bands", BANDS)
    one_by_one = [scores(model, frame.iloc[[place]])[0] for place in (0, 1)]
    assert one_by_one == scores(model, frame)


def test_bands_need_no_customer_to_learn_from():
    model = RfmScores("bands", BANDS).fit(customers([]))
    assert model.thresholds_["order_count"] == BANDS["order_count"]


@pytest.mark.parametrize(
    ("model", "top"),
    [
        (RfmScores(), 5),
        (RfmScores("quartiles"), 4),
        (RfmScores("bands", dict.fromkeys(MEASURES, (1, 2))), 3),
    ],
    ids=["quintiles", "quartiles", "bands"],
)
def test_the_best_score_follows_from_the_number_of_cut_points(model, top):
    assert model.top_score == top


@pytest.mark.parametrize(
    ("cuts", "shown"),
    [((90, 30), "[90, 30]"), ((30, 30), "[30, 30]"), ((), "[]")],
    ids=["falling", "equal", "none"],
)
def test_bands_that_do_not_rise_are_refused(cuts, shown):
    with pytest.raises(UsageError) as caught:
        RfmScores("bands", {**BANDS, "order_count": cuts})
    assert (
        caught.value.message == f"Bands of `order_count` must be ascending numbers; found {shown}."
    )


def test_a_measure_without_bands_is_refused():
    with pytest.raises(UsageError, match="Bands of `days_since_last_order`"):
        RfmScores("bands", {})


def test_bands_of_different_length_are_refused():
    with pytest.raises(UsageError, match="same number of cut points"):
        RfmScores("bands", {**BANDS, "order_count": (1,)})


def test_learning_from_nobody_is_refused():
    with pytest.raises(UsageError, match="at least one customer"):
        RfmScores().fit(customers([]))


def test_predicting_before_learning_is_refused():
    with pytest.raises(UsageError, match="not fitted"):
        RfmScores().predict(customers([1]))


@pytest.mark.parametrize("model", [RfmScores(), RfmScores("quartiles"), RfmScores("bands", BANDS)])
def test_a_saved_model_scores_as_before(model):
    frame = customers([3, 1, 4, 1, 5], counts=[2, 6, 5, 3, 5], amounts=[0.1, 0.2, 0.3, 1 / 3, 7])
    whole = model.fit(frame).predict(frame)
    assert RfmScores.load(model.save()).predict(frame).equals(whole)


def test_a_saved_model_is_saved_as_the_same_text():
    text = RfmScores("bands", BANDS).fit(customers([1])).save()
    assert RfmScores.load(text).save() == text


def test_a_model_is_saved_as_json():
    state = json.loads(RfmScores().fit(customers([1, 2, 3, 4, 5])).save())
    assert state["thresholds"]["days_since_last_order"] == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(("recency", "activity"), product(range(1, 6), range(1, 6)))
def test_every_cell_of_the_grid_has_one_segment_the_first_that_fits(recency, activity):
    fitting = [
        segment.name
        for segment in SEGMENTS
        if segment.recency[0] <= recency <= segment.recency[1]
        and segment.activity[0] <= activity <= segment.activity[1]
    ]
    cell = np.array([recency]), np.array([activity]), np.array([activity])
    assert segment_of(*cell).tolist() == fitting[:1]


@pytest.mark.parametrize("top_score", [2, 3, 4, 5, 6, 10])
def test_every_customer_has_a_named_segment_on_any_scale(top_score):
    grid = np.array(list(product(range(1, top_score + 1), repeat=3)))
    assert set(segment_of(*grid.T, top_score)) <= {segment.name for segment in SEGMENTS}


def test_every_segment_can_be_reached():
    grid = np.array(list(product(range(1, 6), repeat=3)))
    assert set(segment_of(*grid.T)) == {segment.name for segment in SEGMENTS}


@pytest.mark.parametrize(
    ("score", "segment"),
    [
        ("555", "Champions"),
        ("543", "Champions"),
        ("455", "Loyal customers"),
        ("344", "Loyal customers"),
        ("533", "Potential loyalists"),
        ("421", "Potential loyalists"),
        ("511", "New customers"),
        ("411", "Promising"),
        ("333", "Need attention"),
        ("312", "About to sleep"),
        ("311", "About to sleep"),
        ("255", "At risk"),
        ("233", "At risk"),
        ("155", "Cannot lose them"),
        ("133", "Hibernating"),
        ("211", "Hibernating"),
    ],
)
def test_a_score_has_the_segment_that_its_words_mean(score, segment):
    recency, frequency, monetary = (np.array([int(digit)]) for digit in score)
    assert segment_of(recency, frequency, monetary).tolist() == [segment]


@pytest.mark.parametrize("top_score", [2, 3, 4, 5, 10])
@pytest.mark.parametrize(("end", "segment"), [("top", "Champions"), ("bottom", "Hibernating")])
def test_the_best_and_the_worst_are_so_on_any_scale(top_score, end, segment):
    best = np.array([top_score if end == "top" else 1])
    assert segment_of(best, best, best, top_score).tolist() == [segment]


def test_there_are_ten_segments_with_plain_words():
    assert len({segment.name for segment in SEGMENTS}) == 10
    assert all(segment.meaning and segment.advice for segment in SEGMENTS)


def counted(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Gives for each measure how many customers have each value, in no order."""
    return {
        measure: frame.groupby(measure, sort=False)
        .size()
        .rename_axis("value")
        .reset_index(name="customer_count")
        for measure in MEASURES
    }


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=60),
    st.sampled_from(["quintiles", "quartiles"]),
)
def test_counts_of_values_teach_the_same_as_the_customers(values, scoring):
    frame = customers(values, counts=values[::-1], amounts=[value / 7 for value in values])
    learned = RfmScores(scoring).fit_counts(counted(frame)).thresholds_
    assert learned == RfmScores(scoring).fit(frame).thresholds_


def test_bands_are_kept_whatever_is_counted():
    model = RfmScores("bands", BANDS).fit_counts(counted(customers([1, 2])))
    assert model.thresholds_ == {name: tuple(cuts) for name, cuts in BANDS.items()}


def test_no_counts_are_refused():
    with pytest.raises(UsageError, match="at least one customer"):
        RfmScores().fit_counts(counted(customers([])))
