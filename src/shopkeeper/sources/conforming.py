"""Conforming: raw rows said in the shop's terms, one for one, with a reason where unreadable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

import ibis

from shopkeeper.sources.reading.parsing import (
    parse_identifier,
    parse_number,
    parse_text,
    parse_timestamp,
)
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.warehouse.bronze import ITEM_PART, LINE_COLUMNS, RAW_COLUMNS, LineType, Reason
from shopkeeper.warehouse.money import AMOUNT, AMOUNT_SCALE, QUANTITY, amount
from shopkeeper.warehouse.stages import settled
from shopkeeper.warehouse.time_zones import to_local, to_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Nobody sold online before 1990: an older date is a typing error or an empty cell of a workbook.
FIRST_PLAUSIBLE_DAY = "1990-01-01"
TEXT_TERMS = (
    *("product_name", "category", "country", "channel", "payment_method", "promotion"),
    "store_name",
)
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
    fields = RawFields(raw, reading)
    parsed = settled(_parsed(raw, fields))
    said = settled(_said(parsed, fields, terms, rules))
    said = said.mutate(reason=line_reason(said, with_quantity="quantity" in reading.columns))
    return said.select(*(column.name for column in LINE_COLUMNS))


def _parsed(raw: ir.Table, fields: RawFields) -> ir.Table:
    """Gives what stands in each cell, read as what it is; missing where it cannot be read."""
    return raw.select(
        **row_names(raw),
        **{name: fields.text(name) for name in TEXT_TERMS},
        email=fields.text("email"),
        phone=fields.identifier("phone"),
        person_key=fields.identifier("person_key"),
        order_id=fields.identifier("order_id"),
        customer_id=fields.identifier("customer_id"),
        product_id=fields.identifier("product_id"),
        refund_of=fields.identifier("refund_of"),
        time=fields.time("ordered_at"),
        quantity=fields.number("quantity", 3),
        unit_price=fields.number("unit_price"),
        line_amount=fields.number("line_amount"),
        discount=fields.number("discount_amount"),
        has_discount=fields.is_given("discount_amount"),
        is_unreadable=raw["_unreadable_line"].notnull(),
    )


def row_names(raw: ir.Table) -> dict[str, ir.Value]:
    """Gives what names each raw row, and when it was read."""
    names = ("batch_id", "row_number", "loaded_at")
    return {name: raw[f"_{name}"] for name in names}


def _said(parsed: ir.Table, fields: RawFields, terms: Terms, rules: LineRules) -> ir.Table:
    """Gives the rows in the shop's terms, all but the reason."""
    product = parsed.product_id
    if not fields.has("product_id"):
        product = parsed.product_name
    elif rules.folds_product_case:
        product = product.upper()
    values = {
        **{name: parsed[name] for name in parsed.columns},
        **_money(parsed, fields),
        **_times(parsed, fields, terms),
        "source": ibis.literal(terms.source),
        "part": ibis.literal(ITEM_PART),
        "store_id": parsed.store_name,
        "product_id": product,
        "is_cancellation": _is_cancellation(parsed.order_id, parsed.refund_of, rules),
        "line_type": line_type(product, terms.line_types),
    }
    names = [column.name for column in LINE_COLUMNS if column.name != "reason"]
    return parsed.select(**{name: values[name] for name in (*names, "is_unreadable")})


class RawFields:
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

    def time(self, term: str) -> ir.TimestampValue:
        """Gives a term as a time: UTC where the file says its zone, else as written."""
        if not self.has(term):
            return cast("ir.TimestampValue", ibis.null("timestamp"))
        return parse_timestamp(self.column(term), self.reading.dates.get(term))

    def is_utc(self, term: str) -> bool:
        """Whether the file says the zone of a term, so that its times are read as UTC."""
        if not self.has(term):
            return True
        written, kind = self.reading.dates.get(term), self.column(term).type()
        has_zone = kind.is_timestamp() and kind.timezone is not None
        return has_zone or (written is not None and written.is_utc)

    def is_given(self, term: str) -> ir.BooleanValue:
        """Whether a row has anything in the column of a term."""
        if not self.has(term):
            return cast("ir.BooleanValue", ibis.literal(False))
        return parse_text(self.column(term)).notnull()


def _money(parsed: ir.Table, fields: RawFields) -> dict[str, Any]:
    """Gives quantity, price, discount and amount of each row.

    A file gives a unit price or the amount of the line. From the amount, the price is what it
    leaves for one piece; the amount itself is kept as it is, to the last digit.
    """
    one, none = ibis.literal(1).cast(QUANTITY), ibis.literal(0).cast(AMOUNT)
    quantity = parsed.quantity if fields.has("quantity") else one
    # An empty discount is no discount; one that cannot be read spoils the amount.
    discount = parsed.has_discount.ifelse(parsed.discount, none)
    if fields.has("unit_price"):
        price: Any = parsed.unit_price
        value = (amount(quantity, price) - discount).cast(AMOUNT)
    else:
        value = parsed.line_amount
        pieces = quantity.cast("float64")
        whole = (value + discount).cast("float64")
        each = whole / (pieces != 0).ifelse(pieces, ibis.null("float64"))
        price = (
            ibis.coalesce(each, ibis.literal(0).cast("float64")).round(AMOUNT_SCALE).cast(AMOUNT)
        )
    return {
        "quantity": quantity,
        "unit_price_amount": price,
        "discount_amount": ibis.coalesce(discount, none),
        "amount": value,
    }


def _times(parsed: ir.Table, fields: RawFields, terms: Terms) -> dict[str, Any]:
    """Gives the instant in UTC and the day in the shop's time zone."""
    at, day = shop_times(parsed.time, terms.time_zone, is_utc=fields.is_utc("ordered_at"))
    return {"ordered_at": at, "order_date": day}


def shop_times(
    time: ir.TimestampValue, time_zone: str, *, is_utc: bool
) -> tuple[ir.TimestampValue, ir.DateValue]:
    """Gives times as instants in UTC, and their days in the shop's time zone."""
    if is_utc:
        return time, to_local(time, time_zone).date()
    return to_utc(time, time_zone), time.date()


def _is_cancellation(
    order: ir.StringValue, refund_of: ir.StringValue, rules: LineRules
) -> ir.BooleanValue:
    signs = [order.startswith(prefix) for prefix in rules.cancellation_prefixes]
    named = refund_of.notnull()
    return cast("ir.BooleanValue", ibis.coalesce(reduce(lambda a, b: a | b, signs, named), False))


def line_type(
    product: ir.StringValue, line_types: Mapping[LineType, Sequence[str]]
) -> ir.StringValue:
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


def line_reason(said: ir.Table, *, with_quantity: bool) -> ir.StringValue:
    """Gives the first rule that a row breaks, or missing if it breaks none."""
    implausible = (said.ordered_at < ibis.timestamp(f"{FIRST_PLAUSIBLE_DAY} 00:00:00")) | (
        said.ordered_at > said.loaded_at + ibis.interval(days=1)
    )
    rules = [
        (said.is_unreadable, Reason.UNREADABLE_LINE),
        (said.order_id.isnull(), Reason.MISSING_ORDER),
        (said.ordered_at.isnull(), Reason.UNREADABLE_DATE),
        (implausible, Reason.IMPLAUSIBLE_DATE),
        (said.amount.isnull(), Reason.UNREADABLE_AMOUNT),
    ]
    if with_quantity:
        rules.insert(4, (said.quantity.isnull(), Reason.UNREADABLE_QUANTITY))
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
