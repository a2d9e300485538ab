"""Plan files: a plan as an immutable folder of checksummed files; written aside, never half."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper.decisions.plan import (
    FORMAT_VERSION,
    LEFT_OUT_COLUMNS,
    TARGET_COLUMNS,
    Plan,
    StoredPlan,
)
from shopkeeper.errors import PlanDamagedError, StorageError, UnknownNameError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PLANS_FOLDER = "plans"
PLAN_FILE, TARGETS_FILE, CHECKSUMS_FILE = "plan.json", "targets.parquet", "checksums.json"
# Only where a plan says of customers why they are not on its list.
LEFT_OUT_FILE = "left_out.parquet"
# Stands beside the folder, which is never changed.
WITHDRAWN = ".withdrawn"
NAME = re.compile(r"\d{4}-\d{2}-\d{2}-[a-z-]+-\d+")


def plan_ids(state_folder: Path) -> tuple[str, ...]:
    """Gives the names of all plans in the order in which they were made for their days."""
    folder = state_folder / PLANS_FOLDER
    found = folder.iterdir() if folder.is_dir() else iter(())
    names = [path.name for path in found if NAME.fullmatch(path.name) and path.is_dir()]
    return tuple(sorted(names, key=_in_time))


def free_plan_id(state_folder: Path, day: str, kind: str) -> str:
    """Gives the next free name for a plan of a kind and day."""
    prefix = f"{day}-{kind}-"
    taken = [name for name in plan_ids(state_folder) if name.startswith(prefix)]
    numbers = [int(name.removeprefix(prefix)) for name in taken]
    return f"{prefix}{max(numbers, default=0) + 1}"


def write_plan(
    state_folder: Path, plan: Plan, targets: pd.DataFrame, left_out: pd.DataFrame | None = None
) -> StoredPlan:
    """Writes a plan aside and renames it whole; what stands is never changed.

    Args:
        state_folder: Folder of the workspace's state.
        plan: The plan.
        targets: Its list, columns as in `TARGET_COLUMNS`.
        left_out: Whom it left out, and why, as many for each reason as the plan says; None where
            it speaks of nobody else.

    Raises:
        StorageError: The plan stands already, or the folder cannot be written.
    """
    folder = state_folder / PLANS_FOLDER / plan.plan_id
    contents = {
        PLAN_FILE: json.dumps(plan.to_plain(), indent=1).encode() + b"\n",
        TARGETS_FILE: _packed(targets),
    }
    if left_out is not None:
        contents[LEFT_OUT_FILE] = _packed_left_out(left_out, plan)
    marks = {name: _mark(content) for name, content in sorted(contents.items())}
    contents[CHECKSUMS_FILE] = (
        json.dumps({"format_version": FORMAT_VERSION, "files": marks}, indent=1).encode() + b"\n"
    )
    if folder.exists():
        raise StorageError(f"Plan `{plan.plan_id}` stands already; plans are never changed.")
    # Whoever writes to the workspace next removes what a killed job left under such a name.
    aside = folder.with_name(f".{plan.plan_id}.partial")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        for name, content in contents.items():
            (aside / name).write_bytes(content)
            (aside / name).chmod(0o444)
        aside.rename(folder)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise StorageError(
            f"Plan `{plan.plan_id}` cannot be written: {error.strerror}.",
            "make room on the disk and plan again",
        ) from error
    return read_plan(state_folder, plan.plan_id)


def read_plan(state_folder: Path, plan_id: str) -> StoredPlan:
    """Reads a plan and its list, and verifies every byte of them.

    Whom it left out may be every other customer of the shop: that is read where it is asked for.

    Raises:
        UnknownNameError: There is no such plan.
        PlanDamagedError: A file is missing or has changed since the plan was made.
    """
    folder = _folder(state_folder, plan_id)
    marks = _marks(folder)
    contents = {name: _verified(folder / name, marks) for name in (PLAN_FILE, TARGETS_FILE)}
    try:
        plan = Plan.from_plain(json.loads(contents[PLAN_FILE]))
        targets = _unpacked(contents[TARGETS_FILE])
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(plan_id) from error
    seal = hashlib.sha256("".join(m["sha256"] for m in marks.values()).encode()).hexdigest()
    withdrawn = is_withdrawn(state_folder, plan_id)
    return StoredPlan(plan, targets, withdrawn, seal, LEFT_OUT_FILE in marks)


def read_left_out(state_folder: Path, plan_id: str) -> pa.Table | None:
    """Reads whom a plan left out, and why; None where it keeps only how many.

    Raises:
        UnknownNameError: There is no such plan.
        PlanDamagedError: The file is missing or has changed since the plan was made.
    """
    import pyarrow.parquet as pq

    folder = _folder(state_folder, plan_id)
    marks = _marks(folder)
    if LEFT_OUT_FILE not in marks:
        return None
    return pq.read_table(io.BytesIO(_verified(folder / LEFT_OUT_FILE, marks)))


def is_withdrawn(state_folder: Path, plan_id: str) -> bool:
    """Whether a plan was taken back."""
    return (state_folder / PLANS_FOLDER / f"{plan_id}{WITHDRAWN}").exists()


def withdraw_plan(state_folder: Path, plan_id: str) -> None:
    """Marks a plan as taken back; its folder stays as it is.

    Raises:
        UnknownNameError: There is no such plan.
    """
    folder = _folder(state_folder, plan_id)
    folder.with_name(f"{plan_id}{WITHDRAWN}").touch()


def _folder(state_folder: Path, plan_id: str) -> Path:
    known = plan_ids(state_folder)
    if plan_id not in known:
        raise UnknownNameError.among("plan", plan_id, known)
    return state_folder / PLANS_FOLDER / plan_id


def _in_time(name: str) -> tuple[str, int]:
    stem, _, number = name.rpartition("-")
    return stem, int(number)


def _mark(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _marks(folder: Path) -> dict[str, dict[str, Any]]:
    """Gives what stands of each file of a plan; the list of those left out is not in all."""
    try:
        record = json.loads((folder / CHECKSUMS_FILE).read_text())
        version, files = int(record["format_version"]), record["files"]
        names = (PLAN_FILE, TARGETS_FILE, *(name for name in (LEFT_OUT_FILE,) if name in files))
        marks = {name: dict(files[name]) for name in names}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder / CHECKSUMS_FILE) from error
    if version > FORMAT_VERSION:
        raise _unreadable(folder.name)
    return marks


def _verified(file: Path, marks: dict[str, dict[str, Any]]) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _damaged(file) from error
    if _mark(content) != marks[file.name]:
        raise _damaged(file)
    return content


def _damaged(file: Path) -> PlanDamagedError:
    return PlanDamagedError(
        f"`{file.name}` of plan `{file.parent.name}` is missing or not what was written.",
        "restore the folder from a backup; a changed list cannot be read out",
    )


def _unreadable(plan_id: str) -> PlanDamagedError:
    return PlanDamagedError(
        f"Plan `{plan_id}` is of a form that this version does not read.",
        "read it with the version of Shopkeeper that made it",
    )


def _packed_left_out(left_out: pd.DataFrame, plan: Plan) -> bytes:
    """Gives those left out, by reason as the plan names them and by id."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    counted = left_out["reason"].value_counts().to_dict()
    if counted != {reason: count for reason, count in plan.left_out.items() if count}:
        raise ValueError(f"plan {plan.plan_id} names others than it counts: {counted}")
    places = {reason: place for place, reason in enumerate(plan.left_out)}
    rows = left_out.assign(place=left_out["reason"].map(places))
    rows = rows.sort_values(["place", "customer_id"])[list(LEFT_OUT_COLUMNS)]
    schema = pa.schema([(name, pa.string()) for name in LEFT_OUT_COLUMNS])
    table = pa.Table.from_pandas(rows, schema, preserve_index=False)
    stream = io.BytesIO()
    # Sorted ids begin alike, and a reason stands on many rows.
    pq.write_table(
        table.replace_schema_metadata(),
        stream,
        compression="zstd",
        use_dictionary=["reason"],
        column_encoding={"customer_id": "DELTA_BYTE_ARRAY"},
    )
    return stream.getvalue()


def _packed(targets: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.type_for_alias(t)) for name, t in TARGET_COLUMNS.items()])
    table = pa.Table.from_pandas(targets[list(TARGET_COLUMNS)], schema, preserve_index=False)
    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(), stream, compression="zstd")
    return stream.getvalue()


def _unpacked(content: bytes) -> pd.DataFrame:
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(io.BytesIO(content)).to_pandas()
    return frame[list(TARGET_COLUMNS)]
