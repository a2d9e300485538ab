"""Cold start: customers of whom little is known get what is popular among customers alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from recommendation_shops import shop_of_tastes

from shopkeeper.models.recommender.pairs import Pairs, pairs_of
from shopkeeper.tasks.recommendation.cold import LEAST_BUYERS, Neighbourhoods, popular_rows

LENGTH = 3


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return shop_of_tastes()


@pytest.fixture(scope="module")
def pairs(rows) -> Pairs:
    return pairs_of(rows)


def around(pairs: Pairs, *, categories: bool = False, **groups: dict[str, str]) -> Neighbourhoods:
    """Everything may be shown; customers belong to groups as given."""
    ids = pairs.product_ids
    category = np.array([i[:2] for i in ids], dtype=object)
    return Neighbourhoods(
        pd.DataFrame({kind: pd.Series(by_id, dtype=object) for kind, by_id in groups.items()}),
        category if categories else np.full(len(ids), None, dtype=object),
        np.ones(len(ids), dtype=bool),
        ids,
    )


def filled(pairs: Pairs, hood: Neighbourhoods, *customers: str) -> pd.DataFrame:
    missing = pd.Series(LENGTH, index=pd.Index(customers, name="customer_id"))
    return popular_rows(pairs, hood, missing, pd.DataFrame())


def counted_lately(rows: pd.DataFrame, customers: set[str]) -> list[int]:
    """Gives how many of some customers bought each product lately, the most bought first."""
    is_late = (rows["as_of"] - rows["last_purchase_date"]).dt.days <= 91
    kept = rows[is_late & rows["customer_id"].isin(customers)]
    return sorted(kept["product_id"].value_counts(), reverse=True)


def halves(rows: pd.DataFrame, *names: str) -> dict[str, str]:
    ids = sorted(set(rows["customer_id"]))
    return {customer: names[place % len(names)] for place, customer in enumerate(ids)}


def test_a_segment_says_more_than_a_country(rows, pairs):
    segment = {**halves(rows, "Promising", "Champions"), "newcomer": "Promising"}
    country = dict.fromkeys(segment, "France")
    found = filled(pairs, around(pairs, segment=segment, country=country), "newcomer")
    alike = {customer for customer, name in segment.items() if name == "Promising"}
    told = [f"popular with Promising: {n} customers" for n in counted_lately(rows, alike)[:LENGTH]]
    assert [reason[: len(t)] for reason, t in zip(found["reason"], told, strict=True)] == told
    assert found["score"].is_monotonic_decreasing


def test_a_country_stands_in_where_no_segment_is_known(rows, pairs):
    country = {**halves(rows, "France", "Spain"), "newcomer": "Spain"}
    hood = around(pairs, segment=halves(rows, "Champions"), country=country)
    found = filled(pairs, hood, "newcomer")
    assert found["reason"].str.startswith("popular in Spain: ").all()


def test_a_category_that_a_customer_knows_says_most(rows, pairs):
    bought = rows["product_id"].str[:2].groupby(rows["customer_id"]).agg(["nunique", "first"])
    customer, taste = next(iter(bought[bought["nunique"] == 1]["first"].items()))
    hood = around(pairs, categories=True, country=halves(rows, "France"))
    found = filled(pairs, hood, customer)
    assert set(found["product_id"].str[:2]) == {taste}
    assert found["reason"].str.startswith(f"popular in {taste}: ").all()
    known = set(rows.loc[rows["customer_id"] == customer, "product_id"])
    assert not known & set(found["product_id"])


def test_a_small_group_says_less_than_the_whole_shop(rows, pairs):
    few = sorted(set(rows["customer_id"]))[: LEAST_BUYERS - 1]
    country = {**dict.fromkeys(few, "Malta"), "newcomer": "Malta"}
    found = filled(pairs, around(pairs, country=country), "newcomer")
    most = counted_lately(rows, set(rows["customer_id"]))[:LENGTH]
    told = [f"popular lately: {n} customers" for n in most]
    assert [reason[: len(t)] for reason, t in zip(found["reason"], told, strict=True)] == told


def test_everyone_gets_as_much_as_lacks(rows, pairs):
    ids = [*sorted(set(rows["customer_id"])), "newcomer"]
    hood = around(pairs, categories=True, country=halves(rows, "France", "Spain"))
    counts = filled(pairs, hood, *ids)["customer_id"].value_counts()
    assert set(counts.index) == set(ids)
    assert set(counts) == {LENGTH}
