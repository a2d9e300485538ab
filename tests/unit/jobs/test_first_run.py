"""A first run whose data break a contract says so, and publishes nothing."""

from dataclasses import replace

import pytest

from shopkeeper import Workspace, catalog, run
from shopkeeper.contracts.checks import holds
from shopkeeper.errors import ContractError
from shopkeeper.jobs.initialise import ensure_source

HEADER = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
ROWS = "".join(f"A{n},2024-03-{n:02},C{n % 5},P{n % 3},1,2.50\n" for n in range(1, 15))


@pytest.mark.parametrize(
    "name", ["order_items", pytest.param("reconciliation", marks=pytest.mark.slow)]
)
def test_a_first_run_without_what_the_report_needs_is_a_broken_contract(
    name, tmp_path, monkeypatch
):
    never = holds("never_so", "never holds", lambda table: table[table.columns[0]].isnull())
    tables = [
        replace(t, contract=replace(t.contract, checks=(never,))) if t.name == name else t
        for t in catalog.WAREHOUSE
    ]
    monkeypatch.setattr(catalog, "WAREHOUSE", tuple(tables))
    (tmp_path / "orders.csv").write_text(HEADER + ROWS)
    folder = tmp_path / "shop"
    ensure_source(folder, tmp_path / "orders.csv")
    with pytest.raises(ContractError, match=f"`never_so` of table `{name}`") as caught:
        run(Workspace(folder))
    assert caught.value.exit_code == 3
    assert caught.value.hint.startswith("nothing is published")
    # The hint leads to the rows that break it.
    place = folder / caught.value.hint.rpartition(" in `")[2].rstrip("`")
    assert list(place.glob(f"{name}-1.parquet"))
    assert Workspace(folder).manifest is None
