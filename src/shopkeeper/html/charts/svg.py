"""The few SVG elements the charts are drawn with; every text and attribute is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from shopkeeper.html.text import cut, escaped

# Longest line of a tooltip.
TIP_CHARACTERS = 120

Attributes = Mapping[str, str | float]


def coordinate(value: float) -> str:
    """Gives a number with at most two decimals, in as few characters as possible."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, attributes: Attributes, *children: Markup | str) -> Markup:
    """Gives one element with its attributes and children; what is not markup is escaped."""
    written = "".join(
        f' {key}="{escaped(value) if isinstance(value, str) else coordinate(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    inside = "".join(escaped(child) for child in children)
    tag = f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"
    return Markup(tag)  # noqa: S704 - every text and attribute in it has just been escaped


def group(css: str, *children: Markup) -> Markup:
    """Gives a group of elements under one class."""
    return element("g", {"class": css}, *children)


def series(name: str, *children: Markup) -> Markup:
    """Gives the marks of one series, which a legend can hide."""
    return element("g", {"class": f"series {name}", "data-series": name}, *children)


def mark(tip: Iterable[str], *children: Markup) -> Markup:
    """Gives marks with their exact values, one per line: a title that scripts show better."""
    lines = Markup("\n").join(escaped(cut(line, TIP_CHARACTERS)) for line in tip)
    return element("g", {"class": "mark"}, element("title", {}, lines), *children)


def rectangle(x: float, y: float, width: float, height: float, css: str = "") -> Markup:
    """Gives a rectangle; a size below zero is drawn as zero."""
    sides = {"x": x, "y": y, "width": max(0.0, width), "height": max(0.0, height)}
    return element("rect", {"class": css, **sides})


def line(start: tuple[float, float], end: tuple[float, float], css: str) -> Markup:
    """Gives a straight line between two points."""
    ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    return element("line", {"class": css, **ends})


def label(x: float, y: float, text: str, css: str = "", anchor: str = "") -> Markup:
    """Gives a text; `anchor` is middle or end, or "" for start."""
    return element("text", {"class": css, "x": x, "y": y, "text-anchor": anchor}, text)


def path(commands: str, css: str) -> Markup:
    """Gives a path."""
    return element("path", {"class": css, "d": commands})


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """Gives the commands of a path through points."""
    return "".join(
        f"{'L' if index else 'M'}{coordinate(x)} {coordinate(y)}"
        for index, (x, y) in enumerate(points)
    )
