"""The sections of the report in the order in which they are read: one section per file."""

from __future__ import annotations

from collections.abc import Callable

from shopkeeper.html.answers import ReportAnswers
from shopkeeper.html.blocks import Section
from shopkeeper.html.sections import (
    countries,
    customers,
    findings,
    glossary,
    limits,
    moves,
    new_customers,
    products,
    quarantine,
    reconciliation,
    revenue,
    scores,
    segments,
    summary,
    tables,
)

ALL: tuple[Callable[[ReportAnswers], Section], ...] = (
    summary.section,
    revenue.section,
    new_customers.section,
    segments.section,
    scores.section,
    moves.section,
    customers.section,
    products.section,
    countries.section,
    reconciliation.section,
    quarantine.section,
    findings.section,
    tables.section,
    limits.section,
    glossary.section,
)
