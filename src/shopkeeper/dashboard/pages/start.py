"""Start: hand in a file of orders, see how it is understood, and watch the main job run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.pages.page import Page

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking


def show(asking: Asking) -> None:
    """Shows the form."""


PAGE = Page("start", "New data", "Trust", "Hand in orders and run.", show, needs_run=False)
