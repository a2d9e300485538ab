"""Watched promises: what the card of a version said of itself before it was served."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from shopkeeper.errors import ArtifactError, UnknownNameError
from shopkeeper.evaluation.evidence import EVERYONE
from shopkeeper.lifecycle.runs import evidence_from_plain

if TYPE_CHECKING:
    from shopkeeper.evaluation.evidence import Evidence
    from shopkeeper.jobs.writing import Writing


def promised(
    at_work: Writing, model: str, candidate: str, metric: str, part: str = EVERYONE
) -> float | None:
    """Gives the mean of a metric over the folds that a version was judged on; None without one.

    Args:
        at_work: The run.
        model: Name and version.
        candidate: Name in the evidence; empty takes the one that the gate judged.
        metric: Name of the metric.
        part: Slice of the rows.
    """
    name, _, number = model.rpartition(" ")
    try:
        documents = at_work.workspace.registry.artifact(name, int(number)).documents
    except (UnknownNameError, ArtifactError, ValueError):
        # The registry was emptied by hand, and the promise with it.
        return None
    verdict = json.loads(documents["verdict.json"])
    judged = candidate or (verdict["challenger"] if verdict else "")
    value = _evidence(documents["evidence.json"]).mean(judged, metric, part)
    return value if math.isfinite(value) else None


def _evidence(content: bytes) -> Evidence:
    return evidence_from_plain(json.loads(content))
