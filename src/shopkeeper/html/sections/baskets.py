"""What is bought together: the pairs of products that are surest to be more than chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Column, DataTable, Figure, Kind, Section, Sentences
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars
from shopkeeper.html.text import clean, cut

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.basket import Basket, ProductPair

HEADING = "Bought together"
BARS = 8
NAME_CHARACTERS = 22
COLUMNS = (
    Column("Product"),
    Column("And"),
    Column("Orders", Kind.NUMBER, "Orders that hold both"),
    Column("By chance", Kind.NUMBER, "Orders that would hold both by chance"),
    Column("First to second", Kind.NUMBER, "Part of the orders with the first that hold both"),
    Column("Second to first", Kind.NUMBER, "Part of the orders with the second that hold both"),
    Column("Lift", Kind.NUMBER, "Times more often than by chance"),
    Column("At least", Kind.NUMBER, "Lower end of its interval, for all pairs at once"),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the pairs as bars and as a table."""
    if answers.sales is None or not answers.sales.basket.pairs:
        return None
    found = answers.sales.basket
    notes = Sentences("How it is counted", (found.caution, found.definition))
    return Section("baskets", HEADING, found.findings[0], (_figure(found), notes))


def _figure(found: Basket) -> Figure:
    best = found.pairs[0]
    caption = Caption(
        "basket-pairs",
        f"{_name(best, 40)} stand together {formatting.decimal(best.lift)} × as often as by chance",
        "Bars of the lift of the surest pairs, at the lower end of its interval. All numbers are "
        "in the table below.",
        "Bars show the lower end of the interval of the lift.",
    )
    bars = tuple(
        RankedBar(
            _name(pair),
            pair.lower_lift,
            f"{formatting.decimal(pair.lower_lift)} ×",
            (
                _name(pair, 60),
                f"Orders with both: {formatting.count(pair.order_count)}",
                f"Lift: {formatting.decimal(pair.lift)}",
            ),
        )
        for pair in found.pairs[:BARS]
    )
    rows = tuple(
        (
            cells.text(pair.first_product_name or pair.first_product_id),
            cells.text(pair.second_product_name or pair.second_product_id),
            cells.count(pair.order_count, pair.orders),
            cells.decimal(pair.expected_order_count),
            cells.share(pair.confidence),
            cells.share(pair.reverse_confidence),
            cells.decimal(pair.lift),
            cells.decimal(pair.lower_lift),
        )
        for pair in found.pairs
    )
    table = DataTable("basket-table", "Pairs of products, the surest first", COLUMNS, rows)
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def _name(pair: ProductPair, characters: int = NAME_CHARACTERS) -> str:
    one, other = (
        cut(name if clean(name) else code, characters)
        for name, code in (
            (pair.first_product_name, pair.first_product_id),
            (pair.second_product_name, pair.second_product_id),
        )
    )
    return f"{one} + {other}"
