"""Commands that write: run, ingest, build, score, report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shopkeeper.cli import answers
from shopkeeper.cli.churn_answers import show_churn_headlines
from shopkeeper.cli.demand_answers import show_forecast_headline
from shopkeeper.cli.options import (
    HERE,
    EngineName,
    Folder,
    Json,
    Overrides,
    Profiles,
    Quiet,
    open_workspace,
)
from shopkeeper.cli.output import print_json, print_text, say
from shopkeeper.cli.progress import quiet as tell_nobody
from shopkeeper.cli.progress import tell as tell_step

if TYPE_CHECKING:
    from shopkeeper.jobs.run import RunReport

Data = Annotated[
    Path | None,
    typer.Argument(help="Order file or folder; needed only the first time.", show_default=False),
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("run")(run)
    app.command("ingest")(ingest)
    app.command("build")(build)
    app.command("score")(score)
    app.command("report")(report)


def run(
    data: Data = None,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    profiles: Profiles = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The main job: read the files, build the tables, train, score, write the report."""
    from shopkeeper.jobs.initialise import ensure_source
    from shopkeeper.jobs.run import run as run_job

    if data is not None:
        written = ensure_source(folder, data)
        if written:
            say(f"wrote {written}: correct there what was not recognised")
    workspace = open_workspace(folder, overrides, engine=engine, profiles=profiles)
    done = run_job(workspace, tell=tell_nobody if quiet or json else tell_step)
    show_run(done, as_json=json)
    for error in done.errors:
        raise error


def show_run(done: RunReport, *, as_json: bool) -> None:
    """Prints what a run did and where to go on."""
    if as_json:
        from shopkeeper.reports.report import as_plain

        plain: dict[str, Any] = {
            "run_id": done.run_id,
            "is_new": done.is_new,
            "as_of": done.as_of,
            "report": str(done.report_file),
            "seconds": round(done.seconds, 3),
            "overview": as_plain(done.overview),
            "lifetime_value": as_plain(done.lifetime_value),
            "is_reconciled": done.quality.is_reconciled,
        }
        print_json(plain)
        return
    if not done.is_new:
        print_text("Nothing new: no file, definition or setting has changed since the last run.")
        print_text(f"report   {done.report_file}")
        return
    answers.show_headlines(
        done.overview, done.segments, done.lifetime_value, done.quality, done.currency
    )
    if done.churn is not None and done.churn.bands:
        print_text()
        show_churn_headlines(done.churn, done.currency)
    if done.forecast is not None:
        show_forecast_headline(done.forecast, done.currency)
    for refusal in done.refusals:
        print_text(f"refused  {refusal}")
    print_text(f"report   {done.report_file}")
    say(f"done in {done.seconds:.1f} s; next: open the report, or `shopkeeper show segments`")


def ingest(
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    profiles: Profiles = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read new and changed files into the raw tables; nothing is read twice."""
    from shopkeeper.jobs.ingest import ingest as ingest_job

    workspace = open_workspace(folder, overrides, engine=engine, profiles=profiles)
    done = ingest_job(workspace, tell=tell_nobody if quiet or json else tell_step)
    if json:
        from shopkeeper.reports.report import as_plain

        print_json(as_plain(done))
    elif not done.new_count:
        print_text("Nothing new: every file has been read before.")
    else:
        print_text(f"{done.new_count:,} files read, {done.row_count:,} rows")
        say("next: `shopkeeper build`")


def build(
    layers: Annotated[
        list[str] | None,
        typer.Option("--layer", help="Only this layer: bronze, silver, gold or mart; repeat it."),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Build every table from everything, whatever stands.")
    ] = False,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    profiles: Profiles = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Bring silver, gold and marts up to date with the raw tables."""
    from shopkeeper.jobs.build import build as build_job

    workspace = open_workspace(folder, overrides, engine=engine, profiles=profiles)
    tell = tell_nobody if quiet or json else tell_step
    done = build_job(workspace, layers=layers or (), is_whole=whole, tell=tell)
    built = [outcome for outcome in done.outcomes if str(outcome.outcome) == "built"]
    if json:
        outcomes = {o.name: {"outcome": o.outcome, "rows": o.row_count} for o in done.outcomes}
        print_json({"as_of": done.as_of, "tables": outcomes})
    else:
        seen = f" as of {done.as_of}" if done.as_of else ""
        print_text(f"{len(built)} tables built{seen}" if built else "Nothing new.")
        say("next: `shopkeeper score`")
    for error in done.errors:
        raise error


def score(
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    profiles: Profiles = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Give each customer their segments, risk and value, by the models in use."""
    from shopkeeper.jobs.score import score as score_job

    workspace = open_workspace(folder, overrides, engine=engine, profiles=profiles)
    done = score_job(workspace, tell=tell_nobody if quiet or json else tell_step)
    if json:
        plain = {"customer_count": done.customer_count, "is_new": done.is_new}
        print_json({**plain, "refused": dict(done.refused)})
        return
    print_text(f"{done.customer_count:,} customers scored" if done.is_new else "Nothing new.")
    for name, reason in done.refused:
        print_text(f"refused  {name}: {reason}")
    say("next: `shopkeeper show scores`, or `shopkeeper report`")


def report(
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    profiles: Profiles = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the report again from the published tables."""
    from shopkeeper.jobs.report import report as report_job

    workspace = open_workspace(folder, overrides, engine=engine, profiles=profiles)
    file = report_job(workspace, tell=tell_nobody if quiet or json else tell_step)
    if json:
        print_json({"report": str(file)})
    else:
        print_text(f"report   {file}")
