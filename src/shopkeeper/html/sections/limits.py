"""What these data cannot tell, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.html.blocks import Notice, Section, Sentences
from shopkeeper.html.text import clean

if TYPE_CHECKING:
    from shopkeeper.html.answers import ReportAnswers

HEADING = "What these data cannot tell"
LEAD = "A number that the data cannot carry is not shown. These were asked for and refused."
FORECASTS = "What forecasts of spending leave out"
LEFT_OUT = (
    "People who have not bought yet, and orders that name no customer: only named customers have "
    "a value.",
    "Refunds: amounts are what will be ordered, not what will be kept.",
    "What an offer would change: forecasts say what happens if the shop goes on as before.",
    "Whether someone who bought once is gone: some models call them customers by definition. The "
    "probability of a purchase is the number to use.",
)


def section(answers: ReportAnswers) -> Section:
    """Gives the refusals."""
    of_sales = answers.sales.refusals if answers.sales else ()
    refusals = tuple(filter(clean, (*answers.refusals, *of_sales)))
    values = answers.lifetime_value
    forecasts = (Sentences(FORECASTS, LEFT_OUT),) if values and values.horizons else ()
    if not refusals:
        nothing = Notice("info", "Nothing that was asked for had to be refused")
        return Section("limits", HEADING, "", (nothing, *forecasts))
    return Section("limits", HEADING, LEAD, (Sentences("", refusals), *forecasts))
