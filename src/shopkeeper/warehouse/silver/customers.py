"""Customers: everyone the shop can name, with what is known of them and when they were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.refresh import by_key
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

CONTRACT = Contract(
    name="customers",
    layer=Layer.SILVER,
    meaning="One row per customer the shop names on any line, sale or return. Guests have none.",
    grain=("customer_id",),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column(
            "email",
            "string",
            "E-mail address on the latest line that gives one",
            nullable=True,
            personal=True,
        ),
        Column("country", "string", "Country of the latest line that gives one", nullable=True),
        Column(
            "source_customer_count",
            "int64",
            "Ids and guests that are this customer: 1, or more where some were merged",
        ),
        Column("country_count", "int64", "Distinct countries the customer appears under"),
        Column("first_seen_at", "timestamp", "First booking of any kind, UTC"),
        Column("last_seen_at", "timestamp", "Last booking of any kind, UTC"),
    ),
    checks=(
        at_least("source_customer_count", 1),
        at_least("country_count", 0),
        holds(
            "first_before_last",
            "nobody is last seen before they are first seen",
            lambda table: table.first_seen_at <= table.last_seen_at,
        ),
    ),
)


def build(order_items: ir.Table, identities: ir.Table) -> ir.Table:
    """Gives the customers that the lines name."""
    named = order_items.filter(order_items.customer_id.notnull())
    customers = named.group_by("customer_id").agg(
        country_count=named.country.nunique(),
        first_seen_at=named.ordered_at.min(),
        last_seen_at=named.ordered_at.max(),
    )
    countries = latest_value(named, "country")
    emails = latest_value(named, "email")
    merged = identities.group_by("customer_id").agg(linked_count=identities.count())
    joined = (
        customers.left_join(countries, "customer_id")
        .drop("customer_id_right")
        .left_join(emails, "customer_id")
        .drop("customer_id_right")
        .left_join(merged, "customer_id")
        .drop("customer_id_right")
    )
    # Who counts as themselves and as others has a row of their own among the links.
    return joined.mutate(source_customer_count=ibis.coalesce(joined.linked_count, 1))


def latest_value(named: ir.Table, column: str) -> ir.Table:
    """Gives each customer's value of `column` on their latest line that has one.

    Of two values at the same instant the smaller stays, so that row order changes nothing.
    """
    present = named.filter(named[column].notnull())
    seen = present.group_by("customer_id", column).agg(latest_at=present.ordered_at.max())
    newest = ibis.window(
        group_by="customer_id", order_by=[ibis.desc(seen.latest_at), ibis.asc(seen[column])]
    )
    ranked = seen.mutate(place=ibis.row_number().over(newest))
    return ranked.filter(ranked.place == 0).select("customer_id", column)


CUSTOMERS = Table(CONTRACT, build, refresh=by_key("order_items", "customer_id"))
