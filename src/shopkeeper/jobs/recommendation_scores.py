"""Recommendation scores: a list of products for each customer, by the champion and the rules."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shopkeeper.errors import UnknownNameError
from shopkeeper.jobs.recommendation_data import as_frame, shelf_of
from shopkeeper.jobs.recommendation_training import LEARNED_FROM
from shopkeeper.jobs.scored_rows import stage_rows
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.models.recommender.pairs import NEEDED, pairs_of
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.recommendation.findings import findings_of_facts
from shopkeeper.tasks.recommendation.model import NextProducts
from shopkeeper.tasks.recommendation.rules import Rules
from shopkeeper.tasks.recommendation.scores import CONTRACT, recommendation_rows

if TYPE_CHECKING:
    import pandas as pd

    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.settings import RecommendationSettings

READ = (LEARNED_FROM, "products", "customers")
# Read too where there are any.
SEGMENTS = "rfm_segments"


def score_recommendations_into(at_work: Writing) -> bool:
    """Gives all customers their lists where a model may; gives whether anything was new."""
    settings, draft = at_work.workspace.settings.recommendation, at_work.draft
    found = findings_of_facts(at_work.facts)
    if not settings.is_trained or found is None or not found.is_published:
        return False
    version = _version(at_work, found.model)
    if version is None or at_work.as_of is None or not all(draft.has(name) for name in READ):
        return False
    wanted = digest(
        [draft.fingerprints[name] for name in (*READ, SEGMENTS) if draft.has(name)],
        str(at_work.as_of),
        [version.name, version.version, version.data_fingerprint],
        settings.model_dump(),
        _content(at_work, settings),
        list(CONTRACT.types().items()),
    )
    published = draft.published.get(CONTRACT.name)
    if published and published.fingerprint == wanted:
        at_work.tell(Step("score", CONTRACT.name, "unchanged", published.version.row_count))
        return False
    started = time.perf_counter()
    rows = _rows(at_work, version)
    count = stage_rows(at_work, CONTRACT, rows, wanted)
    at_work.tell(Step("score", CONTRACT.name, "scored", count, time.perf_counter() - started))
    return True


def rules_of(settings: RecommendationSettings) -> Rules:
    """Gives the rules of the settings."""
    return Rules(
        length=settings.list_length,
        mode=settings.mode,
        least_new=settings.least_new,
        exclude_bought_days=settings.exclude_bought_days,
        most_per_category=settings.most_per_category,
    )


def _rows(at_work: Writing, version: ModelVersion) -> pd.DataFrame:
    settings = at_work.workspace.settings.recommendation
    model = at_work.workspace.registry.load(version.name, version.version)
    assert isinstance(model, NextProducts)
    mart = at_work.table(LEARNED_FROM).select(*NEEDED)
    pairs = pairs_of(as_frame(at_work.draft.engine.collect(mart)))
    rows = recommendation_rows(model, pairs, shelf_of(at_work), rules_of(settings))
    rows["as_of"] = at_work.as_of
    rows["horizon_days"] = model.horizon_days
    rows["model"] = f"{version.name} {version.version}"
    rows["training_id"] = version.data_fingerprint
    return rows[list(CONTRACT.column_names)]


def _version(at_work: Writing, model: str) -> ModelVersion | None:
    name, _, number = model.rpartition(" ")
    try:
        return at_work.workspace.registry.version(name, int(number))
    except UnknownNameError:
        # The registry was emptied by hand; what it scored stays until it is trained again.
        return None


def _content(at_work: Writing, settings: RecommendationSettings) -> str:
    """Gives a hash of the file with what the shop knows of its products."""
    if settings.products_file is None:
        return ""
    file = at_work.workspace.folder / settings.products_file
    return digest(file.read_text(encoding="utf-8", errors="replace") if file.exists() else None)
