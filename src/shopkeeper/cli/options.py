"""Options that many commands share, and how a workspace is opened from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shopkeeper.workspace import Workspace

Folder = Annotated[
    Path, typer.Option("--folder", "-C", help="Folder of the shop.", show_default="here")
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", help="A setting for this call: name=value.", metavar="NAME=VALUE"),
]
Profiles = Annotated[
    list[str] | None,
    typer.Option(
        "--profile", help="A profile of shopkeeper.toml; repeat it, the last is strongest."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RunId = Annotated[
    str | None, typer.Option("--run", help="An older run; default: the last good one.")
]
EngineName = Annotated[
    str | None,
    typer.Option("--engine", help="Engine for this call, as `engine.kind`.", show_default=False),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]

HERE = Path()


def open_workspace(
    folder: Path,
    overrides: list[str] | None = None,
    run_id: str | None = None,
    engine: str | None = None,
    profiles: list[str] | None = None,
) -> Workspace:
    """Gives the workspace of a folder; imports what is heavy only now."""
    from shopkeeper.workspace import Workspace

    return Workspace(folder, overrides=opening(overrides, engine, profiles), run_id=run_id)


def opening(
    overrides: list[str] | None, engine: str | None = None, profiles: list[str] | None = None
) -> list[str]:
    """Gives all that a workspace is opened with, as `--set` takes it."""
    found = list(overrides or ())
    if engine is not None:
        found.append(f"engine.kind={engine}")
    if profiles:
        found.append(f"profile={','.join(profiles)}")
    return found
