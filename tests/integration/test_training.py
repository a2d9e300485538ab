"""Training as a job: promoted where proved, unchanged where nothing is new, refused where not."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta

import pytest

from shopkeeper import Workspace, run
from shopkeeper.jobs import train as training
from shopkeeper.jobs.initialise import ensure_source
from shopkeeper.jobs.train import TASK, registered_name, train
from shopkeeper.jobs.writing import Step
from shopkeeper.tasks.lifetime_value.findings import findings_of_facts

pytestmark = pytest.mark.slow

HORIZONS = (90, 180, 365)
LATER = datetime(2025, 1, 2, 3)


@pytest.fixture
def shop(demo_folder, tmp_path) -> Workspace:
    """A copy of the demo shop that may be written to."""
    folder = tmp_path / "shop"
    shutil.copytree(demo_folder, folder)
    return Workspace(folder)


def champions(workspace: Workspace) -> dict[int, int | None]:
    found = {days: workspace.registry.champion(registered_name(days)) for days in HORIZONS}
    return {days: version and version.version for days, version in found.items()}


def model_files(workspace: Workspace, days: int, version: int) -> dict[str, bytes]:
    loaded = workspace.registry.load(registered_name(days), version)
    return dict(loaded.save())


def test_the_simulated_shop_gets_values_at_some_horizon(demo):
    found = findings_of_facts(demo.manifest.facts)
    published = [finding for finding in found if finding.is_published]
    assert published
    for finding in published:
        assert champions(demo)[finding.horizon_days] is not None
        assert finding.contest
        assert finding.past
    values = demo.table("lifetime_values")
    horizons = demo.engine.collect(values.select("horizon_days").distinct()).to_pylist()
    assert {row["horizon_days"] for row in horizons} == {f.horizon_days for f in published}


def test_what_is_not_published_has_a_reason(demo):
    for finding in findings_of_facts(demo.manifest.facts):
        assert finding.is_published != bool(finding.reasons)


def test_a_second_run_trains_nothing(shop):
    steps: list[Step] = []
    before = champions(shop)
    again = run(shop, tell=steps.append)
    assert not again.is_new
    trained = [step.outcome for step in steps if step.verb == "train"]
    scored = [step.outcome for step in steps if step.verb == "score"]
    assert set(trained) == {"unchanged"}
    assert "scored" not in scored
    assert champions(shop) == before


def test_training_again_gives_the_same_model_to_the_last_bit(shop):
    before = champions(shop)
    train(shop, tasks=[TASK])
    after = champions(shop)
    for days, version in after.items():
        if version is not None and before[days] is not None:
            assert version > before[days]
            assert model_files(shop, days, version) == model_files(shop, days, before[days])


class Killed(BaseException):
    """Stands for a process that ends at once; nothing may catch it."""


def test_a_job_that_dies_between_register_and_publish_loses_nothing(shop, monkeypatch):
    before = shop.manifest
    rows = shop.engine.collect(shop.table("lifetime_values").count().as_table()).to_pylist()

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(training.Writing, "publish", killed)
    with pytest.raises(Killed):
        train(shop, tasks=[TASK])
    monkeypatch.undo()
    after = Workspace(shop.folder)
    assert after.manifest == before
    counted = after.engine.collect(after.table("lifetime_values").count().as_table()).to_pylist()
    assert counted == rows
    # The next job goes on from there.
    assert any(finding.is_published for finding in train(after, tasks=[TASK]).findings)
    assert run(after).lifetime_value is not None


def test_nothing_is_trained_before_it_is_old_enough(shop):
    orders = shop.folder / "data" / "orders.csv"
    lines = orders.read_bytes().splitlines(keepends=True)
    (shop.folder / "data" / "orders.csv").write_bytes(b"".join(lines[:-40]))
    before, steps = champions(shop), []
    found = findings_of_facts(shop.manifest.facts)
    run(shop, now=LATER, tell=steps.append)
    trained = [step.outcome for step in steps if step.verb == "train"]
    if all(finding.is_published for finding in found):
        assert set(trained) == {"unchanged"}
        assert champions(shop) == before
    else:
        # A horizon without a champion is tried again with each new day of data.
        assert "unchanged" not in trained


def reasons_of(workspace: Workspace) -> dict[int, str]:
    assert (workspace.folder / "report.html").exists()
    found = findings_of_facts(workspace.manifest.facts)
    assert not any(finding.is_published for finding in found)
    assert not workspace.lifetime_value().horizons
    return {f.horizon_days: " ".join(f.reasons) for f in found}


def assert_nothing_published(workspace: Workspace, reasons: dict[int, str]) -> None:
    assert set(reasons) == set(HORIZONS)
    assert all(reasons.values())
    assert "lifetime_values" not in workspace.manifest.tables
    assert set(champions(workspace).values()) == {None}
    for days in HORIZONS:
        assert registered_name(days) in workspace.manifest.refused
    json.dumps(workspace.manifest.facts)


def test_malls_where_nobody_comes_back_are_refused(malls):
    workspace = Workspace(malls)
    reasons = reasons_of(workspace)
    assert_nothing_published(workspace, reasons)
    assert all("at least two days" in reason for reason in reasons.values()), reasons


def test_a_marketplace_of_one_time_buyers_is_refused(real_data, tmp_path):
    from shop_orders import olist_orders

    orders = olist_orders(real_data("olist/olist_orders_dataset.csv.gz").parent)
    orders = orders[orders["amount"].notna()]
    lines = orders.assign(quantity=1, product_id="item").rename(
        columns={"amount": "unit_price", "order_date": "ordered_at"}
    )
    file = tmp_path / "orders.csv"
    lines.to_csv(file, index=False)
    ensure_source(tmp_path / "shop", file)
    workspace = Workspace(tmp_path / "shop")
    run(workspace)
    reasons = reasons_of(workspace)
    assert_nothing_published(workspace, reasons)
    assert all("at least two days" in reason for reason in reasons.values()), reasons


def test_training_before_building_says_what_to_do(tmp_path):
    from shopkeeper.errors import NotPublishedError

    with pytest.raises(NotPublishedError) as caught:
        train(Workspace(tmp_path / "empty"), now=LATER + timedelta(days=1))
    assert caught.value.hint
