"""Files from a browser: kept in the shop's folder under a plain name, never over another."""

from __future__ import annotations

import time

import pytest

from shopkeeper.errors import UsageError, WorkspaceLockedError
from shopkeeper.jobs.handed_in import keep_file, running_job, start_run


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("orders.csv", "orders.csv"),
        ("../../etc/orders.csv", "orders.csv"),
        ("C:\\shop\\März 2024.xlsx", "M_rz_2024.xlsx"),
        (".hidden.csv", "hidden.csv"),
        ("a;rm -rf x.csv", "a_rm_-rf_x.csv"),
    ],
)
def test_a_file_is_kept_inside_the_folder(tmp_path, name, kept):
    file = keep_file(tmp_path, name, b"1")
    assert file == tmp_path / "data" / kept
    assert file.read_bytes() == b"1"


def test_another_file_of_the_name_is_not_overwritten(tmp_path):
    first = keep_file(tmp_path, "orders.csv", b"1")
    assert keep_file(tmp_path, "orders.csv", b"1") == first
    with pytest.raises(UsageError, match=r"orders\.csv"):
        keep_file(tmp_path, "orders.csv", b"2")
    assert first.read_bytes() == b"1"


@pytest.mark.parametrize("name", ["page.html", "shopkeeper.toml", "", "run.py", ".csv"])
def test_what_is_no_file_of_orders_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="no file of orders"):
        keep_file(tmp_path, name, b"1")
    assert not list(tmp_path.iterdir())


def test_a_run_says_what_it_does_and_how_it_ends(tmp_path):
    file = keep_file(tmp_path, "orders.csv", b"order_id\n1\n")
    start_run(tmp_path, file)
    with pytest.raises(WorkspaceLockedError, match="at work"):
        start_run(tmp_path, file)
    end = time.monotonic() + 60
    while (job := running_job(tmp_path)).is_running and time.monotonic() < end:
        time.sleep(0.1)
    assert not job.is_running
    assert job.exit_code != 0
    assert any("error" in line for line in job.lines)
