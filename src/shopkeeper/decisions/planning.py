"""Planning: what is known besides the tables when something is planned or read out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from shopkeeper.decisions.plan_files import plan_ids, read_plan
from shopkeeper.errors import NotPublishedError
from shopkeeper.tasks.lifetime_value.findings import findings_of_facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from shopkeeper.decisions.plan import StoredPlan
    from shopkeeper.settings import Settings
    from shopkeeper.settings.deciding import DecisionSettings
    from shopkeeper.tasks.lifetime_value.findings import Findings

# Name under which a holdout is drawn for a list that is only looked at.
NO_PLAN = "not planned yet"


@dataclass(frozen=True)
class Planning:
    """Everything but the tables that a plan follows from.

    Attributes:
        as_of: Day before which data are seen.
        settings: The shop's settings of decisions, with those of the call.
        findings: What training found of lifetime value, one entry per horizon.
        plans: Earlier plans, oldest first.
        refused: Table or task → why there is none.
        period_days: Days between the two segments of a customer.
        plan_id: Name of the plan to be; the holdout is drawn for it.
    """

    as_of: date
    settings: DecisionSettings
    findings: tuple[Findings, ...]
    plans: tuple[StoredPlan, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    period_days: int = 90
    plan_id: str = NO_PLAN

    @property
    def standing_plans(self) -> tuple[StoredPlan, ...]:
        """Plans that were not taken back."""
        return tuple(stored for stored in self.plans if not stored.is_withdrawn)

    @property
    def horizon(self) -> Findings:
        """What was found of the horizon over which contacts are to pay.

        Raises:
            NotPublishedError: No horizon has values, or not the one that is asked for.
        """
        there = sorted(
            (found for found in self.findings if found.is_published), key=lambda f: f.horizon_days
        )
        wanted = self.settings.horizon_days
        if not there:
            raise NotPublishedError(
                "What customers are worth is not known, so no contact can be weighed against it.",
                "see why with `shopkeeper show lifetime_value`",
            )
        if wanted is None:
            return there[0]
        for found in there:
            if found.horizon_days == wanted:
                return found
        known = ", ".join(str(found.horizon_days) for found in there)
        raise NotPublishedError(
            f"There are no values for {wanted} days, only for {known}.",
            "choose one of them with `--horizon`, or train it: `lifetime_value.horizons_days`",
        )


class Known(Protocol):
    """What is asked of the record of a run here."""

    @property
    def as_of(self) -> date | None:
        """Day before which data were seen, or None before the first build."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known beside the tables."""

    @property
    def refused(self) -> Mapping[str, str]:
        """Table or task → why there is none."""


def planning_of(
    settings: Settings, run: Known, state_folder: Path | None, plan_id: str = NO_PLAN
) -> Planning:
    """Gives what is known besides the tables; no folder reads no earlier plans.

    Raises:
        NotPublishedError: Nothing was built yet.
        PlanDamagedError: An earlier plan is not what was written.
    """
    if run.as_of is None:
        raise NotPublishedError("Nothing was built yet.", "build it with `shopkeeper run`")
    ids = plan_ids(state_folder) if state_folder else ()
    return Planning(
        as_of=run.as_of,
        settings=settings.decisions,
        findings=findings_of_facts(run.facts),
        plans=tuple(read_plan(state_folder, name) for name in ids) if state_folder else (),
        refused=run.refused,
        period_days=settings.definitions.period_days,
        plan_id=plan_id,
    )
