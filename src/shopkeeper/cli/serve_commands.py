"""Commands that serve: serve, the API for programs; the keys that open it; mlflow, its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopkeeper.cli.options import HERE, Folder, Json, Overrides, open_workspace
from shopkeeper.cli.output import print_json, print_text, say

if TYPE_CHECKING:
    from shopkeeper.jobs.serve import Serving

Scopes = Annotated[
    list[str] | None,
    typer.Option(
        "--scope", help="What the new key may do: read, customers, predict, operate; repeat it."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("serve")(serve)
    app.command("mlflow")(mlflow)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen at.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port; 0 takes a free one.", min=0, show_default="8765")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes that answer.", min=1, show_default="1")
    ] = None,
    new_key: Annotated[
        str | None, typer.Option(help="Make a key of this name, show it once, and end.")
    ] = None,
    scope: Scopes = None,
    folder: Folder = HERE,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Answer programs over HTTP, from published runs; see the guide of the API."""
    if new_key is not None:
        _make_key(folder, new_key, scope or ["read"], as_json=json)
        return
    from shopkeeper.jobs.serve import serve as serve_job

    named = {"host": host, "port": port, "workers": workers}
    asked = [f"api.{name}={value}" for name, value in named.items() if value is not None]
    given = [*(overrides or ()), *asked]
    serve_job(open_workspace(folder, given), given, tell=_tell)


def mlflow(
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0)] = 5000,
    folder: Folder = HERE,
    overrides: Overrides = None,
) -> None:
    """Show training runs and registered models in MLflow's own pages, on this machine only."""
    from shopkeeper.jobs.training_pages import show_training

    def tell(address: str) -> None:
        say(f"showing  {address} (this machine only); stop with Ctrl-C")

    show_training(open_workspace(folder, overrides), port=port, tell=tell)


def _tell(serving: Serving) -> None:
    opened = (
        f"{serving.key_count} keys" if serving.key_count else "this machine only, without a key"
    )
    say(f"serving  {serving.address} ({opened}); stop with Ctrl-C")
    say(f"next: `curl {serving.address}/health`; all addresses: {serving.address}/openapi.json")


def _make_key(folder: Folder, name: str, scopes: list[str], *, as_json: bool) -> None:
    from shopkeeper.jobs.new_key import new_key
    from shopkeeper.reports.report import as_plain

    made = new_key(folder, name, scopes)
    if as_json:
        print_json(as_plain(made))
        return
    print_text(made.key)
    say(f"key `{made.name}` may {', '.join(made.scopes)}; it is shown this once, keep it safe")
    say("next: send it as `Authorization: Bearer <key>`")
