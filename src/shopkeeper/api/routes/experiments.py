"""Routes of experiments: the shop's tests read out, and the read-out of a test that is sent."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.answering import TABLE, Question, answered, asked_of
from shopkeeper.api.formats import CSV, JSON, to_json
from shopkeeper.api.routes.route import Address, Routes
from shopkeeper.api.schemas import query
from shopkeeper.errors import RequestRefusedError, ShopkeeperError, UsageError, shorten
from shopkeeper.experiments.readout import Readout
from shopkeeper.jobs.experiment import analyse_file
from shopkeeper.jobs.experiment_guesses import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopkeeper.api.published_run import PublishedRun
    from shopkeeper.api.schemas import Schemas

COLUMNS = {
    "variant": "Column of the arm; default: guessed",
    "control": "The arm to compare with; default: guessed",
    "unit": "Column of whom was drawn; default: guessed",
    "covariate": "Column from before the test, for CUPED",
}
LISTS = {
    "metric": ("metrics", "What decides, as `column`, `above/below`, `column:p90`"),
    "secondary": ("secondary", "Metrics that are looked at"),
    "guardrail": ("guardrails", "Metrics that must not be harmed"),
    "segment": ("segments", "Columns from before the test to divide by"),
    "share": ("shares", "Planned parts, as `arm=0.5`"),
}
OTHERS = {
    "alpha": "Accepted chance of a false alarm; default 0.05",
    "sequential": "`true` for always-valid intervals",
    "planned": "Units that were planned",
    "where": "Rows to read, as `column=value`",
}
FILE_NAME = "sent.csv"


@dataclass(frozen=True, slots=True)
class ReadExperiment:
    """A test of the settings.

    Attributes:
        definition: File that says what was planned.
        readout: What it says; None where it cannot be read.
        problem: Why it cannot; empty where it can.
    """

    definition: str
    readout: Readout | None
    problem: str


@dataclass(frozen=True, slots=True)
class ExperimentList:
    """All tests of the settings, in their order."""

    experiments: tuple[ReadExperiment, ...]


def add_to(schemas: Schemas) -> Routes:
    """Gives the addresses of experiments."""
    routes = Routes("experiments", schemas)
    routes.add(
        Address(
            path="/experiments",
            answer=ExperimentList,
            summary="The tests that the settings name, read out",
        ),
        list_experiments,
    )
    texts = {**COLUMNS, **{name: text for name, (_, text) in LISTS.items()}, **OTHERS}
    routes.add(
        Address(
            path="/experiments/analyze",
            method="POST",
            answer=Readout,
            summary="Reads a test out of a CSV file of assignments and outcomes that is sent",
            parameters=[query(name, text) for name, text in texts.items()],
            body={CSV: {"schema": {"type": "string"}, "example": EXAMPLE}},
            has_tables=False,
        ),
        analyze,
    )
    return routes


async def list_experiments(request: Request) -> Response:
    """Gives all tests of the settings."""
    asked_of(request, (TABLE,))
    # Files of tests change without a run.
    return await answered(request, Question("experiments", _read_all, is_kept=False))


async def analyze(request: Request) -> Response:
    """Gives what a test says that is sent."""
    texts = asked_of(request, (*COLUMNS, *LISTS, *OTHERS))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != CSV:
        raise RequestRefusedError(
            415, "media-type", "The body is no CSV.", f"send it with `Content-Type: {CSV}`"
        )
    body = await request.body()
    asked, where = _asked(texts), [texts["where"]] if "where" in texts else []
    found = await run_in_threadpool(_readout, body, asked, where)
    return Response(to_json(found), 200, {"Cache-Control": "no-store"}, JSON)


def _readout(body: bytes, asked: Asked, where: list[str]) -> Readout:
    # The reader of files looks at encoding, separator and kinds of columns; it wants a file.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE_NAME
        file.write_bytes(body)
        return analyse_file(file, asked, where=where)


def _read_all(run: PublishedRun) -> ExperimentList:
    folder = run.workspace.folder
    found = []
    for test in run.workspace.settings.experiments:
        try:
            readout = analyse_file(
                folder / test.file, definition=folder / test.definition, where=test.where
            )
        except ShopkeeperError as error:
            found.append(ReadExperiment(test.definition, None, error.message))
        else:
            found.append(ReadExperiment(test.definition, readout, ""))
    return ExperimentList(tuple(found))


def _asked(texts: Mapping[str, str]) -> Asked:
    lists: dict[str, Any] = {
        field: tuple(part.strip() for part in texts[name].split(",") if part.strip())
        for name, (field, _) in LISTS.items()
        if name in texts
    }
    columns: dict[str, Any] = {name: texts[name] for name in COLUMNS if name in texts}
    planned = texts.get("planned")
    if planned is not None and not (planned.isascii() and planned.isdigit() and int(planned) >= 2):
        raise UsageError(f"`planned` `{shorten(planned)}` is no number of units.")
    sequential = texts.get("sequential", "false")
    if sequential not in {"true", "false"}:
        raise UsageError(f"`sequential` `{shorten(sequential)}` is neither `true` nor `false`.")
    return Asked(
        **columns,
        **lists,
        alpha=_alpha(texts.get("alpha", "0.05")),
        is_sequential=sequential == "true",
        planned_count=int(planned) if planned else None,
    )


def _alpha(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.001 <= found <= 0.4:
        raise UsageError(f"`alpha` `{shorten(text)}` is no number from 0.001 to 0.4.")
    return found


EXAMPLE = "user_id,variant,revenue\nu1,control,0\nu2,treatment,12.5\nu3,control,3\nu4,treatment,0\n"
