"""The dashboard in a real browser: every page of two shops, wide and narrow, and how it is used."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from shopkeeper.dashboard.pages import ALL, address_of
from shopkeeper.html.changes import value_text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "artifacts" / "screenshots"
SHOPS = ("demo", "online_retail_ii")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
# Streamlit looks for itself below the address of a page first, and finds itself above.
NOT_OURS = re.compile(r"/_stcore/(health|host-config)$")
# Headings of numbers without a definition.
UNSAID = "thead th.number:not([title]):not(:has(button[title]))"
PARTS = {
    "segments": ("moves", "groups", "proof", "what-if"),
    "churn": ("best", "proof", "what-if"),
    "value": ("brought", "proof", "what-if"),
    "behaviour": ("again", "lifecycle", "funnel"),
    "quality": ("aside", "know", "tables"),
    "sales": ("change", "places", "prices"),
}


def _tools() -> Any:
    spec = importlib.util.spec_from_file_location("screenshots", ROOT / "tools" / "screenshots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["screenshots"] = module
    spec.loader.exec_module(module)
    return module


TOOLS = _tools()


@dataclass
class Watched:
    """A page of a browser, and what it complained of, asked for and was asked."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def open(self, place: str) -> Any:
        self.page.set_viewport_size(DESK)
        TOOLS.opened(self.page, f"{self.address}/{place}")
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if shutil.which("chromium") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed, and CI must not leave the browser out")
        pytest.skip("notyet: Chromium is not installed on this machine")
    with TOOLS.browsing() as found:
        yield found


def watched(browser: Any, address: str, **options: Any) -> Watched:
    page = browser.new_page(viewport=DESK, **options)
    page.set_default_timeout(20_000)
    found = Watched(page, address)

    def complain(message: Any) -> None:
        place = message.location.get("url", "")
        if message.type == "error" and not NOT_OURS.search(place):
            found.complaints.append(f"{message.text} {place}")

    def ask(request: Any) -> None:
        if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            found.foreign.append(request.url)

    def dialog(shown: Any) -> None:
        found.dialogs.append(shown.message)
        shown.dismiss()

    page.on("console", complain)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("request", ask)
    page.on("dialog", dialog)
    return found


@pytest.fixture(scope="module", params=SHOPS)
def shown(request, browser) -> Iterator[tuple[str, Any, Watched]]:
    """A shop on a server of its own, and a page of the browser that looks at it."""
    workspace = request.getfixturevalue(request.param)
    with TOOLS.serving(workspace.folder) as address:
        yield request.param, workspace, watched(browser, address)


def _violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("name", [page.name for page in ALL])
def test_each_page_stands_without_a_complaint(shown, name):
    shop, _, seen = shown
    wanted = next(page for page in ALL if page.name == name)
    page = seen.open(address_of(wanted))
    assert page.inner_text("h1") == wanted.title
    page.locator(".section, [data-testid=stForm], [data-testid=stMain] h2").first.wait_for()
    PICTURES.mkdir(parents=True, exist_ok=True)
    TOOLS.take(page, PICTURES / f"{shop}-{name}-desk.png", whole=True)
    assert _violations(page) == []
    assert page.locator(UNSAID).all_inner_texts() == []
    page.set_viewport_size(PHONE)
    TOOLS.settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    TOOLS.take(page, PICTURES / f"{shop}-{name}-phone.png", whole=True)
    assert seen.complaints == []
    assert seen.foreign == []


def test_the_overview_says_what_the_report_says(shown):
    _, workspace, seen = shown
    page = seen.open("")
    tiles = page.locator(".tile")
    overview = workspace.overview()
    assert tiles.count() == len(overview.measures)
    currency = workspace.settings.shop.currency
    for place, measure in enumerate(overview.measures):
        tile = tiles.nth(place)
        assert tile.locator("h3").inner_text() == measure.label
        shown_value = value_text(measure.value, measure.unit, currency)
        assert tile.locator(".headline").inner_text().replace("\xa0", " ") == shown_value.replace(
            "\xa0", " "
        )


def test_each_part_of_a_page_stands_without_a_complaint(shown):
    shop, _, seen = shown
    if shop != "demo":
        return
    for name, parts in PARTS.items():
        for part in parts:
            page = seen.open(f"{name}?part={part}")
            page.locator(".section, [data-testid=stForm]").first.wait_for()
            assert f"part={part}" in page.url
            TOOLS.take(page, PICTURES / f"{shop}-{name}-{part}-desk.png", whole=True)
            if part == "what-if":
                assert _violations(page) == []
    assert seen.complaints == []


def test_a_figure_is_read_by_keys_and_a_customer_opened(shown):
    _, workspace, seen = shown
    page = seen.open("")
    page.locator("#revenue-months .plot").focus()
    page.keyboard.press("End")
    tip = page.locator(".tip:not([hidden])")
    assert "Net revenue" in tip.inner_text()
    page.keyboard.press("Escape")
    assert not tip.count()
    page.locator(".tile h3").first.focus()
    assert workspace.overview().measures[0].meaning in tip.inner_text()
    page = seen.open("customers")
    opener = page.locator(".open").first
    customer = opener.inner_text()
    opener.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#story")
    assert page.locator("#story h2").inner_text() == customer
    assert f"customer={customer}" in page.url
    story = workspace.customer(customer)
    assert page.locator("#orders tbody tr").count() == len(story.orders)


def test_a_number_opens_its_list_which_is_taken_away_whole(shown, tmp_path):
    _, workspace, seen = shown
    page = seen.open("segments")
    opener = page.locator(".cards .open").first
    row = next(
        each
        for each in workspace.segments().segments
        if each.customers.address == opener.get_attribute("data-open")
    )
    opener.focus()
    page.keyboard.press("Enter")
    # Whoever reads by keys or by ear is led to the list.
    page.wait_for_function("document.activeElement.id.startsWith('list-')")
    assert page.url.count("of=rfm_segments") == 1
    assert opener.get_attribute("aria-expanded") == "true"
    with page.expect_download() as waiting:
        page.locator("[data-testid=stDownloadButton] button").click()
    file = tmp_path / "list.csv"
    waiting.value.save_as(file)
    assert len(file.read_text("utf-8-sig").splitlines()) == row.customer_count + 1


def test_dark_pages_can_be_read(browser, demo_folder):
    with TOOLS.serving(demo_folder) as address:
        seen = watched(browser, address, color_scheme="dark")
        for place in ("", "segments?part=what-if"):
            page = seen.open(place)
            assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).colorScheme")
            assert _violations(page) == []
        assert page.locator(".section").count() == 0
        seen.open("")
        ink = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        assert ink == "rgb(15, 20, 25)"
        TOOLS.take(page, PICTURES / "demo-overview-dark.png", whole=True)


def test_a_shop_begins_with_a_file_and_shows_its_run(browser, tmp_path):
    hostile = '<img src=x onerror="alert(1)">'
    file = tmp_path / "orders.csv"
    lines = ["order_id,order_date,customer_id,product_id,product_name,quantity,unit_price"]
    quoted = hostile.replace('"', '""')
    lines += [f'A{n},2024-03-{n:02},"{quoted}",P1,"{quoted}",1,5.00' for n in range(1, 4)]
    file.write_text("\n".join(lines), encoding="utf-8")
    with TOOLS.serving(tmp_path / "shop") as address:
        seen = watched(browser, address)
        page = seen.open("start")
        page.locator("input[type=file]").set_input_files(file)
        page.locator("#profile").wait_for()
        page.get_by_role("button", name="Build the shop from this file").click()
        page.get_by_text("At work: step").wait_for(timeout=60_000)
        page.get_by_text("Done: the pages show the new run").wait_for(timeout=180_000)
        page = seen.open("customers")
        page.locator(".open").first.click()
        page.wait_for_selector("#story")
        assert page.locator("#story h2").inner_text() == hostile
        assert page.locator("#orders tbody tr").count() == 3
        assert seen.dialogs == []
        assert seen.complaints == []
