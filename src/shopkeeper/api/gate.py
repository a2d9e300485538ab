"""Gate: what every request passes - its id, host, caller, rate and size - and how it is logged."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopkeeper.api.auth import caller_of
from shopkeeper.api.limits import RateLimit, check_address, check_host, whole_body
from shopkeeper.api.problems import problem_of, problem_response
from shopkeeper.api.quick_look_ups import QUICK_ROUTE
from shopkeeper.errors import ShopkeeperError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from shopkeeper.api.metrics import Metrics
    from shopkeeper.api.published_run import PublishedRuns
    from shopkeeper.settings import ApiSettings

LOG = logging.getLogger("shopkeeper.api.requests")
REQUEST_ID = re.compile(rb"^[A-Za-z0-9_.:-]{1,64}$")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "(none)"
# Answers are for their client; a page of another site may not read, frame or guess them.
SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


@dataclass
class Gate:
    """The outermost layer of the application.

    Attributes:
        app: What answers.
        runs: Whose settings say who may ask.
        metrics: What is counted.
        rate: Requests of each caller.
    """

    app: ASGIApp
    runs: PublishedRuns
    metrics: Metrics
    rate: RateLimit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request pass, or answers with what is wrong about it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        scope["request_id"] = _request_id(scope)
        telling = _Telling(send, scope["request_id"])
        try:
            receive = await self._checked(scope, receive)
        except ShopkeeperError as error:
            refusal = problem_response(
                problem_of(error, scope["request_id"]), getattr(error, "headers", None)
            )
            await refusal(scope, receive, telling)
        else:
            await self.app(scope, receive, telling)
        finally:
            self._tell(scope, telling.status, time.perf_counter() - started)

    async def _checked(self, scope: Scope, receive: Receive) -> Receive:
        settings: ApiSettings = self.runs.settings.api
        check_address(scope)
        check_host(scope, (*settings.allowed_hosts, settings.host))
        needs_key = bool(settings.allowed_hosts)
        caller = caller_of(scope, settings.keys, needs_key=needs_key)
        scope["caller"] = caller
        self.rate.per_minute = settings.requests_per_minute
        self.rate.check(f"key {caller.name}" if caller else f"address {_address(scope)}")
        return await whole_body(scope, receive, settings.largest_body_bytes)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        found = scope.get(QUICK_ROUTE) or getattr(scope.get("route"), "path", NO_ROUTE)
        route = re.sub(r":\w+}", "}", str(found))
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self.metrics.observe(method, route, status, seconds)
        if LOG.isEnabledFor(logging.INFO):
            caller = scope.get("caller")
            fields = {
                "request_id": scope["request_id"],
                "method": method,
                # The route and not the address: addresses hold customers' ids.
                "route": route,
                "status": status,
                "milliseconds": round(seconds * 1000, 2),
                "key": caller.name if caller else None,
            }
            LOG.info("request", extra={"fields": fields})


class _Telling:
    """Sends an answer on, with the headers that all answers carry; remembers its status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message["headers"], *SAFE_HEADERS]
            message["headers"] = [*headers, (b"x-request-id", self._request_id.encode())]
        await self._send(message)


class JsonLines(logging.Formatter):
    """Log records as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Gives a record as JSON."""
        plain: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            plain["trace"] = self.formatException(record.exc_info)
        return json.dumps(plain, default=str)


def log_to_stderr() -> None:
    """Writes the log of the API to stderr, one JSON object a line."""
    logger = logging.getLogger("shopkeeper.api")
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _request_id(scope: Scope) -> str:
    """Gives the client's own id of a request where it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.match(value):
            return str(value.decode("ascii"))
    return uuid.uuid4().hex


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "unknown"
