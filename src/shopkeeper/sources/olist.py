"""Olist: a Brazilian marketplace in seven linked files; people, sellers, payments, categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis

from shopkeeper.sources.conforming_payments import said_payments, said_stores
from shopkeeper.sources.line_parts import Part, goods, lines_of
from shopkeeper.sources.linked_source import Role, looked_up
from shopkeeper.sources.reading.terms import TermKind
from shopkeeper.sources.source import Terms
from shopkeeper.warehouse.bronze import ITEM_PART, LineType, RowKind

if TYPE_CHECKING:
    import ibis.expr.types as ir

_INSTANT, _NUMBER = TermKind.INSTANT, TermKind.NUMBER

ROLES = (
    Role(
        "order_items",
        RowKind.LINES,
        {
            "order_id": "order_id",
            "item_number": "order_item_id",
            "product_id": "product_id",
            "store_id": "seller_id",
            "unit_price": "price",
            "freight": "freight_value",
        },
        {"unit_price": _NUMBER, "freight": _NUMBER},
    ),
    Role(
        "orders",
        RowKind.FACTS,
        {
            "order_id": "order_id",
            "account_id": "customer_id",
            "status": "order_status",
            "ordered_at": "order_purchase_timestamp",
        },
        {"ordered_at": _INSTANT},
    ),
    Role(
        "customers",
        RowKind.FACTS,
        {"account_id": "customer_id", "customer_id": "customer_unique_id"},
    ),
    Role(
        "products",
        RowKind.FACTS,
        {"product_id": "product_id", "category": "product_category_name"}
        | {"weight": "product_weight_g"},
    ),
    Role(
        "translations",
        RowKind.FACTS,
        {"category": "product_category_name", "translation": "product_category_name_english"},
        is_needed=False,
    ),
    Role(
        "payments",
        RowKind.PAYMENTS,
        {
            "order_id": "order_id",
            "payment_number": "payment_sequential",
            "payment_method": "payment_type",
            "installment_count": "payment_installments",
            "payment_amount": "payment_value",
        },
        dict.fromkeys(("payment_number", "installment_count", "payment_amount"), _NUMBER),
        is_needed=False,
    ),
    Role(
        "sellers",
        RowKind.STORES,
        {"store_id": "seller_id", "city": "seller_city", "state": "seller_state"},
        is_needed=False,
    ),
)

# Orders that came to nothing.
CANCELLED = ("canceled", "unavailable")
# All customers and sellers of the marketplace live there; the files name states only.
COUNTRY = "Brazil"


class Olist:
    """Orders of a marketplace; the person is `customer_unique_id`, as `customer_id` is per order.

    An order without items sells nothing and is no line. A cancelled order has no time at which it
    was cancelled; its cancellation is booked with the order.
    """

    kind = "olist"
    meaning = "Olist: a folder with the seven linked files of the Brazilian marketplace"
    line_types: Mapping[LineType, Sequence[str]] = {}
    roles: tuple[Role, ...] = ROLES
    reads: Mapping[RowKind, tuple[str, ...]] = {
        RowKind.LINES: (
            *("order_items", "orders", "customers", "products", "translations", "payments"),
        ),
        RowKind.PAYMENTS: ("payments",),
        RowKind.STORES: ("sellers",),
    }

    def conform(self, row_kind: RowKind, files: Mapping[str, ir.Table], terms: Terms) -> ir.Table:
        """Says the rows of one kind in the shop's terms."""
        if row_kind is RowKind.PAYMENTS:
            return said_payments(files["payments"], terms)
        if row_kind is RowKind.STORES:
            return said_stores(files["sellers"].mutate(country=ibis.literal(COUNTRY)), terms)
        return _lines(files, terms)


def _lines(files: Mapping[str, ir.Table], terms: Terms) -> ir.Table:
    rows = files["order_items"]
    rows = looked_up(rows, files, "orders", "order_id", ("account_id", "status", "ordered_at"))
    rows = looked_up(rows, files, "customers", "account_id", ("customer_id",))
    rows = looked_up(rows, files, "products", "product_id", ("category",))
    rows = looked_up(rows, files, "translations", "category", ("translation",))
    if "payments" in files:
        rows = rows.left_join(_main_method(files["payments"]), "order_id").drop("order_id_right")
    rows = rows.mutate(
        # Two categories have no translation: they keep their own name.
        category=ibis.coalesce(rows.translation, rows.category),
        country=ibis.literal(COUNTRY),
        unit_price_amount=rows.unit_price,
        is_cancellation=ibis.coalesce(rows.status.isin(CANCELLED), False),
        line_type=goods(),
    )
    return lines_of(rows, PARTS, terms)


def _main_method(payments: ir.Table) -> ir.Table:
    """Gives how most of each order was paid."""
    kept = payments.filter(payments.order_id.notnull() & payments.payment_method.notnull())
    largest = ibis.window(
        group_by="order_id",
        order_by=[ibis.desc(ibis.coalesce(kept.payment_amount, 0)), "payment_method"],
    )
    placed = kept.mutate(place=ibis.row_number().over(largest))
    return placed.filter(placed.place == 0).select("order_id", "payment_method")


def _has_freight(rows: ir.Table) -> ir.BooleanValue:
    return rows.has_freight & ibis.coalesce(rows.freight != 0, True)


def _freight(rows: ir.Table, quantity: int) -> Mapping[str, ir.Value]:
    return {
        "quantity": ibis.literal(quantity),
        "unit_price_amount": rows.freight,
        "line_type": ibis.literal(str(LineType.SHIPPING)),
        "product_id": ibis.null("string"),
        "category": ibis.null("string"),
    }


PARTS = (
    Part(ITEM_PART),
    Part("shipping", lambda rows: _freight(rows, 1), _has_freight),
    Part(
        "cancellation",
        lambda _: {"quantity": ibis.literal(-1)},
        lambda rows: rows.is_cancellation,
    ),
    Part(
        "shipping_cancellation",
        lambda rows: _freight(rows, -1),
        lambda rows: rows.is_cancellation & _has_freight(rows),
    ),
)

OLIST = Olist()
