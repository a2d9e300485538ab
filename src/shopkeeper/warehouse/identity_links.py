"""Identity links: who counts under which name, from what was merged and split one after another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from shopkeeper.warehouse.identities import KINDS, OF_GUEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

COLUMNS = ("source_customer_id", "customer_id")
GUESTS = tuple(f"{kind}{OF_GUEST}" for kind in KINDS)


class Change(Protocol):
    """What an entry of the log says of links."""

    @property
    def ids(self) -> Sequence[str]:
        """Ids and guests whose name changes."""
        ...

    @property
    def customer_ids(self) -> Sequence[str | None]:
        """The name of each from then on; None for who stands alone."""
        ...

    @property
    def apart(self) -> Sequence[str]:
        """Ids that no key may merge from then on."""
        ...


@dataclass(frozen=True)
class Links:
    """Who counts under which name.

    Attributes:
        rows: One row for each id or guest that is linked, with `COLUMNS`, in order of the first;
            the name that others count under has a row of its own.
        apart: Ids that a person has told to be different people.
    """

    rows: pd.DataFrame
    apart: frozenset[str] = frozenset()

    @property
    def names(self) -> pd.Series[str]:
        """Id or guest → the name it counts under."""
        return self.rows.set_index("source_customer_id")["customer_id"]

    def members(self, customer_id: str) -> tuple[str, ...]:
        """Gives the ids and guests that count under a name."""
        own = self.rows[self.rows["customer_id"] == customer_id]
        return tuple(own["source_customer_id"])


def links_after(changes: Iterable[Change]) -> Links:
    """Gives the links that stand after changes, the last of which counts for each id."""
    import pandas as pd

    parts, apart = [pd.DataFrame([], columns=list(COLUMNS), dtype=object)], set[str]()
    for change in changes:
        rows = {COLUMNS[0]: list(change.ids), COLUMNS[1]: list(change.customer_ids)}
        parts.append(pd.DataFrame(rows, dtype=object))
        apart.difference_update(change.ids)
        apart.update(change.apart)
    said = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    last = said.drop_duplicates("source_customer_id", keep="last").dropna(subset=["customer_id"])
    return Links(settled_rows(last), frozenset(apart))


def settled_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Gives links in which each name stands for itself, and no customer stands alone.

    Args:
        rows: Links with `COLUMNS`; names may lead to others, or have no row of their own. Where
            they lead in a circle, the first of them in order is the name.
    """
    import numpy as np
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if rows.empty:
        return rows[list(COLUMNS)]
    codes, ids = pd.factorize(pd.concat([rows[name] for name in COLUMNS]), sort=True)
    left, right = codes[: len(rows)], codes[len(rows) :]
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (left, right)), shape=(len(ids),) * 2)
    _, labels = connected_components(graph, directed=False)
    leads = np.arange(len(ids))
    leads[left] = right
    found = pd.DataFrame({COLUMNS[0]: np.asarray(ids, dtype=object), "label": labels})
    ends = found[leads == np.arange(len(ids))]
    names = pd.concat([ends, found]).drop_duplicates("label").set_index("label")[COLUMNS[0]]
    size = np.bincount(labels)[labels]
    is_guest = found[COLUMNS[0]].astype(str).str.startswith(GUESTS).to_numpy(dtype=bool)
    found[COLUMNS[1]] = found["label"].map(names)
    return found.loc[(size > 1) | is_guest, list(COLUMNS)].reset_index(drop=True)


def changes_between(before: Links, after: pd.DataFrame) -> tuple[list[str], list[str | None]]:
    """Gives the ids whose names differ between links, and their names afterwards, None for none."""
    old, new = before.names, after.set_index("source_customer_id")["customer_id"]
    ids = old.index.union(new.index)
    one, other = (names.reindex(ids).fillna("") for names in (old, new))
    differ = ids[(one != other).to_numpy()]
    return list(differ), [name or None for name in other.loc[differ]]
