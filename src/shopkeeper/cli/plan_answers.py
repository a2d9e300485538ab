"""Plans in the terminal: the list of Monday, campaigns, stored plans and what they brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.answer_frames import name_list
from shopkeeper.cli.output import RAW_CHARACTERS, print_table, print_text
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopkeeper.decisions.readout import Effect
    from shopkeeper.decisions.terms import Term
    from shopkeeper.reports.call_list import LeftOut, ListedCustomer, MondayList
    from shopkeeper.reports.campaign import Campaign, CampaignRow
    from shopkeeper.reports.plans import PlanDetail, PlanLine, Readout, Total
    from shopkeeper.sources.simulation.contact_files import ContactTruth

RATES = ("chance of leaving", "margin", "saved by", "response by", "buys anyway")


def show_monday(found: MondayList, currency: str) -> None:
    """Prints whom to contact, what it brings, and how one will know."""
    print_text(
        f"{found.list_count:,} of {found.customer_count:,} customers on the list as of "
        f"{found.as_of}: {found.treat_count:,} to contact, {found.holdout_count:,} held out"
    )
    if found.list_count:
        print_text(
            f"expected to bring {_between(found, currency)} within {found.horizon_days} days, "
            f"after {money(found.cost_amount, currency)} for contacts"
        )
        _show_customers(found.customers, currency)
        _show_terms(found.terms, currency)
    _show_left_out(found.left_out)
    _show_notes(found.notes)


def show_campaign(found: Campaign, currency: str) -> None:
    """Prints what an offer would do, segment by segment."""
    print_text(
        f"an offer from {found.as_of} on, over {found.horizon_days} days; response "
        f"{percent(found.response.value)}, {found.response.source}"
    )
    rows = [*found.segments, found.chosen]
    print_table(
        (
            "segment", "customers", "buy anyway", "persuaded", "gives away", "costs", "profit",
            "8 of 10 from", "to", "ROI", "break-even",
        ),
        [_campaign_row(row, currency) for row in rows],
    )  # fmt: skip
    told = ", ".join(f"{name} {count:,}" for name, count in found.chosen_by_segment.items())
    print_text(f"worth contacting: {told or 'nobody'}")
    if found.left_alone_count:
        print_text(f"{found.left_alone_count:,} customers are left alone because of earlier plans")
    _show_notes(found.notes)


def show_plans(found: Sequence[PlanLine], currency: str) -> None:
    """Prints all plans."""
    print_table(
        ("plan", "from", "until", "contacted", "held out", "cost", "expected", "state"),
        [
            (
                line.plan_id,
                line.as_of,
                line.end_date,
                line.treat_count,
                line.holdout_count,
                money(line.cost_amount, currency),
                money(line.gain_amount, currency),
                line.state,
            )
            for line in found
        ],
    )


def show_plan(found: PlanDetail) -> None:
    """Prints a stored plan."""
    print_text(
        f"{found.plan_id}: {found.treat_count:,} to contact, {found.holdout_count:,} held out at "
        f"random; counts from {found.as_of} until {found.end_date}; {found.state}"
    )
    print_text(
        f"expected to bring {_between(found, found.currency)}, after "
        f"{money(found.cost_amount, found.currency)} for contacts; the read-out will probably see "
        f"effects from {money(found.detectable_amount, found.currency)} a customer on"
    )
    _show_customers(found.customers, found.currency)
    _show_terms(found.terms, found.currency)
    _show_left_out(found.left_out)
    _show_notes(found.notes)
    listed = [row.customers for row in found.left_out if row.customers is not None]
    name_list(listed[0] if listed else found.treated)
    print_text(f"run {found.run_id}, seal {found.seal[:16]}")


def show_readout(found: Readout, currency: str) -> None:
    """Prints what a plan brought."""
    print_text(
        f"{found.plan_id}: {found.days_over} of {found.window_days} days are over "
        f"({found.as_of} until {found.end_date}, data until {found.data_until})"
    )
    print_text(f"verdict  {found.verdict}: {found.sentence}")
    if found.sales and found.buyers and found.profit:
        print_table(
            ("per customer", "contacted", "held out", "effect", "95 % from", "to"),
            [
                ("sales", *_effect(found.sales, lambda x: money(x, currency))),
                ("share that bought", *_effect(found.buyers, percent)),
                ("stays after cost", *_effect(found.profit, lambda x: money(x, currency))),
            ],
        )
        print_text(f"{found.treat_count:,} contacted, {found.holdout_count:,} held out")
    if found.sales_amount and found.profit_amount:
        print_text(f"in all: {_total(found.sales_amount, currency)} in sales")
        print_text(
            f"stays:  {_total(found.profit_amount, currency)} after margin and cost; expected "
            f"was {money(found.gain_amount, currency)}"
        )
    for rate in found.rates:
        use = "replaces the assumption" if rate.is_conclusive else "too uncertain to be used"
        print_text(
            f"measured {rate.channel}: {percent(rate.rate)} of what was at stake "
            f"(95 %: {percent(rate.low)} to {percent(rate.high)}); {use}"
        )
    _show_notes(found.notes)


def show_planted(found: ContactTruth, currency: str) -> None:
    """Prints what was planted in a made-up shop, for the read-out to find again."""
    print_text(
        f"planted: a contact keeps {percent(found.saved_rate)} of those who leave; "
        f"{found.leaving_count:,} of {found.listed_count:,} on the list do"
    )
    print_text(
        f"truth: {money(found.effect_amount, currency)} of sales per customer on the list; "
        f"{money(found.brought_amount, currency)} in {found.order_count:,} orders of the "
        f"{found.contacted_count:,} contacted"
    )


def _between(found: MondayList | PlanDetail, currency: str) -> str:
    return (
        f"{money(found.gain_amount, currency)} (8 of 10: {money(found.gain_low_amount, currency)} "
        f"to {money(found.gain_high_amount, currency)})"
    )


def _show_customers(customers: Sequence[ListedCustomer], currency: str) -> None:
    print_table(
        ("customer", "is", "channel", "leaves", "if they stay", "brings", "why", "do"),
        [
            (
                row.customer_id,
                row.arm,
                row.channel,
                percent(row.leave_probability, 0),
                money(row.kept_amount, currency),
                money(row.gain_amount, currency),
                row.reasons[0] if row.reasons else row.segment,
                row.action,
            )
            for row in customers
        ],
    )


def _show_terms(terms: Sequence[Term], currency: str) -> None:
    if not terms:
        return
    print_text()
    print_table(
        ("made of", "mean", "from", "to", "source"),
        [
            (
                term.name,
                *(_number(term, x, currency) for x in (term.value, term.low, term.high)),
                term.source,
            )
            for term in terms
        ],
        RAW_CHARACTERS,
    )


def _number(term: Term, value: float | None, currency: str) -> str | None:
    if value is None:
        return None
    return percent(value) if term.name.startswith(RATES) else money(value, currency)


def _show_left_out(left_out: Sequence[LeftOut]) -> None:
    if left_out:
        print_text()
        print_table(
            ("not on the list", "customers"),
            [(row.reason, row.customer_count) for row in left_out],
            RAW_CHARACTERS,
        )


def _show_notes(notes: Sequence[str]) -> None:
    for note in notes:
        print_text(f"note     {note}")


def _campaign_row(row: CampaignRow, currency: str) -> tuple[object, ...]:
    return (
        row.segment,
        row.customer_count,
        round(row.anyway_count),
        round(row.persuaded_count),
        *(
            money(amount, currency, 0)
            for amount in (
                row.gives_away_amount,
                row.cost_amount,
                row.profit_amount,
                row.profit_low_amount,
                row.profit_high_amount,
            )
        ),
        percent(row.roi, 0) if row.roi is not None else None,
        percent(row.break_even_response) if row.break_even_response is not None else "never",
    )


def _effect(found: Effect, shown: object) -> tuple[str, ...]:
    assert callable(shown)
    values = (found.treat_mean, found.holdout_mean, found.value, found.low, found.high)
    return tuple(str(shown(value)) for value in values)


def _total(total: Total, currency: str) -> str:
    return (
        f"{money(total.amount, currency)} (95 %: {money(total.low_amount, currency)} to "
        f"{money(total.high_amount, currency)})"
    )
