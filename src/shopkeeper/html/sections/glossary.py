"""Glossary: what every measure of this report means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from shopkeeper.html.blocks import Section

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers

HEADING = "What the words mean"


@dataclass(frozen=True, slots=True)
class Definition:
    """A word and what it means here."""

    term: str
    meaning: str


# Words that the sections use and no measure defines.
SHARED = (
    Definition("As of", "The day before which data were seen. Nothing from that day on is used."),
    Definition("Month not over yet", "A month in which the data end: its numbers will still grow."),
    Definition("Order value", "What a customer's orders came to, as used for segments."),
    Definition(
        "Put aside",
        "Rows that break a rule stay in a table of their own, each with its reason; no total "
        "counts them.",
    ),
    Definition(
        "Ties to the cent",
        "Two totals that were added up on different ways are equal to the last decimal.",
    ),
)
# Words of the sections about what customers are worth; left out where these have nothing to say.
VALUES = (
    Definition("Expected amount", "The mean of what such customers spend. It adds up."),
    Definition("Typical amount", "The median: as many such customers spend less as spend more."),
    Definition(
        "80 % interval",
        "At least eight of ten such customers are to spend an amount within it.",
    ),
    Definition("In today's money", "Later money discounted at the shop's yearly rate."),
    Definition("Chance to buy", "Probability of at least one purchase within the days named."),
    Definition("Last period", "What was spent in as many days before as are foretold."),
    Definition("Pace", "How often customers buy in a month, against the average of the year."),
    Definition(
        "Simple rule", "A forecast that needs no model, beside which every model is judged."
    ),
)


@dataclass(frozen=True, slots=True)
class Definitions:
    """All words."""

    template: ClassVar[str] = "definitions.html"
    definitions: tuple[Definition, ...]


def section(answers: ReportAnswers) -> Section:
    """Gives the definitions of the measures, then the shared words, then those of values."""
    measures = answers.overview.measures
    own = tuple(Definition(measure.label, measure.meaning) for measure in measures)
    values = VALUES if answers.lifetime_value and answers.lifetime_value.horizons else ()
    return Section("glossary", HEADING, "", (Definitions((*own, *SHARED, *values)),))
