"""Commands that read: show, customer, tables, table, sql."""

from __future__ import annotations

from typing import Annotated

import typer

from shopkeeper.cli import answers
from shopkeeper.cli.behaviour_answers import show_members
from shopkeeper.cli.options import HERE, EngineName, Folder, Json, Overrides, RunId, open_workspace
from shopkeeper.cli.output import print_json, print_table, print_text, say
from shopkeeper.errors import UnknownNameError
from shopkeeper.reports.report_options import options_text, questions_of

REPORTS = f"{', '.join(list(answers.SHOWS)[:-1])} or {list(answers.SHOWS)[-1]}"


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    # Options of single reports stand behind the report; they are read by `report_options`.
    behind = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command("show", context_settings=behind, epilog=options_text())(show)
    app.command("customer")(customer)
    app.command("tables")(tables)
    app.command("table")(table)
    app.command("sql")(sql)


def show(
    context: typer.Context,
    report: Annotated[str, typer.Argument(help=REPORTS)],
    folder: Folder = HERE,
    engine: EngineName = None,
    run_id: RunId = None,
    overrides: Overrides = None,
    *,
    members: Annotated[
        str | None,
        typer.Option(help="List those a count counts, by the address that stands with it."),
    ] = None,
    json: Json = False,
) -> None:
    """Show a report of the published tables."""
    from shopkeeper.reports.report import as_plain

    if report not in answers.SHOWS:
        raise UnknownNameError.among("report", report, answers.SHOWS)
    asked = questions_of(report, context.args)
    workspace = open_workspace(folder, overrides, run_id, engine=engine)
    if members is not None:
        answer, show_answer = workspace.members(members, **asked), show_members
    else:
        answer, show_answer = getattr(workspace, report)(**asked), answers.SHOWS[report]
    if json:
        print_json(as_plain(answer))
    else:
        show_answer(answer, workspace.settings.shop.currency)


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
