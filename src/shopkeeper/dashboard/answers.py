"""Answers as sections want them: each is asked when a section first looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from shopkeeper.errors import ShopkeeperError, UnknownNameError
from shopkeeper.html.answers import ReportAnswers, TriedAnswers
from shopkeeper.jobs.experiment import analyse_file
from shopkeeper.jobs.experiment_lists import TEST
from shopkeeper.jobs.report_answers import refusals_of
from shopkeeper.reports.experiment_units import of_test
from shopkeeper.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.reports.experiment_units import OpenReadout

# Field of the answers of the report → report of the workspace; what is not there is None.
REPORTS = {
    name: name
    for name in (
        "segments", "lifetime_value", "churn", "customer_segments", "recommendations", "monday",
        "forecast", "stock",
    )
}  # fmt: skip
SALES = {
    name: name
    for name in (
        "seasonality", "change", "best_customers", "whales", "products", "basket", "returns",
        "stores", "payments", "category_segments", "discounts",
    )
}  # fmt: skip
BEHAVIOUR = ("funnel", "retention", "lifecycle", "repeat_purchase")


class Lazy:
    """Attributes that are asked for when somebody looks at them.

    Args:
        ask: Gives an attribute by its name.
        known: Attributes that are known already.
    """

    def __init__(self, ask: Callable[[str], Any], **known: Any) -> None:
        self.__dict__.update(known)
        self._ask = ask

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._ask(name)


def answers_of(
    asking: Asking, questions: Mapping[str, Mapping[str, Any]] | None = None
) -> ReportAnswers:
    """Gives the answers of a run in the shape in which the sections of the report take them.

    Args:
        asking: The run.
        questions: What a reader asked of a report, by its name; the others answer as usual.

    Raises:
        NotPublishedError: There was no run yet.
    """
    manifest = asking.manifest
    asked = questions or {}
    sales = Lazy(lambda name: _sales(asking, name, asked.get(name, {})))
    behaviour = Lazy(lambda name: _behaviour(asking, name, asked.get(name)))

    def ask(name: str) -> Any:
        if name == "tried":
            return tried(asking)
        return asking.report_if_there(REPORTS[name]) if name in REPORTS else asking.report(name)

    found = Lazy(
        ask,
        shop_name=asking.settings.shop.name,
        currency=asking.currency,
        as_of=manifest.as_of,
        run_id=manifest.run_id,
        version=VERSION,
        refusals=refusals_of(manifest),
        sales=sales,
        behaviour=behaviour,
    )
    return cast("ReportAnswers", found)


def tried(asking: Asking) -> TriedAnswers | None:
    """Gives tests and plans as they stand now: both change without a run."""
    tests: list[OpenReadout] = []
    for place, test in enumerate(asking.settings.experiments, 1):
        folder = asking.workspace.folder
        definition = folder / test.definition
        try:
            found = analyse_file(folder / test.file, definition=definition, where=test.where)
        except ShopkeeperError:
            # Why stands among the refusals of the run.
            continue
        tests.append(of_test(found, **{TEST: place}))
    plans = asking.workspace.planning().standing_plans
    readouts = tuple(asking.workspace.readout(stored.plan.plan_id) for stored in plans)
    return TriedAnswers(tuple(tests), readouts) if tests or readouts else None


def _sales(asking: Asking, name: str, options: Mapping[str, Any]) -> Any:
    if name != "refusals":
        return asking.report(SALES[name], **options)
    answers = (asking.report_if_there(report) for report in SALES.values())
    found = (getattr(answer, "refusal", None) for answer in answers)
    return tuple(dict.fromkeys(reason for reason in found if reason))


def _behaviour(asking: Asking, name: str, asked: Mapping[str, Any] | None) -> Any:
    try:
        return asking.report_if_there(name, **(asked or {}))
    except UnknownNameError:
        # No events, none with the name of a step, or nobody who is named.
        return None
