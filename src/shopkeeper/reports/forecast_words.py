"""Forecast words: what the ways to foretell demand, and what they foretell, are called."""

from __future__ import annotations

# How reports call what stands in the contest.
WAY_WORDS = {
    "chosen_ways": "what is served",
    "last_week": "as last week",
    "same_week_last_season": "as the same week last season",
    "recent_mean": "mean of the last 8 weeks",
    "last_year_grown": "last year's weeks, grown",
    "exponential_smoothing": "exponential smoothing",
    "theta": "Theta",
    "croston": "intermittent demand (Croston, SBA)",
    "dying_demand": "intermittent demand that may die out (TSB)",
    "longer_buckets": "intermittent demand in longer buckets (ADIDA)",
    "boosted_trees": "trees over all series",
    "mean_of_ways": "mean of several ways",
    "weeks_shared_out": "the weeks, shared out to their days",
    "last_day": "as the last day",
    "same_day_last_week": "as the same day last week",
}
LEVEL_WORDS = {"total": "the whole shop", "category": "categories", "product": "products"}
MEASURE_WORDS = {"quantity": "pieces", "sales_amount": "money"}


def way_words(name: str) -> str:
    """Gives what a way to foretell is called."""
    return WAY_WORDS.get(name, name)


def group_words(level: str, measure: str) -> str:
    """Gives what a measure of a level is called, such as `money of the whole shop`."""
    return f"{MEASURE_WORDS[measure]} of {LEVEL_WORDS[level]}"
