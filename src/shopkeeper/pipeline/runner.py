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
    """

    draft: Draft
    evidence: Path
    questions: Mapping[str, Any]
    report: Report = lambda _: None

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
        inputs = {name: self.draft.fingerprints[name] for name in table.inputs}
        wanted = fingerprint(self.draft.engine.compile(expression), table.contract, inputs)
        published = self.draft.published.get(table.name)
        stale = why_stale(published, wanted)
        if stale is None:
            assert published is not None
            return TableOutcome(table.name, Outcome.UNCHANGED, published.version.row_count, 0.0)
        return self._build(table, expression, wanted, (stale, started))

    def _build(
        self, table: Table, expression: ir.Table, wanted: str, began: tuple[str, float]
    ) -> TableOutcome:
        contract, store = table.contract, self.draft.store
        order = () if table.keeps_order else contract.grain
        bare = self._unnumbered(table) if contract.numbering else None
        aside = store.write(contract, wanted, Rows(expression, order, unnumbered=bare))
        written = store.open(Publication(contract, wanted, aside.parts).version)
        tables = {
            n: self.draft.table(n) for c in contract.checks for n in c.needs if self.draft.has(n)
        }
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
                wanted,
                aside.parts,
                broken=broken,
                check_count=len(validation.results),
            )
        )
        return TableOutcome(table.name, Outcome.BUILT, aside.row_count, seconds, began[0])

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
