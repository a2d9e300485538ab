"""dbt: writes the published tables as a dbt package that other projects can build on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from shopkeeper import catalog
from shopkeeper.contracts.contract import Layer
from shopkeeper.engines.dbt_package import MADE_BY, PackagedTable, dbt_package
from shopkeeper.errors import StorageError, UsageError
from shopkeeper.pipeline.manifest import PublishedTable
from shopkeeper.workspace import Workspace

PROJECT_FILE = "dbt_project.yml"
# Raw rows are the shop's own business; everything after them is for people.
PACKAGED_LAYERS = (Layer.SILVER, Layer.GOLD, Layer.MART, Layer.SCORES)


@dataclass(frozen=True, slots=True)
class DbtReport:
    """What was written: the package, how many tables it has and how many tests beyond dbt's own."""

    package: Path
    table_count: int
    test_count: int


def write_dbt_package(workspace: Workspace, package: Path) -> DbtReport:
    """Writes the package over the last good run; one that stands there is replaced whole.

    Raises:
        NotPublishedError: Nothing was built yet.
        UsageError: The folder holds something else.
        StorageError: The folder cannot be written.
    """
    manifest = workspace.published
    contracts = catalog.contracts()
    tables = [
        PackagedTable(contracts[name], _files(workspace, found))
        for name, found in sorted(manifest.tables.items())
        if name in contracts and contracts[name].layer in PACKAGED_LAYERS
    ]
    prefix = workspace.settings.engine.schema_prefix
    files = dbt_package(tables, schema_prefix=prefix, run=manifest.run_id)
    _refuse_others_folder(package)
    _write(package.resolve(), files)
    return DbtReport(package, len(tables), sum(name.startswith("tests/") for name in files))


def _files(workspace: Workspace, found: PublishedTable) -> tuple[str, ...]:
    if workspace.store.name:
        return ()
    version = found.version
    place = workspace.lake.place(version.layer, version.name)
    return tuple(f"{place}/{file}" for file in version.files)


def _refuse_others_folder(package: Path) -> None:
    project = package / PROJECT_FILE
    if not package.exists() or (package.is_dir() and not any(package.iterdir())):
        return
    if project.is_file() and project.read_text(encoding="utf-8").startswith(MADE_BY):
        return
    raise UsageError(
        f"`{package.name}` holds something that is not a package made by `shopkeeper dbt`.",
        "name a folder that is new or empty; it is replaced whole each time",
    )


def _write(package: Path, files: dict[str, str]) -> None:
    aside = package.with_name(f".{package.name}.{uuid4().hex[:8]}.partial")
    try:
        for name, text in files.items():
            file = aside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        if package.exists():
            shutil.rmtree(package)
        aside.replace(package)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise StorageError(
            f"`{package.name}` could not be written: {error.strerror}.",
            "make room or name another folder; the shop's own tables are untouched",
        ) from error
