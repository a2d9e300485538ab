"""The sections of the report in the order in which they are read: one section per file."""

from __future__ import annotations

from collections.abc import Callable

from shopkeeper.html.answers import ReportAnswers
from shopkeeper.html.blocks import Section
from shopkeeper.html.sections import (
    churn,
    churn_proof,
    contest,
    countries,
    customers,
    findings,
    forecasts,
    funnel,
    glossary,
    group_evidence,
    group_profiles,
    groups,
    lifecycle,
    lifetime_value,
    limits,
    monday,
    moves,
    new_customers,
    products,
    quarantine,
    reconciliation,
    repeat_purchase,
    retention,
    revenue,
    scores,
    segments,
    summary,
    tables,
)

# A section that has nothing to say, and whose absence another one explains, gives None.
ALL: tuple[Callable[[ReportAnswers], Section | None], ...] = (
    summary.section,
    revenue.section,
    new_customers.section,
    lifecycle.section,
    retention.section,
    repeat_purchase.section,
    funnel.section,
    segments.section,
    scores.section,
    moves.section,
    groups.section,
    group_profiles.section,
    group_evidence.section,
    customers.section,
    lifetime_value.section,
    forecasts.section,
    contest.section,
    churn.section,
    churn_proof.section,
    monday.section,
    products.section,
    countries.section,
    reconciliation.section,
    quarantine.section,
    findings.section,
    tables.section,
    limits.section,
    glossary.section,
)
