"""The sheet a chart is drawn on, once for desk and paper and once for a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from shopkeeper.html.blocks import DataTable, Figure, Legend
from shopkeeper.html.charts import svg

WIDE = 800.0
NARROW = 330.0
FONT_SIZE = 13.0


@dataclass(frozen=True, slots=True)
class Canvas:
    """A sheet of fixed width; the chart decides its height.

    Attributes:
        name: Identifier, unique in the page.
        width: Width in drawing units, one pixel at full size.
        is_narrow: Whether the chart must read on a phone.
    """

    name: str
    width: float
    is_narrow: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """What a chart has drawn: its marks and how high they reach."""

    height: float
    marks: Markup


@dataclass(frozen=True, slots=True)
class Caption:
    """The words of a figure.

    Attributes:
        name: Identifier, unique in the page.
        title: The finding, in one sentence.
        description: What the picture shows, for those who do not see it.
        note: What a reader must know about the numbers, or "".
    """

    name: str
    title: str
    description: str
    note: str = ""


Draw = Callable[[Canvas], Picture]


def figure(
    caption: Caption, draw: Draw, legend: tuple[Legend, ...] = (), table: DataTable | None = None
) -> Figure:
    """Draws a chart in both layouts and puts it together with its words and numbers."""
    wide, narrow = (
        _image(caption, Canvas(f"{caption.name}-{layout}", width, layout == "narrow"), draw)
        for layout, width in (("wide", WIDE), ("narrow", NARROW))
    )
    return Figure(caption.name, caption.title, wide, narrow, legend, caption.note, table)


def _image(caption: Caption, canvas: Canvas, draw: Draw) -> Markup:
    """Wraps the marks in an image with a title and a description."""
    picture = draw(canvas)
    title, description = f"{canvas.name}-title", f"{canvas.name}-description"
    size = f"0 0 {svg.coordinate(canvas.width)} {svg.coordinate(picture.height)}"
    return svg.element(
        "svg",
        {
            "class": "narrow" if canvas.is_narrow else "wide",
            "viewBox": size,
            "role": "img",
            "aria-labelledby": f"{title} {description}",
        },
        svg.element("title", {"id": title}, caption.title),
        svg.element("desc", {"id": description}, caption.description),
        picture.marks,
    )
