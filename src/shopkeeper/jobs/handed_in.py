"""Handed in: a file from a browser is kept in the shop folder, and the main job runs beside it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopkeeper.errors import StorageError, UsageError, WorkspaceLockedError, shorten

DATA_FOLDER = "data"
LOG_FOLDER = "handed_in"
LOG_FILE = "run.log"
LONGEST_NAME = 100
# Files that the sources read.
ENDINGS = (".csv", ".gz", ".parquet", ".tsv", ".txt", ".xlsx", ".zip")
NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_STARTED: dict[Path, subprocess.Popen[bytes]] = {}
_STARTING = threading.Lock()


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A main job that was started beside this process.

    Attributes:
        lines: What it has said so far.
        is_running: Whether it still works.
        exit_code: How it ended; None while it works.
    """

    lines: tuple[str, ...]
    is_running: bool
    exit_code: int | None


def keep_file(folder: Path, name: str, content: bytes) -> Path:
    """Keeps a file in the shop's own folder, under a plain name; never over another one.

    Args:
        folder: The shop's folder; made where it is not.
        name: Name of the file as it was handed in; folders in it are left out.
        content: What it holds.

    Raises:
        UsageError: It is no file that can be read, or another one has its name.
        StorageError: The folder cannot be written.
    """
    plain = NOT_PLAIN.sub("_", name.replace("\\", "/").rpartition("/")[2])[-LONGEST_NAME:]
    plain = plain.lstrip("._-")
    if not plain.lower().endswith(ENDINGS):
        known = ", ".join(ENDINGS)
        raise UsageError(f"`{shorten(name)}` is no file of orders.", f"hand in one of {known}")
    file = folder / DATA_FOLDER / plain
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            if file.read_bytes() == content:
                return file
            raise UsageError(
                f"Another file named `{plain}` was handed in before.", "give this one a new name"
            )
        aside = file.with_name(f".{plain}.part")
        aside.write_bytes(content)
        aside.replace(file)
    except OSError as error:
        raise StorageError(f"`{plain}` cannot be kept: {error.strerror}.") from error
    return file


def start_run(folder: Path, file: Path | None = None, overrides: Sequence[str] = ()) -> None:
    """Starts the main job as a process of its own, which goes on when the page is closed.

    Args:
        folder: The shop's folder.
        file: The file that a new shop begins with; None runs a shop that knows its files.
        overrides: Settings as `name=value`.

    Raises:
        WorkspaceLockedError: One that was started here still works.
    """
    command = [sys.executable, "-m", "shopkeeper", "run"]
    command += [str(file)] if file else []
    command += ["--folder", str(folder)]
    command += [part for each in overrides for part in ("--set", each)]
    log = _log(folder)
    with _STARTING:
        if running_job(folder).is_running:
            raise WorkspaceLockedError("A run is at work in this folder.", "wait until it is done")
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as said:
            _STARTED[folder] = subprocess.Popen(  # noqa: S603 - our own command, without a shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env={**os.environ, "NO_COLOR": "1"},
                start_new_session=True,
            )


def running_job(folder: Path) -> RunningJob:
    """Gives what the last main job that was started here has said, and whether it still works."""
    log, process = _log(folder), _STARTED.get(folder)
    lines = log.read_text("utf-8", "replace").splitlines() if process and log.exists() else []
    code = process.poll() if process else None
    return RunningJob(tuple(lines), process is not None and code is None, code)


def _log(folder: Path) -> Path:
    return folder / ".shopkeeper" / LOG_FOLDER / LOG_FILE
