"""Commands that share tables with other tools: publish, bi, contracts, dbt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopkeeper.cli.options import HERE, EngineName, Folder, Json, Overrides, Quiet, open_workspace
from shopkeeper.cli.output import print_json, print_text, say
from shopkeeper.cli.progress import quiet as tell_nobody
from shopkeeper.cli.progress import tell as tell_step

Target = Annotated[
    str | None,
    typer.Option(
        "--to",
        help="Database, as `postgresql://user@host/database`; default: `publish.address`.",
        show_default=False,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("publish")(publish)
    app.command("bi")(bi)
    app.command("contracts")(contracts)
    app.command("dbt")(dbt)


def publish(
    to: Target = None,
    folder: Folder = HERE,
    overrides: Overrides = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Copy what dashboards need into a PostgreSQL database: documented tables and views."""
    from shopkeeper.jobs.publish import publish as publish_job
    from shopkeeper.reports.report import as_plain

    tell = tell_nobody if json or quiet else tell_step
    done = publish_job(open_workspace(folder, overrides), to=to, tell=tell)
    if json:
        print_json(as_plain(done))
        return
    print_text(
        f"published {len(done.boards)} boards over {len(done.table_rows)} tables of run "
        f"{done.run_id} to {done.place}, schema {done.schema}"
    )
    for board in done.boards:
        print_text(f"  {board.name:<18} {board.meaning.split('. ')[0].rstrip('.')}")
    for name, why in done.left_out.items():
        say(f"{name}: {why}")


def bi(
    tool: Annotated[str, typer.Argument(help="`superset`, `metabase` or `power-bi`.")],
    output: Annotated[
        Path, typer.Argument(help="ZIP for Superset, else a folder; it is replaced whole.")
    ],
    to: Target = None,
    folder: Folder = HERE,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Write dashboards over the published boards for a tool, as files without a password."""
    from shopkeeper.jobs.bi import write_bi_files
    from shopkeeper.reports.report import as_plain

    done = write_bi_files(open_workspace(folder, overrides), tool, output, to=to)
    if json:
        print_json(as_plain(done))
        return
    print_text(
        f"wrote {done.output}: {done.dashboard_count} dashboards with {done.chart_count} charts "
        f"for {done.tool}"
    )
    say(f"next: the guide on dashboards in other tools says how {done.tool} takes them in")


def contracts(
    output: Annotated[Path, typer.Argument(help="Folder for the files.")],
    form: Annotated[
        str, typer.Option("--as", help="`pandera`, `great-expectations` or `odcs`.")
    ] = "pandera",
    json: Json = False,
) -> None:
    """Write what tables promise in the words of other quality tools; it needs no shop."""
    from shopkeeper.jobs.quality_page import write_contracts

    files = write_contracts(form, output)
    if json:
        print_json({"form": form, "files": [str(file) for file in files]})
        return
    print_text(f"wrote {len(files)} files to {output}")


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
