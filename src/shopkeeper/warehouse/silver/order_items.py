"""Order items: every kept line of every order, with gross, discount, refund and net apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shopkeeper.contracts.checks import at_least, holds, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer, Numbering
from shopkeeper.warehouse.bronze import SOURCE_LINES, LineType
from shopkeeper.warehouse.identities import party, resolved
from shopkeeper.warehouse.money import AMOUNT, QUANTITY, nothing
from shopkeeper.warehouse.refresh import by_key
from shopkeeper.warehouse.silver.repeated_extracts import ROW
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Lines of an order are numbered by all they say, what tells most apart first. What follows from
# these (the day, whether it is a return, gross and refund) is left out.
LINE_ORDER = (
    "product_id",
    "ordered_at",
    "quantity",
    "unit_price_amount",
    "discount_amount",
    "net_amount",
    "product_name",
    "customer_id",
    "email",
    "phone",
    "person_key",
    "category",
    "country",
    "channel",
    "payment_method",
    "store_id",
    "promotion",
    "line_type",
    "is_cancellation",
    "refund_of",
    "source_customer_id",
    "loaded_at",
)

CONTRACT = Contract(
    name="order_items",
    layer=Layer.SILVER,
    meaning="One row per kept line of an order, sale or return, merchandise or not. Nothing is "
    "dropped here: the amounts of all rows add up to raw less quarantine.",
    grain=("source", "order_id", "line_number"),
    columns=(
        Column("source", "string", "Name of the source in the settings"),
        Column("order_id", "string", "Order as the shop names it"),
        Column(
            "line_number",
            "int64",
            "Place of the line in its order by content, from 1; does not depend on row order",
        ),
        Column(
            "customer_id",
            "string",
            "Person by the links of `identities`, else customer as the shop names them; missing "
            "for guests",
            nullable=True,
            personal=True,
        ),
        SOURCE_LINES.column("email"),
        SOURCE_LINES.column("phone"),
        SOURCE_LINES.column("person_key"),
        Column("ordered_at", "timestamp", "When the line was booked, UTC"),
        Column("order_date", "date", "Day of booking in the shop's time zone"),
        SOURCE_LINES.column("product_id"),
        SOURCE_LINES.column("product_name"),
        SOURCE_LINES.column("category"),
        SOURCE_LINES.column("country"),
        SOURCE_LINES.column("channel"),
        SOURCE_LINES.column("payment_method"),
        SOURCE_LINES.column("store_id"),
        SOURCE_LINES.column("promotion"),
        Column("line_type", "string", "What the line is; see the glossary"),
        Column("is_return", "boolean", "Whether the line takes goods or money back"),
        SOURCE_LINES.column("is_cancellation"),
        Column("quantity", QUANTITY, "Pieces; negative on returns", unit="pieces"),
        Column("unit_price_amount", AMOUNT, "Price of one piece", unit="currency"),
        Column("gross_amount", AMOUNT, "Value of what was sold, before discount", unit="currency"),
        Column("discount_amount", AMOUNT, "Money taken off", unit="currency"),
        Column("refund_amount", AMOUNT, "Value of what was taken back", unit="currency"),
        Column("net_amount", AMOUNT, "Gross less discount less refund", unit="currency"),
        SOURCE_LINES.column("refund_of"),
        Column(
            "source_customer_id",
            "string",
            "Customer as the shop names them, whatever was merged; missing for guests",
            nullable=True,
            personal=True,
        ),
        Column("loaded_at", "timestamp", "When the row was read, UTC"),
    ),
    checks=(
        one_of("line_type", tuple(LineType)),
        at_least("line_number", 1),
        holds(
            "net_adds_up",
            "net is gross less discount less refund",
            lambda table: cast(
                "ir.BooleanValue",
                table.net_amount
                == table.gross_amount - table.discount_amount - table.refund_amount,
            ),
        ),
        holds(
            "gross_only_on_sales",
            "a line that takes goods back has no gross amount",
            lambda table: cast("ir.BooleanValue", ~table.is_return | (table.gross_amount == 0)),
        ),
    ),
    numbering=Numbering("line_number", within=("source", "order_id"), by=LINE_ORDER),
)


def build(source_lines: ir.Table, repeated_extracts: ir.Table, identities: ir.Table) -> ir.Table:
    """Gives the kept lines with their money taken apart, each of the person it belongs to."""
    readable = source_lines.filter(source_lines.reason.isnull())
    kept = resolved(readable.anti_join(repeated_extracts, list(ROW)), identities, party)
    line_type = _line_type(kept)
    kept = kept.mutate(line_type=line_type, net_amount=kept.amount)
    is_discount = kept.line_type == str(LineType.DISCOUNT)
    is_return = (kept.quantity < 0) & ~is_discount
    gross = (is_return | is_discount).ifelse(nothing(), kept.amount + kept.discount_amount)
    discount = is_discount.ifelse(-kept.amount, is_return.ifelse(nothing(), kept.discount_amount))
    refund = is_return.ifelse(-kept.amount, nothing())
    return kept.mutate(
        is_return=is_return,
        gross_amount=gross,
        discount_amount=discount,
        refund_amount=refund,
    )


def _line_type(kept: ir.Table) -> ir.StringValue:
    """Gives the line's type; stock written off has neither a customer nor a price."""
    is_write_off = (
        (kept.quantity < 0)
        & ~kept.is_cancellation
        & kept.customer_id.isnull()
        & (kept.unit_price_amount == 0)
    )
    return cast(
        "ir.StringValue", is_write_off.ifelse(str(LineType.STOCK_ADJUSTMENT), kept.line_type)
    )


ORDER_ITEMS = Table(
    CONTRACT,
    build,
    # Whether a line is a copy of another shows in the lines of its order alone.
    refresh=by_key("source_lines", "source", "order_id", beside=("repeated_extracts",)),
)
