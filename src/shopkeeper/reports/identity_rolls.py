"""Identity rolls: the ids, guests and persons that merging by keys would touch."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.reports.decision_rolls import YES, table_of
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.identity_groups import groups_of
from shopkeeper.reports.identity_keys import keys_of, people_of
from shopkeeper.warehouse.identity_links import GUESTS, Links

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.settings import IdentitySettings

# What somebody is in a preview: an id that gets another name, one that keeps it, or a guest.
RENAMED, NAMED, GUEST = "renamed", "named", "guest"
COLUMNS = ("source_customer_id", "customer_id", "role", "is_group")


def merged_rows(
    order_items: ir.Table, *, as_of: date, links: Links, rules: IdentitySettings
) -> ir.Table:
    """Gives the ids and guests whose name would be new, and under which they would count."""
    people = people_of(order_items, as_of=as_of)
    found = groups_of(keys_of(order_items, rules), people, links, rules).links
    return table_of(told_apart(changed_rows(found, links), found), COLUMNS)


def changed_rows(after: pd.DataFrame, links: Links) -> pd.DataFrame:
    """Gives the links that would be new, or lead to another name."""
    before = after["source_customer_id"].map(links.names)
    return after[(before != after["customer_id"]).to_numpy()]


def told_apart(changed: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Gives changed links with the role of each, and whether its person has several ids."""
    import numpy as np

    source = changed["source_customer_id"].astype(str)
    is_guest = source.str.startswith(GUESTS).to_numpy(dtype=bool)
    is_own = (changed["source_customer_id"] == changed["customer_id"]).to_numpy(dtype=bool)
    size = changed["customer_id"].map(after["customer_id"].value_counts())
    return changed.assign(
        role=np.select([is_guest, is_own], [GUEST, NAMED], default=RENAMED),
        is_group=np.where(size > 1, YES, "no"),
    )


MERGED_IDS = Roll(
    "merged_ids",
    "Ids and guests whose name would change, with their keys in full",
    ("source_customer_id",),
    merged_rows,
)
MERGED_PERSONS = Roll(
    "merged_persons",
    "Persons who would have several ids or guests, with their keys in full",
    ("customer_id",),
    merged_rows,
)


def selections(rules: IdentitySettings) -> tuple[Selection, Selection, Selection]:
    """Gives the way to persons with several ids, to ids under another name, and to guests."""
    asked = (("rules", rules),)
    ids = Selection(MERGED_IDS.name, (), asked)
    persons = Selection(MERGED_PERSONS.name, (), asked).where("is_group", YES)
    return persons, ids.where("role", RENAMED), ids.where("role", GUEST)
