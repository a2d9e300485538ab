"""Scoring script for platforms that bring their own server: `init()` once, `run(raw)` each time.

The shop lies where the platform put it: `AZUREML_MODEL_DIR` or `SM_MODEL_DIR`, else in the folder
it runs in. The answer is the one of `POST /predict`. Who may call is for the platform to say: keys
of the API are not asked for here.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

OPEN = ("api.keys=[]", "api.allowed_hosts=[]", "api.requests_per_minute=0")
FOLDERS = ("AZUREML_MODEL_DIR", "SM_MODEL_DIR")
APPLICATION: Any = None


def init(folder: str | None = None) -> None:
    """Opens the shop; called once when the platform starts."""
    global APPLICATION  # noqa: PLW0603 - the platform's contract keeps state in the module
    from shopkeeper.api.app import create_app

    named = [os.environ[name] for name in FOLDERS if name in os.environ]
    APPLICATION = create_app(folder or (named[0] if named else "."), OPEN)


def run(raw: str | bytes) -> str:
    """Gives what the models say of a request body; a refusal is a problem document."""
    body = raw.encode() if isinstance(raw, str) else bytes(raw)
    return asyncio.run(_asked(body)).decode()


async def _asked(body: bytes) -> bytes:
    sent: list[dict[str, Any]] = []
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/predict",
        "raw_path": b"/predict",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        # Within the process: the platform has let the caller in.
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await APPLICATION(scope, receive, send)
    return b"".join(message.get("body", b"") for message in sent)


if __name__ == "__main__":
    import sys

    init(sys.argv[1] if len(sys.argv) > 1 else None)
    print(json.dumps(json.loads(run(sys.stdin.read())), indent=1))
