"""Identity groups: ids and guests who share a key, directly or through others, as one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.warehouse.identity_links import COLUMNS, GUESTS, Links, settled_rows

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.settings import IdentitySettings

TOO_MANY_IDS = "more ids share it than one person may have"
TOO_MANY_ORDERS = "guests placed more orders under it than one person may"
IGNORED = "the settings say that it is no key"
TOO_LARGE = "keys chain more ids together than one person may have"


@dataclass(frozen=True)
class Groups:
    """Who would be one person.

    Attributes:
        links: The links that would stand, as `Links.rows`; those that stand already are in it.
        told_by: Name of a group → the kinds of keys by which it is one, such as `email+phone`.
        refused: One row for each key that links nobody: `kind`, `value`, `id_count`,
            `guest_order_count`, `reason`; the most shared first.
    """

    links: pd.DataFrame
    told_by: pd.Series[str]
    refused: pd.DataFrame


def groups_of(
    keys: pd.DataFrame, people: pd.DataFrame, links: Links, rules: IdentitySettings
) -> Groups:
    """Finds who is one person by the keys that they share.

    Args:
        keys: One row for each id or guest and key that is theirs: `party`, `kind`, `value`; keys
            that nobody shares may be left out but for guests.
        people: One row for each id or guest: `party`, `order_count`, `first_order_date`.
        links: Those that stand; they are kept, and count as shared keys.
        rules: What may be one person.

    Returns:
        The groups. A group is named after the name it has, else after the customer who bought
        first; after a guest only where it has nobody else.
    """
    shared = _judged(keys[~keys["party"].isin(links.apart)], people, rules)
    refused = _refused(shared)
    kept = shared[shared["reason"] == ""]
    if not rules.with_guests:
        kept = kept[~kept["is_guest"]]
    nodes = _components(kept, links)
    size = nodes.groupby("label")["party"].transform("size").astype(int)
    too_large = nodes.loc[size > rules.most_ids, "label"].unique()
    grown = _grown(kept, nodes, too_large, links)
    is_one = ((size > 1) | nodes["is_guest"]) & ~nodes["label"].isin(too_large)
    found = _named(nodes[is_one], people, links)
    told = found.assign(told=_told_by(nodes[is_one], kept)).drop_duplicates("customer_id")
    # Whoever was merged before stays so, also where the keys would now chain too many together.
    stays = links.rows[~links.rows["source_customer_id"].isin(found["source_customer_id"])]
    return Groups(
        settled_rows(_together(found, stays)),
        told.set_index("customer_id")["told"],
        _together(refused, grown),
    )


def _judged(keys: pd.DataFrame, people: pd.DataFrame, rules: IdentitySettings) -> pd.DataFrame:
    """Gives keys with how many share them, and why they are refused, or an empty text."""
    orders = people.set_index("party")["order_count"]
    is_guest = keys["party"].astype(str).str.startswith(GUESTS).to_numpy(dtype=bool)
    own = keys["party"].map(orders).fillna(0).to_numpy(dtype=np.int64) * is_guest
    keys = keys.assign(is_guest=is_guest, own=own)
    by_key = keys.groupby(["kind", "value"], sort=False)
    id_count = by_key["party"].transform("size").astype(int)
    guest_orders = by_key["own"].transform("sum").astype(int)
    reason = np.select(
        [
            _is_ignored(keys["value"], rules.ignored),
            id_count > rules.most_ids,
            guest_orders > rules.most_guest_orders,
        ],
        [IGNORED, TOO_MANY_IDS, TOO_MANY_ORDERS],
        default="",
    )
    return keys.assign(id_count=id_count, guest_order_count=guest_orders, reason=reason)


def _is_ignored(values: pd.Series[str], ignored: Sequence[str]) -> NDArray[np.bool_]:
    exact = [one for one in ignored if not one.startswith("*")]
    endings = tuple(one[1:] for one in ignored if one.startswith("*"))
    found = values.isin(exact).to_numpy(dtype=bool)
    return found | values.astype(str).str.endswith(endings).to_numpy(dtype=bool)


REFUSED = ["kind", "value", "id_count", "guest_order_count", "reason"]


def _refused(shared: pd.DataFrame) -> pd.DataFrame:
    found = shared.loc[shared["reason"] != "", REFUSED].drop_duplicates(["kind", "value"])
    order = ["id_count", "guest_order_count", "kind", "value"]
    return found.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def _components(kept: pd.DataFrame, links: Links) -> pd.DataFrame:
    """Gives each id or guest the label of those it is joined with by keys and links."""
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    known = links.rows
    ends = [kept["party"], known["source_customer_id"], known["customer_id"]]
    codes, parties = pd.factorize(pd.concat(ends, ignore_index=True).astype(object))
    keys = kept.groupby(["kind", "value"], sort=False).ngroup().to_numpy(dtype=np.int64)
    count, first = len(parties), len(kept)
    left = np.concatenate([codes[:first], codes[first : first + len(known)]])
    right = np.concatenate([keys + count, codes[first + len(known) :]])
    size = count + (int(keys.max()) + 1 if len(keys) else 0)
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    _, labels = connected_components(graph, directed=False) if size else (0, np.empty(0, np.int32))
    nodes = pd.DataFrame({"party": np.asarray(parties, dtype=object), "label": labels[:count]})
    is_guest = nodes["party"].astype(str).str.startswith(GUESTS)
    return nodes.assign(is_guest=is_guest.to_numpy(dtype=bool))


def _grown(
    kept: pd.DataFrame, nodes: pd.DataFrame, labels: NDArray[np.int32], links: Links
) -> pd.DataFrame:
    """Gives one key of each group that is too large and would be new, as refused."""
    inside = nodes[nodes["label"].isin(labels) & ~nodes["party"].isin(links.names.index)]
    rows = kept.merge(inside[["party", "label"]], on="party")
    rows = rows.sort_values(["label", "kind", "value"]).drop_duplicates("label")
    sizes = nodes.groupby("label")["party"].size()
    return rows.assign(id_count=rows["label"].map(sizes).astype(int), reason=TOO_LARGE)[REFUSED]


def _named(nodes: pd.DataFrame, people: pd.DataFrame, links: Links) -> pd.DataFrame:
    """Gives each member of groups the name of its group."""
    first = people.set_index("party")["first_order_date"]
    nodes = nodes.assign(
        is_no_name=~nodes["party"].isin(links.rows["customer_id"]),
        first_order_date=nodes["party"].map(first),
    )
    order = ["label", "is_guest", "is_no_name", "first_order_date", "party"]
    names = nodes.sort_values(order).drop_duplicates("label").set_index("label")["party"]
    found = {"source_customer_id": nodes["party"], "customer_id": nodes["label"].map(names)}
    return nodes.assign(**found)[list(COLUMNS)]


def _told_by(nodes: pd.DataFrame, kept: pd.DataFrame) -> NDArray[np.object_]:
    """Gives of each member the kinds of keys by which their group is one, such as `email+phone`."""
    labels = kept["party"].map(nodes.set_index("party")["label"])
    told = np.full(len(nodes), "", dtype=object)
    for kind in kept["kind"].unique():
        inside = nodes["label"].isin(labels[(kept["kind"] == kind).to_numpy()]).to_numpy(dtype=bool)
        told[inside & (told != "")] += "+"
        told[inside] += kind
    return told


def _together(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([one.astype(object), other.astype(object)], ignore_index=True)
