"""Call list: whom to contact next, what it costs and brings, and the plans that stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.dashboard.answer_tables import table_of
from shopkeeper.dashboard.answers import answers_of
from shopkeeper.dashboard.charts import card, sections_of
from shopkeeper.dashboard.openers import show_opening
from shopkeeper.dashboard.pages.page import First, Page
from shopkeeper.dashboard.refusals import reason_of
from shopkeeper.decisions.plan import Kind
from shopkeeper.html import cells
from shopkeeper.html.blocks import Column, DataTable, Notice
from shopkeeper.html.blocks import Kind as ColumnKind
from shopkeeper.html.sections import monday
from shopkeeper.reports.plans import NUMBERS_ONLY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.html.blocks import Section
    from shopkeeper.reports.plans import PlanLine


def show(asking: Asking) -> None:
    """Shows the list of Monday, or why there is none, and every plan that was made."""
    sections = [*_monday(asking)]
    plans = asking.workspace.plans()
    if plans:
        table = table_of("plans", "Plans, oldest first", plans, asking.currency)
        sections.append(card("plans", "Plans that were made", "", table, *_left_out(asking, plans)))
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


def _left_out(asking: Asking, plans: Sequence[PlanLine]) -> list[DataTable]:
    """Gives whom the newest call list left out, and why; older ones are read one by one."""
    newest = [plan.plan_id for plan in plans if plan.kind == Kind.CALL_LIST][-1:]
    tables = []
    for plan_id in newest:
        found = asking.workspace.plan(plan_id, 1)
        rows = tuple(
            (cells.prose(row.reason), cells.count(row.customer_count, row.customers))
            for row in found.left_out
        )
        note = "" if all(row.customers for row in found.left_out) else NUMBERS_ONLY
        tables.append(DataTable("plan-left-out", f"Left out of {plan_id}", OTHERS, rows, note))
    return tables


OTHERS = (Column("Why"), Column("Customers", ColumnKind.NUMBER))
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
