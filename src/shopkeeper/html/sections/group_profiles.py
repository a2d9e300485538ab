"""What groups are made of: their profiles, the shape of each feature, what goes together."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Cell, Column, DataTable, Figure, Kind, Section
from shopkeeper.html.charts.canvas import Caption, figure
from shopkeeper.html.charts.correlations import Correlations, draw_correlations
from shopkeeper.html.charts.histograms import HistogramBar, HistogramPanel, draw_histograms
from shopkeeper.html.charts.radar import LEAST_AXES, Radar, Radars, draw_radars
from shopkeeper.tasks.customer_segmentation.features import FEATURES

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.tasks.customer_segmentation.findings import Findings, FoundSegment
    from shopkeeper.tasks.customer_segmentation.pictures import Histogram, Pictures

HEADING = "What the groups are made of"
# Deviation at the rim of a radar: beyond it, groups of real customers do not lie.
RIM = 2.5
LABELS = {feature.name: feature.label for feature in FEATURES}
UNITS = {feature.name: feature.unit for feature in FEATURES}
# Words short enough to stand around a radar.
AXES = {
    "days_since_last_purchase": "Silent days",
    "purchase_count": "Purchases",
    "mean_purchase_amount": "Amount each",
    "days_since_first_purchase": "Customer since",
}


def section(answers: ReportAnswers) -> Section | None:
    """Gives profiles and features; None where customers are not in groups."""
    found = answers.customer_segments
    if found is None or not found.segments or found.findings.pictures is None:
        return None
    findings, pictures = found.findings, found.findings.pictures
    lead = (
        f"The groups were formed by {len(pictures.features)} features of "
        f"{formatting.plural(findings.customer_count, 'customer')}, all taken from what was bought "
        f"before {formatting.day(date.fromisoformat(findings.as_of))}."
    )
    blocks: list[Block] = []
    if len(pictures.features) >= LEAST_AXES:
        blocks.append(_profiles(findings, pictures, answers.currency))
    blocks.append(_shapes(pictures, answers.currency))
    if len(pictures.features) > 1:
        blocks.append(_together(pictures))
    return Section("group-profiles", HEADING, lead, tuple(blocks))


def _profiles(findings: Findings, pictures: Pictures, currency: str) -> Figure:
    radars = tuple(
        Radar(
            f"{segment.cluster_id} · {segment.segment}",
            tuple(segment.deviations[name] / RIM for name in pictures.features),
            (
                segment.segment,
                *(_reading(segment, name, currency) for name in pictures.features),
            ),
        )
        for segment in findings.segments
    )
    chart = Radars(radars, tuple(AXES.get(name, LABELS[name]) for name in pictures.features))
    caption = Caption(
        "group-radar",
        _profile_title(findings),
        "One radar per group: how far the middle of the group lies from the shop's average in each "
        "feature. All numbers are in the table below.",
        f"The dashed ring is the shop's average; outside it is more, inside it less. The rim "
        f"stands for {RIM} standard deviations of the feature's logarithm.",
    )
    columns = (
        Column("Group"),
        *(Column(LABELS[name], Kind.NUMBER, "Middle of the group") for name in pictures.features),
    )
    rows = tuple(
        (
            cells.text(segment.segment),
            *(_value_cell(segment.centre[name], name, currency) for name in pictures.features),
        )
        for segment in findings.segments
    )
    table = DataTable("group-centres", "Middles of the groups", columns, rows)
    return figure(caption, lambda sheet: draw_radars(chart, sheet), (), table)


def _profile_title(findings: Findings) -> str:
    """Says which group stands out most, and by what."""
    segment, feature = max(
        ((s, name) for s in findings.segments for name in s.deviations),
        key=lambda pair: abs(pair[0].deviations[pair[1]]),
    )
    is_more = segment.deviations[feature] > 0
    words = LABELS[feature].lower()
    if UNITS[feature] == "currency":
        return f"{segment.segment} stand out most: a {'higher' if is_more else 'lower'} {words}"
    return f"{segment.segment} stand out most: {'more' if is_more else 'fewer'} {words}"


def _reading(segment: FoundSegment, name: str, currency: str) -> str:
    return f"{LABELS[name]}: {_value(segment.centre[name], name, currency)}"


def _value(value: float, name: str, currency: str) -> str:
    if UNITS[name] == "currency":
        return formatting.short_money(value, currency)
    return formatting.count(round(value, 1) if value < 100 else round(value))


def _value_cell(value: float, name: str, currency: str) -> Cell:
    if UNITS[name] == "currency":
        return cells.amount(value, currency)
    return cells.decimal(value)


def _shapes(pictures: Pictures, currency: str) -> Figure:
    panels = tuple(_panel(shape, currency) for shape in pictures.histograms)
    caption = Caption(
        "group-histograms",
        _shapes_title(pictures.histograms[0], currency),
        "One histogram per feature on a logarithmic scale: each bar reaches as many times further "
        "as the one before it. All numbers are in the table below.",
        "The scale is logarithmic, as the model sees it: a step to the right multiplies.",
    )
    columns = (
        Column("Feature"),
        Column("From", Kind.NUMBER, "Lower end of the bar"),
        Column("To", Kind.NUMBER, "Upper end of the bar"),
        Column("Customers", Kind.NUMBER),
    )
    rows = tuple(
        (
            cells.text(LABELS[shape.feature]),
            _value_cell(shape.edges[place], shape.feature, currency),
            _value_cell(shape.edges[place + 1], shape.feature, currency),
            cells.count(count),
        )
        for shape in pictures.histograms
        for place, count in enumerate(shape.counts)
    )
    table = DataTable("group-histograms-table", "Values of the features", columns, rows)
    return figure(caption, lambda sheet: draw_histograms(panels, sheet), (), table)


def _shapes_title(shape: Histogram, currency: str) -> str:
    """Says where the middle of the first feature lies, as far as its bars tell."""
    reached = accumulate(shape.counts)
    place = next(i for i, count in enumerate(reached) if 2 * count >= sum(shape.counts))
    low, high = (_value(shape.edges[place + step], shape.feature, currency) for step in (0, 1))
    return f"{LABELS[shape.feature]}: the middle customer has {low} to {high}"


def _panel(shape: Histogram, currency: str) -> HistogramPanel:
    edges = [_value(edge, shape.feature, currency) for edge in shape.edges]
    bars = tuple(
        HistogramBar(
            count,
            (
                LABELS[shape.feature],
                f"Values: {edges[place]} {formatting.EN_DASH} {edges[place + 1]}",
                f"Customers: {formatting.count(count)}",
            ),
        )
        for place, count in enumerate(shape.counts)
    )
    return HistogramPanel(LABELS[shape.feature], bars, (edges[0], edges[-1]))


def _together(pictures: Pictures) -> Figure:
    names = tuple(LABELS[name] for name in pictures.features)
    chart = Correlations(names, pictures.correlations)
    caption = Caption(
        "group-correlations",
        _together_title(names, pictures.correlations),
        "A square of correlations between the features, from minus 1 to 1, darker where stronger. "
        "All numbers are in the table below.",
        "What goes together counts more: features that say the same would decide the groups twice.",
    )
    columns = (Column("Feature"), *(Column(name, Kind.NUMBER) for name in names))
    rows = tuple(
        (cells.text(name), *(Cell(formatting.decimal(v, 2), f"{v:.4f}") for v in values))
        for name, values in zip(names, pictures.correlations, strict=True)
    )
    table = DataTable("group-correlations-table", "Correlations", columns, rows)
    return figure(caption, lambda sheet: draw_correlations(chart, sheet), (), table)


def _together_title(names: tuple[str, ...], values: tuple[tuple[float, ...], ...]) -> str:
    pairs = [(row, column) for row in range(len(names)) for column in range(row)]
    row, column = max(pairs, key=lambda pair: abs(values[pair[0]][pair[1]]))
    how = "rise together" if values[row][column] > 0 else "run against each other"
    return (
        f"{names[column]} and {names[row].lower()} {how} most: "
        f"{formatting.decimal(values[row][column], 2)}"
    )
