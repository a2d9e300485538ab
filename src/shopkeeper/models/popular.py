"""Popular: how many customers bought each product, ever or lately; the same for everyone."""

from __future__ import annotations

from shopkeeper.models.recommender.popularity import ByPopularity


class Popular(ByPopularity):
    """Score: customers who bought the product."""

    name = "popular"
