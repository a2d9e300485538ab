"""Bad input: a clear error, a non-zero exit, and the last good tables untouched."""

import gzip
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEADER = "order_id,ordered_at,customer_id,product_id,product_name,quantity,unit_price\n"
ROWS = "".join(
    f"A{n // 3},2024-{1 + n % 12:02}-{1 + n % 27:02} 10:{n % 60:02}:00,C{n % 17},P{n % 9},"
    f"Mug {n % 9},{1 + n % 4},{2 + n % 5}.50\n"
    for n in range(300)
)


def tables_of(folder: Path) -> str:
    """Hash of all published bytes and of the pointer that readers follow."""
    digest = hashlib.sha256((folder / ".shopkeeper" / "current.json").read_bytes())
    for file in sorted((folder / ".shopkeeper" / "lake").rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def good_shop(once) -> Path:
    """A folder with an order file and the shop that was built from it."""

    def maker(place: Path) -> None:
        place.mkdir()
        (place / "orders.csv").write_text(HEADER + ROWS)
        run = [sys.executable, "-m", "shopkeeper", "run", str(place / "orders.csv"), "--quiet"]
        subprocess.run([*run, "--folder", str(place / "shop")], check=True)

    return once("good-shop", maker)


@pytest.fixture
def shop(good_shop, tmp_path):
    """A shop with a good run behind it, and the file that comes next."""
    shutil.copytree(good_shop, tmp_path, dirs_exist_ok=True)
    return tmp_path / "shop", tmp_path / "orders.csv"


def spoil(name: str, orders: Path) -> None:  # noqa: C901 - a list of ways to spoil a file
    """Turns the order file into a bad one."""
    good = HEADER + ROWS
    match name:
        case "empty":
            orders.write_bytes(b"")
        case "header only":
            orders.write_text(HEADER)
        case "missing column":
            orders.write_text(good.replace("ordered_at", "nothing_like_it"))
        case "directory":
            orders.unlink()
            orders.mkdir()
        case "binary":
            orders.write_bytes(Path(sys.executable).resolve().read_bytes()[:100_000])
        case "mixed dates":
            other = "".join(
                f"B{n},{13 + n % 15}/{1 + n % 12}/2024,C1,P1,Mug,1,2.00\n" for n in range(200)
            )
            orders.write_text(HEADER + ROWS + other)
        case "no number at all":
            orders.write_text(HEADER + ROWS.replace(".50\n", " pounds each\n"))
        case "duplicated header":
            orders.write_text(good.replace("product_name", "product_id", 1))
        case "10,000 columns":
            orders.write_text(
                ",".join(f"c{n}" for n in range(10_000)) + "\n" + "1," * 9_999 + "1\n"
            )
        case "missing":
            orders.unlink()


BAD = {
    "empty": "empty",
    "header only": "header",
    "missing column": "ordered_at",
    "directory": "",
    "binary": "",
    "mixed dates": "date",
    "no number at all": "unit_price",
    "duplicated header": "product_id",
    "10,000 columns": "10,000",
    "missing": "orders.csv",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_refused_clearly_and_changes_nothing(name, shop, command):
    folder, orders = shop
    before = tables_of(folder)
    spoil(name, orders)
    done = command("run", "--folder", folder, "--quiet")
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stderr.startswith("error: ")
    assert "hint: " in done.stderr
    assert BAD[name] in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 1_500
    assert tables_of(folder) == before


def test_missing_column_offers_the_closest(shop, command):
    folder, _ = shop
    setting = 'sources=[{name="orders",path="../orders.csv",columns={quantity="quantty"}}]'
    done = command("run", "--folder", folder, "--set", setting, "--quiet")
    assert done.returncode == 1
    assert "`quantty`" in done.stderr
    assert "`quantity`" in done.stderr


def test_truncated_gzip_is_refused(tmp_path, command):
    whole = gzip.compress((HEADER + ROWS * 50).encode())
    orders = tmp_path / "orders.csv.gz"
    orders.write_bytes(whole[: len(whole) // 2])
    done = command("run", orders, "--folder", tmp_path / "shop", "--quiet")
    assert done.returncode == 1
    assert "orders.csv.gz" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "shop" / ".shopkeeper" / "current.json").exists()


def test_wrong_encoding_is_refused(tmp_path, command):
    orders = tmp_path / "orders.csv"
    orders.write_bytes((HEADER + ROWS).replace("Mug", "Müg £").encode("latin-1"))
    folder = tmp_path / "shop"
    setting = f'sources=[{{path="{orders}",format={{encoding="utf-8"}}}}]'
    done = command("run", "--folder", folder, "--set", setting, "--quiet")
    assert done.returncode == 1
    assert "utf-8" in done.stderr.lower()
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="file rights of POSIX systems")
def test_file_without_read_permission_is_refused(tmp_path, command):
    """Root may read everything, so the process gives up root before it looks."""
    orders = tmp_path / "orders.csv"
    orders.write_text(HEADER + ROWS)
    orders.chmod(0)
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from shopkeeper.errors import FileUnreadableError\n"
        "from shopkeeper.sources.reading.inspection import inspect_file\n"
        "if os.geteuid() == 0: os.setresuid(65534, 65534, 65534)\n"
        "try: inspect_file(Path(sys.argv[1]))\n"
        "except FileUnreadableError as error: print(error.message, error.hint)\n"
    )
    for place in (tmp_path, *list(tmp_path.parents)[:3]):
        place.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", program, str(orders)], capture_output=True, text=True, check=False
    )
    assert "orders.csv" in done.stdout, done.stderr


def test_unreadable_cells_go_to_quarantine_with_their_reason(tmp_path, command, run_json):
    orders = tmp_path / "orders.csv"
    dirty = (
        "A900,2024-13-45 10:00:00,C1,P1,Mug,1,2.00\n"
        "A901,2024-01-01 10:00:00,C1,P1,Mug,three,2.00\n"
        ",2024-01-01 10:00:00,C1,P1,Mug,1,2.00\n"
        "A903,2024-01-01 10:00:00,C1,P1,Mug,1,a lot\n"
        "A904,2024-01-01 10:00:00,C1\n"
        "A905,1970-01-01 00:00:00,C1,P1,Mug,1,2.00\n"
    )
    orders.write_text(HEADER + ROWS + dirty)
    done = command("run", orders, "--folder", tmp_path / "shop", "--quiet")
    assert done.returncode == 0, done.stderr
    quality = run_json("show", "quality", "--folder", tmp_path / "shop")
    assert quality["is_reconciled"]
    assert {q["reason"]: q["row_count"] for q in quality["quarantine"]} == {
        "unreadable_date": 1,
        "unreadable_quantity": 1,
        "missing_order": 1,
        "unreadable_amount": 1,
        "unreadable_line": 1,
        "implausible_date": 1,
    }
    shown = command("check", "--rows", "--folder", tmp_path / "shop")
    assert "three" in shown.stdout
    assert "a lot" in shown.stdout


def test_disk_full_keeps_the_last_good_run(shop, command):
    folder, orders = shop
    before = tables_of(folder)
    # More distinct text than the limit of a file below, so that writing it must fail.
    more = "".join(
        f"Z{n},2024-05-05 10:00:00,C{n},P{n},{hashlib.sha256(str(n).encode()).hexdigest()},1,2.00\n"
        for n in range(20_000)
    )
    orders.write_text(HEADER + ROWS + more)

    def limit_file_size():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = subprocess.run(
        [sys.executable, "-m", "shopkeeper", "run", "--folder", str(folder), "--quiet"],
        capture_output=True,
        text=True,
        preexec_fn=limit_file_size,
        check=False,
    )
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert tables_of(folder) == before
    again = command("run", "--folder", folder, "--quiet")
    assert again.returncode == 0, again.stderr
    assert not list((folder / ".shopkeeper").rglob("*.partial"))


def test_two_runs_at_once_are_told_apart(shop, command):
    folder, _ = shop
    holder = (
        "import sys, time\n"
        "from shopkeeper import Workspace\n"
        "from shopkeeper.jobs.writing import writing\n"
        "with writing(Workspace(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", holder, str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "held\n"
        done = command("run", "--folder", folder, "--quiet")
        assert done.returncode == 1
        assert "Another job is writing" in done.stderr
        assert str(process.pid) in done.stderr
        # Reading goes on meanwhile.
        assert command("show", "overview", "--folder", folder).returncode == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    # A killed holder leaves no lock behind.
    assert command("run", "--folder", folder, "--quiet").returncode == 0


@pytest.mark.slow
def test_killed_run_leaves_the_last_good_one_and_is_taken_up(shop, command):
    folder, orders = shop
    before = (folder / ".shopkeeper" / "current.json").read_bytes()
    orders.write_text(HEADER + ROWS * 400)
    arguments = [sys.executable, "-m", "shopkeeper", "run", "--folder", str(folder)]
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "order_items" in line:
            break
    process.kill()
    process.wait()
    process.stderr.close()
    time.sleep(0.1)
    assert (folder / ".shopkeeper" / "current.json").read_bytes() == before
    assert command("show", "overview", "--folder", folder).returncode == 0
    assert command("run", "--folder", folder, "--quiet").returncode == 0
    assert (folder / ".shopkeeper" / "current.json").read_bytes() != before


def test_broken_contract_exits_with_3_and_keeps_the_last_version(shop, command, monkeypatch):
    """A contract is broken by patching one check of one table in the process that runs."""
    folder, orders = shop
    orders.write_text(HEADER + ROWS + "Q1,2024-06-06 10:00:00,C1,P1,Mug,1,2.00\n")
    program = (
        "import sys\n"
        "from dataclasses import replace\n"
        "from shopkeeper import catalog\n"
        "from shopkeeper.contracts.checks import at_least\n"
        "from shopkeeper.warehouse.table import Table\n"
        "kept = []\n"
        "for table in catalog.WAREHOUSE:\n"
        "    if table.name == 'customer_orders':\n"
        "        checks = (*table.contract.checks, at_least('order_number', 2))\n"
        "        table = replace(table, contract=replace(table.contract, checks=checks))\n"
        "    kept.append(table)\n"
        "catalog.WAREHOUSE = tuple(kept)\n"
        "from shopkeeper.cli.main import main\n"
        "sys.argv = ['shopkeeper', 'run', '--folder', sys.argv[1]]\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "at_least(order_number, 2)" in done.stderr
    assert "customer_orders" in done.stderr
    assert "skipped" in done.stderr
    shown = command("table", "customer_orders", "--folder", folder, "--history")
    # A heading, a rule and one version.
    assert len(shown.stdout.splitlines()) == 3
    assert shown.stdout.splitlines()[-1].startswith("0 ")
    assert list((folder / ".shopkeeper" / "runs").glob("*/evidence/customer_orders-1.parquet"))


def test_a_file_of_which_no_row_can_be_kept_is_refused(command, tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text(HEADER + ",2024-01-01,C1,P1,Mug,1,2.00\n,2024-01-02,C1,P1,Mug,1,2.00\n")
    done = command("run", orders, "--folder", tmp_path / "new")
    assert done.returncode == 1
    assert "No row could be kept: 2 × `" in done.stderr
    assert "Traceback" not in done.stderr
