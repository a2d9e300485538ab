"""Names: of the task, of the ways to recommend, and of the parts they are judged on."""

from __future__ import annotations

TASK = "recommendation"
BLEND = "learned_blend"
POPULAR, AGAIN = "popular_lately", "buy_it_again"
# The simple rules that must be beaten.
BASELINES = (POPULAR, AGAIN)
ALS = "implicit_als"
# Parts of what customers bought that the gate and the report look at.
NEW_ONLY = "new products only"
FEW_PRODUCTS_PART, MANY_PRODUCTS_PART = "at most 5 products", "more products"
