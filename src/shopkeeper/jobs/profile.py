"""Profile: shows how a file would be understood, over all its rows, and writes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.raw_files import read_raw
from shopkeeper.engines.raw_layout import FileInspection
from shopkeeper.errors import FormatError, shorten
from shopkeeper.jobs.raw_inputs import files_of, inspect
from shopkeeper.settings import SourceSettings, load_settings
from shopkeeper.sources.linked_source import Kind, LinkedSource, Role, role_of, understand_role
from shopkeeper.sources.reading.detection import detect_columns
from shopkeeper.sources.reading.mapping import assumptions
from shopkeeper.sources.recognition import recognise
from shopkeeper.sources.understanding import currency_of, hints_of, problems_of
from shopkeeper.warehouse.bronze import RowKind

if TYPE_CHECKING:
    from shopkeeper.sources.reading.profiles import ColumnProfile
    from shopkeeper.sources.source import Reading

# More files than this are months or years of the same, not files of different things.
MOST_LINKED_FILES = 20


@dataclass(frozen=True, slots=True)
class ProfiledColumn:
    """One column of a file: what it is read as, how it is written, what does not fit."""

    name: str
    term: str
    kind: str
    written: str
    missing: int
    misfits: int
    example: str


@dataclass(frozen=True, slots=True)
class Profile:
    """How a file would be understood.

    Attributes:
        file: Path of the file, or of the folder of files that belong together.
        kind: Kind of source that recognises it.
        currency: ISO code of a currency sign seen beside prices; empty if none.
        row_count: Data rows.
        facts: Encoding, delimiter and the like, each with its name.
        columns: The columns, in order of the file.
        problems: What must be corrected before a run; empty if nothing.
    """

    file: str
    kind: str
    currency: str
    row_count: int
    facts: tuple[tuple[str, str], ...]
    columns: tuple[ProfiledColumn, ...]
    problems: tuple[str, ...]


def profile(file: Path, folder: Path | None = None) -> Profile:
    """Reads a whole file aside and says what it is.

    Args:
        file: A file of orders, or a folder of them: of files that stand alone the first is looked
            at, of files that belong together all.
        folder: Workspace whose settings correct the guess if it reads this file.

    Raises:
        SourceError: The file cannot be read.
    """
    source = _settings_for(file, folder)
    paths = files_of(source, Path())
    inspections = [inspect(source, path) for path in paths[:MOST_LINKED_FILES]]
    kind = recognise([inspection.header for inspection in inspections])
    if not isinstance(kind, LinkedSource):
        return _profile_of(inspections[0], kind, source)
    found = [
        (role, _profile_of(inspection, kind, source, role))
        for inspection in inspections
        if (role := role_of(kind, inspection.header)) is not None
    ]
    return _together(file, found)


def _profile_of(
    inspection: FileInspection, kind: Kind, source: SourceSettings, role: Role | None = None
) -> Profile:
    """Gives the profile of one file."""
    with tempfile.TemporaryDirectory() as aside:
        engine = DuckDBEngine(Path(aside) / "spill")
        try:
            read = read_raw(engine.connection, inspection, Path(aside))
            rows = engine.backend.table(read.relation)
            hints = hints_of(source.format, inspection.delimiter)
            profiles = detect_columns(rows, engine.collect, hints)
        finally:
            engine.close()
    counts = (read.row_count, read.rejected_count)
    found = _Understood(kind, profiles, source, role or role_of(kind, inspection.header))
    return _profile(inspection.path, inspection, counts, found)


def _together(folder: Path, found: Sequence[tuple[Role, Profile]]) -> Profile:
    """Gives the profile of files that belong together, each column with its file's role."""
    facts = [("folder", str(folder))]
    facts += [(role.name, f"{one.file}: {one.row_count:,} rows") for role, one in found]
    return Profile(
        file=str(folder),
        kind=found[0][1].kind,
        currency=next((one.currency for _, one in found if one.currency), ""),
        row_count=sum(one.row_count for _, one in found),
        facts=tuple(facts),
        columns=tuple(
            replace(column, name=f"{role.name}: {column.name}")
            for role, one in found
            for column in one.columns
        ),
        problems=tuple(problem for _, one in found for problem in one.problems),
    )


@dataclass(frozen=True, slots=True)
class _Understood:
    """What was found out about the columns of a file."""

    kind: Kind
    profiles: Sequence[ColumnProfile]
    settings: SourceSettings
    role: Role | None


def _profile(
    path: Path, inspection: FileInspection, counts: tuple[int, int], found: _Understood
) -> Profile:
    problems = list(problems_of(found.profiles))
    reading: Reading | None = None
    try:
        role = found.role
        if role is not None:
            reading = understand_role(found.kind, role, found.profiles, found.settings)
    except FormatError as error:
        problems.append(f"{error.message} {error.hint}")
    if reading is not None and not reading.role and _is_of_lines(found.role):
        problems += [f"Assumed: {text}." for text in assumptions(reading.columns)]
    terms = {name: term for term, name in reading.columns.items()} if reading else {}
    return Profile(
        file=str(path),
        kind=found.kind.kind,
        currency=currency_of(found.profiles),
        row_count=sum(counts),
        facts=_facts(inspection, counts),
        columns=tuple(_column(profile, terms) for profile in found.profiles),
        problems=tuple(problems),
    )


def _is_of_lines(role: Role | None) -> bool:
    return role is not None and role.row_kind is RowKind.LINES


def _facts(inspection: FileInspection, counts: tuple[int, int]) -> tuple[tuple[str, str], ...]:
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
    rows, rejected = counts
    facts = [("file", str(inspection.path)), ("format", str(inspection.file_format))]
    if str(inspection.compression) != "none":
        facts.append(("packed", str(inspection.compression)))
    if inspection.encoding:
        mark = " with byte order mark" if inspection.has_byte_order_mark else ""
        facts.append(("encoding", inspection.encoding + mark))
        facts.append(("delimiter", names.get(inspection.delimiter, inspection.delimiter)))
    if inspection.sheets:
        facts.append(("sheets", ", ".join(inspection.sheets)))
    if inspection.other_sheets:
        facts.append(("left out", f"sheets {', '.join(inspection.other_sheets)}"))
    facts.append(("rows", f"{rows + rejected:,}"))
    if rejected:
        facts.append(("unreadable", f"{rejected:,} lines; they go to quarantine"))
    return tuple(facts)


def _column(profile: ColumnProfile, terms: Mapping[str, str]) -> ProfiledColumn:
    written = profile.date_format or profile.number_format
    return ProfiledColumn(
        name=profile.name,
        term=terms.get(profile.name, ""),
        kind=str(profile.kind),
        written=written.text if written else "",
        missing=profile.missing_count,
        misfits=profile.misfit_count,
        example=shorten(profile.examples[0]) if profile.examples else "",
    )


def _settings_for(file: Path, folder: Path | None) -> SourceSettings:
    """Gives the settings of the source that reads the file, or those of a new one."""
    if folder is not None:
        for source in load_settings(folder).settings.sources:
            own = folder / source.path
            if own.resolve() == file.resolve() or own.parent.resolve() == file.parent.resolve():
                return source.model_copy(update={"path": str(file)})
    return SourceSettings(path=str(file))
