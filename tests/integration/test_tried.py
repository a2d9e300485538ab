"""Tests named in the settings are told in the report, anew where they have news."""

from __future__ import annotations

import pytest

from shopkeeper import Workspace, run
from shopkeeper.jobs.initialise import write_settings

pytestmark = pytest.mark.slow

NAME = '<b>"banner"'
DEFINITION = f"""
name = '{NAME}'
variant = "arm"
control = "control"
unit = "customer_id"
[[metrics]]
column = "bought"
kind = "proportion"
"""
HEADER = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
ORDERS = "1,2025-03-01,ann,tea,2,10.00\n2,2025-03-05,bob,cup,1,4.50\n"


def outcomes(of_treated: int) -> str:
    arms = {"control": 20, "banner": of_treated}
    rows = [
        f"{arm}-{n},{arm},{int(n < bought)}" for arm, bought in arms.items() for n in range(200)
    ]
    return "\n".join(["customer_id,arm,bought", *rows]) + "\n"


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "orders.csv").write_text(HEADER + ORDERS)
    (tmp_path / "test.csv").write_text(outcomes(60))
    (tmp_path / "test.toml").write_text(DEFINITION)
    tests = [
        {"file": "test.csv", "definition": "test.toml"},
        {"file": "gone.csv", "definition": "test.toml", "where": ["arm=banner"]},
    ]
    source = {"name": "orders", "kind": "files", "path": "orders.csv"}
    write_settings(tmp_path, shop={"name": "Tea"}, source=source, experiments=tests)
    return tmp_path


def test_the_report_tells_a_test_and_why_another_cannot_be_read(shop):
    done = run(Workspace(shop))
    page = (shop / "report.html").read_text()
    assert "What was tried, and what came of it" in page
    assert "&lt;b&gt;" in page
    assert NAME not in page
    assert any("gone.csv" in refusal for refusal in done.refusals)
    assert not run(Workspace(shop)).is_new
    (shop / "test.csv").write_text(outcomes(20))
    assert run(Workspace(shop)).is_new
    assert (shop / "report.html").read_text() != page


def test_a_test_that_is_described_wrongly_does_not_stop_the_run(shop):
    (shop / "test.toml").write_text("name = 1")
    done = run(Workspace(shop))
    assert sum("test.toml" in refusal for refusal in done.refusals) == 1
    assert "What was tried" not in (shop / "report.html").read_text()
