"""Churn: who is leaving, why, how far to trust it, and what the model says of anyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.forms import ask_features
from shopkeeper.dashboard.pages.page import Page, show_sections
from shopkeeper.html.sections import churn, churn_proof, whales

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

SECTIONS = (churn.section, whales.section, churn_proof.section)


def show(asking: Asking) -> None:
    """Shows who is leaving, and a form for a customer made up by hand."""
    show_sections(asking, PAGE.name, SECTIONS, ("churn", "whales"))
    ask_features(asking, ("churn", "second_purchase"))


PAGE = Page("churn", "Churn", "Customers", "Who is leaving, why, and how sure that is.", show)
