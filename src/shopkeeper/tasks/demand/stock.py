"""Stock: how much of each best seller must be there when it is ordered again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, cast

import numpy as np

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.marts.weekly_demand import SeriesLevel
from shopkeeper.warehouse.money import QUANTITY as QUANTITY_TYPE

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.models.forecaster.weeks import Numbers
    from shopkeeper.tasks.demand.panel import Panel

CENT = Decimal("0.01")

CONTRACT = Contract(
    name="stock_advice",
    layer=Layer.SCORES,
    meaning="One row per product that is foretold by itself: what it will sell while a new order "
    "is on its way, and how much must be there when that order is made. Stock on hand is known "
    "only where the shop gives it.",
    grain=("product_id",),
    columns=(
        Column("product_id", "string", "Product as the shop names it"),
        Column("product_name", "string", "Its most frequent description, else its id"),
        Column("category", "string", "Its category; `all` where the shop has none"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("lead_time_days", "int64", "Days from order to shelf, of the settings", "days"),
        Column(
            "lead_time_weeks",
            "int64",
            "Whole weeks that the lead time begins; stock is to last through them",
            unit="weeks",
        ),
        Column("service_level", "float64", "Probability with which it is to last", unit="0-1"),
        Column(
            "expected_quantity", QUANTITY_TYPE, "Mean of pieces sold in these weeks", unit="pieces"
        ),
        Column(
            "reorder_quantity",
            QUANTITY_TYPE,
            "Order again when stock on hand and on order falls to this; missing where too few past "
            "dates tell how far the forecast may lie off",
            unit="pieces",
            nullable=True,
        ),
        Column(
            "safety_quantity",
            QUANTITY_TYPE,
            "Part of it that is there for the case that more sells than expected",
            unit="pieces",
            nullable=True,
        ),
        Column(
            "stock_quantity",
            QUANTITY_TYPE,
            "Stock on hand and on order, where the shop gives it",
            unit="pieces",
            nullable=True,
        ),
        Column(
            "missing_quantity",
            QUANTITY_TYPE,
            "Pieces by which stock lies below; missing where stock is not known",
            unit="pieces",
            nullable=True,
        ),
        Column("model", "string", "Name and version of the model in the registry"),
        Column("training_id", "string", "Hash of the weeks, settings and code it was made from"),
    ),
    checks=(
        at_least("expected_quantity", 0),
        at_least("reorder_quantity", 0),
        at_least("safety_quantity", 0),
        at_least("missing_quantity", 0),
        holds(
            "reorder_covers_mean",
            "what must be there is at least what is expected to sell",
            lambda table: cast(
                "ir.BooleanValue", table.reorder_quantity >= table.expected_quantity
            ),
        ),
    ),
)


def stock_rows(
    panel: Panel,
    expected: Numbers,
    enough: Numbers,
    names: Mapping[str, str],
    stock: Mapping[str, Decimal],
) -> pd.DataFrame:
    """Gives one row per product that is foretold by itself.

    Args:
        panel: What is known.
        expected: Mean of pieces of each product while an order is on its way.
        enough: Pieces that last as often as asked; NaN where it is not known.
        names: Product → its description.
        stock: Product → stock on hand and on order, of those given.
    """
    import pandas as pd

    level = SeriesLevel.PRODUCT
    above = panel.ids[panel.levels[-2]]
    rows = []
    for place in np.flatnonzero(~panel.is_rest):
        product = panel.ids[level][place]
        mean = Decimal(str(round(float(expected[place]), 6))).quantize(CENT)
        reorder = _whole_pieces(float(enough[place]), mean)
        own = stock.get(product)
        rows.append(
            {
                "product_id": product,
                "product_name": names.get(product, product),
                "category": above[panel.parents[level][place]],
                "expected_quantity": mean,
                "reorder_quantity": reorder,
                "safety_quantity": None if reorder is None else reorder - mean,
                "stock_quantity": own,
                "missing_quantity": _missing(reorder, own),
            }
        )
    return pd.DataFrame(rows)


def _whole_pieces(enough: float, mean: Decimal) -> Decimal | None:
    """Gives whole pieces, rounded up: half a piece does not last."""
    if not np.isfinite(enough):
        return None
    found = Decimal(str(round(enough, 6)))
    return max(found, mean).to_integral_value(ROUND_CEILING)


def _missing(reorder: Decimal | None, own: Decimal | None) -> Decimal | None:
    if reorder is None or own is None:
        return None
    return max(reorder - own, Decimal(0))
