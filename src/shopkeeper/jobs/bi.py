"""BI: writes dashboards for Superset, Metabase or Power BI as files, made from the contracts."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from shopkeeper import boards
from shopkeeper.boards.charts import charts, dashboards_over, question
from shopkeeper.boards.customers import CALL_LIST
from shopkeeper.boards.metabase import metabase_files
from shopkeeper.boards.power_bi import power_bi_project
from shopkeeper.boards.superset import MASK, superset_bundle
from shopkeeper.engines.postgres_boards import BOARDS_SCHEMA
from shopkeeper.errors import StorageError, UnknownNameError, UsageError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.contracts.contract import Contract
    from shopkeeper.engines.postgres_address import PostgresAddress
    from shopkeeper.warehouse.table import Table
    from shopkeeper.workspace import Workspace

# The same input gives the same bytes.
MOMENT = (2025, 1, 1, 0, 0, 0)
BUNDLE = "shopkeeper"
# Stands in folders that may be replaced.
MADE_BY = ".made-by-shopkeeper"


@dataclass(frozen=True, slots=True)
class DashboardFiles:
    """What was written: for which tool, where, and how many charts on how many dashboards."""

    tool: str
    output: Path
    file_count: int
    chart_count: int
    dashboard_count: int


def write_bi_files(
    workspace: Workspace, tool: str, output: Path, *, to: str | None = None
) -> DashboardFiles:
    """Writes the dashboards for one tool over the boards in a database.

    Args:
        workspace: The shop; its settings say where boards are published.
        tool: `superset` (a ZIP for its importer), `metabase` or `power-bi` (folders).
        output: File or folder; a file is replaced, a folder must be new, empty, or made by this.
        to: Address of the database; None takes `publish.address`. Its password is never written.

    Raises:
        UnknownNameError: There is no such tool.
        UsageError: No address is known, or the folder holds something else.
        StorageError: It cannot be written.
    """
    from shopkeeper.engines.postgres_address import postgres_address

    if tool not in TOOLS:
        raise UnknownNameError.among("tool", tool, TOOLS)
    options = workspace.settings.publish
    named = to or options.address
    if named is None:
        raise UsageError(
            "Nothing says in which database the boards are.",
            "name it with `--to postgresql://user@host/database`, or set `publish.address`",
        )
    address = postgres_address(named, "--to" if to else "publish.address")
    contracts = _contracts(workspace)
    files = TOOLS[tool](contracts, address, f"{options.schema_prefix}{BOARDS_SCHEMA}")
    if tool == "superset":
        _replace_file(output, _zipped(files))
    else:
        _replace_folder(output, files)
    shown = dashboards_over(contracts)
    return DashboardFiles(tool, output, len(files), len(list(charts(shown))), len(shown))


def _contracts(workspace: Workspace) -> list[Contract]:
    """Gives the boards that the shop's tables can make; all of them where nothing was built yet."""
    found: tuple[Table, ...] = boards.ALL
    if workspace.manifest is not None:
        found, _ = boards.possible({*workspace.manifest.tables, CALL_LIST.name})
    return [board.contract for board in found]


def _superset(
    contracts: list[Contract], address: PostgresAddress, schema: str
) -> Mapping[str, str]:
    return superset_bundle(contracts, address=address.for_sqlalchemy(MASK), schema=schema)


def _metabase(
    contracts: list[Contract], address: PostgresAddress, schema: str
) -> Mapping[str, str]:
    from shopkeeper.engines.dialects import to_sql

    shown = dashboards_over(contracts)
    sql = {
        chart.name: to_sql(question(chart, _board(chart.contract, schema)), "postgres")
        for chart in charts(shown)
    }
    return metabase_files(shown, sql, connection=asdict(address))


def _power_bi(
    contracts: list[Contract], address: PostgresAddress, schema: str
) -> Mapping[str, str]:
    return power_bi_project(
        contracts, server=address.server, database=address.database, schema=schema
    )


TOOLS: dict[str, Callable[[list[Contract], PostgresAddress, str], Mapping[str, str]]] = {
    "superset": _superset,
    "metabase": _metabase,
    "power-bi": _power_bi,
}


def _board(contract: Contract, schema: str) -> ir.Table:
    import ibis

    return ibis.table(contract.types(), name=contract.name, database=schema)


def _zipped(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in sorted(files.items()):
            bundle.writestr(zipfile.ZipInfo(f"{BUNDLE}/{name}", MOMENT), text)
    return packed.getvalue()


def _replace_file(output: Path, content: bytes) -> None:
    if output.is_dir():
        raise UsageError(f"`{output.name}` is a folder.", "name a file, as `dashboards.zip`")
    aside = output.with_name(f".{output.name}.{uuid4().hex[:8]}.partial")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(output)
    except OSError as error:
        raise _unwritable(output, error) from error


def _replace_folder(output: Path, files: Mapping[str, str]) -> None:
    mark = output / MADE_BY
    is_free = not output.exists() or (output.is_dir() and not any(output.iterdir()))
    if not is_free and not mark.is_file():
        raise UsageError(
            f"`{output.name}` holds something that was not made by `shopkeeper bi`.",
            "name a folder that is new or empty; it is replaced whole each time",
        )
    output = output.resolve()
    aside = output.with_name(f".{output.name}.{uuid4().hex[:8]}.partial")
    try:
        for name, text in {**files, MADE_BY: ""}.items():
            file = aside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        if output.exists():
            shutil.rmtree(output)
        aside.replace(output)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise _unwritable(output, error) from error


def _unwritable(output: Path, error: OSError) -> StorageError:
    return StorageError(
        f"`{output.name}` could not be written: {error.strerror}.",
        "make room or name another place",
    )
