"""Customer search: which customers a list names, and in which order; worked on whole columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import UnknownNameError, UsageError, shorten

if TYPE_CHECKING:
    import pyarrow as pa

SORTS = (
    "customer_id", "net_amount", "order_count", "days_since_last_order", "churn_probability",
    "expected_amount",
)  # fmt: skip
SAME = ("country", "rfm_segment", "segment", "risk_band")
LEAST = {"min_net_amount": "net_amount", "min_order_count": "order_count"}
# Sums of money have fewer digits; a longer number is no filter but a trial.
LONGEST_NUMBER = 20


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for.

    Attributes:
        part: Part of the id, whatever its case; empty for any.
        same: Column → value.
        least: Column → lowest value.
        sort: Column that decides the order; ids decide between equals.
        is_descending: Whether the highest comes first.
    """

    part: str = ""
    same: tuple[tuple[str, str], ...] = ()
    least: tuple[tuple[str, Decimal], ...] = ()
    sort: str = "customer_id"
    is_descending: bool = False

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> Search:
        """Gives what the query of an address looks for.

        Raises:
            UsageError: A number cannot be read.
            UnknownNameError: A list is not sorted so.
        """
        sort = texts.get("sort", "customer_id")
        column = sort.removeprefix("-")
        if column not in SORTS:
            raise UnknownNameError.among("order of customers", column, SORTS)
        return cls(
            part=texts.get("q", ""),
            same=tuple((name, texts[name]) for name in SAME if name in texts),
            least=tuple(
                (LEAST[name], _number(name, texts[name])) for name in LEAST if name in texts
            ),
            sort=column,
            is_descending=sort.startswith("-"),
        )


def found_customers(
    listing: pa.Table, search: Search, offset: int, limit: int
) -> tuple[int, list[dict[str, Any]]]:
    """Gives how many customers fit, and a part of them.

    Args:
        listing: All customers, ids ascending.
        search: What is looked for.
        offset: How many to leave out.
        limit: How many to give.
    """
    found = _fitting(listing, search)
    if search.sort != "customer_id":
        way = "descending" if search.is_descending else "ascending"
        # Who has no value stands last, whichever way.
        order = [(search.sort, way), ("customer_id", "ascending")]
        found = found.take(_order(found, order))
    elif search.is_descending:
        found = found.take(_order(found, [("customer_id", "descending")]))
    return len(found), found.slice(offset, limit).to_pylist()


def _fitting(listing: pa.Table, search: Search) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    masks = [
        pc.equal(listing[name], pa.scalar(value))
        for name, value in search.same
        if listing[name].type != pa.null()
    ]
    if any(listing[name].type == pa.null() for name, _ in search.same):
        return listing.slice(0, 0)
    masks += [
        pc.greater_equal(listing[name].cast(pa.float64()), float(least))
        for name, least in search.least
    ]
    if search.part:
        masks.append(pc.match_substring(listing["customer_id"], search.part, ignore_case=True))
    for mask in masks:
        # Masks are as long as the whole list, so they are joined before they are used.
        masks[0] = pc.and_kleene(masks[0], mask)
    return listing.filter(masks[0]) if masks else listing


def _order(rows: pa.Table, order: list[tuple[str, str]]) -> pa.Array:
    import pyarrow.compute as pc

    return pc.sort_indices(rows, sort_keys=order)


def _number(name: str, text: str) -> Decimal:
    try:
        found = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise UsageError(f"`{name}` {shorten(text)} is no number.")
    return found
