"""Training pages: MLflow's own pages over the runs of a shop, for this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, NoReturn

from shopkeeper.errors import (
    MissingExtraError,
    NotPublishedError,
    ServerUnavailableError,
    UsageError,
)
from shopkeeper.lifecycle.tracking import ARTIFACTS_FOLDER, QUIET
from shopkeeper.settings import without_password

if TYPE_CHECKING:
    from shopkeeper.workspace import Workspace

HOST = "127.0.0.1"
# Under another name a browser's page of elsewhere could ask; MLflow itself lets a whole network in.
NAMES = f"localhost,localhost:*,{HOST},{HOST}:*"
START_SECONDS, LOOK_SECONDS = 120.0, 0.5
# MLflow's pages can start jobs of their own, which nobody asked for here.
FURTHER = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


def show_training(
    workspace: Workspace, *, port: int, tell: Callable[[str], None] = lambda _: None
) -> None:
    """Shows MLflow's pages until it is stopped.

    Args:
        workspace: The shop.
        port: Port to listen at; 0 takes a free one.
        tell: Told of the address once the pages answer.

    Raises:
        MissingExtraError: The whole MLflow is not installed.
        UsageError: Runs are kept by a server, which has pages of its own.
        NotPublishedError: Nothing was trained yet.
        ServerUnavailableError: The port is taken, or the pages did not come up.
    """
    tracking = workspace.registry.tracking
    if tracking.store.startswith("http"):
        raise UsageError(
            f"Runs are kept by `{without_password(tracking.store)}`.",
            "open that address in a browser",
        )
    _check_installed()
    if not tracking.exists:
        raise NotPublishedError("No training was recorded yet.", "train with `shopkeeper run`")
    free = _free_port(port)
    words = [sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(free)]
    words += ["--backend-store-uri", tracking.store, "--workers", "1", "--allowed-hosts", NAMES]
    words += ["--artifacts-destination", str(tracking.folder / ARTIFACTS_FOLDER)]
    with _running(words) as process:
        _wait(process, free)
        tell(f"http://{HOST}:{free}")
        process.wait()


def _check_installed() -> None:
    try:
        version("mlflow")
    except PackageNotFoundError:
        raise MissingExtraError(
            "The pages need the whole `mlflow`, of which only the light part is installed.",
            "install it with `pip install 'shopkeeper[tracking]'`",
        ) from None


def _free_port(port: int) -> int:
    try:
        with socket.create_server((HOST, port)) as found:
            taken: int = found.getsockname()[1]
            return taken
    except OSError as error:
        raise ServerUnavailableError(
            f"`{HOST}` port {port} cannot be taken: {error.strerror}.",
            "name another with `--port`, or 0 for any that is free",
        ) from error


@contextmanager
def _running(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Runs the server as a group of processes, which ends with this one."""
    before = signal.signal(signal.SIGTERM, _stop)
    process = subprocess.Popen(  # noqa: S603 - our own Python with words of our own
        words,
        env={**os.environ, **QUIET, **FURTHER},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        signal.signal(signal.SIGTERM, before)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Waits until the pages answer."""
    ends = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(LOOK_SECONDS)
    raise ServerUnavailableError(
        "MLflow's pages did not come up.",
        f"see why with `mlflow server --port {port}` in this environment",
    )
