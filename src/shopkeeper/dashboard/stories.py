"""Stories: everything known of one customer, as sections of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Cell, Column, DataTable, Kind, Notice, Section, Sentences
from shopkeeper.html.sections.summary import LEVEL, Tile, Tiles
from shopkeeper.html.text import clean

if TYPE_CHECKING:
    from shopkeeper.reports.customer import Customer, ExpectedValue

NUMBER = Kind.NUMBER
ORDERS = (
    Column("Order"), Column("Date"), Column("Days since the one before", NUMBER),
    Column("Products", NUMBER), Column("Gross", NUMBER), Column("Discount", NUMBER),
    Column("Refunded later", NUMBER, "What was taken back of this order so far"),
    Column("Net", NUMBER, "Gross less discount and refunds"),
)  # fmt: skip
PRODUCTS = (
    Column("Product"), Column("Name"), Column("Orders", NUMBER), Column("Pieces", NUMBER),
    Column("Net", NUMBER),
)  # fmt: skip
VALUES = (
    Column("Within"),
    Column("Expected", NUMBER, "Mean of what such customers spend"),
    Column("Typical", NUMBER, "Half of such customers spend no more"),
    Column("8 of 10 spend from", NUMBER),
    Column("to", NUMBER),
    Column("Will buy", NUMBER, "Probability of at least one purchase"),
    Column("Next order by", Kind.TEXT, "As likely as not"),
)
OFFERS = (Column("Product"), Column("Name"), Column("Why", Kind.PROSE))


def story_of(found: Customer, currency: str) -> tuple[Section, ...]:
    """Gives one customer: in short, what models say, orders, products, what to offer."""
    made = (
        _short(found, currency),
        _foretold(found, currency),
        _orders(found, currency),
        _products(found, currency),
        _offers(found),
    )
    return tuple(section for section in made if section is not None)


def _short(found: Customer, currency: str) -> Section:
    known = (
        (
            "Net revenue",
            formatting.money(found.net_amount, currency),
            "Gross less discounts less refunds",
        ),
        ("Orders", formatting.count(found.order_count), "Sales so far"),
        ("Average order", _money(found.average_order_amount, currency), "Net of discounts"),
        ("Silent for", _days(found.days_since_last_order), "Since the last order"),
        ("Between orders", _days(found.average_days_between_orders), "On average"),
        ("Refunded", formatting.money(found.refund_amount, currency), "Taken back so far"),
    )
    tiles = tuple(Tile(label, meaning, value, value, LEVEL) for label, value, meaning in known)
    blocks: list[Block] = [Tiles(tiles, _when(found))]
    if found.segment:
        score = f" ({found.rfm_score})" if found.rfm_score else ""
        came = f"One period before: {found.previous_segment}. " if found.previous_segment else ""
        blocks.append(Notice("info", f"{found.segment}{score}", f"{came}{found.advice or ''}"))
    return Section("story", clean(found.customer_id), "", tuple(blocks))


def _when(found: Customer) -> str:
    parts = []
    if found.country:
        parts.append(clean(found.country))
    if found.first_order_date and found.last_order_date:
        span = formatting.period(found.first_order_date, found.last_order_date)
        parts.append(f"bought from {span}" if found.order_count > 1 else f"bought on {span}")
    return ", ".join(parts)


def _foretold(found: Customer, currency: str) -> Section | None:
    blocks: list[Block] = []
    scores = found.scores
    if scores is not None and scores.churn_probability is not None:
        chance = formatting.share(scores.churn_probability)
        within = f"within {scores.churn_horizon_days} days" if scores.churn_horizon_days else ""
        reasons = tuple(filter(None, map(clean, scores.reasons)))
        blocks.append(Notice("info", f"Leaves {within} with a probability of {chance}"))
        if reasons:
            blocks.append(Sentences("What speaks for it, the strongest first", reasons))
    if found.values:
        rows = tuple(_value(value, currency) for value in found.values)
        blocks.append(DataTable("story-values", "What they are expected to spend", VALUES, rows))
    return Section("foretold", "What the models say", "", tuple(blocks)) if blocks else None


def _value(value: ExpectedValue, currency: str) -> tuple[Cell, ...]:
    due = value.next_order_date
    return (
        cells.length(value.horizon_days),
        cells.money(value.expected_amount, currency),
        cells.money(value.typical_amount, currency),
        cells.money(value.lower_amount, currency),
        cells.money(value.upper_amount, currency),
        cells.share(value.purchase_probability),
        cells.EMPTY if due is None else cells.day(due),
    )


def _orders(found: Customer, currency: str) -> Section:
    rows = tuple(
        (
            cells.text(order.order_id),
            cells.day(order.order_date),
            cells.EMPTY
            if order.days_since_previous_order is None
            else cells.count(order.days_since_previous_order),
            cells.count(order.product_count),
            cells.money(order.gross_amount, currency),
            cells.money(order.discount_amount, currency),
            cells.money(order.refund_amount, currency),
            cells.money(order.net_amount, currency),
        )
        for order in found.orders
    )
    table = DataTable("story-orders", formatting.plural(len(rows), "order"), ORDERS, rows)
    return Section("orders", "Every order", "", (table,))


def _products(found: Customer, currency: str) -> Section | None:
    if not found.products:
        return None
    rows = tuple(
        (
            cells.text(product.product_id),
            cells.text(product.product_name),
            cells.count(product.order_count),
            cells.count(product.quantity),
            cells.money(product.net_amount, currency),
        )
        for product in found.products
    )
    caption = "Products, what was taken back included"
    return Section(
        "bought", "What they bought", "", (DataTable("story-products", caption, PRODUCTS, rows),)
    )


def _offers(found: Customer) -> Section | None:
    if not found.recommendations:
        return None
    rows = tuple(
        (cells.text(offer.product_id), cells.text(offer.product_name), cells.prose(offer.reason))
        for offer in found.recommendations
    )
    table = DataTable("story-offers", "The best first", OFFERS, rows)
    return Section("offers", "What they may want next", "", (table,))


def _money(value: float | None, currency: str) -> str:
    return formatting.UNKNOWN if value is None else formatting.money(value, currency)


def _days(value: float | None) -> str:
    if value is None:
        return formatting.UNKNOWN
    return f"{formatting.decimal(value, 0)}{formatting.SPACE}days"
