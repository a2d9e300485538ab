"""What the models say of the customers: how many at what risk, in which segments, and who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis

from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Customers that are listed where nobody asks for more.
LISTED_CUSTOMERS = 20
# A share is added up exactly, so that no engine depends on the order of its rows.
EXACT_PROBABILITY = "decimal(18, 12)"
# Models that may be refused: the part of the name under which a run refuses them, and what for.
QUESTIONS = {
    "customer_segments": "segment",
    "churn": "churn",
    "lifetime_value": "value",
}
# Each question, with the number that answers it; and the questions about days to come.
NUMBERS = {"segment": "segment", "churn": "churn_probability", "value": "expected_amount"}
FORETELL = ("churn", "value")


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """A model that scores, and how many customers have a number from it.

    Attributes:
        question: `segment`, `churn` or `value`.
        model: Name and version.
        horizon_days: Days that are foretold; None where nothing is.
        customer_count: Customers with a number.
        outside_count: Customers whom it was not made for: marked, without a number.
        customers, outside: Way to them.
    """

    question: str
    model: str
    horizon_days: int | None
    customer_count: int
    outside_count: int
    customers: Selection
    outside: Selection | None


@dataclass(frozen=True, slots=True)
class RefusedModel:
    """A question that no model may answer on these data, and why."""

    question: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScoredGroup:
    """Customers of one risk band or segment; amounts are missing without a value model."""

    name: str
    customer_count: int
    customer_share: float
    average_churn_probability: float | None
    expected_amount: Decimal | None
    customers: Selection


@dataclass(frozen=True, slots=True)
class CustomerScore:
    """What the models say of one customer; None where none may."""

    customer_id: str
    as_of: date
    rfm_segment: str
    segment: str | None
    segment_model: str | None
    is_in_churn_population: bool | None
    churn_horizon_days: int | None
    churn_probability: float | None
    risk_band: str | None
    reasons: tuple[str, ...]
    churn_model: str | None
    is_in_value_population: bool | None
    value_horizon_days: int | None
    expected_amount: Decimal | None
    typical_amount: Decimal | None
    lower_amount: Decimal | None
    upper_amount: Decimal | None
    next_order_date: date | None
    value_model: str | None


@dataclass(frozen=True, slots=True)
class Scores:
    """The answer: what scores, what was refused, and who is where.

    Attributes:
        as_of: Day before which data were seen.
        customer_count: Customers scored.
        models: What gives numbers.
        refused: What may not, with the reason.
        risk_bands: Customers by their probability of leaving, the likeliest first.
        segments: Customers by segment: the model's, or the RFM segment where there is none.
        customers: The most valuable first; without values by their id.
        everyone: Opens the customers scored.
    """

    as_of: date
    customer_count: int
    models: tuple[ScoringModel, ...]
    refused: tuple[RefusedModel, ...]
    risk_bands: tuple[ScoredGroup, ...]
    segments: tuple[ScoredGroup, ...]
    customers: tuple[CustomerScore, ...]
    everyone: Selection


def scored_rows(customer_scores: ir.Table) -> ir.Table:
    """Gives the customers with their groups, and which models have a number for them."""
    has = {f"has_{name}": customer_scores[number].notnull() for name, number in NUMBERS.items()}
    outside = {
        # Where a model was refused, nobody is outside of it.
        f"is_outside_{name}": ~customer_scores[f"is_in_{name}_population"]
        for name in FORETELL
    }
    return customer_scores.select(
        "customer_id", "risk_band", "segment", "rfm_segment", **has, **outside
    )


SCORED_CUSTOMERS = Roll(
    "scores", "Customers by what the models say of them", ("customer_id",), scored_rows
)
OPENED = Selection(SCORED_CUSTOMERS.name)


def scores(
    customer_scores: ir.Table,
    *,
    as_of: date,
    refusals: Mapping[str, str],
    limit: int = LISTED_CUSTOMERS,
) -> Scores:
    """Gives what the models of the run say of all customers.

    Args:
        customer_scores: The table.
        as_of: Day before which data were seen.
        refusals: What the run refused, with the reason.
        limit: Customers that are listed.
    """
    models = _models(customer_scores)
    segment = "segment" if any(m.question == "segment" for m in models) else "rfm_segment"
    return Scores(
        as_of=as_of,
        customer_count=_count(customer_scores),
        models=models,
        refused=_refused(refusals),
        risk_bands=_groups(customer_scores, "risk_band"),
        segments=_groups(customer_scores, segment),
        customers=_listed(customer_scores, limit),
        everyone=OPENED,
    )


def score_of(customer_scores: ir.Table, customer_id: str) -> CustomerScore | None:
    """Gives what the models say of one customer; None for who was not scored."""
    found = rows_of(customer_scores.filter(customer_scores.customer_id == customer_id))
    return score_from(found[0]) if found else None


def _count(table: ir.Table) -> int:
    return int(rows_of(table.agg(n=table.count()))[0]["n"])


def _models(table: ir.Table) -> tuple[ScoringModel, ...]:
    measures: dict[str, ir.Value] = {}
    for question, number in NUMBERS.items():
        measures[f"{question}_model"] = table[f"{question}_model"].max()
        measures[f"{question}_count"] = table[number].count()
        if question in FORETELL:
            outside = ~table[f"is_in_{question}_population"]
            measures[f"{question}_outside"] = outside.ifelse(1, 0).sum()
            measures[f"{question}_horizon"] = table[f"{question}_horizon_days"].max()
    row = rows_of(table.agg(**measures))[0]
    return tuple(
        ScoringModel(
            question,
            row[f"{question}_model"],
            row.get(f"{question}_horizon"),
            int(row[f"{question}_count"]),
            int(row.get(f"{question}_outside") or 0),
            OPENED.where(f"has_{question}", value=True),
            OPENED.where(f"is_outside_{question}", value=True) if question in FORETELL else None,
        )
        for question in NUMBERS
        if row[f"{question}_model"] is not None
    )


def _refused(refusals: Mapping[str, str]) -> tuple[RefusedModel, ...]:
    return tuple(
        RefusedModel(question, name, reason)
        for part, question in QUESTIONS.items()
        for name, reason in sorted(refusals.items())
        if name.startswith(part)
    )


def _groups(table: ir.Table, column: str) -> tuple[ScoredGroup, ...]:
    known = table.filter(table[column].notnull())
    found = rows_of(
        known.group_by(name=known[column]).agg(
            customer_count=known.count(),
            churn_count=known.churn_probability.count(),
            churn=known.churn_probability.cast(EXACT_PROBABILITY).sum(),
            expected_amount=known.expected_amount.sum(),
        )
    )
    groups = [
        ScoredGroup(
            row["name"],
            int(row["customer_count"]),
            int(row["customer_count"]) / sum(int(other["customer_count"]) for other in found),
            float(row["churn"]) / int(row["churn_count"]) if row["churn_count"] else None,
            row["expected_amount"],
            OPENED.where(column, row["name"]),
        )
        for row in found
    ]
    return tuple(
        sorted(
            groups, key=lambda g: (-(g.average_churn_probability or 0), -g.customer_count, g.name)
        )
    )


def _listed(table: ir.Table, limit: int) -> tuple[CustomerScore, ...]:
    known = table.expected_amount.isnull().ifelse(1, 0)
    ordered = table.order_by([known, ibis.desc(table.expected_amount), table.customer_id])
    return tuple(score_from(row) for row in rows_of(ordered.limit(limit)))


def score_from(row: Mapping[str, object]) -> CustomerScore:
    """Gives what a row of `customer_scores` says."""
    reasons = tuple(str(row[f"reason_{place}"]) for place in (1, 2, 3) if row[f"reason_{place}"])
    own = {n: row[n] for n in CustomerScore.__dataclass_fields__ if n != "reasons"}
    return CustomerScore(**own, reasons=reasons)  # type: ignore[arg-type]
