"""K-means: groups that are there are found, the scaler goes with them, nobody is thrown away."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import ModelDataError, UsageError
from shopkeeper.models.kmeans import KMeans
from shopkeeper.models.model import Model

FEATURES = ("days", "amount")


def blobs(count: int = 300, seed: int = 4) -> pd.DataFrame:
    """Three groups a long way apart on a logarithmic scale, with the group in `truth`."""
    random = np.random.default_rng(seed)
    truth = np.arange(count) % 3
    days = np.exp(np.array([1.0, 4.0, 6.0])[truth] + random.normal(0, 0.2, count))
    amount = np.exp(np.array([3.0, 8.0, 3.0])[truth] + random.normal(0, 0.2, count))
    return pd.DataFrame({"days": days, "amount": amount, "truth": truth})


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return blobs()


@pytest.fixture(scope="module")
def fitted(rows) -> KMeans:
    return KMeans(FEATURES, 3).fit(rows)


def same(one, other) -> bool:
    """Whether two groupings are one, whatever their numbers."""
    pairs = {(a, b) for a, b in zip(one, other, strict=True)}
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_it_follows_the_protocol():
    assert isinstance(KMeans(FEATURES, 3), Model)


def test_groups_that_are_there_are_found(rows, fitted):
    assert same(fitted.predict(rows)["cluster"], rows["truth"])


def test_the_order_of_rows_changes_no_byte(rows, fitted):
    shuffled = rows.sample(frac=1, random_state=1)
    assert KMeans(FEATURES, 3).fit(shuffled).save() == fitted.save()


def test_the_number_of_threads_changes_no_byte(fitted, rows):
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        alone = KMeans(FEATURES, 3).fit(rows).save()
    assert alone == fitted.save()


def test_the_unit_of_money_changes_no_group(rows, fitted):
    pence = rows.assign(amount=rows["amount"] * 100)
    other = KMeans(FEATURES, 3).fit(pence)
    assert other.predict(pence)["cluster"].equals(fitted.predict(rows)["cluster"])


def test_one_huge_customer_owns_no_cluster_but_is_marked(rows):
    whale = pd.DataFrame({"days": [3.0], "amount": [1e9], "truth": [9]})
    found = KMeans(FEATURES, 3).fit(pd.concat([rows, whale], ignore_index=True))
    predicted = found.predict(rows)
    assert same(predicted["cluster"], rows["truth"])
    assert found.predict(whale)["is_outlier"].tolist() == [True]
    assert not predicted["is_outlier"].any()


def test_a_missing_value_is_taken_as_the_usual_one(rows, fitted):
    holed = rows.head(3).assign(amount=np.nan)
    usual = rows.head(3).assign(amount=np.quantile(rows["amount"], 0.5, method="inverted_cdf"))
    assert fitted.predict(holed).equals(fitted.predict(usual))


def test_values_at_or_below_zero_are_held_at_the_lower_edge(rows, fitted):
    none, negative = (rows.head(1).assign(amount=value) for value in (0.0, -5.0))
    assert np.isfinite(fitted.predict(none)["distance"]).all()
    assert fitted.predict(none).equals(fitted.predict(negative))


def test_clusters_without_their_scaler_are_refused(fitted):
    (name,) = fitted.save()
    state = json.loads(fitted.save()[name])
    for scaler in (None, {}, {**state["scaler"], "spread": [1.0]}):
        broken = json.dumps({**state, "scaler": scaler}).encode()
        with pytest.raises(ModelDataError, match="scaler"):
            KMeans.load({name: broken})


def test_without_the_scaler_a_whole_group_would_be_assigned_wrongly(rows, fitted):
    """The trap that the refusal is there for: raw values beside scaled centres."""
    raw = rows[list(FEATURES)].to_numpy()
    nearest = ((raw[:, None, :] - fitted.centres_[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest != fitted.predict(rows)["cluster"]).mean() > 0.3


def test_what_is_not_fitted_predicts_and_saves_nothing(rows):
    for action in (lambda m: m.predict(rows), lambda m: m.save(), lambda m: m.scaled(rows)):
        with pytest.raises(UsageError, match="not fitted"):
            action(KMeans(FEATURES, 3))


def test_rows_that_cannot_be_grouped_are_refused(rows):
    with pytest.raises(ModelDataError, match="too few"):
        KMeans(FEATURES, 3).fit(rows.head(14))
    with pytest.raises(ModelDataError, match="too alike"):
        KMeans(FEATURES, 3).fit(rows.assign(days=1.0, amount=2.0))
    with pytest.raises(ModelDataError, match="`amount`"):
        KMeans(FEATURES, 3).fit(rows.drop(columns="amount"))
    with pytest.raises(ModelDataError, match="no numbers"):
        KMeans(FEATURES, 3).fit(rows.assign(amount="much"))


def test_many_rows_are_learned_from_by_an_even_part(monkeypatch, rows):
    from shopkeeper.models import kmeans

    whole = KMeans(FEATURES, 3).fit(rows)
    monkeypatch.setattr(kmeans, "MOST_ROWS", 60)
    part = KMeans(FEATURES, 3).fit(rows)
    assert same(part.predict(rows)["cluster"], whole.predict(rows)["cluster"])
    assert not np.array_equal(part.centres_, whole.centres_)


def test_centres_of_another_program_are_taken_up_whole_or_refused():
    rows = pd.DataFrame({"days": np.arange(1.0, 41.0), "amount": np.arange(40.0, 0.0, -1.0)})
    here = KMeans(("days", "amount"), 2).fit(rows)
    taken = KMeans(("days", "amount"), 2).of_centres(
        here.scaler_, here.centres_[::-1], here.far_, here.row_count_
    )
    assert taken.save() == here.save()
    for wrong in (here.centres_[:, :1], here.centres_[:1], np.full((2, 2), np.nan)):
        with pytest.raises(ModelDataError):
            KMeans(("days", "amount"), 2).of_centres(here.scaler_, wrong, here.far_, 40)
