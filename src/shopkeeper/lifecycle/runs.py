"""Runs: every training attempt, recorded in MLflow with all that it would take to repeat it."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.evidence import EVERYONE, Better, Evidence, Score
from shopkeeper.lifecycle.tracking import Tracking, told_apart

if TYPE_CHECKING:
    from mlflow.entities import Metric

EVIDENCE_FILE = "evidence.json"
PLOT_SUFFIXES = (".svg", ".png")
# MLflow takes at most this many metrics, parameters and tags in one call.
METRICS_A_CALL, PARAMETERS_A_CALL = 1000, 100


@dataclass(frozen=True)
class TrainingRun:
    """One training attempt: what went in, what came out, and how to repeat it.

    Attributes:
        task: Name of the task, such as `lifetime_value`.
        model: Name of the candidate that was trained.
        started_at: When it began, UTC.
        ended_at: When it ended, UTC.
        as_of: Day before which data were seen.
        seed: Seed of all randomness.
        data_fingerprint: Hash of the tables it learned from.
        code_version: Version of the code that trained it.
        parameters: Name → value.
        evidence: What the contest found; None where it failed before.
        plots: File name → SVG or PNG.
        tags: Name → text.
        failure: Why the attempt failed; empty where it did not.
    """

    task: str
    model: str
    started_at: datetime
    ended_at: datetime
    as_of: date
    seed: int
    data_fingerprint: str
    code_version: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    evidence: Evidence | None = None
    plots: Mapping[str, bytes] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""


def log_run(tracking: Tracking, run: TrainingRun) -> str:
    """Records a training attempt, also one that failed; gives its run id.

    Raises:
        UsageError: A plot is neither SVG nor PNG.
        TrackingError: The store does not answer.
    """
    for name in run.plots:
        if Path(name).name != name or not name.endswith(PLOT_SUFFIXES):
            raise UsageError(f"Plot `{name}` is named neither `.svg` nor `.png`.")
    client = tracking.client
    with told_apart(tracking.store):
        made = client.create_run(
            tracking.experiment_id,
            start_time=_milliseconds(run.started_at),
            tags=_tags(run),
            run_name=f"{run.task} {run.model} {run.as_of}",
        )
        run_id = str(made.info.run_id)
        _log_numbers(tracking, run_id, run)
        with tempfile.TemporaryDirectory() as place:
            _write_files(Path(place), run)
            client.log_artifacts(run_id, place)
        status = "FAILED" if run.failure else "FINISHED"
        client.set_terminated(run_id, status, end_time=_milliseconds(run.ended_at))
    return run_id


def evidence_to_plain(evidence: Evidence) -> dict[str, Any]:
    """Gives evidence as plain values for JSON; a value that is no number as None."""
    return {
        "task": evidence.task,
        "horizon_days": evidence.horizon_days,
        "primary": evidence.primary,
        "metrics": {name: str(better) for name, better in evidence.metrics.items()},
        "calibration": evidence.calibration,
        "baselines": list(evidence.baselines),
        "alarms": {name: list(found) for name, found in evidence.alarms.items()},
        "scores": [
            {
                "candidate": score.candidate,
                "cutoff": score.cutoff.isoformat(),
                "metric": score.metric,
                "value": score.value if math.isfinite(score.value) else None,
                "row_count": score.row_count,
                "slice": score.slice,
            }
            for score in evidence.scores
        ],
    }


def evidence_from_plain(plain: Mapping[str, Any]) -> Evidence:
    """Gives the evidence that `evidence_to_plain` wrote."""
    scores = [
        Score(
            candidate=score["candidate"],
            cutoff=date.fromisoformat(score["cutoff"]),
            metric=score["metric"],
            value=math.nan if score["value"] is None else float(score["value"]),
            row_count=score["row_count"],
            slice=score["slice"],
        )
        for score in plain["scores"]
    ]
    return Evidence(
        task=plain["task"],
        horizon_days=plain["horizon_days"],
        primary=plain["primary"],
        metrics={name: Better(better) for name, better in plain["metrics"].items()},
        calibration=plain["calibration"],
        baselines=tuple(plain["baselines"]),
        scores=tuple(scores),
        alarms={name: tuple(found) for name, found in plain["alarms"].items()},
    )


def to_json(plain: object) -> bytes:
    """Gives plain values as JSON, the same bytes for the same values."""
    return json.dumps(plain, indent=1, sort_keys=True, allow_nan=False).encode() + b"\n"


def _tags(run: TrainingRun) -> dict[str, str]:
    ours = {
        "shopkeeper.task": run.task,
        "shopkeeper.model": run.model,
        "shopkeeper.as_of": run.as_of.isoformat(),
        "shopkeeper.data_fingerprint": run.data_fingerprint,
        "shopkeeper.code_version": run.code_version,
    }
    if run.failure:
        ours["shopkeeper.failure"] = run.failure
    return {**run.tags, **ours}


def _log_numbers(tracking: Tracking, run_id: str, run: TrainingRun) -> None:
    from mlflow.entities import Param

    told = {**run.parameters, "seed": run.seed, "as_of": run.as_of}
    parameters = [Param(name, str(value)) for name, value in sorted(told.items())]
    for start in range(0, len(parameters), PARAMETERS_A_CALL):
        tracking.client.log_batch(run_id, params=parameters[start : start + PARAMETERS_A_CALL])
    if run.evidence is None:
        return
    metrics = list(_metrics(run, run.evidence))
    for start in range(0, len(metrics), METRICS_A_CALL):
        tracking.client.log_batch(run_id, metrics=metrics[start : start + METRICS_A_CALL])


def _metrics(run: TrainingRun, evidence: Evidence) -> Iterator[Metric]:
    """Gives each candidate's metrics, one step per fold, and their means."""
    from mlflow.entities import Metric

    folds = {cutoff: place for place, cutoff in enumerate(evidence.cutoffs)}
    when = _milliseconds(run.ended_at)
    for score in evidence.scores:
        if score.slice == EVERYONE and math.isfinite(score.value):
            yield Metric(
                f"{score.candidate}/{score.metric}", score.value, when, folds[score.cutoff]
            )
    for candidate in evidence.candidates:
        for metric in evidence.metrics:
            mean = evidence.mean(candidate, metric)
            if math.isfinite(mean):
                yield Metric(f"{candidate}/{metric}/mean", mean, when, 0)
                if candidate == run.model:
                    yield Metric(metric, mean, when, 0)


def _write_files(place: Path, run: TrainingRun) -> None:
    if run.evidence is not None:
        (place / EVIDENCE_FILE).write_bytes(to_json(evidence_to_plain(run.evidence)))
    for name, content in run.plots.items():
        (place / "plots").mkdir(exist_ok=True)
        (place / "plots" / name).write_bytes(content)


def _milliseconds(moment: datetime) -> int:
    """Gives the time as MLflow counts it; naive times are UTC."""
    whole = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(whole.timestamp() * 1000)
