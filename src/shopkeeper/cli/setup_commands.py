"""Commands that set up: demo, init, profile, data, simulate-events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopkeeper.cli.job_commands import show_run
from shopkeeper.cli.options import HERE, Folder, Json, Quiet
from shopkeeper.cli.output import print_json, print_table, print_text, say
from shopkeeper.cli.progress import quiet as tell_nobody
from shopkeeper.cli.progress import tell as tell_step


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("demo")(demo)
    app.command("init")(init)
    app.command("profile")(profile)
    app.command("data")(data)
    app.command("simulate-events")(simulate_events)


def demo(
    folder: Annotated[Path, typer.Option("--folder", "-C", help="Folder to make.")] = Path(
        "demo-shop"
    ),
    customers: Annotated[int, typer.Option(help="People who buy.", min=2_000)] = 2_500,
    seed: Annotated[int, typer.Option(help="Another seed makes another shop.")] = 7,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make up a shop, run the main job on it, and grade the answers against the truth."""
    from shopkeeper.jobs.demo import demo as demo_job

    tell = tell_nobody if quiet or json else tell_step
    done = demo_job(folder, customer_count=customers, seed=seed, tell=tell)
    show_run(done.run, as_json=json)
    if json:
        return
    print_text()
    print_table(
        ("graded against the truth", "found", "truth", "right"),
        [(g.name, g.found, g.truth, g.is_right) for g in done.grades],
    )
    say(f"the made-up shop and its truth: {folder}; next: `shopkeeper show segments -C {folder}`")
    if not all(grade.is_right for grade in done.grades):
        raise typer.Exit(1)


def init(
    file: Annotated[Path, typer.Argument(help="Your order file, or a folder of them.")],
    folder: Folder = HERE,
    json: Json = False,
) -> None:
    """Look at your order files and write shopkeeper.toml, with what was recognised."""
    from shopkeeper.jobs.initialise import initialise

    done = initialise(folder, file)
    if json:
        from shopkeeper.reports.report import as_plain

        print_json(as_plain(done))
    else:
        print_text(f"wrote {done.settings_file}: source `{done.kind}`, {len(done.columns)} columns")
        say(f"next: look at it, then `shopkeeper run --folder {folder}`")


def profile(
    file: Annotated[Path, typer.Argument(help="A file of orders.")],
    folder: Folder = HERE,
    json: Json = False,
) -> None:
    """Show how a file would be understood: encoding, columns, formats, what does not fit."""
    from shopkeeper.jobs.profile import profile as profile_job
    from shopkeeper.reports.report import as_plain

    found = profile_job(file, folder)
    if json:
        print_json(as_plain(found))
        return
    for name, value in found.facts:
        print_text(f"{name:<12} {value}")
    print_text()
    print_table(
        ("column", "is read as", "kind", "written", "missing", "does not fit", "example"),
        [
            (c.name, c.term, c.kind, c.written, c.missing, c.misfits, c.example)
            for c in found.columns
        ],
    )
    for problem in found.problems:
        print_text(f"! {problem}")
    say("correct it under [[sources]] in shopkeeper.toml; next: `shopkeeper run FILE`")


def data(
    action: Annotated[str, typer.Argument(help="fetch or list")],
    name: Annotated[str, typer.Argument(help="Name of a public data set.")] = "",
    folder: Annotated[Path, typer.Option(help="Where to put it.")] = Path("data"),
) -> None:
    """Fetch a public data set from its publisher, proven row by row."""
    from shopkeeper.errors import UnknownNameError
    from shopkeeper.jobs.fetch import DATA_SETS, fetch

    if action == "list":
        print_table(
            ("name", "what it is", "licence"),
            [(d.name, d.meaning, d.licence) for d in DATA_SETS.values()],
        )
        return
    if action != "fetch":
        raise UnknownNameError.among("action", action, ("fetch", "list"))
    print_text(f"fetched {fetch(name, folder)}")


def simulate_events(
    folder: Folder = HERE,
    seed: Annotated[int, typer.Option(help="Another seed makes other clicks.")] = 7,
    json: Json = False,
) -> None:
    """Make up the clicks that lead to a shop's orders; they are marked as simulated everywhere."""
    from shopkeeper.jobs.simulate_events import simulate_events as job
    from shopkeeper.reports.report import as_plain
    from shopkeeper.workspace import Workspace

    done = job(Workspace(folder), seed=seed)
    if json:
        print_json(as_plain(done))
        return
    print_text(
        f"made up {done.event_count:,} events in {done.session_count:,} sessions: {done.file}"
    )
    say(f"next: `shopkeeper run --folder {folder}`; they count as `is_simulated`")
