"""Where customers buy: sales by store, or by channel where no store is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import formatting, group_sales
from shopkeeper.html.blocks import Section, Sentences
from shopkeeper.html.charts.canvas import Caption
from shopkeeper.html.text import cut

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.stores import StorePerformance

HEADINGS = {"store": "Stores", "channel": "Channels"}


def section(answers: ReportAnswers) -> Section | None:
    """Gives the stores or channels as bars and as a table."""
    found = answers.sales.stores if answers.sales else None
    if found is None or found.refusal is not None or not found.stores:
        return None
    picture = group_sales.bars_of(
        _caption(found), found.stores, answers.currency, found.by.title(), found.period_days
    )
    notes = Sentences("How it is counted", (found.definition,))
    # The title of the picture says the first finding.
    lead = " ".join(found.findings[1:]).replace("`", "")
    return Section("stores", HEADINGS[found.by], lead, (picture, notes))


def _caption(found: StorePerformance) -> Caption:
    best = found.stores[0]
    part = formatting.share(best.share)
    many = formatting.plural(len(found.stores), found.by)
    title = f"Of {many}, {cut(best.label, 40)} sells most: {part} of sales"
    if len(found.stores) == 1:
        title = f"All sales come from {cut(best.label, 40)}"
    return Caption(
        "store-bars",
        title,
        f"Bars of sales by {found.by}, the largest first. All numbers are in the table below.",
    )
