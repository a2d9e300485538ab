"""Sweep space: which settings a sweep varies, over which values, and which are the same for all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shopkeeper.errors import FileUnreadableError, SettingsError, UsageError, shorten
from shopkeeper.settings.loading import TASKS

RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")
# Commas within brackets or quotes belong to one value.
VALUES = re.compile(r"""((?:"[^"]*"|'[^']*'|\[[^\]]*\]|[^,])+)""")


@dataclass(frozen=True)
class Space:
    """What a sweep tries.

    Attributes:
        choices: Setting → values that are tried, as they stand in `--set`.
        ranges: Setting → lowest and highest value; whole numbers where both are.
        fixed: Settings that are the same for all trials, as in `--set`.
    """

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Settings that vary, ascending."""
        return tuple(sorted({*self.choices, *self.ranges}))

    @property
    def size(self) -> int | None:
        """Number of all combinations; None where there is a range."""
        if self.ranges:
            return None
        count = 1
        for values in self.choices.values():
            count *= len(values)
        return count


def space_of(task: str, flags: Sequence[str]) -> Space:
    """Gives what is tried from flags such as `churn.horizon_days=60,90` or `x.seed=0..9`.

    Examples:
        >>> space_of("churn", ["churn.horizon_days=60,90", "churn.seed=1"])
        Space(choices={'churn.horizon_days': ('60', '90')}, ranges={}, fixed=('churn.seed=1',))

    Raises:
        SettingsError: A flag has no `=`.
        UsageError: Nothing varies, or something that the task does not learn by.
    """
    choices: dict[str, tuple[str, ...]] = {}
    ranges: dict[str, tuple[float, float]] = {}
    fixed = []
    for flag in flags:
        name, separator, text = flag.partition("=")
        if not separator:
            raise SettingsError(f"`--set {shorten(flag)}` has no `=`.", "write `--set name=1,2`")
        name = name.strip().removeprefix(f"{TASKS}.")
        values = tuple(value.strip() for value in VALUES.findall(text))
        if (found := RANGE.fullmatch(text.strip())) is not None:
            ranges[name] = _range(name, float(found[1]), float(found[2]))
        elif len(values) > 1:
            choices[name] = tuple(dict.fromkeys(values))
        else:
            fixed.append(flag)
    space = Space(choices, ranges, tuple(fixed))
    _check(task, space)
    return space


def read_sweep(file: Path) -> tuple[str, ...]:
    """Gives the flags that a TOML file of a sweep stands for: under `[set]` name = values.

    Raises:
        FileUnreadableError: It is not there or cannot be read.
        SettingsError: It is no TOML, or says something else.
    """
    try:
        plain = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileUnreadableError(f"`{file}` cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"`{file.name}` is not valid TOML: {error}.") from error
    values = plain.get("set")
    if not isinstance(values, dict) or set(plain) != {"set"}:
        raise SettingsError(
            f"`{file.name}` says more or less than what to set.",
            'write `[set]`, and below it `"churn.horizon_days" = [60, 90]`',
        )
    return tuple(f"{name}={_text(value)}" for name, value in _flat(values, ""))


def _flat(values: Mapping[str, Any], prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        inner = isinstance(value, Mapping)
        found += _flat(value, f"{prefix}{name}.") if inner else [(f"{prefix}{name}", value)]
    return found


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(_text(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _range(name: str, low: float, high: float) -> tuple[float, float]:
    if low >= high:
        raise UsageError(f"The range of `{name}` goes from {low:g} to {high:g}, which is none.")
    return low, high


def _check(task: str, space: Space) -> None:
    if not space.names:
        raise UsageError(
            "Nothing varies in this sweep.",
            f"name several values: `shopkeeper sweep {task} --set {task}.seed=0,1`",
        )
    for name in space.names:
        if not name.startswith(f"{task}."):
            raise UsageError(
                f"A sweep of `{task}` cannot vary `{shorten(name)}`: only what stands under "
                f"`[{task}]` changes how it learns from the tables as they are.",
                "give it one value, or build the tables with it first",
            )
