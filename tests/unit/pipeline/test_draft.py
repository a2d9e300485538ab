"""Draft: a run's own tables over those of the last good run, unseen until published."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.lake import Lake
from shopkeeper.engines.lake_store import LakeStore
from shopkeeper.engines.store import Rows
from shopkeeper.pipeline.draft import Draft, StagedTable, arrow_schema
from shopkeeper.pipeline.manifest import PublishedTable

CODE, PRICE = Column("code", "string", "Code"), Column("price_amount", "decimal(18, 4)", "Price")
GOODS = Contract("goods", Layer.SILVER, "One row per thing.", ("code",), (CODE,))
PRICED = Contract("goods", Layer.SILVER, "One row per thing.", ("code",), (CODE, PRICE))


class Runs:
    """Opens drafts over one lake, each with an engine of its own."""

    def __init__(self, folder: Path) -> None:
        self.lake = Lake(folder / "lake")
        self.spill = folder / "spill"
        self.published: dict[str, PublishedTable] = {}

    def draft(self) -> Draft:
        store = LakeStore(DuckDBEngine(self.spill, threads=1), self.lake)
        return Draft(store, self.published)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


def stage(draft: Draft, fingerprint: str, *codes: str, contract: Contract = GOODS, **given) -> None:
    """Writes goods with these codes aside and stages them."""
    rows = draft.engine.register("new", pa.table({name: list(codes) for name in contract.types()}))
    rows = rows.mutate(price_amount=1)
    written = draft.store.write(contract, fingerprint, Rows(rows, contract.grain))
    draft.stage(StagedTable(contract, fingerprint, written.parts, **given))


def codes(draft: Draft) -> list[str]:
    found = draft.engine.collect(draft.table("goods").order_by("code"))
    return found.column("code").to_pylist()


def test_nothing_is_there_before_the_first_run(runs):
    assert not runs.draft().has("goods")


def test_a_staged_table_is_read_in_its_own_run(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea")
    assert codes(draft) == ["tea"]


def test_a_staged_table_is_not_seen_by_others(runs):
    stage(runs.draft(), "f1", "tea")
    assert not runs.draft().has("goods")


def test_a_published_table_is_read_by_the_next_run(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea")
    runs.published = draft.publish()
    assert codes(runs.draft()) == ["tea"]


def test_a_staged_table_hides_the_published_one(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea")
    runs.published = draft.publish()
    draft = runs.draft()
    stage(draft, "f2", "cup", "mat")
    assert codes(draft) == ["cup", "mat"]


def test_a_staged_table_leaves_the_published_one_to_others(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea")
    runs.published = draft.publish()
    stage(runs.draft(), "f2", "cup")
    assert codes(runs.draft()) == ["tea"]


def test_appended_rows_join_the_published_ones(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea")
    runs.published = draft.publish()
    draft = runs.draft()
    stage(draft, "f2", "cup", mode="append")
    assert codes(draft) == ["cup", "tea"]


def test_appended_rows_stay_with_the_published_ones_after_publishing(runs):
    for fingerprint, code in (("f1", "tea"), ("f2", "cup")):
        draft = runs.draft()
        stage(draft, fingerprint, code, mode="append")
        runs.published = draft.publish()
    assert codes(runs.draft()) == ["cup", "tea"]


def test_a_new_column_of_appended_rows_is_missing_on_the_old_ones(runs):
    for fingerprint, code, contract in (("f1", "tea", GOODS), ("f2", "cup", PRICED)):
        draft = runs.draft()
        stage(draft, fingerprint, code, contract=contract, mode="append")
        runs.published = draft.publish()
    draft = runs.draft()
    found = draft.engine.collect(draft.table("goods").order_by("code")).to_pylist()
    assert [row["price_amount"] for row in found] == [1, None]


def test_a_published_table_says_what_it_was_made_from_and_how_its_checks_came_out(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea", "cup", broken={"short": 1}, check_count=3)
    found = draft.publish()["goods"]
    assert found == PublishedTable(
        version=runs.lake.version("silver", "goods"),
        fingerprint="f1",
        columns={"code": "string"},
        broken={"short": 1},
        check_count=3,
    )


def test_the_fingerprint_is_kept_with_the_commit(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea")
    draft.publish()
    assert runs.lake.history("silver", "goods")[0]["fingerprint"] == "f1"


def test_publishing_twice_commits_once(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea")
    draft.publish()
    draft.publish()
    assert runs.lake.version("silver", "goods").version == 0


def test_the_fingerprints_of_published_tables_are_known_to_the_next_run(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea")
    runs.published = draft.publish()
    assert runs.draft().fingerprints == {"goods": "f1"}


def test_the_types_of_a_contract_are_those_of_the_lake(runs):
    draft = runs.draft()
    stage(draft, "f1", "tea", contract=PRICED)
    draft.publish()
    table = DeltaTable(str(runs.lake.table_folder("silver", "goods")))
    assert pa.schema(table.schema().to_arrow()).field("price_amount").type == pa.decimal128(18, 4)


def test_the_arrow_schema_has_the_columns_of_the_contract_in_order():
    assert arrow_schema(PRICED) == pa.schema(
        [
            pa.field("code", pa.string()),
            pa.field("price_amount", pa.decimal128(18, 4)),
        ]
    )
