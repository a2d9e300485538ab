"""Document: the page as the server first sends it, readable before Streamlit has begun."""

from __future__ import annotations

import functools
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from shopkeeper.dashboard.app import facts_of, shop_name
from shopkeeper.dashboard.charts import STYLE
from shopkeeper.dashboard.pages import ALL, address_of
from shopkeeper.dashboard.pages.page import Room
from shopkeeper.errors import ShopkeeperError
from shopkeeper.html.page import part_style, render_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.dashboard.pages.page import Page

# A first sight needs what fits a screen or two, not the whole page.
MOST_CHARACTERS = 40_000
# Parts of Streamlit that every page of ours uses, and that it would look for one after the other.
USED = ("BidiComponent", "Html", "PageLink", "Selectbox", "TextInput")
IMPORTED = re.compile(r"""(?:from|import)\s*["']\./([\w.\-]+\.js)["']""")
# The font of Streamlit's own theme, which ours does not use.
FONT = re.compile(r"<link\s+rel=\"preload\"[^>]*as=\"font\"[^>]*/>")


@functools.cache
def _template() -> Environment:
    return Environment(
        loader=PackageLoader("shopkeeper.dashboard", "static"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_at(path: str) -> Page | None:
    """Gives the page at a path; None where there is none."""
    return {f"/{address_of(page)}": page for page in ALL}.get(path)


def document_of(shell: str, page: Page, asking: Asking, address: Mapping[str, str]) -> str:
    """Gives Streamlit's document with the page in it, until Streamlit shows the page itself.

    What a reader chose is in the address, and only Streamlit knows what it means: such an address
    gives the heading alone.

    Args:
        shell: Streamlit's document.
        page: The page.
        asking: The run.
        address: What stands in its address after the question mark.
    """
    sections = [] if address else _sections(page, asking)
    shown = (
        _template()
        .get_template("first.html")
        .render(
            page=page,
            pages=[(each, address_of(each)) for each in ALL],
            shop=shop_name(asking),
            facts=facts_of(page, asking),
            sections=sections,
            room=page.first.room if page.first and sections else Room(),
            style=part_style() + STYLE,
            script=_script(),
        )
    )
    return shell.replace('<div id="root">', f'{shown}<div id="root">', 1)


def shell_of(folder: Path) -> str:
    """Gives Streamlit's document, which names at once what it would look for later.

    Args:
        folder: Where Streamlit keeps what it sends to browsers.
    """
    shell = FONT.sub("", (folder / "index.html").read_text("utf-8"))
    known = set(IMPORTED.findall(shell)) | set(re.findall(r"static/js/([\w.\-]+\.js)", shell))
    late = sorted(_needed(folder / "static" / "js", USED) - known)
    links = "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in late
    )
    return shell.replace("</head>", f"{links}</head>", 1)


def _sections(page: Page, asking: Asking) -> list[str]:
    """Gives what fits a screen or two; nothing where Streamlit's page will say what is missing."""
    if page.first is None or (page.needs_run and asking.is_empty):
        return []
    try:
        made = page.first.sections(asking)
    except ShopkeeperError:
        return []
    found: list[str] = []
    for section in made:
        if sum(map(len, found)) < MOST_CHARACTERS:
            found.append(render_section(section))
    return found


def _needed(folder: Path, names: Iterable[str]) -> set[str]:
    """Gives files of some parts and of all that these import; parts that are not there are none."""
    waiting = [file.name for name in names for file in folder.glob(f"{name}.*.js")]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found and (folder / name).is_file():
            found.add(name)
            waiting += IMPORTED.findall((folder / name).read_text("utf-8"))
    return found


@functools.cache
def _script() -> str:
    return resources.files("shopkeeper.dashboard").joinpath("static", "first.js").read_text("utf-8")
