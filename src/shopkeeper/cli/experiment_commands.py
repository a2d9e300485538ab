"""Commands for A/B tests: experiment design, analyze, memo, uplift."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from shopkeeper.cli.behaviour_answers import show_members
from shopkeeper.cli.options import HERE, Folder, Json, open_workspace
from shopkeeper.cli.output import print_json, print_text, say
from shopkeeper.errors import StorageError, UnknownNameError, UsageError

if TYPE_CHECKING:
    from enum import StrEnum

    from shopkeeper.experiments.uplift.targeting import Targeting
    from shopkeeper.jobs.experiment_guesses import Asked
    from shopkeeper.reports.experiment_design import Design, Wanted

File = Annotated[Path, typer.Argument(help="File of assignments and outcomes.")]
Definition = Annotated[
    Path | None,
    typer.Option(
        help="Definition of the test in TOML, instead of the options.", show_default=False
    ),
]
Where = Annotated[
    list[str] | None, typer.Option("--where", help="Rows to read: column=value.", metavar="C=V")
]
Variant = Annotated[str | None, typer.Option(help="Column of the arm.", show_default="guessed")]
Control = Annotated[
    str | None, typer.Option(help="The arm to compare with.", show_default="guessed")
]
Unit = Annotated[str | None, typer.Option(help="Column of whom was drawn.", show_default="guessed")]
MetricNames = Annotated[
    list[str] | None,
    typer.Option("--metric", help="What decides: column, above/below, column:p90, :cap99, :lower."),
]
Secondary = Annotated[list[str] | None, typer.Option(help="Metric that is looked at.")]
Guardrail = Annotated[list[str] | None, typer.Option(help="Metric that must not be harmed.")]
Covariate = Annotated[
    str | None, typer.Option(help="Column from before the test, for CUPED.", show_default=False)
]
Segment = Annotated[
    list[str] | None, typer.Option(help="Column from before the test to divide by.")
]
Share = Annotated[
    list[str] | None, typer.Option(help="Planned part: arm=0.5.", show_default="equal parts")
]
Alpha = Annotated[float, typer.Option(help="Accepted chance of a false alarm.", min=0.001, max=0.4)]
Sequential = Annotated[
    bool, typer.Option("--sequential", help="Always-valid intervals: look as often as you like.")
]
Planned = Annotated[
    int | None, typer.Option(help="Units that were planned.", min=2, show_default=False)
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application, in a group of their own."""
    group = typer.Typer(
        name="experiment",
        help="A/B tests: design one, read one out, write the memo, ask whom to target.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for name, command in (
        ("design", design),
        ("analyze", analyze),
        ("memo", memo),
        ("uplift", uplift),
    ):
        group.command(name)(command)
    app.add_typer(group)


def analyze(
    file: File,
    *,
    variant: Variant = None,
    metric: MetricNames = None,
    control: Control = None,
    unit: Unit = None,
    secondary: Secondary = None,
    guardrail: Guardrail = None,
    covariate: Covariate = None,
    segment: Segment = None,
    share: Share = None,
    where: Where = None,
    alpha: Alpha = 0.05,
    sequential: Sequential = False,
    planned: Planned = None,
    definition: Definition = None,
    members: Annotated[
        str | None,
        typer.Option(help="List the units a count counts, by the address that stands with it."),
    ] = None,
    json: Json = False,
) -> None:
    """Read a test out: sample ratio, differences with intervals, a verdict, what to do next."""
    asked = _asked(
        (variant, control, unit, covariate),
        (metric, secondary, guardrail, segment, share),
        (alpha, sequential, planned),
    )
    read = Reading(file, asked, definition, tuple(where or ()))
    if members is not None:
        _show_units(read, members, as_json=json)
    else:
        _show_readout(read, as_json=json)


class Reading(NamedTuple):
    """A file, and how it is read."""

    file: Path
    asked: Asked
    definition: Path | None
    where: tuple[str, ...]


def _show_readout(read: Reading, *, as_json: bool) -> None:
    from shopkeeper.cli.experiment_answers import show_readout
    from shopkeeper.jobs.experiment import analyse_file
    from shopkeeper.reports.report import as_plain

    found = analyse_file(read.file, read.asked, definition=read.definition, where=read.where)
    if as_json:
        print_json(as_plain(found))
    else:
        show_readout(found)


def _show_units(read: Reading, members: str, *, as_json: bool) -> None:
    from shopkeeper.jobs.experiment import units_of_file
    from shopkeeper.reports.drill import Selection
    from shopkeeper.reports.report import as_plain

    chosen = Selection.read(members)
    listed = units_of_file(
        read.file, chosen, read.asked, definition=read.definition, where=read.where
    )
    if as_json:
        print_json(as_plain(listed))
    else:
        show_members(listed, "")


def _asked(
    columns: tuple[str | None, ...],
    lists: tuple[list[str] | None, ...],
    limits: tuple[float, bool, int | None],
) -> Asked:
    """Gives what was said of a test, in the words of the job."""
    from shopkeeper.jobs.experiment_guesses import Asked

    variant, control, unit, covariate = columns
    metrics, secondary, guardrails, segments, shares = (tuple(texts or ()) for texts in lists)
    alpha, is_sequential, planned_count = limits
    return Asked(
        variant=variant,
        control=control,
        unit=unit,
        covariate=covariate,
        metrics=metrics,
        secondary=secondary,
        guardrails=guardrails,
        segments=segments,
        shares=shares,
        alpha=alpha,
        is_sequential=is_sequential,
        planned_count=planned_count,
    )


def memo(
    file: File,
    *,
    out: Annotated[Path, typer.Option(help="File to write: .html or .md")] = Path("memo.html"),
    variant: Variant = None,
    metric: MetricNames = None,
    control: Control = None,
    unit: Unit = None,
    secondary: Secondary = None,
    guardrail: Guardrail = None,
    covariate: Covariate = None,
    segment: Segment = None,
    share: Share = None,
    where: Where = None,
    alpha: Alpha = 0.05,
    sequential: Sequential = False,
    planned: Planned = None,
    definition: Definition = None,
) -> None:
    """Write the decision memo of a test as one HTML file or as Markdown."""
    from shopkeeper.html.memo import memo_text, render_memo
    from shopkeeper.jobs.experiment import analyse_file

    endings = {".html": render_memo, ".md": memo_text}
    if out.suffix.lower() not in endings:
        raise UnknownNameError.among("kind of memo", out.suffix or out.name, endings)
    asked = _asked(
        (variant, control, unit, covariate),
        (metric, secondary, guardrail, segment, share),
        (alpha, sequential, planned),
    )
    found = analyse_file(file, asked, definition=definition, where=where or ())
    try:
        out.write_text(endings[out.suffix.lower()](found, file.name), encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"`{out}` could not be written: {error.strerror}.", "name another file with `--out`"
        ) from error
    print_text(f"{found.verdict.status.replace('_', ' ')}: {found.verdict.headline}")
    say(f"memo written: {out}")


def design(
    *,
    metric: Annotated[str, typer.Option(help="conversion, revenue or order_value")] = "conversion",
    lift: Annotated[float, typer.Option(help="Relative change to be seen.", min=0.0001)] = 0.1,
    power: Annotated[float, typer.Option(help="Chance to see it.", min=0.5, max=0.99)] = 0.8,
    alpha: Alpha = 0.05,
    treatments: Annotated[int, typer.Option(help="Arms beside control.", min=1, max=9)] = 1,
    control_share: Annotated[
        float | None,
        typer.Option(help="Part in control.", min=0.01, max=0.99, show_default="equal parts"),
    ] = None,
    baseline: Annotated[
        float | None, typer.Option(help="Plan with this value, without a shop.", show_default=False)
    ] = None,
    deviation: Annotated[
        float | None,
        typer.Option(help="Standard deviation of a unit beside `--baseline`.", show_default=False),
    ] = None,
    daily_units: Annotated[
        float | None,
        typer.Option(help="New units each day beside `--baseline`.", min=0.1, show_default=False),
    ] = None,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Also deal the shop's outcomes to two equal arms.")
    ] = False,
    folder: Folder = HERE,
    json: Json = False,
) -> None:
    """Say how large and how long a test must be, from the shop's own customers."""
    from shopkeeper.reports.experiment_design import experiment_design
    from shopkeeper.reports.report import as_plain

    wanted = _wanted(metric, lift, (alpha, power), (treatments, control_share), simulate=simulate)
    if baseline is not None:
        _show_numbers(wanted, baseline, deviation, daily_units, as_json=json)
        return
    found = open_workspace(folder).ask(experiment_design, wanted=wanted)
    if json:
        print_json(as_plain(found))
    else:
        _show_plan(found)


def _show_plan(found: Design) -> None:
    from shopkeeper.cli.experiment_answers import show_design

    show_design(found)


def _wanted(
    metric: str,
    lift: float,
    errors: tuple[float, float],
    arms: tuple[int, float | None],
    *,
    simulate: bool,
) -> Wanted:
    """Gives what a test is to find, from accepted errors, and treatments and part in control."""
    from shopkeeper.experiments.power import Demands
    from shopkeeper.reports.experiment_design import Outcome, Wanted

    if metric not in set(Outcome):
        raise UnknownNameError.among("metric of a shop", metric, Outcome)
    treatments, part = arms[0], arms[1] or 1 / (arms[0] + 1)
    demands = Demands(
        alpha=errors[0],
        power=errors[1],
        control_share=part,
        treatment_share=(1 - part) / treatments,
        comparison_count=treatments,
    )
    return Wanted(outcome=Outcome(metric), lift=lift, demands=demands, seed=0 if simulate else None)


def _show_numbers(
    wanted: Wanted, baseline: float, deviation: float | None, daily: float | None, *, as_json: bool
) -> None:
    """Prints a plan from numbers alone."""
    import math

    from shopkeeper.experiments.experiment import Kind
    from shopkeeper.experiments.metrics import Estimate, share_of
    from shopkeeper.experiments.power import needed_count

    if deviation is None and not 0 < baseline < 1:
        raise UsageError(
            f"A share of {baseline:g} is none.",
            "give a share between 0 and 1, or the spread of an amount with `--deviation`",
        )
    kind = Kind.PROPORTION if deviation is None else Kind.MEAN
    known = share_of(baseline, 1) if deviation is None else Estimate(baseline, deviation**2, 1)
    needed = needed_count(known, wanted.lift, wanted.demands, kind)
    days = math.ceil(needed / daily) if daily else None
    if as_json:
        print_json({"needed_count": needed, "days": days})
        return
    print_text(f"units needed, in all arms together: {needed:,}")
    if days:
        print_text(f"days at {daily:,.0f} units a day: {days:,}; whole weeks: {-(-days // 7)}")


def uplift(
    file: File,
    *,
    metric: Annotated[str, typer.Option(help="Column that is yes or no.")],
    feature: Annotated[
        list[str] | None, typer.Option(help="Column known before the test.", show_default=False)
    ] = None,
    variant: Variant = None,
    control: Control = None,
    treatment: Annotated[
        str | None, typer.Option(help="The arm to learn.", show_default="the other one")
    ] = None,
    learner: Annotated[str, typer.Option(help="t, s or x")] = "t",
    family: Annotated[str, typer.Option(help="logistic or boosting")] = "logistic",
    share: Share = None,
    where: Where = None,
    json: Json = False,
) -> None:
    """Ask a test whom its treatment changes most; refuse to target where chance does as well."""
    from shopkeeper.experiments.uplift.learners import Family, Learner
    from shopkeeper.jobs.experiment import UpliftAsked, uplift_of_file
    from shopkeeper.reports.report import as_plain

    asked = UpliftAsked(
        variant=variant,
        control=control,
        treatment=treatment,
        outcome=metric,
        features=tuple(feature or ()),
        shares=tuple(share or ()),
        learner=Learner(_one_of("learner", learner, Learner)),
        family=Family(_one_of("family", family, Family)),
    )
    found = uplift_of_file(file, asked, where=where or ())
    if json:
        print_json(as_plain(found))
    else:
        _show_targeting(found)


def _one_of(kind: str, name: str, known: type[StrEnum]) -> str:
    if name not in set(known):
        raise UnknownNameError.among(kind, name, known)
    return name


def _show_targeting(found: Targeting) -> None:
    from shopkeeper.cli.experiment_answers import show_targeting

    show_targeting(found)
