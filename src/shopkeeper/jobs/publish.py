"""Publish: writes documented tables and boards into a database where tools for dashboards look."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shopkeeper import boards, catalog
from shopkeeper.boards.customers import CALL_LIST
from shopkeeper.decisions.holdout import TREAT
from shopkeeper.decisions.plan import Kind
from shopkeeper.decisions.plan_files import plan_ids, read_plan
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.errors import UsageError
from shopkeeper.jobs.writing import Step, Tell, silent
from shopkeeper.workspace import questions_of_run

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.contracts.contract import Contract
    from shopkeeper.engines.postgres_store import PostgresStore
    from shopkeeper.warehouse.table import Table
    from shopkeeper.workspace import Workspace

DIGITS_OF_A_FINGERPRINT = 16


@dataclass(frozen=True, slots=True)
class PublishedBoard:
    """A view that dashboards read."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What stands in the database now.

    Attributes:
        place: User, host and database, without the password.
        schema: Schema of the boards.
        run_id: Run of which all of it tells.
        table_rows: Table → rows.
        copied: Tables that were copied; the others were there already.
        boards: The boards.
        left_out: Board → the table that it lacks, or why there is nothing in it.
    """

    place: str
    schema: str
    run_id: str
    table_rows: Mapping[str, int]
    copied: tuple[str, ...]
    boards: tuple[PublishedBoard, ...]
    left_out: Mapping[str, str]


def publish(workspace: Workspace, *, to: str | None = None, tell: Tell = silent) -> PublishReport:
    """Copies what boards read, and makes the boards over it, in one moment for all readers.

    Args:
        workspace: The shop, as its last good run left it.
        to: Address of the database; None takes the setting `publish.address`.
        tell: Is told of each table.

    Raises:
        UsageError: No address is known, or it is where the shop's own tables stand.
        NotPublishedError: Nothing was built yet.
        ServerUnavailableError: The database cannot be reached or refuses.
        WorkspaceLockedError: Somebody else is publishing there.
    """
    from shopkeeper.engines.postgres_boards import Boards

    store = _store(workspace, to)
    manifest = workspace.published
    possible, lacking = boards.possible({*manifest.tables, CALL_LIST.name})
    contracts = {name: without_personal(_contract(name)) for name in _needed(possible)}
    questions = questions_of_run(workspace.settings, manifest)
    built = [(board.contract, _building(board, questions)) for board in possible]
    made = Boards(store.engine, store.place, contracts.values(), built, _gone(contracts, lacking))
    try:
        with store.hold():
            made.prepare()
            pieces = [_piece(workspace, store, contract, tell) for contract in contracts.values()]
            store.publish([publication for publication, _ in pieces], made)
        return PublishReport(
            place=store.engine.shown,
            schema=made.schema,
            run_id=manifest.run_id,
            table_rows={p.contract.name: sum(p.parts.values()) for p, _ in pieces},
            copied=tuple(p.contract.name for p, is_new in pieces if is_new),
            boards=tuple(PublishedBoard(b.name, b.contract.meaning) for b in possible),
            left_out={**lacking, **_empty(pieces)},
        )
    finally:
        store.engine.close()


def without_personal(contract: Contract) -> Contract:
    """Gives a contract without personal columns that identify no row, such as e-mail addresses."""
    kept = tuple(c for c in contract.columns if not c.personal or c.name in contract.grain)
    return replace(contract, columns=kept)


def _store(workspace: Workspace, to: str | None) -> PostgresStore:
    from shopkeeper.engines.postgres import PostgresEngine
    from shopkeeper.engines.postgres_schemas import Place
    from shopkeeper.engines.postgres_store import PostgresStore

    options = workspace.settings.publish
    address = to or options.address
    if address is None:
        raise UsageError(
            "Nothing says where to publish.",
            "name a database with `--to postgresql://user@host/database`, or set `publish.address`",
        )
    setting = "--to" if to else "publish.address"
    place = Place(options.schema_prefix, options.reader_role)
    store = PostgresStore(PostgresEngine(address, setting), place, workspace.state_folder)
    if store.name == workspace.store.name:
        raise UsageError(
            f"The tables of this shop stand in `{store.engine.database}` under the same names.",
            'give what is published schemas of its own, as in `publish.schema_prefix = "bi_"`',
        )
    return store


def _needed(possible: Iterable[Table]) -> list[str]:
    return sorted({name for board in possible for name in board.inputs})


def _contract(name: str) -> Contract:
    return CALL_LIST if name == CALL_LIST.name else catalog.contract(name)


def _building(board: Table, questions: Mapping[str, Any]) -> Any:
    def build(tables: Mapping[str, ir.Table]) -> ir.Table:
        return board.expression(tables, questions)

    return build


def _gone(published: Mapping[str, Contract], lacking: Mapping[str, str]) -> list[tuple[str, str]]:
    """Gives the tables and boards that an earlier publication may have left and this one lacks."""
    from shopkeeper.engines.postgres_boards import BOARDS_SCHEMA

    known = {*catalog.contracts(), CALL_LIST.name}
    tables = {name: _contract(name) for name in _needed(boards.ALL) if name in known}
    gone = [(BOARDS_SCHEMA, name) for name in lacking]
    return gone + [(str(c.layer), name) for name, c in tables.items() if name not in published]


def _piece(
    workspace: Workspace, store: PostgresStore, contract: Contract, tell: Tell
) -> tuple[Publication, bool]:
    """Writes one table aside, unless the very rows are there already."""
    if contract.name == CALL_LIST.name:
        rows, source = _call_list(workspace)
    else:
        rows = workspace.table(contract.name).select(*contract.column_names)
        source = workspace.published.tables[contract.name].fingerprint
    told = f"{source} {sorted(contract.types().items())}"
    fingerprint = hashlib.sha256(told.encode()).hexdigest()[:DIGITS_OF_A_FINGERPRINT]
    written = store.write(
        contract, fingerprint, Rows(rows, contract.grain, _reader(workspace, contract))
    )
    outcome = "copied" if written.is_new else "unchanged"
    tell(Step("publish", contract.name, outcome, written.row_count))
    return Publication(contract, fingerprint, written.parts), written.is_new


def _call_list(workspace: Workspace) -> tuple[ir.Table, str]:
    """Gives whom to contact by the newest call list, and what names its rows."""
    import pyarrow as pa

    from shopkeeper.engines.store import arrow_schema

    plan_id, targets = newest_call_list(workspace)
    schema = arrow_schema(CALL_LIST)
    rows = pa.Table.from_pylist([], schema)
    if targets is not None:
        mine = targets[targets["arm"] == TREAT].assign(plan_id=plan_id)
        amounts = [name for name, type_ in CALL_LIST.types().items() if type_.startswith("dec")]
        plain = pa.schema([(f.name, pa.float64() if f.name in amounts else f.type) for f in schema])
        rows = pa.Table.from_pandas(mine[list(CALL_LIST.column_names)], plain, preserve_index=False)
    return workspace.embedded.register("call_list (planned)", rows), f"call list {plan_id}"


def newest_call_list(workspace: Workspace) -> tuple[str, pd.DataFrame | None]:
    """Gives the newest call list that was planned and not withdrawn, if there is one."""
    for plan_id in reversed(plan_ids(workspace.state_folder)):
        stored = read_plan(workspace.state_folder, plan_id)
        if stored.plan.kind == Kind.CALL_LIST and not stored.is_withdrawn:
            return plan_id, stored.targets
    return "", None


def _reader(workspace: Workspace, contract: Contract) -> Any:
    return workspace.embedded if contract.name == CALL_LIST.name else workspace.engine


def _empty(pieces: list[tuple[Publication, bool]]) -> dict[str, str]:
    rows = {p.contract.name: sum(p.parts.values()) for p, _ in pieces}
    if rows.get(CALL_LIST.name) == 0:
        return {"monday_call_list": "empty until a list is planned: `shopkeeper plan call-list`"}
    return {}
