"""Page: one page of the dashboard - its address, its heading, and what it shows of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shopkeeper.dashboard.address import kept_part
from shopkeeper.dashboard.answers import answers_of
from shopkeeper.dashboard.charts import sections_of
from shopkeeper.dashboard.openers import show_opening

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.dashboard.charts import SectionOf
    from shopkeeper.html.blocks import Section


@dataclass(frozen=True, slots=True)
class Room:
    """What fields take that stand above the first section, in rem.

    Attributes:
        desk: On a wide screen, where they stand beside each other.
        phone: On a narrow one, where they stand below each other.
    """

    desk: float = 0.0
    phone: float = 0.0


TABS = Room(3.0, 5.25)


@dataclass(frozen=True, slots=True)
class First:
    """What a page shows first at its plain address, where nothing was chosen.

    Attributes:
        sections: Gives the sections that stand at its top.
        room: What fields above them take, so that nothing jumps when they come.
    """

    sections: Callable[[Asking], Sequence[Section]]
    room: Room = field(default_factory=Room)


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes:
        name: Its address below the dashboard's.
        title: Its heading, also in the navigation.
        group: Under which it stands there.
        answers: What it answers, in one sentence; also shown while there is nothing to show.
        show: Shows it for a run.
        needs_run: Whether it has nothing to show before the first run.
        first: What a reader sees of it before Streamlit has begun; None where that is nothing.
    """

    name: str
    title: str
    group: str
    answers: str
    show: Callable[[Asking], None]
    needs_run: bool = True
    first: First | None = None


def first_of(*sections: SectionOf) -> First:
    """Gives what a page shows first: some sections of the report."""
    return First(lambda asking: sections_of(answers_of(asking), sections))


def first_part(parts: Sequence[Part], room: Room = TABS) -> First:
    """Gives what a page of parts shows first: the sections of its first one.

    Args:
        parts: The parts.
        room: What the choice of a part takes, and the questions of the first one.
    """
    return First(lambda asking: sections_of(answers_of(asking), parts[0].sections), room)


def show_sections(
    asking: Asking, name: str, sections: Sequence[SectionOf], reports: Sequence[str] = ()
) -> None:
    """Shows sections of the report, and the lists behind the counts of some reports.

    Args:
        asking: The run.
        name: Name of the page.
        sections: What to show.
        reports: Reports whose counts can be opened.
    """
    show_opening(asking, sections_of(answers_of(asking), sections), name, reports)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page that is too long to be read at once.

    Attributes:
        name: In the address.
        title: What a reader chooses it by.
        sections: Sections of the report.
        reports: Reports whose counts can be opened.
        ask: Asks what is wanted of the reports, and gives it by their names.
        then: What stands below them.
    """

    name: str
    title: str
    sections: tuple[SectionOf, ...] = ()
    reports: tuple[str, ...] = ()
    ask: Callable[[Asking], Mapping[str, dict[str, Any]]] | None = None
    then: Callable[[Asking], None] | None = None


def show_parts(asking: Asking, name: str, parts: Sequence[Part]) -> None:
    """Shows the part of a page that a reader chose."""
    chosen = kept_part(name, {part.name: part.title for part in parts})
    part = next(each for each in parts if each.name == chosen)
    questions = part.ask(asking) if part.ask else {}
    if part.sections:
        sections = sections_of(answers_of(asking, questions), part.sections)
        show_opening(asking, sections, f"{name}-{chosen}", part.reports, questions)
    if part.then is not None:
        part.then(asking)
