"""Watched drift: the customers and scores of a run beside what each champion was trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.jobs.watched_models import VALUE_NAME, Watched, watched_models
from shopkeeper.monitoring.counting import counts, portrait_of_counts
from shopkeeper.monitoring.drift import Limits, drift
from shopkeeper.monitoring.findings import ModelDrift
from shopkeeper.monitoring.portraits import portrait_of
from shopkeeper.monitoring.reference import (
    RECENCY,
    REFERENCE_FILE,
    SCORE,
    Reference,
    recent_of,
    scores_of,
)
from shopkeeper.monitoring.volume import YEAR_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.jobs.writing import Writing
    from shopkeeper.lifecycle.versions import ModelVersion
    from shopkeeper.monitoring.portraits import Bins, Portrait

TOO_OLD = (
    "It was trained by a version that kept no reference; drift can be told after the next training."
)
# What each horizon of lifetime value looks at is the same, so one of them tells of it.
SAME_INPUTS = "Its inputs are those of {model}, which tells of them."


def watched_drift(at_work: Writing) -> tuple[ModelDrift, ...]:
    """Gives how far today's customers are from what each champion that scores was trained on."""
    settings = at_work.workspace.settings
    look = _Look(at_work)
    found: list[ModelDrift] = []
    teller = ""
    for watched in watched_models(settings.lifetime_value.horizons_days):
        champion = at_work.workspace.registry.champion(watched.name)
        if champion is None:
            continue
        one = look.of(watched, champion, told_by=teller)
        found.append(one)
        if watched.name.startswith(VALUE_NAME) and one.features and not teller:
            teller = one.model
    return tuple(found)


@dataclass
class _Look:
    """One look at all champions; what they ask of a past day alike is asked once."""

    at_work: Writing
    _rows: dict[tuple[Callable[..., object], date], pd.DataFrame] = field(default_factory=dict)

    def of(self, watched: Watched, champion: ModelVersion, *, told_by: str) -> ModelDrift:
        """Gives how far customers and scores are from what one champion was trained on.

        Args:
            watched: What is watched.
            champion: The version.
            told_by: Model that tells of the same inputs already; empty for none.
        """
        at_work = self.at_work
        found = ModelDrift(f"{champion.name} {champion.version}", champion.as_of.isoformat())
        artifact = at_work.workspace.registry.artifact(champion.name, champion.version)
        content = artifact.documents.get(REFERENCE_FILE)
        if content is None or at_work.as_of is None or not at_work.draft.has(watched.table):
            why = TOO_OLD if content is None else "It has scored nobody yet."
            return replace(found, reason=why)
        reference = Reference.from_bytes(content)
        year_before = self._year_before(watched, champion, reference)
        limits = at_work.workspace.settings.monitoring
        limit = Limits(limits.least_effect, limits.false_discovery_rate)
        customers = watched.today(at_work)
        customers = customers.filter(customers[RECENCY] <= reference.window_days)
        today = self._counted(customers, reference.feature_bins)
        said = self._counted(self._scored(watched), reference.score_bins)
        features = (*reference.features, *year_before[:1])
        days = {each.day.isoformat() for each in (*reference.features, *year_before)}
        return replace(
            found,
            window_days=reference.window_days,
            row_count=today.row_count,
            scored_count=said.row_count,
            reference_days=tuple(sorted(days)),
            features=() if told_by else drift(today, features, reference.feature_bins, limit),
            scores=drift(said, (*reference.scores, *year_before[1:]), reference.score_bins, limit),
            features_note=SAME_INPUTS.format(model=told_by) if told_by else "",
        )

    def _scored(self, watched: Watched) -> ir.Table:
        rows = self.at_work.table(watched.table)
        if watched.horizon_days is not None:
            rows = rows.filter(rows.horizon_days == watched.horizon_days)
        scored = rows.select(**{SCORE: rows[watched.column]})
        if scored[SCORE].type().is_decimal():
            scored = scored.mutate(**{SCORE: scored[SCORE].cast("float64")})
        return scored.filter(scored[SCORE].notnull())

    def _counted(self, rows: ir.Table, bins: Mapping[str, Bins]) -> Portrait:
        assert self.at_work.as_of is not None
        known = {name: each for name, each in bins.items() if name in rows.columns}
        row = self.at_work.draft.engine.collect(counts(rows, known)).to_pylist()[0]
        return portrait_of_counts(row, known, self.at_work.as_of)

    def _year_before(
        self, watched: Watched, champion: ModelVersion, reference: Reference
    ) -> tuple[Portrait, ...]:
        """Gives customers and scores of the same season a year before, by the same champion.

        None where the shop had no customers then, or the champion had not seen that season.
        """
        assert self.at_work.as_of is not None
        day = self.at_work.as_of - timedelta(days=YEAR_DAYS)
        if day > champion.as_of or not _had_customers(self.at_work, day):
            return ()
        key = (watched.then, day)
        if key not in self._rows:
            self._rows[key] = watched.then(self.at_work, day)
        rows = self._rows[key]
        model = self.at_work.workspace.registry.load(champion.name, champion.version)
        recent = recent_of(watched.columns_of(rows), reference.window_days)
        said = scores_of(rows, lambda known: watched.score(model, known))
        return (
            portrait_of(recent, reference.feature_bins, day),
            portrait_of(said, reference.score_bins, day),
        )


def _had_customers(at_work: Writing, day: date) -> bool:
    import ibis

    purchases = at_work.table("purchases")
    before = purchases.filter(purchases.order_date < ibis.date(day.isoformat()))
    counted = at_work.draft.engine.collect(before.agg(n=before.count()))
    return bool(counted.column("n")[0].as_py())
