"""Problems: every error as a problem document of RFC 9457; what is ours to mend says no details.

References:
    Nottingham, M., Wilde, E., Dalal, S. (2023). RFC 9457: Problem Details for HTTP APIs.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from shopkeeper.errors import (
    ArtifactError,
    ContractError,
    MissingExtraError,
    ModelDataError,
    NotPublishedError,
    PlanDamagedError,
    PromotionRefusedError,
    RequestRefusedError,
    SettingsError,
    ShopkeeperError,
    SourceError,
    StorageError,
    UnknownNameError,
    UsageError,
)

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException
    from starlette.requests import Request

LOG = logging.getLogger("shopkeeper.api")
MEDIA_TYPE = "application/problem+json"
KINDS = "urn:shopkeeper:problem:"
# Of a request's faults, the first few tell enough.
MOST_FAULTS = 5
# Class of an error → status and kind; the first that fits counts.
STATUSES: tuple[tuple[type[ShopkeeperError], int, str], ...] = (
    (NotPublishedError, 404, "no-data"),
    (MissingExtraError, 501, "not-installed"),
    (SettingsError, 503, "settings"),
    (UnknownNameError, 422, "unknown-name"),
    (UsageError, 422, "usage"),
    (SourceError, 422, "unreadable-input"),
    (ModelDataError, 422, "model-data"),
    (PromotionRefusedError, 409, "refused"),
    (StorageError, 503, "could-not-read"),
    (ArtifactError, 503, "could-not-read"),
    (PlanDamagedError, 503, "could-not-read"),
    (ContractError, 503, "could-not-read"),
)
# The first fault of the server's side; what it says of files and addresses goes to the log.
OURS = 500
COULD_NOT_READ = "What was asked for could not be read; the log of the server says why."


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as RFC 9457 has it.

    Attributes:
        type: Name of the kind of problem.
        title: What kind of problem it is, in a word or two.
        status: Status of the answer.
        detail: What happened.
        hint: What to do next, or an empty string.
        request_id: Under which the log knows the request.
    """

    type: str
    title: str
    status: int
    detail: str
    hint: str
    request_id: str


@contextmanager
def missing_as_404() -> Iterator[None]:
    """Turns the error of an unknown name into that of a missing thing: the address named it."""
    try:
        yield
    except UnknownNameError as error:
        raise RequestRefusedError(404, "not-found", error.message, error.hint) from error


def problem_of(error: ShopkeeperError, request_id: str) -> Problem:
    """Gives what a client is told of an error."""
    status, kind = _status(error)
    is_ours = status >= OURS and not isinstance(error, MissingExtraError)
    return Problem(
        f"{KINDS}{kind}",
        HTTPStatus(status).phrase,
        status,
        COULD_NOT_READ if is_ours else error.message,
        "" if is_ours else error.hint,
        request_id,
    )


def plain_problem(status: int, kind: str, detail: str, request_id: str) -> Problem:
    """Gives a problem that no error of ours stands behind."""
    return Problem(f"{KINDS}{kind}", HTTPStatus(status).phrase, status, detail, "", request_id)


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Gives a problem as an answer."""
    plain = {name: getattr(problem, name) for name in Problem.__dataclass_fields__}
    # ASCII: a hostile name comes back in a form that every reader takes.
    body = json.dumps(plain).encode("ascii")
    kept = {**(headers or {}), "Cache-Control": "no-store"}
    return Response(body, problem.status, kept, MEDIA_TYPE)


def add_to(app: FastAPI) -> None:
    """Makes every error of the application a problem document."""
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    app.add_exception_handler(ShopkeeperError, _of_ours)
    app.add_exception_handler(HTTPException, _of_http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _of_validation)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _of_nobody)


def request_id_of(request: Request) -> str:
    """Gives the id of a request."""
    return str(request.scope.get("request_id", ""))


def _status(error: ShopkeeperError) -> tuple[int, str]:
    if isinstance(error, RequestRefusedError):
        return error.status, error.kind
    for found, status, kind in STATUSES:
        if isinstance(error, found):
            return status, kind
    return 500, "failed"


async def _of_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ShopkeeperError)
    problem = problem_of(error, request_id_of(request))
    if problem.status >= OURS:
        fields = {"request_id": problem.request_id, "error": error.message, "hint": error.hint}
        LOG.error("could not answer", extra={"fields": fields}, exc_info=error)
    return problem_response(problem, getattr(error, "headers", None))


async def _of_http(request: Request, error: HTTPException) -> Response:
    kinds = {404: "not-found", 405: "method-not-allowed", 415: "media-type"}
    detail = "There is nothing at this address." if error.status_code == 404 else error.detail
    kind = kinds.get(error.status_code, "refused")
    problem = plain_problem(error.status_code, kind, detail, request_id_of(request))
    return problem_response(problem, error.headers)


async def _of_validation(request: Request, error: RequestValidationError) -> Response:
    problem = plain_problem(422, "usage", faults(error.errors()), request_id_of(request))
    return problem_response(problem)


async def _of_nobody(request: Request, error: Exception) -> Response:
    request_id = request_id_of(request)
    LOG.error("failed", extra={"fields": {"request_id": request_id}}, exc_info=error)
    return problem_response(plain_problem(500, "failed", "This should not happen.", request_id))


def faults(errors: Any) -> str:
    """Says where the faults are; never what was sent, which may be personal."""
    told = []
    for fault in list(errors)[:MOST_FAULTS]:
        place = ".".join(str(part) for part in fault.get("loc", ()))
        told.append(f"`{place[:80]}`: {fault.get('msg', 'not valid')}")
    return "; ".join(told)
