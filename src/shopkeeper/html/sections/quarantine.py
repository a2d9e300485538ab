"""Rows put aside: each reason with its size and a few rows as they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from shopkeeper.html import cells, formatting
from shopkeeper.html.blocks import Block, Column, DataTable, Kind, Notice, Section
from shopkeeper.html.text import words

if TYPE_CHECKING:
    from shopkeeper.html.answers import AnswersOnQuality
    from shopkeeper.reports.quality import QuarantineReason

HEADING = "Rows put aside"
# More rows are in the quarantine table itself; a report shows what they look like.
EXAMPLES = 5
COLUMNS = (
    Column("Reason"),
    Column("Rows", Kind.NUMBER),
    Column("Amount", Kind.NUMBER, "Quantity times price of these rows, where it can be known"),
    Column("Meaning", Kind.PROSE),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A few raw rows of one reason; `heading` says how many of how many."""

    heading: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Samples:
    """Raw rows for every reason."""

    template: ClassVar[str] = "samples.html"
    heading: str
    samples: tuple[Sample, ...]


def section(answers: AnswersOnQuality) -> Section:
    """Gives the reasons as a table and example rows to open."""
    reasons = answers.quality.quarantine
    if not reasons:
        nothing = Notice("good", "No row had to be put aside", "Every raw row is in the totals.")
        return Section("quarantine", HEADING, "", (nothing,))
    rows = tuple(
        (
            cells.text(words(reason.reason)),
            cells.count(reason.row_count, reason.rows),
            cells.money(reason.amount, answers.currency),
            cells.prose(reason.meaning),
        )
        for reason in reasons
    )
    blocks: list[Block] = [DataTable("quarantine", "Reasons for putting rows aside", COLUMNS, rows)]
    samples = tuple(_sample(reason) for reason in reasons if reason.examples)
    if samples:
        blocks.append(Samples("Example rows, as they came", samples))
    return Section("quarantine", HEADING, "", tuple(blocks))


def _sample(reason: QuarantineReason) -> Sample:
    """Gives a few rows of one reason."""
    shown = reason.examples[:EXAMPLES]
    of = formatting.plural(max(reason.row_count, len(shown)), "row")
    return Sample(f"{words(reason.reason)}: {len(shown)} of {of}", shown)
