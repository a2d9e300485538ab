"""Pairs: who bought what, when and how often, as numbered customers and products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from shopkeeper.errors import ModelDataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Numbers = NDArray[np.float32]
    Places = NDArray[np.int64]
    Ids = NDArray[np.object_]

# Columns of the mart `interactions` that recommenders look at.
NEEDED = (
    "customer_id",
    "product_id",
    "as_of",
    "view_count",
    "cart_count",
    "purchase_count",
    "kept_share",
    "first_purchase_date",
    "last_purchase_date",
    "interaction_weight",
)


@dataclass(frozen=True)
class Pairs:
    """Who met which product, one entry per pair, in order of customer and product.

    Attributes:
        customer_ids: Ids of all customers, ascending.
        product_ids: Ids of all products, ascending.
        customer, product: Places of each pair in them.
        purchase_count: Times bought; 0 where it was only looked at, or all of it was returned.
        first_age, last_age: Days from first and last purchase to `as_of`; NaN where not bought.
        weight: Interest, as the mart weighs it.
        look_count: Views and carts.
    """

    customer_ids: Ids
    product_ids: Ids
    customer: Places
    product: Places
    purchase_count: Numbers
    first_age: Numbers
    last_age: Numbers
    weight: Numbers
    look_count: Numbers

    @property
    def shape(self) -> tuple[int, int]:
        """Number of customers and of products."""
        return len(self.customer_ids), len(self.product_ids)

    @property
    def is_bought(self) -> NDArray[np.bool_]:
        """Whether a pair was bought, and not all of it returned."""
        return self.purchase_count > 0

    def matrix(self, values: Numbers) -> csr_matrix:
        """Gives values of pairs as a sparse matrix of shape (customers, products), no zeros."""
        from scipy.sparse import csr_matrix

        kept = values != 0
        where = (self.customer[kept], self.product[kept])
        found = csr_matrix((values[kept], where), shape=self.shape, dtype=np.float32)
        found.sort_indices()
        return found

    def bought(self) -> csr_matrix:
        """Gives 1 for what was bought and kept; shape (customers, products)."""
        return self.matrix(self.is_bought.astype(np.float32))

    def product_counts(self, most_days: float = np.inf) -> Numbers:
        """Gives how many customers bought each product within the last days."""
        lately = self.is_bought & (self.last_age <= most_days)
        counted = np.bincount(self.product[lately], minlength=self.shape[1])
        return counted.astype(np.float32)

    def of_customers(self, places: Places) -> Pairs:
        """Gives the pairs of some customers, numbered anew in the order of `places`."""
        new = np.full(len(self.customer_ids), -1, dtype=np.int64)
        new[places] = np.arange(len(places))
        kept = np.flatnonzero(new[self.customer] >= 0)
        kept = kept[np.argsort(new[self.customer[kept]], kind="stable")]
        parts = {name: getattr(self, name)[kept] for name in OF_PAIRS}
        parts["customer"] = new[self.customer[kept]]
        return Pairs(self.customer_ids[places], self.product_ids, **parts)


OF_PAIRS = (
    "customer",
    "product",
    "purchase_count",
    "first_age",
    "last_age",
    "weight",
    "look_count",
)


def pairs_of(rows: pd.DataFrame) -> Pairs:
    """Gives rows of the mart `interactions` as numbers; their order does not matter.

    Args:
        rows: One row per customer and product with the columns `NEEDED`, all of one `as_of`.

    Raises:
        ModelDataError: A column is missing or holds no value, or a pair stands twice.
    """
    missing = [name for name in NEEDED if name not in rows]
    if missing:
        raise ModelDataError(f"The interactions have no column `{missing[0]}`.")
    for name in ("customer_id", "product_id", "as_of", "purchase_count"):
        if rows[name].isna().any():
            raise ModelDataError(f"A row of the interactions has no `{name}`.")
    customer, customer_ids = _numbered(rows["customer_id"])
    product, product_ids = _numbered(rows["product_id"])
    key = customer * max(1, len(product_ids)) + product
    order = np.argsort(key, kind="stable")
    if len(order) and not np.diff(key[order]).all():
        raise ModelDataError("A customer and a product stand twice in the interactions.")
    kept = rows["kept_share"].to_numpy(dtype=np.float64) > 0
    counts = np.where(kept, rows["purchase_count"].to_numpy(dtype=np.float32), 0)
    parts: dict[str, Any] = {
        "customer": customer,
        "product": product,
        "purchase_count": counts.astype(np.float32),
        "first_age": _age(rows, "first_purchase_date"),
        "last_age": _age(rows, "last_purchase_date"),
        "weight": rows["interaction_weight"].to_numpy(dtype=np.float32),
        "look_count": (rows["view_count"] + rows["cart_count"]).to_numpy(dtype=np.float32),
    }
    return Pairs(
        customer_ids, product_ids, **{name: values[order] for name, values in parts.items()}
    )


def _numbered(ids: pd.Series) -> tuple[Places, Ids]:
    """Gives the place of each id among all distinct ones in ascending order, and those."""
    import pandas as pd

    # Texts that are categories already are sorted once for each distinct one.
    values: Ids = ids.to_numpy(dtype=object)
    codes, found = pd.factorize(values)
    names: Ids = np.asarray(found, dtype=object)
    order = np.argsort(names, kind="stable")
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return place[codes], names[order]


def _age(rows: pd.DataFrame, column: str) -> Numbers:
    import pandas as pd

    days = (pd.to_datetime(rows["as_of"]) - pd.to_datetime(rows[column])).dt.days
    return cast("Numbers", days.to_numpy(dtype=np.float32, na_value=np.nan))
