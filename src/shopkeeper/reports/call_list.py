"""Whom to contact on Monday: the customers whose contact brings most, and how one will know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from shopkeeper.decisions.call_list import CallList, ListQuestion, call_list
from shopkeeper.decisions.contacts import busy_customers
from shopkeeper.decisions.customers import REASONS, decision_customers
from shopkeeper.decisions.holdout import HOLDOUT, TREAT
from shopkeeper.decisions.outcomes import rates_of, with_past_amounts
from shopkeeper.decisions.plan import Kind
from shopkeeper.decisions.retention_targets import Worth
from shopkeeper.decisions.terms import (
    CHURN_SOURCE,
    VALUE_SOURCE,
    Term,
    channels_of,
    leave_error,
    value_error,
)
from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.decision_rolls import LISTED, table_of
from shopkeeper.reports.drill import Roll, Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.decisions.planning import Planning
    from shopkeeper.tasks.lifetime_value.findings import Findings

SHOWN_CUSTOMERS = 20
CENT = Decimal("0.01")
CHURN_TASK, CHURN_TABLE = "churn", "churn_scores"


@dataclass(frozen=True)
class Proposal:
    """A list that may become a plan, whole.

    Attributes:
        chosen: The list, with those held out.
        horizon_days: Days over which outcomes count.
        models: What it was made from → name and version of the model.
        notes: What to know before using it.
    """

    chosen: CallList
    horizon_days: int
    models: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedCustomer:
    """One customer on a list; the amounts are expected ones."""

    customer_id: str
    arm: str
    channel: str
    action: str
    segment: str
    leave_probability: float
    kept_amount: Decimal
    cost_amount: Decimal
    gain_amount: Decimal
    gain_low_amount: Decimal
    gain_high_amount: Decimal
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many customers are not on the list, for one reason, and the way to them.

    The first stored plans kept no names: what they count opens no list.
    """

    reason: str
    customer_count: int
    customers: Selection | None = None


@dataclass(frozen=True, slots=True)
class MondayList:
    """Whom to contact, what it costs, what it brings, and how one will know.

    Attributes:
        as_of: Day before which data were seen.
        horizon_days: Days over which a contact is to pay and outcomes count.
        customer_count: All customers; list and left out add up to them.
        list_count: Customers on the list.
        treat_count: Of them, to be contacted.
        holdout_count: Of them, held out at random.
        cost_amount: What contacting costs.
        gain_amount: What contacting is expected to bring after its cost.
        gain_low_amount: Lower end of its 80 % interval.
        gain_high_amount: Upper end.
        expected_effect_amount: Sales that a contact is expected to bring, by customer.
        detectable_amount: Smallest such effect that the read-out will probably see.
        terms: What the expected gain is made of, means over the list.
        left_out: Why the others are not on it.
        customers: The first of the list.
        notes: What to know before using it.
        everyone: Opens all customers.
        listed: Opens those on the list.
        treated: Opens those to be contacted.
        held_out: Opens those held out.
    """

    as_of: date
    horizon_days: int
    customer_count: int
    list_count: int
    treat_count: int
    holdout_count: int
    cost_amount: Decimal
    gain_amount: Decimal
    gain_low_amount: Decimal
    gain_high_amount: Decimal
    expected_effect_amount: Decimal
    detectable_amount: Decimal
    terms: tuple[Term, ...]
    left_out: tuple[LeftOut, ...]
    customers: tuple[ListedCustomer, ...]
    notes: tuple[str, ...]
    everyone: Selection
    listed: Selection
    treated: Selection
    held_out: Selection


def monday(
    lifetime_values: ir.Table,
    rfm_segments: ir.Table,
    purchase_history: ir.Table,
    purchases: ir.Table,
    churn_scores: ir.Table | None = None,
    *,
    planning: Planning,
) -> MondayList:
    """Gives the list as it would be planned now.

    Raises:
        NotPublishedError: What customers are worth is not known.
    """
    found = proposal(
        lifetime_values, rfm_segments, purchase_history, purchases, churn_scores, planning=planning
    )
    chosen = found.chosen
    arms = chosen.targets["arm"]
    return MondayList(
        as_of=planning.as_of,
        horizon_days=found.horizon_days,
        customer_count=chosen.customer_count,
        list_count=len(arms),
        treat_count=int((arms == TREAT).sum()),
        holdout_count=int((arms == HOLDOUT).sum()),
        cost_amount=cents(chosen.cost_amount),
        gain_amount=cents(chosen.gain.mean),
        gain_low_amount=cents(chosen.gain.low),
        gain_high_amount=cents(chosen.gain.high),
        expected_effect_amount=cents(expected_effect(chosen.targets)),
        detectable_amount=cents(chosen.detectable_amount),
        terms=chosen.terms,
        left_out=tuple(
            LeftOut(reason, count, EVERYONE.where("reason", reason))
            for reason, count in chosen.left_out.items()
            if count
        ),
        customers=listed_customers(chosen.targets, SHOWN_CUSTOMERS),
        notes=found.notes,
        everyone=EVERYONE,
        listed=EVERYONE.where("reason", LISTED),
        treated=EVERYONE.where("arm", TREAT),
        held_out=EVERYONE.where("arm", HOLDOUT),
    )


def call_list_rows(
    lifetime_values: ir.Table,
    rfm_segments: ir.Table,
    purchase_history: ir.Table,
    purchases: ir.Table,
    churn_scores: ir.Table | None = None,
    *,
    planning: Planning,
) -> ir.Table:
    """Gives every customer who was thought of, with their arm or why they are left out."""
    tables = (lifetime_values, rfm_segments, purchase_history, purchases, churn_scores)
    chosen = proposal(*tables, planning=planning).chosen
    arms = chosen.targets[["customer_id", "arm", "channel"]]
    return table_of(chosen.reasons.merge(arms, on="customer_id", how="left"), CALLED)


# Columns by which customers of a call list are told apart.
CALLED = ("customer_id", "reason", "arm", "channel")
CALL_LIST = Roll(
    "call_list",
    "Customers of the call list as it would be planned now, called, held out or left out",
    ("customer_id",),
    call_list_rows,
)
EVERYONE = Selection(CALL_LIST.name)


def proposal(
    lifetime_values: ir.Table,
    rfm_segments: ir.Table,
    purchase_history: ir.Table,
    purchases: ir.Table,
    churn_scores: ir.Table | None = None,
    *,
    planning: Planning,
) -> Proposal:
    """Gives the whole list with everything a plan keeps of it."""
    horizon, settings = planning.horizon, planning.settings
    days = horizon.horizon_days
    check_same_day({"lifetime_values": lifetime_values, CHURN_TABLE: churn_scores}, planning.as_of)
    table = decision_customers(
        lifetime_values, rfm_segments, purchase_history, churn_scores, horizon_days=days
    )
    customers = table.to_pyarrow().to_pandas()
    customers = with_past_amounts(customers, purchases, as_of=planning.as_of, days=days)
    measured = rates_of(
        purchases, planning.standing_plans, kind=Kind.CALL_LIST, as_of=planning.as_of
    )
    leaving, models = _leaving(churn_scores, horizon)
    doubt = leave_error(planning.churn) if churn_scores is not None else None
    question = ListQuestion(
        channels=channels_of(settings, measured),
        worth=Worth(settings.margin_rate, value_error(horizon), doubt),
        leave_source=leaving,
        value_source=f"{VALUE_SOURCE}, {days} days, model {horizon.model}",
        reach_days=settings.reach_days,
        list_size=settings.list_size,
        budget_amount=settings.budget_amount,
        holdout_share=settings.holdout_share,
        seed=settings.seed,
        plan_id=planning.plan_id,
        period_days=planning.period_days,
    )
    busy = busy_customers(planning.plans, as_of=planning.as_of, quiet_days=settings.quiet_days)
    chosen = call_list(customers, busy, question)
    notes = _notes(chosen, planning, is_churn=churn_scores is not None)
    return Proposal(chosen, days, models, notes)


def check_same_day(scores: Mapping[str, ir.Table | None], as_of: date) -> None:
    """Refuses scores of another day than that of the tables: the list would be of no day at all.

    Raises:
        NotPublishedError: Customers were scored as of another day.
    """
    for name, table in scores.items():
        if table is None:
            continue
        days = {row["as_of"] for row in table.select("as_of").distinct().to_pyarrow().to_pylist()}
        if days - {as_of}:
            raise NotPublishedError(
                f"Table `{name}` is of {min(days)}, and the shop's tables are of {as_of}.",
                "score the customers again with `shopkeeper score`",
            )


def listed_customers(targets: pd.DataFrame, most: int) -> tuple[ListedCustomer, ...]:
    """Gives the first customers of a list."""
    rows = targets.head(most).to_dict("records")
    return tuple(
        ListedCustomer(
            customer_id=row["customer_id"],
            arm=row["arm"],
            channel=row["channel"],
            action=row["action"],
            segment=row["segment"],
            leave_probability=float(row["leave_probability"]),
            kept_amount=cents(row["kept_amount"]),
            cost_amount=cents(row["cost_amount"]),
            gain_amount=cents(row["gain_amount"]),
            gain_low_amount=cents(row["gain_low_amount"]),
            gain_high_amount=cents(row["gain_high_amount"]),
            reasons=tuple(row[name] for name in REASONS if isinstance(row[name], str)),
        )
        for row in rows
    )


def expected_effect(targets: pd.DataFrame) -> float:
    """Gives the sales that a contact is expected to bring, by customer on the list."""
    if targets.empty:
        return 0.0
    return float((targets["at_stake_sales"] * targets["saved_rate"]).astype(float).mean())


def cents(amount: float) -> Decimal:
    """Gives an estimated amount to the cent."""
    return Decimal(str(amount)).quantize(CENT)


def _leaving(churn_scores: ir.Table | None, horizon: Findings) -> tuple[str, dict[str, str]]:
    """Says where the chance of leaving comes from, and which models stand behind the list."""
    models = {VALUE_SOURCE: horizon.model}
    if churn_scores is None:
        source = (
            f"{VALUE_SOURCE}: 1 − probability of a purchase within {horizon.horizon_days} days, "
            f"model {horizon.model}"
        )
        return source, models
    first = churn_scores.select("horizon_days", "model").limit(1).to_pyarrow().to_pylist()
    if not first:
        return CHURN_SOURCE, models
    model = str(first[0]["model"])
    source = f"{CHURN_SOURCE}, {first[0]['horizon_days']} days, model {model}"
    return source, {**models, CHURN_SOURCE: model}


def _notes(chosen: CallList, planning: Planning, *, is_churn: bool) -> tuple[str, ...]:
    notes = []
    if not is_churn:
        why = planning.refused.get(CHURN_TASK)
        told = f"was refused ({why})" if why else "is not published"
        notes.append(
            f"The churn model {told}; the chance of leaving is that of no purchase within "
            f"{planning.horizon.horizon_days} days, as lifetime value tells it."
        )
    assumed = [t.name for t in chosen.terms if t.name.startswith("saved by") and not t.is_measured]
    if assumed:
        notes.append(
            f"How many a contact keeps ({', '.join(assumed)}) is assumed, not measured: the "
            "expected gain is as good as that assumption until a plan was read out."
        )
    effect = expected_effect(chosen.targets)
    if len(chosen.targets) and chosen.detectable_amount > effect:
        notes.append(
            f"This list is too short to prove itself: a contact is expected to bring "
            f"{effect:,.2f} in sales, and the read-out will probably see effects from "
            f"{chosen.detectable_amount:,.2f} on. A longer list or a larger holdout sees more."
        )
    return tuple(notes)
