"""Raw staging: what was read of files becomes part of the raw tables and the list of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.engines.engine import FileEngine
from shopkeeper.engines.store import Exchange, ExchangingStore, Rows
from shopkeeper.errors import FormatError
from shopkeeper.pipeline.draft import StagedTable
from shopkeeper.pipeline.state import digest
from shopkeeper.warehouse.bronze import BATCHES, RAW_COLUMNS, raw_contract, raw_name

if TYPE_CHECKING:
    from shopkeeper.contracts.contract import Contract
    from shopkeeper.jobs.writing import Writing

# Each file that is read becomes one of the raw table. At so many, the small ones become one.
MOST_FILES = 32


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A file read and written aside, not yet staged."""

    record: Mapping[str, Any]
    parts: Mapping[str, int]
    types: Mapping[str, str]
    role: str


def own_columns() -> tuple[str, ...]:
    """Gives the names of the columns that each raw table has before those of its files."""
    return tuple(column.name for column in RAW_COLUMNS)


def stage_raw(at_work: Writing, place: tuple[str, str], batches: Sequence[NewBatch]) -> None:
    """Stages a raw table with the rows of new files.

    Raises:
        FormatError: A column holds another kind of values than in the files before.
    """
    source, role = place
    name = raw_name(source, role)
    published = at_work.draft.published.get(name)
    ours = set(own_columns())
    types = {n: t for n, t in (published.columns if published else {}).items() if n not in ours}
    for batch in batches:
        for column, type_ in batch.types.items():
            if types.setdefault(column, type_) != type_:
                raise FormatError(
                    f"Column `{column}` of `{batch.record['file']}` holds {type_}, "
                    f"and {types[column]} in the files before.",
                    "make it a source of its own in shopkeeper.toml",
                )
    known = at_work.draft.fingerprints.get(name, "")
    ids = [str(batch.record["batch_id"]) for batch in batches]
    contract = raw_contract(source, types, role)
    parts = {part: rows for batch in batches for part, rows in batch.parts.items()}
    staged = StagedTable(
        contract, digest(known, ids), parts, mode="append" if published else "overwrite"
    )
    at_work.draft.stage(staged)
    if published and len(published.version.files) + len(parts) > MOST_FILES:
        _make_fewer(at_work, contract, staged)


def _make_fewer(at_work: Writing, contract: Contract, staged: StagedTable) -> None:
    """Stages a raw table in fewer files, where the store can do that."""
    store, engine = at_work.draft.store, at_work.draft.engine
    if not (isinstance(store, ExchangingStore) and store.can_exchange):
        return
    assert isinstance(engine, FileEngine)
    version = at_work.draft.standing()[contract.name].version
    nothing = at_work.table(contract.name).limit(0)
    fewer = store.exchange(contract, staged.fingerprint, version, Exchange(nothing, nothing, 0, 0))
    if fewer.mode == "overwrite":
        at_work.draft.stage(StagedTable(contract, staged.fingerprint, fewer.parts))


def stage_records(at_work: Writing, records: Sequence[Mapping[str, Any]]) -> None:
    """Stages the list of all files that were ever read."""
    import ibis
    import pyarrow as pa

    ordered = sorted(records, key=lambda r: tuple(str(r[name]) for name in BATCHES.grain))
    wanted = digest([{k: str(v) for k, v in record.items()} for record in ordered])
    schema = ibis.schema(BATCHES.types()).to_pyarrow()
    rows = pa.Table.from_pylist([dict(record) for record in ordered], schema=schema)
    embedded = at_work.workspace.embedded
    table = embedded.register(f"{BATCHES.name} (new)", rows)
    known = Rows(table, BATCHES.grain, embedded)
    written = at_work.draft.store.write(BATCHES, wanted, known)
    at_work.draft.stage(StagedTable(BATCHES, wanted, written.parts))
