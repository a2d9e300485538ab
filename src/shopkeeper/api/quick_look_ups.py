"""Quick look-ups: single customers, answered before the framework looks through its addresses.

The one question that is asked a thousand times a second. What is out of the ordinary - an unknown
customer, another form, a condition, no right to ask - is left to the address itself, which answers
the same question the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopkeeper.api.answering import headers_of
from shopkeeper.api.formats import JSON
from shopkeeper.api.routes.customers import ONE, RESERVED, SCOPE, story_of
from shopkeeper.errors import ShopkeeperError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from shopkeeper.api.published_run import PublishedRuns

BEFORE_ID = "/customers/"
# What changes the answer; such requests take the long way.
UNUSUAL = frozenset({b"if-none-match", b"accept-encoding"})
# Name in the scope of the address that answered, where the framework has not found it itself.
QUICK_ROUTE = "quick_route"


@dataclass
class QuickLookUps:
    """A layer that answers single customers and gives on everything else.

    Attributes:
        app: What answers everything else.
        runs: Where customers are found.
    """

    app: ASGIApp
    runs: PublishedRuns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or gives it on."""
        found = self._found(scope)
        if found is None:
            await self.app(scope, receive, send)
            return
        headers, body = found
        scope[QUICK_ROUTE] = ONE
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _found(self, scope: Scope) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
        if not _is_usual(scope):
            return None
        customer_id = scope["path"].removeprefix(BEFORE_ID)
        if customer_id in RESERVED:
            return None
        try:
            run = self.runs.current()
            body = story_of(run, customer_id)
        except ShopkeeperError:
            # The address says what is wrong, in the form of all problems.
            return None
        known = {**headers_of(run), "Content-Type": JSON, "Content-Length": str(len(body))}
        return [(name.lower().encode(), text.encode()) for name, text in known.items()], body


def _is_usual(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return False
    caller = scope.get("caller")
    if caller is None or SCOPE not in caller.scopes or not scope["path"].startswith(BEFORE_ID):
        return False
    for name, value in scope["headers"]:
        if name in UNUSUAL and value != b"identity":
            return False
        if name == b"accept" and value not in {b"*/*", JSON.encode()}:
            return False
    return True
