"""How real groups are: how well customers fit, where they lie, how the number was chosen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import (
    Block,
    Cell,
    Column,
    DataTable,
    Figure,
    Kind,
    Legend,
    Section,
    Sentences,
)
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.scatter import Cloud, Scatter, draw_scatter, style_of
from shopkeeper.html.charts.silhouette import SilhouetteBlade, Silhouettes, draw_silhouettes
from shopkeeper.html.sections.group_profiles import LABELS

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.tasks.customer_segmentation.choice import Trial
    from shopkeeper.tasks.customer_segmentation.findings import Findings, PastGrouping
    from shopkeeper.tasks.customer_segmentation.pictures import Pictures, Plane

HEADING = "How real the groups are"
LEAD = (
    "Any data can be cut into groups. These are used only where they come out again on resamples "
    "and a quarter later, and are clearer than what customers without groups would show."
)
TRIAL_COLUMNS = (
    Column("Groups", Kind.NUMBER),
    Column("Silhouette", Kind.NUMBER, "From -1 to 1: how much nearer the own group is; higher"),
    Column("Davies-Bouldin", Kind.NUMBER, "How alike neighbouring groups are; lower is better"),
    Column("Calinski-Harabasz", Kind.NUMBER, "Spread between over spread within; higher"),
    Column("Mean rank", Kind.NUMBER, "Mean of the three ranks; the lowest that holds is chosen"),
    Column("On resamples", Kind.NUMBER, "Agreement with groups of resamples: 1 same, 0 chance"),
    Column("Smallest", Kind.NUMBER, "Share of customers in the smallest group"),
    Column("Outcome", Kind.PROSE),
)
PAST_COLUMNS = (
    Column("Formed on"),
    Column("Groups", Kind.NUMBER),
    Column("Customers later", Kind.NUMBER, "Customers of the day on which they were judged"),
    Column("Silhouette", Kind.NUMBER, "Of the customers of that later day"),
    Column("Shuffled", Kind.NUMBER, "The same where each feature is another customer's"),
    Column("One cloud", Kind.NUMBER, "The same for one smooth cloud without groups"),
    Column("RFM segments", Kind.NUMBER, "The same for the ten RFM segments"),
    Column("Agreement", Kind.NUMBER, "With groups formed anew that day: 1 same, 0 chance"),
)


def section(answers: ReportAnswers) -> Section | None:
    """Gives the evidence, also for groups that were refused; None where there is none."""
    found = answers.customer_segments
    if found is None or not (found.findings.trials or found.findings.past):
        return None
    findings = found.findings
    blocks: list[Block] = []
    if found.segments and findings.pictures is not None:
        blocks.append(_fit(findings, findings.pictures))
        if findings.pictures.plane is not None:
            blocks.append(_plane(findings, findings.pictures.plane))
    if findings.trials:
        rows = tuple(_trial(trial) for trial in findings.trials)
        blocks.append(
            DataTable("group-numbers", "How many groups", TRIAL_COLUMNS, rows, _trials_note())
        )
    if findings.past:
        past = tuple(_past(row) for row in findings.past)
        note = "Groups formed on a past day, held against the customers of 90 days later."
        blocks.append(DataTable("group-past", "Held on a later day", PAST_COLUMNS, past, note))
    if findings.caveats:
        blocks.append(Sentences("To know", findings.caveats))
    return Section("group-evidence", HEADING, LEAD, tuple(blocks))


def _names(findings: Findings) -> dict[str, str]:
    return {
        found.cluster_id: f"{found.cluster_id} · {found.segment}" for found in findings.segments
    }


def _fit(findings: Findings, pictures: Pictures) -> Figure:
    names = _names(findings)
    total = sum(blade.customer_count for blade in pictures.blades)
    blades = tuple(
        SilhouetteBlade(
            names[blade.cluster_id],
            blade.values,
            blade.customer_count / total,
            (
                names[blade.cluster_id],
                f"Mean silhouette: {formatting.decimal(blade.mean, 2)}",
                f"Customers of the sample: {formatting.count(blade.customer_count)}",
            ),
        )
        for blade in pictures.blades
    )
    mean = sum(blade.mean * blade.customer_count for blade in pictures.blades) / total
    worst = min(pictures.blades, key=lambda blade: blade.mean)
    best = max(pictures.blades, key=lambda blade: blade.mean)
    caption = Caption(
        "group-silhouettes",
        f"{names[best.cluster_id]} is the clearest group, {names[worst.cluster_id]} the least",
        "One blade per group: the silhouettes of its customers from the highest to the lowest. "
        "Left of zero, another group is nearer. Means are in the table below.",
        f"Of {formatting.count(total)} customers drawn; the dotted line is their mean, "
        f"{formatting.decimal(mean, 2)}. Customers differ by degrees: values near zero lie "
        "between two groups.",
    )
    table = _fit_table(names, pictures)
    chart = Silhouettes(blades, mean, "Silhouette: 1 fits, 0 lies between, below 0 is wrong")
    return figure(caption, lambda sheet: draw_silhouettes(chart, sheet), (), table)


def _fit_table(names: dict[str, str], pictures: Pictures) -> DataTable:
    columns = (
        Column("Group"),
        Column("Customers drawn", Kind.NUMBER),
        Column("Mean silhouette", Kind.NUMBER),
        Column("Lowest", Kind.NUMBER),
        Column("Highest", Kind.NUMBER),
    )
    rows = tuple(
        (
            cells.text(names[blade.cluster_id]),
            cells.count(blade.customer_count),
            *(_number(value) for value in (blade.mean, blade.values[-1], blade.values[0])),
        )
        for blade in pictures.blades
    )
    return DataTable("group-silhouettes-table", "Silhouettes", columns, rows)


def _plane(findings: Findings, plane: Plane) -> Figure:
    names = _names(findings)
    clouds = tuple(
        Cloud(
            name,
            tuple((px, py) for px, py, own in plane.points if own == name),
            (x, y),
            (names[name], f"Middle: {formatting.decimal(x, 2)}, {formatting.decimal(y, 2)}"),
        )
        for x, y, name in sorted(plane.centres, key=lambda centre: int(centre[2]))
    )
    axes = [_axis(plane, place) for place in (0, 1)]
    kept = formatting.share(sum(plane.kept), 0)
    caption = Caption(
        "group-plane",
        f"Two axes keep {kept} of how customers differ",
        "Points are customers, numbers stand at the middles of their groups, on the plane that "
        "keeps most of how customers differ. Weights of the features are in the table below.",
        f"{formatting.count(len(plane.points))} customers drawn. Groups that overlap here may lie "
        "apart in what the plane leaves out.",
    )
    columns = (
        Column("Feature"),
        Column("Weight across", Kind.NUMBER),
        Column("Weight up", Kind.NUMBER),
    )
    rows = tuple(
        (cells.text(LABELS[name]), _number(weights[0]), _number(weights[1]))
        for name, weights in plane.loadings.items()
    )
    table = DataTable("group-plane-table", "Weights of the features", columns, rows)
    legend = tuple(
        Legend(names[cloud.number], style_of(place), style_of(place))
        for place, cloud in enumerate(clouds)
        if cloud.points
    )
    chart = Scatter(clouds, axes[0], axes[1])
    return figure(caption, lambda sheet: draw_scatter(chart, sheet), legend, table)


def _axis(plane: Plane, place: int) -> str:
    name = max(plane.loadings, key=lambda name: abs(plane.loadings[name][place]))
    arrow = "\N{RIGHTWARDS ARROW}" if place == 0 else "\N{UPWARDS ARROW}"
    return f"mostly {LABELS[name].lower()} {arrow} ({formatting.share(plane.kept[place], 0)})"


def _trials_note() -> str:
    return (
        "Of the numbers of groups that come out again on resamples and have no tiny group, the one "
        "with the lowest mean rank is taken."
    )


def _trial(trial: Trial) -> tuple[Cell, ...]:
    outcome = "Chosen" if trial.is_chosen else ""
    if trial.refusal:
        outcome = f"Refused: {trial.refusal}"
    return (
        cells.count(trial.cluster_count),
        _number(trial.silhouette),
        _number(trial.davies_bouldin),
        cells.decimal(trial.calinski_harabasz),
        cells.decimal(trial.mean_rank),
        _number(trial.stability),
        cells.share(trial.smallest_share),
        cells.prose(outcome),
    )


def _past(past: PastGrouping) -> tuple[Cell, ...]:
    return (
        cells.day(date.fromisoformat(past.cutoff)),
        cells.count(past.cluster_count),
        cells.count(past.customer_count),
        *(
            _number(past.silhouettes.get(name))
            for name in ("kmeans", "shuffled", "one_cloud", "rfm_segments")
        ),
        _number(past.agreement),
    )


def _number(value: float | None) -> Cell:
    return cells.EMPTY if value is None else Cell(formatting.decimal(value, 2), f"{value:.6g}")
