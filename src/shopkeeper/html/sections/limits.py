"""What these data cannot tell, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html.blocks import Notice, Section, Sentences
from shopkeeper.html.text import clean

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers

HEADING = "What these data cannot tell"
LEAD = "A number that the data cannot carry is not shown. These were asked for and refused."


def section(answers: ReportAnswers) -> Section:
    """Gives the refusals."""
    refusals = tuple(filter(clean, answers.refusals))
    if not refusals:
        nothing = Notice("info", "Nothing that was asked for had to be refused")
        return Section("limits", HEADING, "", (nothing,))
    return Section("limits", HEADING, LEAD, (Sentences("", refusals),))
