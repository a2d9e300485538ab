"""Churn words: what ways of predicting, metrics and features of churn are called for people."""

from __future__ import annotations

from shopkeeper.reports.standing import MetricWords

CANDIDATES = {
    "recency_only": "Days since the last order alone",
    "repeat_buying": "Repeat buying (BG/NBD)",
    "logistic_regression": "Logistic regression",
    "random_forest": "Random forest",
    "gradient_boosting": "Boosted trees",
    "blend": "Blend of four",
}
METRICS = {
    "brier_score": MetricWords(
        "Error",
        "Mean squared distance of probability and outcome (Brier score); the lowest wins",
        "lower is better",
    ),
    "calibration_error": MetricWords(
        "Calibration off",
        "Mean distance of what was foretold and what happened, in ten groups of customers",
        "lower is better",
    ),
    "roc_auc": MetricWords(
        "Order",
        "Chance that of two customers the one who left had the higher probability (AUC)",
        "higher is better",
    ),
    "average_precision": MetricWords(
        "Precision", "Area under the precision-recall curve (PR-AUC)", "higher is better"
    ),
    "lift": MetricWords(
        "Lift",
        "How many times more leavers the most endangered tenth holds than chance would",
        "higher is better",
    ),
}
FEATURES = {"gaps_between_orders_habit": "repeat buying, as a whole"}


def candidate_words(name: str) -> str:
    """Gives the name of a way of predicting in plain words.

    Examples:
        >>> candidate_words("blend")
        'Blend of four'
    """
    return CANDIDATES.get(name, name.replace("_", " "))


def feature_words(name: str) -> str:
    """Gives the name of a feature in plain words.

    Examples:
        >>> feature_words("last_90_days_amount")
        'last 90 days amount'
    """
    return FEATURES.get(name, name.replace("_", " "))


def band_words(band: str) -> str:
    """Gives the name of a band of risk; customers outside the population have none."""
    return band or "not scored"
