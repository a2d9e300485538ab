"""Line parts: the order lines that one raw row says, such as item, shipping and refund."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import ibis

from shopkeeper.sources.conforming import line_reason, line_type
from shopkeeper.sources.source import Terms
from shopkeeper.warehouse.bronze import LINE_COLUMNS, LineType
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, amount
from shopkeeper.warehouse.stages import settled
from shopkeeper.warehouse.time_zones import to_local

if TYPE_CHECKING:
    import ibis.expr.types as ir

# What follows from the rest of a line, or from its source.
FOLLOWING = ("source", "part", "order_date", "amount", "line_type", "reason")


@dataclass(frozen=True)
class Part:
    """One of the lines that a raw row may say.

    Attributes:
        name: What of the row it is; the first part of a source is `item`, and each row has it.
        values: Rows → columns of the line in which it differs from the row.
        where: Rows → whether a row has it; None if each row does.
    """

    name: str
    values: Callable[[ir.Table], Mapping[str, ir.Value]] = lambda _: {}
    where: Callable[[ir.Table], ir.BooleanValue] | None = None


def lines_of(rows: ir.Table, parts: Sequence[Part], terms: Terms) -> ir.Table:
    """Gives the order lines that raw rows say, in the shop's terms.

    Args:
        rows: One row per raw row with `batch_id`, `row_number`, `loaded_at`, `is_unreadable`, and
            columns of a line, instants in UTC; columns that are left out are missing.
        parts: The lines that a row may say, `item` first. Their money is `line_amount` where it is
            given, else quantity × unit price, less discount; `line_type` may be given where it
            does not follow from the product.
        terms: What must be known of the shop.

    Returns:
        The lines with the columns of `LINE_COLUMNS`.
    """
    named = ibis.union(*(ibis.literal(part.name).name("part").as_table() for part in parts))
    crossed = settled(rows).cross_join(named)
    present = [
        (crossed.part == part.name, part.where(crossed)) for part in parts if part.where is not None
    ]
    if present:
        crossed = crossed.filter(ibis.cases(*present, else_=ibis.literal(True)))
    crossed = settled(crossed)
    said = settled(_in_terms(crossed, parts, terms))
    said = said.mutate(reason=line_reason(said, with_quantity=True))
    return said.select(*(column.name for column in LINE_COLUMNS))


def _in_terms(crossed: ir.Table, parts: Sequence[Part], terms: Terms) -> ir.Table:
    """Gives each part's lines with all columns but the reason."""
    types = {column.name: column.type for column in LINE_COLUMNS if column.name not in FOLLOWING}
    types |= {"line_type": "string", "line_amount": AMOUNT}
    overrides = {part.name: part.values(crossed) for part in parts}
    values: dict[str, Any] = {}
    for name, type_ in types.items():
        own: Any = crossed[name] if name in crossed.columns else ibis.null(type_)
        branches = [
            (crossed.part == part, found[name].cast(type_))
            for part, found in overrides.items()
            if name in found
        ]
        values[name] = ibis.cases(*branches, else_=own.cast(type_)) if branches else own.cast(type_)
    one, none = ibis.literal(1).cast(QUANTITY), ibis.literal(0).cast(AMOUNT)
    quantity = _where_given(values["quantity"], "quantity", crossed, overrides, one)
    discount = _where_given(values["discount_amount"], "discount_amount", crossed, overrides, none)
    said = settled(
        crossed.select(
            **{**values, "quantity": quantity, "discount_amount": discount},
            part=crossed.part,
            is_unreadable=crossed.is_unreadable,
        )
    )
    kinds = line_type(said.product_id, terms.line_types)
    each = amount(said.quantity, said.unit_price_amount)
    value = ibis.coalesce(said.line_amount, each)
    return said.mutate(
        source=ibis.literal(terms.source),
        order_date=to_local(said.ordered_at, terms.time_zone).date(),
        amount=(value - said.discount_amount).cast(AMOUNT),
        discount_amount=ibis.coalesce(said.discount_amount, none),
        line_type=ibis.coalesce(said.line_type, kinds),
        is_cancellation=ibis.coalesce(said.is_cancellation, False),
    )


def _where_given(
    value: ir.Value,
    name: str,
    crossed: ir.Table,
    overrides: Mapping[str, Mapping[str, ir.Value]],
    default: ir.Value,
) -> ir.Value:
    """Gives a default for a column that neither the rows nor any part say."""
    said_by = [part for part, found in overrides.items() if name in found]
    if name in crossed.columns:
        return value
    if not said_by:
        return default
    return cast("ir.Value", crossed.part.isin(said_by).ifelse(value, default))


def goods() -> ir.StringValue:
    """Gives the line type of a line that is merchandise whatever its product is called."""
    return cast("ir.StringValue", ibis.literal(str(LineType.MERCHANDISE)))
