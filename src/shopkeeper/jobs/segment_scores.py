"""Segment scores: the segment of each customer, now and one period ago, by the champion."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from shopkeeper.jobs.scored_rows import stage_rows
from shopkeeper.jobs.segment_data import customers_now, customers_then
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.marts.customer_features import CUSTOMER_FEATURES
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.customer_segmentation.findings import findings_of_facts
from shopkeeper.tasks.customer_segmentation.scores import CONTRACT, segments_of

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.lifecycle.versions import ModelVersion


def score_customer_segments_into(at_work: Writing) -> bool:
    """Puts all customers into segments where a champion may; gives whether anything was new."""
    version = _champion(at_work)
    if version is None or at_work.as_of is None:
        return False
    draft = at_work.draft
    wanted = digest(
        draft.fingerprints[CUSTOMER_FEATURES.name],
        [draft.fingerprints[name] for name in CUSTOMER_FEATURES.inputs],
        at_work.workspace.settings.definitions.period_days,
        (version.name, version.version, version.data_fingerprint),
        list(CONTRACT.types().items()),
    )
    published = draft.published.get(CONTRACT.name)
    if published and published.fingerprint == wanted:
        at_work.tell(Step("score", CONTRACT.name, "unchanged", published.version.row_count))
        return False
    started = time.perf_counter()
    count = stage_rows(at_work, CONTRACT, _rows(at_work, version), wanted)
    at_work.tell(Step("score", CONTRACT.name, "scored", count, time.perf_counter() - started))
    return True


def _champion(at_work: Writing) -> ModelVersion | None:
    found = findings_of_facts(at_work.facts)
    if found is None or not found.is_published:
        return None
    # The registry is asked and not the findings: a champion may have been taken back by hand.
    return at_work.workspace.registry.champion(CONTRACT.name)


def _rows(at_work: Writing, version: ModelVersion) -> pd.DataFrame:
    assert at_work.as_of is not None
    previous = at_work.as_of - timedelta(days=at_work.workspace.settings.definitions.period_days)
    rows = segments_of(
        customers_now(at_work),
        customers_then(at_work, previous),
        previous_as_of=previous,
        model=at_work.workspace.registry.load(version.name, version.version),
    )
    rows["model"] = f"{version.name} {version.version}"
    rows["training_id"] = version.data_fingerprint
    return rows[list(CONTRACT.column_names)]
