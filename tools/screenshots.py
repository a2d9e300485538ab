"""Screenshots: pictures of every page of the dashboard, and of the report, desk and phone wide.

python tools/screenshots.py FOLDER --shop demo-shop
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = {"desk": 1440, "phone": 390}
HEIGHT = 900
# The tallest picture; a longer page is cut there.
TALLEST = 9000
SECONDS = 60
REPORT = "report"
# Done when nothing moves and the page has kept its height for a while.
SETTLED = """async () => {
  await document.fonts.ready;
  const main = () => document.querySelector('[data-testid=stMain]') ?? document.body;
  const busy = '[data-test-script-state="running"]';
  for (let tries = 0, still = 0, before = -1; tries < 60 && still < 3; tries++) {
    const ends = document.getAnimations()
      .filter(one => Number.isFinite(one.effect?.getComputedTiming().endTime))
      .map(one => one.finished.catch(() => null));
    await Promise.all(ends);
    await new Promise(done => setTimeout(done, 50));
    const height = main().scrollHeight;
    still = height === before && !document.querySelector(busy) ? still + 1 : 0;
    before = height;
  }
}"""


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description="Pictures of the dashboard and the report.")
    parser.add_argument("into", type=Path)
    parser.add_argument("--shop", type=Path, default=Path("demo-shop"))
    parser.add_argument("--page", action="append", help="only these pages")
    parser.add_argument("--width", action="append", choices=WIDTHS)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--whole", action="store_true", help="the page to its end")
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    with serving(asked.shop) as address, browsing() as browser:
        for width in asked.width or WIDTHS:
            page = browser.new_page(
                viewport={"width": WIDTHS[width], "height": HEIGHT},
                color_scheme="dark" if asked.dark else "light",
            )
            for name, place in addresses().items():
                if asked.page and name not in asked.page:
                    continue
                opened(page, f"{address}/{place}")
                take(page, asked.into / f"{name}-{width}.png", whole=asked.whole)
            report = asked.shop / "report.html"
            if report.exists() and (not asked.page or REPORT in asked.page):
                page.goto(report.resolve().as_uri())
                page.screenshot(path=asked.into / f"report-{width}.png")
            page.close()


def addresses() -> dict[str, str]:
    """Gives where each page stands, by its name."""
    from shopkeeper.dashboard.pages import ALL, address_of

    return {page.name: address_of(page) for page in ALL}


def opened(page: Page, address: str) -> None:
    """Opens a page and waits until it stands."""
    page.goto(address)
    page.wait_for_selector("h1", timeout=SECONDS * 1000)
    page.locator("#first").wait_for(state="detached", timeout=SECONDS * 1000)
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=SECONDS * 1000)
    settle(page)


def settle(page: Page) -> None:
    """Waits until a page stands still."""
    page.evaluate(SETTLED)


def take(page: Page, file: Path, *, whole: bool) -> None:
    """Takes a picture; of the whole page, the window grows to it, as the page scrolls inside."""
    size = page.viewport_size
    assert size is not None
    if whole:
        tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": min(int(tall) + 10, TALLEST)})
        settle(page)
    page.screenshot(path=file)
    page.set_viewport_size(size)


@contextmanager
def serving(shop: Path) -> Iterator[str]:
    """Shows a shop on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "shopkeeper", "dashboard", "--folder", str(shop)]
    process = subprocess.Popen([*command, "--port", str(port)])
    address = f"http://localhost:{port}"
    try:
        for _ in range(SECONDS * 4):
            time.sleep(0.25)
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except OSError:
                continue
        yield address
    finally:
        process.terminate()
        process.wait()


@contextmanager
def browsing() -> Iterator[Browser]:
    """Opens Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
