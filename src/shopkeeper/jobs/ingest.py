"""Ingest: reads new and changed files into the raw tables; what was read is never read again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopkeeper.engines.raw_files import read_raw
from shopkeeper.engines.raw_layout import ROW_NUMBER, FileInspection
from shopkeeper.engines.store import Rows
from shopkeeper.errors import FileUnreadableError, FormatError, SettingsError, UnknownNameError
from shopkeeper.jobs.raw_inputs import RawInput, inputs_of, inspect
from shopkeeper.jobs.raw_staging import NewBatch, own_columns, stage_raw, stage_records
from shopkeeper.jobs.seen_files import SeenFiles, file_state
from shopkeeper.jobs.writing import Step, Tell, Writing, silent, writing
from shopkeeper.pipeline.state import digest
from shopkeeper.settings import SourceSettings
from shopkeeper.sources import ALL as SOURCES
from shopkeeper.sources import LINKED
from shopkeeper.sources.linked_source import Kind, LinkedSource, Role, role_of, understand_role
from shopkeeper.sources.reading.detection import detect_columns
from shopkeeper.sources.source import Reading
from shopkeeper.sources.understanding import hints_of
from shopkeeper.warehouse.bronze import BATCHES, RowKind, raw_contract, raw_name
from shopkeeper.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir


BATCH_ID_LENGTH = 16
# Characters that Delta Lake does not allow in names of columns.
FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys(" ,;{}()\n\t=", "_"))


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What ingesting did: files looked at, files read anew, and their rows."""

    file_count: int
    new_count: int
    row_count: int


def ingest(
    workspace: Workspace, *, now: datetime | None = None, tell: Tell = silent
) -> IngestReport:
    """Reads new and changed files and publishes the raw tables.

    Raises:
        SettingsError: No source is set.
        SourceError: A file cannot be read or understood; nothing has changed.
        WorkspaceLockedError: Another job is writing.
    """
    with writing(workspace, now=now, tell=tell) as at_work:
        report = ingest_into(at_work)
        if at_work.has_news:
            at_work.publish()
        return report


def ingest_into(at_work: Writing) -> IngestReport:
    """Reads new and changed files into a draft."""
    settings = at_work.workspace.settings
    if not settings.sources:
        raise SettingsError(
            f"`{at_work.workspace.folder.name}` has no source of orders.",
            "name your file: `shopkeeper run path/to/orders.csv`",
        )
    records = _known_records(at_work)
    before = [dict(record) for record in records]
    for record in records:
        # Runs of versions that knew order lines only did not say it.
        record.setdefault("row_kind", str(RowKind.LINES))
    new: dict[tuple[str, str], list[NewBatch]] = {}
    seen = SeenFiles.read(at_work.workspace.state_folder)
    files = 0
    for source in settings.sources:
        for raw in inputs_of(source, at_work.workspace.folder, _aside(at_work)):
            files += 1
            found = _take(at_work, source, raw, (records, seen))
            if found is not None:
                new.setdefault((source.name, found.role), []).append(found)
    _need_all_roles(settings.sources, records)
    for place, batches in new.items():
        stage_raw(at_work, place, batches)
    if records != before:
        stage_records(at_work, records)
    seen.write()
    read = [batch for batches in new.values() for batch in batches]
    rows = sum(int(batch.record["row_count"]) for batch in read)
    return IngestReport(files, len(read), rows)


def readings_of(at_work: Writing) -> dict[str, tuple[tuple[Reading, tuple[str, ...]], ...]]:
    """Gives each source's readings, each with the current batches that were read so."""
    grouped: dict[str, dict[str, set[str]]] = {}
    for source in at_work.workspace.settings.sources:
        grouped[source.name] = {}
    for record in _known_records(at_work):
        if record["is_current"] and record["source"] in grouped:
            readings = grouped[record["source"]]
            readings.setdefault(record["reading"], set()).add(record["batch_id"])
    return {
        source: tuple(
            (Reading.from_json(text), tuple(sorted(ids))) for text, ids in sorted(found.items())
        )
        for source, found in grouped.items()
    }


def source_of(settings: SourceSettings) -> Kind:
    """Gives the plug-in for a source's kind; raises `UnknownNameError` where there is none."""
    kinds: tuple[Kind, ...] = (*SOURCES, *LINKED)
    known = {source.kind: source for source in kinds}
    if settings.kind not in known:
        raise UnknownNameError.among("kind of source", settings.kind, known)
    return known[settings.kind]


def _need_all_roles(
    sources: Iterable[SourceSettings], records: Iterable[Mapping[str, Any]]
) -> None:
    """Holds the files of linked sources to being all there.

    Raises:
        FileUnreadableError: A file is missing that others look things up in.
    """
    roles: dict[str, set[str]] = {}
    for record in records:
        if record["is_current"]:
            reading = Reading.from_json(record["reading"])
            roles.setdefault(record["source"], set()).add(reading.role)
    for settings in sources:
        kind, there = source_of(settings), roles.get(settings.name, set())
        for role in kind.roles if isinstance(kind, LinkedSource) else ():
            if role.is_needed and role.name not in there:
                columns = ", ".join(f"`{name}`" for name in list(role.columns.values())[:4])
                raise FileUnreadableError(
                    f"The source `{settings.name}` has no file of `{role.name}`.",
                    f"put it into `{settings.path}`: it has the columns {columns}, …",
                )


def _known_records(at_work: Writing) -> list[dict[str, Any]]:
    """Gives the rows of `batches` as they stand in this run."""
    if not at_work.draft.has(BATCHES.name):
        return []
    rows = at_work.table(BATCHES.name).order_by(*BATCHES.grain)
    return list(at_work.draft.engine.collect(rows).to_pylist())


def _take(
    at_work: Writing,
    source: SourceSettings,
    raw: RawInput,
    known: tuple[list[dict[str, Any]], SeenFiles],
) -> NewBatch | None:
    """Reads a file if its content is new, and brings its records up to date."""
    (records, seen), name, started = known, raw.name, time.perf_counter()
    key, state = (source.name, name, _settings_key(source)), file_state(raw.path)
    if _is_as_seen(at_work, source, records, (name, seen.batch_of(key, state))):
        return None
    inspection = inspect(source, raw.path)
    role = role_of(source_of(source), inspection.header)
    if role is None:
        at_work.tell(Step("ingest", name, "left out", detail=f"is no file of `{source.kind}`"))
        return None
    batch_id = _batch_id(inspection, source)
    seen.note(key, state, batch_id)
    own = [r for r in records if r["source"] == source.name]
    same = next((r for r in own if r["batch_id"] == batch_id and r["file"] == name), None)
    for record in own:
        if record["file"] == name:
            record["is_current"] = record is same
    if same is not None:
        _understand_again(at_work, source, same)
        at_work.tell(Step("ingest", name, "unchanged", same["row_count"]))
        return None
    twin = next((r for r in own if r["batch_id"] == batch_id), None)
    if twin is not None:
        records.append({**twin, "file": name, "is_current": True})
        at_work.tell(Step("ingest", name, "same as", twin["row_count"], detail=twin["file"]))
        return None
    batch = _read(at_work, (source, role), inspection, (name, batch_id))
    records.append(dict(batch.record))
    seconds = time.perf_counter() - started
    at_work.tell(Step("ingest", name, "read", int(batch.record["row_count"]), seconds))
    return batch


def _is_as_seen(
    at_work: Writing,
    source: SourceSettings,
    records: list[dict[str, Any]],
    found: tuple[str, str | None],
) -> bool:
    """Whether a file is as it was when it was last looked at, so that nobody need look again."""
    name, batch_id = found
    own = (r for r in records if r["source"] == source.name and r["file"] == name)
    same = next((r for r in own if r["batch_id"] == batch_id and r["is_current"]), None)
    if same is None or Reading.from_json(same["reading"]).settings_key != _settings_key(source):
        return False
    at_work.tell(Step("ingest", name, "unchanged", same["row_count"]))
    return True


def _read(
    at_work: Writing,
    place: tuple[SourceSettings, Role],
    inspection: FileInspection,
    names: tuple[str, str],
) -> NewBatch:
    """Reads a file aside, understands it, and writes its rows aside."""
    (source, role), (name, batch_id) = place, names
    engine = at_work.workspace.embedded
    aside = _aside(at_work)
    read = read_raw(engine.connection, inspection, aside)
    if not read.row_count:
        raise _nothing_readable(name)
    rows = engine.backend.table(read.relation)
    hints = hints_of(source.format, inspection.delimiter)
    profiles = detect_columns(rows, engine.collect, hints)
    safe = safe_names(read.columns)
    found = understand_role(source_of(source), role, profiles, source)
    reading = _kept(found, _renamed(safe), (hints.delimiter, _settings_key(source)))
    rejected = engine.backend.table(read.rejected_relation)
    raw = _raw_rows(rows, rejected, safe, (batch_id, at_work.now))
    types = {safe[c]: _plain_type(str(rows[c].type())) for c in read.columns}
    contract = raw_contract(source.name, types, role.name)
    # The rows hold the moment at which they were read, of which their fingerprint knows nothing.
    written = at_work.draft.store.write(contract, batch_id, Rows(raw, engine=engine, anew=True))
    record = {
        "source": source.name,
        "file": name,
        "batch_id": batch_id,
        "loaded_at": at_work.now,
        "size_bytes": inspection.size_bytes,
        "row_count": read.row_count + read.rejected_count,
        "unreadable_count": read.rejected_count,
        "is_current": True,
        "row_kind": str(role.row_kind),
        "reading": reading.to_json(),
    }
    if read.file.is_relative_to(aside):
        read.file.unlink(missing_ok=True)
    return NewBatch(record, written.parts, types, role.name)


def _renamed(safe: Mapping[str, str]) -> dict[str, str]:
    """Gives the columns of a file that have another name in the raw table."""
    return {written: kept for written, kept in safe.items() if written != kept}


def _nothing_readable(name: str) -> FormatError:
    return FormatError(
        f"`{name}` has a header, but no row that can be read.", "export the orders again"
    )


def _aside(at_work: Writing) -> Path:
    """Gives the folder for files that stand only while the job runs."""
    folder = at_work.workspace.state_folder / "spill" / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _understand_again(at_work: Writing, source: SourceSettings, record: dict[str, Any]) -> None:
    """Reads the raw rows of a batch with new settings, without reading its file again."""
    before, key = Reading.from_json(record["reading"]), _settings_key(source)
    if before.settings_key == key:
        return
    kind = source_of(source)
    raw = at_work.table(raw_name(source.name, before.role))
    own = raw.filter((raw["_batch_id"] == record["batch_id"]) & raw["_unreadable_line"].isnull())
    names = [name for name in raw.columns if name not in own_columns() or name == ROW_NUMBER]
    hints = hints_of(source.format, before.delimiter)
    profiles = detect_columns(own.select(*names), at_work.draft.engine.collect, hints)
    # The user names columns as the file does; the raw table knows them by their safe names.
    written = {kept: name for name, kept in before.names.items()}
    profiles = tuple(replace(p, name=written.get(p.name, p.name)) for p in profiles)
    # A linked source knows its columns; the settings may only say how they are written.
    role = role_of(kind, tuple(profile.name for profile in profiles))
    assert role is not None
    record["row_kind"] = str(role.row_kind)
    found = understand_role(kind, role, profiles, source)
    record["reading"] = _kept(found, before.names, (before.delimiter, key)).to_json()


def _kept(reading: Reading, names: Mapping[str, str], stamp: tuple[str, str]) -> Reading:
    """Gives a reading in the raw table's names of columns."""
    delimiter, key = stamp
    columns = {term: names.get(name, name) for term, name in reading.columns.items()}
    return replace(reading, columns=columns, names=names, delimiter=delimiter, settings_key=key)


def _raw_rows(
    rows: ir.Table, rejected: ir.Table, safe: Mapping[str, str], stamp: tuple[str, datetime]
) -> ir.Table:
    """Gives a file's rows and its unreadable lines behind our own columns."""
    import ibis

    batch_id, now = stamp
    ours = {
        "_batch_id": ibis.literal(batch_id),
        "_loaded_at": ibis.timestamp(now.isoformat(sep=" ")),
    }
    readable = rows.select(
        **ours,
        _row_number=rows[ROW_NUMBER],
        _unreadable_line=ibis.null("string"),
        **{safe[name]: rows[name] for name in safe},
    )
    lines = rejected.select(
        **ours,
        _row_number=rejected[ROW_NUMBER],
        _unreadable_line=rejected.text,
        **{safe[name]: ibis.null(rows[name].type()) for name in safe},
    )
    return readable.union(lines)


def safe_names(columns: Iterable[str]) -> dict[str, str]:
    """Gives each column of a file the name it has in the raw table.

    Names stay as they are but for characters that Delta Lake forbids and names that are taken.
    """
    taken = set(own_columns())
    safe = {}
    for column in columns:
        name = wanted = column.translate(FORBIDDEN_IN_NAMES)
        place = 2
        while name.casefold() in taken:
            name = f"{wanted}_{place}"
            place += 1
        taken.add(name.casefold())
        safe[column] = name
    return safe


def _plain_type(type_: str) -> str:
    """Gives the type a raw column is kept in; nested values are kept as text."""
    bare = type_.lstrip("!")
    plain = ("int", "uint", "float", "decimal", "timestamp", "date", "boolean", "string")
    if bare.startswith("uint"):
        return "int64"
    return bare if bare.startswith(plain) and not bare.startswith("timestamp(6") else "string"


def _batch_id(inspection: FileInspection, source: SourceSettings) -> str:
    written = source.format
    if written.delimiter or written.encoding or written.sheet:
        return digest(inspection.sha256, written.delimiter, written.encoding, written.sheet)
    return inspection.sha256[:BATCH_ID_LENGTH]


def _settings_key(source: SourceSettings) -> str:
    """Gives the hash of the settings that decide how rows are understood."""
    return digest(source.kind, source.columns, source.format.model_dump())
