"""Source rows: how the raw rows of all sources become lines, events, payments and stores."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

from shopkeeper.errors import SettingsError
from shopkeeper.jobs.ingest import source_of
from shopkeeper.sources.conforming import raw_texts
from shopkeeper.sources.linked_source import Kind, LinkedSource, read_role
from shopkeeper.sources.source import Reading, Terms
from shopkeeper.warehouse.bronze import RAW_TEXTS, SOURCE_LINES, RowKind, raw_name
from shopkeeper.warehouse.bronze_events import SOURCE_EVENTS
from shopkeeper.warehouse.bronze_payments import SOURCE_PAYMENTS, SOURCE_STORES
from shopkeeper.warehouse.refresh import FromBatches, Piece, Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.settings import Settings, SourceSettings

# Of each source, its readings: each with the batches that were read so.
Readings = Mapping[str, tuple[tuple[Reading, tuple[str, ...]], ...]]
Build = tuple[Callable[..., "ir.Table"], tuple[str, ...], FromBatches | None]
# Stands for any batch in the text of a query.
ANY_BATCH = "any batch"

TABLES = {
    RowKind.LINES: SOURCE_LINES,
    RowKind.EVENTS: SOURCE_EVENTS,
    RowKind.PAYMENTS: SOURCE_PAYMENTS,
    RowKind.STORES: SOURCE_STORES,
}


@dataclass(frozen=True)
class Giver:
    """A source that gives rows of a kind, and the roles of which it has files.

    Attributes:
        settings: The source in the settings.
        kind: Its plug-in.
        roles: Names of roles; one empty name where each file stands alone.
    """

    settings: SourceSettings
    kind: Kind
    roles: tuple[str, ...]

    @property
    def raw_names(self) -> tuple[str, ...]:
        """Names of the raw tables, in order of the roles."""
        return tuple(raw_name(self.settings.name, role) for role in self.roles)


def source_builds(settings: Settings, readings: Readings) -> dict[str, Build]:
    """Gives the builds of the tables that say all sources' raw rows, for `source_tables`.

    Args:
        settings: Of the workspace.
        readings: How the current files were understood.

    Raises:
        SettingsError: No source says order lines.
    """
    builds: dict[str, Build] = {}
    for row_kind, contract in TABLES.items():
        givers = _givers(settings.sources, readings, row_kind)
        if givers:
            needs = tuple(name for giver in givers for name in giver.raw_names)
            refresh = _refresh(settings, row_kind, givers)
            builds[contract.name] = (_rows_builder(settings, row_kind, givers), needs, refresh)
    if SOURCE_LINES.name not in builds:
        named = ", ".join(f"`{source.kind}`" for source in settings.sources)
        raise SettingsError(
            f"No source says what was ordered: there is only {named}.",
            "add a file of order lines under [[sources]] in shopkeeper.toml",
        )
    builds[RAW_TEXTS.name] = _texts(settings, readings)
    return builds


def _givers(
    sources: Iterable[SourceSettings], readings: Readings, row_kind: RowKind
) -> list[Giver]:
    """Gives the sources that have files which say rows of a kind."""
    found = []
    for settings in sources:
        kind = source_of(settings)
        there = {reading.role for reading, _ in readings[settings.name]}
        if isinstance(kind, LinkedSource):
            roles = tuple(role for role in kind.reads.get(row_kind, ()) if role in there)
            if roles and roles[0] == kind.reads[row_kind][0]:
                found.append(Giver(settings, kind, roles))
        elif kind.row_kind is row_kind and there:
            found.append(Giver(settings, kind, ("",)))
    return found


def _rows_builder(
    settings: Settings, row_kind: RowKind, givers: list[Giver]
) -> Callable[..., ir.Table]:
    """Gives the build of the table of all sources' rows of a kind."""

    def build_rows(*raw_tables: ir.Table, readings: Readings, time_zone: str) -> ir.Table:
        left = list(raw_tables)
        parts = []
        for giver in givers:
            raw = {role: left.pop(0) for role in giver.roles}
            terms = _terms(settings, giver, time_zone)
            parts += _said(giver.kind, row_kind, raw, (readings[giver.settings.name], terms))
        return reduce(lambda one, other: one.union(other), parts)

    return build_rows


def _terms(settings: Settings, giver: Giver, time_zone: str) -> Terms:
    types = {**giver.kind.line_types, **settings.definitions.line_types}
    return Terms(giver.settings.name, time_zone, types)


def _refresh(settings: Settings, row_kind: RowKind, givers: list[Giver]) -> FromBatches | None:
    """Gives how the rows of a kind follow the files read; None where files look things up."""
    if any(isinstance(giver.kind, LinkedSource) for giver in givers):
        return None

    def pieces(inputs: Tables, questions: Mapping[str, Any]) -> list[Piece]:
        found = []
        for giver in givers:
            (name,), terms = giver.raw_names, _terms(settings, giver, questions["time_zone"])
            for reading, batches in questions["readings"][giver.settings.name]:
                known = (((reading, (ANY_BATCH,)),), terms)
                (rows,) = _said(giver.kind, row_kind, {"": inputs[name]}, known)
                source = giver.settings.name
                found.append(Piece(rows, tuple((source, batch) for batch in batches)))
        return found

    return FromBatches(pieces, _limited)


def _limited(
    questions: Mapping[str, Any], batches: Collection[tuple[str, str]]
) -> Mapping[str, Any]:
    """Gives the questions with the readings of some batches alone; no other one is asked."""
    readings = {}
    for source, found in questions["readings"].items():
        read = ((one, tuple(b for b in ids if (source, b) in batches)) for one, ids in found)
        readings[source] = tuple((reading, ids) for reading, ids in read if ids)
    return ChainMap({"readings": readings}, cast("dict[str, Any]", questions))


def _said(
    kind: Kind,
    row_kind: RowKind,
    raw: Mapping[str, ir.Table],
    known: tuple[tuple[tuple[Reading, tuple[str, ...]], ...], Terms],
) -> list[ir.Table]:
    """Gives what the files of one source say, in the shop's terms."""
    readings, terms = known
    read: dict[str, list[tuple[ir.Table, Reading]]] = {}
    for reading, batches in readings:
        if reading.role in raw:
            rows = raw[reading.role]
            own = rows.filter(rows["_batch_id"].isin(batches))
            read.setdefault(reading.role, []).append((own, reading))
    if not isinstance(kind, LinkedSource):
        return [kind.conform(rows, reading, terms) for rows, reading in read.get("", ())]
    roles = {role.name: role for role in kind.roles}
    files = {name: read_role(roles[name], parts, terms) for name, parts in read.items()}
    return [kind.conform(row_kind, files, terms)]


def _texts(settings: Settings, readings: Readings) -> Build:
    """Gives the build of the view of all sources' rows as text, and what it reads."""
    places = [
        (source.name, raw_name(source.name, role))
        for source in settings.sources
        for role in sorted({reading.role for reading, _ in readings[source.name]})
    ]

    def build_texts(*raw_tables: ir.Table) -> ir.Table:
        parts = [raw_texts(raw, name) for raw, (name, _) in zip(raw_tables, places, strict=True)]
        return reduce(lambda one, other: one.union(other), parts)

    return build_texts, tuple(name for _, name in places), None
