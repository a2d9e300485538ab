"""Commands that show: dashboard, the shop in a browser of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopkeeper.cli.options import HERE, Folder, Overrides, open_workspace
from shopkeeper.cli.output import say

if TYPE_CHECKING:
    from shopkeeper.jobs.dashboard import Showing


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("dashboard")(dashboard)


def dashboard(
    port: Annotated[
        int | None, typer.Option(help="Port; 0 takes a free one.", min=0, show_default="8766")
    ] = None,
    folder: Folder = HERE,
    overrides: Overrides = None,
) -> None:
    """Show the shop in a browser: pages, what-if forms, lists behind numbers; this machine only."""
    from shopkeeper.jobs.dashboard import dashboard as dashboard_job

    asked = [] if port is None else [f"dashboard.port={port}"]
    given = [*(overrides or ()), *asked]
    code = dashboard_job(open_workspace(folder, given), given, tell=_tell)
    if code:
        raise typer.Exit(code)


def _tell(showing: Showing) -> None:
    say(f"showing  {showing.address} (this machine only); stop with Ctrl-C")
    say(f"next: open {showing.address} in a browser")
