"""Demo values: what the rates planted in a made-up shop let expect, beside what was foretold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.tasks.lifetime_value.values import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

    from shopkeeper.sources.simulation.truth import SimulationTruth
    from shopkeeper.workspace import Workspace

# Nobody can know who has left already; of a few thousand people, forecasts of a sum that are as
# good as can be lie some percent off. A wrong unit lies off by a factor.
TOLERANCE = 0.2


@dataclass(frozen=True, slots=True)
class Expectation:
    """One sum over all customers, foretold and as the truth has it."""

    name: str
    found: float
    truth: float
    tolerance: float = TOLERANCE

    @property
    def is_near(self) -> bool:
        """Whether what was foretold lies within the tolerance."""
        return abs(self.found - self.truth) <= self.tolerance * self.truth


def value_expectations(
    workspace: Workspace, truth: SimulationTruth, data: Path
) -> tuple[Expectation, ...]:
    """Compares the longest horizon that is published; gives nothing where none is.

    Args:
        workspace: The shop after its run.
        truth: What was planted.
        data: Folder of the simulation.
    """
    manifest = workspace.manifest
    if manifest is None or CONTRACT.name not in manifest.tables:
        return ()
    values = workspace.table(CONTRACT.name)
    sums = values.group_by("horizon_days").agg(
        purchases=values.expected_purchases.sum(),
        amount=values.expected_amount.cast("float64").sum(),
    )
    found = max(workspace.engine.collect(sums).to_pylist(), key=lambda row: row["horizon_days"])
    days = int(found["horizon_days"])
    purchases, amount = expected_of_truth(truth, data, days)
    return (
        Expectation(f"purchases in the next {days} days", found["purchases"], purchases),
        Expectation(f"spending in the next {days} days", found["amount"], amount),
    )


def expected_of_truth(truth: SimulationTruth, data: Path, days: int) -> tuple[float, float]:
    """Gives the orders and the spending to be expected of the people known at the end.

    Someone alive who buys at rate λ and leaves at rate μ places λ (1 - e^(-μ t)) / μ orders
    within a time t: the mean of a Poisson count over an exponential lifetime.
    """
    from pyarrow import parquet

    from shopkeeper.sources.simulation.people import account_guest_rate

    people = parquet.read_table(data / "truth" / "customers.parquet").to_pydict()
    known = np.array(people["is_alive_at_end"]) & ~np.array(people["is_guest_only"])
    buying = np.array(people["purchase_rate_per_week"])[known]
    leaving = np.array(people["dropout_rate_per_week"])[known]
    orders = buying * -np.expm1(-leaving * weeks_ahead(truth, days)) / leaving
    # Orders as a guest are nobody's.
    named = 1 - account_guest_rate(truth.options.guest_share)
    spend = np.array(people["mean_spend"])[known]
    return float(orders.sum() * named), float(orders @ spend * named)


def weeks_ahead(truth: SimulationTruth, days: int) -> float:
    """Gives the operational weeks in the days after the window, which go as the window went."""
    options = truth.options
    lasted = _months_worth(truth, options.start, options.day_count)
    return truth.operational_weeks * _months_worth(truth, options.end, days) / lasted


def _months_worth(truth: SimulationTruth, start: date, days: int) -> float:
    factors = truth.seasonality.month
    return sum(factors[(start + timedelta(days=day)).month - 1] for day in range(days))
