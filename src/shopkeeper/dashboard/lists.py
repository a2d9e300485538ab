"""Lists: every number of a page that counts someone opens the list of those it counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from shopkeeper.dashboard.address import keep
from shopkeeper.dashboard.charts import plain
from shopkeeper.dashboard.frames import show_frame
from shopkeeper.errors import ShopkeeperError
from shopkeeper.html.formatting import plural, short_day
from shopkeeper.html.text import cut, words
from shopkeeper.reports.drill import Members, Selection
from shopkeeper.reports.report import Measure

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.dashboard.asking import Asking

# Name of the list that is open, in the address of a page.
OPEN = "of"
NAME_CHARACTERS = 40
MOST_NAMES = 3
NOT_NAMES = ("meaning", "advice", "unit", "reason")
# Fields that say where somebody came from and went.
WAYS = ("from", "to")
NOWHERE = "nowhere: not a customer yet"
NOUNS = {
    "customer_id": "customer", "order_id": "order", "person_id": "person", "unit_id": "unit",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """A count of an answer, and the way to those it counts."""

    label: str
    selection: Selection


def counts_in(answer: Any) -> tuple[Counted, ...]:
    """Gives every count of an answer that has a list, named by what stands beside it."""
    found: dict[str, Counted] = {}
    for counted in _walk_fields(answer, ()):
        found.setdefault(counted.selection.address, counted)
    return tuple(found.values())


def counts_of(
    asking: Asking, reports: Sequence[str], questions: Mapping[str, Mapping[str, Any]]
) -> list[Counted]:
    """Gives every count of some reports that has a list.

    Args:
        asking: The run.
        reports: Their names.
        questions: What was asked of a report, by its name.
    """
    known: list[Counted] = []
    for report in reports:
        try:
            answer = asking.report_if_there(report, **questions.get(report, {}))
        except ShopkeeperError:
            # The page says why, where the report stands.
            continue
        known.extend(counts_in(answer) if answer is not None else ())
    return known


def choose(asking: Asking, known: Mapping[str, Counted], key: str, *, is_shown: bool) -> None:
    """Lets a reader open the list behind any count; the choice is in the address.

    Args:
        asking: The run.
        known: Counts by the addresses of their lists.
        key: Name, unique in the page.
        is_shown: Whether the list that is open stands above, beside its number.
    """
    import streamlit as st

    asked, name = st.query_params.get(OPEN, ""), f"list-{key}"
    if asked and asked not in known:
        keep(OPEN, "")
    # The address decides: a number may have been opened, or closed, since this was chosen.
    st.session_state[name] = asked if asked in known else None
    with st.container(border=True):
        st.header("Open the list behind a number", anchor=False)
        st.selectbox(
            "Number",
            list(known),
            format_func=lambda address: known[address].label,
            placeholder="Choose a number of this page, or type to find one",
            key=name,
            on_change=lambda: keep(OPEN, st.session_state[name] or ""),
        )
    if asked in known and not is_shown:
        show_list(asking, known[asked], "list")


def show_list(asking: Asking, counted: Counted, place: str) -> None:
    """Shows the list behind a count.

    Args:
        asking: The run.
        counted: The count.
        place: Identifier of the list in the page.
    """
    import streamlit as st

    with st.container(border=True):
        st.header(plain(counted.label), anchor=place)
        _show(asking, counted)
        if st.button("Close the list", key=f"close-{place}", icon=":material/close:"):
            keep(OPEN, "")
            st.rerun()


def frame_of(asking: Asking, members: Members) -> pd.DataFrame:
    """Gives a list as a table; customers with what is known of them."""
    import pandas as pd

    found = pd.DataFrame(list(members.rows), columns=list(members.key))
    if "customer_id" not in members.key:
        return found
    try:
        known = asking.customers()
    except ShopkeeperError:
        return found
    return found.join(known, on="customer_id")


def _show(asking: Asking, counted: Counted) -> None:
    import streamlit as st

    try:
        found = asking.members(counted.selection)
    except ShopkeeperError as error:
        st.info(plain(f"{error.message} {error.hint}"))
        return
    noun = NOUNS.get(found.key[-1], "row")
    st.text(f"{plural(found.count, noun)}. {plain(found.meaning)}.")
    if found.count:
        show_frame(frame_of(asking, found), "list", asking.currency)


def _walk(node: Any, names: tuple[str, ...]) -> Iterator[Counted]:
    if isinstance(node, list | tuple):
        for item in node:
            yield from _walk(item, names)
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from _walk(item, (*names, str(name)))
    elif dataclasses.is_dataclass(node) and not isinstance(node, type | Selection):
        yield from _walk_fields(node, (*names, *_names(node)))


def _walk_fields(node: Any, own: tuple[str, ...]) -> Iterator[Counted]:
    """Goes through the fields of an answer, or of a row that is called by its `own` names."""
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Selection):
            what = "" if isinstance(node, Measure) else words(field.name).lower()
            if isinstance(node, Measure) and field.name.startswith("previous"):
                what = "the period before"
            label = ": ".join(part for part in (" · ".join(own[-MOST_NAMES:]), what) if part)
            yield Counted(label[:1].upper() + label[1:], value)
        else:
            yield from _walk(value, own)


def _names(node: Any) -> list[str]:
    """Gives what tells a row from its neighbours: its texts, days and numbers before its counts."""
    if isinstance(node, Measure):
        return [node.label]
    found: list[str] = []
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if field.name in NOT_NAMES:
            continue
        way = field.name.partition("_")[0]
        if way in WAYS and isinstance(value, str | None):
            found.append(f"{way} {cut(value or NOWHERE, NAME_CHARACTERS)}")
        elif isinstance(value, str):
            found.append(cut(value, NAME_CHARACTERS))
        elif isinstance(value, date):
            found.append(short_day(value))
        elif isinstance(value, int) and not isinstance(value, bool) and _is_place(field.name):
            found.append(f"{words(field.name).lower()} {value}")
        if isinstance(value, float) or field.name.endswith("_count") or len(found) == MOST_NAMES:
            break
    return found


def _is_place(name: str) -> bool:
    return name.endswith(("_score", "_number", "_period", "period", "number", "_decile", "place"))
