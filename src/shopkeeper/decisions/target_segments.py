"""Target segments: which parts of the customers an offer may go to, by RFM or by groups found."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.models.rfm_scores import SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import ibis.expr.types as ir

NO_GROUP = "in no group"


class SegmentKind(StrEnum):
    """What parts customers into segments."""

    RFM = "rfm"
    GROUPS = "groups"

    @classmethod
    def named(cls, name: str) -> SegmentKind:
        """Gives the kind of a name.

        Raises:
            UnknownNameError: There is no such kind.
        """
        known = [str(kind) for kind in cls]
        if name not in known:
            raise UnknownNameError.among("kind of segments", name, known)
        return cls(name)


def with_groups(customers: ir.Table, customer_segments: ir.Table | None, why: str) -> ir.Table:
    """Gives customers with the group that the segmentation model found for them as `segment`.

    Args:
        customers: One row per customer with `customer_id` and `segment`.
        customer_segments: Table of that name; None where no groups are published.
        why: Why they are not, as far as it is known.

    Raises:
        NotPublishedError: No groups are published.
    """
    if customer_segments is None:
        raise NotPublishedError(
            f"No groups of customers are published{f': {why}' if why else ''}.",
            "find them with `shopkeeper train` and `score`, or choose `--by rfm`",
        )
    groups = customer_segments.select("customer_id", "segment")
    found = customers.drop("segment").left_join(groups, "customer_id").drop("customer_id_right")
    return found.mutate(segment=found.segment.fill_null(NO_GROUP))


def chosen_segments(
    kind: SegmentKind, present: Iterable[str], wanted: tuple[str, ...]
) -> tuple[str, ...]:
    """Gives the names of the segments to look at: those wanted, or all.

    Args:
        kind: What parts the customers.
        present: Segments that customers are in.
        wanted: Names asked for; none for all.

    Raises:
        UnknownNameError: There is no such segment.
    """
    if kind is SegmentKind.RFM:
        known = [segment.name for segment in SEGMENTS]
    else:
        known = sorted(set(present))
    for name in wanted:
        if name not in known:
            raise UnknownNameError.among("segment", name, known)
    return tuple(dict.fromkeys(wanted)) or tuple(known)
