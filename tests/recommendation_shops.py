"""Shops for tests of recommenders: rows of the mart `interactions`, made up by seed or by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

AS_OF = pd.Timestamp("2025-06-01")


def interactions(*pairs: tuple[str, str, int, int, int]) -> pd.DataFrame:
    """Gives rows of the mart from customer, product, purchases, and days since first and last."""
    rows = pd.DataFrame(pairs, columns=["customer_id", "product_id", "purchase_count", "a", "b"])
    return finished(rows)


def finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Gives rows with all columns that recommenders look at; `a` and `b` are ages in days."""
    rows["as_of"] = AS_OF
    rows["view_count"] = 0
    rows["cart_count"] = 0
    rows["kept_share"] = 1.0
    rows["first_purchase_date"] = AS_OF - pd.to_timedelta(rows["a"].to_numpy(), unit="D")
    rows["last_purchase_date"] = AS_OF - pd.to_timedelta(rows["b"].to_numpy(), unit="D")
    rows["interaction_weight"] = 5.0 * rows["purchase_count"]
    return rows.drop(columns=["a", "b"])


def shop_of_tastes(
    customer_count: int = 300, seed: int = 7, *, tastes: int = 4, products_each: int = 10
) -> pd.DataFrame:
    """Gives customers who buy mostly within one of several tastes: `T<taste>-<number>`."""
    random = np.random.default_rng(seed)
    taste = random.integers(tastes, size=customer_count)
    counts = random.integers(3, 8, customer_count)
    customer = np.repeat(np.arange(customer_count), counts)
    strays = random.random(len(customer)) < 0.1
    kind = np.where(strays, random.integers(tastes, size=len(customer)), taste[customer])
    number = random.integers(products_each, size=len(customer))
    # Each customer tries new products on two days: what is tried together is one basket.
    tries = random.integers(5, 300, (customer_count, 2))
    first = tries[customer, random.integers(2, size=len(customer))]
    rows = pd.DataFrame(
        {
            "customer_id": [f"c{n:03}" for n in customer],
            "product_id": [f"T{k}-{n}" for k, n in zip(kind, number, strict=True)],
            "purchase_count": random.geometric(0.6, len(customer)),
            "a": first,
        }
    ).drop_duplicates(["customer_id", "product_id"], ignore_index=True)
    share = random.random(len(rows))
    rows["b"] = np.where(rows["purchase_count"] > 1, (rows["a"] * share).astype(int) + 1, rows["a"])
    return finished(rows)
