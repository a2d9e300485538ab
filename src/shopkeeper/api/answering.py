"""Answering: a question to one run as a response - kept, tagged by the run, in the wanted form."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from shopkeeper.api.formats import CSV, JSON, encoded, wanted_format
from shopkeeper.errors import RequestRefusedError, UnknownNameError

if TYPE_CHECKING:
    from starlette.requests import Request

    from shopkeeper.api.published_run import PublishedRun, PublishedRuns

RUN_HEADER = "X-Shopkeeper-Run"
TABLE = "table"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a run.

    Attributes:
        key: Stands for the question; equal keys have equal answers in one run.
        ask: Gives the answer.
        is_kept: Whether nothing but the run decides the answer, so that it may be kept.
    """

    key: Hashable
    ask: Callable[[PublishedRun], Any]
    is_kept: bool = True


def runs_of(request: Request) -> PublishedRuns:
    """Gives the runs that the application answers from."""
    found: PublishedRuns = request.app.state.runs
    return found


async def answered(request: Request, question: Question) -> Response:
    """Answers a question from the current run; all of the answer is of that run.

    Raises:
        ShopkeeperError: It cannot be answered.
    """
    return await answered_by(runs_of(request).current(), request, question)


async def answered_by(run: PublishedRun, request: Request, question: Question) -> Response:
    """Answers a question from a given run.

    Raises:
        ShopkeeperError: It cannot be answered.
    """
    form = wanted_format(request.headers.get("accept", ""))
    table = request.query_params.get(TABLE) if form != JSON else None
    headers = headers_of(run, form) if question.is_kept else unkept_headers(run, form)
    if question.is_kept and _is_known(request, headers["ETag"]):
        return Response(None, 304, headers)
    key = (question.key, form, table)
    body: bytes | None = run.answers.get(key) if question.is_kept else None
    if body is None:
        body = await run_in_threadpool(_body, run, question, form, table)
        if question.is_kept:
            run.answers.keep(key, body, len(body))
    return Response(body, 200, headers, f"{form}; charset=utf-8" if form == CSV else form)


def headers_of(run: PublishedRun, form: str = JSON) -> dict[str, str]:
    """Gives the headers of an answer that stays true as long as its run is current."""
    kind = form.rpartition("/")[2][:3]
    return {
        # Weak: the same answer may come packed or not.
        "ETag": f'W/"{run.tag}-{kind}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Accept-Encoding, Authorization, X-API-Key",
        RUN_HEADER: run.run_id,
    }


def unkept_headers(run: PublishedRun, form: str = JSON) -> dict[str, str]:
    """Gives the headers of an answer that more than the run decides."""
    headers = headers_of(run, form)
    headers.pop("ETag")
    return {**headers, "Cache-Control": "no-store"}


def asked_of(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """Gives what stands in the query of an address.

    Raises:
        UnknownNameError: A name is not known.
        RequestRefusedError: A name stands there twice.
    """
    found: dict[str, str] = {}
    for name, text in request.query_params.multi_items():
        if name not in known:
            raise UnknownNameError.among("option", name, known)
        if name in found:
            raise RequestRefusedError(422, "usage", f"`{name}` stands there twice.")
        found[name] = text
    return found


def _body(run: PublishedRun, question: Question, form: str, table: str | None) -> bytes:
    return encoded(question.ask(run), form, table)


def _is_known(request: Request, tag: str) -> bool:
    sent = request.headers.get("if-none-match", "")
    known = {part.strip().removeprefix("W/") for part in sent.split(",")}
    return bool(sent) and tag.removeprefix("W/") in known
