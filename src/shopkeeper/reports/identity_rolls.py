"""Identity rolls: the ids, guests and persons that merging by keys would touch."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.reports.decision_rolls import YES, table_of
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.identity_groups import groups_of
from shopkeeper.reports.identity_keys import keys_of, people_of, said_of
from shopkeeper.warehouse.identity_links import GUESTS, Links, changes_between

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.settings import IdentitySettings

# What somebody is in a preview: an id that gets another name, one that keeps it, or a guest.
RENAMED, NAMED, GUEST = "renamed", "named", "guest"
# What an id is in the log: merged, or counted otherwise by the tables until the next run.
LINKED, WAITING = "linked", "waiting"
NO = "no"
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
        is_group=np.where(size > 1, YES, NO),
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


def key_rows(
    order_items: ir.Table, *, as_of: date, links: Links, rules: IdentitySettings
) -> ir.Table:
    """Gives each id or guest with each key that is theirs, and what became of the key."""
    import ibis

    people = people_of(order_items, as_of=as_of)
    refused = groups_of(keys_of(order_items, rules), people, links, rules).refused
    apart = table_of(refused.assign(is_refused=YES), ("kind", "value", "is_refused"))
    said = said_of(order_items, rules)
    sharing = ibis.window(group_by=["kind", "value"])
    said = said.mutate(is_shared=(said.count().over(sharing) > 1).ifelse(YES, NO))
    found = said.left_join(apart, ["kind", "value"])
    return found.select(
        "party", "kind", "value", "is_shared", is_refused=ibis.coalesce(found.is_refused, NO)
    )


def linked_rows(identities: ir.Table, *, links: Links) -> ir.Table:
    """Gives the ids and guests that the log has merged, and those that tables count otherwise."""
    import pandas as pd

    merged = list(links.rows["source_customer_id"])
    waiting = changes_between(links, identities.to_pyarrow().to_pandas())[0]
    roles = [LINKED] * len(merged) + [WAITING] * len(waiting)
    found = pd.DataFrame({"source_customer_id": [*merged, *waiting], "role": roles}, dtype=object)
    return table_of(found, ("source_customer_id", "role"))


KEY_GIVERS = Roll("key_givers", "Ids and guests who give a key", ("party",), key_rows)
KEY_VALUES = Roll(
    "key_values", "Keys that ids and guests give, in full", ("kind", "value"), key_rows
)
LINKED_IDS = Roll(
    "linked_ids",
    "Ids and guests that are merged, or that wait for the next run to count so",
    ("source_customer_id",),
    linked_rows,
)


def selections(rules: IdentitySettings) -> tuple[Selection, Selection, Selection]:
    """Gives the way to persons with several ids, to ids under another name, and to guests."""
    asked = (("rules", rules),)
    ids = Selection(MERGED_IDS.name, (), asked)
    persons = Selection(MERGED_PERSONS.name, (), asked).where("is_group", YES)
    return persons, ids.where("role", RENAMED), ids.where("role", GUEST)


def key_selections(
    kind: str, rules: IdentitySettings
) -> tuple[Selection, Selection, Selection, Selection]:
    """Gives the way to who gives a kind of key, to its values, those shared, and those refused."""
    asked = (("rules", rules),)
    givers = Selection(KEY_GIVERS.name, (), asked).where("kind", kind)
    values = Selection(KEY_VALUES.name, (), asked).where("kind", kind)
    return givers, values, values.where("is_shared", YES), values.where("is_refused", YES)


def refused_selection(rules: IdentitySettings) -> Selection:
    """Gives the way to all keys that are refused."""
    return Selection(KEY_VALUES.name, (), (("rules", rules),)).where("is_refused", YES)
