"""Linked source: several files that belong together, each with its role, made the shop's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import ibis

from shopkeeper.sources.conforming import RawFields, row_names, shop_times
from shopkeeper.sources.reading.terms import TermKind
from shopkeeper.sources.source import Reading, Source, Terms
from shopkeeper.sources.understanding import understand_columns
from shopkeeper.warehouse.bronze import LineType, RowKind
from shopkeeper.warehouse.stages import settled

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.settings import SourceSettings
    from shopkeeper.sources.reading.profiles import ColumnProfile

# What each row of a file has beside its terms.
ROW_NAMES = ("batch_id", "row_number", "loaded_at", "is_unreadable")


@dataclass(frozen=True)
class Role:
    """What one file is among those that belong together.

    Attributes:
        name: Name, such as `orders`; the raw table is `raw_<source>_<name>`.
        row_kind: What its rows say.
        columns: Term → column of the file.
        kinds: Terms that are no names → what their values are.
        is_needed: Whether the source says nothing without such a file.
    """

    name: str
    row_kind: RowKind
    columns: Mapping[str, str]
    kinds: Mapping[str, TermKind] = field(default_factory=dict)
    is_needed: bool = True

    def recognises(self, header: Sequence[str]) -> bool:
        """Whether a file with these columns has the role."""
        return set(self.columns.values()) <= set(header)


@runtime_checkable
class LinkedSource(Protocol):
    """A kind of raw data whose files belong together: one names what another looks up.

    Attributes:
        kind: Name in the settings.
        meaning: What it reads, in one line.
        line_types: Codes of lines that are known to be no merchandise.
        roles: The files, each told by its columns.
        reads: What rows are said → the roles whose files say them, the rows' own role first.
    """

    kind: str
    meaning: str
    line_types: Mapping[LineType, Sequence[str]]
    roles: tuple[Role, ...]
    reads: Mapping[RowKind, tuple[str, ...]]

    def conform(self, row_kind: RowKind, files: Mapping[str, ir.Table], terms: Terms) -> ir.Table:
        """Says the rows of one kind in the shop's terms.

        Args:
            row_kind: One that `reads` names.
            files: Role → its rows with `ROW_NAMES` and each term read as what it is, instants in
                UTC; `has_<term>` says whether a number is given at all. Roles of which there is
                no file are left out.
            terms: What must be known of the shop.
        """
        ...


Kind = Source | LinkedSource


def role_of(kind: Kind, header: Sequence[str]) -> Role | None:
    """Gives what a file with these columns is in a source; None where the source reads no such."""
    if not isinstance(kind, LinkedSource):
        return Role("", kind.row_kind, {})
    return next((role for role in kind.roles if role.recognises(header)), None)


def understand_role(
    kind: Kind, role: Role, profiles: Sequence[ColumnProfile], settings: SourceSettings
) -> Reading:
    """Finds out how a file is written, which has a role in a source.

    Raises:
        FormatError: A needed column is missing or its values cannot be understood.
    """
    if not isinstance(kind, LinkedSource):
        return kind.understand(profiles, settings)
    kinds = {term: role.kinds.get(term, TermKind.NAME) for term in role.columns}
    found = understand_columns(profiles, role.columns, settings.format, kinds)
    return replace(found, role=role.name)


def tells_all(kind: LinkedSource, headers: Iterable[Sequence[str]]) -> bool:
    """Whether files with these headers are all that a linked source needs."""
    there = {role.name for role in (role_of(kind, header) for header in headers) if role}
    return all(role.name in there for role in kind.roles if role.is_needed)


def read_role(role: Role, parts: Iterable[tuple[ir.Table, Reading]], terms: Terms) -> ir.Table:
    """Gives the raw rows of a role with each term read as what it is.

    Args:
        role: The role.
        parts: Raw rows with the reading by which they were understood.
        terms: What must be known of the shop.
    """
    read = [read_rows(role, raw, reading, terms) for raw, reading in parts]
    return reduce(lambda one, other: one.union(other), read)


def read_rows(role: Role, raw: ir.Table, reading: Reading, terms: Terms) -> ir.Table:
    """Gives raw rows with each term read as what it is; terms without a column are missing."""
    fields = RawFields(raw, reading)
    instants = [t for t in role.columns if role.kinds.get(t) is TermKind.INSTANT]
    values: dict[str, Any] = {
        term: _value(fields, term, role.kinds.get(term, TermKind.NAME)) for term in role.columns
    }
    for term in role.columns:
        if role.kinds.get(term) is TermKind.NUMBER:
            values[f"has_{term}"] = fields.is_given(term)
    parsed = raw.select(**row_names(raw), **values, is_unreadable=raw["_unreadable_line"].notnull())
    parsed = settled(parsed)
    if not instants:
        return parsed
    in_utc = {
        term: shop_times(parsed[term], terms.time_zone, is_utc=fields.is_utc(term))[0]
        for term in instants
    }
    return settled(parsed.mutate(**in_utc))


def _value(fields: RawFields, term: str, kind: TermKind) -> ir.Value:
    if kind is TermKind.INSTANT:
        return fields.time(term)
    if kind is TermKind.NUMBER:
        return fields.number(term)
    return fields.identifier(term) if term.endswith("_id") else fields.text(term)


def looked_up(
    rows: ir.Table, files: Mapping[str, ir.Table], role: str, key: str, facts: Sequence[str]
) -> ir.Table:
    """Gives rows with facts that another file says about what they name.

    Where several rows of that file name the same, the one that was read last counts. Without such
    a file, or without such a row in it, the facts are missing.

    Args:
        rows: Rows with the column `key`.
        files: Role → its rows.
        role: The role in which the facts stand.
        key: Term that names a row there.
        facts: Its terms that are wanted.
    """
    if role not in files:
        types = {name: "timestamp" if name.endswith("_at") else "string" for name in facts}
        return rows.mutate(**{name: ibis.null(type_) for name, type_ in types.items()})
    known = files[role].filter(files[role][key].notnull())
    newest = ibis.window(
        group_by=key,
        order_by=[
            ibis.desc(known.loaded_at),
            ibis.asc(known.batch_id),
            ibis.asc(known.row_number),
        ],
    )
    placed = known.mutate(place=ibis.row_number().over(newest))
    single = placed.filter(placed.place == 0).select(key, *facts)
    return rows.left_join(single, key).select(*rows.columns, *facts)
