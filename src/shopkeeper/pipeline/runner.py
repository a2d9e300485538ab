"""Runner: builds what is stale, writes it aside, holds it to its contract, stages it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.validation import Validation, broken_contract, validate
from shopkeeper.engines.engine import Capability
from shopkeeper.engines.evidence_files import keep_rows
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.errors import SAMPLE_ROWS, ContractError
from shopkeeper.pipeline.draft import Draft, StagedTable
from shopkeeper.pipeline.refreshing import LEAST_ROWS, Refreshing, Wanted
from shopkeeper.pipeline.side_by_side import side_by_side
from shopkeeper.pipeline.state import fingerprint, why_stale
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Outcome(StrEnum):
    """What became of a table in a run."""

    BUILT = "built"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """What became of one table, why, and what it took.

    Attributes:
        name: Name of the table.
        outcome: What became of it.
        row_count: Rows of the table, where it stands.
        seconds: Wall time.
        detail: Why it was built, failed or skipped.
        error: The broken promise, where it failed.
    """

    name: str
    outcome: Outcome
    row_count: int
    seconds: float
    detail: str = ""
    error: ContractError | None = None


Report = Callable[[TableOutcome], None]

# One puts a query together, in Python, while the engine runs that of the other.
WORKERS = 2


@dataclass(frozen=True)
class Runner:
    """Brings tables up to date in a draft.

    Attributes:
        draft: The run.
        evidence: Folder for the rows that break a promise.
        questions: Values of the keyword-only parameters of builds; looked up when needed.
        report: Told of each table as soon as it is done.
        aside: Folder for rows that stand only while the job runs; without it, tables are built
            from everything.
        is_whole: Whether every table is built from everything, whatever stands.
        least_rows: Tables that neither have nor read as many rows are built from everything.
    """

    draft: Draft
    evidence: Path
    questions: Mapping[str, Any]
    report: Report = lambda _: None
    aside: Path | None = None
    is_whole: bool = False
    least_rows: int = LEAST_ROWS

    def run(self, tables: tuple[Table, ...]) -> tuple[TableOutcome, ...]:
        """Builds the stale ones among `tables`, which come in order of their needs.

        Where the engine answers several threads, tables that do not need each other are brought
        up to date side by side: while one is written, the query of the next is put together.
        Outcomes come, and are reported, in the order of `tables` all the same.
        """
        lost: set[str] = set()
        outcomes = []
        is_threaded = Capability.ANSWERS_THREADS in self.draft.engine.capabilities
        steps = {table.name: partial(self._step, table, lost) for table in tables}
        waits = {table.name: _waits_for(table) for table in tables}
        for outcome in side_by_side(steps, waits, workers=WORKERS if is_threaded else 1):
            if outcome is not None:
                outcomes.append(outcome)
                self.report(outcome)
        return tuple(outcomes)

    def _step(self, table: Table, lost: set[str]) -> TableOutcome | None:
        """Brings one table up to date; a view has no outcome of its own."""
        if not table.is_stored:
            if lost.intersection(table.inputs):
                lost.add(table.name)
            else:
                self._view(table)
            return None
        outcome = self._skipped(table, lost) or self._bring_up_to_date(table)
        if outcome.outcome in (Outcome.FAILED, Outcome.SKIPPED):
            lost.add(table.name)
        return outcome

    def _expression(self, table: Table) -> ir.Table:
        return table.expression(self._inputs(table), self.questions)

    def _unnumbered(self, table: Table) -> ir.Table:
        return table.unnumbered(self._inputs(table), self.questions)

    def _inputs(self, table: Table) -> dict[str, ir.Table]:
        return {name: self.draft.table(name) for name in table.inputs}

    def _view(self, table: Table) -> None:
        self.draft.views[table.name] = self._expression(table)
        # A view has no rows of its own: it is as new as what it reads, and its code shows in
        # the SQL of whoever reads it.
        self.draft.fingerprints[table.name] = "+".join(
            self.draft.fingerprints[name] for name in table.inputs
        )

    def _skipped(self, table: Table, lost: set[str]) -> TableOutcome | None:
        missing = sorted(lost.intersection(table.comes_after))
        if not missing:
            return None
        return TableOutcome(
            table.name, Outcome.SKIPPED, 0, 0.0, f"reads `{missing[0]}`, which was not built"
        )

    def _bring_up_to_date(self, table: Table) -> TableOutcome:
        started = time.perf_counter()
        expression = self._expression(table)
        wanted = self._wanted(table, expression)
        published = self.draft.published.get(table.name)
        stale = "asked to" if self.is_whole else why_stale(published, wanted.fingerprint)
        if stale is None:
            assert published is not None
            return TableOutcome(table.name, Outcome.UNCHANGED, published.version.row_count, 0.0)
        refreshed = None if self.is_whole else self._refresh(table, wanted, started)
        return refreshed or self._build(table, expression, wanted, (stale, started))

    def _wanted(self, table: Table, expression: ir.Table) -> Wanted:
        """Gives the state that a table is to have, by what it is made from."""
        inputs = {name: self.draft.fingerprints[name] for name in table.inputs}
        query, contract = self.draft.engine.compile(expression), table.contract
        batches = self._refreshing.batches_of(table, self._inputs(table))
        return Wanted(
            fingerprint(query, contract, inputs), fingerprint(query, contract, {}), inputs, batches
        )

    @property
    def _refreshing(self) -> Refreshing:
        aside = self.aside or self.evidence
        return Refreshing(self.draft, self.questions, aside, least_rows=self.least_rows)

    def _refresh(self, table: Table, wanted: Wanted, started: float) -> TableOutcome | None:
        """Brings a table up to date by what changed; None where all is to be built."""
        if self.aside is None:
            return None
        found = self._refreshing.refresh(table, self._inputs(table), wanted)
        if found is None:
            return None
        seconds = time.perf_counter() - started
        if found.validation.is_fatal:
            error = self._keep_evidence(found.came, found.validation, self._looked_at(table))
            self.draft.views.pop(table.name, None)
            return TableOutcome(table.name, Outcome.FAILED, 0, seconds, str(error), error)
        return TableOutcome(table.name, Outcome.BUILT, found.row_count, seconds, found.detail)

    def _build(
        self, table: Table, expression: ir.Table, wanted: Wanted, began: tuple[str, float]
    ) -> TableOutcome:
        contract, store = table.contract, self.draft.store
        order = () if table.keeps_order else contract.grain
        bare = self._unnumbered(table) if contract.numbering else None
        aside = store.write(contract, wanted.fingerprint, Rows(expression, order, unnumbered=bare))
        written = store.open(Publication(contract, wanted.fingerprint, aside.parts).version)
        tables = self._looked_at(table)
        validation = validate(written, contract, tables, self.draft.engine.collect)
        seconds = time.perf_counter() - began[1]
        if validation.is_fatal:
            error = self._keep_evidence(written, validation, tables)
            # What was there before may belong to a version that is published.
            if aside.is_new:
                store.discard(contract, aside)
            self.draft.views.pop(table.name, None)
            return TableOutcome(table.name, Outcome.FAILED, 0, seconds, str(error), error)
        broken = {result.check.name: result.broken_count for result in validation.broken}
        self.draft.stage(
            StagedTable(
                contract,
                wanted.fingerprint,
                aside.parts,
                broken=broken,
                check_count=len(validation.results),
                code=wanted.code,
                inputs=wanted.inputs,
                batches=wanted.batches,
            )
        )
        return TableOutcome(table.name, Outcome.BUILT, aside.row_count, seconds, began[0])

    def _looked_at(self, table: Table) -> dict[str, ir.Table]:
        """Gives the tables that checks of a table look at, as far as they are there."""
        needs = [name for check in table.contract.checks for name in check.needs]
        return {name: self.draft.table(name) for name in needs if self.draft.has(name)}

    def _keep_evidence(
        self, written: ir.Table, validation: Validation, tables: Mapping[str, ir.Table]
    ) -> ContractError:
        """Keeps the breaking rows of each failed check; gives the error for the first."""
        errors = []
        fatal = [result for result in validation.results if result.is_fatal]
        for place, result in enumerate(fatal):
            rows = result.check.breaking_rows(written, tables)
            file = self.evidence / f"{validation.contract.name}-{place + 1}.parquet"
            keep_rows(self.draft.engine, rows, file)
            sample = self.draft.engine.collect(rows.limit(SAMPLE_ROWS)).to_pylist()
            errors.append(broken_contract(result, validation.contract, sample))
        return errors[0]


def _waits_for(table: Table) -> frozenset[str]:
    """Gives the tables that must stand before this one is built and checked."""
    return frozenset(table.comes_after).union(*(check.needs for check in table.contract.checks))
