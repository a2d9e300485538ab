"""Commands that look after things: check, settings, doctor, vacuum."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from shopkeeper.cli import answers
from shopkeeper.cli.options import (
    HERE,
    EngineName,
    Folder,
    Json,
    Overrides,
    Profiles,
    open_workspace,
)
from shopkeeper.cli.output import RAW_CHARACTERS, print_json, print_table, print_text, say


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("check")(check)
    app.command("settings")(settings)
    app.command("doctor")(doctor)
    app.command("vacuum")(vacuum)


def check(
    folder: Folder = HERE,
    engine: EngineName = None,
    rows: Annotated[
        bool, typer.Option("--rows", help="Show quarantined and breaking rows.")
    ] = False,
    limit: Annotated[int, typer.Option(help="Rows to show.", min=1)] = 20,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with every check to this file.")
    ] = None,
    json: Json = False,
) -> None:
    """Check that all totals tie, and show what was put in quarantine and why."""
    from shopkeeper.jobs.quality_page import checks_of, write_quality_page
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, engine=engine)
    found = workspace.quality()
    if html is not None:
        say(f"wrote {write_quality_page(workspace, html)}")
    if json:
        print_json({**as_plain(found), "checks": as_plain(checks_of(workspace))})
    elif rows:
        _show_rows(workspace, limit)
    else:
        answers.show_quality(found, workspace.settings.shop.currency)
    if not found.is_reconciled:
        raise typer.Exit(3)


def _show_rows(workspace: Any, limit: int) -> None:
    apart = workspace.table("quarantine").order_by("reason", "source", "batch_id", "row_number")
    found = workspace.engine.collect(apart.limit(limit)).to_pylist()
    print_table(
        ("reason", "row", "raw row"),
        [(row["reason"], row["row_number"], row["raw_text"]) for row in found],
        RAW_CHARACTERS,
    )
    say(f"at most {limit} rows; all of them: `shopkeeper table quarantine --limit N`")
    evidence = sorted((workspace.state_folder / "runs").glob("*/evidence/*.parquet"))
    for file in evidence[-5:]:
        say(f"rows that broke a contract: {file}")


def settings(
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    profiles: Profiles = None,
    origin: Annotated[
        bool, typer.Option("--origin", help="Say where each value comes from.")
    ] = False,
    json: Json = False,
) -> None:
    """Show all settings."""
    workspace = open_workspace(folder, overrides, engine=engine, profiles=profiles)
    plain = workspace.settings.model_dump(mode="json")
    if json:
        print_json(
            {
                "settings": plain,
                "origins": dict(workspace.loaded.origins),
                "profiles": workspace.loaded.profiles,
            }
            if origin
            else plain
        )
        return
    flat = _flattened(plain)
    origins = workspace.loaded.origins
    if origin:
        print_table(
            ("setting", "value", "from"),
            [
                (k, str(v), origins.get(k) or origins.get(k.split(".")[0], "default"))
                for k, v in flat
            ],
        )
    else:
        print_table(("setting", "value"), [(k, str(v)) for k, v in flat])


def _flattened(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict) and value:
            found += _flattened(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for place, item in enumerate(value):
                found += _flattened(item, f"{prefix}{key}.{place}.")
        else:
            found.append((f"{prefix}{key}", value))
    return found


def doctor(folder: Folder = HERE, json: Json = False) -> None:
    """Look whether everything that Shopkeeper needs is there, and say what to do where not."""
    from shopkeeper.jobs.doctor import doctor as examine

    findings = examine(folder)
    if json:
        from shopkeeper.reports.report import as_plain

        print_json(as_plain(findings))
    else:
        print_table(
            ("", "what", "found", "advice"),
            [("ok" if f.is_well else "!!", f.name, f.found, f.advice) for f in findings],
        )
    if not all(finding.is_well for finding in findings):
        print_text("Something is missing: see the advice above.")
        raise typer.Exit(1)


def vacuum(
    folder: Folder = HERE,
    keep_days: Annotated[
        int | None,
        typer.Option(
            "--keep-days", help="Days for which runs are kept.  [default: lake.keep_days]", min=0
        ),
    ] = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Count only, and remove nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Remove old runs and the files that only they need; the last good run stays."""
    from shopkeeper.jobs.vacuum import vacuum as vacuum_job
    from shopkeeper.reports.report import as_plain

    done = vacuum_job(open_workspace(folder), keep_days=keep_days, is_rehearsal=rehearse)
    if json:
        print_json(as_plain(done))
        return
    what = "would be removed" if done.is_rehearsal else "removed"
    megabytes = done.size_bytes / 1_000_000
    print_text(
        f"{done.run_count:,} runs and {done.file_count:,} files {what}, {megabytes:,.1f} MB; "
        f"{done.kept_run_count:,} runs kept"
    )
