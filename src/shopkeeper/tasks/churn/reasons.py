"""Reasons: why a customer is likely to leave, from exact contributions, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopkeeper.tasks.churn.features import RECENCY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_REASONS = 3
# A reason moves the odds by at least a tenth; less is not worth a sentence.
LEAST_LOG_ODDS = 0.1

# Features that hang together are one reason: their contributions are added up, which leaves them
# exact. The first pattern that fits counts; what fits none is told to nobody.
THEMES: Mapping[str, tuple[str, ...]] = {
    "season": ("year_ago_", "last_year"),
    "returns": ("refund", "cancel", "return"),
    "rhythm": ("days_since_last", "gap", "between_orders"),
    "lately": ("last_", "monthly_", "trend", "recent"),
    "money": ("amount", "discount", "value"),
    "loyalty": ("count", "days_since_first", "per_year", "tenure"),
}
THEME_WORDS: Mapping[str, str] = {
    "season": "what they bought in these months last year",
    "returns": "what they took back",
    "rhythm": "how long they have been silent, against their own rhythm",
    "lately": "what they bought lately",
    "money": "how much they spend",
    "loyalty": "how often and how long they have bought",
    "other": "all else",
}


def theme_of(feature: str) -> str:
    """Gives the theme of a feature, `other` where it has none.

    Examples:
        >>> theme_of("gap_ratio"), theme_of("last_90_days_amount")
        ('rhythm', 'lately')
    """
    for theme, patterns in THEMES.items():
        if any(pattern in feature for pattern in patterns):
            return theme
    return "other"


def by_theme(contributions: pd.DataFrame) -> pd.DataFrame:
    """Gives the contributions added up by theme."""
    names = [theme_of(name) for name in contributions.columns]
    return contributions.T.groupby(names).sum().T


def reference(contributions: pd.DataFrame, probability: Array) -> dict[str, float]:
    """Gives what each theme adds for customers who stay: the mean, weighed by staying.

    Args:
        contributions: What each feature adds to the log-odds of leaving.
        probability: Probability of leaving; shape (rows,), in 0–1.
    """
    told = by_theme(contributions)
    stays = 1.0 - probability
    means = told.mul(stays, axis=0).sum() / max(float(stays.sum()), 1e-9)
    return {str(theme): float(mean) for theme, mean in means.items()}


def reasons(
    customers: pd.DataFrame, contributions: pd.DataFrame, staying: Mapping[str, float]
) -> pd.DataFrame:
    """Gives up to three reasons why each customer is more likely to leave than those who stay.

    Args:
        customers: Features, one row per customer.
        contributions: What each feature adds to the log-odds of leaving, same rows.
        staying: What each theme adds for customers who stay, as `reference` gives it.

    Returns:
        A frame with the same index and the columns `reason_1` to `reason_3`, strongest first;
        None where there are fewer.
    """
    told = by_theme(contributions).reindex(columns=list(THEMES), fill_value=0.0)
    strength = told.to_numpy() - np.array([staying.get(theme, 0.0) for theme in THEMES])
    texts = np.column_stack([_words(theme, customers) for theme in THEMES])
    order = np.argsort(-strength, axis=1, kind="stable")[:, :MOST_REASONS]
    rows = np.arange(len(customers))[:, None]
    chosen = texts[rows, order]
    chosen[strength[rows, order] < LEAST_LOG_ODDS] = None
    found = customers[[]].copy()
    for place in range(MOST_REASONS):
        found[f"reason_{place + 1}"] = chosen[:, place]
    return found


def importance(contributions: pd.DataFrame) -> dict[str, float]:
    """Gives the mean size of each feature's contribution, largest first: its global importance."""
    sizes = contributions.abs().mean().sort_values(ascending=False, kind="stable")
    return {str(name): float(size) for name, size in sizes.items()}


def _words(theme: str, customers: pd.DataFrame) -> NDArray[np.object_]:
    return SAYINGS[theme](customers).to_numpy(dtype=object)


def _rhythm(customers: pd.DataFrame) -> pd.Series:
    silent = "no order for " + _days(customers[RECENCY])
    gap = customers["mean_gap_days"]
    rhythm = _days(gap.fillna(0).clip(lower=1))
    late = silent + "; used to order every " + rhythm
    # Who is not late yet may still order too seldom to come back within the horizon.
    known = late.where(customers[RECENCY] >= gap, "orders only every " + rhythm)
    return known.where(gap.notna(), silent + " since the only one")


def _lately(customers: pd.DataFrame) -> pd.Series:
    lately = customers["last_90_days_purchase_count"]
    year = customers["last_365_days_purchase_count"]
    said = _orders(lately).where(lately > 0, "no order")
    said = said + " in the last 90 days, " + _number(year) + " in the last 365"
    return said.where(year > 0, "no order in the last 365 days")


def _money(customers: pd.DataFrame) -> pd.Series:
    amount = customers["mean_amount"].fillna(0).clip(lower=1)
    # Two digits say enough, and keep the numbers that must be written few.
    power = 10.0 ** (np.floor(np.log10(amount)) - 1).clip(lower=0)
    return "spends about " + _number((amount / power).round() * power) + " on a day of purchase"


def _loyalty(customers: pd.DataFrame) -> pd.Series:
    tenure = customers["days_since_first_purchase"]
    return _orders(customers["purchase_count"]) + " in " + _days(tenure) + " as a customer"


def _season(customers: pd.DataFrame) -> pd.Series:
    spent = customers["year_ago_90_days_amount"]
    said = "spent only " + _number(spent) + " in the coming 90 days a year ago"
    return said.where(spent > 0, "bought nothing in the coming 90 days a year ago")


def _returns(customers: pd.DataFrame) -> pd.Series:
    return customers[RECENCY].map(lambda _: "took goods back")


def _days(values: pd.Series) -> pd.Series:
    whole = values.round().astype("int64")
    return whole.astype(str) + np.where(whole == 1, " day", " days")


def _orders(values: pd.Series) -> pd.Series:
    whole = values.round().astype("int64")
    return whole.astype(str) + np.where(whole == 1, " order", " orders")


def _number(values: pd.Series) -> pd.Series:
    known, places = np.unique(values.fillna(0).round().to_numpy("int64"), return_inverse=True)
    written = np.array([f"{number:,}" for number in known.tolist()], dtype=object)
    return pd.Series(written[places], index=values.index)


SAYINGS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "season": _season,
    "returns": _returns,
    "rhythm": _rhythm,
    "lately": _lately,
    "money": _money,
    "loyalty": _loyalty,
}
