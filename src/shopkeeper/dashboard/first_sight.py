"""First sight: answers a browser with the page itself, and with Streamlit's files from memory."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from shopkeeper.dashboard.app import shown_shop
from shopkeeper.dashboard.document import document_of, page_at, shell_of
from shopkeeper.errors import ShopkeeperError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    Server = Callable[[Scope, Receive, Send], Awaitable[None]]

# A page that is not known by then comes from Streamlit alone: nobody waits for two.
MOST_SECONDS = 0.5
# Names of this machine: pages of other sites that point here are told nothing of a shop.
HOSTS = ("localhost", "127.0.0.1")
FILES = ("static/js", "static/css")
# Files of Streamlit carry a hash of what is in them in their names.
FOR_GOOD = "public, immutable, max-age=31536000"


class FirstSight:
    """Stands before Streamlit; what it does not answer itself goes on to it.

    Args:
        app: Streamlit.
    """

    def __init__(self, app: Server) -> None:
        from streamlit.file_util import get_static_dir

        self._app = app
        folder = Path(get_static_dir())
        self._shell = shell_of(folder)
        self._files = {
            f"/{place}/{file.name}": file
            for place in FILES
            for file in (folder / place).iterdir()
            if file.is_file()
        }
        self._read: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or hands it on."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
        elif scope["path"] in self._files:
            name = self._files[scope["path"]].name
            await _send(send, self._file(scope["path"]), _kind(name), FOR_GOOD)
        else:
            document = await self._document(scope)
            if document is None:
                await self._app(scope, receive, send)
            else:
                await _send(send, document.encode(), "text/html; charset=utf-8", "no-store")

    def _file(self, path: str) -> bytes:
        """Gives a file of Streamlit, read once: there are as many as it has, and no more."""
        if path not in self._read:
            self._read[path] = self._files[path].read_bytes()
        return self._read[path]

    async def _document(self, scope: Scope) -> str | None:
        page = page_at(scope["path"])
        if page is None or not _is_from_here(dict(scope["headers"])):
            return None
        address = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))

        def made() -> str:
            return document_of(self._shell, page, shown_shop().current(), address)

        try:
            return await asyncio.wait_for(asyncio.to_thread(made), MOST_SECONDS)
        except (TimeoutError, ShopkeeperError):
            # Streamlit's page says what happened, where something did.
            return None


def _is_from_here(headers: Mapping[bytes, bytes]) -> bool:
    host = headers.get(b"host", b"").decode("latin-1").lower()
    return host.rpartition(":")[0] in HOSTS or host in HOSTS


def _kind(name: str) -> str:
    return "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or ""


async def _send(send: Send, body: bytes, kind: str, kept: str) -> None:
    headers = {
        "content-type": kind,
        "content-length": str(len(body)),
        "cache-control": kept,
        "x-content-type-options": "nosniff",
    }
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": sent})
    await send({"type": "http.response.body", "body": body})
