"""Frames: tables that a reader scrolls and takes away, with the meaning of each column."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from shopkeeper import catalog
from shopkeeper.decisions.export import FORMULA
from shopkeeper.html.formatting import MINOR_UNIT_DIGITS
from shopkeeper.html.text import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

# Rows that are sent to the browser; the file has all.
SHOWN_ROWS = 2_000
# Tables in which columns are explained, the nearest first.
EXPLAINED_BY = (
    "customer_360", "customer_scores", "rfm_segments", "customer_orders", "orders", "order_items",
    "product_performance", "recommendations",
)  # fmt: skip
# Names of columns that would not be read as they are written.
LABELS = {
    "customer_id": "Customer", "order_id": "Order", "product_id": "Product",
    "rfm_segment": "Segment", "segment": "Group", "days_since_last_order": "Days silent",
    "order_count": "Orders",
}  # fmt: skip
MEANINGS = {"rfm_segment": "Segment by how recently, how often and for how much they bought"}


def show_frame(frame: pd.DataFrame, name: str, currency: str) -> None:
    """Shows a table, with a button that takes all its rows away as CSV."""
    import streamlit as st

    shown = frame.head(SHOWN_ROWS)
    st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        column_config=_columns(shown, currency),
        key=f"rows-{name}",
    )
    if len(frame) > len(shown):
        st.text(f"The first {len(shown):,} of {len(frame):,} rows; the file has all of them.")
    st.download_button(
        "Download CSV",
        csv_of(frame),
        f"{name}.csv",
        "text/csv",
        icon=":material/download:",
        key=f"csv-{name}",
        on_click="ignore",
    )


def csv_of(frame: pd.DataFrame) -> bytes:
    """Gives a table as CSV; no cell is a formula for a spreadsheet."""
    found = frame.copy()
    for name in found.columns:
        if found[name].dtype == object or str(found[name].dtype) == "string":
            texts = found[name].map(lambda value: value if isinstance(value, str) else None)
            risky = texts.notna() & texts.fillna("").str.match(FORMULA.pattern)
            found.loc[risky, name] = "'" + texts[risky]
    return found.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


@functools.cache
def meanings() -> Mapping[str, str]:
    """Gives what each column of the tables that people see means."""
    contracts = catalog.contracts()
    found: dict[str, str] = {}
    for table in reversed(EXPLAINED_BY):
        if table in contracts:
            found |= {column.name: column.meaning for column in contracts[table].columns}
    return {**found, **MEANINGS}


def meaning_of(name: str) -> str | None:
    """Gives what a column means, for a reader who hovers over it."""
    return meanings().get(name)


def _columns(frame: pd.DataFrame, currency: str) -> dict[str, Any]:
    import streamlit as st

    digits = MINOR_UNIT_DIGITS.get(currency.upper(), 2)
    found: dict[str, Any] = {}
    for name in frame.columns:
        label, known = LABELS.get(str(name), words(str(name))), meaning_of(str(name))
        if name.endswith("_amount"):
            form = f"%,.{digits}f"
            label = f"{label}, {currency}"
            found[name] = st.column_config.NumberColumn(label, help=known, format=form)
        elif name.endswith(("_probability", "_share", "_rate")):
            found[name] = st.column_config.NumberColumn(label, help=known, format="percent")
        elif name.endswith(("_date", "as_of")):
            found[name] = st.column_config.DateColumn(label, help=known, format="D MMM YYYY")
        else:
            found[name] = st.column_config.Column(label, help=known)
    return found
