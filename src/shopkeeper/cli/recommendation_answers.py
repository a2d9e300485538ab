"""Recommendations in the terminal: example lists with reasons, and what training found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import RAW_CHARACTERS, print_table, print_text
from shopkeeper.evaluation.evidence import EVERYONE
from shopkeeper.reports.formatting import percent
from shopkeeper.reports.recommendation_words import candidate_words
from shopkeeper.tasks.recommendation.names import NEW_ONLY

if TYPE_CHECKING:
    from shopkeeper.reports.recommendations import Recommendations, Recommended
    from shopkeeper.tasks.recommendation.findings import Contestant, Findings, Lead

# Metrics of the table, each with repeats and with new products only.
COLUMNS = ("recall_10", "ndcg_10", "hit_rate_10", "coverage_10")


def show_recommendations(found: Recommendations, currency: str) -> None:
    """Prints what customers may want next, how that was proved, and what was refused."""
    del currency
    days = found.findings.horizon_days
    print_text(f"what customers may buy in the {days} days from {found.as_of} on")
    if found.examples:
        print_text(
            f"{found.customer_count:,} customers have a list; {found.product_count:,} products "
            f"stand on one; {percent(found.again_share)} of all places show what the customer "
            "bought before"
        )
        for example in found.examples:
            print_text()
            print_text(f"customer {example.customer_id}")
            show_list(example.products)
        print_text()
        print_table(
            ("on most lists", "name", "lists", "new to"),
            [
                (row.product_id, row.product_name, row.customer_count, row.new_count)
                for row in found.products
            ],
        )
    _show_contest(found.findings)


def show_recommendation_training(found: Findings | None) -> None:
    """Prints whether lists passed, against what, and why not."""
    if found is not None:
        _show_contest(found)


def show_list(products: tuple[Recommended, ...]) -> None:
    """Prints the list of one customer."""
    print_table(
        ("#", "product", "name", "kind", "chance", "why"),
        [
            (row.rank, row.product_id, row.product_name, row.kind, percent(row.score), row.reason)
            for row in products
        ],
        RAW_CHARACTERS,
    )


def _show_contest(found: Findings) -> None:
    if found.contest:
        state = f"in use: {found.model}" if found.is_published else "nothing in use"
        print_text()
        print_text(f"lists of ten, means over {len(found.past)} past dates; {state}")
        leads = {(lead.other, lead.slice): lead for lead in found.leads}
        for part in (EVERYONE, NEW_ONLY):
            words = "all purchases" if part == EVERYONE else part
            print_table(
                (words, "", *(name.removesuffix("_10") for name in COLUMNS), "lead in ndcg, 95 %"),
                [_row(row, part, leads.get((row.candidate, part))) for row in found.contest],
            )
    for reason in found.reasons:
        print_text(f"refused: {reason}")
    for caveat in found.caveats:
        print_text(f"note: {caveat}")


def _row(row: Contestant, part: str, lead: Lead | None) -> tuple[str | None, ...]:
    values = row.metrics.get(part, {})
    numbers = ((values.get(name)) for name in COLUMNS)
    return (
        candidate_words(row.candidate),
        "simple rule" if row.is_baseline else None,
        *(None if value is None else f"{value:.4f}" for value in numbers),
        f"{lead.value:+.4f} ({lead.low:+.4f} to {lead.high:+.4f})" if lead else None,
    )
