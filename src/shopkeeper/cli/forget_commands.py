"""Commands that forget: forget, a customer in what is kept beside the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopkeeper.cli.options import HERE, EngineName, Folder, Json, Overrides, open_workspace
from shopkeeper.cli.output import print_json, print_table, print_text, say

if TYPE_CHECKING:
    from shopkeeper.jobs.forget import ForgetReport


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("forget")(forget)


def forget(
    customer: Annotated[str, typer.Argument(help="Customer as the shop names them.")],
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Take a customer out of the log of predictions, and say where else they stand."""
    from shopkeeper.jobs.forget import forget as forget_job
    from shopkeeper.reports.report import as_plain

    done = forget_job(open_workspace(folder, overrides, engine=engine), customer)
    if json:
        print_json(as_plain(done))
    else:
        _show(done)


def _show(done: ForgetReport) -> None:
    lines = "line" if done.removed_count == 1 else "lines"
    print_text(f"{done.removed_count:,} {lines} of the log of predictions removed")
    if done.tables:
        print_text()
        print_table(("table", "rows"), [(one.table, one.row_count) for one in done.tables])
    if done.entries:
        numbers = ", ".join(map(str, done.entries))
        print_text(f"merges and splits that name them, which are never changed: {numbers}")
    if done.plans:
        print_text(f"plans that name them, which are never changed: {', '.join(done.plans)}")
    if not (done.tables or done.entries or done.plans):
        say("nothing else that is published names them")
        return
    print_text()
    say(
        f"next: take them out of {', '.join(f'`{one}`' for one in done.sources)}, then build a new "
        f"workspace from those files; {done.run_count:,} runs of this one stay as they are"
    )
