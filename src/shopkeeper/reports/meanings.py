"""Meanings: what the docstring of an answer says of each of its fields."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

ATTRIBUTE = re.compile(r"^\s{0,8}([a-z_][\w, ]*): (.+)$")


def meanings_of(kind: type) -> Mapping[str, str]:
    """Gives what the docstring of a class says of its attributes."""
    text = inspect.getdoc(kind) or ""
    _, _, listed = text.partition("Attributes:\n")
    found: dict[str, str] = {}
    last: list[str] = []
    for line in listed.splitlines():
        match = ATTRIBUTE.match(line) if len(line) - len(line.lstrip()) <= 4 else None
        if match:
            last = [name.strip() for name in match[1].split(",")]
            found.update(dict.fromkeys(last, match[2].strip()))
        elif line.strip() and last:
            found.update({name: f"{found[name]} {line.strip()}" for name in last})
        elif not line.strip():
            break
    return found
