"""Commands for the life of a model: train, sweep, models, promote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shopkeeper.cli.churn_answers import show_churn_training
from shopkeeper.cli.demand_answers import show_demand_training
from shopkeeper.cli.options import (
    HERE,
    EngineName,
    Folder,
    Json,
    Overrides,
    Profiles,
    Quiet,
    open_workspace,
    opening,
)
from shopkeeper.cli.output import RAW_CHARACTERS, print_json, print_table, print_text, say
from shopkeeper.cli.progress import quiet as tell_nobody
from shopkeeper.cli.progress import tell as tell_step
from shopkeeper.cli.recommendation_answers import show_recommendation_training
from shopkeeper.cli.sweep_answers import show_sweep
from shopkeeper.cli.value_answers import show_training
from shopkeeper.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from shopkeeper.jobs.train import TrainReport
    from shopkeeper.lifecycle.history import Change
    from shopkeeper.lifecycle.versions import ModelVersion


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("train")(train)
    app.command("sweep")(sweep)
    app.command("models")(models)
    app.command("promote")(promote)


def train(
    tasks: Annotated[
        list[str] | None,
        typer.Argument(
            help="lifetime_value (with segments), churn, recommendation, demand; default: all",
            show_default=False,
        ),
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only where data or settings changed, as in a run.")
    ] = False,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    profiles: Profiles = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train the models anew, due or not unless told; what passes the gate is promoted."""
    from shopkeeper.jobs.train import train as train_job
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, overrides, engine=engine, profiles=profiles)
    tell = tell_nobody if quiet or json else tell_step
    done = train_job(workspace, tasks=tasks or (), always=not due, tell=tell)
    if json:
        print_json(as_plain(done))
        return
    _show_training(done, workspace.settings.shop.currency)


def _show_training(done: TrainReport, currency: str) -> None:
    if done.findings:
        show_training(done.findings)
        print_text()
    if done.churn:
        show_churn_training(done.churn)
    show_recommendation_training(done.recommendation)
    show_demand_training(done.demand, currency)
    others = (found for found in (done.recommendation, done.demand) if found)
    is_any = any(found.is_published for found in (*done.findings, *done.churn, *others))
    say("next: `shopkeeper score`, then `shopkeeper report`" if is_any else "nothing is published")


def sweep(
    task: Annotated[str, typer.Argument(help="churn, lifetime_value or recommendation")],
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="What to try: name=a,b,c or name=low..high; one value is the same for all.",
            metavar="NAME=VALUES",
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="What to try, as a TOML file with names and values under [set]."),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(help="Trials; default: all combinations.", min=1)
    ] = None,
    folder: Folder = HERE,
    engine: EngineName = None,
    profiles: Profiles = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Try settings of a task on the past; nothing is promoted or published."""
    from shopkeeper.jobs.sweep import check_task
    from shopkeeper.jobs.sweep import sweep as sweep_job
    from shopkeeper.jobs.sweep_space import read_sweep, space_of
    from shopkeeper.reports.report import as_plain

    check_task(task)
    space = space_of(task, [*(read_sweep(file) if file else ()), *(overrides or ())])
    given = opening(list(space.fixed), engine, profiles)
    workspace = open_workspace(folder, given)
    tell = tell_nobody if quiet or json else tell_step
    done = sweep_job(workspace, task, space, trials=trials, overrides=given, tell=tell)
    if json:
        print_json(as_plain(done))
    else:
        show_sweep(done)


def models(
    name: Annotated[
        str | None, typer.Argument(help="Name of a model; default: all", show_default=False)
    ] = None,
    folder: Folder = HERE,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """List registered models, or one model's versions, verdict and history."""
    registry = open_workspace(folder, overrides).registry
    names = registry.names()
    if name is not None and name not in names:
        raise UnknownNameError.among("registered model", name, names)
    found = {each: registry.versions(each) for each in ([name] if name else names)}
    history = registry.history(name) if name else ()
    if json:
        plain: dict[str, Any] = {
            each: [_plain(version) for version in versions] for each, versions in found.items()
        }
        print_json({"models": plain, "history": [_plain_change(change) for change in history]})
        return
    if not found:
        print_text("No model is registered yet.")
        return
    print_table(
        ("model", "version", "is", "algorithm", "data before", "gate", "run"),
        [_row(version) for versions in found.values() for version in versions],
    )
    if name:
        _show_verdict(found[name][-1])
        for change in history:
            print_text(f"{change.at:%Y-%m-%d %H:%M} {change.action}: version {change.version}")
        say(f"card: {found[name][-1].folder / 'card.md'}")


def promote(
    name: Annotated[str, typer.Argument(help="Name of a model")],
    version: Annotated[
        int | None, typer.Option(help="Version; default: the challenger.", min=1)
    ] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Go back to the previous champion.")
    ] = False,
    folder: Folder = HERE,
    overrides: Overrides = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a version champion if it has passed the gate, or go back to the previous one."""
    from shopkeeper.jobs.promote import promote as promote_job
    from shopkeeper.jobs.promote import rollback as rollback_job

    if rollback and version is not None:
        raise UsageError("`--rollback` goes one step back; it takes no `--version`.")
    workspace = open_workspace(folder, overrides)
    tell = tell_nobody if quiet or json else tell_step
    done = (
        rollback_job(workspace, name, tell=tell)
        if rollback
        else promote_job(workspace, name, version, tell=tell)
    )
    if json:
        previous = _plain(done.previous) if done.previous else None
        print_json({"champion": _plain(done.champion), "previous": previous, "is_new": done.is_new})
        return
    before = f", before: version {done.previous.version}" if done.previous else ""
    state = "is champion" if done.is_new else "was champion already"
    print_text(f"{name} version {done.champion.version} {state}{before if done.is_new else ''}")
    say("next: `shopkeeper score`")


def _row(version: ModelVersion) -> tuple[object, ...]:
    return (
        version.name,
        version.version,
        ", ".join(version.aliases),
        version.model,
        version.as_of,
        _gate(version),
        version.run_id,
    )


def _gate(version: ModelVersion) -> str:
    if version.verdict is None:
        return "not judged"
    return "passed" if version.verdict.passed else "refused"


def _show_verdict(version: ModelVersion) -> None:
    if version.verdict is None:
        return
    print_text()
    print_table(
        (f"version {version.version}", "criterion", "found"),
        [("ok" if c.passed else "!!", c.name, c.sentence) for c in version.verdict.criteria],
        RAW_CHARACTERS,
    )


def _plain(version: ModelVersion) -> dict[str, Any]:
    return {
        "name": version.name,
        "version": version.version,
        "aliases": list(version.aliases),
        "model": version.model,
        "run_id": version.run_id,
        "created_at": version.created_at.isoformat(),
        "as_of": version.as_of,
        "data_fingerprint": version.data_fingerprint,
        "code_version": version.code_version,
        "folder": str(version.folder),
        "judged_against": version.judged_against,
        "verdict": version.verdict.to_plain() if version.verdict else None,
    }


def _plain_change(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        "version": change.version,
        "previous": change.previous,
        "at": change.at.isoformat(),
    }
