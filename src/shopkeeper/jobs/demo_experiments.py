"""Demo experiments: what was planted in a made-up shop's tests, beside what reading them finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.experiments.experiment import Experiment, Kind, Metric
from shopkeeper.jobs.experiment import chosen
from shopkeeper.jobs.experiment_file import opened
from shopkeeper.reports.experiment import experiment as experiment_report

if TYPE_CHECKING:
    from shopkeeper.experiments.difference import Difference
    from shopkeeper.sources.simulation.truth import SimulationTruth

FILE = "experiments.csv"
# A grade fails the demo, so it must not do so by chance for one seed in twenty.
GRADE_ALPHA = 1e-4
# Arms are drawn by a fair coin there, which is not what is graded.
RATIO_ALPHA = 1e-6
DEFINITION = """# What was planned of this test, before it was read.
name = "{name}"
variant = "variant"
control = "control"
unit = "customer_id"
allocation = {{ control = 0.5, treatment = 0.5 }}

[[metrics]]
column = "converted"
kind = "proportion"

[[metrics]]
column = "revenue"
kind = "revenue"
role = "secondary"
"""


@dataclass(frozen=True, slots=True)
class PlantedLift:
    """What one planted test gives.

    Attributes:
        name: Of the test.
        planted: Relative lift of the chance to convert that was planted.
        found: The same as it was read out; None where it could not be.
    """

    name: str
    planted: float
    found: Difference | None

    @property
    def is_inside(self) -> bool:
        """Whether the truth lies inside the interval."""
        return self.found is not None and self.found.low <= self.planted <= self.found.high


def planted_lifts(
    truth: SimulationTruth, data: Path, alpha: float = GRADE_ALPHA
) -> tuple[PlantedLift, ...]:
    """Reads each planted test out.

    Args:
        truth: What was planted.
        data: Folder of the made-up shop's files; without tests, there is nothing to read.
        alpha: 1 less the level of the intervals.
    """
    if not truth.experiments:
        return ()
    with opened(data / FILE) as file:
        found = []
        for planted in truth.experiments:
            rows = chosen(file, (f"experiment={planted.name}",)).rows
            readout = experiment_report(rows, definition=definition(planted.name, alpha))
            comparisons = readout.metrics[0].comparisons
            relative = comparisons[0].relative if comparisons else None
            found.append(PlantedLift(planted.name, planted.conversion_lift, relative))
    return tuple(found)


def write_definitions(truth: SimulationTruth, data: Path) -> list[dict[str, object]]:
    """Writes what was planned of each planted test; gives the settings that name them."""
    found: list[dict[str, object]] = []
    for planted in truth.experiments:
        # Names such as `button colour (A/A)` are no names of files.
        stem = re.sub(r"\W+", "-", planted.name).strip("-").lower()
        file = data / f"test-{stem}.toml"
        file.write_text(DEFINITION.format(name=planted.name), encoding="utf-8")
        where = [f"experiment={planted.name}"]
        named = {"file": f"{data.name}/{FILE}", "definition": f"{data.name}/{file.name}"}
        found.append({**named, "where": where})
    return found


def definition(name: str, alpha: float) -> Experiment:
    """Gives the definition of a planted test."""
    return Experiment(
        name=name,
        variant="variant",
        control="control",
        unit="customer_id",
        allocation={"control": 0.5, "treatment": 0.5},
        metrics=(Metric(column="converted", kind=Kind.PROPORTION),),
        alpha=alpha,
        ratio_alpha=RATIO_ALPHA,
    )
