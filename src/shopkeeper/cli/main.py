"""The command `shopkeeper`: the application, its errors and exit codes; the only `sys.exit`."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from shopkeeper.cli import (
    check_commands,
    dashboard_commands,
    experiment_commands,
    forget_commands,
    identity_commands,
    job_commands,
    model_commands,
    monitor_commands,
    plan_commands,
    read_commands,
    serve_commands,
    setup_commands,
    share_commands,
)
from shopkeeper.cli.output import print_text, say, say_error
from shopkeeper.errors import ShopkeeperError
from shopkeeper.version import VERSION

app = typer.Typer(
    name="shopkeeper",
    help="Customer intelligence for online shops: point it at your order files and know your "
    "customers. No server, no account, no network.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for commands in (
    setup_commands,
    job_commands,
    model_commands,
    monitor_commands,
    forget_commands,
    plan_commands,
    read_commands,
    identity_commands,
    experiment_commands,
    check_commands,
    share_commands,
    serve_commands,
    dashboard_commands,
):
    commands.add_to(app)


@app.callback(invoke_without_command=True)
def shopkeeper(
    version: bool = typer.Option(False, "--version", help="Print the version and end."),
) -> None:
    """Answers `--version`; everything else is a command."""
    if version:
        print_text(f"shopkeeper {VERSION}")
        raise typer.Exit


def main() -> NoReturn:
    """Runs a command and ends the process.

    0 done, 1 failed, 2 wrong usage, 3 broken contract, 4 an alarm of `monitor`.
    """
    try:
        sys.exit(app())
    except ShopkeeperError as error:
        say_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone; that is its right.
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        say("stopped; the last good run stays published")
        sys.exit(130)
