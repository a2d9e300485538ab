"""Plan: makes a list or a campaign into a plan, with its holdout drawn and stored at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.decisions.campaign import Audience, marginal_profit, simulate
from shopkeeper.decisions.holdout import (
    HOLDOUT,
    LEAST_OF_AN_ARM,
    TREAT,
    detectable_amount,
    draw_holdout,
)
from shopkeeper.decisions.outcomes import with_past_amounts
from shopkeeper.decisions.plan import TARGET_COLUMNS, Kind, Plan
from shopkeeper.decisions.plan_files import free_plan_id, withdraw_plan, write_plan
from shopkeeper.decisions.terms import VALUE_SOURCE, Term
from shopkeeper.errors import UsageError
from shopkeeper.jobs.writing import Step, Tell, locked, silent
from shopkeeper.reports.call_list import proposal
from shopkeeper.reports.campaign import CampaignQuestion, CampaignWork, campaign_work
from shopkeeper.reports.plans import PlanDetail
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.decisions.planning import Planning
    from shopkeeper.workspace import Workspace


def plan_call_list(
    workspace: Workspace, *, now: datetime | None = None, tell: Tell = silent
) -> PlanDetail:
    """Makes the list of customers whose contact brings most into a plan.

    Raises:
        NotPublishedError: What customers are worth is not known.
        UsageError: Contacts pay for too few.
        WorkspaceLockedError: Another job is writing.
    """
    with _planning(workspace, Kind.CALL_LIST, now) as (planning, made_at):
        found = workspace.ask(proposal, planning=planning)
        chosen = found.chosen
        if chosen.targets.empty:
            told = "; ".join(f"{count:,} {why}" for why, count in chosen.left_out.items() if count)
            raise UsageError(
                f"There is nobody to plan for: {told or 'there are no customers'}.",
                "see `shopkeeper show monday`; the settings are under `[decisions]`",
            )
        arms = chosen.targets["arm"]
        return _kept(
            workspace,
            Plan(
                **_common(workspace, planning, Kind.CALL_LIST, made_at),
                window_days=found.horizon_days,
                treat_count=int((arms == TREAT).sum()),
                holdout_count=int((arms == HOLDOUT).sum()),
                cost_amount=chosen.cost_amount,
                gain_amount=chosen.gain.mean,
                gain_low_amount=chosen.gain.low,
                gain_high_amount=chosen.gain.high,
                detectable_amount=chosen.detectable_amount,
                terms=chosen.terms,
                left_out=dict(chosen.left_out),
                models=found.models,
                settings=planning.settings.model_dump(mode="json"),
                notes=found.notes,
            ),
            chosen.targets,
            tell,
            left_out=chosen.others,
        )


def plan_campaign(
    workspace: Workspace,
    question: CampaignQuestion,
    *,
    now: datetime | None = None,
    tell: Tell = silent,
) -> PlanDetail:
    """Makes a campaign into a plan: the customers worth contacting, some of them held out.

    Raises:
        NotPublishedError: What customers are worth is not known.
        UsageError: Contacts pay for too few, or nobody knows the response.
        WorkspaceLockedError: Another job is writing.
    """
    with _planning(workspace, Kind.CAMPAIGN, now) as (planning, made_at):
        work = workspace.ask(campaign_work, planning=planning, question=question)
        if len(work.customers) < 2 * LEAST_OF_AN_ARM:
            raise UsageError(
                f"The offer pays for {len(work.customers)} customers: too few to contact some and "
                "hold out others.",
                "simulate it with `--dry-run`; give less away, or choose other segments",
            )
        days = work.answer.horizon_days
        customers = with_past_amounts(
            work.customers, workspace.table("purchases"), as_of=planning.as_of, days=days
        )
        targets = _campaign_targets(customers, work, planning, question)
        held = (targets["arm"] == HOLDOUT).to_numpy(dtype=bool)
        treated = _part(work.audience, ~held)
        drawn = simulate(treated, work.offer, error=work.error, seed=planning.settings.seed)
        plan = Plan(
            **_common(workspace, planning, Kind.CAMPAIGN, made_at),
            window_days=days,
            treat_count=int((~held).sum()),
            holdout_count=int(held.sum()),
            cost_amount=float((~held).sum()) * question.contact_cost + question.fixed_cost,
            gain_amount=drawn.profit.mean,
            gain_low_amount=drawn.profit.low,
            gain_high_amount=drawn.profit.high,
            detectable_amount=detectable_amount(targets["past_amount"].to_numpy(dtype=float), held),
            terms=_campaign_terms(work, planning),
            models={VALUE_SOURCE: planning.horizon.model},
            settings={**planning.settings.model_dump(mode="json"), **asdict(question)},
            notes=work.answer.notes,
        )
        return _kept(workspace, plan, targets, tell)


def withdraw(workspace: Workspace, plan_id: str, *, now: datetime | None = None) -> None:
    """Takes a plan back that nobody was contacted by: it leaves its customers free again.

    Raises:
        UnknownNameError: There is no such plan.
        WorkspaceLockedError: Another job is writing.
    """
    _ = workspace.published
    with locked(workspace.state_folder, _begin(now)):
        withdraw_plan(workspace.state_folder, plan_id)


@contextmanager
def _planning(
    workspace: Workspace, kind: Kind, now: datetime | None
) -> Iterator[tuple[Planning, datetime]]:
    """Takes the workspace for one plan; what is published and planned is read anew."""
    _ = workspace.published
    began = _begin(now)
    with locked(workspace.state_folder, began):
        workspace.__dict__.pop("manifest", None)
        workspace.forget_views()
        day = str(workspace.published.as_of)
        plan_id = free_plan_id(workspace.state_folder, day, str(kind))
        yield workspace.planning(plan_id), began


def _begin(now: datetime | None) -> datetime:
    return (now or datetime.now(UTC)).replace(tzinfo=None)


def _common(
    workspace: Workspace, planning: Planning, kind: Kind, made_at: datetime
) -> dict[str, Any]:
    return {
        "plan_id": planning.plan_id,
        "kind": kind,
        "created_at": made_at,
        "as_of": planning.as_of,
        "currency": workspace.settings.shop.currency,
        "run_id": workspace.published.run_id,
        "package_version": VERSION,
        "seed": planning.settings.seed,
        "margin_rate": planning.settings.margin_rate,
    }


def _kept(
    workspace: Workspace,
    plan: Plan,
    targets: pd.DataFrame,
    tell: Tell,
    *,
    left_out: pd.DataFrame | None = None,
) -> PlanDetail:
    write_plan(workspace.state_folder, plan, targets, left_out)
    tell(Step("plan", plan.plan_id, "stored", len(targets)))
    return workspace.plan(plan.plan_id)


def _campaign_targets(
    customers: pd.DataFrame, work: CampaignWork, planning: Planning, question: CampaignQuestion
) -> pd.DataFrame:
    offer, audience = work.offer, work.audience
    away, response = 1 - audience.chance, offer.response
    rows = customers.reset_index(drop=True)
    held = draw_holdout(
        rows["customer_id"],
        share=planning.settings.holdout_share,
        key=f"{planning.settings.seed}/{planning.plan_id}",
    )
    given = (
        f"offer {question.discount_rate:.0%} off" if question.discount_rate else "send the offer"
    )
    return rows.assign(
        arm=np.where(held, HOLDOUT, TREAT),
        channel=question.channel,
        action=given,
        leave_probability=away,
        kept_amount=audience.amount,
        at_stake_sales=away * audience.amount,
        saved_rate=response.value * audience.pull,
        cost_amount=question.contact_cost,
        gain_amount=marginal_profit(audience, offer),
        gain_low_amount=marginal_profit(audience, offer, response.low),
        gain_high_amount=marginal_profit(audience, offer, response.high),
        reason_1=None,
        reason_2=None,
        reason_3=None,
    )[list(TARGET_COLUMNS)]


def _part(audience: Audience, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> Audience:
    return Audience(
        audience.chance[rows], audience.amount[rows], audience.pull[rows], audience.variation
    )


def _campaign_terms(work: CampaignWork, planning: Planning) -> tuple[Term, ...]:
    model = f"{VALUE_SOURCE}, {work.answer.horizon_days} days, model {planning.horizon.model}"
    chance, amount = float(work.audience.chance.mean()), float(work.audience.amount.mean())
    low, high = (amount * end for end in work.error or (1.0, 1.0))
    return (
        Term("buys anyway", chance, None, None, model, is_measured=True),
        Term("spends if they buy", amount, low, high, model, is_measured=True),
        work.offer.response,
        Term(
            "margin",
            work.offer.margin_rate,
            None,
            None,
            "assumed: setting decisions.margin_rate",
            is_measured=False,
        ),
    )
