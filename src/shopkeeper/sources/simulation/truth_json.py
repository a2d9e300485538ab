"""Frozen dataclasses to JSON and back, exactly: amounts and dates as text."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = Any  # What the json module gives: nested dicts, lists, texts, numbers, None.


def to_json(value: object) -> Json:
    """Gives a value made of dataclasses, tuples, texts, numbers, amounts and dates as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_json(kind: Any, value: Json) -> Any:
    """Gives the value of a type that `to_json` turned into JSON.

    Raises:
        ValueError: If the JSON does not have the fields of the type.
    """
    if is_dataclass(kind):
        return _dataclass_from_json(kind, value)
    if get_origin(kind) is tuple:
        return tuple(from_json(get_args(kind)[0], item) for item in value)
    if get_origin(kind) in (Union, types.UnionType):
        present = next(arm for arm in get_args(kind) if arm is not type(None))
        return None if value is None else from_json(present, value)
    if kind is Decimal:
        return Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    return value


def _dataclass_from_json(kind: Any, value: Mapping[str, Json]) -> Any:
    expected = {f.name for f in fields(kind)}
    if set(value) != expected:
        differing = sorted(expected ^ set(value))
        raise ValueError(f"the truth has other fields than `{kind.__name__}`: {differing}")
    hints = get_type_hints(kind)
    return kind(**{name: from_json(hints[name], item) for name, item in value.items()})
