"""Conforming: raw rows said in the shop's terms, one for one, with a reason where unreadable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

import ibis

from shopkeeper.sources.parsing import (
    parse_identifier,
    parse_number,
    parse_text,
    parse_timestamp,
)
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.warehouse.bronze import LINE_COLUMNS, RAW_COLUMNS, LineType, Reason
from shopkeeper.warehouse.money import AMOUNT, AMOUNT_SCALE, QUANTITY, amount
from shopkeeper.warehouse.time_zones import to_local, to_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Nobody sold online before 1990: an older date is a typing error or an empty cell of a workbook.
FIRST_PLAUSIBLE_DAY = "1990-01-01"
TEXT_TERMS = ("product_name", "category", "country", "channel", "payment_method", "promotion")
FIELD_SEPARATOR = " | "


@dataclass(frozen=True)
class LineRules:
    """What a kind of source knows about its lines beyond its columns.

    Attributes:
        cancellation_prefixes: Beginnings of order numbers that cancel another order.
        folds_product_case: Whether product codes that differ by letter case are the same.
    """

    cancellation_prefixes: tuple[str, ...] = ()
    folds_product_case: bool = False


def conform_lines(
    raw: ir.Table, reading: Reading, terms: Terms, rules: LineRules = LineRules()
) -> ir.Table:
    """Says raw rows in the shop's terms.

    Args:
        raw: Raw table; rows of files that were understood as `reading` says.
        reading: Which column is what, and how it is written.
        terms: What must be known of the shop.
        rules: What must be known of the source.

    Returns:
        One row for each raw row, with the columns of `LINE_COLUMNS`. A row that cannot be read
        has a reason; its amount is missing only if quantity or price cannot be read.
    """
    fields = _Fields(raw, reading)
    product = fields.identifier("product_id")
    if rules.folds_product_case:
        product = product.upper()
    if "product_id" not in reading.columns:
        product = fields.text("product_name")
    order = fields.identifier("order_id")
    times = _times(fields, terms)
    values = {
        **_money(fields),
        **times,
        **{name: fields.text(name) for name in TEXT_TERMS},
        "source": ibis.literal(terms.source),
        "batch_id": raw["_batch_id"],
        "row_number": raw["_row_number"],
        "loaded_at": raw["_loaded_at"],
        "order_id": order,
        "customer_id": fields.identifier("customer_id"),
        "email": fields.text("email"),
        "product_id": product,
        "refund_of": fields.identifier("refund_of"),
    }
    values["is_cancellation"] = _is_cancellation(order, values["refund_of"], rules)
    values["line_type"] = line_type(product, terms.line_types)
    values["reason"] = _reason(raw, fields, values)
    return raw.select(**{column.name: values[column.name] for column in LINE_COLUMNS})


class _Fields:
    """The columns of a raw table by term, parsed; a term without a column is missing."""

    def __init__(self, raw: ir.Table, reading: Reading) -> None:
        self.raw = raw
        self.reading = reading

    def has(self, term: str) -> bool:
        """Whether a column serves the term."""
        return term in self.reading.columns

    def column(self, term: str) -> ir.Value:
        """Gives the raw column that serves a term."""
        return self.raw[self.reading.columns[term]]

    def text(self, term: str) -> ir.StringValue:
        """Gives a term as trimmed text."""
        if not self.has(term):
            return cast("ir.StringValue", ibis.null("string"))
        return parse_text(self.column(term))

    def identifier(self, term: str) -> ir.StringValue:
        """Gives a term as an identifier."""
        if not self.has(term):
            return cast("ir.StringValue", ibis.null("string"))
        return parse_identifier(
            self.column(term), has_trailing_zero=term in self.reading.trailing_zero
        )

    def number(self, term: str, scale: int = AMOUNT_SCALE) -> ir.DecimalValue:
        """Gives a term as an exact number."""
        if not self.has(term):
            return cast("ir.DecimalValue", ibis.null(f"decimal(18, {scale})"))
        return parse_number(self.column(term), self.reading.numbers.get(term), scale=scale)

    def is_given(self, term: str) -> ir.BooleanValue:
        """Whether a row has anything in the column of a term."""
        return parse_text(self.column(term)).notnull()


def _money(fields: _Fields) -> dict[str, Any]:
    """Gives quantity, price, discount and amount of each row.

    A file gives a unit price or the amount of the line. From the amount, the price is what it
    leaves for one piece; the amount itself is kept as it is, to the last digit.
    """
    one = ibis.literal(1).cast(QUANTITY)
    quantity = fields.number("quantity", 3) if fields.has("quantity") else one
    none = ibis.literal(0).cast(AMOUNT)
    discount: Any = none
    if fields.has("discount_amount"):
        # An empty discount is no discount; one that cannot be read spoils the amount.
        given = fields.is_given("discount_amount")
        discount = given.ifelse(fields.number("discount_amount"), none)
    if fields.has("unit_price"):
        price: Any = fields.number("unit_price")
        value = (amount(quantity, price) - discount).cast(AMOUNT)
    else:
        value = fields.number("line_amount")
        pieces = quantity.cast("float64")
        each = (value + discount).cast("float64") / (pieces != 0).ifelse(
            pieces, ibis.null("float64")
        )
        price = ibis.coalesce(each, 0.0).round(AMOUNT_SCALE).cast(AMOUNT)
    return {
        "quantity": quantity,
        "unit_price_amount": price,
        "discount_amount": ibis.coalesce(discount, none),
        "amount": value,
    }


def _times(fields: _Fields, terms: Terms) -> dict[str, Any]:
    """Gives the instant in UTC and the day in the shop's time zone."""
    written = fields.reading.dates.get("ordered_at")
    column = fields.column("ordered_at")
    found = parse_timestamp(column, written)
    kind = column.type()
    has_zone = kind.is_timestamp() and kind.timezone is not None
    if has_zone or (written is not None and written.is_utc):
        return {"ordered_at": found, "order_date": to_local(found, terms.time_zone).date()}
    return {"ordered_at": to_utc(found, terms.time_zone), "order_date": found.date()}


def _is_cancellation(
    order: ir.StringValue, refund_of: ir.StringValue, rules: LineRules
) -> ir.BooleanValue:
    signs = [order.startswith(prefix) for prefix in rules.cancellation_prefixes]
    named = refund_of.notnull()
    return cast("ir.BooleanValue", ibis.coalesce(reduce(lambda a, b: a | b, signs, named), False))


def line_type(product: ir.StringValue, line_types: Mapping[str, Sequence[str]]) -> ir.StringValue:
    """Gives what a line is by its product code; what no pattern names is merchandise.

    Args:
        product: Product codes.
        line_types: Line type → codes; `*` at the end stands for any ending. Letter case does
            not matter.
    """
    code = product.upper()
    branches = []
    for name, patterns in line_types.items():
        exact = [p.upper() for p in patterns if not p.endswith("*")]
        endings = [p[:-1].upper() for p in patterns if p.endswith("*")]
        tests = [code.startswith(beginning) for beginning in endings]
        if exact:
            tests.insert(0, code.isin(exact))
        if tests:
            branches.append((reduce(lambda a, b: a | b, tests), str(name)))
    merchandise = str(LineType.MERCHANDISE)
    if not branches:
        return cast("ir.StringValue", ibis.literal(merchandise))
    return cast("ir.StringValue", ibis.cases(*branches, else_=merchandise))


def _reason(raw: ir.Table, fields: _Fields, values: Mapping[str, Any]) -> ir.StringValue:
    """Gives the first rule that a row breaks, or missing if it breaks none."""
    ordered_at, loaded_at = values["ordered_at"], values["loaded_at"]
    implausible = (ordered_at < ibis.timestamp(f"{FIRST_PLAUSIBLE_DAY} 00:00:00")) | (
        ordered_at > loaded_at + ibis.interval(days=1)
    )
    rules = [
        (raw["_unreadable_line"].notnull(), Reason.UNREADABLE_LINE),
        (values["order_id"].isnull(), Reason.MISSING_ORDER),
        (ordered_at.isnull(), Reason.UNREADABLE_DATE),
        (implausible, Reason.IMPLAUSIBLE_DATE),
        (values["amount"].isnull(), Reason.UNREADABLE_AMOUNT),
    ]
    if fields.has("quantity"):
        rules.insert(4, (values["quantity"].isnull(), Reason.UNREADABLE_QUANTITY))
    return cast(
        "ir.StringValue",
        ibis.cases(*((test, str(reason)) for test, reason in rules), else_=ibis.null("string")),
    )


def raw_texts(raw: ir.Table, source: str) -> ir.Table:
    """Gives each raw row as one text, with what names it; columns of `RAW_TEXTS`."""
    ours = {column.name for column in RAW_COLUMNS}
    texts = [
        ibis.coalesce(raw[name].cast("string"), "") for name in raw.columns if name not in ours
    ]
    joined = reduce(lambda one, other: one.concat(FIELD_SEPARATOR, other), texts)
    return raw.select(
        source=ibis.literal(source),
        batch_id=raw["_batch_id"],
        row_number=raw["_row_number"],
        raw_text=ibis.coalesce(raw["_unreadable_line"], joined),
    )
