"""Serve: starts the API for a shop; refuses to be reached from elsewhere without a key."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from shopkeeper.errors import (
    MissingExtraError,
    ServerUnavailableError,
    SettingsError,
    UsageError,
    shorten,
)

if TYPE_CHECKING:
    from uvicorn import Config

    from shopkeeper.settings import ApiSettings
    from shopkeeper.workspace import Workspace

# A string, as workers are processes of their own that import it.
APPLICATION = "shopkeeper.api.app:served_app"
# The same names as in `api.app` and `api.metrics`, which a job may not import.
SERVED = "SHOPKEEPER_SERVED"
SHARED_COUNTS = "PROMETHEUS_MULTIPROC_DIR"
BACKLOG = 2048
# Connections beyond this are answered 503 at once, before they cost anything.
MOST_CONNECTIONS = 1000
KEEP_ALIVE_SECONDS = 30
PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the API answers.

    Attributes:
        address: As a browser takes it.
        workers: Processes that answer.
        key_count: Keys that open it.
    """

    address: str
    workers: int
    key_count: int


def serve(
    workspace: Workspace,
    overrides: Sequence[str] = (),
    *,
    tell: Callable[[Serving], None] = lambda _: None,
) -> None:
    """Answers until it is stopped.

    Args:
        workspace: The shop.
        overrides: Settings that it was opened with; workers open it again.
        tell: Told where, once the port is taken.

    Raises:
        MissingExtraError: What the API needs is not installed.
        SettingsError: It would be open to others without a key.
        UsageError: There is no such folder.
        ServerUnavailableError: The address or port cannot be taken.
    """
    check_installed()
    from uvicorn import Server
    from uvicorn.supervisors import Multiprocess

    settings = workspace.settings.api
    check_open_to(settings)
    if not workspace.folder.is_dir():
        raise UsageError(
            f"There is no folder `{shorten(workspace.folder)}`.", "name the shop's with `--folder`"
        )
    os.environ[SERVED] = json.dumps({"folder": str(workspace.folder), "overrides": [*overrides]})
    with _listening(settings) as listening, tempfile.TemporaryDirectory() as counts:
        if settings.workers > 1:
            os.environ[SHARED_COUNTS] = counts
        config = _config(settings)
        tell(Serving(_address(listening), settings.workers, len(settings.keys)))
        if settings.workers == 1:
            Server(config).run(sockets=[listening])
        else:
            Multiprocess(config, sockets=[listening]).run()


def check_open_to(settings: ApiSettings) -> None:
    """Holds an API that others reach to have a key.

    Raises:
        SettingsError: It has none.
    """
    if settings.keys:
        return
    hint = "make a key with `shopkeeper serve --new-key NAME`"
    if not is_of_this_machine(settings.host):
        raise SettingsError(
            f"At `{settings.host}` others would reach the API, and it has no key.", hint
        )
    if settings.allowed_hosts:
        raise SettingsError(
            "With `api.allowed_hosts` others would reach the API, and it has no key.", hint
        )


def is_of_this_machine(host: str) -> bool:
    """Whether an address is reached from this machine only.

    Examples:
        >>> is_of_this_machine("127.0.0.1"), is_of_this_machine("0.0.0.0")
        (True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_installed() -> None:
    """Holds what the API needs to be there.

    Raises:
        MissingExtraError: It is not.
    """
    for name in ("fastapi", "prometheus_client", "uvicorn"):
        if find_spec(name) is None:
            raise MissingExtraError(
                f"The API needs `{name}`, which is not installed.",
                "install it with `pip install 'shopkeeper[api]'`",
            )


def _config(settings: ApiSettings) -> Config:
    from uvicorn import Config

    return Config(
        APPLICATION,
        factory=True,
        workers=settings.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        backlog=BACKLOG,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
    )


def _listening(settings: ApiSettings) -> socket.socket:
    host = settings.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        found = socket.create_server((host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise ServerUnavailableError(
            f"`{settings.host}` port {settings.port} cannot be taken: {error.strerror}.",
            "name another with `--port`, or 0 for any that is free",
        ) from error
    found.set_inheritable(True)
    return found


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
