"""Dashboard: shows a shop in a browser of this machine; refuses to be reached from elsewhere."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from shopkeeper.errors import MissingExtraError, ServerUnavailableError

if TYPE_CHECKING:
    from shopkeeper.workspace import Workspace

# The same name as in `dashboard.app`, which a job may not import.
SHOWN = "SHOPKEEPER_SHOWN"
SERVER = "shopkeeper.dashboard.script.serve"
HOST = "127.0.0.1"
# The colours of the report, light and dark.
THEMES = {
    "light": {
        "primaryColor": "#1b5cb3", "backgroundColor": "#f5f6f8", "linkColor": "#1b5cb3",
        "secondaryBackgroundColor": "#ffffff", "textColor": "#18222d", "borderColor": "#8592a0",
        "sidebar.backgroundColor": "#ffffff", "sidebar.secondaryBackgroundColor": "#f5f6f8",
    },
    "dark": {
        "primaryColor": "#7db1f5", "backgroundColor": "#0f1419", "linkColor": "#7db1f5",
        "secondaryBackgroundColor": "#171e26", "textColor": "#e9eef3", "borderColor": "#76838f",
        "sidebar.backgroundColor": "#171e26", "sidebar.secondaryBackgroundColor": "#0f1419",
    },
}  # fmt: skip
# A font of the reader's own machine: nothing is loaded.
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
OPTIONS: Mapping[str, object] = {
    "server.address": HOST,
    "server.allowedHosts": ("localhost", HOST),
    "server.headless": True,
    "server.showEmailPrompt": False,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "browser.serverAddress": "localhost",
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "global.developmentMode": False,
    "logger.level": "warning",
    "theme.font": FONT,
    "theme.headingFontSizes": json.dumps(["2.25rem", "1.4rem", "1.25rem"]),
    "theme.baseRadius": "8px",
    "theme.showSidebarBorder": True,
    "theme.showWidgetBorder": True,
}


@dataclass(frozen=True, slots=True)
class Showing:
    """Where the dashboard is shown.

    Attributes:
        address: As a browser takes it.
    """

    address: str


def dashboard(
    workspace: Workspace,
    overrides: Sequence[str] = (),
    *,
    tell: Callable[[Showing], None] = lambda _: None,
) -> int:
    """Shows the shop until it is stopped; gives the exit code of the server.

    Args:
        workspace: The shop; its folder may be empty or not exist yet.
        overrides: Settings that it was opened with; the server opens it again.
        tell: Told where, before the server starts.

    Raises:
        MissingExtraError: What the dashboard needs is not installed.
        ServerUnavailableError: The port cannot be taken.
    """
    check_installed()
    port = _free_port(workspace.settings.dashboard.port)
    told = {"folder": str(workspace.folder), "overrides": [*overrides]}
    environment = {**os.environ, SHOWN: json.dumps(told)}
    tell(Showing(f"http://localhost:{port}"))
    # What Streamlit says of itself is left out; warnings go where ours go.
    command = command_of(workspace, port)
    process = subprocess.Popen(  # noqa: S603 - our own command, without a shell
        command, env=environment, stdout=subprocess.DEVNULL
    )
    # Whoever stops this process stops the server with it.
    before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        return process.wait()
    finally:
        process.terminate()
        process.wait()
        signal.signal(signal.SIGTERM, before)


def command_of(workspace: Workspace, port: int) -> list[str]:
    """Gives the command that starts the server."""
    largest = workspace.settings.dashboard.largest_upload_megabytes
    options = {**OPTIONS, "server.port": port, "server.maxUploadSize": largest}
    for theme, colours in THEMES.items():
        options |= {f"theme.{theme}.{name}": value for name, value in colours.items()}
    flags = [
        f"--{name}={_text(value)}"
        for name, values in options.items()
        for value in (values if isinstance(values, tuple) else (values,))
    ]
    return [sys.executable, "-m", SERVER, *flags]


def check_installed() -> None:
    """Holds what the dashboard needs to be there.

    Raises:
        MissingExtraError: It is not.
    """
    if find_spec("streamlit") is None:
        raise MissingExtraError(
            "The dashboard needs `streamlit`, which is not installed.",
            "install it with `pip install 'shopkeeper[dashboard]'`",
        )


def _free_port(wanted: int) -> int:
    try:
        with socket.create_server((HOST, wanted)) as found:
            return int(found.getsockname()[1])
    except OSError as error:
        raise ServerUnavailableError(
            f"Port {wanted} cannot be taken: {error.strerror}.",
            "name another with `--port`, or 0 for any that is free",
        ) from error


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
