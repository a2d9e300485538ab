"""The pieces a section is laid out from: tables, figures, notices, sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopkeeper.reports.drill import Selection


class Block(Protocol):
    """Anything a section shows; `template` names the file that lays it out as `block`."""

    @property
    def template(self) -> str:
        """Name of the template."""


class Kind(StrEnum):
    """What a column holds: decides alignment, sorting and what a CSV file gets."""

    TEXT = "text"
    NUMBER = "number"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `meaning` is shown on hover."""

    label: str
    kind: Kind = Kind.TEXT
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what is shown, the exact value behind it, and an optional bar.

    Attributes:
        shown: What a reader sees, markup or text.
        value: The exact value for sorting and CSV, or "" where it is what is shown.
        bar: Length of a bar behind the number, in 0-1, or None.
        css: Extra class names.
        opens: The list of those that the number counts; None where it opens none.
    """

    shown: Markup | str
    value: str = ""
    bar: float | None = None
    css: str = ""
    opens: Selection | None = None


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table that reads without JavaScript and is sorted, filtered and saved with it.

    Attributes:
        name: Identifier, unique in the page; names the downloaded file.
        caption: What the rows are.
        columns: Its columns; the first one heads each row.
        rows: One tuple of cells per row.
        note: A sentence below the table, or "".
    """

    template: ClassVar[str] = "table.html"
    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Legend:
    """One entry of a legend; `series` is the class of the marks it can hide, or ""."""

    label: str
    swatch: str
    series: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart in two layouts (desk and phone), its finding, and its numbers as a table."""

    template: ClassVar[str] = "figure.html"
    name: str
    title: str
    wide: Markup
    narrow: Markup
    legend: tuple[Legend, ...] = ()
    note: str = ""
    table: DataTable | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A statement that stands out; `status` is good, bad or info."""

    template: ClassVar[str] = "notice.html"
    status: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Sentences:
    """A list of sentences under a small heading."""

    template: ClassVar[str] = "sentences.html"
    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report.

    Attributes:
        name: Identifier, unique in the page; the address of the section.
        title: Its heading, also in the table of contents.
        lead: One or two sentences that say what it shows, or "".
        blocks: What it shows, from top to bottom.
    """

    name: str
    title: str
    lead: str
    blocks: tuple[Block, ...]

    @property
    def selections(self) -> Iterator[Selection]:
        """The lists that its numbers open, in the order in which they stand."""
        for block in self.blocks:
            table = getattr(block, "table", None) or block
            for part in (*getattr(table, "rows", ()), *(getattr(block, n, ()) for n in PARTS)):
                for each in part:
                    if (found := getattr(each, "opens", None)) is not None:
                        yield found


# Fields of blocks, besides the rows of tables, whose items may open a list.
PARTS = ("tiles", "cards")
