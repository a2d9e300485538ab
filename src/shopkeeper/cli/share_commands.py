"""Commands that share tables with other tools: dbt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopkeeper.cli.options import HERE, EngineName, Folder, Json, Overrides, open_workspace
from shopkeeper.cli.output import print_json, print_text, say


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("dbt")(dbt)


def dbt(
    package: Annotated[Path, typer.Argument(help="Folder of the package; it is replaced whole.")],
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Write the published tables as a dbt package: sources, staging views, tests, exposures."""
    from shopkeeper.jobs.dbt import write_dbt_package
    from shopkeeper.reports.report import as_plain

    done = write_dbt_package(open_workspace(folder, overrides, engine=engine), package)
    if json:
        print_json(as_plain(done))
        return
    print_text(f"wrote {done.package}: {done.table_count} tables, {done.test_count} tests")
    say(f"next: `dbt build --project-dir {package} --profiles-dir {package}`, in dbt's environment")
