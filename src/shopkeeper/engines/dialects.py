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
    import ibis
    from ibis.backends.sql.compilers.pyspark import PySparkCompiler
    from ibis.config import Config

    class Unconnected(Config):  # type: ignore[misc]  # Ibis brings no types
        treat_nan_as_null: bool = False

    # The compiler reads an option that is only there once Spark itself has been imported.
    if ibis.options.pyspark is None:
        ibis.options.pyspark = Unconnected()
    return PySparkCompiler()


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
