"""The SQL of each table for each engine is the committed one: nothing unportable gets in unseen.

The files are generated from the tables themselves by `tools/generate.py`; a difference is a change
of a query that someone has to look at.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from shopkeeper.engines.dialects import DIALECTS, to_sql
from shopkeeper.errors import UnknownNameError
from shopkeeper.jobs.compile import compiled_sql, expressions

FOLDER = Path(__file__).parent / "sql"
HOW = "run `make docs`, look at the difference, and commit it"


@lru_cache(maxsize=1)
def tables() -> dict:
    return expressions()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", sorted(tables()))
def test_the_compiled_sql_is_the_committed_one(name, dialect):
    file = FOLDER / dialect / f"{name}.sql"
    assert file.exists(), f"`{dialect}/{name}.sql` is missing: {HOW}"
    # Bytes, because spaces of all kinds stand in texts that are trimmed.
    is_same = to_sql(tables()[name], dialect).encode() == file.read_bytes()
    assert is_same, f"the SQL of `{name}` for {dialect} has changed: {HOW}"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_committed_file_belongs_to_a_table(dialect):
    committed = {file.stem for file in (FOLDER / dialect).glob("*")}
    assert committed - set(tables()) == set(), f"nothing builds these any more: {HOW}"


def test_compiling_again_gives_the_same_text():
    assert compiled_sql("rfm", "postgres") == to_sql(tables()["rfm"], "postgres")


@pytest.mark.parametrize(
    ("name", "engine", "hint"),
    [
        ("oders", "duckdb", "did you mean `orders`?"),
        ("orders", "postgre", "did you mean `postgres`?"),
    ],
)
def test_an_unknown_table_or_engine_offers_the_closest(name, engine, hint):
    with pytest.raises(UnknownNameError) as caught:
        compiled_sql(name, engine)
    assert caught.value.hint == hint
