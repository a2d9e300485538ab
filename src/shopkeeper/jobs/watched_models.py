"""Watched models: of each model that scores customers, whom, what and which scores are watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from shopkeeper.jobs.feature_rows import feature_rows
from shopkeeper.jobs.segment_data import customers_then
from shopkeeper.jobs.training_data import features_at, purchases_of
from shopkeeper.monitoring.reference import NEVER_WATCHED, Reference, reference_of
from shopkeeper.tasks.churn.model import ChurnModel
from shopkeeper.tasks.churn.question import CHURN, SECOND_PURCHASE, Question
from shopkeeper.tasks.customer_segmentation.features import RAW
from shopkeeper.tasks.customer_segmentation.scores import CONTRACT as SEGMENTS
from shopkeeper.tasks.lifetime_value.customers import HISTORY, customers_at
from shopkeeper.tasks.lifetime_value.inputs import inputs_of
from shopkeeper.tasks.lifetime_value.values import CONTRACT as VALUES

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.jobs.writing import Writing
    from shopkeeper.models.model import Model
    from shopkeeper.tasks.lifetime_value.candidates.candidate import Candidate
    from shopkeeper.tasks.lifetime_value.model import LifetimeValue

    Frames = Callable[[Writing, date], pd.DataFrame]

# Question → table and column of its scores.
QUESTIONS = {
    CHURN.name: (CHURN, "churn_scores", "churn_probability"),
    SECOND_PURCHASE.name: (SECOND_PURCHASE, "second_purchase_scores", "purchase_probability"),
}
# Begin of the names under which models of value are registered.
VALUE_NAME = "lifetime_value_"
VALUE_DAYS = "_days"
SAID = "expected_amount"


@dataclass(frozen=True)
class Watched:
    """What is watched of one registered model.

    Attributes:
        name: Name in the registry.
        table, column: Where its scores stand.
        today: Gives the customers of a run, with the columns that are watched.
        then: Gives what was known of customers at a past day, as the model takes it.
        columns_of: From what the model takes to the columns that are watched.
        score: Gives what the model says of customers of one day.
        horizon_days: Of the scores; None where the table holds one horizon only.
    """

    name: str
    table: str
    column: str
    today: Callable[[Writing], ir.Table]
    then: Frames
    columns_of: Callable[[pd.DataFrame], pd.DataFrame]
    score: Callable[[Model, pd.DataFrame], pd.Series[Any]]
    horizon_days: int | None = None


def watched_models(horizons_days: tuple[int, ...]) -> tuple[Watched, ...]:
    """Gives all models that score customers.

    Args:
        horizons_days: Horizons of lifetime value.
    """
    questions = tuple(_question(name) for name in QUESTIONS)
    values = tuple(_value(days) for days in sorted(horizons_days))
    return (*questions, *values, _segments())


def value_name(horizon_days: int) -> str:
    """Gives the name under which models of value over a horizon are registered."""
    return f"{VALUE_NAME}{horizon_days}{VALUE_DAYS}"


def value_reference(
    customers: Mapping[date, pd.DataFrame], model: LifetimeValue, window_days: int
) -> Reference:
    """Gives how inputs and expected amounts were spread on the days a model was trained at.

    Args:
        customers: Day → rows of `customers_at` of that day.
        model: The fitted model.
        window_days: Whose inputs are watched.
    """
    inputs = {
        day: inputs_of(rows).assign(**{SAID: expected_of(model, rows)})
        for day, rows in customers.items()
    }
    return reference_of(
        inputs, lambda rows: rows[SAID], window_days, not_watched={*NEVER_WATCHED, SAID}
    )


def segment_reference(
    customers: Mapping[date, pd.DataFrame], model: Model, window_days: int
) -> Reference:
    """Gives how customers and their segments were spread on the days of a contest.

    Args:
        customers: Day → columns `RAW` of customers.
        model: The fitted model.
        window_days: Whose features are watched.
    """
    return reference_of(
        customers,
        lambda rows: model.predict(rows)["segment"],
        window_days,
        not_watched=NEVER_WATCHED,
    )


def question_rows(features: ir.Table, question: Question) -> ir.Table:
    """Gives the customers whom a question asks about."""
    if not question.is_about_one_time_buyers:
        return features
    return features.filter(features.purchase_count == 1)


def known_at(at_work: Writing, day: date) -> pd.DataFrame:
    """Gives the mart at a past day, with what repeat buying knows, as training reads them."""
    assert at_work.as_of is not None
    rows = feature_rows(at_work, [day])[day]
    purchases = purchases_of(at_work, at_work.as_of)
    return rows.join(features_at(at_work, purchases, [day])[day][list(HISTORY)])


def expected_of(model: LifetimeValue, rows: pd.DataFrame) -> pd.Series[float]:
    """Gives what customers of one day are expected to spend, without the rest that is served."""
    return expected_by(model.candidate, rows)


def expected_by(candidate: Candidate, rows: pd.DataFrame) -> pd.Series[float]:
    """Gives what a candidate expects customers of one day to spend."""
    import pandas as pd

    day = pd.Timestamp(rows["as_of"].iloc[0]).date()
    return pd.Series(candidate.predict(rows, day), index=rows.index)


def _question(name: str) -> Watched:
    question, table, column = QUESTIONS[name]

    def then(at_work: Writing, day: date) -> pd.DataFrame:
        return question.population(known_at(at_work, day))

    return Watched(
        name,
        table,
        column,
        lambda at_work: question_rows(at_work.table("customer_features"), question),
        then,
        lambda rows: rows,
        lambda model, rows: cast("ChurnModel", model).probabilities(rows),
    )


def _value(horizon_days: int) -> Watched:
    def today(at_work: Writing) -> ir.Table:
        assert at_work.as_of is not None
        return inputs_of(customers_at(at_work.table("purchases"), cutoffs=[at_work.as_of]))

    return Watched(
        value_name(horizon_days),
        VALUES.name,
        SAID,
        today,
        _value_rows,
        inputs_of,
        lambda model, rows: expected_of(cast("LifetimeValue", model), rows),
        horizon_days,
    )


def _value_rows(at_work: Writing, day: date) -> pd.DataFrame:
    assert at_work.as_of is not None
    return features_at(at_work, purchases_of(at_work, at_work.as_of), [day])[day]


def _segments() -> Watched:
    def then(at_work: Writing, day: date) -> pd.DataFrame:
        return customers_then(at_work, day).set_index("customer_id")

    return Watched(
        SEGMENTS.name,
        SEGMENTS.name,
        "segment",
        lambda at_work: at_work.table("customer_features").select(*RAW),
        then,
        lambda rows: rows,
        lambda model, rows: model.predict(rows)["segment"],
    )
