"""Briefing: the five findings that matter most now, each with its worth and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from shopkeeper.errors import NotPublishedError
from shopkeeper.html import formatting, spans
from shopkeeper.html.text import cut

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.change import Comparison

# As many as are read.
MOST_POINTS = 5
# Below these, a share of sales is no finding.
LEAST_REFUND_SHARE = 0.01
LEAST_GUEST_SHARE = 0.02
DAYS_OF_A_YEAR = 365
NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Point:
    """One finding: what it is, what it is worth, what to do, and where it is explained.

    Attributes:
        worth: An amount in a few characters.
        of: What the amount is.
        title: The finding.
        action: What to do.
        section: Name of the section that explains it.
    """

    worth: str
    of: str
    title: str
    action: str
    section: str


@dataclass(frozen=True, slots=True)
class Points:
    """The findings, the first one first."""

    template: ClassVar[str] = "points.html"
    heading: str
    points: tuple[Point, ...]


def briefing(answers: ReportAnswers) -> tuple[Point, ...]:
    """Gives what matters most now; fewer than five where the data carry no more."""
    points: list[Point] = []
    for finding in FINDINGS:
        try:
            point = finding(answers)
        except NotPublishedError:
            # Answers that are asked one by one say so when they are looked at.
            continue
        points += [point] if point else []
    return tuple(points[:MOST_POINTS])


def _change(answers: ReportAnswers) -> Point | None:
    """The last whole month against the year before, which leaves the season out, else before."""
    if answers.sales is None or not answers.sales.change.comparisons:
        return None
    compared = answers.sales.change.comparisons[0]
    if not compared.change_amount:
        return None
    currency = answers.currency
    rose = compared.change_amount > 0
    causes = sorted(compared.parts, key=lambda part: part.amount, reverse=rose)
    most, least = causes[0], causes[-1]
    because = f": {_with_sign(most.amount, currency)} by {most.label.lower()}"
    if (least.amount > 0) != rose and least.amount:
        because += f", {_with_sign(least.amount, currency)} by {least.label.lower()}"
    way = "rose" if rose else "fell"
    return Point(
        _with_sign(compared.change_amount, currency),
        f"from {compared.before.label} to {compared.after.label}",
        f"Net revenue {way}{because}",
        _after_change(compared, rose=rose),
        "change",
    )


def _named(text: str) -> str:
    return cut(text, NAME_CHARACTERS)


def _with_sign(amount: Decimal, currency: str) -> str:
    sign = "+" if amount > 0 else ""
    return f"{sign}{formatting.short_money(amount, currency)}"


def _after_change(compared: Comparison, *, rose: bool) -> str:
    same_way = [move for move in compared.movers if (move.change_amount > 0) == rose]
    if not same_way:
        return "Look at the causes one by one; they add up to the cent."
    name = max(same_way, key=lambda move: abs(move.change_amount)).product_name
    if rose:
        return f"See that what carried it stays in stock, “{_named(name)}” first."
    first = f"Look at what sells less, “{_named(name)}” first"
    return f"{first}: was it out of stock, dearer, or unwanted?"


def _monday(answers: ReportAnswers) -> Point | None:
    found = answers.monday
    if found is None or not found.treat_count or found.gain_amount <= 0:
        return None
    currency = answers.currency
    low, high = (
        formatting.short_money(amount, currency)
        for amount in (found.gain_low_amount, found.gain_high_amount)
    )
    return Point(
        formatting.short_money(found.gain_amount, currency),
        f"expected within {spans.days(found.horizon_days)}, {low} to {high} in 8 of 10 cases",
        f"Contacting {formatting.plural(found.treat_count, 'customer')} is expected to pay, after "
        f"{formatting.short_money(found.cost_amount, currency)} for the contacts",
        "Take the list on Monday; those held out will show what it really brought.",
        "monday",
    )


def _whales(answers: ReportAnswers) -> Point | None:
    found = answers.sales.whales if answers.sales else None
    if found is None or not found.at_risk_count or found.value_at_risk <= 0:
        return None
    most = max(found.customers, key=lambda whale: whale.value_at_risk, default=None)
    first = f", “{_named(most.customer_id)}” first" if most else ""
    return Point(
        formatting.short_money(found.value_at_risk, answers.currency),
        "at risk",
        f"{formatting.count(found.at_risk_count)} of the {formatting.count(found.whale_count)} "
        "best customers have been silent for longer than they usually are",
        f"Call them in person{first}.",
        "whales",
    )


def _forecast(answers: ReportAnswers) -> Point | None:
    found = answers.forecast
    if found is None or not found.weeks:
        return None
    total = sum((week.expected_amount for week in found.weeks), Decimal(0))
    way = "by a model" if found.findings.is_proved else "by a simple rule, as no model beat it,"
    most = found.products[0].name if found.products else ""
    weeks = formatting.plural(len(found.weeks), "week")
    return Point(
        formatting.short_money(total, answers.currency),
        f"in the {weeks} from {formatting.day(found.weeks[0].week_date)} on",
        f"So much is expected to be sold, foretold {way} from whole weeks alone",
        f"Order what it takes, “{_named(most)}” first." if most else "Order what it takes.",
        "demand",
    )


def _second_order(answers: ReportAnswers) -> Point | None:
    """What one more customer in a hundred who comes back would bring."""
    behaviour = answers.behaviour
    found = behaviour.repeat_purchase if behaviour else None
    if found is None or not found.points or not found.gaps or not found.repeat_count:
        return None
    average = next(
        (m.value for m in answers.overview.measures if m.name == "average_order_amount"), None
    )
    within_a_year = [point for point in found.points if point.days <= DAYS_OF_A_YEAR]
    first_gap = next((gap for gap in found.gaps if gap.from_order == found.from_order), None)
    if average is None or not within_a_year or first_gap is None or not first_gap.gap_count:
        return None
    last, half = within_a_year[-1], first_gap.quantiles[2]
    more = found.customer_count / 100 * float(average)
    return Point(
        formatting.short_money(more, answers.currency),
        "for each customer more in a hundred who orders a second time, at the average order",
        f"{formatting.share(last.share, 0)} of customers order again within {last.days} days; half "
        f"of those second orders seen came within {half}",
        f"Write to new customers before day {half}, and hold some back to see what it brings.",
        "repeat-purchase",
    )


def _returns(answers: ReportAnswers) -> Point | None:
    found = answers.sales.returns if answers.sales else None
    if found is None or found.refund_share is None or found.refund_share < LEAST_REFUND_SHARE:
        return None
    worst = found.products[0] if found.products else None
    action = (
        f"Begin with “{_named(worst.product_name)}”: "
        f"{formatting.short_money(worst.refund_amount, answers.currency)} came back."
        if worst
        else "See in which months it came back."
    )
    return Point(
        formatting.short_money(found.refund_amount, answers.currency),
        "taken back in all",
        f"{formatting.share(found.refund_share)} of what was sold came back",
        action,
        "product-trends",
    )


def _value(answers: ReportAnswers) -> Point | None:
    horizons = answers.lifetime_value.horizons if answers.lifetime_value else ()
    if not horizons or not horizons[-1].customer_count or not horizons[-1].groups:
        return None
    longest, currency = horizons[-1], answers.currency
    average = formatting.short_money(longest.average_expected_amount, currency)
    return Point(
        formatting.short_money(longest.expected_amount, currency),
        f"expected of today's customers within {spans.days(longest.horizon_days)}",
        f"A customer is expected to spend {average} on average",
        "Let that, times your margin, bound what winning a customer may cost.",
        "lifetime-value",
    )


def _guests(answers: ReportAnswers) -> Point | None:
    shares = [m.value for m in answers.overview.measures if m.name == "guest_share"]
    revenue = [m.value for m in answers.overview.measures if m.name == "net_amount"]
    if not shares or not revenue or shares[0] is None or revenue[0] is None:
        return None
    share = float(shares[0])
    if share < LEAST_GUEST_SHARE:
        return None
    return Point(
        formatting.share(share),
        "of the period's orders",
        "Orders that name no customer: nothing here can say who they were or whether they return",
        "Ask for an e-mail address when they pay.",
        "data-quality",
    )


# What one can act on first, and money before shares.
FINDINGS: tuple[Callable[[ReportAnswers], Point | None], ...] = (
    _change,
    _monday,
    _whales,
    _forecast,
    _second_order,
    _returns,
    _value,
    _guests,
)
