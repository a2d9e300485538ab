"""What a campaign would bring: each segment's own forecast, and the customers worth contacting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.decisions.campaign import Audience, Offer, forecast, in_order, lined_up, simulate
from shopkeeper.decisions.contacts import busy_customers
from shopkeeper.decisions.customers import decision_customers
from shopkeeper.decisions.outcomes import rates_of
from shopkeeper.decisions.plan import Kind
from shopkeeper.decisions.spending import spread_budget
from shopkeeper.decisions.target_segments import SegmentKind, chosen_segments, with_groups
from shopkeeper.decisions.terms import Term, value_error
from shopkeeper.errors import UsageError
from shopkeeper.reports.call_list import cents, check_same_day
from shopkeeper.reports.decision_rolls import ALONE, REACHED, YES
from shopkeeper.reports.drill import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir
    import pandas as pd
    from numpy.typing import NDArray

    from shopkeeper.decisions.planning import Planning

ALL_CHOSEN = "all that pay"
GROUP_TABLE = "customer_segments"


@dataclass(frozen=True, slots=True)
class CampaignQuestion:
    """What is asked of the simulator.

    Attributes:
        channel: How customers are reached; names what is measured later.
        discount_rate: Part of the price that is given away, in 0-1.
        contact_cost: Cost of one contact.
        response_rate: Share of those who would not have bought that buy; None takes what an
            earlier campaign measured.
        response_low: Lower end of what it may be; None for half of it.
        response_high: Upper end; None for half as much again.
        segments: Segments to look at; none for all.
        by: What parts customers into segments: `rfm`, or `groups` that the model has found.
        fixed_cost: Cost whatever the size.
        use_rate: Share of those who would have bought anyway that use the discount.
        saturation_count: Customers after which an offer's pull has fallen to 1/e; None for never.
    """

    channel: str = "email"
    discount_rate: float = 0.0
    contact_cost: float = 0.0
    response_rate: float | None = None
    response_low: float | None = None
    response_high: float | None = None
    segments: tuple[str, ...] = ()
    by: str = SegmentKind.RFM
    fixed_cost: float = 0.0
    use_rate: float = 1.0
    saturation_count: float | None = None


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """What a campaign would do in one segment, or with those who are worth contacting.

    Attributes:
        segment: Name of the segment.
        customer_count: Customers contacted.
        anyway_count: Of them, expected to buy without the offer.
        persuaded_count: Expected to buy because of it.
        brings_amount: Margin on what the persuaded buy, before the discount.
        gives_away_amount: Discounts, to the persuaded and to the others.
        cannibalised_amount: Discounts to those who would have bought anyway.
        cost_amount: Contacts and fixed cost.
        profit_amount: What stays.
        profit_low_amount: Lower end of its 80 % interval.
        profit_high_amount: Upper end.
        roi: Profit over discounts and costs; None where nothing is spent.
        roi_low: Lower end of its 80 % interval.
        roi_high: Upper end.
        break_even_response: Response at which the profit is 0; None where no response reaches it.
        loss_probability: Share of simulated campaigns with a loss.
        customers: Opens those who would be contacted.
    """

    segment: str
    customer_count: int
    anyway_count: float
    persuaded_count: float
    brings_amount: Decimal
    gives_away_amount: Decimal
    cannibalised_amount: Decimal
    cost_amount: Decimal
    profit_amount: Decimal
    profit_low_amount: Decimal
    profit_high_amount: Decimal
    roi: float | None
    roi_low: float | None
    roi_high: float | None
    break_even_response: float | None
    loss_probability: float
    customers: Selection


@dataclass(frozen=True, slots=True)
class Campaign:
    """What an offer would do, segment by segment.

    Attributes:
        as_of: Day before which data were seen.
        horizon_days: Days over which purchases count.
        by: What parts customers into segments.
        response: The response and where it comes from.
        segments: Everyone of each segment, the highest ROI first.
        chosen: The customers who are worth contacting, within the budget.
        chosen_by_segment: Segment → how many of them.
        left_alone_count: Customers left out because of earlier plans.
        notes: What to know before using it.
        left_alone: Opens them.
    """

    as_of: date
    horizon_days: int
    by: str
    response: Term
    segments: tuple[CampaignRow, ...]
    chosen: CampaignRow
    chosen_by_segment: dict[str, int]
    left_alone_count: int
    notes: tuple[str, ...]
    left_alone: Selection


@dataclass(frozen=True)
class CampaignWork:
    """The customers and the offer behind an answer, for the plan that may follow.

    Attributes:
        customers: One row per customer worth contacting: `customer_id`, `segment`, `chance`,
            `amount`.
        audience: The same customers as the simulator sees them.
        offer: What is offered.
        error: Actual over expected spending of past dates.
        answer: What is shown.
        reachable: As `customers`, of everyone in the segments.
        left_alone: Those of the segments whom earlier plans keep busy, one row each.
    """

    customers: pd.DataFrame
    audience: Audience
    offer: Offer
    error: tuple[float, float] | None
    answer: Campaign
    reachable: pd.DataFrame
    left_alone: pd.DataFrame


def campaign(
    lifetime_values: ir.Table,
    rfm_segments: ir.Table,
    purchase_history: ir.Table,
    purchases: ir.Table,
    customer_segments: ir.Table | None = None,
    *,
    planning: Planning,
    question: CampaignQuestion,
) -> Campaign:
    """Gives what an offer would bring in each segment, and whom it is worth to contact.

    Raises:
        UsageError: No response is stated, and none was measured.
        NotPublishedError: What customers are worth is not known, or no groups are.
        UnknownNameError: A segment, or what parts customers into them, is unknown.
    """
    return campaign_work(
        lifetime_values,
        rfm_segments,
        purchase_history,
        purchases,
        customer_segments,
        planning=planning,
        question=question,
    ).answer


def campaign_work(
    lifetime_values: ir.Table,
    rfm_segments: ir.Table,
    purchase_history: ir.Table,
    purchases: ir.Table,
    customer_segments: ir.Table | None = None,
    *,
    planning: Planning,
    question: CampaignQuestion,
) -> CampaignWork:
    """Gives the answer with the customers behind it."""
    horizon, settings, kind = planning.horizon, planning.settings, SegmentKind.named(question.by)
    check_same_day({"lifetime_values": lifetime_values}, planning.as_of)
    values = (lifetime_values, rfm_segments, purchase_history)
    table = decision_customers(*values, horizon_days=horizon.horizon_days)
    everyone = _customers(_parted(table, kind, customer_segments, planning))
    names = chosen_segments(kind, everyone["segment"], question.segments)
    customers, alone = _reachable(everyone, names, planning)
    offer = _offer(question, _response(purchases, planning, question), settings.margin_rate)
    error = value_error(horizon)
    lines = _lines(customers, names, offer, _variation(purchases))
    audiences = {name: line.audience for name, line in lines.items()}
    kept = spread_budget(audiences, offer, settings.budget_amount)
    chosen, picked = _picked(lines, kept)
    *rows, of_all = (
        _row(name, audience, offer, error, planning, question)
        for name, audience in (*audiences.items(), (ALL_CHOSEN, chosen))
    )
    answer = Campaign(
        planning.as_of,
        horizon.horizon_days,
        str(kind),
        offer.response,
        tuple(sorted(rows, key=lambda row: -(row.roi or 0.0))),
        of_all,
        {name: count for name, count in kept.items() if count},
        len(alone),
        _notes(offer),
        Selection(ALONE, (), (("question", question),)),
    )
    return CampaignWork(customers.iloc[picked], chosen, offer, error, answer, customers, alone)


@dataclass(frozen=True)
class Line:
    """The customers of a segment in the order in which to contact them, and their places."""

    audience: Audience
    places: NDArray[np.int64]


def _lines(
    customers: pd.DataFrame, names: tuple[str, ...], offer: Offer, variation: float
) -> dict[str, Line]:
    found = {}
    for name in names:
        rows = np.flatnonzero((customers["segment"] == name).to_numpy())
        if len(rows):
            part = customers.iloc[rows]
            chance, amount = (part[c].to_numpy(dtype=np.float64) for c in ("chance", "amount"))
            audience = Audience.of(chance, amount, variation)
            order = in_order(audience, offer)
            found[name] = Line(lined_up(audience, offer), rows[order])
    return found


def _picked(lines: dict[str, Line], kept: dict[str, int]) -> tuple[Audience, NDArray[np.int64]]:
    """Gives the customers worth contacting, and their places."""
    if not lines:
        return Audience.of(np.zeros(0), np.zeros(0)), np.zeros(0, dtype=np.int64)
    best = [line.audience.first(kept[name]) for name, line in lines.items()]
    places = [line.places[: kept[name]] for name, line in lines.items()]
    return Audience.joined(best), np.concatenate(places)


def _parted(
    customers: ir.Table, kind: SegmentKind, groups: ir.Table | None, planning: Planning
) -> ir.Table:
    """Gives customers with the segments that are asked for; they come with those of RFM."""
    if kind is SegmentKind.RFM:
        return customers
    check_same_day({GROUP_TABLE: groups}, planning.as_of)
    return with_groups(customers, groups, planning.refused.get(GROUP_TABLE, ""))


def _customers(table: ir.Table) -> pd.DataFrame:
    wanted = ("customer_id", "segment", "purchase_probability", "kept_amount")
    frame: pd.DataFrame = table.select(*wanted).to_pyarrow().to_pandas()
    frame = frame.rename(columns={"purchase_probability": "chance", "kept_amount": "amount"})
    return frame.sort_values("customer_id", ignore_index=True)


def _variation(purchases: ir.Table) -> float:
    """Gives the standard deviation of a purchase over its mean, 1 where there is none."""
    amounts = purchases.purchase_amount.cast("float64")
    row = (
        purchases.agg(mean=amounts.mean(), spread=amounts.std(how="pop"))
        .to_pyarrow()
        .to_pylist()[0]
    )
    return float(row["spread"]) / float(row["mean"]) if row["mean"] else 1.0


def _reachable(
    customers: pd.DataFrame, names: Sequence[str], planning: Planning
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gives the customers of some segments, and those of them whom earlier plans keep busy."""
    asked = customers[customers["segment"].isin(names)]
    quiet_days = planning.settings.quiet_days
    busy = busy_customers(planning.plans, as_of=planning.as_of, quiet_days=quiet_days)
    free = ~asked["customer_id"].isin(busy.index)
    return asked[free].reset_index(drop=True), asked[~free]


def _offer(question: CampaignQuestion, response: Term, margin_rate: float) -> Offer:
    return Offer(
        question.discount_rate,
        question.contact_cost,
        response,
        margin_rate,
        question.fixed_cost,
        question.use_rate,
        question.saturation_count,
    )


def _response(purchases: ir.Table, planning: Planning, question: CampaignQuestion) -> Term:
    name = f"response by {question.channel}"
    if question.response_rate is not None:
        value = question.response_rate
        low = value / 2 if question.response_low is None else question.response_low
        high = min(1.0, value * 1.5) if question.response_high is None else question.response_high
        if not 0 <= low <= value <= high <= 1:
            raise UsageError(
                f"The response and its ends must lie in order between 0 and 1; found {low:g}, "
                f"{value:g}, {high:g}.",
                "give the share of those who would not have bought that buy, such as 0.03",
            )
        return Term(name, value, low, high, "stated", is_measured=False)
    found = [
        rate
        for rate in rates_of(
            purchases, planning.standing_plans, kind=Kind.CAMPAIGN, as_of=planning.as_of
        )
        if rate.channel == question.channel
    ]
    if not found:
        raise UsageError(
            f"No campaign by {question.channel} was read out with a clear result, so its response "
            "is not known.",
            "state it with `--response 0.03`: the share that buys because of the offer",
        )
    last = found[-1]
    value, low, high = (min(max(x, 0.0), 1.0) for x in (last.rate, last.low, last.high))
    return Term(name, value, low, high, f"measured: read-out of plan {last.plan_id}", True)


def _row(
    name: str,
    audience: Audience,
    offer: Offer,
    error: tuple[float, float] | None,
    planning: Planning,
    question: CampaignQuestion,
) -> CampaignRow:
    expected = forecast(audience, offer)
    drawn = simulate(audience, offer, error=error, seed=planning.settings.seed)
    asked = Selection(REACHED, (), (("question", question),))
    condition = ("is_chosen", YES) if name == ALL_CHOSEN else ("segment", name)
    return CampaignRow(
        segment=name,
        customer_count=expected.customer_count,
        anyway_count=expected.anyway_count,
        persuaded_count=expected.persuaded_count,
        brings_amount=cents(expected.brings_amount),
        gives_away_amount=cents(expected.gives_away_amount),
        cannibalised_amount=cents(expected.cannibalised_amount),
        cost_amount=cents(expected.cost_amount),
        profit_amount=cents(expected.profit_amount),
        profit_low_amount=cents(drawn.profit.low),
        profit_high_amount=cents(drawn.profit.high),
        roi=expected.roi,
        roi_low=drawn.roi.low if drawn.roi else None,
        roi_high=drawn.roi.high if drawn.roi else None,
        break_even_response=expected.break_even_response,
        loss_probability=drawn.loss_probability,
        customers=asked.where(*condition),
    )


def _notes(offer: Offer) -> tuple[str, ...]:
    notes = []
    if not offer.response.is_measured:
        notes.append("The response is stated, not measured: a plan with a holdout measures it.")
    if offer.margin_rate <= offer.discount_rate:
        notes.append(
            f"The discount ({offer.discount_rate:.0%}) is no smaller than the margin "
            f"({offer.margin_rate:.0%}): every sale to someone persuaded is a loss."
        )
    if offer.saturation_count is None:
        notes.append("No saturation is assumed: the last one contacted responds like the first.")
    return tuple(notes)
