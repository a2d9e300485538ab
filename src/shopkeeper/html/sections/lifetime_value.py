"""What customers are worth: expected and typical spending, how few bring it, the best ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting, spans
from shopkeeper.html.blocks import (
    Block,
    Cell,
    Column,
    DataTable,
    Figure,
    Kind,
    Notice,
    Section,
    Sentences,
)
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.ranked_bars import RankedBar, draw_ranked_bars

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.lifetime_value import (
        HorizonValue,
        LifetimeValues,
        ValuedCustomer,
        ValueGroup,
    )

HEADING = "What customers are worth"
NOTHING = "What customers will spend cannot be foretold from these data"
TASK_PREFIX = "`lifetime_value"
COLUMNS = (
    Column("Within"),
    Column("Expected of all", Kind.NUMBER, "Sum of the expected amounts of all customers"),
    Column("In today's money", Kind.NUMBER, "Expected of all, later money discounted"),
    Column("Average", Kind.NUMBER, "Mean: expected of all, divided by the customers"),
    Column("Typical", Kind.NUMBER, "Median: half of the customers spend no more"),
    Column("Will buy", Kind.NUMBER, "Customers expected to buy at least once"),
    Column("Customers", Kind.NUMBER, "Named customers who have bought before"),
)
GROUP_COLUMNS = (
    Column("Tenth of the customers"),
    Column("Within"),
    Column("Customers", Kind.NUMBER),
    Column("Expected", Kind.NUMBER),
    Column("Share", Kind.NUMBER, "Part of what is expected of all customers"),
    Column("Chance to buy", Kind.NUMBER, "Average probability of at least one purchase"),
)
CUSTOMER_COLUMNS = (
    Column("Customer"),
    Column("Expected", Kind.NUMBER, "Mean of what such customers spend"),
    Column("Typical", Kind.NUMBER, "Median of what such customers spend"),
    Column("8 of 10 from", Kind.NUMBER, "At most one in ten of such customers spends less"),
    Column("To", Kind.NUMBER, "At most one in ten of such customers spends more"),
    Column("Chance to buy", Kind.NUMBER, "Probability of at least one purchase"),
    Column("Next order by", Kind.TEXT, "Day by which the next order is as likely as not"),
)


def section(answers: ReportAnswers) -> Section:
    """Gives the values, or says why there are none."""
    values = answers.lifetime_value
    scored = tuple(h for h in values.horizons if h.customer_count) if values else ()
    if values is None or not scored:
        return Section("lifetime-value", HEADING, "", _reasons(values, answers.refusals))
    main = scored[0]
    lead = (
        f"What the {formatting.plural(main.customer_count, 'named customer')} of this shop will "
        f"spend on merchandise from {formatting.day(values.as_of)} on, before refunds."
    )
    blocks: list[Block] = [
        _totals(scored, answers.currency),
        Sentences("", _words(main, answers.currency)),
        _figure(scored, answers.currency),
        _customers(main, answers.currency),
    ]
    if waiting := [h.horizon_days for h in values.horizons if not h.customer_count]:
        text = f"A model for {spans.listed(waiting)} is in use, but no customer was scored with it."
        blocks.append(Notice("info", text, "The next run scores them."))
    return Section("lifetime-value", HEADING, lead, tuple(blocks))


def _reasons(values: LifetimeValues | None, refusals: tuple[str, ...]) -> tuple[Block, ...]:
    """Says why no customer has a value."""
    if values is not None and values.horizons:
        return (Notice("info", "A model is in use, but no customer was scored with it yet"),)
    if values is not None and values.refused:
        by_horizon = (
            Sentences(spans.days(found.horizon_days), found.reasons) for found in values.refused
        )
        return (Notice("info", NOTHING), *by_horizon)
    if told := tuple(text for text in refusals if text.startswith(TASK_PREFIX)):
        return (Notice("info", NOTHING), Sentences("", told))
    return (Notice("info", "No model of what customers will spend was trained yet"),)


def _totals(scored: tuple[HorizonValue, ...], currency: str) -> DataTable:
    """Gives one row per horizon."""
    rows = tuple(
        (
            cells.length(horizon.horizon_days),
            cells.money(horizon.expected_amount, currency),
            cells.money(horizon.discounted_amount, currency),
            cells.money(horizon.average_expected_amount, currency),
            cells.money(horizon.median_typical_amount, currency),
            cells.count(round(horizon.expected_buyer_count)),
            cells.count(horizon.customer_count, horizon.members),
        )
        for horizon in scored
    )
    return DataTable("value-horizons", "Expected spending", COLUMNS, rows)


def _words(main: HorizonValue, currency: str) -> tuple[str, ...]:
    """Says what mean and median are good for, with this shop's own numbers."""
    span = spans.days(main.horizon_days)
    average = formatting.money(main.average_expected_amount, currency)
    typical = formatting.money(main.median_typical_amount, currency)
    half = (
        f"at least half of the customers will most likely spend nothing within {span}"
        if main.median_typical_amount == 0
        else f"half of the customers will spend {typical} or less within {span}"
    )
    return (
        f"The average ({average} within {span}) is a mean: times the number of customers it gives "
        "the total, so budgets are made with it. A few large customers pull it up.",
        f"The typical amount is a median, as many spend less as spend more: {half}. It says what "
        "to expect of one customer, and does not add up.",
    )


def _figure(scored: tuple[HorizonValue, ...], currency: str) -> Figure:
    """Makes the chart of the tenths, of the shortest horizon; the table holds all horizons."""
    main = scored[0]
    bars = tuple(_bar(group, main.horizon_days, currency) for group in main.groups)
    caption = Caption(
        "value-tenths",
        f"The most valuable tenth brings {formatting.share(main.groups[0].expected_share, 0)} of "
        f"what is expected within {spans.days(main.horizon_days)}",
        "A bar for each tenth of the customers, the most valuable first, with its share of what "
        "all are expected to spend. All numbers are in the table below.",
        "Customers in order of what is expected of them, in ten groups of equal size.",
    )
    rows = tuple(
        _group_row(group, horizon.horizon_days, currency)
        for horizon in scored
        for group in horizon.groups
    )
    table = DataTable("value-tenths-table", "Customers by tenth", GROUP_COLUMNS, rows)
    return figure(caption, lambda sheet: draw_ranked_bars(bars, sheet), (), table)


def _bar(group: ValueGroup, horizon_days: int, currency: str) -> RankedBar:
    """Gives a tenth to the chart, with its reading."""
    shown = (
        f"{formatting.short_money(group.expected_amount, currency)}, "
        f"{formatting.share(group.expected_share)}"
    )
    tip = (
        f"{_place(group)} of the customers",
        f"Customers: {formatting.count(group.customer_count)}",
        f"Expected within {spans.days(horizon_days)}: "
        f"{formatting.money(group.expected_amount, currency)}",
        f"Share: {formatting.share(group.expected_share)}",
        f"Chance to buy: {formatting.share(group.average_purchase_probability)}",
    )
    return RankedBar(_place(group), float(group.expected_amount), shown, tip)


def _place(group: ValueGroup) -> str:
    return "Most valuable tenth" if group.group == 1 else f"Tenth {group.group}"


def _group_row(group: ValueGroup, horizon_days: int, currency: str) -> tuple[Cell, ...]:
    return (
        Cell(_place(group), str(group.group), None, "short"),
        cells.length(horizon_days),
        cells.count(group.customer_count, group.members),
        cells.money(group.expected_amount, currency),
        cells.share(group.expected_share),
        cells.share(group.average_purchase_probability),
    )


def _customers(main: HorizonValue, currency: str) -> DataTable:
    """Gives the most valuable customers of the shortest horizon."""
    return DataTable(
        "valuable-customers",
        f"The most valuable customers of the next {spans.days(main.horizon_days)}",
        CUSTOMER_COLUMNS,
        tuple(_customer_row(row, currency) for row in main.customers),
        "What one customer will do is uncertain: of ten such customers, at least eight are to "
        "spend between the two ends of the interval. It is learned from customers of whom as much "
        "was expected.",
    )


def _customer_row(row: ValuedCustomer, currency: str) -> tuple[Cell, ...]:
    return (
        cells.text(row.customer_id),
        cells.money(row.expected_amount, currency),
        cells.money(row.typical_amount, currency),
        cells.money(row.lower_amount, currency),
        cells.money(row.upper_amount, currency),
        cells.share(row.purchase_probability),
        cells.day(row.next_order_date) if row.next_order_date else cells.EMPTY,
    )
