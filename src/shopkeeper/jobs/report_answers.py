"""Report answers: asks every report of the tables of a run; what the data lack is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from shopkeeper.decisions.planning import Planning, planning_of
from shopkeeper.errors import NotPublishedError, PlanDamagedError, UnknownNameError
from shopkeeper.html.answers import BehaviourAnswers, ReportAnswers, SalesAnswers, TriedAnswers
from shopkeeper.jobs.tried import tried_into
from shopkeeper.reports.basket import basket
from shopkeeper.reports.best_customers import best_customers
from shopkeeper.reports.call_list import MondayList, monday
from shopkeeper.reports.category_segments import category_segments
from shopkeeper.reports.change import change
from shopkeeper.reports.churn import churn, without_scores
from shopkeeper.reports.customer_segments import customer_segments
from shopkeeper.reports.discounts import discount_impact
from shopkeeper.reports.forecast import (
    Forecast,
    coming_days,
    forecast,
    sold_days,
    without_forecast,
)
from shopkeeper.reports.funnel import funnel
from shopkeeper.reports.lifecycle import lifecycle
from shopkeeper.reports.lifetime_value import lifetime_value, without_values
from shopkeeper.reports.overview import overview
from shopkeeper.reports.payments import payment_methods
from shopkeeper.reports.plans import Readout as PlanReadout
from shopkeeper.reports.plans import readout
from shopkeeper.reports.products import product_report
from shopkeeper.reports.quality import quality
from shopkeeper.reports.recommendations import recommendations, without_lists
from shopkeeper.reports.repeat_purchase import repeat_purchase
from shopkeeper.reports.retention import retention
from shopkeeper.reports.returns import returns
from shopkeeper.reports.seasonality import seasonality
from shopkeeper.reports.segments import segments
from shopkeeper.reports.stock import stock, without_stock
from shopkeeper.reports.stores import store_performance
from shopkeeper.reports.whales import whales
from shopkeeper.version import VERSION
from shopkeeper.workspace import answer, questions_of_run

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.jobs.writing import Writing
    from shopkeeper.pipeline.manifest import Manifest

Answer = TypeVar("Answer")

# Name under which it is refused to say whom to contact.
MONDAY = "monday"


def answers_of(at_work: Writing) -> ReportAnswers:
    """Asks all reports of the tables as they stand in a draft."""
    run = _Run(at_work)
    headlines = headlines_of(at_work)
    # Before the refusals: it may add some.
    next_contacts, tried = _decisions(run)
    has_lists = at_work.draft.has("recommendations")
    has_stock = at_work.draft.has("stock_advice")
    return replace(
        headlines,
        forecast=_with_days(run, headlines.forecast),
        customer_segments=run.ask_if_there(customer_segments),
        behaviour=_behaviour(run),
        sales=_sales(run),
        recommendations=run.ask_if_there(recommendations if has_lists else without_lists),
        stock=run.ask_if_there(stock if has_stock else without_stock),
        monday=next_contacts,
        tried=tried,
        refusals=refusals_of(at_work),
    )


def headlines_of(at_work: Writing) -> ReportAnswers:
    """Asks only what a run says at its end: where nothing is new, nobody reads the rest."""
    run = _Run(at_work)
    shop = at_work.workspace.settings.shop
    about = run.ask(overview)
    has_values = at_work.draft.has("lifetime_values")
    has_churn = at_work.draft.has("churn_scores")
    has_forecast = at_work.draft.has("demand_forecast")
    return ReportAnswers(
        shop_name=shop.name,
        currency=shop.currency,
        as_of=about.as_of,
        run_id=at_work.run_id,
        version=VERSION,
        overview=about,
        # A shop of guests has no segments; the report says so among its refusals.
        segments=run.ask_if_there(segments),
        # Nothing was trained in a workspace that was only built and scored.
        lifetime_value=run.ask_if_there(lifetime_value if has_values else without_values),
        churn=run.ask_if_there(churn if has_churn else without_scores),
        forecast=run.ask_if_there(forecast if has_forecast else without_forecast),
        quality=run.ask(quality),
        refusals=refusals_of(at_work),
    )


def _with_days(run: _Run, found: Forecast | None) -> Forecast | None:
    """Adds the coming days, and those before them, where there are some."""
    days = run.ask_if_there(coming_days) if found is not None else None
    if found is None or not days:
        return found
    return replace(found, days=days, past_days=run.ask_if_there(sold_days) or ())


def look_at_outcomes(at_work: Writing) -> None:
    """Notes as news what plans and tests have brought since: their files are no source's."""
    tried_into(at_work, _plans(_Run(at_work), _planning(at_work)))


def refusals_of(run: Writing | Manifest) -> tuple[str, ...]:
    """Gives what the data of a run cannot carry, each with the reason."""
    found = sorted(run.refused.items(), key=lambda item: _by_number(item[0]))
    return tuple(f"`{name}`: {reason}" for name, reason in found)


@dataclass(frozen=True)
class _Run:
    """Asks reports of the tables of a run."""

    at_work: Writing

    @cached_property
    def known(self) -> dict[str, Any]:
        questions = questions_of_run(self.at_work.workspace.settings, self.at_work.manifest())
        return {**questions, "tables": self.at_work.table_states()}

    def table(self, name: str) -> ir.Table:
        return self.at_work.table(name)

    def ask(self, report: Callable[..., Answer], **questions: Any) -> Answer:
        return answer(report, self.table, {**self.known, **questions})

    def ask_if_there(self, report: Callable[..., Answer], **questions: Any) -> Answer | None:
        try:
            return self.ask(report, **questions)
        except NotPublishedError:
            return None


def _behaviour(run: _Run) -> BehaviourAnswers:
    """Asks the reports of behaviour; those that the data do not carry are left out."""

    def ask(report: Callable[..., Answer], **questions: Any) -> Answer | None:
        try:
            return run.ask_if_there(report, **questions)
        except UnknownNameError:
            # No events, none with the name of a step, or nobody who is named.
            return None

    return BehaviourAnswers(
        ask(funnel, split="channel"), ask(retention), ask(lifecycle), ask(repeat_purchase)
    )


def _sales(run: _Run) -> SalesAnswers | None:
    try:
        return SalesAnswers(
            seasonality=run.ask(seasonality),
            change=run.ask(change),
            best_customers=run.ask(best_customers),
            whales=run.ask(whales),
            products=run.ask(product_report),
            basket=run.ask(basket),
            returns=run.ask(returns),
            stores=run.ask(store_performance),
            payments=run.ask(payment_methods),
            category_segments=run.ask(category_segments),
            discounts=run.ask(discount_impact),
        )
    except NotPublishedError:
        # A table broke its contract; the report says so among its refusals.
        return None


def _decisions(run: _Run) -> tuple[MondayList | None, TriedAnswers | None]:
    """Gives whom to contact, and what earlier plans and tests brought.

    What cannot be said is None; a refusal explains it.
    """
    planning = _planning(run.at_work)
    tried = tried_into(run.at_work, _plans(run, planning))
    # Without values there is no list: why there are none stands with them.
    return run.ask_if_there(monday, planning=planning) if planning else None, tried


def _planning(at_work: Writing) -> Planning | None:
    at_work.refused.pop(MONDAY, None)
    workspace = at_work.workspace
    try:
        return planning_of(workspace.settings, at_work.manifest(), workspace.state_folder)
    except PlanDamagedError as error:
        at_work.refused[MONDAY] = f"{error.message} {error.hint}"
        return None


def _plans(run: _Run, planning: Planning | None) -> tuple[PlanReadout, ...]:
    stored = planning.standing_plans if planning else ()
    return tuple(run.ask(readout, planning=planning, stored=plan) for plan in stored)


def _by_number(name: str) -> list[tuple[int, str]]:
    """Gives a key by which 90 stands before 180."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]
