"""Commands that read: show, customer, tables, table, sql."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from shopkeeper.cli import answers
from shopkeeper.cli.options import HERE, EngineName, Folder, Json, Overrides, RunId, open_workspace
from shopkeeper.cli.output import print_json, print_table, print_text, say
from shopkeeper.errors import UnknownNameError, UsageError

# Options of `show` that are called otherwise than what they ask.
SHOW_OPTIONS = {"before": "--from", "after": "--to", "top_share": "--top"}


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("show")(show)
    app.command("customer")(customer)
    app.command("tables")(tables)
    app.command("table")(table)
    app.command("sql")(sql)


def show(  # noqa: PLR0917 - one parameter for each option
    report: Annotated[
        str, typer.Argument(help="overview, change, products …; a wrong name lists the closest")
    ],
    folder: Folder = HERE,
    engine: EngineName = None,
    run_id: RunId = None,
    overrides: Overrides = None,
    before: Annotated[
        str | None, typer.Option("--from", help="change: the earlier period, such as 2011-10.")
    ] = None,
    after: Annotated[
        str | None, typer.Option("--to", help="change: the later period, such as 2011-11.")
    ] = None,
    top_share: Annotated[
        float | None,
        typer.Option("--top", help="whales: part of the customers, 0-1.", min=0.0001, max=1),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="Rows of lists that name the best.", min=1)
    ] = None,
    json: Json = False,
) -> None:
    """Show a report of the published tables."""
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, overrides, run_id, engine=engine)
    if report not in answers.SHOWS:
        raise UnknownNameError.among("report", report, answers.SHOWS)
    asked = {"before": before, "after": after, "top_share": top_share, "limit": limit}
    answer = ask(getattr(workspace, report), report, asked)
    if json:
        print_json(as_plain(answer))
    else:
        answers.SHOWS[report](answer, workspace.settings.shop.currency)


def ask(method: Callable[..., Any], report: str, asked: dict[str, Any]) -> Any:
    """Asks a report with the options that were given.

    Raises:
        UsageError: The report has no such option.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    known = inspect.signature(method).parameters
    for name in given:
        if name not in known:
            option = SHOW_OPTIONS.get(name, f"--{name}")
            raise UsageError(
                f"Report `{report}` has no option `{option}`.",
                "leave it out; `shopkeeper show --help` says which report each option is for",
            )
    return method(**given)


def customer(
    customer_id: Annotated[str, typer.Argument(help="Customer as the shop names them")],
    folder: Folder = HERE,
    engine: EngineName = None,
    run_id: RunId = None,
    json: Json = False,
) -> None:
    """Show one customer's whole story."""
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, run_id=run_id, engine=engine)
    found = workspace.customer(customer_id)
    if json:
        print_json(as_plain(found))
    else:
        answers.show_customer(found, workspace.settings.shop.currency)


def tables(
    folder: Folder = HERE, engine: EngineName = None, run_id: RunId = None, json: Json = False
) -> None:
    """List the published tables."""
    from shopkeeper.reports.report import as_plain
    from shopkeeper.workspace import table_states

    workspace = open_workspace(folder, run_id=run_id, engine=engine)
    states = table_states(workspace.published.tables)
    if json:
        print_json(as_plain(states))
        return
    print_table(
        ("layer", "table", "version", "rows", "one row is"),
        [(s.layer, s.name, s.version, s.row_count, s.meaning.split(".")[0]) for s in states],
    )


def table(
    name: Annotated[str, typer.Argument(help="Name of a table")],
    folder: Folder = HERE,
    engine: EngineName = None,
    version: Annotated[int | None, typer.Option(help="An older version of the table.")] = None,
    limit: Annotated[int, typer.Option(help="Rows to show.", min=1)] = 20,
    history: Annotated[bool, typer.Option("--history", help="List its versions.")] = False,
    json: Json = False,
) -> None:
    """Show rows of a published table, also of an older version."""
    workspace = open_workspace(folder, engine=engine)
    if history:
        commits = [dict(commit) for commit in workspace.versions(name)]
        if json:
            print_json(commits)
        else:
            shown = ("version", "fingerprint")
            print_table(shown, [tuple(str(c.get(name, "")) for name in shown) for c in commits])
        return
    rows = workspace.engine.collect(workspace.table(name, version).limit(limit))
    if json:
        print_json(rows.to_pylist())
    else:
        print_table(rows.column_names, [list(row.values()) for row in rows.to_pylist()])
        say(
            f"at most {limit} rows; more with `--limit`, all in Python: Workspace().frame({name!r})"
        )


def sql(
    name: Annotated[str, typer.Argument(help="Name of a table")],
    engine: Annotated[str, typer.Option(help="duckdb, postgres or spark")] = "duckdb",
) -> None:
    """Print the SQL that builds a table, for an engine."""
    from shopkeeper.jobs.compile import compiled_sql

    print_text(compiled_sql(name, engine).rstrip("\n"))
