"""What to do on Monday: whom to contact, what it brings, who is left alone, how one will know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.decisions.holdout import TREAT
from shopkeeper.html import cells, formatting, spans
from shopkeeper.html.blocks import Cell, Column, DataTable, Kind, Notice, Section, Sentences
from shopkeeper.html.sections.summary import LEVEL, NO_LINE, Tile, Tiles

if TYPE_CHECKING:
    from shopkeeper.decisions.terms import Term
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.call_list import ListedCustomer, MondayList

HEADING = "What to do on Monday"
SHARES = ("chance of leaving", "margin", "saved by")
CUSTOMER_COLUMNS = (
    Column("Customer"),
    Column("Contact", Kind.TEXT, "Channel; those held out are not contacted, to compare with"),
    Column("Leaves", Kind.NUMBER, "Probability of leaving"),
    Column("If they stay", Kind.NUMBER, "What they spend within the horizon, a mean"),
    Column("Brings", Kind.NUMBER, "Expected of the contact, after margin and its cost"),
    Column("Why", Kind.PROSE),
    Column("What to do", Kind.PROSE),
)
TERM_COLUMNS = (
    Column("Made of"),
    Column("Mean over the list", Kind.NUMBER),
    Column("From", Kind.NUMBER, "Lower end of what it may be"),
    Column("To", Kind.NUMBER, "Upper end of what it may be"),
    Column("Source", Kind.PROSE),
)
LEFT_OUT_COLUMNS = (Column("Not on the list", Kind.PROSE), Column("Customers", Kind.NUMBER))
FORMULA = (
    "Brings = chance of leaving × what they spend if they stay × margin × share that a "
    "contact keeps − cost of the contact, through the channel that brings most."
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the list as it would be planned now; nothing where no customer has a value."""
    found = answers.monday
    if found is None:
        return None
    if not found.list_count:
        nobody = Notice("info", "There is nobody whose contact is expected to pay")
        return Section("monday", HEADING, "", (nobody, _left_out(found)))
    currency = answers.currency
    lead = (
        f"{formatting.plural(found.treat_count, 'customer')} to contact, expected to bring "
        f"{formatting.money(found.gain_amount, currency)} within {spans.days(found.horizon_days)} "
        f"after {formatting.money(found.cost_amount, currency)} for the contacts "
        f"(8 of 10: {formatting.money(found.gain_low_amount, currency)} to "
        f"{formatting.money(found.gain_high_amount, currency)})."
    )
    return Section(
        "monday",
        HEADING,
        lead,
        (
            _short(found, currency),
            _customers(found, currency),
            Sentences("How one will know", _knowing(found, currency)),
            _terms(found, currency),
            _left_out(found),
            Sentences("Before using it", found.notes),
        ),
    )


def _short(found: MondayList, currency: str) -> Tiles:
    """Gives the list in a few numbers, each of which opens the customers it counts."""
    counts = (
        ("To contact", found.treat_count, "Customers of the list, by name", found.treated),
        ("Held out", found.holdout_count, "Drawn at random, and not contacted", found.held_out),
    )
    amounts = (
        ("Costs", found.cost_amount, "All contacts together"),
        ("Brings", found.gain_amount, "Expected after margin and the cost of contacts"),
    )
    return Tiles(
        (
            *(
                Tile(label, meaning, formatting.count(number), str(number), LEVEL, NO_LINE, opens)
                for label, number, meaning, opens in counts
            ),
            *(
                Tile(label, meaning, formatting.money(amount, currency), str(amount), LEVEL)
                for label, amount, meaning in amounts
            ),
        ),
        f"As of {formatting.day(found.as_of)}, over {spans.days(found.horizon_days)}.",
    )


def _customers(found: MondayList, currency: str) -> DataTable:
    return DataTable(
        "monday-customers",
        f"The first {len(found.customers)} of {formatting.count(found.list_count)} on the list",
        CUSTOMER_COLUMNS,
        tuple(_customer(row, currency) for row in found.customers),
        FORMULA,
    )


def _customer(row: ListedCustomer, currency: str) -> tuple[Cell, ...]:
    return (
        cells.text(row.customer_id),
        cells.text(row.channel if row.arm == TREAT else "held out"),
        cells.share(row.leave_probability),
        cells.money(row.kept_amount, currency),
        cells.money(row.gain_amount, currency),
        cells.prose(row.reasons[0] if row.reasons else row.segment),
        cells.prose(row.action),
    )


def _knowing(found: MondayList, currency: str) -> tuple[str, ...]:
    days = spans.days(found.horizon_days)
    return (
        f"{formatting.plural(found.holdout_count, 'customer')} of the list, drawn at random, are "
        "not contacted. Nothing else tells what would have happened anyway.",
        f"`shopkeeper plan call-list` stores the list with its draw; {days} later `shopkeeper plan "
        "readout` compares the two groups.",
        f"A contact is expected to bring {formatting.money(found.expected_effect_amount, currency)}"
        " in sales; the comparison will probably see effects from "
        f"{formatting.money(found.detectable_amount, currency)} a customer on.",
    )


def _terms(found: MondayList, currency: str) -> DataTable:
    rows = tuple(
        (
            cells.text(term.name),
            *(_number(term, value, currency) for value in (term.value, term.low, term.high)),
            cells.prose(term.source),
        )
        for term in found.terms
    )
    return DataTable("monday-terms", "What the expected gain is made of", TERM_COLUMNS, rows)


def _number(term: Term, value: float | None, currency: str) -> Cell:
    if value is None:
        return cells.EMPTY
    is_share = term.name.startswith(SHARES)
    return cells.share(value) if is_share else cells.amount(value, currency)


def _left_out(found: MondayList) -> DataTable:
    rows = tuple(
        (cells.prose(row.reason), cells.count(row.customer_count, row.customers))
        for row in found.left_out
    )
    listed = (cells.prose("On the list"), cells.count(found.list_count, found.listed))
    everyone = (cells.prose("All with a value"), cells.count(found.customer_count, found.everyone))
    rows = (*rows, listed, everyone)
    note = (
        f"With the {formatting.count(found.list_count)} on the list they are all "
        f"{formatting.count(found.customer_count)} customers with a value."
    )
    return DataTable("monday-left-out", "Who is left alone, and why", LEFT_OUT_COLUMNS, rows, note)
