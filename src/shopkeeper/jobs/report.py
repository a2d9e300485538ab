"""Report: renders the answers of a run as one HTML file that opens offline."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from shopkeeper.errors import StorageError
from shopkeeper.html.page import ReportAnswers, render_report
from shopkeeper.jobs.report_answers import answers_of
from shopkeeper.jobs.writing import Step, Tell, Writing, silent, writing
from shopkeeper.workspace import Workspace

REPORT_FILE = "report.html"


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


def report_into(at_work: Writing, answers: ReportAnswers, *, keep: bool = True) -> Path:
    """Writes the report where people look for it, and keeps it with the run."""
    started = time.perf_counter()
    text = render_report(answers)
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


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)
