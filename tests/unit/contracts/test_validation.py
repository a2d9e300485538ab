"""Validation counts the rows that break each check and tells the first of them."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from shopkeeper.contracts.checks import Severity, at_least, references
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.contracts.validation import CheckResult, Validation, broken_contract, validate
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.errors import ContractError

GOODS = Contract(
    name="goods",
    layer=Layer.SILVER,
    meaning="One row per thing in the shop.",
    grain=("code",),
    columns=(
        Column("code", "string", "Code"),
        Column("pieces", "int64", "In stock", nullable=True),
        Column("shelf", "string", "Shelf", nullable=True),
    ),
    checks=(at_least("pieces", 0), references("shelf", "shelves")),
)
SCHEMA = pa.schema([("code", pa.string()), ("pieces", pa.int64()), ("shelf", pa.string())])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return DuckDBEngine(tmp_path_factory.mktemp("spill"), threads=1)


def validated(
    engine: DuckDBEngine, *rows: tuple, contract: Contract = GOODS, shelves: tuple | None = None
) -> Validation:
    """Validates rows (code, pieces, shelf), with or without the table of shelves."""
    named = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    table = engine.register("goods", pa.Table.from_pylist(named, schema=SCHEMA))
    tables = {}
    if shelves is not None:
        tables["shelves"] = engine.register("shelves", pa.table({"shelf": list(shelves)}))
    return validate(table, contract, tables, engine.collect)


def counts(validation: Validation) -> dict[str, int]:
    return {result.check.name: result.broken_count for result in validation.results}


def test_rows_that_break_each_check_are_counted(engine):
    found = validated(
        engine, ("tea", 3, "low"), ("tea", -1, "high"), (None, -2, None), shelves=("low",)
    )
    assert counts(found) == {
        "not_null(code)": 1,
        "unique(code)": 1,
        "at_least(pieces, 0)": 2,
        "references(shelf → shelves.shelf)": 1,
    }


def test_an_empty_table_breaks_nothing(engine):
    assert set(counts(validated(engine, shelves=("low",))).values()) == {0}


def test_broken_gives_only_the_broken_checks(engine):
    found = validated(engine, ("tea", -1, None), shelves=("low",))
    assert [result.check.name for result in found.broken] == ["at_least(pieces, 0)"]


def test_a_check_whose_other_table_is_missing_is_not_counted(engine):
    assert "references(shelf → shelves.shelf)" not in counts(validated(engine, ("tea", 1, "low")))


def test_results_stand_in_the_order_of_the_checks(engine):
    found = validated(engine, ("tea", 1, None), shelves=("low",))
    assert list(counts(found)) == [check.name for check in GOODS.all_checks()]


def test_a_broken_promise_is_fatal(engine):
    assert validated(engine, ("tea", -1, None)).is_fatal


def test_a_kept_promise_is_not_fatal(engine):
    assert not validated(engine, ("tea", 1, None)).is_fatal


def test_a_broken_warning_is_not_fatal(engine):
    warning = replace(at_least("pieces", 0), severity=Severity.WARN)
    found = validated(engine, ("tea", -1, None), contract=replace(GOODS, checks=(warning,)))
    assert (counts(found)["at_least(pieces, 0)"], found.is_fatal) == (1, False)


def broken(row_count: int, *sample: dict) -> ContractError:
    return broken_contract(CheckResult(at_least("pieces", 0), row_count), GOODS, list(sample))


def test_the_error_says_how_many_rows_break_what_and_the_first():
    error = broken(1200, {"code": "tea", "pieces": -1}, {"code": "cup", "pieces": -2})
    assert error.message == (
        "1,200 rows break `at_least(pieces, 0)` of table `goods`; first: code `tea`."
    )


def test_the_error_of_one_row_is_in_the_singular():
    error = broken(1, {"code": "tea"})
    assert error.message.startswith("1 row breaks `at_least(pieces, 0)`")


def test_the_hint_says_the_promise_and_that_nothing_was_lost():
    assert broken(1, {"code": "tea"}).hint.startswith(
        "`pieces` is 0 or more; the last good version stays published"
    )


def test_the_error_keeps_at_most_five_rows():
    sample = [{"code": f"tea {place}"} for place in range(9)]
    assert [row["code"] for row in broken(9, *sample).context["rows"]] == [
        f"tea {place}" for place in range(5)
    ]


def test_a_long_value_is_cut_in_the_error():
    assert "x" * 41 not in broken(1, {"code": "x" * 400}).message


def test_a_long_value_outside_the_grain_is_cut_too():
    assert "x" * 41 not in broken(1, {"shelf": "x" * 400, "row_count": 2}).message


def test_the_error_stands_without_a_sample():
    assert broken(2).message == "2 rows break `at_least(pieces, 0)` of table `goods`."


def test_a_broken_contract_ends_with_exit_code_three():
    assert broken(1).exit_code == 3
