"""Small shops as rows of the mart `weekly_demand`: weeks of products with a season, by seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

PRICES = (2.0, 5.0, 3.0, 8.0, 1.5, 4.0)


def weekly_rows(
    quantity: np.ndarray, categories: tuple[str, ...], first: str = "2023-01-02"
) -> pd.DataFrame:
    """Gives rows of all levels from pieces of products, array of shape (products, weeks)."""
    weeks = pd.date_range(first, periods=quantity.shape[1], freq="7D")
    parts = []
    for place, row in enumerate(quantity):
        known = np.isfinite(row)
        parts.append(
            pd.DataFrame(
                {
                    "series_level": "product",
                    "series_id": f"p{place:02d}",
                    "category": categories[place % len(categories)],
                    "week_date": weeks[known],
                    "quantity": row[known],
                    "sales_amount": row[known] * PRICES[place % len(PRICES)],
                }
            )
        )
    products = pd.concat(parts, ignore_index=True)
    by_category = products.groupby(["category", "week_date"], as_index=False)[
        ["quantity", "sales_amount"]
    ].sum()
    total = products.groupby("week_date", as_index=False)[["quantity", "sales_amount"]].sum()
    return pd.concat(
        [
            products,
            by_category.assign(series_level="category", series_id=by_category["category"]),
            total.assign(series_level="total", series_id="all", category="all"),
        ],
        ignore_index=True,
    )


def seasonal_shop(week_count: int = 60, products: int = 6, seed: int = 4) -> pd.DataFrame:
    """Gives products of two categories around a slow wave; the last one began late."""
    random = np.random.default_rng(seed)
    wave = 1 + 0.5 * np.sin(2 * np.pi * np.arange(week_count) / 26)
    mean = np.linspace(10, 1, products)[:, None] * wave
    quantity = random.poisson(mean).astype(float)
    quantity[-1, : week_count // 3] = np.nan
    return weekly_rows(quantity, ("hot", "things"))
