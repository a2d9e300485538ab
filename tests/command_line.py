"""Runs the command line within the process of the tests, so that it starts without importing anew.

Arguments, exit codes, output, environment and warnings are those of a process of its own; what only
such a process can show (imports at start, pipes, signals, limits) asks for the fixture `process`.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from shopkeeper.cli.main import main


def run_command(
    *arguments: object, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess:
    """Runs one command; gives its exit code and what it printed."""
    words = ["shopkeeper", *map(str, arguments)]
    # As in a pipe: no terminal, and only text that can be written as UTF-8.
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with (
        mock.patch.object(sys, "argv", words),
        mock.patch.dict(os.environ, {"NO_COLOR": "1", **environment}),
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
        _warnings_are_said(),
    ):
        code = _exit_code()
    texts = (stream.buffer.getvalue().decode() for stream in _flushed(output, errors))
    return subprocess.CompletedProcess(words, code, *texts)


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # noqa: BLE001 - what nobody has caught ends a process with its traceback
        traceback.print_exc()
        return 1


@contextlib.contextmanager
def _warnings_are_said() -> Iterator[None]:
    """Prints warnings to stderr by the rules of a fresh process, not by those of the tests."""
    shown = warnings.formatwarning

    def say(message, category, filename, lineno, file=None, line=None) -> None:
        (file or sys.stderr).write(shown(message, category, filename, lineno, line))

    with warnings.catch_warnings():
        warnings.resetwarnings()
        for kind in (ResourceWarning, ImportWarning, PendingDeprecationWarning, DeprecationWarning):
            warnings.simplefilter("ignore", kind)
        warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
        warnings.showwarning = say
        yield


def _flushed(*streams: io.TextIOWrapper) -> tuple[io.TextIOWrapper, ...]:
    for stream in streams:
        stream.flush()
    return streams
