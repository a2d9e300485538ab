"""Segments: by recency, frequency and money, and groups found in the data; and who would be where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.forms import ask_persona, ask_rfm
from shopkeeper.dashboard.pages.page import Page, show_sections
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

SECTIONS = (
    segments.section, scores.section, moves.section, groups.section, group_profiles.section,
    group_evidence.section,
)  # fmt: skip


def show(asking: Asking) -> None:
    """Shows segments and groups, and forms that place a customer made up by hand."""
    show_sections(asking, PAGE.name, SECTIONS, ("segments", "customer_segments"))
    ask_rfm(asking)
    ask_persona(asking)


PAGE = Page(
    "segments",
    "Segments",
    "Customers",
    "Who the customers are, and how they moved.",
    show,
)
