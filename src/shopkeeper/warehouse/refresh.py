"""Refresh: how a table follows what changed in others, group by group, instead of all anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

Tables = Mapping[str, "ir.Table"]


@dataclass(frozen=True, slots=True)
class Delta:
    """The rows by which a table differs from what it was; a row that stays may stand in both.

    Attributes:
        removed: Rows that went, with the columns of the table.
        added: Rows that came.
    """

    removed: ir.Table
    added: ir.Table

    def named(self, *columns: str) -> ir.Table:
        """Gives what the rows of both sides say in some columns, once each; none is missing."""
        both = self.removed.select(*columns).union(self.added.select(*columns)).distinct()
        return both.filter([both[name].notnull() for name in columns])


@dataclass(frozen=True, slots=True)
class Changes:
    """What a table finds when others have changed.

    Attributes:
        deltas: Input → how it differs; inputs that did not change are left out.
        now: All inputs as they are now.
    """

    deltas: Mapping[str, Delta]
    now: Tables

    def named(self, table: str, *columns: str) -> list[ir.Table]:
        """Gives what the changed rows of an input say; nothing where it did not change."""
        return [self.deltas[table].named(*columns)] if table in self.deltas else []


@dataclass(frozen=True)
class Refresh:
    """How a table is brought up to date by its changed groups alone.

    Its promise: built from `context(now, groups)` and cut to the groups, the table has exactly
    the rows that it has in these groups when it is built from everything; all other groups stay.

    Attributes:
        keys: Columns of the table that name a group of its rows; none is ever missing.
        follows: Inputs whose changes `groups` understands. When another changes, all is built.
        groups: What changed → the groups to build anew, each once or more often.
        context: Inputs as they are now, and the groups → the inputs that these are built from.
        beside: Inputs that never change alone: what changes in them shows in one that is followed.
    """

    keys: tuple[str, ...]
    follows: tuple[str, ...]
    groups: Callable[[Changes], ir.Table]
    context: Callable[[Tables, ir.Table], Tables]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Batches that become rows of a table in one way.

    Attributes:
        expression: The rows of a batch that stands for any: what it is compiled to says the way.
        batches: Names of the batches: their source and their id.
    """

    expression: ir.Table
    batches: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FromBatches:
    """How a table whose rows stand each for a raw row follows the files that were read.

    Attributes:
        pieces: Inputs and questions → what becomes of each batch, and how.
        limited: Questions and batches → the questions that ask for no other batch.
    """

    pieces: Callable[[Tables, Mapping[str, Any]], Sequence[Piece]]
    limited: Callable[[Mapping[str, Any], Collection[tuple[str, str]]], Mapping[str, Any]]


def by_key(table: str, *keys: str, beside: tuple[str, ...] = ()) -> Refresh:
    """Gives the refresh of a table that is grouped by columns that one input has as well."""

    def groups(changes: Changes) -> ir.Table:
        return either(changes.named(table, *keys))

    def context(now: Tables, groups: ir.Table) -> Tables:
        return {**now, table: now[table].semi_join(groups, list(keys))}

    return Refresh(keys, (table,), groups, context, beside)


def either(parts: Sequence[ir.Table]) -> ir.Table:
    """Gives the rows of all parts; there is at least one part."""
    return reduce(lambda one, other: one.union(other), parts)
