"""Money and quantities: exact decimals, multiplied and rounded in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Four decimals: unit prices below a cent are common in wholesale (0.001 in Online Retail).
AMOUNT_SCALE = 4
AMOUNT = f"decimal(18, {AMOUNT_SCALE})"
# Three decimals carry goods sold by weight or length.
QUANTITY = "decimal(18, 3)"


def amount(quantity: ir.Value, unit_price: ir.Value) -> ir.DecimalValue:
    """Gives quantity × unit price, rounded half away from zero to the scale of amounts."""
    product = cast("ir.DecimalValue", quantity) * cast("ir.DecimalValue", unit_price)
    return cast("ir.DecimalValue", product.round(AMOUNT_SCALE))


def nothing() -> ir.DecimalScalar:
    """Gives the amount of zero."""
    return cast("ir.DecimalScalar", ibis.literal(0).cast(AMOUNT))


def total(value: ir.Value, where: ir.BooleanValue | None = None) -> ir.DecimalScalar:
    """Gives the sum of amounts, zero where there is no row to sum."""
    summed = cast("ir.DecimalColumn", value).sum(where=where)
    return cast("ir.DecimalScalar", ibis.coalesce(summed, nothing()))
