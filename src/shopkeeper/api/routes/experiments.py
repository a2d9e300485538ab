"""Routes of experiments: the shop's tests read out, and the read-out of a test that is sent."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from shopkeeper.api.answering import TABLE, Question, answered, asked_of, runs_of
from shopkeeper.api.formats import CSV, JSON, to_json
from shopkeeper.api.paging import Page, cursor_of, page_of
from shopkeeper.api.problems import missing_as_404
from shopkeeper.api.routes.reports import PAGED, member_parameters, members_page, place_in
from shopkeeper.api.routes.route import Address, Routes, in_path
from shopkeeper.api.schemas import query
from shopkeeper.errors import RequestRefusedError, ShopkeeperError, UsageError, shorten
from shopkeeper.jobs.experiment import analyse_file, units_of_file
from shopkeeper.jobs.experiment_guesses import Asked
from shopkeeper.jobs.experiment_lists import state_of_test, units_of_test
from shopkeeper.reports.drill import Selection
from shopkeeper.reports.experiment_units import OpenReadout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shopkeeper.api.published_run import PublishedRun
    from shopkeeper.api.schemas import Schemas
    from shopkeeper.reports.drill import Members
    from shopkeeper.workspace import Workspace

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
NUMBER = in_path("number", "Place of a test among those of the settings, from 1 on")
EXAMPLE_LIST = "experiment_units:arm=control"

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class ReadExperiment:
    """A test of the settings.

    Attributes:
        number: Its place among them, from 1 on.
        definition: File that says what was planned.
        readout: What it says; None where it cannot be read.
        problem: Why it cannot; empty where it can.
    """

    number: int
    definition: str
    readout: OpenReadout | None
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
            answer=OpenReadout,
            summary="Reads a test out of a CSV file of assignments and outcomes that is sent",
            parameters=[query(name, text) for name, text in texts.items()],
            body={CSV: {"schema": {"type": "string"}, "example": EXAMPLE}},
            has_tables=False,
        ),
        analyze,
    )
    _add_lists(routes, texts)
    return routes


def _add_lists(routes: Routes, texts: Mapping[str, str]) -> None:
    routes.add(
        Address(
            path="/experiments/{number}/units",
            answer=Page,
            summary="The units that a count of a test counts: exactly as many",
            scope="customers",
            parameters=[NUMBER, *member_parameters(EXAMPLE_LIST)],
        ),
        list_units,
    )
    routes.add(
        Address(
            path="/experiments/analyze/units",
            method="POST",
            answer=Page,
            summary="The units that a count of a test that is sent counts; each page is sent it",
            scope="customers",
            parameters=[
                *(query(name, text) for name, text in texts.items()),
                *member_parameters(EXAMPLE_LIST)[:-1],
            ],
            body={CSV: {"schema": {"type": "string"}, "example": EXAMPLE}},
            has_tables=False,
        ),
        list_sent_units,
    )


async def list_experiments(request: Request) -> Response:
    """Gives all tests of the settings."""
    asked_of(request, (TABLE,))
    # Files of tests change without a run.
    return await answered(request, Question("experiments", _read_all, is_kept=False))


async def list_units(request: Request) -> Response:
    """Gives the units that a count of a test of the settings counts."""
    texts = asked_of(request, (*PAGED, TABLE))
    place, text = place_in(texts), request.path_params["number"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    with missing_as_404():
        state = state_of_test(runs_of(request).current().workspace, number)

    def ask(shop: Workspace, of: str) -> Members:
        return units_of_test(shop, number, Selection.read(of))

    return await members_page(request, place, {**texts, "number": str(number)}, ask, state)


async def analyze(request: Request) -> Response:
    """Gives what a test says that is sent."""
    texts = asked_of(request, (*COLUMNS, *LISTS, *OTHERS))
    body, asked, where = await _sent(request, texts)
    found = await run_in_threadpool(
        _of_sent, body, lambda file: analyse_file(file, asked, where=where)
    )
    return Response(to_json(found), 200, {"Cache-Control": "no-store"}, JSON)


async def list_sent_units(request: Request) -> Response:
    """Gives the units that a count of a test counts that is sent."""
    texts = asked_of(request, (*PAGED, *COLUMNS, *LISTS, *OTHERS))
    place = place_in(texts)
    body, asked, where = await _sent(request, texts)
    mark = hashlib.sha256(body).hexdigest()
    key = ("sent", mark, place.of, tuple(sorted(texts.items())))
    cursor = cursor_of(place.cursor, key)
    of = Selection.read(place.of)
    found = await run_in_threadpool(
        _of_sent, body, lambda file: units_of_file(file, of, asked, where=where)
    )
    start = cursor.offset if cursor else 0
    rows = [dict(zip(found.key, row, strict=True)) for row in found.rows[start:][: place.size]]
    page = page_of(rows, mark[:12], key, start, place.size, found.count)
    return Response(to_json(page), 200, {"Cache-Control": "no-store"}, JSON)


async def _sent(request: Request, texts: Mapping[str, str]) -> tuple[bytes, Asked, list[str]]:
    """Gives the file that was sent, and how it is to be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != CSV:
        raise RequestRefusedError(
            415, "media-type", "The body is no CSV.", f"send it with `Content-Type: {CSV}`"
        )
    return await request.body(), _asked(texts), [texts["where"]] if "where" in texts else []


def _of_sent(body: bytes, ask: Callable[[Path], Answer]) -> Answer:
    # The reader of files looks at encoding, separator and kinds of columns; it wants a file.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE_NAME
        file.write_bytes(body)
        return ask(file)


def _read_all(run: PublishedRun) -> ExperimentList:
    folder = run.workspace.folder
    found = []
    for number, test in enumerate(run.workspace.settings.experiments, 1):
        try:
            readout = analyse_file(
                folder / test.file, definition=folder / test.definition, where=test.where
            )
        except ShopkeeperError as error:
            found.append(ReadExperiment(number, test.definition, None, error.message))
        else:
            found.append(ReadExperiment(number, test.definition, readout, ""))
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
