"""Experiment file: assignments and outcomes of any file, their columns read as what they hold."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.raw_files import read_raw
from shopkeeper.errors import FormatError, shorten
from shopkeeper.jobs.raw_inputs import files_of, inspect
from shopkeeper.settings import SourceSettings
from shopkeeper.sources.reading.counting import is_missing
from shopkeeper.sources.reading.detection import detect_columns
from shopkeeper.sources.reading.parsing import parse_number
from shopkeeper.sources.reading.profiles import ColumnProfile, Kind
from shopkeeper.sources.understanding import hints_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

YES, NO = ("true", "yes", "t", "y"), ("false", "no", "f", "n")
# Begins the names of columns that are not read.
AS_WRITTEN = "_as_written_"
# Decimals that numbers with signs and thousands are read with.
DECIMALS = 6


class Holds(StrEnum):
    """What a column is good for in a test."""

    FLAG = "flag"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ExperimentFile:
    """A file as a table, while it is open.

    Attributes:
        name: Of the file.
        rows: Its rows: flags as 0 and 1, numbers, everything else as text; and beside them, under
            names that begin with `AS_WRITTEN`, flags and numbers as they stand in the file.
        holds: Column → what it holds.
        distinct_counts: Column → different values, approximately.
        misfits: Column with numbers → how many values are none, and the first of them.
    """

    name: str
    rows: ir.Table
    holds: Mapping[str, Holds]
    distinct_counts: Mapping[str, int]
    misfits: Mapping[str, tuple[int, str]]

    def with_units(self, column: str | None) -> ExperimentFile:
        """Gives the file with units as they are written, and nothing else twice.

        An id is a text: read as a number `007` would be `7`, and both of them one unit.
        """
        rows = self.rows
        if column is not None and f"{AS_WRITTEN}{column}" in rows.columns:
            rows = rows.mutate(**{column: rows[f"{AS_WRITTEN}{column}"]})
        return replace(self, rows=rows.drop(*(c for c in rows.columns if c.startswith(AS_WRITTEN))))

    def check_numbers(self, names: tuple[str, ...]) -> None:
        """Holds columns to have nothing but numbers and empty cells.

        Raises:
            FormatError: A value is no number; leaving it out would change the outcome.
        """
        for name in names:
            count, first = self.misfits.get(name, (0, ""))
            if count:
                raise FormatError(
                    f"Column `{shorten(name)}` of `{self.name}` has {count:,} values that are no "
                    f"numbers; first: `{shorten(first)}`.",
                    "mend them in the file; an outcome is never left out unseen",
                )


@contextmanager
def opened(file: Path) -> Iterator[ExperimentFile]:
    """Reads a file aside and gives it as a table; it is gone when the context ends.

    Raises:
        SourceError: The file cannot be read.
    """
    source = SourceSettings(path=str(file))
    path = files_of(source, Path())[0]
    inspection = inspect(source, path)
    with tempfile.TemporaryDirectory() as aside:
        engine = DuckDBEngine(Path(aside) / "spill")
        try:
            read = read_raw(engine.connection, inspection, Path(aside))
            if read.rejected_count:
                raise FormatError(
                    f"`{path.name}` has {read.rejected_count:,} lines that do not fit its header.",
                    "mend them; a test from which rows got lost cannot be read",
                )
            rows = engine.backend.table(read.relation)
            hints = hints_of(source.format, inspection.delimiter)
            profiles = detect_columns(rows, engine.collect, hints)
            yield _file(path.name, rows, {profile.name: profile for profile in profiles})
        finally:
            engine.close()


def _file(name: str, rows: ir.Table, profiles: Mapping[str, ColumnProfile]) -> ExperimentFile:
    holds = {column: _held(profile) for column, profile in profiles.items()}
    return ExperimentFile(
        name=name,
        rows=rows.mutate(
            **{c: _read(rows[c], profiles[c], holds[c]) for c in profiles},
            **{
                f"{AS_WRITTEN}{c}": _written(rows[c])
                for c in profiles
                if holds[c] is not Holds.TEXT
            },
        ),
        holds=holds,
        distinct_counts={c: profile.distinct_count for c, profile in profiles.items()},
        misfits={
            c: (profile.misfit_count, profile.first_misfit or "")
            for c, profile in profiles.items()
            if holds[c] is Holds.NUMBER
        },
    )


def _held(profile: ColumnProfile) -> Holds:
    if profile.minimum is not None and profile.kind is not Kind.TIMESTAMP:
        ends = {float(profile.minimum), float(profile.maximum or profile.minimum)}
        if profile.distinct_count <= 2 and ends <= {0.0, 1.0} and not profile.misfit_count:
            return Holds.FLAG
    if profile.kind is Kind.NUMBER:
        return Holds.NUMBER
    words = {text.strip().casefold() for text in profile.examples}
    is_flag = profile.distinct_count <= 2 and words and words <= {*YES, *NO}
    return Holds.FLAG if is_flag else Holds.TEXT


def _read(column: ir.Value, profile: ColumnProfile, holds: Holds) -> ir.Value:
    import ibis

    kind = column.type()
    if not kind.is_string():
        return column.cast("float64") if kind.is_numeric() or kind.is_boolean() else column
    if holds is Holds.TEXT:
        return _written(column)
    known = is_missing(column).ifelse(ibis.null("string"), column)
    written = profile.number_format
    if written is None:
        word = known.strip().lower()
        return ibis.cases((word.isin(YES), 1.0), (word.isin(NO), 0.0))
    if written.is_plain and written.decimal == ".":
        # Reads exponents, too.
        return known.strip().try_cast("float64")
    return parse_number(column, written, scale=DECIMALS).cast("float64")


def _written(column: ir.Value) -> ir.Value:
    import ibis

    if not column.type().is_string():
        return column.cast("string")
    return is_missing(column).ifelse(ibis.null("string"), column).strip()
