"""Churn: who is leaving, why, how far to trust it, and what the model says of anyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.forms import ask_features
from shopkeeper.dashboard.pages.page import Page, Part, first_part, show_parts
from shopkeeper.html.sections import churn, churn_proof, whales

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking

MODELS = ("churn", "second_purchase")
PARTS = (
    Part("who", "Who is leaving", (churn.section,), ("churn",)),
    Part("best", "Best customers at risk", (whales.section,), ("whales",)),
    Part("proof", "How sure that is", (churn_proof.section,)),
    Part("what-if", "What if", then=lambda asking: ask_features(asking, MODELS)),
)


def show(asking: Asking) -> None:
    """Shows who is leaving, and a form for a customer made up by hand."""
    show_parts(asking, PAGE.name, PARTS)


PAGE = Page(
    "churn",
    "Churn",
    "Customers",
    "Who is leaving, why, and how sure that is.",
    show,
    first=first_part(PARTS),
)
