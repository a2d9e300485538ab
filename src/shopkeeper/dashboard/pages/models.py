"""Models: which score, what the gate said of each, and why some questions were refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shopkeeper.dashboard.address import kept_choice
from shopkeeper.dashboard.charts import card, plain
from shopkeeper.dashboard.charts import show as show_sections
from shopkeeper.dashboard.openers import show_opening
from shopkeeper.dashboard.pages.page import First, Page
from shopkeeper.html import cells
from shopkeeper.html.blocks import Block, Cell, Column, DataTable, Kind, Notice, Section
from shopkeeper.html.monitor import sections_of
from shopkeeper.html.text import words
from shopkeeper.jobs.predict import published_models
from shopkeeper.tasks.demand.findings import findings_of_facts as demand_found
from shopkeeper.tasks.recommendation.findings import findings_of_facts as lists_found

if TYPE_CHECKING:
    from shopkeeper.dashboard.asking import Asking
    from shopkeeper.lifecycle.versions import ModelVersion

COLUMNS = (
    Column("Model"),
    Column("Version", Kind.NUMBER),
    Column("Role", Kind.TEXT, "The champion scores; a challenger waits for the gate"),
    Column("Scores this run"),
    Column("Gate", Kind.TEXT, "Whether it was better than what it was judged against, later on"),
    Column("Data until", Kind.TEXT, "Day before which data were seen when it learned"),
    Column("Registered"),
)

GATE = (Column("Asked"), Column("Found", Kind.PROSE), Column("Enough"))


def show(asking: Asking) -> None:
    """Shows every registered version with its verdict, refusals, and drift where it is watched."""
    versions = _versions(asking)
    sections = [_refused(asking), _registered(asking, versions)]
    watched = asking.report_if_there("monitoring")
    if watched is not None:
        sections += sections_of(watched)
    show_opening(asking, sections, PAGE.name, ("monitoring",))
    _gate(versions)


def _first(asking: Asking) -> list[Section]:
    return [_refused(asking), _registered(asking, _versions(asking))]


def _versions(asking: Asking) -> list[ModelVersion]:
    # Read once: where models are registered in a database, each look takes a while.
    registry = asking.workspace.registry
    return [version for name in registry.names() for version in registry.versions(name)]


def _registered(asking: Asking, versions: Sequence[ModelVersion]) -> Section:
    if not versions:
        notice = Notice("info", "No model was trained yet", "Train with: shopkeeper run")
        return card("registered", "Registered models", "", notice)
    scoring = published_models(asking.manifest)
    facts = asking.manifest.facts
    for found in (lists_found(facts), demand_found(facts)):
        if found is not None and found.is_published:
            scoring[found.model.rpartition(" ")[0]] = found.model
    rows = tuple(_row(version, scoring) for version in versions)
    blocks: list[Block] = [DataTable("models", "Every version", COLUMNS, rows)]
    return card("registered", "Registered models", "", *blocks)


def _gate(versions: Sequence[ModelVersion]) -> None:
    """Shows what the gate asked of one version, and what it found."""
    judged = {
        f"{words(version.name)} {version.version}": version.verdict
        for version in versions
        if version.verdict is not None
    }
    if not judged:
        return
    chosen = kept_choice("What did the gate say of", "version", list(judged), needs_one=True)
    rows = tuple(
        (
            cells.text(words(each.name)),
            cells.prose(plain(each.sentence)),
            cells.text("enough" if each.passed else "not enough"),
        )
        for each in judged[chosen].criteria
    )
    passed = judged[chosen].passed
    said = Notice("good" if passed else "bad", "Passed" if passed else "Refused: it may not score")
    table = DataTable("gate", "What was asked of it on later time", GATE, rows)
    show_sections(card("gate", f"The gate on {chosen}", "", said, table), key="gate")


def _row(version: ModelVersion, scoring: dict[str, str]) -> tuple[Cell, ...]:
    is_scoring = scoring.get(version.name) == f"{version.name} {version.version}"
    gate = "not asked" if version.verdict is None else "passed" if version.passed else "refused"
    return (
        cells.text(words(version.name)),
        cells.count(version.version),
        cells.text(", ".join(version.aliases)),
        cells.text("yes" if is_scoring else "no"),
        cells.text(gate),
        cells.day(version.as_of),
        cells.day(version.created_at.date()),
    )


def _refused(asking: Asking) -> Section:
    refused = asking.manifest.refused
    if not refused:
        notice = Notice("good", "Nothing that was asked of these data had to be refused")
        return card("refused", "What was refused, and why", "", notice)
    rows = tuple(
        (cells.text(words(name)), cells.prose(plain(reason)))
        for name, reason in sorted(refused.items())
    )
    lead = "A number that the data cannot carry is not shown; the gate says what is missing."
    columns = (Column("Question"), Column("Why it is refused", Kind.PROSE))
    table = DataTable("refused", "Questions without an answer", columns, rows)
    return card("refused", "What was refused, and why", lead, table)


PAGE = Page(
    "models",
    "Models and drift",
    "Trust",
    "Which models score, what the gate said of them, and what was refused.",
    show,
    first=First(_first),
)
