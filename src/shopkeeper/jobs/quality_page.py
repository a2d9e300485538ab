"""Quality page: what validation found, as a page to browse and as plain data for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper import catalog
from shopkeeper.contracts.contract import Layer
from shopkeeper.contracts.elsewhere import FORMS
from shopkeeper.errors import StorageError, UnknownNameError
from shopkeeper.reports.quality import CheckLine, check_lines
from shopkeeper.workspace import table_states

if TYPE_CHECKING:
    from shopkeeper.workspace import Workspace

# Raw rows are the shop's own business; everything after them is for people.
SHARED_LAYERS = (Layer.SILVER, Layer.GOLD, Layer.MART, Layer.SCORES)


def checks_of(workspace: Workspace) -> tuple[CheckLine, ...]:
    """Gives every promise of every table of the last good run, with the rows that break it."""
    tables = workspace.published.tables
    broken = {name: table.broken for name, table in tables.items()}
    return check_lines(table_states(tables), catalog.contracts(), broken)


def write_quality_page(workspace: Workspace, file: Path) -> Path:
    """Writes the page.

    Raises:
        NotPublishedError: Nothing was built yet.
        StorageError: It cannot be written.
    """
    from shopkeeper.html.quality_page import QualityFound, render_quality

    manifest, shop = workspace.published, workspace.settings.shop
    assert manifest.as_of is not None
    checks = checks_of(workspace)
    found = QualityFound(
        workspace.quality(), shop.currency, shop.name, manifest.as_of, manifest.run_id, checks
    )
    _write(file, render_quality(found))
    return file


def write_contracts(form: str, folder: Path) -> tuple[Path, ...]:
    """Writes the contracts of all tables that people read in another tool's words.

    Args:
        form: `pandera`, `great-expectations` or `odcs`.
        folder: Where to; files of the same names are replaced.

    Raises:
        UnknownNameError: There is no such form.
        StorageError: They cannot be written.
    """
    if form not in FORMS:
        raise UnknownNameError.among("form", form, FORMS)
    shared = [one for one in catalog.contracts().values() if one.layer in SHARED_LAYERS]
    files = tuple((folder / name, text) for name, text in FORMS[form](shared).items())
    for file, text in files:
        _write(file, text)
    return tuple(file for file, _ in files)


def _write(file: Path, text: str) -> None:
    partial = file.with_name(f".{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise StorageError(
            f"`{file.name}` could not be written: {error.strerror}.", "name another place"
        ) from error
