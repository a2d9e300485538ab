"""Compiled SQL: the text of an expression, remembered by what the expression is."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Texts that are remembered: those of a few whole runs, some ten megabytes.
MOST_TEXTS = 1_000
# Values whose representation says all of them.
PLAIN = frozenset({str, int, float, bool, type(None)})


class CompiledSql:
    """Remembers the SQL of expressions; the longest unused is forgotten first.

    Saying what an expression is takes a tenth of the time that compiling it takes, and one run
    asks for the same text several times: for a fingerprint, to write, to answer.
    """

    def __init__(self, most: int = MOST_TEXTS) -> None:
        self._most = most
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, expression: ir.Expr, compile_it: Callable[[ir.Expr], str]) -> str:
        """Gives the SQL of an expression; compiles it where its like was not seen before."""
        try:
            key = described(expression)
        except RecursionError:
            # Too deep to say what it is; compiling does not call itself.
            return compile_it(expression)
        with self._lock:
            text = self._texts.get(key)
            if text is not None:
                self._texts.move_to_end(key)
                return text
        text = compile_it(expression)
        with self._lock:
            self._texts[key] = text
            if len(self._texts) > self._most:
                self._texts.popitem(last=False)
        return text


def described(expression: ir.Expr) -> str:
    """Gives the hash of all that an expression is: equal for those that compile to equal SQL.

    A table in memory is described by its name and columns, as its SQL names it, not its rows.
    """
    description = _Description()
    description.of(expression.op())
    return hashlib.sha256("\n".join(description.lines).encode()).hexdigest()


class _Description:
    """The nodes of one expression, each a line that refers to earlier lines by number."""

    def __init__(self) -> None:
        from ibis.common.graph import Node
        from ibis.expr import operations
        from ibis.expr.datatypes import DataType

        self._node_type, self._data_type = Node, DataType
        # Their connection, and rows in memory, are not part of the SQL.
        self._tables = (
            operations.DatabaseTable,
            operations.InMemoryTable,
            operations.UnboundTable,
        )
        self.lines: list[str] = []
        self._places: dict[int, str] = {}

    def of(self, node: Any) -> str:
        """Gives the place of a node, which is described after those it is made from."""
        known = self._places.get(id(node))
        if known is not None:
            return known
        parts = node.__args__
        if isinstance(node, self._tables):
            parts = (node.name, node.schema, getattr(node, "namespace", None))
        line = type(node).__qualname__ + self._said(parts)
        place = f"#{len(self.lines)}"
        self.lines.append(line)
        self._places[id(node)] = place
        return place

    def _said(self, value: Any) -> str:
        kind = type(value)
        if kind in PLAIN:
            return repr(value)
        if isinstance(value, self._node_type):
            return self.of(value)
        if isinstance(value, self._data_type):
            return str(value)
        if isinstance(value, Mapping):
            return str([self._said(key) + self._said(item) for key, item in value.items()])
        if isinstance(value, (tuple, list, set, frozenset)):
            said = [self._said(item) for item in value]
            return str(sorted(said) if isinstance(value, (set, frozenset)) else tuple(said))
        return f"{kind.__qualname__} {value!r}"
