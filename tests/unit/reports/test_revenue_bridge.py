"""The arithmetic of a change: shares of factors, prices and mix, rounding that loses nothing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopkeeper.reports.revenue_bridge import (
    Book,
    ProductSums,
    effects,
    shapley_weights,
    to_the_cent,
    value_parts,
)

FACTORS = st.lists(
    st.tuples(st.fractions(0, 50, max_denominator=9), st.fractions(0, 50, max_denominator=9)),
    min_size=1,
    max_size=4,
)


def by_all_orders(before, after) -> list[Fraction]:
    """The definition: the mean contribution of each factor over all orders of changing."""
    count = len(before)
    total = [Fraction(0)] * count
    ways = list(permutations(range(count)))
    for way in ways:
        now = list(before)
        for place in way:
            was = np.prod(np.array(now, dtype=object))
            now[place] = after[place]
            total[place] += np.prod(np.array(now, dtype=object)) - was
    return [part / len(ways) for part in total]


@given(FACTORS)
def test_shares_are_the_mean_over_all_orders_of_changing(pairs):
    before, after = ([pair[side] for pair in pairs] for side in (0, 1))
    weights = shapley_weights(before, after)
    parts = [w * (b - a) for w, a, b in zip(weights, before, after, strict=True)]
    assert parts == by_all_orders(before, after)


def book(heads, orders, units, gross, discount=0) -> Book:
    return Book(heads, orders, Fraction(units), Fraction(gross), Fraction(discount))


def test_one_cause_alone_takes_all_of_the_change():
    base = book(10, 20, 100, 1000)
    more = effects(base, book(20, 40, 200, 2000))
    assert (more.heads, more.orders, more.units, more.value) == (1000, 0, 0, 0)
    oftener = effects(base, book(10, 40, 200, 2000))
    assert (oftener.heads, oftener.orders, oftener.units, oftener.value) == (0, 1000, 0, 0)
    dearer = effects(base, book(10, 20, 100, 2000))
    assert (dearer.heads, dearer.orders, dearer.units, dearer.value) == (0, 0, 0, 1000)


@pytest.mark.parametrize("way", [1, -1])
def test_from_nothing_and_to_nothing_is_all_customers(way):
    some, none = book(5, 9, 30, 123), book(0, 0, 0, 0)
    found = effects(*((none, some) if way == 1 else (some, none)))
    assert (found.heads, found.orders, found.units, found.value) == (way * 123, 0, 0, 0)
    assert found.rest == 0


def test_nothing_at_all_has_no_cause():
    found = effects(book(0, 0, 0, 0), book(0, 0, 0, 0))
    assert {found.heads, found.orders, found.units, found.value, found.rest} == {0}


def test_money_without_units_is_told_apart():
    found = effects(book(1, 1, 0, 5), book(1, 1, 0, 9))
    assert (found.value, found.rest) == (0, 4)


def split(before: dict, after: dict, discounts=(0, 0)) -> dict[str, float]:
    """Gives the parts for products as name → (units, price), one customer, one order."""
    names = sorted({*before, *after})
    sums = [
        np.array([side.get(name, (0, 0))[0] for name in names], dtype=float)
        for side in (before, after)
    ]
    gross = [
        np.array([np.prod(side.get(name, (0, 0))) for name in names], dtype=float)
        for side in (before, after)
    ]
    books = [
        book(1, 1, int(u.sum()), int(g.sum()), off)
        for u, g, off in zip(sums, gross, discounts, strict=True)
    ]
    whole = effects(*books)
    parts = value_parts(ProductSums(*sums, *gross), *books, whole)
    assert sum(parts.values()) == pytest.approx(float(whole.value))
    return parts


def test_dearer_products_are_price_and_nothing_else():
    parts = split({"a": (10, 5), "b": (10, 2)}, {"a": (10, 6), "b": (10, 3)})
    assert parts["price"] == pytest.approx(20)
    assert [parts[n] for n in ("mix", "new_products", "lost_products", "discounts")] == [0] * 4


def test_units_that_move_to_dearer_products_are_mix():
    parts = split({"a": (10, 5), "b": (10, 1)}, {"a": (15, 5), "b": (5, 1)})
    assert parts["mix"] == pytest.approx(20)
    assert parts["price"] == 0


def test_a_dear_new_product_and_a_cheap_lost_one_both_lift_the_amount_per_unit():
    parts = split({"a": (10, 5), "b": (10, 1)}, {"a": (10, 5), "c": (10, 9)})
    assert parts["new_products"] > 0
    assert parts["lost_products"] > 0
    assert parts["price"] == 0


def test_discounts_stand_apart_from_prices():
    parts = split({"a": (10, 5)}, {"a": (10, 5)}, discounts=(0, 10))
    assert parts["discounts"] == pytest.approx(-10)
    assert parts["price"] == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12))
def test_rounding_loses_nothing(parts):
    total = Decimal(str(round(sum(parts), 4)))
    found = to_the_cent({str(place): part for place, part in enumerate(parts)}, total)
    assert sum(found.values(), Decimal(0)) == total
    off = [abs(float(found[str(place)]) - part) for place, part in enumerate(parts)]
    assert max(off) <= 0.001
