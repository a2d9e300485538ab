"""Validation results as a page, and our contracts held by the libraries they were written for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.quality_page import checks_of, write_contracts

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("orders", "customer_360", "customer_scores", "rfm", "retention")
# Table → what Pandera and Great Expectations say of it, as `broken_frames` breaks it.
BROKEN = {
    "daily_sales": ("greater_than_or_equal_to(0)", "expect_column_values_to_be_between"),
    "customers": ("multiple_fields_uniqueness", "expect_column_values_to_be_unique"),
    "products": ("not_nullable", "expect_column_values_to_not_be_null"),
    "purchases": ("column_in_dataframe", "expect_table_columns_to_match_ordered_list"),
    "rfm_segments": ("isin(", "expect_column_values_to_be_in_set"),
    "customer_orders": ("coerce_dtype", "expect_column_values_to_be_between"),
    "stickiness": ("column_in_schema", "expect_table_columns_to_match_ordered_list"),
}


def broken_frames(demo: Workspace) -> dict[str, pd.DataFrame]:
    """Gives seven tables, each broken in its own way."""
    frames = {name: demo.frame(name) for name in BROKEN}
    frames["daily_sales"].loc[3, "order_count"] = -1
    twice = frames["customers"]
    frames["customers"] = pd.concat([twice, twice.head(1)])
    frames["products"].loc[0, "product_id"] = None
    frames["purchases"] = frames["purchases"].drop(columns="customer_id")
    frames["rfm_segments"].loc[0, "segment"] = "Whales"
    numbered = frames["customer_orders"]
    frames["customer_orders"] = numbered.assign(order_number="first")
    frames["stickiness"] = frames["stickiness"].assign(note="mine")
    return frames


@pytest.mark.slow
def test_the_page_shows_every_promise_with_its_outcome(command, demo, demo_folder, tmp_path):
    file = tmp_path / "quality.html"
    done = command("check", "--html", file, "--json", "--folder", demo_folder)
    assert done.returncode == 0, done.stderr
    text = file.read_text()
    checks = checks_of(demo)
    assert json.loads(done.stdout)["checks"] == json.loads(
        json.dumps([{n: getattr(c, n) for n in c.__slots__} for c in checks])
    )
    assert text.count(" holds</span>") == sum(check.broken_count == 0 for check in checks)
    # What jobs write row by row is not counted afterwards, and the page does not say that it was.
    uncounted = {check.table for check in checks if check.broken_count is None}
    assert uncounted == {"batches", "identities", "raw_orders"}
    assert text.count(">not counted<") >= len(uncounted)
    for check in checks:
        assert check.check.split("(")[0] in text
    # It loads nothing: no address of another file is in it.
    assert not re.search(r'(?:src|href)="(?!#)', text)


@pytest.mark.slow
def test_their_libraries_pass_our_tables_and_find_each_broken_one(demo, once, tmp_path):
    def maker(folder: Path) -> None:
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        install = [uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")]
        lock = ROOT / "requirements" / "quality.lock"
        subprocess.run([*install, "--require-hashes", "-r", str(lock)], check=True)

    python = once("quality-environment", maker) / "bin" / "python"
    (tmp_path / "tables").mkdir()
    write_contracts("pandera", tmp_path)
    write_contracts("great-expectations", tmp_path / "suites")
    for name in TABLES:
        demo.frame(name).to_parquet(tmp_path / "tables" / f"{name}.parquet")
    for name, frame in broken_frames(demo).items():
        frame.to_parquet(tmp_path / "tables" / f"{name}.parquet")
    done = subprocess.run(
        [str(python), str(ROOT / "integrations" / "quality" / "hold_frames.py"), str(tmp_path)],
        env={**os.environ, "GX_ANALYTICS_ENABLED": "false", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout.splitlines()[-1])
    for name, (pandera, expectation) in BROKEN.items():
        bad = found.pop(name)
        assert any(said.startswith(pandera) for said in bad["pandera"]), (name, bad)
        assert expectation in bad["great-expectations"], (name, bad)
    assert found == {name: {"pandera": [], "great-expectations": []} for name in TABLES}
