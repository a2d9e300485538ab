"""Conforming payments and stores: rows of their files said in the shop's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.sources.source import Terms
from shopkeeper.warehouse.bronze import Reason
from shopkeeper.warehouse.bronze_payments import SOURCE_PAYMENTS, SOURCE_STORES
from shopkeeper.warehouse.money import AMOUNT

if TYPE_CHECKING:
    import ibis.expr.types as ir


def said_payments(rows: ir.Table, terms: Terms) -> ir.Table:
    """Gives rows of a payment file in the shop's terms, with a reason where one cannot be kept.

    Args:
        rows: One row per raw row, with the terms of a payment.
        terms: What must be known of the shop.
    """
    rules = (
        (rows.is_unreadable, Reason.UNREADABLE_LINE),
        (rows.order_id.isnull(), Reason.MISSING_ORDER),
        (rows.payment_amount.isnull(), Reason.UNREADABLE_AMOUNT),
    )
    reasons = ((test, str(reason)) for test, reason in rules)
    said = rows.mutate(
        source=ibis.literal(terms.source),
        payment_number=rows.payment_number.cast("int64"),
        installment_count=rows.installment_count.cast("int64"),
        payment_amount=rows.payment_amount.cast(AMOUNT),
        reason=cast("ir.StringValue", ibis.cases(*reasons, else_=ibis.null("string"))),
    )
    return said.select(*SOURCE_PAYMENTS.column_names)


def said_stores(rows: ir.Table, terms: Terms) -> ir.Table:
    """Gives rows of a store file in the shop's terms; facts it does not say are missing."""
    names = ("name", "city", "state", "country")
    absent = {name: ibis.null("string") for name in names if name not in rows.columns}
    said = rows.mutate(**absent, source=ibis.literal(terms.source))
    return said.select(*SOURCE_STORES.column_names)
