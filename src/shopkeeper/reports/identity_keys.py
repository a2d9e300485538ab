"""Identity keys: who bought, by ids and guests as the shop names them, and the keys they gave."""

from __future__ import annotations

from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from shopkeeper.marts.rfm import measured
from shopkeeper.reports.identity_effect import UNITS_OF_MONEY
from shopkeeper.reports.report import rows_of
from shopkeeper.warehouse.identities import EMAIL, own_key, party, without_tag
from shopkeeper.warehouse.identity_links import GUESTS

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.settings import IdentitySettings


def people_of(order_items: ir.Table, *, as_of: date) -> pd.DataFrame:
    """Gives who bought before `as_of`: one row per id as the shop names it, or guest with a key.

    Returns:
        Columns `party`, `is_guest`, `order_count`, `amount_units` (ten-thousandths of money),
        `first_order_date`, `last_order_date`.
    """
    rows = order_items.mutate(customer_id=party(order_items))
    found = measured(rows, as_of=as_of)
    frame: pd.DataFrame = (
        found.select(
            "first_order_date",
            "last_order_date",
            party=found.customer_id,
            order_count=found.order_count.cast("int64"),
            amount_units=(found.order_amount * UNITS_OF_MONEY).cast("int64"),
        )
        .to_pyarrow()
        .to_pandas(date_as_object=False)
    )
    is_guest = frame["party"].astype(str).str.startswith(GUESTS)
    return frame.assign(is_guest=is_guest.to_numpy(dtype=bool))


def anonymous_count(order_items: ir.Table, *, as_of: date) -> int:
    """Gives the sales before `as_of` that neither name a customer nor give a key."""
    import ibis

    rows = order_items.filter(party(order_items).isnull()).mutate(customer_id=ibis.literal(""))
    return sum(int(row["order_count"]) for row in rows_of(measured(rows, as_of=as_of)))


def keys_of(order_items: ir.Table, rules: IdentitySettings) -> pd.DataFrame:
    """Gives the keys that several share, and all keys of guests: `party`, `kind`, `value`."""
    said = said_of(order_items, rules)
    counted = said.group_by("kind", "value").agg(id_count=said.count())
    shared = said.inner_join(counted, ["kind", "value"])
    wanted = shared.filter((shared.id_count > 1) | (shared.guest == 1))
    frame: pd.DataFrame = wanted.select("party", "kind", "value").to_pyarrow().to_pandas()
    return frame.astype(object)


def said_of(order_items: ir.Table, rules: IdentitySettings) -> ir.Table:
    """Gives each id or guest with each key that is theirs, once."""
    import ibis

    columns = ("source_customer_id", "email", "phone", "person_key")
    said = order_items.select(*columns).distinct()
    said = said.mutate(party=party(said), guest=said.source_customer_id.isnull().ifelse(1, 0))
    said = said.filter(said.party.notnull())
    parts = []
    for kind in rules.keys:
        value = own_key(said, kind)
        if kind == EMAIL and rules.ignores_plus_tags:
            value = without_tag(value)
        part = said.select("party", "guest", kind=ibis.literal(kind), value=value)
        parts.append(part.filter(part.value.notnull()).distinct())
    return reduce(lambda one, other: one.union(other), parts)
