"""Commands for who is one person: identities, merge, split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopkeeper.cli import identity_answers
from shopkeeper.cli.behaviour_answers import show_members
from shopkeeper.cli.options import HERE, EngineName, Folder, Json, Overrides, open_workspace
from shopkeeper.cli.output import print_json, print_text, say
from shopkeeper.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from shopkeeper.jobs.identities import Recorded
    from shopkeeper.reports.identities import Listing
    from shopkeeper.settings import IdentitySettings
    from shopkeeper.workspace import Workspace

By = Annotated[
    list[str] | None,
    typer.Option(
        help="Key that tells: email, phone or person_key; may be repeated; default: the settings.",
        show_default=False,
    ),
]
Why = Annotated[str, typer.Option(help="A word on it for the log.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Record it; without, it is only shown.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("identities")(identities)
    app.command("merge")(merge)
    app.command("split")(split)


def identities(
    by: By = None,
    log: Annotated[bool, typer.Option("--log", help="List all merges and splits.")] = False,
    limit: Annotated[int, typer.Option(help="Examples to show.", min=0)] = 10,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Show keys whole; they are personal data.")
    ] = False,
    members: Annotated[
        str | None,
        typer.Option(
            help="Instead list whom a count counts: the address that --json gives beside it.",
            show_default=False,
        ),
    ] = None,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Show which ids and guests share a key, and what counting them as one would change."""
    from shopkeeper.reports.identities import Listing
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, overrides, engine=engine)
    if log:
        _show_log(workspace, Listing(limit, unmasked), as_json=json)
        return
    rules = _rules(workspace, by)
    if members is not None:
        listed = workspace.members(members, rules=rules)
        print_json(as_plain(listed)) if json else show_members(listed, "")
        return
    found = workspace.identities(rules, listing=Listing(limit, unmasked))
    if json:
        print_json(as_plain(found))
        return
    identity_answers.show_identities(found, workspace.settings.shop.currency)
    if found.merged_id_count or found.guest_count:
        named = "".join(f" --by {kind}" for kind in rules.keys)
        say(f"next: `shopkeeper merge{named}`")


def _show_log(workspace: Workspace, listing: Listing, *, as_json: bool) -> None:
    """Prints every merge and split, oldest first."""
    from shopkeeper.reports.report import as_plain

    entries = identity_answers.lines_of_log(
        workspace.identity_log(), limit=listing.limit, is_unmasked=listing.is_unmasked
    )
    if as_json:
        print_json(as_plain(entries))
    else:
        identity_answers.show_log(entries)


def merge(
    ids: Annotated[
        list[str] | None,
        typer.Argument(help="Ids that are one person, who counts under the first."),
    ] = None,
    by: By = None,
    why: Why = "",
    yes: Yes = False,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Record that ids are one person: by name, or all that share a key; the next run applies it."""
    from shopkeeper.jobs.identities import merge_by_keys, merge_ids

    if bool(ids) == bool(by):
        raise UsageError(
            "Either ids or a key tells who is one person.",
            "`shopkeeper merge ID ID` or `shopkeeper merge --by email`",
        )
    workspace = open_workspace(folder, overrides, engine=engine)
    if ids:
        done = merge_ids(workspace, ids, why=why, is_dry=not yes)
    else:
        done = merge_by_keys(workspace, _rules(workspace, by), why=why, is_dry=not yes)
    _show(workspace, done, as_json=json)


def split(
    ids: Annotated[
        list[str] | None,
        typer.Argument(help="Ids to stand alone again; the name of a person takes all apart."),
    ] = None,
    entry: Annotated[
        int | None, typer.Option(help="Undo this entry of the log instead.", show_default=False)
    ] = None,
    why: Why = "",
    yes: Yes = False,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Record that merged ids are different people again, or undo a whole merge."""
    from shopkeeper.jobs.identities import split_ids, undo

    if bool(ids) == (entry is not None):
        raise UsageError(
            "Either ids or an entry of the log says what to take apart.",
            "`shopkeeper split ID` or `shopkeeper split --entry 1`",
        )
    workspace = open_workspace(folder, overrides, engine=engine)
    if entry is not None:
        done = undo(workspace, entry, why=why, is_dry=not yes)
    else:
        done = split_ids(workspace, ids or (), why=why, is_dry=not yes)
    _show(workspace, done, as_json=json)


def _rules(workspace: Workspace, by: list[str] | None) -> IdentitySettings:
    from shopkeeper.warehouse.identities import KINDS

    rules = workspace.settings.identities
    if not by:
        return rules
    for kind in by:
        if kind not in KINDS:
            raise UnknownNameError.among("key", kind, KINDS)
    return rules.model_copy(update={"keys": tuple(dict.fromkeys(by))})


def _show(workspace: Workspace, done: Recorded, *, as_json: bool) -> None:
    from shopkeeper.reports.report import as_plain

    line = identity_answers.lines_of_log((done.entry,), limit=10, is_unmasked=False)[0]
    if as_json:
        plain = {"is_recorded": done.is_new, "entry": as_plain(line)}
        print_json({**plain, "effects": as_plain(done.effects)})
        return
    identity_answers.show_effects(done.effects, workspace.settings.shop.currency)
    print_text()
    identity_answers.show_entry(line)
    if done.is_new:
        print_text(f"recorded as entry {line.number}; nothing is counted so before the next run")
        say(f"next: `shopkeeper run`; undo it with `shopkeeper split --entry {line.number}`")
    else:
        print_text("nothing is recorded")
        say("next: the same with `--yes`")
