"""Cold start: what is popular among customers alike, for those of whom too little is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs

POPULAR_DAYS = 91
# Customers with a purchase in the quarter without whom a group says less than the whole shop.
LEAST_BUYERS = 50
# Products that are held ready for each group: the longest list and all a customer may have.
MOST_READY = 120


# Kinds of customers alike, from the one that says most; each with how its popularity is told.
KINDS = {"category": "popular in", "segment": "popular with", "country": "popular in"}


@dataclass(frozen=True)
class Neighbourhoods:
    """To which groups customers belong, and what may be shown.

    Attributes:
        groups: `segment` and `country` by `customer_id`, as far as they are known.
        category: Category of each product; may be missing.
        may_show: Whether each product of the pairs may be shown.
        names: Name of each product.
    """

    groups: pd.DataFrame
    category: NDArray[np.object_]
    may_show: NDArray[np.bool_]
    names: NDArray[np.object_]


def popular_rows(
    pairs: Pairs, around: Neighbourhoods, missing: pd.Series, known: pd.DataFrame
) -> pd.DataFrame:
    """Gives products to fill lists with.

    Args:
        pairs: Who bought what.
        around: To which groups customers belong.
        missing: Products that lack on each list, by `customer_id`.
        known: Rows that stand on lists already.

    Returns:
        Rows as `recommendation_rows` has them, in order of customer and popularity.
    """
    import pandas as pd

    ready = _ready(pairs, around)
    asked = pd.DataFrame({"customer_id": missing.index, "missing": missing.to_numpy()})
    own = _own(pairs, asked["customer_id"])
    listed = known.reindex(columns=["customer_id", "product_id"])
    taken = pd.concat([own, listed])["customer_id"].value_counts()
    needed = missing + taken.reindex(missing.index).fillna(0)
    asked[["kind", "group"]] = _nearest(pairs, around, needed, ready)
    rows = asked.merge(ready, on=["kind", "group"], how="inner", sort=False)
    for pair in (own, listed):
        seen = pd.MultiIndex.from_frame(pair)
        here = pd.MultiIndex.from_frame(rows[["customer_id", "product_id"]])
        rows = rows[~here.isin(seen)]
    rows = rows[rows.groupby("customer_id", sort=False).cumcount() < rows["missing"]]
    rows = rows.assign(kind="new")
    return rows[["customer_id", "product_id", "product_name", "score", "kind", "reason"]]


def _nearest(
    pairs: Pairs, around: Neighbourhoods, needed: pd.Series, ready: pd.DataFrame
) -> NDArray[np.object_]:
    """Gives kind and name of the group that says most of each customer, with enough to show."""
    import pandas as pd

    counts = ready.groupby(["kind", "group"]).size()
    found = np.full((len(needed), 2), "", dtype=object)
    is_open = np.ones(len(needed), dtype=bool)
    for kind in KINDS:
        groups = _favourites(pairs, around) if kind == "category" else around.groups.get(kind)
        if groups is None:
            continue
        group = groups.reindex(needed.index).fillna("").to_numpy(dtype=object)
        key = pd.MultiIndex.from_arrays([np.full(len(group), kind, dtype=object), group])
        enough = counts.reindex(key).fillna(0).to_numpy() >= needed.to_numpy()
        taken = is_open & enough & (group != "")
        found[taken, 0], found[taken, 1] = kind, group[taken]
        is_open &= ~taken
    return found


def _favourites(pairs: Pairs, around: Neighbourhoods) -> pd.Series:
    """Gives the category of most of the products that a customer bought or looked at."""
    import pandas as pd

    seen = pd.DataFrame(
        {"customer_id": pairs.customer_ids[pairs.customer], "of": around.category[pairs.product]}
    ).dropna()
    counted = seen.groupby(["customer_id", "of"]).size().rename("count").reset_index()
    counted = counted.sort_values(["customer_id", "count", "of"], ascending=[True, False, True])
    return counted.drop_duplicates("customer_id").set_index("customer_id")["of"]


def _ready(pairs: Pairs, around: Neighbourhoods) -> pd.DataFrame:
    """Gives the most popular products of each group, and of the whole shop."""
    import pandas as pd

    lately = pairs.is_bought & (pairs.last_age <= POPULAR_DAYS) & around.may_show[pairs.product]
    bought = pd.DataFrame({"customer": pairs.customer[lately], "product": pairs.product[lately]})
    everyone = max(1, bought["customer"].nunique())
    parts = [bought.assign(kind="", group="")]
    groups = around.groups.reindex(pairs.customer_ids)
    for kind in KINDS:
        if kind == "category":
            group = around.category[bought["product"]]
        elif kind in groups:
            group = groups[kind].to_numpy(dtype=object)[bought["customer"]]
        else:
            continue
        parts.append(bought.assign(kind=kind, group=group).dropna())
    every = pd.concat(parts)
    buyers = every.groupby(["kind", "group"])["customer"].transform("nunique")
    is_whole = every["kind"] == ""
    every["of"] = buyers.where(every["kind"] != "category", everyone)
    every = every[is_whole | (buyers >= LEAST_BUYERS)]
    counted = every.groupby(["kind", "group", "of", "product"]).size().rename("count").reset_index()
    counted = counted.sort_values(
        ["kind", "group", "count", "product"], ascending=[True, True, False, True], kind="stable"
    )
    counted = counted[counted.groupby(["kind", "group"]).cumcount() < MOST_READY]
    told = counted["kind"].map(KINDS) + " " + counted["group"].astype(str)
    where = told.where(counted["kind"] != "", "popular lately")
    reason = where + ": " + counted["count"].astype(str)
    people = pd.Series(" customers", counted.index).where(counted["count"] > 1, " customer")
    return pd.DataFrame(
        {
            "kind": counted["kind"],
            "group": counted["group"],
            "product_id": pairs.product_ids[counted["product"]],
            "product_name": around.names[counted["product"]],
            "score": (counted["count"] / counted["of"]).astype(np.float64),
            "reason": reason + people + " bought it in the last 91 days",
        }
    )


def _own(pairs: Pairs, customers: pd.Series) -> pd.DataFrame:
    """Gives what customers had bought before, who are among those asked about."""
    import pandas as pd

    asked = pd.Index(pairs.customer_ids).isin(customers)
    kept = asked[pairs.customer]
    return pd.DataFrame(
        {
            "customer_id": pairs.customer_ids[pairs.customer[kept]],
            "product_id": pairs.product_ids[pairs.product[kept]],
        }
    )
