"""Run: the main job - ingest, build, train, score, report - published in one step."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shopkeeper.errors import ContractError, NotPublishedError
from shopkeeper.html.answers import ReportAnswers
from shopkeeper.jobs.build import BuildReport, build_into, without_last_version
from shopkeeper.jobs.ingest import ingest_into
from shopkeeper.jobs.pace import Pace
from shopkeeper.jobs.report import REPORT_FILE, report_into
from shopkeeper.jobs.report_answers import answers_of, headlines_of, look_at_outcomes
from shopkeeper.jobs.score import score_into
from shopkeeper.jobs.train import train_into
from shopkeeper.jobs.writing import Tell, Writing, silent, writing
from shopkeeper.reports.churn import Churn
from shopkeeper.reports.forecast import Forecast
from shopkeeper.reports.lifetime_value import LifetimeValues
from shopkeeper.reports.overview import Overview
from shopkeeper.reports.quality import Quality
from shopkeeper.reports.segments import Segments
from shopkeeper.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did and found.

    Attributes:
        run_id: Name of the run that now stands.
        is_new: False if no file, definition or setting had changed: nothing was written.
        as_of: Day before which data were seen.
        seconds: Wall time.
        report_file: The report.
        overview, segments, lifetime_value, quality, churn, forecast: The answers; None where the
            data carry none.
        refusals: What the data cannot carry, with the reason.
        errors: Broken contracts; their tables stay as they were.
        currency: ISO code of all amounts.
    """

    run_id: str
    is_new: bool
    as_of: str
    seconds: float
    report_file: Path
    overview: Overview
    segments: Segments | None
    lifetime_value: LifetimeValues | None
    quality: Quality
    refusals: tuple[str, ...]
    errors: tuple[ContractError, ...]
    currency: str
    churn: Churn | None = None
    forecast: Forecast | None = None


def run(workspace: Workspace, *, now: datetime | None = None, tell: Tell = silent) -> RunReport:
    """Does the main job; readers see all of it or nothing.

    Args:
        workspace: The shop.
        now: When the job begins; None reads the clock.
        tell: Told of each step.

    Raises:
        SourceError: A file cannot be read; nothing has changed.
        WorkspaceLockedError: Another job is writing.
        StorageError: The disk is full or cannot be written; nothing has changed.
        ContractError: What the report needs broke its contract and no earlier version can stand
            in; nothing is published.
    """
    started = time.perf_counter()
    pace = Pace.of(workspace.state_folder, tell)
    with writing(workspace, now=now, tell=pace) as at_work:
        ingest_into(at_work)
        built = build_into(at_work)
        answers = _answers(at_work, built)
        is_new = _is_new(at_work)
        file = workspace.folder / REPORT_FILE
        if is_new:
            report_into(at_work, answers)
            at_work.publish()
            pace.keep()
        elif not file.exists():
            report_into(at_work, answers, keep=False)
        seconds = time.perf_counter() - started
        return _report(at_work, answers, is_new, seconds, built.errors)


def _is_new(at_work: Writing) -> bool:
    return at_work.has_news or at_work.workspace.manifest is None


def _answers(at_work: Writing, built: BuildReport) -> ReportAnswers:
    """Trains, scores and asks all reports that are read; a first run needs what they need."""
    try:
        train_into(at_work)
        score_into(at_work)
        if not _is_new(at_work):
            look_at_outcomes(at_work)
        is_read = _is_new(at_work) or not (at_work.workspace.folder / REPORT_FILE).exists()
        return answers_of(at_work) if is_read else headlines_of(at_work)
    except NotPublishedError as missing:
        if not built.errors:
            raise
        raise without_last_version(built.errors[0], at_work) from missing


def _report(
    at_work: Writing,
    answers: ReportAnswers,
    is_new: bool,  # noqa: FBT001 - one of the report's own fields
    seconds: float,
    errors: tuple[ContractError, ...],
) -> RunReport:
    published = at_work.workspace.published
    return RunReport(
        run_id=published.run_id,
        is_new=is_new,
        as_of=answers.overview.as_of.isoformat(),
        seconds=seconds,
        report_file=at_work.workspace.folder / REPORT_FILE,
        overview=answers.overview,
        segments=answers.segments,
        lifetime_value=answers.lifetime_value,
        quality=answers.quality,
        refusals=answers.refusals,
        errors=errors,
        currency=at_work.workspace.settings.shop.currency,
        churn=answers.churn,
        forecast=answers.forecast,
    )
