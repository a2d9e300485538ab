"""Customers: find one, and read their whole story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st
from markupsafe import Markup

from shopkeeper.dashboard.address import keep, kept_choice, kept_text
from shopkeeper.dashboard.charts import card
from shopkeeper.dashboard.charts import show as show_sections
from shopkeeper.dashboard.frames import csv_of, meaning_of
from shopkeeper.dashboard.pages.page import First, Page, Room
from shopkeeper.dashboard.stories import story_of
from shopkeeper.html import cells
from shopkeeper.html.blocks import Cell, Column, DataTable, Kind, Notice, Section
from shopkeeper.html.formatting import plural
from shopkeeper.html.text import isolated

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.dashboard.asking import Asking

# Who is open, in the address.
OPEN = "customer"
FILTERS = {"rfm_segment": "Segment", "risk_band": "Risk of leaving", "country": "Country"}
SORTS = {
    "net_amount": "Most bought",
    "order_count": "Most orders",
    "days_since_last_order": "Bought last",
    "churn_probability": "Most likely to leave",
    "expected_amount": "Most expected",
}
ASCENDING = frozenset({"days_since_last_order"})
MOST_SHOWN = 100
FIELDS = Room(10.5, 26.25)


def show(asking: Asking) -> None:
    """Shows the story of the customer in the address, or else the list."""
    wanted = st.query_params.get(OPEN)
    if wanted is None:
        _show_list(asking)
        return
    if st.button("Back to the list", icon=":material/arrow_back:"):
        st.query_params.pop(OPEN, None)
        st.rerun()
    story = asking.report("customer", customer_id=wanted)
    show_sections(*story_of(story, asking.currency), key="story")


def _show_list(asking: Asking) -> None:
    found = asking.customers()
    part = kept_text("Find a customer", "q", placeholder="Part of the id")
    present = [name for name in FILTERS if name in found]
    for place, name in zip(st.columns(len(present) + 1), (*present, "sort"), strict=True):
        with place:
            if name == "sort":
                sorts = [each for each in SORTS if each in found]
                sort = kept_choice("Order", "sort", sorts, shown=SORTS.__getitem__, needs_one=True)
            else:
                options = sorted(str(value) for value in found[name].dropna().unique())
                wanted = kept_choice(FILTERS[name], name, options)
                found = found[found[name] == wanted] if wanted else found
    if part:
        ids = found.index.to_series().astype(str)
        found = found[ids.str.contains(part, case=False, regex=False)]
    _show_found(_sorted(found, sort), asking)


def _show_found(found: pd.DataFrame, asking: Asking) -> None:
    if found.empty:
        notice = Notice("info", "Nobody fits", "Take back a filter, or look for less of the id.")
        show_sections(card("customers", "0 customers", "", notice), key="nobody")
        return
    show_sections(_list(found, asking.currency), key="found", opened=_open)
    file = csv_of(found.reset_index())
    st.download_button(
        f"Download all {len(found):,} as CSV", file, "customers.csv", "text/csv", on_click="ignore"
    )


def _first(asking: Asking) -> tuple[Section, ...]:
    found = asking.customers()
    first = next(name for name in SORTS if name in found)
    return () if found.empty else (_list(_sorted(found, first), asking.currency),)


def _sorted(found: pd.DataFrame, name: str) -> pd.DataFrame:
    rising = name in ASCENDING
    return found.sort_values(name, ascending=rising, kind="stable", na_position="last")


def _list(found: pd.DataFrame, currency: str) -> Section:
    names = [name for name in LABELS if name in found]
    shown = found.head(MOST_SHOWN)[names]
    columns = (
        Column("Customer"),
        *(Column(LABELS[n], KINDS[n], meaning_of(n) or "") for n in names),
    )
    rows = tuple(_row(key, row, currency) for key, row in shown.to_dict("index").items())
    lead = f"The first {len(shown)} are shown; the file has all." if len(found) > len(shown) else ""
    table = DataTable("customers", "Open one to read their whole story", columns, rows)
    title = plural(len(found), "customer")
    return card("customers", title, lead, table)


def _open(customer_id: str) -> None:
    keep(OPEN, customer_id)


def _row(customer_id: object, row: Mapping[Any, Any], currency: str) -> tuple[Cell, ...]:
    opener = Markup('<button type="button" class="open" data-open="{}">{}</button>')
    name = str(customer_id)
    first = Cell(opener.format(name, isolated(name)), name)
    return (first, *(_cell(key, value, currency) for key, value in row.items()))


def _cell(name: str, value: Any, currency: str) -> Cell:
    import pandas as pd

    if value is None or pd.isna(value):
        return cells.EMPTY
    if name.endswith("_amount"):
        return cells.amount(float(value), currency)
    if name.endswith("_probability"):
        return cells.share(float(value), 1.0)
    if KINDS[name] is Kind.NUMBER:
        return cells.count(int(value))
    return cells.text(str(value))


LABELS = {
    "net_amount": "Net revenue", "order_count": "Orders", "days_since_last_order": "Days silent",
    "rfm_segment": "Segment", "churn_probability": "Will leave", "expected_amount": "Expected",
    "country": "Country",
}  # fmt: skip
KINDS = {name: Kind.TEXT if name in ("rfm_segment", "country") else Kind.NUMBER for name in LABELS}
PAGE = Page(
    "customers",
    "Customers",
    "Customers",
    "Find a customer, and read their whole story.",
    show,
    first=First(_first, FIELDS),
)
