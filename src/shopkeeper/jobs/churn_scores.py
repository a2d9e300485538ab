"""Churn scores: how likely each customer is to leave and why, by the champion; or second orders."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shopkeeper.errors import UnknownNameError
from shopkeeper.jobs.churn_training import LEARNED_FROM
from shopkeeper.jobs.scored_rows import stage_rows
from shopkeeper.jobs.training_data import by_customer, floats
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.churn.findings import all_of_facts
from shopkeeper.tasks.churn.question import CHURN, SECOND_PURCHASE
from shopkeeper.tasks.churn.scores import CONTRACT, churn_rows
from shopkeeper.tasks.lifetime_value.customers import HISTORY
from shopkeeper.tasks.second_purchase import CONTRACT as SECOND_CONTRACT
from shopkeeper.tasks.second_purchase import second_purchase_rows

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.tasks.churn.findings import Findings

TABLES = {
    CHURN.name: (CHURN, CONTRACT, churn_rows),
    SECOND_PURCHASE.name: (SECOND_PURCHASE, SECOND_CONTRACT, second_purchase_rows),
}


def score_churn_into(at_work: Writing) -> bool:
    """Scores all customers on each published question; gives whether anything was new."""
    published = [found for found in all_of_facts(at_work.facts) if found.is_published]
    news = [_score(at_work, found) for found in published]
    return any(news)


def _score(at_work: Writing, found: Findings) -> bool:
    version, as_of, draft = _version(at_work, found), at_work.as_of, at_work.draft
    if version is None or as_of is None:
        return False
    _, contract, _ = TABLES[found.task]
    wanted = digest(
        [draft.fingerprints[name] for name in LEARNED_FROM],
        str(as_of),
        [version.name, version.version, version.data_fingerprint],
        list(contract.types().items()),
    )
    published = draft.published.get(contract.name)
    if published and published.fingerprint == wanted:
        at_work.tell(Step("score", contract.name, "unchanged", published.version.row_count))
        return False
    started = time.perf_counter()
    count = stage_rows(at_work, contract, _rows(at_work, found, version, as_of), wanted)
    seconds = time.perf_counter() - started
    at_work.tell(Step("score", contract.name, "scored", count, seconds))
    return True


def _version(at_work: Writing, found: Findings) -> ModelVersion | None:
    name, _, number = found.model.rpartition(" ")
    try:
        return at_work.workspace.registry.version(name, int(number))
    except UnknownNameError:
        # The registry was emptied by hand; what it scored stays until it is trained again.
        return None


def _rows(at_work: Writing, found: Findings, version: ModelVersion, as_of: date) -> pd.DataFrame:
    question, contract, rows_of = TABLES[found.task]
    features, history = (by_customer(_frame(at_work, name)) for name in LEARNED_FROM)
    customers = question.population(features.join(history[list(HISTORY)]))
    model = at_work.workspace.registry.load(version.name, version.version)
    rows = rows_of(model.predict(customers), horizon_days=found.horizon_days, model=found.model)
    rows["as_of"] = as_of
    rows["training_id"] = version.data_fingerprint
    return rows[list(contract.column_names)]


def _frame(at_work: Writing, name: str) -> pd.DataFrame:
    return floats(at_work.draft.engine, at_work.table(name))
