"""Limits: how many requests one caller may send, how large they may be, and to which host."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shopkeeper.errors import RequestRefusedError

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY_HOST = "*"
# Managed platforms ask it under whatever address a container happens to have; it says nothing.
FOR_ANY_HOST = "/ping"
# Callers that are remembered; those not heard of longest are forgotten first.
MOST_CALLERS = 10_000
LONGEST_PATH = 2_000
LONGEST_QUERY = 8_000


@dataclass
class RateLimit:
    """Requests of each caller: a bucket that fills evenly and holds one minute's worth.

    Attributes:
        per_minute: Requests that a bucket holds; 0 for any number.
        clock: Seconds that only go forward.
    """

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def check(self, caller: str) -> None:
        """Counts a request.

        Raises:
            RequestRefusedError: The caller has sent too many.
        """
        if not self.per_minute:
            return
        now, rate = self.clock(), self.per_minute / 60
        left, before = self._buckets.pop(caller, (float(self.per_minute), now))
        left = min(left + (now - before) * rate, float(self.per_minute))
        while len(self._buckets) >= MOST_CALLERS:
            self._buckets.popitem(last=False)
        if left < 1:
            self._buckets[caller] = (left, now)
            seconds = max(round((1 - left) / rate), 1)
            raise RequestRefusedError(
                429,
                "too-many-requests",
                f"More than {self.per_minute:,} requests in a minute.",
                f"wait {seconds} s, or set `api.requests_per_minute`",
                {"Retry-After": str(seconds)},
            )
        self._buckets[caller] = (left - 1, now)


def check_host(scope: Scope, allowed: Collection[str]) -> None:
    """Holds a request to the names of this machine, and to those of the settings.

    A page of another site cannot reach the API by giving its own name this machine's address.

    Raises:
        RequestRefusedError: It names another host, or none.
    """
    if ANY_HOST in allowed or scope.get("path") == FOR_ANY_HOST:
        return
    sent = [value for name, value in scope["headers"] if name == b"host"]
    host = _without_port(sent[0].decode("latin-1")) if len(sent) == 1 else ""
    if host.lower() not in OWN_HOSTS and host.lower() not in allowed:
        raise RequestRefusedError(
            400,
            "wrong-host",
            "The API is not reached under this name.",
            "name it in `api.allowed_hosts`",
        )


def check_address(scope: Scope) -> None:
    """Holds the address of a request to a sane length.

    Raises:
        RequestRefusedError: It is longer.
    """
    if len(scope.get("raw_path") or b"") > LONGEST_PATH or len(scope["query_string"]) > (
        LONGEST_QUERY
    ):
        raise RequestRefusedError(414, "too-long", "The address is too long.")


async def whole_body(scope: Scope, receive: Receive, most: int) -> Receive:
    """Reads the body of a request, and gives it on; one that is too large is not read to its end.

    Raises:
        RequestRefusedError: It is larger than `most` bytes, or says that it is.
    """
    if scope["method"] in {"GET", "HEAD"}:
        return receive
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > most:
            raise _too_large(most)
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _too_large(most)
        if not message.get("more_body"):
            break
    return _again(b"".join(parts), receive)


def _again(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def once_more() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once_more


def _too_large(most: int) -> RequestRefusedError:
    return RequestRefusedError(
        413,
        "too-large",
        f"The body is larger than {most:,} bytes.",
        "send less at once, or set `api.largest_body_bytes`",
        {"Connection": "close"},
    )


def _without_port(host: str) -> str:
    name, separator, port = host.rpartition(":")
    return name if separator and port.isdigit() else host
