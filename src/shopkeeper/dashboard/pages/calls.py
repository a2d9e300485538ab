"""Call list: whom to contact next, what it costs and brings, and the plans that stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.answer_tables import table_of
from shopkeeper.dashboard.answers import answers_of
from shopkeeper.dashboard.charts import card, sections_of
from shopkeeper.dashboard.openers import show_opening
from shopkeeper.dashboard.pages.page import First, Page
from shopkeeper.dashboard.refusals import reason_of
from shopkeeper.html.blocks import Notice
from shopkeeper.html.sections import monday

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.html.blocks import Section


def show(asking: Asking) -> None:
    """Shows the list of Monday, or why there is none, and every plan that was made."""
    sections = [*_monday(asking)]
    plans = asking.workspace.plans()
    if plans:
        table = table_of("plans", "Plans, oldest first", plans, asking.currency)
        sections.append(card("plans", "Plans that were made", "", table))
    else:
        notice = Notice("info", "No plan was made yet", HOW)
        sections.append(card("plans", "Plans that were made", "", notice))
    show_opening(asking, sections, PAGE.name, ("monday",))


def _monday(asking: Asking) -> list[Section]:
    """Gives the list of Monday, or why there is none."""
    if asking.report_if_there("monday") is not None:
        return sections_of(answers_of(asking), (monday.section,))
    why = reason_of(asking, VALUES) or "No model of what customers are worth is in use."
    notice = Notice("info", "Nobody can be weighed against the cost of a contact", why)
    return [card("monday", "Whom to contact next", "", notice)]


VALUES = "lifetime_value"
HOW = (
    "A plan fixes the list and holds some customers out at random, so that one will know what it "
    "brought. Make one with: shopkeeper plan call-list"
)
PAGE = Page(
    "calls",
    "Call list",
    "Decisions",
    "Whom to contact next, what it costs, what it brings, and how one will know.",
    show,
    first=First(_monday),
)
