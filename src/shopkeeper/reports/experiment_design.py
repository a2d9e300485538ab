"""How large and how long a test must be, from the shop's own customers and their last weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import ibis

from shopkeeper.errors import ModelDataError
from shopkeeper.experiments.aa_simulation import AASimulation, aa_simulation
from shopkeeper.experiments.aggregates import moment_rows, moments_by_arm
from shopkeeper.experiments.cuped import adjusted
from shopkeeper.experiments.experiment import Kind
from shopkeeper.experiments.metrics import Estimate, estimate
from shopkeeper.experiments.power import Demands, detectable_lift, needed_count
from shopkeeper.reports.report import rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.experiments.aggregates import Moments

WINDOWS_DAYS = (7, 14, 21, 28, 42, 56, 84)
# Who bought within so many days is written to, or comes by.
AUDIENCE_DAYS = 365
# Spending of so many days before a test is what CUPED takes out.
COVARIATE_DAYS = 90
# Smaller windows say nothing of their own spread.
LEAST_UNITS = 30


class Outcome(StrEnum):
    """What a test in this shop can be decided by."""

    CONVERSION = "conversion"
    REVENUE = "revenue"
    ORDER_VALUE = "order_value"


KINDS = {
    Outcome.CONVERSION: Kind.PROPORTION,
    Outcome.REVENUE: Kind.REVENUE,
    Outcome.ORDER_VALUE: Kind.RATIO,
}
AUDIENCES = {
    Outcome.CONVERSION: "customers who bought in the year before, of whom some buy again",
    Outcome.REVENUE: "customers who bought in the year before; who buys nothing counts as 0",
    Outcome.ORDER_VALUE: "customers who buy during the test; amount by order",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a test is to find.

    Attributes:
        outcome: What decides.
        lift: Relative change to be seen.
        demands: False alarms, power, shares of the arms, comparisons.
        seed: Of the A/A simulation; None leaves it out.
    """

    outcome: Outcome
    lift: float
    demands: Demands
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """A test of one length, as the last days of that length would have let it be.

    Attributes:
        days: Length.
        unit_count: Units that there were.
        baseline: The metric.
        detectable_lift: Smallest relative change that so many units show; None where none.
        lift_with_covariate: The same with CUPED on spending before; None for ratios.
        needed_count: Units that the wanted change asks for; None where it cannot be.
        is_enough: Whether there were as many.
    """

    days: int
    unit_count: int
    baseline: float
    detectable_lift: float | None
    lift_with_covariate: float | None
    needed_count: int | None
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Design:
    """How large and how long a test must be.

    Attributes:
        as_of: Day before which data were seen.
        wanted: What it is to find.
        audience: Who takes part, in words.
        windows: One entry per length, shortest first.
        enough_days: Shortest length that suffices, or None.
        simulation: How tests err on these outcomes, or None where it was not asked for.
    """

    as_of: date
    wanted: Wanted
    audience: str
    windows: tuple[WindowPlan, ...]
    enough_days: int | None
    simulation: AASimulation | None


def experiment_design(purchases: ir.Table, *, as_of: date, wanted: Wanted) -> Design:
    """Gives how large and how long a test must be.

    Args:
        purchases: One row per customer and day on which they bought.
        as_of: Day before which data are seen.
        wanted: What the test is to find.

    Raises:
        ModelDataError: Too few customers bought lately to plan with.
    """
    windows = []
    for days in WINDOWS_DAYS:
        units = window_units(purchases, as_of, days, wanted.outcome)
        columns = ("outcome", "beside")
        moments = moments_by_arm(rows_of(moment_rows(units, columns))).get("")
        if moments is not None and moments.count >= LEAST_UNITS and moments.means[0] > 0:
            windows.append(_window(days, moments, wanted))
    if not windows:
        raise ModelDataError(
            f"Fewer than {LEAST_UNITS} customers bought lately; no test can be planned from that.",
            "plan with numbers of your own: `--baseline`, `--deviation`, `--daily-units`",
        )
    enough = next((window.days for window in windows if window.is_enough), None)
    simulation = None
    if wanted.seed is not None:
        days = enough or windows[-1].days
        simulation = _simulated(purchases, as_of, days, wanted, wanted.seed)
    return Design(as_of, wanted, AUDIENCES[wanted.outcome], tuple(windows), enough, simulation)


def window_units(purchases: ir.Table, as_of: date, days: int, outcome: Outcome) -> ir.Table:
    """Gives one row per unit of a test over the last days: its outcome, and what is beside it.

    Beside is the denominator of a ratio, for others the spending before the test.
    """
    start = as_of - timedelta(days=days)
    in_window = (purchases.order_date >= start) & (purchases.order_date < as_of)
    during = purchases.filter(in_window).group_by("customer_id")
    amount = purchases.purchase_amount.cast("float64").sum()
    bought = during.agg(amount=amount, order_count=purchases.order_count.sum())
    if outcome is Outcome.ORDER_VALUE:
        return bought.select("customer_id", outcome=bought.amount, beside=bought.order_count)
    first, lately = start - timedelta(days=AUDIENCE_DAYS), start - timedelta(days=COVARIATE_DAYS)
    earlier = purchases.filter((purchases.order_date >= first) & (purchases.order_date < start))
    is_late = earlier.order_date >= lately
    spent = is_late.ifelse(earlier.purchase_amount.cast("float64"), 0.0).sum()
    audience = earlier.group_by("customer_id").agg(beside=spent)
    both = audience.left_join(bought, "customer_id")
    found = both.amount.fill_null(0.0)
    if outcome is Outcome.CONVERSION:
        found = both.amount.isnull().ifelse(0.0, 1.0)
    return both.select("customer_id", "beside", outcome=found)


def _window(days: int, moments: Moments, wanted: Wanted) -> WindowPlan:
    kind, demands = KINDS[wanted.outcome], wanted.demands
    baseline = estimate(kind, moments)
    with_covariate = None
    if kind is not Kind.RATIO:
        saved = adjusted({"": moments}).variance_saved
        less = Estimate(baseline.value, baseline.variance * (1 - saved), baseline.count)
        with_covariate = detectable_lift(less, moments.count, demands)
    is_possible = kind is not Kind.PROPORTION or baseline.value * (1 + wanted.lift) <= 1
    needed = needed_count(baseline, wanted.lift, demands, kind) if is_possible else None
    return WindowPlan(
        days=days,
        unit_count=moments.count,
        baseline=baseline.value,
        detectable_lift=detectable_lift(baseline, moments.count, demands, kind),
        lift_with_covariate=with_covariate,
        needed_count=needed,
        is_enough=needed is not None and needed <= moments.count,
    )


def _simulated(
    purchases: ir.Table, as_of: date, days: int, wanted: Wanted, seed: int
) -> AASimulation:
    units = window_units(purchases, as_of, days, wanted.outcome)
    kind = KINDS[wanted.outcome]
    names = ("outcome", "beside") if kind is Kind.RATIO else ("outcome",)
    rows = units.order_by(ibis.asc("customer_id")).select(*names).to_pyarrow()
    columns = tuple(rows[name].cast("float64").to_numpy() for name in names)
    return aa_simulation(columns, kind, seed=seed, alpha=wanted.demands.alpha)
