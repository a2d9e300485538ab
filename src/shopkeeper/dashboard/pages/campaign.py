"""Campaign simulator: what an offer would bring in each segment, and what it would give away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from shopkeeper.dashboard.address import keep
from shopkeeper.dashboard.charts import card, plain
from shopkeeper.dashboard.charts import show as show_sections
from shopkeeper.dashboard.lists import counts_in
from shopkeeper.dashboard.openers import show_opening
from shopkeeper.dashboard.pages.page import First, Page, Room
from shopkeeper.dashboard.refusals import reason_of
from shopkeeper.errors import NotPublishedError, ShopkeeperError
from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Cell, Column, DataTable, Kind, Notice, Section, Sentences
from shopkeeper.reports.campaign import Campaign, CampaignQuestion, CampaignRow

if TYPE_CHECKING:
    from decimal import Decimal

    from shopkeeper.dashboard.asking import Asking

COLUMNS = (
    Column("Segment"),
    Column("Customers", Kind.NUMBER, "Customers who would be contacted"),
    Column("Persuaded", Kind.NUMBER, "Expected to buy because of the offer, not anyway"),
    Column("Brings", Kind.NUMBER, "Margin on what the persuaded buy, before the discount"),
    Column("Gives away", Kind.NUMBER, "Discounts, also to those who would have bought anyway"),
    Column("Costs", Kind.NUMBER, "Contacts and fixed cost"),
    Column("Stays", Kind.NUMBER, "What it brings less what it gives away and costs"),
    Column("8 of 10", Kind.NUMBER, "Eight of ten such campaigns leave an amount within"),
    Column("Return", Kind.NUMBER, "What stays, by what is given away and spent"),
    Column("Chance of a loss", Kind.NUMBER, "Part of simulated campaigns with a loss"),
)
# Field → label, usual value, what it means. Rates are asked for in percent.
RATES = {
    "discount": ("Discount, %", 10.0, "Part of the price that is given away"),
    "response": ("Response, %", 5.0, "Of those who would not have bought, how many then buy"),
    "use": ("Use of the discount, %", 100.0, "Of those who would have bought, how many use it"),
}
COSTS = {
    "contact": ("Cost of one contact", 0.5, "In the shop's currency"),
    "fixed": ("Fixed cost", 0.0, "Whatever the size"),
}

VALUES = "lifetime_value"
FORM = Room(19.7, 35.4)


def show(asking: Asking) -> None:
    """Asks for an offer, and shows what it would bring; what was asked stays in the address."""
    with st.form("campaign"):
        st.header("The offer", anchor=False)
        fields = {**RATES, **COSTS}
        found: dict[str, float] = {}
        places = [*st.columns(3), *st.columns(2)]
        for place, (name, (label, usual, meaning)) in zip(places, fields.items(), strict=True):
            with place:
                found[name] = st.number_input(
                    label,
                    min_value=0.0,
                    max_value=100.0 if name in RATES else None,
                    value=_in_address(name, usual),
                    help=meaning,
                )
        st.form_submit_button("Simulate", type="primary")
    for name, number in found.items():
        keep(name, f"{number:g}")
    question = CampaignQuestion(
        discount_rate=found["discount"] / 100,
        contact_cost=found["contact"],
        response_rate=found["response"] / 100,
        use_rate=found["use"] / 100,
        fixed_cost=found["fixed"],
    )
    try:
        answer: Campaign = asking.report("campaign", question=question)
        section = _answer(answer, asking.currency)
        show_opening(asking, (section,), PAGE.name, counts=counts_in(answer))
    except ShopkeeperError as error:
        # What a gate refused is not there to be built by running again.
        known = reason_of(asking, VALUES) if isinstance(error, NotPublishedError) else ""
        why = known or plain(f"{error.message} {error.hint}")
        notice = Notice("bad", "This cannot be simulated", why)
        show_sections(card("campaign", "What it would bring", "", notice), key="campaign-refused")


def _first(asking: Asking) -> tuple[Section, ...]:
    return (_answer(asking.report("campaign"), asking.currency),)


def _answer(found: Campaign, currency: str) -> Section:
    best = found.chosen
    profit = formatting.money(best.profit_amount, currency)
    if best.customer_count:
        low = formatting.money(best.profit_low_amount, currency)
        high = formatting.money(best.profit_high_amount, currency)
        status = "good" if best.profit_amount > 0 else "bad"
        said = Notice(
            status,
            f"Contact {formatting.plural(best.customer_count, 'customer')}: {profit} stay",
            f"8 of 10 such campaigns: {low} to {high}. Chance of a loss: "
            f"{formatting.share(best.loss_probability)}.",
        )
    else:
        said = Notice("bad", "There is nobody whom this offer would pay for")
    rows = tuple(_row(row, currency) for row in (best, *found.segments))
    table = DataTable("campaign", "Segment by segment, the highest return first", COLUMNS, rows)
    notes = Sentences("Before using it", tuple(plain(note) for note in found.notes))
    lead = f"Over {found.horizon_days} days, from what each segment is expected to buy."
    return card("campaign", "What it would bring", lead, said, table, notes)


def _row(row: CampaignRow, currency: str) -> tuple[Cell, ...]:
    low, high = (formatting.short_money(x, currency) for x in _range(row))
    return (
        cells.text(row.segment[:1].upper() + row.segment[1:]),
        cells.count(row.customer_count, row.customers),
        cells.decimal(row.persuaded_count),
        cells.money(row.brings_amount, currency),
        cells.money(row.gives_away_amount, currency),
        cells.money(row.cost_amount, currency),
        cells.money(row.profit_amount, currency),
        Cell(f"{low} to {high}", format(row.profit_low_amount, "f")),
        cells.EMPTY if row.roi is None else cells.decimal(row.roi),
        cells.share(row.loss_probability),
    )


def _range(row: CampaignRow) -> tuple[Decimal, Decimal]:
    return row.profit_low_amount, row.profit_high_amount


def _in_address(name: str, usual: float) -> float:
    try:
        found = float(st.query_params.get(name, usual))
    except ValueError:
        return usual
    highest = 100.0 if name in RATES else 1e9
    return found if 0 <= found <= highest else usual


PAGE = Page(
    "campaign",
    "Campaign simulator",
    "Decisions",
    "What an offer would bring, what it would give away, and whom it pays to reach.",
    show,
    first=First(_first, FORM),
)
