"""Commands that watch: monitor."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from shopkeeper.cli.monitor_answers import show_monitoring
from shopkeeper.cli.options import HERE, EngineName, Folder, Json, Overrides, Quiet, open_workspace
from shopkeeper.cli.output import print_json, print_text, say
from shopkeeper.cli.progress import quiet as tell_nobody
from shopkeeper.cli.progress import tell as tell_step

if TYPE_CHECKING:
    from shopkeeper.jobs.monitor import MonitorReport

# Schedulers tell an alarm from a failure by it.
ALARM_EXIT_CODE = 4


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("monitor")(monitor)


def monitor(
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    *,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day that is asked about; default: today."),
    ] = None,
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Train challengers where the settings call for it.")
    ] = False,
    backfill: Annotated[
        int,
        typer.Option(
            min=0,
            max=60,
            help="Past months for which to tell how good models would have been, taught on what "
            "was known then; what was done is not done again.",
        ),
    ] = 0,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look whether orders, customers and models are as they were; ends with 4 on a new alarm."""
    from shopkeeper.jobs.monitor import monitor as monitor_job

    workspace = open_workspace(folder, overrides, engine=engine)
    done = monitor_job(
        workspace,
        on=on.date() if on else None,
        retrain=retrain,
        backfill=backfill,
        tell=tell_nobody if quiet or json else tell_step,
    )
    _show(done, workspace.settings.shop.currency, is_json=json)
    if done.monitoring.is_news:
        raise typer.Exit(ALARM_EXIT_CODE)


def _show(done: MonitorReport, currency: str, *, is_json: bool) -> None:
    """Prints what was found, and what reached nobody."""
    from shopkeeper.reports.report import as_plain

    for told in done.told:
        if not told.was_sent:
            say(f"warning: {told.target} was not told: {told.detail}")
    if is_json:
        print_json(as_plain(done))
    else:
        show_monitoring(done.monitoring, currency)
        print_text(f"page     {done.page}")
        due = done.monitoring.retraining
        if due and due.is_due and not due.was_done:
            say("next: `shopkeeper monitor --retrain`")
