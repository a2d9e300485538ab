"""Pages of the dashboard without a browser: what they say, and what their forms answer."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TAGS = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]*>", re.DOTALL)
SECONDS = 90


def _page(folder, name):
    """Runs inside Streamlit, which takes its text alone: nothing of this file is known there."""
    from shopkeeper.dashboard.app import shown_page
    from shopkeeper.dashboard.asking import Shop
    from shopkeeper.dashboard.pages import ALL

    page = next(each for each in ALL if each.name == name)
    shown_page(page, Shop(folder).current())()


def opened(folder: Path, name: str, address: Mapping[str, str] | None = None) -> Any:
    """Gives a page of a shop, as it stands when it has been opened at an address."""
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_function(_page, args=(folder, name), default_timeout=SECONDS)
    for key, value in (address or {}).items():
        page.query_params[key] = value
    page.run()
    assert not page.exception, page.exception
    return page


def markup(page: Any) -> str:
    """Gives the HTML of all sections of a page."""
    found = []
    for element in page.main:
        proto = getattr(element, "proto", None)
        if getattr(proto, "component_name", "") == "shopkeeper.sections":
            found.append(json.loads(proto.json)["markup"])
    return "".join(found)


def words(page: Any) -> str:
    """Gives what a reader reads on a page, on one line."""
    own = [text.value for kind in (page.title, page.header, page.text) for text in kind]
    sections = html.unescape(TAGS.sub(" ", markup(page)))
    return re.sub(r"\s+", " ", " ".join([*own, sections]))


def button(page: Any, label: str) -> Any:
    """Gives the button of a page that is called so."""
    return next(each for each in page.button if each.label == label)
