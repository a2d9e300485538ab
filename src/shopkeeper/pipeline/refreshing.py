"""Refreshing: brings a table up to date by what changed in others, where that is possible."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper.contracts.validation import Validation, validate
from shopkeeper.engines.engine import FileEngine
from shopkeeper.engines.store import Exchange, ExchangingStore
from shopkeeper.pipeline.draft import Draft, StagedTable
from shopkeeper.pipeline.state import digest
from shopkeeper.warehouse.refresh import Changes, Delta, FromBatches, Refresh
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from shopkeeper.pipeline.manifest import PublishedTable

# Below this, putting the questions together takes longer than building from everything.
LEAST_ROWS = 200_000
# Where more of a table than this goes, writing all of it again is cheaper.
MOST_GONE = 0.3
# Stands between a source and the id of a batch of it.
OF_SOURCE = "/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The state that a table is to have.

    Attributes:
        fingerprint: Of everything.
        code: Of its query and contract alone.
        inputs: Table that it reads → fingerprint.
        batches: Batch → how it becomes rows, where rows stand each for a raw one.
    """

    fingerprint: str
    code: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    batches: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What refreshing a table found.

    Attributes:
        validation: Of the rows that came; if it is fatal, nothing was staged.
        came: The rows that came.
        came_count: How many.
        went_count: How many went.
        row_count: Rows of the table now.
    """

    validation: Validation
    came: ir.Table
    came_count: int
    went_count: int
    row_count: int

    @property
    def detail(self) -> str:
        """What changed, in a few words."""
        return f"{self.came_count:,} rows came, {self.went_count:,} went"


class Refreshing:
    """Refreshes tables of a draft.

    Args:
        draft: The run.
        questions: Values of the keyword-only parameters of builds.
        aside: Folder for rows that stand only while the job runs.
        least_rows: A table that neither has nor reads as many rows is built from everything.
    """

    def __init__(
        self,
        draft: Draft,
        questions: Mapping[str, Any],
        aside: Path,
        *,
        least_rows: int = LEAST_ROWS,
    ) -> None:
        self.draft = draft
        self.questions = questions
        self.aside = aside
        self.least_rows = least_rows

    def batches_of(self, table: Table, inputs: Mapping[str, ir.Table]) -> dict[str, str]:
        """Gives batch → hash of how it becomes rows, of a table whose rows stand for raw ones."""
        if not isinstance(table.refresh, FromBatches):
            return {}
        found: dict[str, str] = {}
        for piece in table.refresh.pieces(inputs, self.questions):
            code = digest(self.draft.engine.compile(piece.expression))
            found.update({f"{source}{OF_SOURCE}{batch}": code for source, batch in piece.batches})
        return found

    def refresh(
        self, table: Table, inputs: Mapping[str, ir.Table], wanted: Wanted
    ) -> Refreshed | None:
        """Brings a table up to date and stages it; None where it must be built from everything."""
        published = self.draft.published.get(table.name)
        if published is None or not self._is_worth_it(table, published):
            return None
        if isinstance(table.refresh, FromBatches):
            delta = self._by_batches(table, table.refresh, inputs, wanted)
        elif isinstance(table.refresh, Refresh):
            delta = self._by_groups(table, table.refresh, inputs, wanted)
        else:
            return None
        return None if delta is None else self._exchange(table, published, delta, wanted)

    def _is_worth_it(self, table: Table, published: PublishedTable) -> bool:
        store = self.draft.store
        read = [self.draft.published[name] for name in table.inputs if name in self.draft.published]
        largest = max(known.version.row_count for known in (published, *read))
        return (
            isinstance(store, ExchangingStore)
            and store.can_exchange
            and largest >= self.least_rows
            and published.columns == table.contract.types()
        )

    def _by_batches(
        self,
        table: Table,
        refresh: FromBatches,
        inputs: Mapping[str, ir.Table],
        wanted: Wanted,
    ) -> Delta | None:
        """Gives what differs where batches came, went or are understood in another way."""
        before = self.draft.published[table.name].batches
        if not before or not wanted.batches:
            return None
        gone = _named(batch for batch, code in before.items() if wanted.batches.get(batch) != code)
        new = _named(batch for batch, code in wanted.batches.items() if before.get(batch) != code)
        if len(gone) == len(before):
            return None
        rows = self._before(table)
        came = rows.limit(0)
        if new:
            came = table.expression(inputs, refresh.limited(self.questions, new))
        return self._delta(table, _of_batches(rows, gone), came)

    def _by_groups(
        self, table: Table, refresh: Refresh, inputs: Mapping[str, ir.Table], wanted: Wanted
    ) -> Delta | None:
        """Gives what differs in the groups that changes of inputs concern."""
        published = self.draft.published[table.name]
        if published.code != wanted.code:
            return None
        deltas = {}
        for name in table.inputs:
            if published.inputs.get(name) == wanted.inputs[name] or name in refresh.beside:
                continue
            was_read = published.inputs.get(name) == self.draft.before.get(name)
            if name not in refresh.follows or name not in self.draft.deltas or not was_read:
                return None
            deltas[name] = self.draft.deltas[name]
        if not deltas:
            return None
        keys = list(refresh.keys)
        asked = refresh.groups(Changes(deltas, inputs)).distinct()
        groups = self._held(table, "groups", asked)
        went = self._before(table).semi_join(groups, keys)
        came = table.expression(refresh.context(inputs, groups), self.questions)
        return self._delta(table, went, came.semi_join(groups, keys))

    def _delta(self, table: Table, went: ir.Table, came: ir.Table) -> Delta:
        """Gives rows that went and came, less those that are the same on both sides."""
        names = table.contract.column_names
        types = table.contract.types()
        typed = came.select(*(came[name].cast(types[name]).name(name) for name in names))
        old = self._held(table, "asked for, before", went.select(*names))
        new = self._held(table, "asked for, now", typed)
        return Delta(
            removed=self._held(table, "went", old.difference(new)),
            added=self._held(table, "came", new.difference(old)),
        )

    def _exchange(
        self, table: Table, published: PublishedTable, delta: Delta, wanted: Wanted
    ) -> Refreshed | None:
        """Holds new rows to the contract and stages the version with them."""
        draft, contract, store = self.draft, table.contract, self.draft.store
        assert isinstance(store, ExchangingStore)
        came, went = self._count(delta.added), self._count(delta.removed)
        if went > MOST_GONE * published.version.row_count:
            return None
        looked_at = {n: draft.table(n) for c in contract.checks for n in c.needs if draft.has(n)}
        validation = validate(delta.added, contract, looked_at, draft.engine.collect)
        rows = published.version.row_count + came - went
        refreshed = Refreshed(validation, delta.added, came, went, rows)
        if validation.is_fatal:
            return refreshed
        broken = self._broken(table, published, (validation, delta), looked_at)
        draft.deltas[table.name] = delta
        if not came and not went:
            state = {name: getattr(wanted, name) for name in ("code", "inputs", "batches")}
            draft.keep(table.name, replace(published, fingerprint=wanted.fingerprint, **state))
            return refreshed
        order = () if table.keeps_order else contract.grain
        exchange = Exchange(delta.removed, delta.added, went, came, order)
        parts = store.exchange(contract, wanted.fingerprint, published.version, exchange)
        draft.stage(
            StagedTable(
                contract,
                wanted.fingerprint,
                parts.parts,
                mode=parts.mode,
                broken=broken,
                check_count=len(validation.results),
                code=wanted.code,
                inputs=wanted.inputs,
                batches=wanted.batches,
            )
        )
        return refreshed

    def _broken(
        self,
        table: Table,
        published: PublishedTable,
        found: tuple[Validation, Delta],
        looked_at: Mapping[str, ir.Table],
    ) -> dict[str, int]:
        """Gives how many rows break each warning: as before, less those that went, plus new."""
        validation, delta = found
        counts = dict(published.broken)
        if counts:
            gone = validate(delta.removed, table.contract, looked_at, self.draft.engine.collect)
            for result in gone.results:
                counts[result.check.name] = counts.get(result.check.name, 0) - result.broken_count
        for result in validation.broken:
            counts[result.check.name] = counts.get(result.check.name, 0) + result.broken_count
        return {name: count for name, count in counts.items() if count > 0}

    def _before(self, table: Table) -> ir.Table:
        """Gives the rows of a table as the last run published them."""
        return self.draft.table_before(table.name)

    def _held(self, table: Table, role: str, rows: ir.Table) -> ir.Table:
        """Writes rows to a file that stands while the job runs, so that they are found once."""
        engine = self.draft.engine
        assert isinstance(engine, FileEngine)
        file = self.aside / f"{table.name} {role}.parquet"
        file.unlink(missing_ok=True)
        types = {name: str(type_) for name, type_ in rows.schema().items()}
        engine.write(rows, file, types, ())
        return engine.register(f"{table.name} ({role})", [file])

    def _count(self, rows: ir.Table) -> int:
        found: pa.Table = self.draft.engine.collect(rows.count().as_table())
        return int(found.column(0)[0].as_py())


def _named(batches: Iterable[str]) -> set[tuple[str, str]]:
    """Gives source and id of batches."""
    return {(source, batch) for source, _, batch in (b.rpartition(OF_SOURCE) for b in batches)}


def _of_batches(rows: ir.Table, batches: Collection[tuple[str, str]]) -> ir.Table:
    ids: dict[str, list[str]] = {}
    for source, batch in sorted(batches):
        ids.setdefault(source, []).append(batch)
    tests = [(rows.source == source) & rows.batch_id.isin(found) for source, found in ids.items()]
    return rows.filter(reduce(or_, tests)) if tests else rows.limit(0)
