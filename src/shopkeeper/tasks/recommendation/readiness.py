"""Readiness: whether enough customers chose among enough products to learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.evaluation.requirement import Requirement

if TYPE_CHECKING:
    import pandas as pd

# A list of ten must leave out as many as it shows, or it is no choice.
LEAST_PRODUCTS = 20
# Of whom at the last moment an average says anything.
LEAST_LATER_BUYERS = 100


def needs_of_choice(rows: pd.DataFrame, later: pd.DataFrame) -> tuple[Requirement, ...]:
    """Gives what is needed besides what readiness asks of orders.

    Args:
        rows: Rows of the mart at the last moment whose horizon is over.
        later: What was bought within that horizon.
    """
    products = int(rows["product_id"].nunique())
    known = rows["customer_id"].unique()
    buyers = int(later.loc[later["customer_id"].isin(known), "customer_id"].nunique())
    return (
        Requirement(
            "products",
            f"{products:,} products were ever bought by named customers; at least "
            f"{LEAST_PRODUCTS} are needed: of fewer, a list shows them all.",
            products,
            LEAST_PRODUCTS,
            "products",
            products >= LEAST_PRODUCTS,
        ),
        Requirement(
            "later buyers",
            f"{buyers:,} known customers bought within the last horizon; at least "
            f"{LEAST_LATER_BUYERS} are needed to judge lists by.",
            buyers,
            LEAST_LATER_BUYERS,
            "customers",
            buyers >= LEAST_LATER_BUYERS,
        ),
    )
