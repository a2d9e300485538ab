"""Recommendation words: what the ways to recommend are called."""

from __future__ import annotations

# How the report calls what stands in the contest.
CANDIDATE_WORDS = {
    "learned_blend": "learned from what customers chose",
    "buy_it_again": "what they bought most often",
    "popular_lately": "what was popular in 28 days",
    "popular_ever": "what was always popular",
    "own_rhythm": "their own rhythm",
    "ease": "linear weights between products",
    "item_knn": "products the same customers bought",
    "co_purchase": "products in the same first baskets",
    "implicit_als": "short vectors (implicit ALS)",
}


def candidate_words(name: str) -> str:
    """Gives what a way to recommend is called."""
    return CANDIDATE_WORDS.get(name, name)
