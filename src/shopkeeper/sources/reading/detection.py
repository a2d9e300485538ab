"""Finds out what the columns of a raw table are: guessed from some rows, counted over all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from shopkeeper.engines.raw_layout import ROW_NUMBER
from shopkeeper.sources.reading.column_guesses import (
    ColumnGuess,
    FormatHints,
    guess_column,
    settle_numbers,
)
from shopkeeper.sources.reading.counting import (
    Collect,
    count_columns,
    first_values,
    is_mark_of_missing,
    misfit_rows,
    misfits,
    value_at,
)
from shopkeeper.sources.reading.evidence import Evidence, guess_again, settle_orders
from shopkeeper.sources.reading.profiles import ColumnProfile, FormatVariant, Kind
from shopkeeper.sources.reading.profiling import profile_column

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["ColumnProfile", "FormatHints", "FormatVariant", "Kind", "detect_columns"]

# Rows that are looked at first; what they do not show is found by counting over all.
ROWS_LOOKED_AT = 1_000
# Values below which a column of the first rows tells too little.
VALUES_AT_LEAST = 50


def detect_columns(
    table: ir.Table, collect: Collect, hints: FormatHints | None = None
) -> tuple[ColumnProfile, ...]:
    """Finds out what the columns of a raw table are, in few queries over all its rows.

    Formats are guessed from the first rows. Then it is counted over all rows how many values they
    read; where some are not read, the guess is made again with these among its values.

    Args:
        table: Raw rows, most columns text; with `_row_number`, if places are to be told.
        collect: Runs an expression and gives all its rows.
        hints: What is known of the formats besides.

    Returns:
        A profile of each column in their order, `_row_number` left out.
    """
    hints = hints or FormatHints()
    names = [name for name in table.columns if name != ROW_NUMBER]
    samples = _samples(table.select(*names), collect)
    guesses = {
        name: guess_column(samples[name], hints)
        if table[name].type().is_string()
        else ColumnGuess()
        for name in names
    }
    guesses = settle_numbers(guesses, hints)
    counts = count_columns(table, guesses, collect)
    columns = {n: Evidence(table[n].type(), guesses[n], counts[n], samples[n]) for n in names}
    for name, evidence in columns.items():
        if evidence.unread_count:
            columns[name] = _look_again(table, name, evidence, hints, collect)
    columns = settle_orders(columns, hints)
    return tuple(
        profile_column(name, _with_first_misfit(table, name, evidence, collect))
        for name, evidence in columns.items()
    )


def _samples(table: ir.Table, collect: Collect) -> dict[str, Mapping[str, int]]:
    """Gives some values of each column with their counts."""
    head = collect(table.limit(ROWS_LOOKED_AT)).to_pydict()
    samples: dict[str, Mapping[str, int]] = {}
    for name, cells in head.items():
        present = [str(c) for c in cells if c is not None and not is_mark_of_missing(str(c))]
        is_text = table[name].type().is_string()
        if is_text and len(present) < VALUES_AT_LEAST and len(cells) == ROWS_LOOKED_AT:
            samples[name] = first_values(table, name, collect)
        else:
            samples[name] = Counter(present)
    return samples


def _look_again(
    table: ir.Table, name: str, evidence: Evidence, hints: FormatHints, collect: Collect
) -> Evidence:
    """Guesses again with what was not read; keeps the better guess, and counts other variants."""
    unread = misfits(table, name, evidence.guess, collect)
    again = guess_again(evidence, unread, hints)
    if not again.reads_like(evidence.guess):
        count = count_columns(table, {name: again}, collect)[name]
        second = replace(evidence, guess=again, count=count)
        if not again.is_plain_text and second.unread_count < evidence.unread_count:
            evidence = second
            unread = misfits(table, name, again, collect)
    evidence = replace(evidence, misfits=unread)
    if evidence.is_substantially_unread:
        return replace(evidence, variants=_variants(table, name, evidence, hints, collect))
    return evidence


def _variants(
    table: ir.Table, name: str, evidence: Evidence, hints: FormatHints, collect: Collect
) -> tuple[FormatVariant, ...]:
    """Gives the other way of writing that most of the values have which are not read, if any."""
    guess = guess_column({value.text: value.count for value in evidence.misfits}, hints)
    is_same_kind = (guess.date is None) == (evidence.guess.date is None)
    if guess.is_plain_text or not is_same_kind:
        return ()
    rows = misfit_rows(table, name, evidence.guess)
    count = count_columns(rows, {name: guess}, collect)[name]
    found = Evidence(evidence.type, guess, count, evidence.sample)
    reach = count.reach
    if not reach.count:
        return ()
    example = next((v.text for v in evidence.misfits if v.first_row == reach.first_row), "")
    return (FormatVariant(found.format_text, reach.count, example, reach.first_row),)


def _with_first_misfit(
    table: ir.Table, name: str, evidence: Evidence, collect: Collect
) -> Evidence:
    """Adds the texts that messages show as examples."""
    if evidence.guess.is_plain_text:
        return evidence
    row = evidence.count.reach.first_misfit_row
    text = value_at(table, name, row, collect) if row is not None else None
    if text is None and evidence.misfits:
        text = evidence.misfits[0].text
    variants = tuple(
        replace(v, example=value_at(table, name, v.first_row, collect) or "")
        if not v.example and v.first_row is not None
        else v
        for v in evidence.variants
    )
    return replace(evidence, first_misfit=text, variants=variants)
