"""Identities: records who is one person and who is not, for the next run to count them so."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import UnknownNameError, UsageError, closest_hint, shorten
from shopkeeper.jobs.writing import locked
from shopkeeper.pipeline.identity_log import Entry, append, read_log
from shopkeeper.reports.identity_effect import Effects, effects
from shopkeeper.reports.identity_groups import groups_of
from shopkeeper.reports.identity_keys import anonymous_count, keys_of, people_of
from shopkeeper.warehouse.identities import KINDS, OF_GUEST
from shopkeeper.warehouse.identity_links import (
    COLUMNS,
    GUESTS,
    Links,
    changes_between,
    links_after,
    settled_rows,
)

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.settings import IdentitySettings
    from shopkeeper.workspace import Workspace

BY_HAND = "hand"
# Ids among which the closest to an unknown one is looked for.
OFFERED_IDS = 500


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a merge or split recorded, or would record.

    Attributes:
        entry: The entry of the log.
        is_new: Whether it was recorded; otherwise it was only looked at.
        effects: What changes in the measures, once a run counts people so.
    """

    entry: Entry
    is_new: bool
    effects: Effects


@dataclass(frozen=True)
class Wish:
    """What is to be recorded.

    Attributes:
        links: The links that are to stand.
        rule: What tells it.
        apart: Ids that no key may merge again.
        why: What the person who wishes it says of it.
        is_dry: Whether it is only to be looked at.
    """

    links: pd.DataFrame
    rule: str
    apart: tuple[str, ...] = ()
    why: str = ""
    is_dry: bool = False


def merge_by_keys(
    workspace: Workspace,
    rules: IdentitySettings,
    *,
    why: str = "",
    is_dry: bool = False,
    now: datetime | None = None,
) -> Recorded:
    """Records that ids and guests who share a key are one person.

    Args:
        workspace: The shop.
        rules: Which keys, and what may be one person.
        why: A word on it for the log.
        is_dry: Whether to look only.
        now: When; None reads the clock.

    Raises:
        NotPublishedError: Nothing was built yet.
        UsageError: No line gives such a key, or the keys tell nothing new.
    """
    with _held(workspace, now) as (at, log):
        people, links = _people(workspace), links_after(log)
        keys = keys_of(workspace.table("order_items"), rules)
        found = groups_of(keys, people, links, rules)
        named = " or ".join(f"`{kind}`" for kind in rules.keys)
        if keys.empty and not _gives(workspace, rules):
            raise UsageError(
                f"No line gives {named}, so nobody can be told by it.",
                f"name its column in shopkeeper.toml, under `columns` of the source: "
                f'`{rules.keys[0]} = "…"`',
            )
        if not changes_between(links, found.links)[0]:
            raise UsageError(
                f"By {named} there is nobody to merge who is not one person already.",
                "see what is shared and refused with `shopkeeper identities`",
            )
        wish = Wish(found.links, "+".join(rules.keys), why=why, is_dry=is_dry)
        return _record(workspace, wish, (at, log), people)


def merge_ids(
    workspace: Workspace,
    ids: Sequence[str],
    *,
    why: str = "",
    is_dry: bool = False,
    now: datetime | None = None,
) -> Recorded:
    """Records that ids are one person, who counts under the first of them that is no guest.

    Raises:
        UnknownNameError: An id is on no line.
        UsageError: There are fewer than two ids, or they are one person already.
    """
    import pandas as pd

    wanted = list(dict.fromkeys(ids))
    if len(wanted) < 2:
        raise UsageError(
            "One person is made of two ids or more.",
            "name them, `shopkeeper merge ID ID`, or a key, `shopkeeper merge --by email`",
        )
    with _held(workspace, now) as (at, log):
        people, links = _people(workspace), links_after(log)
        _hold_to_known(wanted, people, links)
        names = links.names
        ends = [str(names.get(one, one)) for one in wanted]
        if len(set(ends)) == 1:
            listed = ", ".join(f"`{shorten(one)}`" for one in wanted)
            raise UsageError(
                f"{listed} are one person already: `{shorten(ends[0])}`.",
                "see how they came together with `shopkeeper identities --log`",
            )
        target = next((one for one in ends if not one.startswith(GUESTS)), ends[0])
        new = pd.DataFrame({COLUMNS[0]: [*wanted, *ends, target], COLUMNS[1]: target}, dtype=object)
        after = pd.concat([links.rows, new], ignore_index=True)
        after = settled_rows(after.drop_duplicates(COLUMNS[0], keep="last"))
        wish = Wish(after, BY_HAND, why=why, is_dry=is_dry)
        return _record(workspace, wish, (at, log), people)


def split_ids(
    workspace: Workspace,
    ids: Sequence[str],
    *,
    why: str = "",
    is_dry: bool = False,
    now: datetime | None = None,
) -> Recorded:
    """Records that ids stand alone again; the name of a person takes all of them apart.

    No key merges them again, only a merge by name does.

    Raises:
        UnknownNameError: An id is on no line.
        UsageError: An id was never merged.
    """
    with _held(workspace, now) as (at, log):
        people, links = _people(workspace), links_after(log)
        _hold_to_known(ids, people, links)
        names, leaving = links.names, set[str]()
        for one in ids:
            if one not in names.index:
                raise UsageError(
                    f"`{shorten(one)}` is merged with nobody.",
                    "see who is with `shopkeeper identities --log`",
                )
            leaving.update(links.members(one) if names[one] == one else (one,))
        after = settled_rows(links.rows[~links.rows[COLUMNS[0]].isin(leaving)])
        wish = Wish(after, BY_HAND, apart=tuple(sorted(leaving)), why=why, is_dry=is_dry)
        return _record(workspace, wish, (at, log), people)


def undo(
    workspace: Workspace,
    number: int,
    *,
    why: str = "",
    is_dry: bool = False,
    now: datetime | None = None,
) -> Recorded:
    """Records that an entry of the log no longer counts; what came after it stays.

    Raises:
        UnknownNameError: There is no such entry.
        UsageError: Nothing of it stands any more.
    """
    import pandas as pd

    with _held(workspace, now) as (at, log):
        if not 1 <= number <= len(log):
            raise UnknownNameError.among("entry", str(number), [str(e.number) for e in log])
        entry, current = log[number - 1], links_after(log)
        before = links_after(log[: number - 1])
        # Of whom another entry has said something since, that counts.
        since = [one for later in log[number:] for one in later.ids]
        gone = pd.Index(entry.ids, dtype=object).difference(since)
        rows = [links.rows[COLUMNS[0]].isin(gone) for links in (current, before)]
        after = pd.concat([current.rows[~rows[0]], before.rows[rows[1]]], ignore_index=True)
        after = settled_rows(after.astype(object))
        if not changes_between(current, after)[0]:
            raise UsageError(
                f"Nothing of entry {number} stands any more.",
                "see what came after it with `shopkeeper identities --log`",
            )
        wish = Wish(after, f"entry {number}", why=why, is_dry=is_dry)
        return _record(workspace, wish, (at, log), _people(workspace))


@contextmanager
def _held(
    workspace: Workspace, now: datetime | None
) -> Iterator[tuple[datetime, tuple[Entry, ...]]]:
    """Holds the workspace for one writer; gives the moment and the log as it stands."""
    at = (now or datetime.now(UTC)).replace(tzinfo=None)
    with locked(workspace.state_folder, at):
        yield at, read_log(workspace.state_folder)


def _record(
    workspace: Workspace,
    wish: Wish,
    standing: tuple[datetime, tuple[Entry, ...]],
    people: pd.DataFrame,
) -> Recorded:
    at, log = standing
    current = links_after(log)
    ids, names = changes_between(current, wish.links)
    is_split = all(name is None for name in names) or bool(wish.apart)
    entry = Entry(
        number=len(log) + 1,
        action="split" if is_split else "merge",
        at=at,
        by=_who(),
        rule=wish.rule,
        why=wish.why,
        ids=tuple(ids),
        customer_ids=tuple(names),
        apart=wish.apart,
    )
    found = effects(
        people,
        (current.names, wish.links.set_index(COLUMNS[0])[COLUMNS[1]]),
        anonymous_count=anonymous_count(workspace.table("order_items"), as_of=_as_of(workspace)),
        as_of=_as_of(workspace),
        scoring=workspace.settings.rfm,
    )
    if not wish.is_dry:
        append(workspace.state_folder, entry)
    return Recorded(entry, not wish.is_dry, found)


def _people(workspace: Workspace) -> pd.DataFrame:
    return people_of(workspace.table("order_items"), as_of=_as_of(workspace))


def _as_of(workspace: Workspace) -> Any:
    return workspace.published.as_of


def _gives(workspace: Workspace, rules: IdentitySettings) -> bool:
    """Whether any line gives a key of these kinds."""
    items = workspace.table("order_items")
    counts = items.agg(**{kind: items[kind].count() for kind in rules.keys})
    return any(workspace.engine.collect(counts).to_pylist()[0].values())


def _hold_to_known(ids: Sequence[str], people: pd.DataFrame, links: Links) -> None:
    known = set(people["party"]).union(links.rows[COLUMNS[0]])
    for one in ids:
        if one in known:
            continue
        guest = next((f"{k}{OF_GUEST}{one}" for k in KINDS if f"{k}{OF_GUEST}{one}" in known), None)
        near = sorted(name for name in known if name[:2] == one[:2])[:OFFERED_IDS]
        hint = f"did you mean the guest `{guest}`?" if guest else closest_hint(one, near)
        raise UnknownNameError(f"There is no customer or guest `{shorten(one)}`.", hint)


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
