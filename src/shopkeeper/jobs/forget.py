"""Forget: takes a customer out of the log of predictions, and says where else they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shopkeeper.decisions.plan_files import plan_ids, read_left_out, read_plan
from shopkeeper.errors import PlanDamagedError
from shopkeeper.jobs.writing import Step, Tell, locked, silent
from shopkeeper.monitoring.prediction_log import forget_customers
from shopkeeper.pipeline.identity_log import read_log
from shopkeeper.warehouse.identity_links import links_after

if TYPE_CHECKING:
    from pathlib import Path

    from shopkeeper.workspace import Workspace

CUSTOMER = "customer_id"


@dataclass(frozen=True, slots=True)
class StandsIn:
    """One published table that names a customer."""

    table: str
    row_count: int


@dataclass(frozen=True)
class ForgetReport:
    """What was taken out of the log, and what else names the customer.

    Attributes:
        customer_id: The customer.
        ids: All ids and guests that count as them; they were looked for, too.
        removed_count: Lines of the log of predictions that went.
        tables: Published tables that name them, with their rows.
        run_count: Runs whose tables may name them, that of now included.
        entries: Numbers of the merges and splits that name them.
        sources: Files of the settings from which they would come again.
        plans: Stored plans that name them, on the list or left out; those that cannot be read may.
    """

    customer_id: str
    ids: tuple[str, ...]
    removed_count: int
    tables: tuple[StandsIn, ...]
    run_count: int
    entries: tuple[int, ...]
    sources: tuple[str, ...]
    plans: tuple[str, ...] = ()


def forget(
    workspace: Workspace, customer_id: str, *, now: datetime | None = None, tell: Tell = silent
) -> ForgetReport:
    """Takes a customer out of the log of predictions; tells what else names them.

    Tables are made from the shop's files, and published runs and plans never change, so that all
    are named and none is touched.

    Args:
        workspace: The shop.
        customer_id: The customer, as the shop names them.
        now: When the job begins; None reads the clock.
        tell: Told of each step.

    Raises:
        WorkspaceLockedError: Another job is writing.
        StorageError: The log cannot be changed.
    """
    folder = workspace.state_folder
    with locked(folder, (now or datetime.now(UTC)).replace(tzinfo=None)):
        log = read_log(folder)
        ids = tuple(sorted({customer_id, *links_after(log).members(customer_id)}))
        removed = forget_customers(folder, ids)
    tell(Step("forget", "log of predictions", "shortened" if removed else "unchanged", removed))
    return ForgetReport(
        customer_id=customer_id,
        ids=ids,
        removed_count=removed,
        tables=_tables(workspace, ids),
        run_count=len(list((folder / "runs").glob("*/manifest.json"))),
        entries=tuple(entry.number for entry in log if {*ids} & {*entry.ids, *entry.customer_ids}),
        sources=tuple(source.path for source in workspace.settings.sources),
        plans=tuple(name for name in plan_ids(folder) if _is_named(folder, name, ids)),
    )


def _is_named(folder: Path, plan_id: str, ids: tuple[str, ...]) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        listed, left_out = read_plan(folder, plan_id).targets, read_left_out(folder, plan_id)
    except PlanDamagedError:
        return True
    if listed[CUSTOMER].isin(ids).any():
        return True
    wanted = pa.array(ids, pa.string())
    return left_out is not None and bool(pc.any(pc.is_in(left_out[CUSTOMER], wanted)).as_py())


def _tables(workspace: Workspace, ids: tuple[str, ...]) -> tuple[StandsIn, ...]:
    """Gives the published tables that name one of some customers."""
    manifest = workspace.manifest
    found = []
    for name in sorted(manifest.tables if manifest else ()):
        table = workspace.table(name)
        if CUSTOMER in table.columns:
            rows = table.filter(table[CUSTOMER].isin(ids))
            counted = workspace.engine.collect(rows.agg(n=rows.count())).to_pylist()
            if counted[0]["n"]:
                found.append(StandsIn(name, int(counted[0]["n"])))
    return tuple(found)
