"""Asks reports of the tables of small order books, and opens the lists behind their counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import ibis
from order_book import Shop

from shopkeeper import catalog
from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.drill import Members, Selection, members
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS
from shopkeeper.workspace import answer

# Count → the selection that stands beside it in the same answer.
OPENED = {
    "order_count": "orders",
    "customer_count": "customers",
    "line_count": "lines",
    "first_time_customer_count": "first_time_customers",
    "whale_count": "whales",
    "own_rhythm_count": "own_rhythm",
    "at_risk_count": "at_risk",
    "unprofitable_count": "unprofitable",
    "mature_customer_count": "mature_customers",
    "previous_customer_count": "previous_customers",
    "outlier_count": "outliers",
    "outside_count": "outside",
    "active_count": "active",
    "new_customer_count": "new_customers",
    "new_count": "new_customers",
    "product_count": "listed_products",
    "row_count": "rows",
    "treat_count": "treated",
    "holdout_count": "held_out",
    "list_count": "listed",
    "group_count": "persons",
    "merged_id_count": "merged_ids",
    "guest_count": "guests",
    "party_count": "givers",
    "value_count": "values",
    "shared_count": "shared",
    "refused_count": "refused",
    "linked_count": "linked",
    "waiting_count": "waiting",
    "guest_order_count": "guest_orders",
    "payment_count": "payments",
    "silent_count": "silent",
    "best_count": "half",
    "known_count": "known",
    "short_count": "short",
    "left_alone_count": "left_alone",
    "watched_count": "watched",
    "repeat_count": "members",
    "gap_count": "members",
    "open_count": "open_members",
    "member_count": "members",
    "lost_count": "lost",
    "last_count": "members",
    "count": "members",
    "unit_count": "units",
    "kept_row_count": "kept",
    "quarantined_row_count": "quarantined",
}
MORE = (
    ("repeat_count", "repeaters"),
    ("product_count", "products"),
    ("product_count", "foretold"),
    ("outlier_count", "outliers"),
    ("customer_count", "members"),
    ("customer_count", "everyone"),
    ("refused_count", "refused_keys"),
)
QUESTIONS = {
    "time_zone": "UTC",
    "period_days": 7,
    "currency": "EUR",
    "before": None,
    "after": None,
    "limit": 25,
    "top_share": 0.5,
}


def ask(shop: Shop, report: Any, **questions: Any) -> Any:
    """Asks a report of a shop; scores are not there."""
    asked = {"as_of": shop.as_of, **QUESTIONS, **questions}
    return answer(report, lambda name: _table(shop, name), asked)


def _table(shop: Shop, name: str) -> ibis.Table:
    if name in ("lifetime_values", RFM_SEGMENTS.name):
        raise NotPublishedError(f"There is no `{name}`.", "none")
    return ibis.memtable(shop.arrow(name))


def opened(shop: Shop, selection: Selection, **questions: Any) -> Members:
    """Opens the list behind a count."""
    roll = catalog.roll(selection.roll)
    given = {**dict(selection.questions), **questions}
    return members(ask(shop, roll.build, **given), roll, selection)


def counts(answer: Any) -> Iterator[tuple[str, int, Selection]]:
    """Gives each count of an answer that opens a list, with where it stands."""
    if isinstance(answer, tuple | list):
        for item in answer:
            yield from counts(item)
    elif dataclasses.is_dataclass(answer) and not isinstance(answer, Selection):
        names = [field.name for field in dataclasses.fields(answer)]
        for count, selection in (*OPENED.items(), *MORE):
            if count in names and selection in names:
                found = getattr(answer, selection)
                if isinstance(found, Selection):
                    yield f"{type(answer).__name__}.{count}", getattr(answer, count), found
        for name in names:
            yield from counts(getattr(answer, name))
