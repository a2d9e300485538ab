"""Value scores: what each customer is worth, by the champion of each horizon."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.errors import UnknownNameError
from shopkeeper.jobs.scored_rows import stage_rows
from shopkeeper.jobs.training_data import by_customer, floats
from shopkeeper.jobs.writing import Step, Writing
from shopkeeper.pipeline.state import digest
from shopkeeper.tasks.lifetime_value.customers import customers_at
from shopkeeper.tasks.lifetime_value.findings import Findings, findings_of_facts
from shopkeeper.tasks.lifetime_value.values import CONTRACT

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Scorer:
    """A version that scores: what the findings say of it, and what it was made from."""

    findings: Findings
    name: str
    version: int
    training_id: str


def score_values_into(at_work: Writing) -> bool:
    """Scores all customers at each published horizon; gives whether anything was new."""
    scorers = _scorers(at_work)
    as_of = at_work.as_of
    if not scorers or as_of is None:
        return False
    draft = at_work.draft
    wanted = digest(
        draft.fingerprints["purchases"],
        str(as_of),
        [(s.findings.horizon_days, s.name, s.version, s.training_id) for s in scorers],
        list(CONTRACT.types().items()),
    )
    published = draft.published.get(CONTRACT.name)
    if published and published.fingerprint == wanted:
        rows = published.version.row_count
        at_work.tell(Step("score", CONTRACT.name, "unchanged", rows))
        return False
    started = time.perf_counter()
    rows = stage_rows(at_work, CONTRACT, _rows(at_work, scorers, as_of), wanted)
    seconds = time.perf_counter() - started
    at_work.tell(Step("score", CONTRACT.name, "scored", rows, seconds))
    return True


def _scorers(at_work: Writing) -> tuple[Scorer, ...]:
    found = []
    for findings in findings_of_facts(at_work.facts):
        if not findings.is_published:
            continue
        name, _, number = findings.model.rpartition(" ")
        try:
            version = at_work.workspace.registry.version(name, int(number))
        except UnknownNameError:
            # The registry was emptied by hand; what it scored stays until it is trained again.
            continue
        found.append(Scorer(findings, name, version.version, version.data_fingerprint))
    return tuple(found)


def _rows(at_work: Writing, scorers: tuple[Scorer, ...], as_of: date) -> pd.DataFrame:
    import pandas as pd

    known = customers_at(at_work.table("purchases"), cutoffs=[as_of])
    customers = by_customer(floats(at_work.draft.engine, known))
    parts = []
    for scorer in scorers:
        model = at_work.workspace.registry.load(scorer.name, scorer.version)
        rows = model.predict(customers)
        rows["horizon_days"] = scorer.findings.horizon_days
        rows["as_of"] = as_of
        rows["model"] = scorer.findings.model
        rows["candidate"] = scorer.findings.candidate
        rows["training_id"] = scorer.training_id
        parts.append(rows.reset_index()[list(CONTRACT.column_names)])
    return pd.concat(parts, ignore_index=True)
