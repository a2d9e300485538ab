"""A real Superset over the published boards: dashboards imported, each chart asked and drawn."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from postgres_server import PASSWORD
from published_shop import published_shop

from shopkeeper import boards
from shopkeeper.boards.charts import charts, dashboards_over
from shopkeeper.jobs.bi import write_bi_files

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]
INTEGRATION = ROOT / "integrations" / "superset"
SECONDS_TO_START = 120
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def programs(once) -> Path:
    """Superset in an environment of its own, as its pins clash with ours."""

    def maker(folder: Path) -> None:
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        install = [uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")]
        lock = ROOT / "requirements" / "superset.lock"
        subprocess.run([*install, "--require-hashes", "-r", str(lock)], check=True)

    return once("superset-environment", maker) / "bin"


@pytest.fixture(scope="module")
def server(programs, tmp_path_factory):
    """A running server with one administrator; its own tables stand in a file."""
    folder = tmp_path_factory.mktemp("superset")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(INTEGRATION),
        "FLASK_APP": "superset.app:create_app()",
        "SUPERSET_HOME": str(folder),
        "SUPERSET_SECRET_KEY": secrets.token_urlsafe(42),
        "SUPERSET_METADATA_ADDRESS": f"sqlite:///{folder}/superset.db",
        "SUPERSET_USER": "admin",
        "SUPERSET_PASSWORD": secrets.token_urlsafe(12),
    }

    def call(*words: str) -> None:
        done = subprocess.run(
            ["superset", *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2_000:]

    call("db", "upgrade")
    who = [
        "--username",
        "admin",
        "--firstname",
        "A",
        "--lastname",
        "B",
        "--email",
        "a@shop.example",
    ]
    call("fab", "create-admin", *who, "--password", environment["SUPERSET_PASSWORD"])
    call("init")
    with (folder / "log").open("w") as log:
        words = ["superset", "run", "--port", str(port), "--with-threads"]
        running = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, running)
        yield address, environment
    finally:
        running.terminate()
        running.wait()


def _wait(address: str, running: subprocess.Popen) -> None:
    for _ in range(SECONDS_TO_START):
        assert running.poll() is None, "Superset ended"
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5)
            return
        except OSError:
            time.sleep(1)
    pytest.fail("Superset does not answer")


@pytest.fixture(scope="module")
def imported(server, demo_folder, tmp_path_factory, postgres):
    """Address of the server and what the script printed, after the second import."""
    address, environment = server
    folder = tmp_path_factory.mktemp("bi")
    shop = published_shop(demo_folder, folder / "shop", postgres)
    bundle = folder / "dashboards.zip"
    write_bi_files(shop.open(), "superset", bundle, to=shop.address)
    words = [sys.executable, str(INTEGRATION / "import_dashboards.py"), str(bundle), address]
    for _ in range(2):
        done = subprocess.run(
            words,
            env={**environment, "PGPASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    published = {board.name for board in shop.report.boards}
    shown = dashboards_over([b.contract for b in boards.ALL if b.name in published])
    return address, environment, done.stdout, shown


def test_every_chart_is_answered_and_none_is_there_twice(imported):
    lines, asked = imported[2].splitlines(), list(charts(imported[3]))
    rows = {
        line.split("rows", 1)[1].strip(): int(line.split()[0].replace(",", "")) for line in lines
    }
    assert len(lines) == len(rows)
    assert set(rows) == {chart.title for chart in asked}
    # Nobody has planned a call list in the demo shop.
    assert {title for title, count in rows.items() if not count} == {
        "Whom to contact, by the newest plan"
    }
    assert rows["Persons by step"] == 3


def test_every_dashboard_is_drawn_without_an_error(imported):
    from playwright.sync_api import sync_playwright

    address, environment, _, shown = imported
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1600})
        page.set_default_timeout(60_000)
        page.goto(f"{address}/login/")
        page.fill("#username", environment["SUPERSET_USER"])
        page.fill("#password", environment["SUPERSET_PASSWORD"])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "login" not in url)
        for dashboard in shown:
            page.goto(f"{address}/superset/dashboard/shopkeeper-{dashboard.name}/?standalone=1")
            drawn = page.locator(".dashboard-chart .slice_container, .chart-slice .slice_container")
            drawn.nth(len(dashboard.charts) - 1).wait_for()
            page.wait_for_function("() => !document.querySelector('.loading')")
            assert page.get_by_text("Unexpected error").count() == 0
            assert page.get_by_text("Error:").count() == 0
            for chart in dashboard.charts:
                assert page.get_by_text(chart.title, exact=True).count() > 0, chart.title
        browser.close()
