"""Dialects: the SQL of an expression for each engine, without connecting to any."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shopkeeper.errors import UnknownNameError

if TYPE_CHECKING:
    import ibis.expr.types as ir


def _duckdb() -> Any:
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

    return DuckDBCompiler()


def _postgres() -> Any:
    from ibis.backends.sql.compilers.postgres import PostgresCompiler

    return PostgresCompiler()


def _spark() -> Any:
    from ibis.backends.sql.compilers.pyspark import PySparkCompiler

    class WithoutSpark(PySparkCompiler):  # type: ignore[misc]
        """The same; but it does not ask for an option that is there only where Spark runs."""

        def visit_Field(self, op: Any, *, rel: Any, name: str) -> Any:  # noqa: N802 - Ibis' name
            return super(PySparkCompiler, self).visit_Field(op, rel=rel, name=name)

    return WithoutSpark()


DIALECTS: dict[str, Callable[[], Any]] = {
    "duckdb": _duckdb,
    "postgres": _postgres,
    "spark": _spark,
}


def to_sql(expression: ir.Expr, dialect: str) -> str:
    """Gives the SQL of an expression, pretty-printed, ending in a newline.

    Raises:
        UnknownNameError: There is no such dialect.
    """
    if dialect not in DIALECTS:
        raise UnknownNameError.among("engine", dialect, DIALECTS)
    compiler = DIALECTS[dialect]()
    query = compiler.to_sqlglot(expression)
    return str(query.sql(dialect=compiler.dialect, pretty=True)) + "\n"
