"""Scores: the products that each customer may want next, with the reason for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from shopkeeper.contracts.checks import at_least, holds, one_of, unique
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.models.recommender.recommender import rows_at_once
from shopkeeper.tasks.recommendation.cold import Neighbourhoods, popular_rows
from shopkeeper.tasks.recommendation.reasons import reasons
from shopkeeper.tasks.recommendation.rules import Rules, allowed, chosen

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.models.recommender.pairs import Pairs
    from shopkeeper.tasks.recommendation.model import NextProducts

KINDS = ("again", "new")

CONTRACT = Contract(
    name="recommendations",
    layer=Layer.SCORES,
    meaning="One row per customer the shop can name and place on their list: a product they may "
    "want next, and why. Customers of whom no interaction is known get what is popular "
    "among customers alike.",
    grain=("customer_id", "rank"),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("rank", "int64", "Place on the list; 1 is the first"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("horizon_days", "int64", "Days from `as_of` on that are foretold", unit="days"),
        Column("product_id", "string", "Product as the shop names it"),
        Column("product_name", "string", "Its most frequent description, else its id"),
        Column(
            "score",
            "float64",
            "Probability that the customer buys it within the horizon; for customers of whom "
            "nothing is known the share of customers who bought it in the last quarter",
            unit="0-1",
        ),
        Column("kind", "string", "`again` for what they bought before, `new` for the rest"),
        Column("reason", "string", "Why it stands on the list, in plain words"),
        Column("model", "string", "Name and version of the model in the registry"),
        Column(
            "training_id",
            "string",
            "Hash of the interactions, settings and code the model was made from",
        ),
    ),
    checks=(
        at_least("rank", 1),
        one_of("kind", KINDS),
        unique("customer_id", "product_id"),
        holds(
            "score_in_range",
            "a score lies between 0 and 1",
            lambda table: cast("ir.BooleanValue", table.score.between(0, 1)),
        ),
    ),
)


@dataclass(frozen=True)
class Shelf:
    """What the shop knows of its products and customers besides who bought what.

    Attributes:
        products: `product_name`, `category` and `may_show` by `product_id`.
        customers: `country`, and `segment` where there are any, by `customer_id`: one row for
            everyone who is to get a list.
    """

    products: pd.DataFrame
    customers: pd.DataFrame


def recommendation_rows(
    model: NextProducts, pairs: Pairs, shelf: Shelf, rules: Rules
) -> pd.DataFrame:
    """Gives the lists of all customers: `customer_id`, `rank`, `product_id`, `score` and so on.

    Args:
        model: The champion.
        pairs: Who had bought what by now.
        shelf: Names, categories, what may be shown, and all customers.
        rules: The shop's.
    """
    import pandas as pd

    about = shelf.products.reindex(pairs.product_ids)
    may_show = about["may_show"].fillna(value=False).to_numpy(dtype=bool)
    category = pd.factorize(about["category"])[0].astype(np.int64)
    names = about["product_name"].fillna(pd.Series(pairs.product_ids, about.index)).astype(object)
    knowledge = model.knowledge(pairs)
    asked = np.flatnonzero(pd.Index(pairs.customer_ids).isin(shelf.customers.index))
    parts = []
    step = rows_at_once(pairs.shape[1])
    for start in range(0, len(asked), step):
        customers = asked[start : start + step]
        found = knowledge.candidates(customers)
        score = model.chances(found)
        is_allowed = allowed(found, rules, may_show)
        shown = chosen(found, score, is_allowed, rules, category=category)
        place, product = customers[found.customer[shown]], found.product[shown]
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": pairs.customer_ids[place],
                    "product_id": pairs.product_ids[product],
                    "product_name": names.to_numpy()[product],
                    "score": score[shown].astype(np.float64),
                    "kind": np.where(found.is_own[shown], *KINDS),
                    "reason": reasons(knowledge, found, shown, customers, names.to_numpy()),
                }
            )
        )
    known = pd.concat(parts) if parts else pd.DataFrame(columns=["customer_id"])
    around = Neighbourhoods(
        shelf.customers, about["category"].to_numpy(dtype=object), may_show, names.to_numpy()
    )
    return _with_cold(known, pairs, shelf, rules, around)


def _with_cold(
    known: pd.DataFrame, pairs: Pairs, shelf: Shelf, rules: Rules, around: Neighbourhoods
) -> pd.DataFrame:
    """Gives lists with those of customers who would have none, or a shorter one."""
    import pandas as pd

    counts = known["customer_id"].value_counts()
    missing = rules.length - counts.reindex(shelf.customers.index).fillna(0).astype("int64")
    short = missing[missing > 0] if rules.mode != "again" else missing[missing < 0]
    filled = popular_rows(pairs, around, short, known)
    rows = pd.concat([known, filled], ignore_index=True) if len(filled) else known
    rows = rows.reset_index(drop=True)
    rows["rank"] = rows.groupby("customer_id", sort=False).cumcount() + 1
    return rows
