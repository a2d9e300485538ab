"""Merged books are the books in which ids were replaced by hand; what was split is as before."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from order_book import Row, Shop, order_books

from shopkeeper.warehouse.identity_links import COLUMNS, Links, changes_between, links_after
from shopkeeper.warehouse.identity_links import settled_rows as settled

PARTIES = ("ann", "bob", "cid", "email:a@example.org", "email:b@example.org")
# What says how a row came to its customer, and no more.
TRACES = {"source_customer_id", "source_customer_count"}
TABLES = ("order_items", "customers", "orders", "refunds", "customer_orders", "customer_360", "rfm")

names_given = st.dictionaries(st.sampled_from(PARTIES), st.sampled_from(PARTIES), max_size=5)


def party(row: Row) -> str | None:
    guest = f"email:{row['email']}" if row["email"] else None
    return row["customer_id"] or guest


def rows_of(names: dict[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame({COLUMNS[0]: list(names), COLUMNS[1]: list(names.values())}, dtype=object)
    return settled(frame)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(order_books(), names_given)
def test_merged_books_are_those_with_ids_replaced_by_hand(rows, names):
    links = rows_of(names)
    known = dict(zip(links[COLUMNS[0]], links[COLUMNS[1]], strict=True))
    merged = Shop(rows, beside={"identities": links.to_dict("records")})
    by_hand = [{**row, "customer_id": known.get(party(row), row["customer_id"])} for row in rows]
    replaced = Shop(by_hand)
    for table in TABLES:
        one, other = (
            [{name: row[name] for name in row if name not in TRACES} for row in shop[table]]
            for shop in (merged, replaced)
        )
        assert one == other, table


@dataclass(frozen=True)
class Change:
    ids: tuple[str, ...]
    customer_ids: tuple[str | None, ...]
    apart: tuple[str, ...] = ()


def recorded(before: Links, after: pd.DataFrame) -> Change:
    ids, names = changes_between(before, after)
    return Change(tuple(ids), tuple(names))


@settings(max_examples=60, deadline=None)
@given(st.lists(names_given, min_size=1, max_size=4))
def test_links_lead_back_to_where_they_came_from(merges):
    log: list[Change] = []
    states = [links_after(log)]
    for names in merges:
        before = states[-1].rows
        kept = before[~before[COLUMNS[0]].isin(names)]
        after = settled(pd.concat([kept, rows_of(names)], ignore_index=True))
        log.append(recorded(states[-1], after))
        states.append(links_after(log))
        assert states[-1].rows.equals(after)
    for state in states[:-1]:
        back = links_after([*log, recorded(states[-1], state.rows)])
        assert back.rows.equals(state.rows)


@settings(max_examples=60, deadline=None)
@given(names_given)
def test_each_name_stands_for_itself_and_no_customer_alone(names):
    links = rows_of(names)
    known = dict(zip(links[COLUMNS[0]], links[COLUMNS[1]], strict=True))
    for name in known.values():
        assert known[name] == name
        alone = list(known.values()).count(name) == 1
        assert not alone or name.startswith("email:")
