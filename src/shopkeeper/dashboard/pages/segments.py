"""Segments: by recency, frequency and money, and groups found in the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.forms import ask_persona, ask_rfm
from shopkeeper.dashboard.pages.page import Page, Part, first_part, show_parts
from shopkeeper.html.sections import (
    group_evidence,
    group_profiles,
    groups,
    moves,
    scores,
    segments,
)

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking


def _ask(asking: Asking) -> None:
    ask_rfm(asking)
    ask_persona(asking)


PARTS = (
    Part(
        "rfm",
        "By recency, frequency, money",
        (segments.section, scores.section),
        ("segments", "scores"),
    ),
    Part("moves", "Who moved", (moves.section,), ("segments",)),
    Part(
        "groups",
        "Groups found in the data",
        (groups.section, group_profiles.section),
        ("customer_segments",),
    ),
    Part("proof", "How real the groups are", (group_evidence.section,)),
    Part("what-if", "What if", then=_ask),
)


def show(asking: Asking) -> None:
    """Shows segments and groups, and forms that place a customer made up by hand."""
    show_parts(asking, PAGE.name, PARTS)


PAGE = Page(
    "segments",
    "Segments",
    "Customers",
    "Who the customers are, and how they moved.",
    show,
    first=first_part(PARTS),
)
