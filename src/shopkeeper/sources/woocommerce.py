"""WooCommerce: the order export of its own extension, in the form with one row per item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis

from shopkeeper.settings import SourceSettings
from shopkeeper.sources.line_parts import Part, lines_of
from shopkeeper.sources.order_export import ITEM, Layout, or_zero, order_part, with_order_facts
from shopkeeper.sources.reading.terms import TermKind
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.warehouse.bronze import LineType, RowKind
from shopkeeper.warehouse.money import AMOUNT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.sources.reading.profiles import ColumnProfile

_NUMBER, _INSTANT = TermKind.NUMBER, TermKind.INSTANT

LAYOUT = Layout(
    needed={
        "order_id": "order_id",
        "ordered_at": "date",
        "status": "status",
        "total": "order_total",
        "product_name": "item_name",
        "quantity": "item_quantity",
        "paid": "item_total",
    },
    others={
        "before_discount": "item_subtotal",
        "product_sku": "item_sku",
        "product_number_id": "item_product_id",
        "customer_id": "customer_id",
        "email": "billing_email",
        "phone": "billing_phone",
        "country": "billing_country",
        "payment_method": "payment_method",
        "promotion": "coupons",
        "shipping": "shipping_total",
        "refunded": "refunded_total",
        "item_refunded": "item_refunded",
        "item_refunded_quantity": "item_refunded_qty",
    },
    kinds={
        **dict.fromkeys(
            (
                *("total", "quantity", "paid", "before_discount", "shipping", "refunded"),
                *("item_refunded", "item_refunded_quantity"),
            ),
            _NUMBER,
        ),
        "ordered_at": _INSTANT,
    },
)
# Orders that came to nothing.
CANCELLED = ("cancelled", "failed")
# What WooCommerce writes for somebody without an account.
GUEST = "0"


def _refund(rows: ir.Table) -> Mapping[str, ir.Value]:
    return {
        "quantity": -rows.pieces_back,
        "unit_price_amount": rows.item_back / rows.pieces_back,
        "line_amount": -rows.item_back,
        "discount_amount": ibis.literal(0),
        "refund_of": rows.order_id,
    }


PARTS = (
    ITEM,
    order_part("shipping", "shipping", LineType.SHIPPING),
    order_part("rest", "rest", LineType.OTHER),
    Part("refund", _refund, lambda rows: rows.item_back > 0),
    order_part("refund_rest", "rest_back", LineType.OTHER, -1),
)


class WooCommerce:
    """Orders as the extension exports them; the lines of an order add up to its total.

    What the total has beyond items and shipping is the rest: fees and taxes. Money that went back
    without an item is no refund of merchandise; the export does not say what it was for.
    """

    kind = "woocommerce"
    meaning = "WooCommerce: the CSV of Customer/Order/Coupon Export, one row per item"
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
        is_cancelled = ibis.coalesce(rows.status.lower().isin(CANCELLED), False)
        item_back = is_cancelled.ifelse(or_zero(rows.paid), or_zero(rows.item_refunded))
        pieces = is_cancelled.ifelse(rows.quantity, rows.item_refunded_quantity)
        rows = rows.mutate(
            is_cancellation=is_cancelled,
            item_back=item_back,
            pieces_back=ibis.coalesce(pieces.nullif(0), 1).abs(),
        )
        sums = {"items": or_zero(rows.paid), "items_back": rows.item_back}
        rows = with_order_facts(rows, ("total", "shipping", "refunded"), sums)
        return lines_of(_with_sums(rows), PARTS, terms)


def _with_sums(rows: ir.Table) -> ir.Table:
    """Gives what the order's own lines stand for, and the money of each item."""
    shipping = or_zero(rows.shipping)
    whole = ibis.coalesce(rows.total, rows["items"] + shipping)
    back = rows.is_cancellation.ifelse(whole, or_zero(rows.refunded))
    further = back - rows.items_back
    before = ibis.coalesce(rows.before_discount, rows.paid)
    pieces = rows.quantity.cast("float64")
    each = before.cast("float64") / (pieces != 0).ifelse(pieces, ibis.null("float64"))
    return rows.mutate(
        customer_id=ibis.coalesce(rows.customer_id.nullif(GUEST), rows.email.lower()),
        product_id=ibis.coalesce(rows.product_sku, rows.product_number_id, rows.product_name),
        line_amount=before,
        unit_price_amount=ibis.coalesce(each.round(4).cast(AMOUNT), ibis.literal(0).cast(AMOUNT)),
        discount_amount=before - rows.paid,
        rest=whole - rows["items"] - shipping,
        rest_back=(further > 0).ifelse(further, 0),
        back_at=rows.ordered_at,
    )


WOOCOMMERCE = WooCommerce()
