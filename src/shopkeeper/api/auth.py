"""Auth: who asks, by a key of which only the hash is known, and what the key may do."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from starlette.requests import Request

from shopkeeper.errors import RequestRefusedError
from shopkeeper.settings.serving import ApiScope

if TYPE_CHECKING:
    from starlette.types import Scope

    from shopkeeper.settings import ApiKeySettings

SCOPES: tuple[str, ...] = get_args(ApiScope)
KEY_HEADER = "x-api-key"
LOCAL = "local"
# For the documentation: how a key is sent, and that an address takes one of both ways.
SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
EITHER: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of the key, or `local`, and what it may do."""

    name: str
    scopes: frozenset[str]


ANYBODY_HERE = Caller(LOCAL, frozenset(SCOPES))


def caller_of(scope: Scope, keys: Sequence[ApiKeySettings], *, needs_key: bool) -> Caller | None:
    """Gives who asks; None for who has no right to.

    Without any key in the settings, programs on this machine may ask without one.

    Args:
        scope: Of the request.
        keys: Keys of the settings.
        needs_key: Whether a key is needed even on this machine.
    """
    sent = _sent_key(scope)
    if not keys:
        return None if needs_key or not is_local(scope) else ANYBODY_HERE
    if sent is None:
        return None
    found = f"sha256:{hashlib.sha256(sent).hexdigest()}"
    # All are compared, so that the time taken says nothing of which one was close.
    fitting = [key for key in keys if hmac.compare_digest(key.hash, found)]
    return Caller(fitting[0].name, frozenset(fitting[0].scopes)) if fitting else None


def check_scope(request: Request, scope: str) -> None:
    """Lets only callers pass who may do what an address does.

    Raises:
        RequestRefusedError: There is no key, or it may not.
    """
    caller: Caller | None = request.scope.get("caller")
    if caller is None:
        raise RequestRefusedError(
            401,
            "no-key",
            "This needs a key of the API.",
            "send it as `Authorization: Bearer <key>`; "
            "make one with `shopkeeper serve --new-key NAME`",
            {"WWW-Authenticate": 'Bearer realm="shopkeeper"'},
        )
    if scope not in caller.scopes:
        raise RequestRefusedError(
            403, "wrong-scope", f"The key may not do this; it has no scope `{scope}`."
        )


def is_local(scope: Scope) -> bool:
    """Whether a request comes from this machine."""
    client = scope.get("client")
    if client is None:
        return False
    try:
        return ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _sent_key(scope: Scope) -> bytes | None:
    sent: dict[bytes, bytes] = dict(scope["headers"])
    kind, _, key = sent.get(b"authorization", b"").partition(b" ")
    if kind.lower() == b"bearer" and key:
        return key.strip()
    return sent.get(KEY_HEADER.encode())
