"""Openers: sections of a page whose numbers open the lists of those they count, right below."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shopkeeper.dashboard.address import keep
from shopkeeper.dashboard.charts import Opener, show
from shopkeeper.dashboard.lists import OPEN, Counted, choose, counts_of, show_list
from shopkeeper.html.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.html.blocks import Section

Questions = dict[str, Any]


def show_opening(
    asking: Asking,
    sections: Sequence[Section],
    key: str,
    reports: Sequence[str] = (),
    questions: Mapping[str, Questions] | None = None,
    counts: Sequence[Counted] = (),
) -> None:
    """Shows sections; a list that is open stands below the section whose number opened it.

    What is open stands in the address. Counts of the reports that stand in no section are chosen
    at the foot of the page.

    Args:
        asking: The run.
        sections: What to show.
        key: Name of the page and its part.
        reports: Reports whose counts can be opened, by their names.
        questions: What was asked of a report, by its name.
        counts: Counts of an answer that is no report by itself.
    """
    import streamlit as st

    told = (*counts, *counts_of(asking, reports, questions or {}))
    known = {each.selection.address: each for each in told}
    for section in sections:
        for selection in section.selections:
            known.setdefault(selection.address, Counted(section.title, selection))
    asked = st.query_params.get(OPEN, "")
    is_shown = False
    for section in sections:
        own = {clean(each.address): each.address for each in section.selections}
        is_here = not is_shown and asked in own.values()
        opener = Opener(clean(asked), place_of(asked)) if is_here else Opener()
        show(section, key=f"{key}-{section.name}", opened=opening(own), opener=opener)
        if is_here:
            is_shown = True
            show_list(asking, known[asked], place_of(asked))
    if known:
        choose(asking, known, key, is_shown=is_shown)


def opening(addresses: Mapping[str, str]) -> Callable[[str], None]:
    """Gives what is told of a number that a reader chose: it opens its list, or closes it.

    Args:
        addresses: Address of a list as it stands in the markup → as it is.
    """
    import streamlit as st

    def opened(name: str) -> None:
        wanted = addresses.get(name, "")
        keep(OPEN, "" if wanted == st.query_params.get(OPEN) else wanted)

    return opened


def place_of(address: str) -> str:
    """Gives the identifier under which a list stands in the page."""
    return f"list-{hashlib.sha256(address.encode()).hexdigest()[:12]}"
