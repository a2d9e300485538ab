"""What is bought together: pairs of products in one order, and whether that can be chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from shopkeeper.reports.drill import Selection
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.sales_rolls import BASKETS, PAIR_ORDERS

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "Of all orders with a product: support is the part that holds both, confidence the part of the "
    "orders with one that hold the other, lift how many times more often both stand together than "
    "if they were bought without regard to each other. Judged are pairs with enough common orders "
    "among the products on most orders. Kept are pairs whose lift lies above 1 even at the lower "
    "end of its interval; the intervals are widened so that all of them hold together with 95 %, "
    "however many pairs were judged (Bonferroni)."
)
CAUTION = (
    "A high lift says that two products are wanted by the same orders, not that offering one "
    "sells the other; variants of one product often stand on top. Where some orders are far larger "
    "than others, they hold more of everything, which lifts all pairs: compare pairs, not to 1."
)
LEVEL = 0.95
SOLD = Selection(BASKETS.name)


@dataclass(frozen=True, slots=True)
class ProductPair:
    """Two products bought together; `lower_lift` and `upper_lift` hold for all pairs at once."""

    first_product_id: str
    first_product_name: str
    second_product_id: str
    second_product_name: str
    order_count: int
    expected_order_count: float
    support: float
    confidence: float
    reverse_confidence: float
    lift: float
    lower_lift: float
    upper_lift: float
    orders: Selection


@dataclass(frozen=True, slots=True)
class Basket:
    """Pairs of products that stand together more often than chance, the surest first."""

    as_of: date
    definition: str
    caution: str
    order_count: int
    judged_pair_count: int
    kept_pair_count: int
    pairs: tuple[ProductPair, ...]
    findings: tuple[str, ...]
    refusal: str | None
    orders: Selection | None = None


def basket(
    product_pairs: ir.Table, product_performance: ir.Table, *, as_of: date, limit: int
) -> Basket:
    """Gives the pairs of products that were bought together before `as_of`.

    Args:
        product_pairs: One row per pair of products.
        product_performance: One row per product, for its name.
        as_of: Day before which data are seen.
        limit: Pairs to name.
    """
    counts = product_pairs.to_pyarrow()
    judged = counts.num_rows
    if not judged:
        reason = "No two products are together on enough orders to say anything."
        return Basket(as_of, DEFINITION, CAUTION, 0, 0, 0, (), (), reason)
    deviation = deviations(judged)
    kept = []
    for row in counts.to_pylist():
        both, whole = int(row["pair_order_count"]), int(row["order_count"])
        one, other = int(row["first_order_count"]), int(row["second_order_count"])
        lift, lower, upper = lift_interval(both, one, other, whole, deviation)
        if lower > 1:
            ids = (row["first_product_id"], row["second_product_id"])
            kept.append((lower, ids, (both, one, other, whole), (lift, upper)))
    kept.sort(key=lambda pair: (-pair[0], pair[1]))
    names = _names(product_performance, {name for pair in kept[:limit] for name in pair[1]})
    pairs = tuple(_pair(*pair, names) for pair in kept[:limit])
    whole = int(counts.column("order_count")[0].as_py())
    findings = _findings(pairs, len(kept), judged)
    counted = (whole, judged, len(kept))
    return Basket(as_of, DEFINITION, CAUTION, *counted, pairs, findings, None, SOLD)


def deviations(judged: int) -> float:
    """Gives how many standard errors an interval reaches to either side, for so many pairs."""
    return NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * judged))


def lift_interval(
    both: int, one: int, other: int, whole: int, deviation: float
) -> tuple[float, float, float]:
    """Gives the lift of a pair and its interval.

    The variance of its logarithm follows from the multinomial counts by the delta method:
    1/both − 1/one − 1/other + (2 × lift − 1) / whole.
    """
    lift = both * whole / (one * other)
    variance = 1 / both - 1 / one - 1 / other + (2 * lift - 1) / whole
    reach = deviation * sqrt(max(variance, 0.0))
    return lift, exp(log(lift) - reach), exp(log(lift) + reach)


def _names(products: ir.Table, wanted: set[str]) -> dict[str, str]:
    found = products.filter(products.product_id.isin(sorted(wanted) or [""]))
    named = rows_of(found.select("product_id", "product_name"))
    return {row["product_id"]: row["product_name"] or "" for row in named}


def _pair(
    lower: float,
    ids: tuple[str, str],
    counts: tuple[int, int, int, int],
    ends: tuple[float, float],
    names: dict[str, str],
) -> ProductPair:
    both, one, other, whole = counts
    selection = Selection(PAIR_ORDERS.name).where("first_product_id", ids[0])
    return ProductPair(
        *(ids[0], names.get(ids[0], ""), ids[1], names.get(ids[1], "")),
        both,
        *(one * other / whole, both / whole, both / one, both / other),
        *(ends[0], lower, ends[1]),
        selection.where("second_product_id", ids[1]),
    )


def _findings(pairs: tuple[ProductPair, ...], kept: int, judged: int) -> tuple[str, ...]:
    said = f"{kept:,} of {judged:,} pairs stand together more often than chance explains."
    if not pairs:
        return (said,)
    best = pairs[0]
    one = best.first_product_name or best.first_product_id
    other = best.second_product_name or best.second_product_id
    return (
        said,
        f"`{one}` and `{other}` stand together most clearly: {best.lift:.1f} × as often as by "
        f"chance, on {best.order_count:,} orders; {percent(best.confidence)} of the orders with "
        "the first hold the second.",
    )
