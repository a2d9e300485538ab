"""Plans and what became of them: what was planned, and what it brought against those held out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.decisions.holdout import HOLDOUT
from shopkeeper.decisions.measured import MeasuredRate, measured_rates
from shopkeeper.decisions.outcomes import outcomes_of
from shopkeeper.decisions.readout import Effect, Verdict, effect, verdict_of
from shopkeeper.reports.call_list import LeftOut, ListedCustomer, cents, listed_customers
from shopkeeper.reports.decision_rolls import arms_of, others_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.decisions.plan import Plan, StoredPlan
    from shopkeeper.decisions.planning import Planning
    from shopkeeper.decisions.terms import Term
    from shopkeeper.reports.drill import Selection

# Of a plan that an earlier version stored.
NUMBERS_ONLY = (
    "An earlier version stored this plan: it kept how many were left out for each reason, and not "
    "whom, so these numbers open no list."
)
# Setting under which a campaign keeps its discount.
DISCOUNT = "discount_rate"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan in a list of plans; counts open their lists.

    Attributes:
        plan_id: Its name.
        kind: What it is for.
        as_of: First day that counts.
        end_date: Day from which nothing counts any more.
        treat_count: Customers who are contacted.
        holdout_count: Customers held out at random, to compare with.
        cost_amount: What contacting costs.
        gain_amount: What it is expected to bring after its cost.
        state: Where it stands today.
        treated: Opens those who are contacted.
        held_out: Opens those held out.
    """

    plan_id: str
    kind: str
    as_of: date
    end_date: date
    treat_count: int
    holdout_count: int
    cost_amount: Decimal
    gain_amount: Decimal
    state: str
    treated: Selection
    held_out: Selection


@dataclass(frozen=True, slots=True)
class PlanDetail:
    """One plan as it was stored, with the first of its list; counts open their lists."""

    plan_id: str
    kind: str
    state: str
    created_at: datetime
    as_of: date
    end_date: date
    currency: str
    run_id: str
    seal: str
    treat_count: int
    holdout_count: int
    cost_amount: Decimal
    gain_amount: Decimal
    gain_low_amount: Decimal
    gain_high_amount: Decimal
    detectable_amount: Decimal
    terms: tuple[Term, ...]
    left_out: tuple[LeftOut, ...]
    models: dict[str, str]
    customers: tuple[ListedCustomer, ...]
    notes: tuple[str, ...]
    treated: Selection
    held_out: Selection


@dataclass(frozen=True, slots=True)
class Total:
    """An amount over all who were contacted, with its 95 % interval."""

    amount: Decimal
    low_amount: Decimal
    high_amount: Decimal


@dataclass(frozen=True, slots=True)
class Readout:
    """What a plan brought: those contacted against those held out.

    Attributes:
        plan_id: The plan.
        kind: What it was for.
        as_of: First day that counts.
        end_date: Day from which nothing counts any more.
        data_until: Day before which there are data.
        days_over: Days of the window that are in the data.
        window_days: Days of the window.
        treat_count: Customers to be contacted.
        holdout_count: Customers held out.
        sales: Effect on sales per customer; None before the window is over.
        buyers: Effect on the share that bought; None before.
        profit: Effect on what stays after margin and the cost of contacts; None before.
        sales_amount: Sales that the contacts brought in all, with interval; None before.
        profit_amount: What stayed of them in all, with interval; None before.
        gain_amount: What the plan had expected to stay.
        rates: What was measured of each channel.
        verdict: The answer in a word.
        sentence: The answer in a sentence.
        notes: How it was measured.
        treated: Opens those to be contacted.
        held_out: Opens those held out.
    """

    plan_id: str
    kind: str
    as_of: date
    end_date: date
    data_until: date
    days_over: int
    window_days: int
    treat_count: int
    holdout_count: int
    sales: Effect | None
    buyers: Effect | None
    profit: Effect | None
    sales_amount: Total | None
    profit_amount: Total | None
    gain_amount: Decimal
    rates: tuple[MeasuredRate, ...]
    verdict: str
    sentence: str
    notes: tuple[str, ...]
    treated: Selection
    held_out: Selection


def plan_lines(planning: Planning) -> tuple[PlanLine, ...]:
    """Gives all plans, oldest first."""
    return tuple(
        PlanLine(
            stored.plan.plan_id,
            str(stored.plan.kind),
            stored.plan.as_of,
            stored.plan.end_date,
            stored.plan.treat_count,
            stored.plan.holdout_count,
            cents(stored.plan.cost_amount),
            cents(stored.plan.gain_amount),
            state_of(stored, planning.as_of),
            *arms_of(stored.plan.plan_id),
        )
        for stored in planning.plans
    )


def plan_detail(stored: StoredPlan, *, as_of: date, most: int) -> PlanDetail:
    """Gives one plan with the first customers of its list."""
    plan = stored.plan
    treated, held_out = arms_of(plan.plan_id)
    left_out = tuple(
        LeftOut(reason, count, others_of(plan.plan_id, reason) if stored.names_left_out else None)
        for reason, count in plan.left_out.items()
        if count
    )
    is_old = bool(left_out) and not stored.names_left_out
    return PlanDetail(
        plan_id=plan.plan_id,
        kind=str(plan.kind),
        state=state_of(stored, as_of),
        created_at=plan.created_at,
        as_of=plan.as_of,
        end_date=plan.end_date,
        currency=plan.currency,
        run_id=plan.run_id,
        seal=stored.seal,
        treat_count=plan.treat_count,
        holdout_count=plan.holdout_count,
        cost_amount=cents(plan.cost_amount),
        gain_amount=cents(plan.gain_amount),
        gain_low_amount=cents(plan.gain_low_amount),
        gain_high_amount=cents(plan.gain_high_amount),
        detectable_amount=cents(plan.detectable_amount),
        terms=plan.terms,
        left_out=left_out,
        models=dict(plan.models),
        customers=listed_customers(stored.targets, most),
        notes=(*plan.notes, NUMBERS_ONLY) if is_old else plan.notes,
        treated=treated,
        held_out=held_out,
    )


def state_of(stored: StoredPlan, as_of: date) -> str:
    """Gives where a plan stands on a day, in a word or two."""
    if stored.is_withdrawn:
        return "withdrawn"
    if as_of < stored.plan.end_date:
        return f"runs until {stored.plan.end_date}"
    return "to be read out"


def readout(purchases: ir.Table, *, planning: Planning, stored: StoredPlan) -> Readout:
    """Gives what a plan brought; before its window is over only how far it is.

    Looking early and stopping when it looks good finds effects where there are none, so nothing
    is compared before the day that the plan named.
    """
    plan, as_of = stored.plan, planning.as_of
    treated, held_out = arms_of(plan.plan_id)
    over = min(max((as_of - plan.as_of).days, 0), plan.window_days)
    is_over = over == plan.window_days
    found = _measured(outcomes_of(purchases, stored, as_of=as_of), plan) if is_over else None
    verdict = (
        verdict_of(found.sales, (found.profit.low, found.profit.high), is_over=True)
        if found
        else Verdict.TOO_EARLY
    )
    return Readout(
        plan_id=plan.plan_id,
        kind=str(plan.kind),
        as_of=plan.as_of,
        end_date=plan.end_date,
        data_until=as_of,
        days_over=over,
        window_days=plan.window_days,
        treat_count=plan.treat_count,
        holdout_count=plan.holdout_count,
        sales=found.sales if found else None,
        buyers=found.buyers if found else None,
        profit=found.profit if found else None,
        sales_amount=_total(found.sales, plan) if found else None,
        profit_amount=_total(found.profit, plan) if found else None,
        gain_amount=cents(plan.gain_amount),
        rates=found.rates if found else (),
        verdict=str(verdict),
        sentence=_sentence(verdict, plan, found),
        notes=_notes(plan, found),
        treated=treated,
        held_out=held_out,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """The three effects of a plan, and what they say of each channel."""

    sales: Effect
    buyers: Effect
    profit: Effect
    rates: tuple[MeasuredRate, ...]


def _measured(rows: pd.DataFrame, plan: Plan) -> Measured:
    held = (rows["arm"] == HOLDOUT).to_numpy(dtype=bool)
    amount = rows["amount"].to_numpy(dtype=float)
    past = rows["past_amount"].to_numpy(dtype=float)
    # What is sold at a discount leaves less: (1 − d) is paid, (1 − margin) goes to the goods.
    discount = float(plan.settings.get(DISCOUNT, 0.0))
    margin = plan.margin_rate
    treated_margin = 1 - (1 - margin) / (1 - discount) if discount < 1 else 0.0
    cost = rows["cost_amount"].to_numpy(dtype=float)
    stays = amount * margin
    stays[~held] = amount[~held] * treated_margin - cost[~held]
    bought = np.where(rows["purchase_count"] > 0, 1.0, 0.0)
    return Measured(
        effect(amount, held, past),
        effect(bought, held, past),
        effect(stays, held, past),
        measured_rates(plan.plan_id, rows),
    )


def _total(found: Effect, plan: Plan) -> Total:
    each = (found.value, found.low, found.high)
    return Total(*(cents(value * plan.treat_count) for value in each))


def _sentence(verdict: Verdict, plan: Plan, found: Measured | None) -> str:
    if found is None:
        return (
            f"The window runs until {plan.end_date}; nothing is compared before, because whoever "
            "looks early finds effects where there are none."
        )
    per, low, high = found.sales.value, found.sales.low, found.sales.high
    told = f"{per:+,.2f} {plan.currency} in sales per customer (95 %: {low:+,.2f} to {high:+,.2f})"
    match verdict:
        case Verdict.WORKED if found.profit.low > 0:
            return f"Contacts brought {told}, and paid."
        case Verdict.WORKED:
            return f"Contacts brought {told}; whether that covers their cost is open."
        case Verdict.DID_NOT_PAY:
            return f"Contacts brought {told}, less than they cost."
        case Verdict.HARMED:
            return f"Contacts cost sales: {told}. Stop them."
        case _:
            return (
                f"No effect is shown: {told}. That is no proof that there is none; an effect "
                "within that interval would not have been seen."
            )


def _notes(plan: Plan, found: Measured | None) -> tuple[str, ...]:
    notes = [
        "Everyone on the list counts, reached or not: the groups stay as they were drawn.",
        "Sales are merchandise less discounts, before refunds.",
    ]
    if found and found.sales.variance_saved > 0:
        notes.append(
            f"What customers spent before the plan explains {found.sales.variance_saved:.0%} of "
            "the differences between them and was taken off (CUPED)."
        )
    if float(plan.settings.get(DISCOUNT, 0.0)) > 0:
        notes.append(
            "For what stays, every order of those contacted is taken to have used the discount."
        )
    return tuple(notes)
