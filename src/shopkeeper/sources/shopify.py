"""Shopify: the order export of its admin; the facts of an order stand on its first row only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis

from shopkeeper.settings import SourceSettings
from shopkeeper.sources.line_parts import lines_of
from shopkeeper.sources.order_export import ITEM, Layout, or_zero, order_part, with_order_facts
from shopkeeper.sources.reading.terms import TermKind
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.warehouse.bronze import LineType, RowKind
from shopkeeper.warehouse.money import amount

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.sources.reading.profiles import ColumnProfile

_NUMBER, _INSTANT = TermKind.NUMBER, TermKind.INSTANT

LAYOUT = Layout(
    needed={
        "order_id": "Name",
        "email": "Email",
        "ordered_at": "Created at",
        "subtotal": "Subtotal",
        "total": "Total",
        "quantity": "Lineitem quantity",
        "product_name": "Lineitem name",
        "unit_price": "Lineitem price",
    },
    others={
        "status": "Financial Status",
        "shipping": "Shipping",
        "promotion": "Discount Code",
        "product_sku": "Lineitem sku",
        "discount": "Lineitem discount",
        "country": "Billing Country",
        "shipping_country": "Shipping Country",
        "phone": "Phone",
        "billing_phone": "Billing Phone",
        "payment_method": "Payment Method",
        "refunded": "Refunded Amount",
        "cancelled_at": "Cancelled at",
        "channel": "Source",
        "store_id": "Location",
    },
    kinds={
        **dict.fromkeys(
            ("subtotal", "total", "quantity", "unit_price", "shipping", "discount", "refunded"),
            _NUMBER,
        ),
        **dict.fromkeys(("ordered_at", "cancelled_at"), _INSTANT),
    },
)

ORDER_FACTS = (
    *("email", "ordered_at", "subtotal", "total", "status", "shipping", "promotion", "country"),
    *("phone", "billing_phone"),
    *("shipping_country", "payment_method", "refunded", "cancelled_at", "channel", "store_id"),
)
PARTS = (
    ITEM,
    order_part("discount", "off", LineType.DISCOUNT),
    order_part("shipping", "shipping", LineType.SHIPPING),
    order_part("rest", "rest", LineType.OTHER),
    order_part("refund", "goods_back", LineType.MERCHANDISE, -1),
    order_part("refund_rest", "rest_back", LineType.OTHER, -1),
)


class Shopify:
    """Orders as Shopify exports them; the lines of an order add up to its total.

    What items cost beyond the subtotal is the order's discount; what the total has beyond subtotal
    and shipping is the rest: taxes, tips and duties. The customer is the e-mail address.
    """

    kind = "shopify"
    meaning = "Shopify: the CSV of the order export, one row per item"
    row_kind = RowKind.LINES
    line_types: Mapping[LineType, Sequence[str]] = {}

    def recognises(self, header: Sequence[str]) -> bool:
        """Takes a header that names all the columns that are needed."""
        return set(LAYOUT.needed.values()) <= set(header)

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Takes the published names; dates and numbers are recognised from the values."""
        return LAYOUT.understand(profiles, settings)

    def conform(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Says raw rows in the shop's terms."""
        rows = LAYOUT.read(raw, reading, terms)
        rows = rows.mutate(discount=ibis.coalesce(rows.discount, 0))
        gross = amount(rows.quantity, rows.unit_price) - rows.discount
        rows = with_order_facts(rows, ORDER_FACTS, {"items": gross})
        rows = _with_sums(rows)
        return lines_of(rows, PARTS, terms)


def _with_sums(rows: ir.Table) -> ir.Table:
    """Gives what the order's own lines stand for, and what of it went back."""
    subtotal = ibis.coalesce(rows.subtotal, rows["items"])
    beyond = ibis.coalesce(rows.total, subtotal + or_zero(rows.shipping)) - subtotal
    is_cancelled = rows.cancelled_at.notnull() | ibis.coalesce(rows.status == "voided", False)
    # A cancelled order brings nothing, whether or not money had to go back.
    back = is_cancelled.ifelse(subtotal + beyond, or_zero(rows.refunded))
    goods_back = (back > subtotal).ifelse(subtotal, back)
    return rows.mutate(
        customer_id=rows.email.lower(),
        phone=ibis.coalesce(rows.phone, rows.billing_phone),
        country=ibis.coalesce(rows.country, rows.shipping_country),
        product_id=ibis.coalesce(rows.product_sku, rows.product_name),
        unit_price_amount=rows.unit_price,
        discount_amount=rows.discount,
        off=subtotal - rows["items"],
        rest=beyond - or_zero(rows.shipping),
        goods_back=goods_back,
        rest_back=back - goods_back,
        is_cancellation=is_cancelled,
        # The export does not say when money went back.
        back_at=ibis.coalesce(rows.cancelled_at, rows.ordered_at),
    )


SHOPIFY = Shopify()
