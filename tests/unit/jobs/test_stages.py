"""A night in single steps, as schedulers take them, leaves what one run leaves."""

from __future__ import annotations

from datetime import datetime

import pytest

from shopkeeper import Workspace, run
from shopkeeper.errors import UnknownNameError
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import ensure_source
from shopkeeper.jobs.score import score
from shopkeeper.jobs.train import TASKS, train
from shopkeeper.settings.loading import TASK_SECTIONS

NOW = datetime(2025, 6, 1)
HEADER = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
ORDERS = "1,2025-03-01,ann,tea,2,10.00\n2,2025-03-05,bob,cup,1,4.50\n3,2025-04-01,ann,cup,3,4.50\n"


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "orders.csv").write_text(HEADER + ORDERS)
    ensure_source(tmp_path / "shop", tmp_path / "orders.csv")
    return Workspace(tmp_path / "shop")


def test_layers_and_tasks_one_by_one_leave_what_a_run_leaves(shop, tmp_path):
    ingest(shop, now=NOW)
    for layer in ("bronze", "silver", "gold", "mart"):
        built = build(shop, layers=[layer], now=NOW)
        layers = {shop.published.tables[outcome.name].version.layer for outcome in built.outcomes}
        assert layers == {layer}
    for task in TASKS:
        train(shop, tasks=[task], always=False, now=NOW)
    score(shop, now=NOW)
    ensure_source(tmp_path / "whole", tmp_path / "orders.csv")
    whole = Workspace(tmp_path / "whole")
    run(whole, now=NOW)
    said = [(name, t.fingerprint) for name, t in sorted(shop.published.tables.items())]
    assert said == [(name, t.fingerprint) for name, t in sorted(whole.published.tables.items())]
    assert shop.published.facts.keys() == {*whole.published.facts} - {"tried"}
    assert shop.published.refused.keys() == whole.published.refused.keys()


def test_training_only_where_due_changes_nothing_the_second_time(shop):
    ingest(shop, now=NOW)
    build(shop, now=NOW)
    train(shop, tasks=["churn"], now=NOW)
    before = shop.published.run_id
    again = train(shop, tasks=["churn"], always=False, now=NOW.replace(hour=1))
    assert shop.published.run_id == before
    assert [found.task for found in again.churn] == ["churn", "second_purchase"]
    train(shop, tasks=["churn"], now=NOW.replace(hour=2))
    assert shop.published.run_id != before


def test_unknown_layers_and_tasks_offer_the_closest(shop):
    ingest(shop, now=NOW)
    with pytest.raises(UnknownNameError) as caught:
        build(shop, layers=["glod"])
    assert caught.value.hint == "did you mean `gold`?"
    with pytest.raises(UnknownNameError) as caught:
        train(shop, tasks=["chrun"])
    assert caught.value.hint == "did you mean `churn`?"


def test_each_task_has_settings():
    assert set(TASKS) <= TASK_SECTIONS
