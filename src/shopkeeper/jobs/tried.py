"""Tried: what tests and plans of the shop have brought so far, read out anew for each report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.errors import ShopkeeperError
from shopkeeper.html.answers import TriedAnswers
from shopkeeper.jobs.experiment import analyse_file
from shopkeeper.pipeline.state import digest
from shopkeeper.reports.report import as_plain

if TYPE_CHECKING:
    from shopkeeper.jobs.writing import Writing
    from shopkeeper.reports.experiment_units import OpenReadout as TestReadout
    from shopkeeper.reports.plans import Readout as PlanReadout

# Under which a run remembers what it told of tests and plans, to know whether there is news.
FACT = "tried"
TEST = "experiment"


def tried_into(at_work: Writing, plans: tuple[PlanReadout, ...]) -> TriedAnswers | None:
    """Reads out all tests of the settings, beside what plans brought; None where there are none.

    A test that cannot be read is refused with its reason; the others are told.
    """
    told = TriedAnswers(tuple(_tests(at_work)), plans)
    seen = digest(as_plain(told)) if told.tests or told.plans else ""
    if at_work.facts.get(FACT, "") != seen:
        at_work.facts[FACT] = seen
        at_work.has_new_facts = True
    return told if seen else None


def _tests(at_work: Writing) -> list[TestReadout]:
    for name in [name for name in at_work.refused if name.startswith(f"{TEST} ")]:
        at_work.refused.pop(name)
    folder = at_work.workspace.folder
    found: list[TestReadout] = []
    for test in at_work.workspace.settings.experiments:
        definition = folder / test.definition
        try:
            found.append(analyse_file(folder / test.file, definition=definition, where=test.where))
        except ShopkeeperError as error:
            at_work.refused[f"{TEST} {test.definition}"] = error.message
    return found
