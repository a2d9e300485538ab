"""Segmentation: groups come out again, keep ids and names, and are refused where there are none."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from segment_customers import customers, one_time, uniform

from shopkeeper.errors import ModelDataError
from shopkeeper.lifecycle.promotion import judge
from shopkeeper.models.model import Model
from shopkeeper.tasks.customer_segmentation import contest
from shopkeeper.tasks.customer_segmentation.choice import choose, chosen_of
from shopkeeper.tasks.customer_segmentation.features import RAW, useful, with_features
from shopkeeper.tasks.customer_segmentation.gate import demands
from shopkeeper.tasks.customer_segmentation.model import SegmentationModel

FIRST, AS_OF = date(2024, 1, 1), date(2025, 6, 30)


def verdict_of(at) -> tuple[bool, tuple[str, ...]]:
    """Whether gate and demands let groups through, and why not."""
    folds = contest.hold(at, FIRST, AS_OF, seed=0)
    evidence = contest.evidence_of(folds)
    asked = judge(evidence, contest.CHALLENGER)
    features = with_features(at(AS_OF))
    trials = choose(features[list(useful(features))], seed=0)
    missed = tuple(d.sentence for d in demands(folds, chosen_of(trials)) if not d.passed)
    return asked.passed and not missed, asked.refusals + missed


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return customers(1)


@pytest.fixture(scope="module")
def model(rows) -> SegmentationModel:
    return SegmentationModel(seed=0).fit(rows)


def test_it_follows_the_protocol(model):
    assert isinstance(model, Model)


def test_the_number_of_groups_is_found(rows, model):
    assert model.fitted.cluster_count == 4
    table = pd.crosstab(rows["kind"], model.predict(rows)["cluster_id"])
    assert table.max(axis=1).sum() > 0.99 * len(rows)


def test_names_say_what_groups_are_and_differ(rows, model):
    found = model.predict(rows)["segment"]
    names = [found[rows["kind"] == kind].mode()[0] for kind in range(4)]
    assert len(set(names)) == 4
    assert "requent" in names[0]
    assert "lately" in names[0]
    assert "long ago" in names[1]
    assert "Big spenders" in names[3]


def test_saved_and_loaded_says_the_same(rows, model):
    again = SegmentationModel.load(model.save())
    assert again.predict(rows).equals(model.predict(rows))
    assert again.segments == model.segments
    assert again.save() == model.save()


def test_names_and_centres_that_do_not_belong_together_are_refused(model):
    other = SegmentationModel(seed=0, cluster_count=3).fit(customers(1))
    mixed = {**model.save(), "kmeans.json": other.save()["kmeans.json"]}
    with pytest.raises(ModelDataError, match="as many names"):
        SegmentationModel.load(mixed)


def test_the_order_of_customers_changes_nothing(rows, model):
    shuffled = rows.sample(frac=1, random_state=5)
    assert SegmentationModel(seed=0).fit(shuffled).save() == model.save()


def test_a_new_customer_is_put_into_a_group_from_raw_values(rows, model):
    some = rows.iloc[[7]]
    alone = pd.DataFrame([some[list(RAW)].iloc[0].to_dict()])
    assert model.predict(alone)["segment"].tolist() == model.predict(some)["segment"].tolist()
    with pytest.raises(ModelDataError, match="purchase_amount"):
        model.predict(alone.drop(columns="purchase_amount"))


def test_a_refit_keeps_ids_and_names(rows, model):
    """Other customers of the same kinds, and centres that come in another order."""
    later = customers(2, 800, shift=0.1).sample(frac=1, random_state=3)
    refit = SegmentationModel(seed=9).fit(later).continuing(model)
    assert {s.cluster_id: s.name for s in refit.segments} == {
        s.cluster_id: s.name for s in model.segments
    }
    before, after = model.predict(rows), refit.predict(rows)
    assert (before["cluster_id"] == after["cluster_id"]).mean() > 0.99
    assert (before["segment"] == after["segment"]).mean() > 0.99


def test_ids_do_not_follow_the_order_of_centres(model):
    """The match is by place: with the champion's ids turned round, so are those of the refit."""
    import dataclasses

    turned = SegmentationModel.load(model.save())
    turned.segments = tuple(
        dataclasses.replace(s, cluster_id=str(9 - int(s.cluster_id)), name=f"old {s.name}")
        for s in model.segments
    )
    refit = SegmentationModel(seed=0).fit(customers(2)).continuing(turned)
    assert {s.cluster_id for s in refit.segments} == {s.cluster_id for s in turned.segments}
    assert all(s.name.startswith("old ") for s in refit.segments)


def test_a_group_that_is_new_gets_a_new_id(rows, model):
    without = SegmentationModel(seed=0, cluster_count=3).fit(rows[rows["kind"] != 0])
    refit = SegmentationModel(seed=0).fit(rows).continuing(without)
    ids = sorted(int(s.cluster_id) for s in refit.segments)
    assert ids == [1, 2, 3, 4]
    (fresh,) = [s for s in refit.segments if s.cluster_id == "4"]
    found = refit.predict(rows)
    assert (found[rows["kind"] == 0]["segment"] == fresh.name).mean() > 0.99


def test_one_time_buyers_are_grouped_by_what_tells_them_apart():
    rows = one_time(1)
    model = SegmentationModel(seed=0).fit(rows)
    assert model.fitted.features == ("days_since_last_purchase", "mean_purchase_amount")
    table = pd.crosstab(rows["kind"], model.predict(rows)["cluster_id"])
    assert table.max(axis=1).sum() > 0.99 * len(rows)


def test_customers_who_are_all_alike_are_refused(rows):
    with pytest.raises(ModelDataError, match="alike"):
        SegmentationModel(seed=0).fit(pd.concat([rows.head(1)] * 50, ignore_index=True))


def test_groups_that_are_there_pass_the_gate():
    passed, why = verdict_of(lambda day: customers(day.toordinal()))
    assert passed, why


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_noise_without_groups_is_refused(seed):
    passed, why = verdict_of(lambda day: uniform(seed * 1_000_000 + day.toordinal()))
    assert not passed
    assert why


def test_groups_of_features_that_do_not_go_together_are_refused():
    """Clear and stable, but only because each feature by itself has two heaps."""

    def at(day: date) -> pd.DataFrame:
        random = np.random.default_rng(day.toordinal())
        found = one_time(day.toordinal())
        return found.assign(purchase_amount=random.permutation(found["purchase_amount"]))

    passed, why = verdict_of(at)
    assert not passed
    assert "`shuffled`" in " ".join(why)


def test_groups_that_do_not_come_out_again_are_refused():
    """In one quarter customers differ by money alone, in the next by silence alone."""
    days = contest.dates_of(FIRST, AS_OF)

    def at(day: date) -> pd.DataFrame:
        found = uniform(day.toordinal())
        by = ("purchase_amount", "days_since_last_purchase")[days.index(day) % 2]
        return found.assign(**{by: found[by] * np.repeat([1.0, 3000.0], 200)})

    passed, why = verdict_of(at)
    assert not passed
    assert "agree with the old ones" in " ".join(why)


def test_later_customers_change_no_fold():
    """What lies after a fold's later day is not looked at."""
    asked: list[date] = []

    def at(day: date) -> pd.DataFrame:
        asked.append(day)
        return customers(day.toordinal())

    folds = contest.hold(at, FIRST, AS_OF, seed=0)
    assert max(asked) <= AS_OF
    assert [fold.cutoff for fold in folds] == list(contest.cutoffs_of(FIRST, AS_OF))
    assert all(later <= AS_OF for later in contest.dates_of(FIRST, AS_OF))


def test_too_little_history_gives_no_fold_and_no_pass():
    folds = contest.hold(lambda _: customers(1), date(2025, 5, 1), AS_OF, seed=0)
    assert folds == ()
    assert not judge(contest.evidence_of(folds), contest.CHALLENGER).passed
