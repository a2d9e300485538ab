"""Every error Shopkeeper raises on purpose: one tree, with a message, a hint and an exit code.

```text
ShopkeeperError                 exit 1
├── UsageError                  exit 2   the command or call was wrong
│   ├── SettingsError                    a value in shopkeeper.toml, the environment or a flag
│   ├── UnknownNameError                 a name that does not exist; offers the closest
│   ├── MissingExtraError                an optional library is not installed
│   └── RequestRefusedError              the API refuses a request: no key, too large, too many
├── SourceError                 exit 1   a source cannot be read
│   ├── FileUnreadableError              missing, a directory, no permission, damaged, empty
│   └── FormatError                      columns, dates or numbers that cannot be understood
├── ModelDataError              exit 1   rows from which a model cannot learn, or speak
├── ContractError               exit 3   data broke what a table promises
├── StorageError                exit 1   the workspace cannot be written
│   ├── WorkspaceLockedError             another job is writing
│   └── ServerUnavailableError           a server cannot be reached, refuses, or went away
│   └── TrackingError                    the store of training runs and the registry does not answer
├── ArtifactError               exit 1   a saved model is missing, damaged or not what was saved
│   └── UnsafeArtifactError              it could run code, or leads out of its folder
├── PlanDamagedError            exit 1   a stored plan is not what was written
├── PromotionRefusedError       exit 1   a version has not passed the gate, or there is no way back
└── NotPublishedError           exit 1   what was asked for has not been built yet
```
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import ClassVar

SAMPLE_ROWS = 5
SAMPLE_CHARACTERS = 40


class ShopkeeperError(Exception):
    """Base of all errors: what happened and where, then what to do.

    Args:
        message: One sentence with the value and the place; names in backticks.
        hint: What to do next, or an empty string.
        context: Machine-readable details, kept for `--json` and logs.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self, message: str, hint: str = "", context: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context = dict(context or {})


class UsageError(ShopkeeperError):
    """The command or call was wrong."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown, missing or not valid."""


class UnknownNameError(UsageError):
    """A name that does not exist; the hint offers the closest one."""

    @classmethod
    def among(cls, kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
        """Gives the error for an unknown `name` of a `kind`, with the closest of the known."""
        names = sorted(known)
        return cls(
            f"There is no {kind} `{shorten(name)}`.",
            closest_hint(name, names),
            {"kind": kind, "name": name, "known": names},
        )


class MissingExtraError(UsageError):
    """An optional library is not installed; the hint names the extra."""


class RequestRefusedError(UsageError):
    """The API refuses a request; the status says why in the words of HTTP.

    Args:
        status: Of the answer, 400 to 499.
        kind: What it is called, as in `no-key`.
        message: One sentence.
        hint: What to do next.
        headers: That the answer carries besides.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        hint: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint, {"status": status, "kind": kind})
        self.status = status
        self.kind = kind
        self.headers = dict(headers or {})


class SourceError(ShopkeeperError):
    """A source cannot be read."""


class FileUnreadableError(SourceError):
    """A file is missing, a directory, locked away, truncated, binary or empty."""


class FormatError(SourceError):
    """The columns, dates or numbers of a file cannot be understood."""


class ModelDataError(ShopkeeperError):
    """Rows are too few, too alike or impossible for a model to learn from or to speak of."""


class ContractError(ShopkeeperError):
    """Data broke what a table promises."""

    exit_code = 3


class StorageError(ShopkeeperError):
    """The workspace cannot be written or read back."""


class WorkspaceLockedError(StorageError):
    """Another job is writing to the same workspace."""


class ServerUnavailableError(StorageError):
    """The server of an engine cannot be reached, refuses, or went away."""


class TrackingError(StorageError):
    """The store of training runs and the registry does not answer."""


class ArtifactError(ShopkeeperError):
    """A saved model is missing, damaged or not what was saved."""


class UnsafeArtifactError(ArtifactError):
    """A saved model could run code when it is read, or leads out of its folder."""


class PlanDamagedError(ShopkeeperError):
    """A stored plan is missing a file, or not what was written."""


class PromotionRefusedError(ShopkeeperError):
    """A version has not passed the gate, or there is no champion to go back to."""


class NotPublishedError(ShopkeeperError):
    """What was asked for has not been built yet."""


def closest_hint(name: str, known: Iterable[str]) -> str:
    """Gives the hint that offers the closest known name, or lists a few of them."""
    names = sorted(known)
    lowered = {known_name.casefold(): known_name for known_name in reversed(names)}
    found = difflib.get_close_matches(name.casefold(), list(lowered), n=1, cutoff=0.5)
    if found:
        return f"did you mean `{shorten(lowered[found[0]])}`?"
    listed = ", ".join(f"`{shorten(known_name)}`" for known_name in names[:8])
    return f"known: {listed}{' …' if len(names) > 8 else ''}" if names else ""


def shorten(text: object, length: int = SAMPLE_CHARACTERS) -> str:
    """Gives `text` on one line, cut to `length` characters, safe to print in a terminal."""
    flat = "".join(c if c.isprintable() else "�" for c in " ".join(str(text).split()))
    return flat if len(flat) <= length else flat[: length - 1] + "…"
