"""Plan export: writes the list of a plan where a mail tool finds it; the plan stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.decisions.export import changed_ids, csv_of
from shopkeeper.decisions.plan_files import read_plan
from shopkeeper.errors import StorageError, UsageError

if TYPE_CHECKING:
    from shopkeeper.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Export:
    """A list as it leaves the workspace.

    Attributes:
        plan_id: The plan.
        text: The list as CSV.
        treat_count: Customers to contact.
        holdout_count: Customers held out.
        changed_count: Ids that begin with an apostrophe now, because they look like formulas.
        end_date: Day from which the plan can be read out.
    """

    plan_id: str
    text: str
    treat_count: int
    holdout_count: int
    changed_count: int
    end_date: date


def export_plan(
    workspace: Workspace, plan_id: str, *, with_holdout: bool = False, output: Path | None = None
) -> Export:
    """Gives the list of a plan as CSV, and writes it to a file where one is named.

    Raises:
        UnknownNameError: There is no such plan.
        UsageError: The plan was withdrawn.
        StorageError: The file cannot be written.
    """
    stored = read_plan(workspace.state_folder, plan_id)
    if stored.is_withdrawn:
        raise UsageError(f"Plan `{plan_id}` was withdrawn; nobody is to be contacted by it.")
    plan = stored.plan
    done = Export(
        plan_id,
        csv_of(stored, with_holdout=with_holdout),
        plan.treat_count,
        plan.holdout_count,
        changed_ids(stored),
        plan.end_date,
    )
    if output is not None:
        _write(output, done.text.encode())
    return done


def _write(file: Path, content: bytes) -> None:
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"`{file}` cannot be written: {error.strerror}.", "name another file with `--output`"
        ) from error
