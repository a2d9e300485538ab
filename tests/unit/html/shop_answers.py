"""Answers to render: a real shop's figures, and the same shop with one thing changed."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from unit.html import shop_figures as figures
from unit.html.shop_groups import groups
from unit.html.shop_quality import quality, step
from unit.html.shop_values import values

from shopkeeper.html.page import ReportAnswers
from shopkeeper.reports.drill import Selection
from shopkeeper.reports.overview import (
    CustomerSales,
    GroupSales,
    Overview,
    PeriodSales,
    ProductSales,
)
from shopkeeper.reports.quality import Quality
from shopkeeper.reports.report import Measure, Unit
from shopkeeper.reports.segments import OPENED, ScoreCell, SegmentMove, SegmentRow, Segments

AS_OF = date(2011, 12, 10)
PREVIOUS = date(2011, 9, 10)
TOTAL = Decimal("18980128.63")


def _split(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


def months() -> tuple[PeriodSales, ...]:
    rows = []
    for label, gross, refund, orders, customers, new in _split(figures.MONTHS):
        start = date.fromisoformat(f"{label}-01")
        net = Decimal(gross) - Decimal(refund)
        rows.append(
            PeriodSales(
                start,
                label,
                Decimal(gross),
                Decimal("0.00"),
                Decimal(refund),
                net,
                int(orders),
                int(customers),
                int(new),
                label != "2011-12",
            )
        )
    return tuple(rows)


def measures() -> tuple[Measure, ...]:
    return (
        Measure(
            "net_amount",
            "Net revenue",
            "Merchandise sold less discounts and what was taken back",
            Unit.CURRENCY,
            Decimal("9487412.75"),
            Decimal("8882173.91"),
        ),
        Measure(
            "order_count",
            "Orders",
            "Sales booked in the period, guests included",
            Unit.COUNT,
            18412,
            18903,
        ),
        Measure(
            "average_order_amount",
            "Average order",
            "Merchandise sold less discounts, divided by sales",
            Unit.CURRENCY,
            Decimal("535.42"),
            Decimal("483.11"),
        ),
        Measure(
            "customer_count",
            "Customers",
            "Named customers with at least one sale",
            Unit.COUNT,
            4228,
            4229,
        ),
        Measure(
            "new_customer_count",
            "New customers",
            "Of these, with their first sale ever",
            Unit.COUNT,
            1537,
            4229,
        ),
        Measure(
            "returning_share",
            "Returning customers",
            "Share of the named customers who had bought before",
            Unit.SHARE,
            0.7312,
            0.6618,
        ),
        Measure(
            "refund_share",
            "Refunds",
            "Merchandise taken back over merchandise sold",
            Unit.SHARE,
            0.0481,
            0.0262,
        ),
        Measure(
            "guest_share",
            "Guest orders",
            "Share of sales that name no customer",
            Unit.SHARE,
            0.0741,
            None,
        ),
    )


def overview() -> Overview:
    return Overview(
        as_of=AS_OF,
        first_date=date(2009, 12, 1),
        last_date=date(2011, 12, 9),
        period_days=365,
        measures=measures(),
        months=months(),
        countries=tuple(
            GroupSales(name, Decimal(net), int(orders), int(customers), float(Decimal(net) / TOTAL))
            for name, net, orders, customers in _split(figures.COUNTRIES)
        ),
        products=tuple(
            ProductSales(
                code, name, Decimal(units), Decimal(net), int(orders), float(Decimal(net) / TOTAL)
            )
            for code, name, units, net, orders in _split(figures.PRODUCTS)
        ),
        customers=tuple(
            CustomerSales(
                who,
                country,
                date.fromisoformat(first),
                date.fromisoformat(last),
                int(orders),
                Decimal(net),
                float(Decimal(net) / TOTAL),
                "Champions" if last > "2011-11" else "Loyal customers",
            )
            for who, country, first, last, orders, net in _split(figures.CUSTOMERS)
        ),
        findings=(
            "Net revenue of the period is £9,487,413, up 6.8 % on the period before.",
            "The best whole month was November 2011 with £1,432,732.",
            "The ten best customers bring 14.0 % of all net revenue.",
            "United Kingdom brings 85.5 % of net revenue.",
            "4.8 % of what was sold in the period was taken back.",
        ),
    )


WORDS = {
    "Champions": (
        "They bought recently, often, and for the most money.",
        "Thank them, show them news first, ask them for reviews.",
    ),
    "Loyal customers": (
        "They buy often and have bought not long ago.",
        "Offer them what goes with what they buy.",
    ),
    "At risk": (
        "They used to buy often, but not for a long time.",
        "Write to them personally before they are gone.",
    ),
    "Potential loyalists": (
        "They bought recently and more than once.",
        "Invite them to a loyalty offer.",
    ),
    "Hibernating": (
        "They bought little and long ago.",
        "Do not spend much; remind them once in the season.",
    ),
    "Cannot lose them": (
        "They were among the best and have stopped.",
        "Call them: find out what happened.",
    ),
    "Need attention": (
        "They are average in everything and beginning to slip.",
        "Give them a reason to come back this month.",
    ),
    "About to sleep": (
        "They have not bought for a while, and never much.",
        "Show them what is popular.",
    ),
    "Promising": ("They bought once, not long ago.", "Make the second order easy."),
    "New customers": (
        "They have just bought for the first time.",
        "Welcome them and help with the first order.",
    ),
}


def segments() -> Segments:
    rows = _split(figures.SEGMENTS)
    people = sum(int(row[1]) for row in rows)
    money = sum(Decimal(row[2]) for row in rows)
    return Segments(
        as_of=AS_OF,
        previous_as_of=PREVIOUS,
        customer_count=people,
        customers=Selection("rfm_segments"),
        segments=tuple(
            SegmentRow(
                name,
                *WORDS[name],
                int(count),
                int(count) / people,
                Decimal(amount),
                float(Decimal(amount) / money),
                float(orders),
                float(days),
                round(Decimal(amount) / int(count), 2),
                int(before),
                OPENED,
                OPENED,
            )
            for name, count, amount, orders, days, before in rows
        ),
        moves=tuple(
            SegmentMove(None if old == "None" else old, new, int(count), Decimal(amount), OPENED)
            for old, new, count, amount in _split(figures.MOVES)
        ),
        grid=tuple(
            ScoreCell(int(recency), int(frequency), int(count), Decimal(amount), OPENED)
            for recency, frequency, count, amount in _split(figures.GRID)
        ),
        thresholds={
            "days_since_last_order": (22.0, 70.0, 188.0, 373.0),
            "order_count": (1.0, 2.0, 4.0, 8.0),
            "order_amount": (275.5, 613.42, 1271.0, 3010.37),
        },
    )


def real_shop() -> ReportAnswers:
    return ReportAnswers(
        shop_name="Gift wholesaler",
        currency="GBP",
        as_of=AS_OF,
        run_id="2011-12-10-7f3a9c",
        version="0.1.0",
        overview=overview(),
        segments=segments(),
        lifetime_value=values(),
        quality=quality(),
        refusals=(
            "Discounts: the data have no column for them, so gross and net differ by refunds only.",
            "Profit: there are no costs in the data.",
        ),
        customer_segments=groups(),
    )


def changed(answers: ReportAnswers, **overview_fields: Any) -> ReportAnswers:
    """Gives the same answers with other fields of the overview."""
    return dataclasses.replace(
        answers, overview=dataclasses.replace(answers.overview, **overview_fields)
    )


def with_quality(answers: ReportAnswers, **fields: Any) -> ReportAnswers:
    """Gives the same answers with other fields of the data quality."""
    return dataclasses.replace(answers, quality=dataclasses.replace(answers.quality, **fields))


def month(label: str, net: str, **fields: Any) -> PeriodSales:
    """Gives one month; its refunds are what makes a negative net of no sales."""
    amount = Decimal(net)
    gross, refund = max(amount, Decimal(0)), max(-amount, Decimal(0))
    row = PeriodSales(
        date.fromisoformat(f"{label}-01"), label, gross, Decimal(0), refund, amount, 1, 1, 1, True
    )
    return dataclasses.replace(row, **fields)


def one_order() -> ReportAnswers:
    """Gives a shop that has sold once."""
    amount = Decimal("19.99")
    day = date(2024, 2, 29)
    return ReportAnswers(
        "Corner shop",
        "EUR",
        day + timedelta(days=1),
        "run-1",
        "0.1.0",
        Overview(
            day + timedelta(days=1),
            day,
            day,
            30,
            (
                Measure("net_amount", "Net revenue", "Sold less returned", Unit.CURRENCY, amount),
                Measure("order_count", "Orders", "Sales", Unit.COUNT, 1, 0),
                Measure("returning_share", "Returning", "Who came back", Unit.SHARE, None, None),
            ),
            (month("2024-02", "19.99", is_complete=False),),
            (GroupSales("Ireland", amount, 1, 1, 1.0),),
            (ProductSales("A1", "Candle", Decimal(1), amount, 1, 1.0),),
            (CustomerSales("1", "Ireland", day, day, 1, amount, 1.0, None),),
            (),
        ),
        None,
        None,
        Quality(
            True,
            1,
            amount,
            1,
            amount,
            0,
            Decimal(0),
            (step("raw", "total", 1, "19.99"), step("kept", "total", 1, "19.99", "19.99")),
            (),
            (),
            (),
        ),
        ("Segments: one customer cannot be grouped.",),
    )
