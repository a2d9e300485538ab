"""Report: renders the answers of a run as one HTML file that opens offline."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from shopkeeper.errors import NotPublishedError, StorageError
from shopkeeper.html.answers import SalesAnswers
from shopkeeper.html.page import ReportAnswers, render_report
from shopkeeper.jobs.writing import Step, Tell, Writing, silent, writing
from shopkeeper.reports.basket import basket
from shopkeeper.reports.best_customers import best_customers
from shopkeeper.reports.change import change
from shopkeeper.reports.lifetime_value import LifetimeValues, lifetime_value, without_values
from shopkeeper.reports.overview import Overview, overview
from shopkeeper.reports.products import product_report
from shopkeeper.reports.quality import Quality, quality
from shopkeeper.reports.returns import returns
from shopkeeper.reports.seasonality import seasonality
from shopkeeper.reports.segments import Segments, segments
from shopkeeper.reports.whales import whales
from shopkeeper.version import VERSION
from shopkeeper.workspace import Workspace, answer, questions_of_run

if TYPE_CHECKING:
    import ibis.expr.types as ir

REPORT_FILE = "report.html"

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that a report shows."""

    overview: Overview
    segments: Segments | None
    lifetime_value: LifetimeValues | None
    quality: Quality
    sales: SalesAnswers | None = None


def report(workspace: Workspace, *, now: datetime | None = None, tell: Tell = silent) -> Path:
    """Writes the report again from the published tables; the run's own stays as it was.

    Returns:
        Path of the file.

    Raises:
        NotPublishedError: Nothing was built yet.
    """
    with writing(workspace, now=now, tell=tell) as at_work:
        at_work.run_id = workspace.published.run_id
        return report_into(at_work, answers_of(at_work), keep=False)


def answers_of(at_work: Writing) -> Answers:
    """Asks all reports of the tables as they stand in a draft."""
    known = questions_of_run(at_work.workspace.settings, at_work.manifest())
    known["tables"] = at_work.table_states()

    def ask(function: Callable[..., Answer]) -> Answer:
        return answer(function, table, known)

    def table(name: str) -> ir.Table:
        if not at_work.draft.has(name):
            raise NotPublishedError(f"Table `{name}` has not been built.", "see the refusals")
        return at_work.table(name)

    return Answers(ask(overview), _segments(ask), _values(at_work, ask), ask(quality), _sales(ask))


def report_into(at_work: Writing, answers: Answers, *, keep: bool = True) -> Path:
    """Writes the report where people look for it, and keeps it with the run."""
    started = time.perf_counter()
    settings = at_work.workspace.settings
    text = render_report(
        ReportAnswers(
            shop_name=settings.shop.name,
            currency=settings.shop.currency,
            as_of=answers.overview.as_of,
            run_id=at_work.run_id,
            version=VERSION,
            overview=answers.overview,
            segments=answers.segments,
            lifetime_value=answers.lifetime_value,
            quality=answers.quality,
            refusals=refusals_of(at_work),
            sales=answers.sales,
        )
    )
    shown = at_work.workspace.folder / REPORT_FILE
    try:
        _write(shown, text)
        if keep:
            _write(at_work.run_folder / REPORT_FILE, text)
    except OSError as error:
        raise StorageError(
            f"The report could not be written: {error.strerror}.", "make room and run again"
        ) from error
    at_work.tell(Step("report", REPORT_FILE, "written", seconds=time.perf_counter() - started))
    return shown


def refusals_of(at_work: Writing) -> tuple[str, ...]:
    """Gives what the data of a run cannot carry, each with the reason."""
    found = sorted(at_work.refused.items(), key=lambda item: _by_number(item[0]))
    return tuple(f"`{name}`: {reason}" for name, reason in found)


def _by_number(name: str) -> list[tuple[int, str]]:
    """Gives a key by which 90 stands before 180."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


def _segments(ask: Callable[[Callable[..., Segments]], Segments]) -> Segments | None:
    try:
        return ask(segments)
    except NotPublishedError:
        # A shop of guests has no segments; the report says so among its refusals.
        return None


def _values(
    at_work: Writing, ask: Callable[[Callable[..., LifetimeValues]], LifetimeValues]
) -> LifetimeValues | None:
    try:
        return ask(lifetime_value if at_work.draft.has("lifetime_values") else without_values)
    except NotPublishedError:
        # Nothing was trained, as in a workspace that was only built and scored.
        return None


def _sales(ask: Callable[[Callable[..., Any]], Any]) -> SalesAnswers | None:
    try:
        return SalesAnswers(
            seasonality=ask(seasonality),
            change=ask(change),
            best_customers=ask(best_customers),
            whales=ask(whales),
            products=ask(product_report),
            basket=ask(basket),
            returns=ask(returns),
        )
    except NotPublishedError:
        # A table broke its contract; the report says so among its refusals.
        return None


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)
