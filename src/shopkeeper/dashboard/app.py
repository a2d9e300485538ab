"""App: what every page shares - the shop, the moment, the navigation, the current run."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from shopkeeper.dashboard.asking import Asking, Shop
from shopkeeper.dashboard.charts import card, plain, told
from shopkeeper.dashboard.charts import show as show_sections
from shopkeeper.dashboard.pages import ALL, start
from shopkeeper.errors import NotPublishedError, ShopkeeperError
from shopkeeper.html.blocks import Notice
from shopkeeper.html.formatting import day
from shopkeeper.html.text import cut
from shopkeeper.reports.formatting import SIGNS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamlit.navigation.page import Page as StreamlitPage

    from shopkeeper.dashboard.pages.page import Page

# Where the job that starts the server leaves the folder and its settings.
SHOWN = "SHOPKEEPER_SHOWN"
NAME_CHARACTERS = 60
# How often a reader's page looks whether another run was published.
SECONDS_BETWEEN_LOOKS = 20


def show() -> None:
    """Shows the page that a reader asked for."""
    st.set_page_config(
        page_title="Shopkeeper",
        layout="wide",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(STYLE)
    shop = shown_shop()
    try:
        asking = shop.current()
    except ShopkeeperError as error:
        st.title("The shop cannot be opened", anchor=False)
        show_sections(card("problem", "What happened", "", told(error)), key="problem")
        return
    made = [
        st.Page(shown_page(each, asking), title=each.title, url_path=each.name, default=not place)
        for place, each in enumerate(ALL)
    ]
    chosen = st.navigation(made, position="hidden")
    _sidebar(shop, asking, made)
    chosen.run()


def shown_shop() -> Shop:
    """Gives the shop that this server shows."""
    return _shop(os.environ.get(SHOWN, "{}"))


@functools.cache
def _shop(shown: str) -> Shop:
    """Opens a shop once for all readers."""
    found = json.loads(shown)
    return Shop(Path(found.get("folder", ".")), found.get("overrides", ()))


def shown_page(page: Page, asking: Asking) -> Callable[[], None]:
    """Gives what Streamlit calls to show a page: its heading, what it answers, and its content."""

    def shown() -> None:
        st.title(page.title, anchor=False)
        if page.needs_run and asking.is_empty:
            _nothing_yet(page)
            return
        st.text(facts_of(page, asking))
        try:
            page.show(asking)
        except ShopkeeperError as error:
            name = "Not there yet" if isinstance(error, NotPublishedError) else "What happened"
            show_sections(card("problem", name, "", told(error)), key=f"problem-{page.name}")

    return shown


def facts_of(page: Page, asking: Asking) -> str:
    """Gives what a page answers, of which day, and in what money."""
    if asking.is_empty or asking.manifest.as_of is None:
        return page.answers
    currency = asking.currency
    sign = SIGNS.get(currency.upper())
    amounts = f"{currency} ({sign})" if sign else currency
    return f"{page.answers} As of {day(asking.manifest.as_of)}, amounts in {amounts}."


def _nothing_yet(page: Page) -> None:
    text = f"{page.answers} Begin on the page “{start.PAGE.title}”: hand in a file of orders."
    notice = Notice("info", "Nothing has been built in this folder yet", text)
    show_sections(card("empty", "Not there yet", "", notice), key=f"empty-{page.name}")
    if st.button("Hand in a file of orders", type="primary", icon=":material/upload_file:"):
        st.switch_page(st.Page(lambda: None, url_path=start.PAGE.name, title=start.PAGE.title))


def shop_name(asking: Asking) -> str:
    """Gives what a shop is called, or else its folder."""
    return cut(asking.settings.shop.name, NAME_CHARACTERS) or asking.workspace.folder.name


def _sidebar(shop: Shop, asking: Asking, made: Sequence[StreamlitPage]) -> None:
    """Shows the shop, the way to each page in its group, and the run."""
    with st.sidebar:
        st.text(shop_name(asking))
        for page, link in zip(ALL, made, strict=True):
            if page is ALL[0] or page.group != ALL[ALL.index(page) - 1].group:
                st.subheader(page.group, anchor=False)
            st.page_link(link, width="stretch")
        if not asking.is_empty:
            at = asking.manifest.created_at
            st.text(f"Run {asking.manifest.run_id}, published {day(at)} {at:%H:%M} UTC")
        _watch(shop, asking)


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _watch(shop: Shop, asking: Asking) -> None:
    """Takes up a run that was published while the page stands open."""
    try:
        is_same = shop.current() is asking
    except ShopkeeperError as error:
        st.text(plain(error.message))
        return
    if not is_same:
        st.rerun()


# Of Streamlit's own parts only what cannot be said in its theme: less air, room for tables.
STYLE = """
<style>
[data-testid="stMainBlockContainer"] { max-width: 82rem; padding-top: 3.25rem; }
[data-testid="stMainBlockContainer"] [data-testid="stText"] { white-space: pre-wrap; opacity: 1; }
[id^="list-"] { scroll-margin-top: 4rem; outline: none; }
[data-testid="stSidebar"] [data-testid="stText"] { white-space: pre-wrap; font-size: .8125rem; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: .15rem; }
[data-testid="stSidebar"] h3 { font-size: .8125rem; font-weight: 600; padding: 0; }
[data-testid="stSidebar"] [data-testid="stHeading"] { margin: .9rem 0 .15rem; }
[data-testid="stSidebar"] [data-testid="stHeading"] * { margin-bottom: 0; }
[data-testid^="stBaseButton-primary"] p { color: light-dark(#ffffff, #0f1419); }
@media (max-width: 40rem) {
  [data-testid="stMainBlockContainer"] { padding-inline: .75rem; }
  [data-testid="stMainBlockContainer"] h1 { font-size: 1.75rem; }
}
</style>
"""
