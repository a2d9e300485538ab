"""`truth/products.parquet`: one row per merchandise product, with its planted demand.

| column | meaning |
|---|---|
| `base_price` | unit price of every sale |
| `weekly_demand_share` | share of the picks of an average week, 0-1; adds up to 1 |
| `monthly_demand_shares` | the same in January to December |
| `affinity_partner_id` | product that is drawn along, null for none |
| `affinity_attach_rate` | chance that it is, 0-1, null for none |

A pick is the choice of a product for a basket, before partners are drawn along, repeated picks
are merged, and products beyond the spend of the order are given up (so dear ones sell less).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from shopkeeper.sources.simulation.arrow_columns import MONEY, labels, money
from shopkeeper.sources.simulation.catalogue import ATTACH_RATE
from shopkeeper.sources.simulation.people import (
    FAVOURITE_RATE,
    LOVER_LOYALTY,
    LOVER_SHARE,
    USUAL_LOYALTY,
)

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.columnar import Floats
    from shopkeeper.sources.simulation.plan import ShopPlan

PRODUCT_SCHEMA = pa.schema(
    [
        ("product_id", pa.string()),
        ("product_name", pa.string()),
        ("category", pa.string()),
        ("base_price", MONEY),
        ("weekly_demand_share", pa.float64()),
        ("monthly_demand_shares", pa.list_(pa.float64())),
        ("affinity_partner_id", pa.string()),
        ("affinity_attach_rate", pa.float64()),
    ]
)


def product_table(plan: ShopPlan) -> pa.Table:
    """Gives the whole table, in the order of the catalogue."""
    catalogue = plan.catalogue
    size = catalogue.merchandise_count
    monthly = monthly_demand(plan)
    paired = catalogue.partner >= 0
    columns = {
        "product_id": pa.array(catalogue.ids[:size]),
        "product_name": pa.array(catalogue.names[:size]),
        "category": labels(catalogue.category_names, catalogue.category),
        "base_price": money(catalogue.price),
        "weekly_demand_share": pa.array(plan.time.month_weight() @ monthly),
        "monthly_demand_shares": pa.array(monthly.T.tolist(), pa.list_(pa.float64())),
        "affinity_partner_id": labels(catalogue.ids, catalogue.partner),
        "affinity_attach_rate": pa.array(np.full(size, ATTACH_RATE), mask=~paired),
    }
    return pa.table([columns[name] for name in PRODUCT_SCHEMA.names], schema=PRODUCT_SCHEMA)


def monthly_demand(plan: ShopPlan) -> Floats:
    """Gives the share of each product in the picks of all people; shape (12, products).

    Favourites are drawn by the demand of a whole year, so they damp the seasons a little.
    """
    catalogue = plan.catalogue
    loyalty = LOVER_SHARE * LOVER_LOYALTY + (1 - LOVER_SHARE) * USUAL_LOYALTY
    inside = FAVOURITE_RATE + (1 - FAVOURITE_RATE) * loyalty
    favoured = catalogue.category_share[catalogue.category] * catalogue.popularity
    return np.asarray((1 - inside) * catalogue.season_share + inside * favoured)
