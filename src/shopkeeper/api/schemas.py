"""Schemas: the types of answers as JSON Schema, read from their classes and docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from shopkeeper.api.formats import ARROW, CSV, JSON
from shopkeeper.api.problems import MEDIA_TYPE as PROBLEM_TYPE
from shopkeeper.api.problems import Problem
from shopkeeper.reports.meanings import meanings_of

Schema = dict[str, Any]
PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    # Money stays exact: a decimal is a text.
    Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string"},
    Any: {},
    object: {},
}


class Schemas:
    """Schemas that routes refer to, by the names of their classes."""

    def __init__(self) -> None:
        self.known: dict[str, Schema] = {}
        self._names: dict[type, str] = {}
        self.of(Problem)

    def of(self, kind: Any) -> Schema:
        """Gives the schema of a type; that of a class is a reference to a named one."""
        if kind in PLAIN:
            return dict(PLAIN[kind])
        origin, inside = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(part) for part in inside]}
        if origin is Literal:
            return {"enum": list(inside)}
        if inspect.isclass(kind):
            if dataclasses.is_dataclass(kind):
                return self._of_class(kind)
            if issubclass(kind, Enum):
                return {"type": "string", "enum": [str(member.value) for member in kind]}
        return self._of_container(origin or kind, inside)

    def _of_container(self, kind: Any, inside: tuple[Any, ...]) -> Schema:
        if not inspect.isclass(kind):
            return {}
        if issubclass(kind, Mapping):
            return {"type": "object", "additionalProperties": self.of(inside[1]) if inside else {}}
        if issubclass(kind, Sequence | frozenset):
            repeated = inside and (len(inside) == 1 or inside[-1] is Ellipsis)
            return {"type": "array", "items": self.of(inside[0]) if repeated else {}}
        return {}

    def _of_class(self, kind: type) -> Schema:
        if hasattr(kind, "as_plain"):
            return {"type": "string"}
        if kind not in self._names:
            # A name that several classes share is told apart by the modules of the later ones.
            name, places = kind.__name__, kind.__module__.split(".")
            while name in self.known:
                name = f"{places.pop().title().replace('_', '')}{name}"
            self._names[kind] = name
            self.known[name] = {}
            self.known[name].update(self._object(kind))
        return {"$ref": f"#/components/schemas/{self._names[kind]}"}

    def _object(self, kind: type) -> Schema:
        hints, meanings = _hints(kind), meanings_of(kind)
        properties = {}
        for field in dataclasses.fields(kind):
            found = self.of(hints[field.name])
            if field.name in meanings and "$ref" not in found:
                found["description"] = meanings[field.name]
            properties[field.name] = found
        description = (inspect.getdoc(kind) or "").partition("\n")[0]
        return {
            "type": "object",
            "description": description,
            "properties": properties,
            "required": list(properties),
        }


def answers(schema: Schema, *, has_tables: bool = True, form: str = JSON) -> dict[int | str, Any]:
    """Gives the documentation of what a route answers.

    Args:
        schema: Of the answer.
        has_tables: Whether it is also given as CSV and Arrow.
        form: In which form else.
    """
    content: dict[str, Any] = {form: {"schema": schema}}
    if has_tables:
        content[CSV] = {"schema": {"type": "string"}}
        content[ARROW] = {"schema": {"type": "string", "format": "binary"}}
    problem = {
        PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}},
    }
    told: dict[int | str, Any] = {200: {"description": "The answer", "content": content}}
    if has_tables:
        told[304] = {"description": "Nothing has changed since the run of the ETag"}
    meanings = {
        "400": "The request is malformed, or names another host",
        "401": "A key is needed",
        "403": "The key may not do this",
        "404": "There is no such thing, or no data for it",
        "422": "A value cannot be read, or a name is unknown",
        "429": "Too many requests",
        "503": "What is published cannot be read",
        "default": "Anything else that went wrong",
    }
    for code, text in meanings.items():
        told[code] = {"description": text, "content": problem}
    return told


def query(name: str, description: str, **schema: Any) -> Schema:
    """Gives the documentation of one thing that may stand in the query of an address."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "string", "maxLength": 200, **schema},
    }


@cache
def answer_of(method: Callable[..., Any]) -> Any:
    """Gives the type that a method says it returns."""
    return get_type_hints(method)["return"]


def _hints(kind: type) -> Mapping[str, Any]:
    try:
        return get_type_hints(kind)
    except NameError:
        # A type that is imported for checking only; it is an object without a known form.
        return {field.name: Any for field in dataclasses.fields(kind)}
