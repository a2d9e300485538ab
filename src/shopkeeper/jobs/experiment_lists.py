"""Experiment lists: the units behind a count of a test that the shop's settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.errors import UnknownNameError
from shopkeeper.jobs.experiment import units_of_file
from shopkeeper.pipeline.state import digest
from shopkeeper.reports.experiment_units import ALL

if TYPE_CHECKING:
    from shopkeeper.reports.drill import Members, Selection
    from shopkeeper.settings.sections import ExperimentSettings
    from shopkeeper.workspace import Workspace

# Question of a selection that says which test of the settings it is of: its place, from 1 on.
TEST = "test"


def is_of_test(selection: Selection) -> bool:
    """Whether a selection names units of a test, and not members of a roll of the shop."""
    return selection.roll in ALL


def units_of_test(workspace: Workspace, place: int, selection: Selection) -> Members:
    """Gives the units that a count of a test counts.

    Args:
        workspace: The shop.
        place: Which of the tests that the settings name, from 1 on.
        selection: What the count carries.

    Raises:
        UnknownNameError: There is no such test, or no such list.
        SourceError: Its file cannot be read.
    """
    test, folder = test_at(workspace, place), workspace.folder
    definition = folder / test.definition
    return units_of_file(folder / test.file, selection, definition=definition, where=test.where)


def test_at(workspace: Workspace, place: int) -> ExperimentSettings:
    """Gives a test of the settings by its place, from 1 on.

    Raises:
        UnknownNameError: There is none.
    """
    tests = workspace.settings.experiments
    if not 1 <= place <= len(tests):
        places = [str(number) for number in range(1, len(tests) + 1)]
        raise UnknownNameError.among("test", str(place), places)
    return tests[place - 1]


def state_of_test(workspace: Workspace, place: int) -> str:
    """Gives a mark that changes when the file, the definition or the settings of a test do.

    Raises:
        UnknownNameError: There is no such test.
    """
    test, marks = test_at(workspace, place), []
    for name in (test.file, test.definition):
        try:
            found = (workspace.folder / name).stat()
            marks.append((found.st_ino, found.st_size, found.st_mtime_ns))
        except OSError:
            marks.append((0, 0, 0))
    return digest([list(mark) for mark in marks] + [test.model_dump(mode="json")])
