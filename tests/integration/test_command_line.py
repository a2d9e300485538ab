"""The command line as people use it, on the demo shop and on files of other layouts.

Commands run within this process; help, a first run and a closed pipe in one of their own.
"""

import json
import os
import re
import shutil

import pytest

GERMAN = "Belegnummer;Datum;Kundennr;Artikelnr;Bezeichnung;Menge;Einzelpreis;Land\n" + "".join(
    f"R{n // 2};{1 + n % 28:02}.{1 + n % 12:02}.2023 1{n % 10}:15;K{n % 40};A{n % 12};"
    f"Tasse Größe {n % 12};{1 + n % 3};1.{n % 10}00,{n % 90 + 10} €;Österreich\n"
    for n in range(400)
)


def test_version_and_help(process):
    assert process("--version").stdout.startswith("shopkeeper ")
    assert "Commands" in process("--help").stdout
    assert process("no-such-command").returncode == 2


@pytest.mark.parametrize(
    "words", [("tables",), ("show", "segmets"), ("show", "overview", "--set", "shop.curency=EUR")]
)
def test_commands_say_in_this_process_what_they_say_in_their_own(words, demo, command, process):
    here, there = (
        call(*words, "--folder", demo.folder, SHOPKEEPER_SHOP__NAME="Other")
        for call in (command, process)
    )
    assert (here.returncode, here.stdout, here.stderr) == (
        there.returncode,
        there.stdout,
        there.stderr,
    )
    assert here.stdout + here.stderr


def test_semicolons_and_decimal_commas_are_read(tmp_path, process, command, run_json):
    orders = tmp_path / "belege.csv"
    orders.write_bytes(GERMAN.encode("cp1252"))
    folder = tmp_path / "laden"
    done = process("run", orders, "--folder", folder, "--quiet")
    assert done.returncode == 0, done.stderr
    quality = run_json("show", "quality", "--folder", folder)
    assert quality["kept_row_count"] == 400
    # A price is 1.<d>00,<cc>.
    cents = sum((1 + n % 3) * ((1_000 + (n % 10) * 100) * 100 + n % 90 + 10) for n in range(400))
    assert float(quality["kept_amount"]) == cents / 100
    table = json.loads(command("table", "products", "--folder", folder, "--json").stdout)
    assert table[0]["product_name"].startswith("Tasse Größe")


def test_ambiguous_dates_are_refused_with_the_setting_that_helps(tmp_path, command):
    orders = tmp_path / "orders.csv"
    rows = "".join(f"A{n},{1 + n % 12}/{1 + n % 11}/2022,C{n % 5},P1,1,2.5\n" for n in range(100))
    orders.write_text("order_id,ordered_at,customer_id,product_id,quantity,unit_price\n" + rows)
    folder = tmp_path / "shop"
    done = command("run", orders, "--folder", folder, "--quiet")
    assert done.returncode == 1
    assert "date_order" in done.stderr
    setting = f'sources=[{{path="{orders}",format={{date_order="dmy"}}}}]'
    again = command("run", "--folder", folder, "--set", setting, "--quiet")
    assert again.returncode == 0, again.stderr


def test_a_demo_made_again_is_graded_and_learns_nothing_new(demo_folder, tmp_path, command):
    # What the first one prints is looked at by `.ci/run`, on a clean clone.
    shutil.copytree(demo_folder, tmp_path / "demo")
    (tmp_path / "demo" / "report.html").unlink()
    done = command("demo", "--folder", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    assert "Nothing new" in done.stdout
    assert "lift of `free shipping banner`" in done.stdout
    assert not re.search(r"\bno\s*$", done.stdout, re.MULTILINE)
    assert (tmp_path / "demo" / "report.html").exists()
    assert "ingest" in done.stderr  # progress is no data


@pytest.mark.parametrize("report", ["overview", "segments", "lifetime_value", "quality"])
def test_json_holds_what_the_library_gives(report, demo, run_json):
    from shopkeeper import as_plain

    shown = run_json("show", report, "--folder", demo.folder)
    assert shown == json.loads(json.dumps(as_plain(getattr(demo, report)())))


def test_values_are_printed_with_their_proof(demo, command):
    shown = command("show", "lifetime_value", "--folder", demo.folder)
    assert shown.returncode == 0, shown.stderr
    for words in ("tenth", "8 of 10 from", "in use", "baseline", "lower is better", "spent"):
        assert words in shown.stdout
    horizon = demo.lifetime_value().horizons[0]
    assert f"€{horizon.expected_amount:,.0f}" in shown.stdout


def test_a_customer_is_shown_with_their_values(demo, command, run_json):
    best = demo.lifetime_value().horizons[0].customers[0]
    shown = command("customer", best.customer_id, "--folder", demo.folder)
    assert f"€{best.expected_amount:,.2f}" in shown.stdout
    values = run_json("customer", best.customer_id, "--folder", demo.folder)["values"]
    assert float(values[0]["expected_amount"]) == float(best.expected_amount)


def test_a_shop_too_small_for_values_is_told_why(tmp_path, command, run_json):
    orders = tmp_path / "orders.csv"
    rows = "".join(f"A{n},2024-01-{n:02},C{n % 3},P1,1,2.5\n" for n in range(1, 29))
    orders.write_text("order_id,ordered_at,customer_id,product_id,quantity,unit_price\n" + rows)
    folder = tmp_path / "shop"
    done = run_json("run", orders, "--folder", folder)
    assert [found["horizon_days"] for found in done["lifetime_value"]["refused"]] == [90, 180, 365]
    shown = command("show", "lifetime_value", "--folder", folder)
    assert shown.returncode == 0, shown.stderr
    assert "90 days, not published" in shown.stdout
    assert "refused" in shown.stdout
    # The customer's story goes on without values.
    assert run_json("customer", "C1", "--folder", folder)["values"] == []
    trained = command("train", "--folder", folder)
    assert trained.returncode == 0, trained.stderr
    assert "refused  90 days:" in trained.stdout
    assert "promoted" not in trained.stdout
    plain = run_json("train", "--folder", folder)
    assert plain["is_new"]
    assert not any(found["is_published"] for found in plain["findings"])
    report = (folder / "report.html").read_text()
    assert "cannot be foretold from these data" in report


def test_unknown_names_offer_the_closest(demo, command):
    for arguments, closest in (
        (("show", "segmets"), "segments"),
        (("table", "customer_36"), "customer_360"),
        (("sql", "orders", "--engine", "postgress"), "postgres"),
    ):
        done = (
            command(*arguments, "--folder", demo.folder)
            if arguments[0] != "sql"
            else command(*arguments)
        )
        assert done.returncode == 2
        assert f"`{closest}`" in done.stderr
    missing = command("customer", "nobody", "--folder", demo.folder)
    assert missing.returncode == 2
    assert "no customer `nobody`" in missing.stderr


def test_before_the_first_run_each_reader_says_what_to_do(tmp_path, command):
    for arguments in (("show", "overview"), ("tables",), ("table", "orders"), ("check",)):
        done = command(*arguments, "--folder", tmp_path)
        assert done.returncode == 1, arguments
        assert "shopkeeper run" in done.stderr
    bare = command("run", "--folder", tmp_path)
    assert bare.returncode == 2
    assert "no source" in bare.stderr


def test_settings_tell_where_each_value_comes_from(demo, command):
    done = command(
        "settings", "--origin", "--folder", demo.folder, "--set", "shop.name=Other",
        SHOPKEEPER_DEFINITIONS__PERIOD_DAYS="30",
    )  # fmt: skip
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.startswith("s")}
    assert "--set" in lines["shop.name"]
    assert "shopkeeper.toml" in lines["shop.currency"]
    assert "SHOPKEEPER_DEFINITIONS__PERIOD_DAYS" in done.stdout


def test_wrong_setting_is_refused_with_the_closest_name(demo, command):
    done = command("show", "overview", "--folder", demo.folder, "--set", "shop.curency=EUR")
    assert done.returncode == 2
    assert "did you mean `currency`?" in done.stderr


def test_doctor_is_content(demo, command):
    assert command("doctor", "--folder", demo.folder).returncode == 0


def test_tables_travel_in_time(tmp_path, command):
    orders = tmp_path / "orders.csv"
    header = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
    orders.write_text(header + "A1,2024-01-31,C1,P1,1,2.50\n")
    folder = tmp_path / "shop"
    assert command("run", orders, "--folder", folder, "--quiet").returncode == 0
    orders.write_text(header + "A1,2024-01-31,C1,P1,1,2.50\nA2,2024-02-29,C1,P1,2,2.50\n")
    assert command("run", "--folder", folder, "--quiet").returncode == 0
    now = json.loads(command("table", "orders", "--folder", folder, "--json").stdout)
    then = command("table", "orders", "--version", "0", "--folder", folder, "--json")
    assert len(now) == 2
    assert len(json.loads(then.stdout)) == 1
    gone = command("table", "orders", "--version", "9", "--folder", folder)
    assert gone.returncode == 1
    assert "versions run from 0 to 1" in gone.stderr


def test_new_files_of_a_folder_are_added_and_read_once(tmp_path, command, run_json):
    header = "order_id,ordered_at,customer_id,product_id,quantity,unit_price\n"
    files = tmp_path / "exports"
    files.mkdir()
    (files / "january.csv").write_text(header + "A1,2024-01-31,C1,P1,1,2.50\n")
    folder = tmp_path / "shop"
    assert command("run", files, "--folder", folder, "--quiet").returncode == 0
    # February's export repeats the last order of January.
    (files / "february.csv").write_text(
        header + "A1,2024-01-31,C1,P1,1,2.50\nA2,2024-02-29,C1,P1,2,2.50\n"
    )
    done = command("run", "--folder", folder)
    assert done.returncode == 0, done.stderr
    assert "unchanged" in done.stderr
    quality = run_json("show", "quality", "--folder", folder)
    assert quality["is_reconciled"]
    assert (quality["raw_row_count"], quality["kept_row_count"]) == (3, 2)


def test_hostile_text_reaches_neither_terminal_nor_report(tmp_path, command):
    orders = tmp_path / "orders.csv"
    evil = '"\x1b[31m<script>alert(1)</script>"'
    tame = '"<script>alert(1)</script>\u202e"'
    rows = "".join(
        f"A{n},2024-01-{n:02},{evil if n == 20 else tame},P{n},{evil if n == 20 else tame},1,2.5\n"
        for n in range(13, 29)
    )
    header = "order_id,ordered_at,customer_id,product_id,product_name,quantity,unit_price\n"
    orders.write_text(header + rows)
    folder = tmp_path / "shop"
    done = command("run", orders, "--folder", folder)
    assert done.returncode == 0, done.stderr
    for arguments in (("show", "overview"), ("table", "products"), ("check", "--rows")):
        shown = command(*arguments, "--folder", folder)
        assert "\x1b" not in shown.stdout + shown.stderr
    assert "<script>alert" not in (folder / "report.html").read_text()


def test_fetch_without_a_network_says_what_to_do(tmp_path, command):
    done = command(
        "data", "fetch", "online-retail-ii", "--folder", tmp_path,
        https_proxy="http://127.0.0.1:9", HTTPS_PROXY="http://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 1
    assert "without a network" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX systems")
def test_closed_pipe_is_no_error(demo, tmp_path):
    import subprocess
    import sys

    line = (
        f"{sys.executable} -m shopkeeper table order_items --limit 5000 -C {demo.folder} | head -1"
    )
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
