"""Summary: the headline measures with their change, what stands out, and whether it all ties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from markupsafe import Markup

from shopkeeper.html import formatting
from shopkeeper.html.blocks import Block, Notice, Section, Sentences
from shopkeeper.html.briefing import Points, briefing
from shopkeeper.html.changes import Change, change_of, exact_text, value_text
from shopkeeper.html.charts.sparkline import sparkline
from shopkeeper.html.histories import history
from shopkeeper.html.text import clean

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers
    from shopkeeper.reports.drill import Selection
    from shopkeeper.reports.overview import Overview
    from shopkeeper.reports.report import Measure

# What tiles show that compare nothing, and that have no history.
LEVEL, NO_LINE = Change("level", "", ""), Markup("")


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline measure: its value, its change, and the way it has gone."""

    label: str
    meaning: str
    value: str
    exact: str
    change: Change
    sparkline: Markup = NO_LINE
    opens: Selection | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """All headline measures, and which days they compare."""

    template: ClassVar[str] = "tiles.html"
    tiles: tuple[Tile, ...]
    note: str


def section(answers: ReportAnswers) -> Section:
    """Gives the first page."""
    overview = answers.overview
    tiles = tuple(_tile(measure, answers) for measure in overview.measures)
    blocks: list[Block] = [Tiles(tiles, _compared(overview))]
    points = briefing(answers)
    if points:
        blocks.append(Points("What matters now", points))
    findings = tuple(filter(clean, overview.findings))
    if findings:
        blocks.append(Sentences("What stands out", findings))
    blocks.append(_trust(answers))
    return Section("summary", "Summary", "", tuple(blocks))


def _tile(measure: Measure, answers: ReportAnswers) -> Tile:
    """Makes the tile of one measure."""
    values = history(measure.name, answers.overview.months)
    return Tile(
        measure.label,
        measure.meaning,
        value_text(measure.value, measure.unit, answers.currency),
        exact_text(measure.value, measure.unit, answers.currency),
        change_of(measure, answers.currency),
        sparkline(values, f"{measure.label} by finished month"),
        measure.members,
    )


def _compared(overview: Overview) -> str:
    """Says which days are compared, and when the earlier ones are not all in the data."""
    days = timedelta(days=overview.period_days)
    last = overview.as_of - timedelta(days=1)
    start = overview.as_of - days
    earlier = start - days
    said = (
        f"{formatting.period(start, last)}, compared with the {overview.period_days} days before."
    )
    if earlier >= overview.first_date:
        return f"{said} The small lines show finished months, 24 at most."
    begin = formatting.day(overview.first_date)
    return f"{said} The data begin on {begin}, so the earlier days are not all covered."


def _trust(answers: ReportAnswers) -> Notice:
    """Says on the first page whether the totals tie."""
    quality = answers.quality
    if not quality.is_reconciled:
        text = "See Reconciliation for each step that does not tie, and by how much."
        return Notice("bad", "Some totals do not tie", text)
    kept = formatting.plural(quality.kept_row_count, "row")
    apart = formatting.count(quality.quarantined_row_count)
    why = ", each for a stated reason" if quality.quarantined_row_count else ""
    raw = formatting.plural(quality.raw_row_count, "raw row")
    text = f"{raw}: {kept} kept, {apart} put aside{why}."
    return Notice("good", "Every total ties to the cent", text)
