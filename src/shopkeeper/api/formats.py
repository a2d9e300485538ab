"""Formats: one answer as JSON, CSV or Arrow, by what a client accepts; numbers are the same."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from shopkeeper.decisions.export import neutral
from shopkeeper.errors import NotPublishedError, RequestRefusedError, UnknownNameError
from shopkeeper.reports.report import as_plain

JSON, CSV, ARROW = "application/json", "text/csv", "application/vnd.apache.arrow.stream"
FORMATS = (JSON, CSV, ARROW)


def wanted_format(accept: str) -> str:
    """Gives the format that a client likes best of those there are.

    Args:
        accept: The header, as in `text/csv, application/json;q=0.5`; empty for anything.

    Raises:
        RequestRefusedError: None of ours is accepted.

    Examples:
        >>> wanted_format("text/csv;q=0.5, */*;q=0.1"), wanted_format("")
        ('text/csv', 'application/json')
    """
    if not accept or accept == "*/*":
        return JSON
    likings = {name: _liking(name, accept) for name in FORMATS}
    best = max(FORMATS, key=lambda name: likings[name])
    if likings[best] <= 0:
        raise RequestRefusedError(
            406, "format", "No such format is given.", f"accept one of: {', '.join(FORMATS)}"
        )
    return best


def to_json(answer: Any) -> bytes:
    """Gives an answer as JSON: the same text that `--json` prints, on one line."""
    plain = as_plain(answer)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def encoded(answer: Any, form: str, table: str | None) -> bytes:
    """Gives an answer in a format; CSV and Arrow hold one table of it.

    Args:
        answer: A frozen answer, or rows.
        form: One of `FORMATS`.
        table: Name of the table in the answer; None takes the first.

    Raises:
        NotPublishedError: The answer has no table.
        UnknownNameError: It has none of that name.
    """
    if form == JSON:
        return to_json(answer)
    rows = table_of(answer, table)
    return to_csv(rows) if form == CSV else to_arrow(rows)


def tables_of(answer: Any) -> dict[str, Sequence[Any]]:
    """Gives the tables of an answer: its lists of records, by name."""
    if not dataclasses.is_dataclass(answer):
        return {}
    fields = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    return {name: value for name, value in fields.items() if _is_table(value)}


def table_of(answer: Any, name: str | None) -> list[dict[str, Any]]:
    """Gives the rows of one table of an answer, each a flat record."""
    if isinstance(answer, list | tuple):
        return [_flat(row) for row in answer]
    tables = tables_of(answer)
    if name is None and not tables:
        raise NotPublishedError("This answer has no table.", f"ask for it as {JSON}")
    # Some lists of an answer are often empty, such as what was refused.
    full = [found for found, rows in tables.items() if rows] or list(tables)
    chosen = name if name is not None else full[0]
    if chosen not in tables:
        raise UnknownNameError.among("table of the answer", chosen, tables)
    return [_flat(row) for row in tables[chosen]]


def to_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Gives rows as CSV with a heading; no cell is a formula for a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    names = list(rows[0]) if rows else []
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])
    return stream.getvalue().encode()


def to_arrow(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Gives rows as a stream of Arrow; money stays exact, dates stay dates."""
    import pyarrow as pa

    table = pa.Table.from_pylist([{k: _arrow_cell(v) for k, v in row.items()} for row in rows])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def _liking(name: str, accept: str) -> float:
    """Gives the quality of the closest range that a format falls into (RFC 9110, 12.5.1)."""
    kind = name.partition("/")[0]
    best, closeness = 0.0, -1
    for part in accept.split(","):
        text, *parameters = [piece.strip().lower() for piece in part.split(";")]
        close = {name: 2, f"{kind}/*": 1, "*/*": 0}.get(text, -1)
        if close > closeness:
            best, closeness = _quality(parameters), close
    return best


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def _is_table(value: Any) -> bool:
    if not isinstance(value, list | tuple):
        return False
    return all(_is_record(row) for row in value)


def _is_record(row: Any) -> bool:
    return isinstance(row, Mapping) or (
        dataclasses.is_dataclass(row) and not hasattr(row, "as_plain")
    )


def _flat(row: Any) -> dict[str, Any]:
    if isinstance(row, Mapping):
        return dict(row)
    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}


def _cell(value: Any) -> Any:
    plain = as_plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, list | dict):
        plain = json.dumps(plain, ensure_ascii=False, default=str)
    # Numbers may begin with a minus; texts may not.
    return neutral(plain) if isinstance(value, str) else plain


def _arrow_cell(value: Any) -> Any:
    plain = as_plain(value)
    if isinstance(plain, list | dict):
        return json.dumps(plain, ensure_ascii=False, default=str)
    # What is no text by itself (a number, a date) keeps its kind.
    return value if value is None or not dataclasses.is_dataclass(value) else plain
