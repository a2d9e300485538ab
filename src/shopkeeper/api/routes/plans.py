"""Routes of plans: what a campaign would bring, what was planned, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.answering import TABLE, Question, answered, asked_of, runs_of
from shopkeeper.api.paging import Page
from shopkeeper.api.problems import missing_as_404
from shopkeeper.api.routes.reports import PAGED, member_parameters, members_page, place_in
from shopkeeper.api.routes.route import Address, Routes, in_path
from shopkeeper.api.schemas import query
from shopkeeper.decisions.plan_files import plan_ids
from shopkeeper.decisions.target_segments import SegmentKind
from shopkeeper.errors import UnknownNameError, UsageError, shorten
from shopkeeper.reports.campaign import Campaign, CampaignQuestion
from shopkeeper.reports.decision_rolls import PLAN_CUSTOMERS, PLAN_LEFT_OUT
from shopkeeper.reports.drill import Condition, Selection
from shopkeeper.reports.plans import PlanDetail, PlanLine, Readout
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopkeeper.api.published_run import PublishedRun
    from shopkeeper.api.schemas import Schema, Schemas

# Name in the address → field of the question, lowest and highest value.
NUMBERS: dict[str, tuple[str, float, float]] = {
    "response": ("response_rate", 0, 1),
    "discount": ("discount_rate", 0, 1),
    "cost": ("contact_cost", 0, 1e6),
    "fixed_cost": ("fixed_cost", 0, 1e9),
    "use_rate": ("use_rate", 0, 1),
    "saturation": ("saturation_count", 1, 1e9),
}
# Those that are settings of decisions: for this question they are set anew.
SETTINGS: dict[str, tuple[str, float, float]] = {
    "budget": ("budget_amount", 0, 1e12),
    "horizon": ("horizon_days", 1, 730),
    "holdout": ("holdout_share", 0, 1),
}
MEANINGS = {
    "response": "Share that buys because of the offer; default: what was measured",
    "discount": "Part of the price given away",
    "cost": "Cost of one contact",
    "fixed_cost": "Cost whatever the size",
    "use_rate": "Share of those who buy anyway that use the discount",
    "saturation": "Customers after which the pull has fallen to 1/e",
    "budget": "Most that contacts may cost",
    "horizon": "Days over which it is to pay",
    "holdout": "Share to hold out",
    "segment": "Segments to look at, with commas between",
    "channel": "How customers are reached",
    "by": "`rfm` for segments by recency, frequency and money, `groups` for those found by k-means",
}
PLAN_ID = in_path("plan_id", "Name of a plan")
LISTED = 1000
# Lists of plans.
ROLLS = frozenset({PLAN_CUSTOMERS.name, PLAN_LEFT_OUT.name})
# They name customers.
NAMING = frozenset({"/plans/{plan_id}", "/plans/{plan_id}/members"})


@dataclass(frozen=True, slots=True)
class PlanList:
    """All plans that were made, oldest first."""

    plans: tuple[PlanLine, ...]


def add_to(schemas: Schemas) -> Routes:
    """Gives the addresses of plans."""
    routes = Routes("plans", schemas)
    for path, answer, summary, parameters, endpoint in (
        (
            "/simulations/campaign",
            Campaign,
            "What an offer would bring, segment by segment; nothing is stored",
            [_parameter(name) for name in MEANINGS],
            simulate,
        ),
        ("/plans", PlanList, "Plans that were made", [], list_plans),
        ("/plans/{plan_id}", PlanDetail, "One plan as it was stored", [PLAN_ID], one_plan),
        (
            "/plans/{plan_id}/readout",
            Readout,
            "What a plan brought, against those held out",
            [PLAN_ID],
            read_out,
        ),
        (
            "/plans/{plan_id}/members",
            Page,
            "Those whom a count of a plan counts: contacted, held out, or left out for a reason",
            [
                PLAN_ID,
                *member_parameters("plan_customers:plan_id=2024-07-01-call-list-1,arm=treat"),
            ],
            members,
        ),
    ):
        scope: Any = "customers" if path in NAMING else "read"
        routes.add(
            Address(path=path, answer=answer, summary=summary, parameters=parameters, scope=scope),
            endpoint,
        )
    return routes


async def simulate(request: Request) -> Response:
    """Gives what an offer would bring."""
    texts = asked_of(request, (*MEANINGS, TABLE))
    asked: dict[str, Any] = {
        field: _number(name, texts[name], least, most)
        for name, (field, least, most) in NUMBERS.items()
        if name in texts
    }
    segments = tuple(part.strip() for part in texts.get("segment", "").split(",") if part.strip())
    question = replace(
        CampaignQuestion(
            segments=segments,
            channel=texts.get("channel", "email"),
            by=SegmentKind.named(texts.get("by", SegmentKind.RFM)),
        ),
        **asked,
    )
    given = _settings(texts)

    def ask(run: PublishedRun) -> Campaign:
        if not given:
            return run.ask(lambda shop: shop.campaign(question))
        shop = Workspace(
            run.workspace.folder, overrides=[*run.overrides, *given], run_id=run.run_id
        )
        try:
            return shop.campaign(question)
        finally:
            shop.close()

    # Earlier plans say whom to leave alone: not the run alone decides.
    return await answered(request, Question(tuple(sorted(texts.items())), ask, is_kept=False))


async def list_plans(request: Request) -> Response:
    """Gives all plans."""
    asked_of(request, (TABLE,))
    question = Question("plans", lambda run: PlanList(run.ask(Workspace.plans)), is_kept=False)
    return await answered(request, question)


async def one_plan(request: Request) -> Response:
    """Gives one plan."""
    asked_of(request, (TABLE,))
    plan_id = request.path_params["plan_id"]

    def ask(run: PublishedRun) -> PlanDetail:
        return run.ask(lambda shop: shop.plan(plan_id, LISTED))

    with missing_as_404():
        return await answered(request, Question(("plan", plan_id), ask, is_kept=False))


async def members(request: Request) -> Response:
    """Gives those whom a count of a plan counts."""
    texts = asked_of(request, (*PAGED, TABLE))
    place = place_in(texts)
    plan_id = request.path_params["plan_id"]
    with missing_as_404():
        known = plan_ids(runs_of(request).current().workspace.state_folder)
        if plan_id not in known:
            raise UnknownNameError.among("plan", plan_id, known)
    found = Selection.read(place.of)
    if found.roll not in ROLLS or Condition("plan_id", plan_id) not in found.conditions:
        raise UsageError(
            f"`{shorten(place.of)}` counts nobody of this plan.",
            "give `of` an address that stands with a count of the plan",
        )
    return await members_page(request, place, texts, Workspace.members)


async def read_out(request: Request) -> Response:
    """Gives what a plan brought."""
    asked_of(request, (TABLE,))
    plan_id = request.path_params["plan_id"]

    def ask(run: PublishedRun) -> Readout:
        return run.ask(lambda shop: shop.readout(plan_id))

    with missing_as_404():
        return await answered(request, Question(("readout", plan_id), ask, is_kept=False))


def _settings(texts: Mapping[str, str]) -> list[str]:
    found = []
    for name, (setting, least, most) in SETTINGS.items():
        if name in texts:
            number = _number(name, texts[name], least, most)
            shown = int(number) if number == int(number) else number
            found.append(f"decisions.{setting}={shown}")
    return found


def _number(name: str, text: str, least: float, most: float) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not least <= found <= most:
        raise UsageError(f"`{name}` `{shorten(text)}` is no number from {least:g} to {most:g}.")
    return found


def _parameter(name: str) -> Schema:
    known = {**NUMBERS, **SETTINGS}
    if name not in known:
        return query(name, MEANINGS[name])
    _, least, most = known[name]
    kind = "integer" if name == "horizon" else "number"
    return query(name, MEANINGS[name], type=kind, minimum=least, maximum=most)
