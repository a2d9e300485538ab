"""Commands for what to do on Monday: plan call-list, campaign, export, readout, and more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopkeeper.cli import plan_answers
from shopkeeper.cli.behaviour_answers import show_members
from shopkeeper.cli.options import HERE, EngineName, Folder, Json, Overrides, Quiet, open_workspace
from shopkeeper.cli.output import print_json, print_text, say
from shopkeeper.cli.progress import quiet as tell_nobody
from shopkeeper.cli.progress import tell as tell_step

if TYPE_CHECKING:
    from shopkeeper.reports.campaign import CampaignQuestion
    from shopkeeper.reports.plans import PlanDetail
    from shopkeeper.workspace import Workspace

PlanId = Annotated[str, typer.Argument(help="Name of a plan")]
Budget = Annotated[
    float | None, typer.Option(help="Most that contacts may cost.", show_default=False)
]
Holdout = Annotated[
    float | None,
    typer.Option("--holdout", help="Share to hold out, 0 to 1.", show_default=False),
]
Horizon = Annotated[
    int | None, typer.Option(help="Days over which it is to pay.", show_default=False)
]
Response = Annotated[
    float | None, typer.Option(help="Share that buys because of the offer; default: measured.")
]
SegmentNames = Annotated[
    list[str] | None, typer.Option(help="Segment to look at; may be repeated; default: all.")
]
SegmentsBy = Annotated[
    str, typer.Option(help="What parts customers: `rfm`, or `groups` found in the data.")
]
UseRate = Annotated[
    float, typer.Option(help="Share of those who buy anyway that use the discount.")
]
Saturation = Annotated[
    float | None,
    typer.Option(help="Customers after which the pull has fallen to 1/e.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, and store nothing.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    plans = typer.Typer(
        name="plan",
        help="Whom to contact, with a holdout, and what came of it.",
        no_args_is_help=True,
    )
    plans.command("call-list")(call_list)
    plans.command("campaign")(campaign)
    plans.command("list")(list_plans)
    plans.command("show")(show_plan)
    plans.command("export")(export)
    plans.command("readout")(readout)
    plans.command("withdraw")(withdraw)
    plans.command("simulate")(simulate)
    app.add_typer(plans)


def call_list(
    top: Annotated[
        int | None, typer.Option(help="Most customers on the list.", min=1, show_default=False)
    ] = None,
    budget: Budget = None,
    holdout: Holdout = None,
    horizon: Horizon = None,
    dry_run: DryRun = False,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Plan whom to contact: the customers whose contact brings most, some held out at random."""
    named = _named(list_size=top, budget_amount=budget, holdout_share=holdout, horizon_days=horizon)
    workspace = open_workspace(folder, [*(overrides or ()), *named], engine=engine)
    if dry_run:
        _show_proposal(workspace, as_json=json)
        return
    from shopkeeper.jobs.plan import plan_call_list

    done = plan_call_list(workspace, tell=tell_nobody if quiet or json else tell_step)
    _show_stored(done, as_json=json)


def campaign(
    response: Response = None,
    discount: Annotated[float, typer.Option(help="Part of the price given away, 0 to 1.")] = 0.0,
    cost: Annotated[float, typer.Option(help="Cost of one contact.", min=0)] = 0.0,
    fixed_cost: Annotated[float, typer.Option(help="Cost whatever the size.", min=0)] = 0.0,
    segment: SegmentNames = None,
    by: SegmentsBy = "rfm",
    use_rate: UseRate = 1.0,
    saturation: Saturation = None,
    channel: Annotated[str, typer.Option(help="How customers are reached.")] = "email",
    budget: Budget = None,
    holdout: Holdout = None,
    horizon: Horizon = None,
    dry_run: DryRun = False,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate an offer segment by segment, and plan it for the customers it pays for."""
    from shopkeeper.reports.campaign import CampaignQuestion

    named = _named(budget_amount=budget, holdout_share=holdout, horizon_days=horizon)
    workspace = open_workspace(folder, [*(overrides or ()), *named], engine=engine)
    question = CampaignQuestion(
        channel=channel,
        discount_rate=discount,
        contact_cost=cost,
        response_rate=response,
        segments=tuple(segment or ()),
        by=by,
        fixed_cost=fixed_cost,
        use_rate=use_rate,
        saturation_count=saturation,
    )
    if dry_run:
        _show_campaign(workspace, question, as_json=json)
    else:
        _store_campaign(workspace, question, is_quiet=quiet, as_json=json)


def _store_campaign(
    workspace: Workspace, question: CampaignQuestion, *, is_quiet: bool, as_json: bool
) -> None:
    from shopkeeper.jobs.plan import plan_campaign

    tell = tell_nobody if is_quiet or as_json else tell_step
    _show_stored(plan_campaign(workspace, question, tell=tell), as_json=as_json)


def _show_campaign(workspace: Workspace, question: CampaignQuestion, *, as_json: bool) -> None:
    from shopkeeper.reports.report import as_plain

    found = workspace.campaign(question)
    if as_json:
        print_json(as_plain(found))
    else:
        plan_answers.show_campaign(found, workspace.settings.shop.currency)


def list_plans(folder: Folder = HERE, overrides: Overrides = None, json: Json = False) -> None:
    """List the plans that were made."""
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, overrides)
    found = workspace.plans()
    if json:
        print_json(as_plain(found))
    elif not found:
        print_text("No plan was made yet.")
        say("next: `shopkeeper plan call-list`")
    else:
        plan_answers.show_plans(found, workspace.settings.shop.currency)


def show_plan(
    plan_id: PlanId,
    top: Annotated[int, typer.Option(help="Customers to show.", min=1)] = 20,
    folder: Folder = HERE,
    overrides: Overrides = None,
    *,
    members: Annotated[
        str | None,
        typer.Option(help="List those a count counts, by the address that stands with it."),
    ] = None,
    json: Json = False,
) -> None:
    """Show a plan as it was stored, or list those whom one of its numbers counts."""
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, overrides)
    found = workspace.plan(plan_id, top)
    if members is not None:
        listed = workspace.members(members)
        print_json(as_plain(listed)) if json else show_members(listed, "")
    elif json:
        print_json(as_plain(found))
    else:
        plan_answers.show_plan(found)


def export(
    plan_id: PlanId,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: print it.")
    ] = None,
    with_holdout: Annotated[
        bool,
        typer.Option("--with-holdout", help="List those held out too, with `no` under `contact`."),
    ] = False,
    folder: Folder = HERE,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Write a plan as CSV for a mail tool; those held out are left out unless asked for."""
    from shopkeeper.jobs.plan_export import export_plan
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, overrides)
    done = export_plan(workspace, plan_id, with_holdout=with_holdout, output=output)
    if json:
        print_json(as_plain(done))
        return
    print_text(f"wrote    {output}" if output else done.text.replace("\r\n", "\n").rstrip("\n"))
    listed = "are listed with `no` under `contact`" if with_holdout else "are left out"
    say(f"{done.treat_count:,} to contact; {done.holdout_count:,} are held out and {listed}")
    if done.changed_count:
        say(f"{done.changed_count:,} ids look like formulas and begin with an apostrophe now")
    say(f"next: contact them; from {done.end_date} on `shopkeeper plan readout {plan_id}`")


def readout(
    plan_id: PlanId,
    folder: Folder = HERE,
    engine: EngineName = None,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Show what a plan brought: those contacted against those held out."""
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, overrides, engine=engine)
    found = workspace.readout(plan_id)
    if json:
        print_json(as_plain(found))
    else:
        plan_answers.show_readout(found, workspace.settings.shop.currency)


def withdraw(plan_id: PlanId, folder: Folder = HERE, overrides: Overrides = None) -> None:
    """Take a plan back that nobody was contacted by; its customers are free again."""
    from shopkeeper.jobs.plan import withdraw as withdraw_job

    withdraw_job(open_workspace(folder, overrides), plan_id)
    print_text(f"{plan_id} is withdrawn")


def simulate(
    plan_id: PlanId,
    saved: Annotated[
        float, typer.Option(help="Share of those who leave that a contact keeps, 0 to 1.")
    ],
    seed: Annotated[int, typer.Option(help="Another seed keeps other people.", min=0)] = 7,
    folder: Folder = HERE,
    overrides: Overrides = None,
    json: Json = False,
) -> None:
    """Play the months after a plan in a made-up shop, with a planted effect that is known."""
    from shopkeeper.jobs.simulate_contacts import simulate_contacts
    from shopkeeper.reports.report import as_plain

    workspace = open_workspace(folder, overrides)
    done = simulate_contacts(workspace, plan_id, saved_rate=saved, seed=seed)
    if json:
        print_json(as_plain(done))
        return
    plan_answers.show_planted(done, workspace.settings.shop.currency)
    say(f"next: `shopkeeper ingest` and `build`, then `shopkeeper plan readout {plan_id}`")


def _named(**values: float | None) -> list[str]:
    return [f"decisions.{name}={value}" for name, value in values.items() if value is not None]


def _show_proposal(workspace: Workspace, *, as_json: bool) -> None:
    from shopkeeper.reports.report import as_plain

    found = workspace.monday()
    if as_json:
        print_json(as_plain(found))
    else:
        plan_answers.show_monday(found, workspace.settings.shop.currency)


def _show_stored(done: PlanDetail, *, as_json: bool) -> None:
    from shopkeeper.reports.report import as_plain

    if as_json:
        print_json(as_plain(done))
        return
    plan_answers.show_plan(done)
    say(f"next: `shopkeeper plan export {done.plan_id} --output list.csv`")
