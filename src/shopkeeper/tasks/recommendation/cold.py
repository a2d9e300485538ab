"""Cold start: what is popular where a customer lives, for those of whom too little is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.models.recommender.pairs import Pairs

POPULAR_DAYS = 91
# Customers with a purchase in the quarter without whom a country says less than the whole shop.
LEAST_BUYERS = 50
# Products that are held ready for each country: the longest list and all a customer may have.
MOST_READY = 120


@dataclass(frozen=True)
class Neighbourhoods:
    """Where customers live, and what may be shown.

    Attributes:
        country: By `customer_id`; may be missing.
        may_show: Whether each product of the pairs may be shown.
        names: Name of each product.
    """

    country: pd.Series
    may_show: NDArray[np.bool_]
    names: NDArray[np.object_]


def popular_rows(
    pairs: Pairs, around: Neighbourhoods, missing: pd.Series, known: pd.DataFrame
) -> pd.DataFrame:
    """Gives products to fill lists with.

    Args:
        pairs: Who bought what.
        around: Where customers live.
        missing: Products that lack on each list, by `customer_id`.
        known: Rows that stand on lists already.

    Returns:
        Rows as `recommendation_rows` has them, in order of customer and popularity.
    """
    import pandas as pd

    ready = _ready(pairs, around)
    place = around.country.reindex(missing.index)
    place = place.where(place.isin(ready["place"].unique()), "")
    asked = pd.DataFrame(
        {"customer_id": missing.index, "place": place.to_numpy(), "missing": missing.to_numpy()}
    )
    rows = asked.merge(ready, on="place", how="inner", sort=False)
    own = _own(pairs, asked["customer_id"])
    for taken in (own, known.reindex(columns=["customer_id", "product_id"])):
        seen = pd.MultiIndex.from_frame(taken[["customer_id", "product_id"]])
        here = pd.MultiIndex.from_frame(rows[["customer_id", "product_id"]])
        rows = rows[~here.isin(seen)]
    rows = rows[rows.groupby("customer_id", sort=False).cumcount() < rows["missing"]]
    return rows[["customer_id", "product_id", "product_name", "score", "kind", "reason"]]


def _ready(pairs: Pairs, around: Neighbourhoods) -> pd.DataFrame:
    """Gives the most popular products of each country and of the whole shop (named "")."""
    import pandas as pd

    lately = pairs.is_bought & (pairs.last_age <= POPULAR_DAYS) & around.may_show[pairs.product]
    country = around.country.reindex(pairs.customer_ids).fillna("").to_numpy(dtype=object)
    bought = pd.DataFrame({"customer": pairs.customer[lately], "product": pairs.product[lately]})
    bought["place"] = country[bought["customer"]]
    buyers = bought.groupby("place")["customer"].nunique()
    large = buyers.index[(buyers >= LEAST_BUYERS) & (buyers.index != "")]
    whole = bought.assign(place="")
    parts = pd.concat([whole, bought[bought["place"].isin(large)]])
    counted = parts.groupby(["place", "product"]).size().rename("count").reset_index()
    counted = counted.sort_values(
        ["place", "count", "product"], ascending=[True, False, True], kind="stable"
    )
    counted = counted[counted.groupby("place").cumcount() < MOST_READY]
    everyone = max(1, len(np.unique(bought["customer"])))
    total = counted["place"].map(buyers).where(counted["place"] != "", everyone)
    place = counted["place"].astype(str)
    where = ("popular in " + place).where(place != "", "popular lately")
    reason = where + ": " + counted["count"].astype(str)
    people = pd.Series(" customers", counted.index).where(counted["count"] > 1, " customer")
    return pd.DataFrame(
        {
            "place": counted["place"],
            "product_id": pairs.product_ids[counted["product"]],
            "product_name": around.names[counted["product"]],
            "score": (counted["count"] / total).astype(np.float64),
            "kind": "new",
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
