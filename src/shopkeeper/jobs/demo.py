"""Demo: makes up a shop, does the main job on it and grades the answers against the truth."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.errors import StorageError
from shopkeeper.jobs.demo_experiments import GRADE_ALPHA, planted_lifts, write_definitions
from shopkeeper.jobs.demo_values import value_expectations
from shopkeeper.jobs.initialise import write_settings
from shopkeeper.jobs.run import RunReport, run
from shopkeeper.jobs.writing import Step, Tell, silent
from shopkeeper.warehouse.bronze import LineType, Reason
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.totals import RowTotal
    from shopkeeper.sources.simulation.truth import SimulationTruth

DATA_FOLDER = "data"


@dataclass(frozen=True, slots=True)
class Grade:
    """One answer beside the truth.

    Attributes:
        name: What is compared; a tolerance is named with it.
        found: What the tables say.
        truth: What was planted.
        is_near: Whether they are as near as the name says; only forecasts may differ at all.
    """

    name: str
    found: str
    truth: str
    is_near: bool = False

    @property
    def is_right(self) -> bool:
        """Whether they are the same to the last digit, or as near as a forecast can be."""
        return self.is_near or self.found == self.truth


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo made and how its answers compare."""

    run: RunReport
    grades: tuple[Grade, ...]


def demo(
    folder: Path,
    *,
    customer_count: int = 2_500,
    seed: int = 7,
    now: datetime | None = None,
    tell: Tell = silent,
) -> DemoReport:
    """Makes up a shop in a folder, runs the main job, grades it.

    Args:
        folder: Folder to make; an earlier demo there is made anew.
        customer_count: People who buy.
        seed: Another seed makes another shop.
        now: When the job begins; None reads the clock.
        tell: Told of each step.

    Raises:
        StorageError: The folder holds something that is no demo shop.
    """
    from shopkeeper.sources.simulation import SimulationOptions, simulate

    options = SimulationOptions(customer_count=customer_count, seed=seed)
    started = time.perf_counter()
    data = folder / DATA_FOLDER
    try:
        truth = simulate(data, options)
    except OSError as error:
        raise StorageError(
            f"The shop could not be written to `{data}`: {error}.",
            "name an empty folder with `--folder`",
        ) from error
    seconds = time.perf_counter() - started
    tell(Step("simulate", "orders.csv", "written", truth.orders.written.rows, seconds))
    write_settings(
        folder,
        shop={"name": "Demo shop", "currency": options.currency, "time_zone": "UTC"},
        source={"name": "orders", "kind": "simulation", "path": f"{DATA_FOLDER}/orders.csv"},
        beside=[
            {"name": "clicks", "kind": "simulated_events", "path": f"{DATA_FOLDER}/events.csv"}
        ],
        experiments=write_definitions(truth, folder / DATA_FOLDER),
    )
    workspace = Workspace(folder)
    done = run(workspace, now=now, tell=tell)
    graded = (
        *grades(workspace, truth),
        *value_grades(workspace, truth, data),
        *experiment_grades(truth, data),
    )
    return DemoReport(done, graded)


def grades(workspace: Workspace, truth: SimulationTruth) -> tuple[Grade, ...]:
    """Compares what the tables say with what was planted, to the row and the cent."""
    known = truth.orders
    steps = {
        (row.step, row.item): (row.row_count, row.amount or Decimal(0))
        for row in workspace.quality().reconciliation
    }

    def step(name: str, stage: str, item: str, wanted: RowTotal) -> Grade:
        rows, amount = steps.get((stage, item), (0, Decimal(0)))
        return Grade(name, _rows(rows, amount), _rows(wanted.rows, wanted.amount))

    kept = [value for (stage, _), value in steps.items() if stage == "kept"]
    kept_rows, kept_amount = sum(rows for rows, _ in kept), sum((a for _, a in kept), Decimal(0))
    counted = workspace.engine.collect(_counts(workspace)).to_pylist()[0]
    merchandise = str(LineType.MERCHANDISE)
    return (
        Grade(
            "rows kept", _rows(kept_rows, kept_amount), _rows(known.kept.rows, known.kept.amount)
        ),
        step("merchandise", "kept", merchandise, known.merchandise),
        step("shipping", "kept", str(LineType.SHIPPING), known.shipping),
        step("gift cards", "kept", str(LineType.GIFT_CARD), known.gift_cards),
        step("repeated", "quarantined", str(Reason.REPEATED_EXTRACT), known.repeated_by_overlap),
        _count("unreadable dates", steps, Reason.UNREADABLE_DATE, known.unreadable_date.rows),
        _count(
            "unreadable quantities",
            steps,
            Reason.UNREADABLE_QUANTITY,
            known.unreadable_quantity.rows,
        ),
        _count("rows without order", steps, Reason.MISSING_ORDER, known.missing_order_id.rows),
        Grade("sales", f"{counted['sales']:,}", f"{known.sale_order_count:,}"),
        Grade("sales of guests", f"{counted['guests']:,}", f"{known.guest_order_count:,}"),
        Grade("customers", f"{counted['customers']:,}", f"{known.customer_id_count:,}"),
        Grade("events", f"{_rows_of(workspace, 'events'):,}", f"{truth.event_count:,}"),
    )


def value_grades(workspace: Workspace, truth: SimulationTruth, data: Path) -> tuple[Grade, ...]:
    """Compares forecasts with what the customers' own rates let expect; none if none is out."""
    return tuple(
        Grade(
            f"{what.name} (± {what.tolerance:.0%})",
            f"{what.found:,.0f}",
            f"{what.truth:,.0f}",
            is_near=what.is_near,
        )
        for what in value_expectations(workspace, truth, data)
    )


def experiment_grades(truth: SimulationTruth, data: Path) -> tuple[Grade, ...]:
    """Compares what planted tests are read out as with what was planted."""
    return tuple(
        Grade(
            f"lift of `{lift.name}`, by its {1 - GRADE_ALPHA:.2%} interval",
            f"{lift.found.low:+.0%} to {lift.found.high:+.0%}" if lift.found else "not read",
            f"{lift.planted:+.0%}",
            is_near=lift.is_inside,
        )
        for lift in planted_lifts(truth, data)
    )


def _counts(workspace: Workspace):  # type: ignore[no-untyped-def]
    orders = workspace.table("orders")
    return orders.agg(
        sales=(~orders.is_cancellation).ifelse(1, 0).sum(),
        guests=(~orders.is_cancellation & orders.is_guest).ifelse(1, 0).sum(),
        customers=orders.customer_id.nunique(),
    )


def _rows_of(workspace: Workspace, table: str) -> int:
    return workspace.published.tables[table].version.row_count


def _count(
    name: str, steps: dict[tuple[str, str], tuple[int, Decimal]], reason: Reason, wanted: int
) -> Grade:
    rows, _ = steps.get(("quarantined", str(reason)), (0, Decimal(0)))
    return Grade(name, f"{rows:,}", f"{wanted:,}")


def _rows(count: int, amount: Decimal) -> str:
    return f"{count:,} rows, {amount:,.2f}"
