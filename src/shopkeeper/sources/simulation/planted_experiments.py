"""Experiments with planted truth: one that works, and one A/A test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

BASE_CONVERSION_RATE = 0.24


@dataclass(frozen=True, kw_only=True)
class PlantedExperiment:
    """One experiment on people with an account, half in `control`, half in `treatment`.

    Attributes:
        name: As written in the `experiment` column.
        starts_on: First day on which people are assigned.
        ends_before: Day after the last.
        conversion_rate: Chance that someone in control converts, 0-1.
        conversion_lift: The same chance in treatment over control, less one; 0 is an A/A test.
        assignment_rate: Share of the people with an account and an earlier order who take part.
    """

    name: str
    starts_on: date
    ends_before: date
    conversion_rate: float = BASE_CONVERSION_RATE
    conversion_lift: float
    assignment_rate: float = 0.9

    @property
    def treatment_rate(self) -> float:
        """Chance that someone in treatment converts, 0-1."""
        return min(1.0, self.conversion_rate * (1.0 + self.conversion_lift))


def plan_experiments(start: date, day_count: int, lift: float) -> tuple[PlantedExperiment, ...]:
    """Gives both experiments, in the second half of the window."""

    def after(share: float) -> date:
        return start + timedelta(days=round(share * day_count))

    return (
        PlantedExperiment(
            name="free shipping banner",
            starts_on=after(0.70),
            ends_before=after(0.76),
            conversion_lift=lift,
        ),
        PlantedExperiment(
            name="button colour (A/A)",
            starts_on=after(0.82),
            ends_before=after(0.88),
            conversion_lift=0.0,
        ),
    )
