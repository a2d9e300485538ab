"""Charts and tables: sections of the report shown in a page, alive as they are in the report."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import ShopkeeperError
from shopkeeper.html.blocks import Block, Notice, Section
from shopkeeper.html.page import part_script, part_style, render_section

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers

    SectionOf = Callable[[ReportAnswers], Section | None]

COMPONENT = "shopkeeper.sections"
# The report's sections are cards of their own; in a page they fill its width.
STYLE = """
.shown { display: grid; gap: 1.25rem; min-width: 0; }
.open { all: unset; cursor: pointer; color: var(--accent); text-decoration: underline; }
.open:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.open[aria-expanded="true"] { font-weight: 600; text-decoration-style: double; }
.section { scroll-margin-top: 4rem; }
"""


@dataclass(frozen=True, slots=True)
class Opener:
    """Which number of some sections is open, and where its list stands.

    Attributes:
        address: Address of the list that is open; "" where none of these sections is.
        place: Identifier of the list in the page; a reader is led to it.
    """

    address: str = ""
    place: str = ""


def show(
    *sections: Section,
    key: str,
    opened: Callable[[str], None] | None = None,
    opener: Opener | None = None,
) -> None:
    """Shows sections one below the other.

    Args:
        sections: What to show.
        key: Name, unique in the page.
        opened: Told what a reader has opened.
        opener: Given where numbers open lists.
    """
    opening = opener is not None
    markup = "".join(render_section(section, opening=opening) for section in sections)
    options: dict[str, Any] = {}
    if opened is not None:

        def tell() -> None:
            import streamlit as st

            name = st.session_state[key].get("opened")
            if name is not None:
                opened(str(name))

        options["on_opened_change"] = tell
    lists = None if opener is None else {"open": opener.address, "place": opener.place}
    _component()(data={"markup": markup, "lists": lists}, key=key, **options)


def sections_of(answers: ReportAnswers, sections: Sequence[SectionOf]) -> list[Section]:
    """Gives sections of the report; one that cannot be answered says why, in its place."""
    return [made for section in sections if (made := _made(section, answers))]


def card(name: str, title: str, lead: str, *blocks: Block) -> Section:
    """Gives a section of a page's own."""
    return Section(name, title, lead, blocks)


def told(error: ShopkeeperError) -> Notice:
    """Gives an error as a notice: what happened, and what to do."""
    return Notice("info", plain(error.message), plain(error.hint[:1].upper() + error.hint[1:]))


def plain(text: str) -> str:
    """Gives a sentence without the marks around names."""
    return text.replace("`", "")


def _made(section: SectionOf, answers: ReportAnswers) -> Section | None:
    try:
        return section(answers)
    except ShopkeeperError as error:
        name = section.__module__.rpartition(".")[2]
        heading = name.replace("_", " ").capitalize()
        return Section(name.replace("_", "-"), heading, "", (told(error),))


@functools.cache
def _component() -> Callable[..., Any]:
    from streamlit.components.v2 import component

    script = resources.files("shopkeeper.dashboard").joinpath("static", "shown.js")
    return component(
        COMPONENT,
        html='<div class="shown"></div>',
        css=part_style() + STYLE,
        js=part_script() + script.read_text("utf-8"),
    )
