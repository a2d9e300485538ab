"""Watched drift: the customers and scores of a run beside what each champion was trained on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.jobs.feature_rows import feature_rows
from shopkeeper.jobs.training_data import features_at, purchases_of
from shopkeeper.monitoring.counting import counts, portrait_of_counts
from shopkeeper.monitoring.drift import Limits, drift
from shopkeeper.monitoring.findings import ModelDrift
from shopkeeper.monitoring.portraits import portrait_of
from shopkeeper.monitoring.reference import (
    RECENCY,
    REFERENCE_FILE,
    SCORE,
    Reference,
    recent_of,
    scores_of,
)
from shopkeeper.monitoring.volume import YEAR_DAYS
from shopkeeper.tasks.churn.model import ChurnModel
from shopkeeper.tasks.churn.question import CHURN, SECOND_PURCHASE, Question
from shopkeeper.tasks.lifetime_value.customers import HISTORY

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.jobs.writing import Writing
    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.monitoring.portraits import Bins, Portrait

# Question → table and column of its scores.
SCORES = {
    CHURN.name: (CHURN, "churn_scores", "churn_probability"),
    SECOND_PURCHASE.name: (SECOND_PURCHASE, "second_purchase_scores", "purchase_probability"),
}
TOO_OLD = (
    "It was trained by a version that kept no reference; drift can be told after the next training."
)


def watched_drift(at_work: Writing) -> tuple[ModelDrift, ...]:
    """Gives how far today's customers are from what each champion that scores was trained on."""
    registry = at_work.workspace.registry
    champions = (registry.champion(name) for name in SCORES)
    return tuple(_of(at_work, champion) for champion in champions if champion)


def _of(at_work: Writing, champion: ModelVersion) -> ModelDrift:
    question, scores_name, score_column = SCORES[champion.name]
    label = f"{champion.name} {champion.version}"
    found = ModelDrift(label, champion.as_of.isoformat())
    artifact = at_work.workspace.registry.artifact(champion.name, champion.version)
    content = artifact.documents.get(REFERENCE_FILE)
    if content is None or at_work.as_of is None or not at_work.draft.has(scores_name):
        return _without(found, TOO_OLD if content is None else "It has scored nobody yet.")
    reference = Reference.from_bytes(content)
    year_before = _year_before(at_work, champion, question, reference)
    limits = at_work.workspace.settings.monitoring
    limit = Limits(limits.least_effect, limits.false_discovery_rate)

    customers = question_rows(at_work.table("customer_features"), question)
    customers = customers.filter(customers[RECENCY] <= reference.window_days)
    scored = at_work.table(scores_name)
    scored = scored.select(**{SCORE: scored[score_column]})
    scored = scored.filter(scored[SCORE].notnull())
    today = _counted(at_work, customers, reference.feature_bins)
    today_scores = _counted(at_work, scored, reference.score_bins)
    features = drift(today, (*reference.features, *year_before[:1]), reference.feature_bins, limit)
    scores = drift(today_scores, (*reference.scores, *year_before[1:]), reference.score_bins, limit)
    days = sorted({each.day.isoformat() for each in (*reference.features, *year_before)})
    return ModelDrift(
        model=label,
        trained_on=found.trained_on,
        window_days=reference.window_days,
        row_count=today.row_count,
        scored_count=today_scores.row_count,
        reference_days=tuple(days),
        features=features,
        scores=scores,
    )


def question_rows(features: ir.Table, question: Question) -> ir.Table:
    """Gives the customers whom a question asks about."""
    if not question.is_about_one_time_buyers:
        return features
    return features.filter(features.purchase_count == 1)


def _counted(at_work: Writing, rows: ir.Table, bins: Mapping[str, Bins]) -> Portrait:
    assert at_work.as_of is not None
    known = {name: each for name, each in bins.items() if name in rows.columns}
    row = at_work.draft.engine.collect(counts(rows, known)).to_pylist()[0]
    return portrait_of_counts(row, known, at_work.as_of)


def _year_before(
    at_work: Writing, champion: ModelVersion, question: Question, reference: Reference
) -> tuple[Portrait, ...]:
    """Gives customers and scores of the same season a year before, by the same champion.

    None where the shop had no customers then, or the champion had not seen that season.
    """
    assert at_work.as_of is not None
    day = at_work.as_of - timedelta(days=YEAR_DAYS)
    if day > champion.as_of or not _had_customers(at_work, day):
        return ()
    rows = question.population(known_at(at_work, day))
    model = at_work.workspace.registry.load(champion.name, champion.version)
    assert isinstance(model, ChurnModel)
    recent = recent_of(rows, reference.window_days)
    said = scores_of(rows, model.probabilities)
    return (
        portrait_of(recent, reference.feature_bins, day),
        portrait_of(said, reference.score_bins, day),
    )


def _had_customers(at_work: Writing, day: date) -> bool:
    import ibis

    purchases = at_work.table("purchases")
    before = purchases.filter(purchases.order_date < ibis.date(day.isoformat()))
    counted = at_work.draft.engine.collect(before.agg(n=before.count()))
    return bool(counted.column("n")[0].as_py())


def known_at(at_work: Writing, day: date) -> pd.DataFrame:
    """Gives the mart at a past day, with what repeat buying knows, as training reads them."""
    assert at_work.as_of is not None
    rows = feature_rows(at_work, [day])[day]
    purchases = purchases_of(at_work, at_work.as_of)
    return rows.join(features_at(at_work, purchases, [day])[day][list(HISTORY)])


def _without(found: ModelDrift, reason: str) -> ModelDrift:
    return ModelDrift(found.model, found.trained_on, reason=reason)
