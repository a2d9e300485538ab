"""What they want next: how lists were proved, and examples with the reason for each product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.evaluation.evidence import EVERYONE
from shopkeeper.html import cells, formatting, spans
from shopkeeper.html.blocks import (
    Block,
    Cell,
    Column,
    DataTable,
    Kind,
    Notice,
    Section,
    Sentences,
)
from shopkeeper.reports.recommendation_words import candidate_words
from shopkeeper.tasks.recommendation.names import NEW_ONLY

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.recommendations import Recommendations
    from shopkeeper.tasks.recommendation.findings import Contestant, Findings, Lead

HEADING = "What they want next"
LEAD = (
    "For each customer the products they are most likely to buy next, of what they know and of "
    "what is new to them, with the reason for each."
)
METRICS = {
    "recall_10": ("Recall", "Share of what the customer bought later that stood on their list"),
    "ndcg_10": ("NDCG", "The same with more weight for the first places; 1 is perfect"),
    "hit_rate_10": ("Hit rate", "Share of customers who bought anything of their list"),
    "coverage_10": ("Coverage", "Share of all products that stand on any list"),
}
EXAMPLE_COLUMNS = (
    Column("Customer"),
    Column("Place", Kind.NUMBER),
    Column("Product"),
    Column("Kind", Kind.TEXT, "Bought before, or new to the customer"),
    Column("Chance", Kind.NUMBER, "Probability that the customer buys it within the horizon"),
    Column("Why", Kind.PROSE),
)
PRODUCT_COLUMNS = (
    Column("Product"),
    Column("Name"),
    Column("Lists", Kind.NUMBER),
    Column("New to", Kind.NUMBER, "Customers on whose list it is new"),
)
DIGITS = 3


def section(answers: ReportAnswers) -> Section | None:
    """Gives the lists and their proof; None where nothing was trained."""
    found = answers.recommendations
    if found is None:
        return None
    blocks: list[Block] = []
    if not found.findings.is_published:
        why = " ".join(found.findings.reasons)
        blocks.append(Notice("info", "Nothing is recommended", why))
    if found.examples:
        blocks += [_summary(found), _examples(found)]
    if found.findings.contest:
        blocks += [_contest(found.findings, part) for part in (EVERYONE, NEW_ONLY)]
    if found.products:
        blocks.append(_products(found))
    if found.findings.caveats:
        blocks.append(Sentences("What to know beside it", found.findings.caveats))
    return Section("recommendations", HEADING, LEAD, tuple(blocks))


def _summary(found: Recommendations) -> Sentences:
    days = spans.days(found.findings.horizon_days)
    again = formatting.share(found.again_share)
    return Sentences(
        "In short",
        (
            f"{formatting.plural(found.customer_count, 'customer')} have a list for the next "
            f"{days}; {formatting.plural(found.product_count, 'product')} stand on one.",
            f"{again} of all places show what the customer bought before; the rest is new to them "
            "and judged apart below.",
            "It is not said what would not be bought without showing it; keep some customers "
            "without a list to see what it brings.",
        ),
    )


def _examples(found: Recommendations) -> DataTable:
    rows = tuple(
        (
            cells.text(example.customer_id),
            cells.count(row.rank),
            cells.text(row.product_name),
            cells.text(row.kind),
            cells.share(row.score),
            cells.prose(row.reason),
        )
        for example in found.examples
        for row in example.products
    )
    return DataTable(
        "recommendation-examples",
        "Examples: the first products of five customers whose first place is surest",
        EXAMPLE_COLUMNS,
        rows,
        "The lists of all customers are in the table “recommendations”.",
    )


def _contest(found: Findings, part: str) -> DataTable:
    is_all = part == EVERYONE
    count = formatting.plural(len(found.past), "past date")
    state = f"in use: {found.model}" if found.is_published else "nothing in use"
    what = "all purchases" if is_all else "products the customer had never bought"
    leads = {lead.other: lead for lead in found.leads if lead.slice == part}
    columns = (
        Column("Way to recommend"),
        Column("Role"),
        *(Column(label, Kind.NUMBER, meaning) for label, meaning in METRICS.values()),
        Column(
            "Lead of the learned one",
            Kind.NUMBER,
            "Difference in NDCG with its 95 % interval, by bootstrap over customers",
        ),
    )
    return DataTable(
        "recommendation-contest" if is_all else "recommendation-contest-new",
        f"Lists of ten judged by {what}, means over {count}; {state}",
        columns,
        tuple(_row(row, part, leads.get(row.candidate)) for row in found.contest),
    )


def _row(row: Contestant, part: str, lead: Lead | None) -> tuple[Cell, ...]:
    values = row.metrics.get(part, {})
    return (
        cells.text(candidate_words(row.candidate)),
        Cell("simple rule" if row.is_baseline else formatting.EN_DASH, "", None, "short"),
        *(_number(values.get(name)) for name in METRICS),
        _lead(lead),
    )


def _number(value: float | None) -> Cell:
    return cells.EMPTY if value is None else Cell(f"{value:.{DIGITS}f}", f"{value:.12g}")


def _lead(lead: Lead | None) -> Cell:
    if lead is None:
        return cells.EMPTY
    low, high = (f"{end:+.{DIGITS}f}" for end in (lead.low, lead.high))
    return Cell(f"{lead.value:+.{DIGITS}f} ({low} to {high})", f"{lead.value:.12g}")


def _products(found: Recommendations) -> DataTable:
    return DataTable(
        "recommended-products",
        "Products on most lists",
        PRODUCT_COLUMNS,
        tuple(
            (
                cells.text(row.product_id),
                cells.text(row.product_name),
                cells.count(row.customer_count, row.customers),
                cells.count(row.new_count, row.new_customers),
            )
            for row in found.products
        ),
    )
