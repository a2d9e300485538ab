"""Runner: builds what is stale, publishes nothing that breaks its contract, keeps the evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopkeeper.contracts.checks import Severity, at_least, one_of, references
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.lake import Lake
from shopkeeper.engines.lake_store import LakeStore
from shopkeeper.errors import ContractError
from shopkeeper.pipeline.draft import Draft
from shopkeeper.pipeline.manifest import PublishedTable
from shopkeeper.pipeline.runner import Runner, TableOutcome
from shopkeeper.warehouse.table import Table

COLUMNS = (Column("code", "string", "Code"), Column("pieces", "int64", "In stock"))


def contract(name: str, *checks) -> Contract:
    return Contract(name, Layer.SILVER, "One row per thing.", ("code",), COLUMNS, checks)


GOODS = Table(contract("goods", at_least("pieces", 0)), lambda raw, *, least: raw)
DEAR = Table(contract("dear"), lambda goods: goods)
DEAREST = Table(contract("dearest"), lambda dear: dear)
OTHERS = Table(contract("others"), lambda raw: raw)


class Shop:
    """Runs tables over the raw rows of one thing after another, publishing as the jobs do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = Lake(folder / "lake")
        self.published: dict[str, PublishedTable] = {}
        self.evidence = folder / "evidence"
        self.told: list[str] = []
        self.questions = {"least": 0}

    def draft(self, rows: dict[str, int], fingerprint: str = "raw-1") -> Draft:
        engine = DuckDBEngine(self.folder / "spill", threads=1)
        draft = Draft(LakeStore(engine, self.lake), self.published)
        types = pa.schema([("code", pa.string()), ("pieces", pa.int64())])
        named = [{"code": code, "pieces": pieces} for code, pieces in rows.items()]
        raw = pa.Table.from_pylist(named, schema=types)
        draft.views["raw"] = engine.register("raw", raw)
        draft.fingerprints["raw"] = fingerprint
        return draft

    def runner(self, draft: Draft) -> Runner:
        return Runner(draft, self.evidence, self.questions, lambda o: self.told.append(o.name))

    def run(
        self, *tables: Table, rows: dict[str, int] | None = None, fingerprint: str = "raw-1"
    ) -> dict[str, TableOutcome]:
        """Runs and publishes; gives what became of each table."""
        draft = self.draft({"tea": 3} if rows is None else rows, fingerprint)
        outcomes = self.runner(draft).run(tables)
        self.published = draft.publish()
        return {outcome.name: outcome for outcome in outcomes}

    def rows(self, name: str, version: int | None = None) -> dict[str, int]:
        """Gives the published rows of a table."""
        paths = self.lake.paths(self.lake.version("silver", name, version))
        return {
            row["code"]: row["pieces"] for path in paths for row in pq.read_table(path).to_pylist()
        }


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def became(outcomes: dict[str, TableOutcome]) -> dict[str, str]:
    return {name: str(outcome.outcome) for name, outcome in outcomes.items()}


def test_a_table_that_was_never_built_is_built(shop):
    outcome = shop.run(GOODS, rows={"tea": 3, "cup": 1})["goods"]
    assert (outcome.outcome, outcome.row_count, outcome.detail) == ("built", 2, "not built yet")


def test_a_built_table_is_published_with_its_rows(shop):
    shop.run(GOODS, rows={"tea": 3, "cup": 1})
    assert shop.rows("goods") == {"tea": 3, "cup": 1}


def test_a_table_is_built_from_those_of_the_same_run(shop):
    shop.run(GOODS, DEAR)
    shop.run(GOODS, DEAR, rows={"cup": 5}, fingerprint="raw-2")
    assert shop.rows("dear") == {"cup": 5}


def test_a_table_without_news_is_not_built_again(shop):
    shop.run(GOODS, DEAR)
    assert became(shop.run(GOODS, DEAR)) == {"goods": "unchanged", "dear": "unchanged"}


def test_an_unchanged_table_keeps_its_version(shop):
    shop.run(GOODS)
    shop.run(GOODS)
    assert shop.lake.version("silver", "goods").version == 0


def test_an_unchanged_table_says_how_many_rows_it_has(shop):
    shop.run(GOODS, rows={"tea": 3, "cup": 1})
    assert shop.run(GOODS, rows={"tea": 3, "cup": 1})["goods"].row_count == 2


def test_news_in_what_is_read_builds_all_that_follow(shop):
    shop.run(GOODS, DEAR)
    outcomes = shop.run(GOODS, DEAR, rows={"tea": 4}, fingerprint="raw-2")
    assert became(outcomes) == {"goods": "built", "dear": "built"}


def test_other_code_builds_a_table_again(shop):
    shop.run(OTHERS)
    changed = replace(OTHERS, build=lambda raw: raw.mutate(pieces=raw.pieces + 1))
    assert shop.run(changed)["others"].detail == "inputs, definitions or code changed"


def test_another_answer_to_a_question_builds_a_table_again(shop):
    asked = Table(contract("asked"), lambda raw, *, least: raw.filter(raw.pieces >= least))
    shop.run(asked)
    shop.questions = {"least": 2}
    assert became(shop.run(asked)) == {"asked": "built"}


@pytest.mark.parametrize(
    "changed",
    [
        replace(OTHERS.contract, checks=(at_least("pieces", 1),)),
        replace(OTHERS.contract, columns=(COLUMNS[0], replace(COLUMNS[1], type="int32"))),
    ],
    ids=["check", "type"],
)
def test_another_contract_builds_a_table_again(shop, changed):
    shop.run(OTHERS)
    assert became(shop.run(replace(OTHERS, contract=changed))) == {"others": "built"}


def test_another_list_of_allowed_values_is_held_to_again(shop):
    wide, narrow = (contract("others", one_of("code", v)) for v in (("tea", "cup"), ("cup",)))
    shop.run(replace(OTHERS, contract=wide))
    assert became(shop.run(replace(OTHERS, contract=narrow))) == {"others": "failed"}


def test_a_warning_that_becomes_a_promise_is_held_to_again(shop):
    warning = replace(at_least("pieces", 9), severity=Severity.WARN)
    shop.run(replace(OTHERS, contract=contract("others", warning)))
    promise = replace(OTHERS, contract=contract("others", at_least("pieces", 9)))
    assert became(shop.run(promise)) == {"others": "failed"}


def test_a_view_is_built_into_who_reads_it(shop):
    view = Table(contract("view"), lambda raw: raw.mutate(pieces=raw.pieces * 2), is_stored=False)
    outcomes = shop.run(view, Table(contract("reader"), lambda view: view))
    assert (list(outcomes), shop.rows("reader")) == (["reader"], {"tea": 6})


def test_other_code_in_a_view_builds_who_reads_it_again(shop):
    reader = Table(contract("reader"), lambda view: view)
    view = Table(contract("view"), lambda raw: raw, is_stored=False)
    shop.run(view, reader)
    changed = replace(view, build=lambda raw: raw.mutate(pieces=raw.pieces + 1))
    assert became(shop.run(changed, reader)) == {"reader": "built"}


def test_a_broken_contract_is_told_with_its_rows(shop):
    outcome = shop.run(GOODS, rows={"tea": -1})["goods"]
    assert isinstance(outcome.error, ContractError)
    assert outcome.detail == (
        "1 row breaks `at_least(pieces, 0)` of table `goods`; first: code `tea`."
    )


def test_a_broken_contract_keeps_the_last_good_version(shop):
    shop.run(GOODS)
    shop.run(GOODS, rows={"tea": -1}, fingerprint="raw-2")
    assert (shop.rows("goods"), shop.published["goods"].version.version) == ({"tea": 3}, 0)


def test_a_broken_contract_skips_all_that_follow(shop):
    outcomes = shop.run(GOODS, DEAR, DEAREST, rows={"tea": -1})
    assert became(outcomes) == {"goods": "failed", "dear": "skipped", "dearest": "skipped"}


def test_a_skipped_table_says_what_it_misses(shop):
    outcome = shop.run(GOODS, DEAR, rows={"tea": -1})["dear"]
    assert outcome.detail == "reads `goods`, which was not built"


def test_a_skipped_table_keeps_its_last_good_version(shop):
    shop.run(GOODS, DEAR)
    shop.run(GOODS, DEAR, rows={"tea": -1}, fingerprint="raw-2")
    assert shop.rows("dear") == {"tea": 3}


def test_what_reads_a_view_of_a_broken_table_is_skipped(shop):
    view = Table(contract("view"), lambda goods: goods, is_stored=False)
    reader = Table(contract("reader"), lambda view: view)
    outcomes = shop.run(GOODS, view, reader, rows={"tea": -1})
    assert became(outcomes) == {"goods": "failed", "reader": "skipped"}


def test_a_broken_contract_stops_nobody_else(shop):
    assert became(shop.run(GOODS, OTHERS, rows={"tea": -1}))["others"] == "built"


def test_what_was_skipped_is_built_when_the_data_are_mended(shop):
    shop.run(GOODS, DEAR, rows={"tea": -1})
    outcomes = shop.run(GOODS, DEAR, rows={"tea": 1}, fingerprint="raw-2")
    assert became(outcomes) == {"goods": "built", "dear": "built"}


def test_the_rows_that_break_a_promise_are_kept_as_evidence(shop):
    shop.run(GOODS, rows={"tea": -1, "cup": 2, "mat": -3})
    found = pq.read_table(shop.evidence / "goods-1.parquet").to_pylist()
    assert sorted(row["code"] for row in found) == ["mat", "tea"]


def test_each_broken_promise_has_its_own_evidence(shop):
    strict = contract("goods", at_least("pieces", 0), at_least("pieces", 5))
    shop.run(replace(GOODS, contract=strict), rows={"tea": -1, "cup": 2})
    rows = [pq.read_table(shop.evidence / f"goods-{n}.parquet").num_rows for n in (1, 2)]
    assert rows == [1, 2]


def test_a_broken_table_leaves_no_file_in_the_lake(shop):
    shop.run(GOODS, rows={"tea": -1})
    assert list(shop.lake.folder.rglob("*.parquet")) == []


def test_a_broken_run_takes_no_file_from_an_older_version(shop):
    checked = Table(contract("checked", references("code", "goods")), lambda raw: raw)
    shop.run(GOODS, checked)
    more = {"tea": 3, "cup": 1}
    shop.run(GOODS, checked, rows=more, fingerprint="raw-2")
    # The rows of the first run come back, and now break a promise about another table.
    fewer = replace(GOODS, build=lambda raw, *, least: raw.filter(raw.code != "tea"))
    outcomes = shop.run(fewer, checked)
    assert became(outcomes)["checked"] == "failed"
    assert shop.rows("checked", version=0) == {"tea": 3}


def test_a_broken_warning_is_published_and_counted(shop):
    warning = replace(at_least("pieces", 9), severity=Severity.WARN)
    outcomes = shop.run(replace(OTHERS, contract=contract("others", warning)))
    assert became(outcomes) == {"others": "built"}
    assert shop.published["others"].broken == {"at_least(pieces, 9)": 1}


def test_a_check_may_look_at_a_table_of_the_same_run(shop):
    checked = Table(contract("checked", references("code", "goods")), lambda raw: raw)
    shop.run(GOODS, checked)
    outcomes = shop.run(GOODS, checked, rows={"cup": 1}, fingerprint="raw-2")
    assert became(outcomes) == {"goods": "built", "checked": "built"}


def test_a_check_looks_at_the_last_good_version_of_a_broken_table(shop):
    check = references("code", "goods")
    early, late = (Table(contract(name, check), lambda raw: raw) for name in ("early", "late"))
    shop.run(GOODS, early, late)
    outcomes = shop.run(early, GOODS, late, rows={"tea": -1}, fingerprint="raw-2")
    assert became(outcomes) == {"early": "built", "goods": "failed", "late": "built"}


def test_the_checks_that_were_held_to_are_counted(shop):
    shop.run(GOODS)
    assert shop.published["goods"].check_count == len(GOODS.contract.all_checks())


def test_each_table_is_told_as_soon_as_it_is_done(shop):
    shop.run(GOODS, DEAR)
    assert shop.told == ["goods", "dear"]


def test_a_file_is_named_by_what_it_was_made_from(shop):
    shop.run(GOODS)
    assert shop.published["goods"].version.files == (
        f"{shop.published['goods'].fingerprint}.parquet",
    )


def test_what_a_killed_run_left_is_not_seen(shop):
    shop.runner(shop.draft({"tea": 3})).run((GOODS,))
    assert not shop.draft({"tea": 3}).has("goods")


def test_the_next_run_publishes_what_a_killed_run_had_built(shop):
    shop.runner(shop.draft({"tea": 3})).run((GOODS,))
    shop.run(GOODS)
    assert shop.rows("goods") == {"tea": 3}


def test_the_whole_file_of_a_killed_run_is_taken_up(shop):
    shop.runner(shop.draft({"tea": 3})).run((GOODS,))
    (file,) = shop.lake.folder.rglob("*.parquet")
    written = file.stat()
    shop.run(GOODS)
    assert file.stat().st_ino == written.st_ino


def test_a_half_written_file_of_a_killed_run_does_no_harm(shop, tmp_path):
    other = Shop(tmp_path / "other")
    other.run(GOODS)
    (name,) = other.published["goods"].version.files
    folder = shop.lake.table_folder("silver", "goods")
    folder.mkdir(parents=True)
    (folder / f".{name}.partial").write_bytes(b"half")
    shop.run(GOODS)
    assert shop.rows("goods") == {"tea": 3}
