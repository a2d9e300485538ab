"""A flow from groups on the left to groups on the right; ribbons are as thick as what moves."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html import formatting
from shopkeeper.html.charts import svg
from shopkeeper.html.charts.canvas import FONT_SIZE, Canvas, Picture
from shopkeeper.html.text import fit

LABEL_WIDTH = 218.0
NODE_WIDTH = 10.0
NODE_GAP = 12.0
TOP_MARGIN = 30.0
RIBBONS_HEIGHT = 420.0
# Below this share of all, a node is too low for a line of text of its own.
LOWEST_NODE = 10.0


@dataclass(frozen=True, slots=True)
class Ribbon:
    """What moves from one group to another; `css` says how."""

    source: str
    target: str
    weight: float
    css: str
    tip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """All ribbons; groups stand in the order given, `heads` are written above both sides."""

    ribbons: tuple[Ribbon, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    heads: tuple[str, str]
    label_width: float = LABEL_WIDTH


@dataclass(frozen=True, slots=True)
class Node:
    """A group on one side: where it begins and how high it is."""

    name: str
    top: float
    height: float
    weight: float


def draw_flow(chart: Flow, canvas: Canvas) -> Picture:
    """Draws the ribbons, then the groups and their names."""
    total = sum(ribbon.weight for ribbon in chart.ribbons)
    unit = RIBBONS_HEIGHT / max(total, 1e-9)
    left = nodes(chart.sources, _weights(chart, "source"), unit)
    right = nodes(chart.targets, _weights(chart, "target"), unit)
    room = chart.label_width
    edges = (room + NODE_WIDTH, canvas.width - room - NODE_WIDTH)
    ribbons = _ribbons(chart, {n.name: n for n in left}, {n.name: n for n in right}, unit, edges)
    height = max(node.top + max(node.height, LOWEST_NODE) for node in (*left, *right)) + 8
    marks = (
        svg.label(edges[0], 14, chart.heads[0], "panel", "end"),
        svg.label(edges[1], 14, chart.heads[1], "panel"),
        *ribbons,
        *(_node(node, room, room, is_left=True) for node in left),
        *(_node(node, edges[1], room, is_left=False) for node in right),
    )
    return Picture(height, Markup("").join(marks))


def _weights(chart: Flow, side: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for ribbon in chart.ribbons:
        name = getattr(ribbon, side)
        weights[name] = weights.get(name, 0.0) + ribbon.weight
    return weights


def nodes(names: tuple[str, ...], weights: dict[str, float], unit: float) -> tuple[Node, ...]:
    """Stacks the groups that have any weight, `unit` high per weight, never overlapping names."""
    placed, top = [], TOP_MARGIN
    for name in names:
        weight = weights.get(name, 0.0)
        if weight <= 0:
            continue
        height = weight * unit
        placed.append(Node(name, top, height, weight))
        top += max(height, LOWEST_NODE) + NODE_GAP
    return tuple(placed)


def _ribbons(
    chart: Flow,
    left: dict[str, Node],
    right: dict[str, Node],
    unit: float,
    edges: tuple[float, float],
) -> list[Markup]:
    """Draws each ribbon from its place in the source to its place in the target."""
    sent = {name: node.top for name, node in left.items()}
    received = {name: node.top for name, node in right.items()}
    drawn = []
    order = (chart.sources.index, chart.targets.index)
    ribbons = sorted(chart.ribbons, key=lambda r: (order[0](r.source), order[1](r.target)))
    for ribbon in ribbons:
        thick = ribbon.weight * unit
        shape = _shape((edges[0], sent[ribbon.source]), (edges[1], received[ribbon.target]), thick)
        sent[ribbon.source] += thick
        received[ribbon.target] += thick
        drawn.append(svg.series(ribbon.css, svg.mark(ribbon.tip, svg.path(shape, "ribbon"))))
    return drawn


def _shape(start: tuple[float, float], end: tuple[float, float], thick: float) -> str:
    """Gives the outline of a ribbon: two curves and two straight ends."""
    middle = (start[0] + end[0]) / 2
    points = [start[0], start[1], middle, start[1], middle, end[1], end[0], end[1]]
    back = [end[0], end[1] + thick, middle, end[1] + thick, middle, start[1] + thick]
    x0, y0, *curve = (svg.coordinate(point) for point in points)
    bx, by, *curve_back = (svg.coordinate(point) for point in (*back, start[0], start[1] + thick))
    return f"M{x0} {y0}C{' '.join(curve)}L{bx} {by}C{' '.join(curve_back)}Z"


def _node(node: Node, x: float, room: float, *, is_left: bool) -> Markup:
    """Draws a group with its name and weight."""
    text = f"{fit(node.name, room - 62, FONT_SIZE)} {formatting.count(node.weight)}"
    y = node.top + max(node.height, LOWEST_NODE) / 2 + 4.5
    label_x = x - 8 if is_left else x + NODE_WIDTH + 8
    return svg.group(
        "node",
        svg.rectangle(x, node.top, NODE_WIDTH, max(node.height, 1)),
        svg.label(label_x, y, text, "name", "end" if is_left else ""),
    )
