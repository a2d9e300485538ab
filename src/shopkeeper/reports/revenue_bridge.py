"""Revenue bridge: the exact arithmetic that takes a change of revenue apart into its causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CENT_PARTS = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Book:
    """The sales of one period to one group: `heads` buyers (or None), orders, units, money."""

    heads: int | None
    orders: int
    units: Fraction
    gross: Fraction
    discount: Fraction

    @property
    def sold(self) -> Fraction:
        """Gross less discount."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class Effects:
    """What each factor of a group contributes to the change of what was sold to it.

    Attributes:
        heads: Of more or fewer customers (of orders, where the group has no customers).
        orders: Of orders per customer.
        units: Of units per order.
        value: Of the amount per unit.
        value_weight: Amount per unit of change in it; splits `value` further.
        heads_weight: The same for customers.
        rest: Money that no unit carries.
    """

    heads: Fraction
    orders: Fraction
    units: Fraction
    value: Fraction
    value_weight: Fraction
    heads_weight: Fraction
    rest: Fraction


def shapley_weights(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Fraction]:
    """Gives for each factor of a product the weight of its change.

    The change of the product is the sum of weight × change over the factors, whatever order the
    factors are thought to change in: a weight is the mean over all orders of the product of the
    other factors, each at its value before or after.

    References:
        Shapley, L. (1953). A value for n-person games; Sun, J. (1998), Energy Economics 20,
        85-100, for products of factors.
    """
    count = len(before)
    weights = []
    for place in range(count):
        others = [index for index in range(count) if index != place]
        weight = Fraction(0)
        for size in range(count):
            share = Fraction(1, count * comb(count - 1, size))
            for changed in combinations(others, size):
                product = Fraction(1)
                for index in others:
                    product *= after[index] if index in changed else before[index]
                weight += share * product
        weights.append(weight)
    return weights


def effects(before: Book, after: Book) -> Effects:
    """Takes the change of what was sold to a group apart.

    A factor that has no value in one of the periods (orders per customer without a customer) is
    taken from the other: nothing is then said to have changed in it.
    """
    one, other = _factors(before), _factors(after)
    first = [a if a is not None else (b or Fraction(0)) for a, b in zip(one, other, strict=True)]
    second = [b if b is not None else a for a, b in zip(first, other, strict=True)]
    weights = shapley_weights(first, second)
    parts = [w * (b - a) for w, a, b in zip(weights, first, second, strict=True)]
    rest = after.sold - before.sold - sum(parts)
    if len(parts) == 3:
        parts.insert(1, Fraction(0))
    heads, orders, units, value = parts
    return Effects(heads, orders, units, value, weights[-1], weights[0], rest)


def _factors(book: Book) -> list[Fraction | None]:
    def over(part: Fraction, whole: Fraction) -> Fraction | None:
        return part / whole if whole else None

    orders = Fraction(book.orders)
    tail = [over(book.units, orders), over(book.sold, book.units)]
    if book.heads is None:
        return [orders, *tail]
    heads = Fraction(book.heads)
    return [heads, over(orders, heads), *tail]


@dataclass(frozen=True, slots=True)
class ProductSums:
    """Units and gross amount of each product in both periods; arrays of shape (products,)."""

    units_before: Array
    units_after: Array
    gross_before: Array
    gross_after: Array


def value_parts(sums: ProductSums, before: Book, after: Book, whole: Effects) -> dict[str, float]:
    """Splits the effect of the amount per unit into price, mix, new and lost products, discounts.

    With `s` a product's part of all units and `p` its price, a product sold in both periods gives
    mean(s) × Δp to price and Δs × (mean(p) − P) to mix, where P is the mean of both periods'
    amount per unit before discounts; a new one gives s × (p − P), a lost one −s × (p − P).
    As the parts of units add up to one, P cancels out.
    """
    import numpy as np

    parts = dict.fromkeys(("price", "mix", "new_products", "lost_products", "discounts"), 0.0)
    if not (before.units and after.units):
        return parts
    share_before = sums.units_before / float(before.units)
    share_after = sums.units_after / float(after.units)
    sold_before, sold_after = sums.units_before > 0, sums.units_after > 0
    price_before = np.divide(
        sums.gross_before, sums.units_before, out=np.zeros_like(share_before), where=sold_before
    )
    price_after = np.divide(
        sums.gross_after, sums.units_after, out=np.zeros_like(share_after), where=sold_after
    )
    middle = float(before.gross / before.units + after.gross / after.units) / 2
    both = sold_before & sold_after
    mean_share, mean_price = (share_before + share_after) / 2, (price_before + price_after) / 2
    weight = float(whole.value_weight)
    given = float(after.discount / after.units - before.discount / before.units)
    terms = {
        "price": mean_share * (price_after - price_before) * both,
        "mix": (share_after - share_before) * (mean_price - middle) * both,
        "new_products": share_after * (price_after - middle) * (sold_after & ~sold_before),
        "lost_products": -share_before * (price_before - middle) * (sold_before & ~sold_after),
    }
    found = {name: weight * float(term.sum()) for name, term in terms.items()}
    return {**found, "discounts": -weight * given}


def to_the_cent(parts: Mapping[str, Fraction | float], total: Decimal) -> dict[str, Decimal]:
    """Gives the parts as decimals that add up to `total`; the largest part takes the rounding."""
    rounded = {
        name: (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
            CENT_PARTS, ROUND_HALF_EVEN
        )
        for name, part in parts.items()
        for value in [Fraction(part)]
    }
    largest = max(rounded, key=lambda name: (abs(rounded[name]), name))
    rounded[largest] += total - sum(rounded.values(), Decimal(0))
    return rounded
