"""Source: where raw rows come from, and how their columns are said in the shop's terms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from shopkeeper.settings import SourceSettings
from shopkeeper.sources.reading.formats import DateFormat, NumberFormat
from shopkeeper.warehouse.bronze import LineType, RowKind

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.sources.reading.profiles import ColumnProfile


@dataclass(frozen=True)
class Reading:
    """How one file was understood; kept with its batch, so that it can be read the same again.

    Attributes:
        columns: Term → column of the raw table.
        numbers: Term → how its numbers are written.
        dates: Term → how its dates are written.
        trailing_zero: Terms whose identifiers were written as numbers (`17850.0`).
        names: Column of the file → column of the raw table, where they differ.
        delimiter: Sign between the fields of the file; empty if it has none.
        settings_key: Hash of the settings it was understood with.
        role: What the file is among files that belong together; empty where each stands alone.
    """

    columns: Mapping[str, str]
    numbers: Mapping[str, NumberFormat] = field(default_factory=dict)
    dates: Mapping[str, DateFormat] = field(default_factory=dict)
    trailing_zero: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""
    settings_key: str = ""
    role: str = ""

    def to_json(self) -> str:
        """Gives the reading as JSON text; equal readings give equal texts."""
        plain: dict[str, Any] = {
            "columns": dict(self.columns),
            "numbers": {term: fmt.to_dict() for term, fmt in self.numbers.items()},
            "dates": {term: fmt.to_dict() for term, fmt in self.dates.items()},
            "trailing_zero": sorted(self.trailing_zero),
            "names": dict(self.names),
            "delimiter": self.delimiter,
            "settings_key": self.settings_key,
            "role": self.role,
        }
        return json.dumps(plain, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Reading:
        """Gives the reading that `to_json` wrote."""
        plain = json.loads(text)
        return cls(
            columns=plain["columns"],
            numbers={t: NumberFormat.from_dict(f) for t, f in plain["numbers"].items()},
            dates={t: DateFormat.from_dict(f) for t, f in plain["dates"].items()},
            trailing_zero=tuple(plain["trailing_zero"]),
            names=plain["names"],
            delimiter=plain["delimiter"],
            settings_key=plain["settings_key"],
            role=plain.get("role", ""),
        )


@dataclass(frozen=True)
class Terms:
    """What a source needs to know of the shop to say its rows in the shop's terms.

    Attributes:
        source: Name of the source in the settings.
        time_zone: IANA zone in which times without a zone are written.
        line_types: Line type → product ids that are no merchandise; `*` at the end for any ending.
    """

    source: str
    time_zone: str
    line_types: Mapping[LineType, Sequence[str]]


@runtime_checkable
class Source(Protocol):
    """A kind of raw data of which each file stands alone.

    Attributes:
        kind: Name in the settings.
        meaning: What it reads, in one line.
        row_kind: What its rows say.
        line_types: Codes of lines that are known to be no merchandise.
    """

    kind: str
    meaning: str
    row_kind: RowKind
    line_types: Mapping[LineType, Sequence[str]]

    def recognises(self, header: Sequence[str]) -> bool:
        """Whether a file with these columns is of this kind."""
        ...

    def understand(self, profiles: Sequence[ColumnProfile], settings: SourceSettings) -> Reading:
        """Finds out what the columns of a file are.

        Raises:
            FormatError: A needed column is missing or its values cannot be understood.
        """
        ...

    def conform(self, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
        """Says raw rows in the shop's terms: each row gives one, with a reason if unreadable.

        A row that says more than one line of an order gives further ones, told apart by `part`.

        Returns:
            A table with the columns of `LINE_COLUMNS`, or of `EVENT_COLUMNS` for events.
        """
        ...
