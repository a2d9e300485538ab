"""The report in a real browser: the script runs under its own policy and does what it says."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from unit.html.hostile_answers import hostile_shop
from unit.html.shop_answers import real_shop

from shopkeeper.html.page import ReportAnswers, render_report

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--enable-logging=stderr", "--virtual-time-budget=4000",
)  # fmt: skip
SECONDS = 120
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')

# Tells how wide the page inside a frame is, and which layout of its charts it shows.
MEASURE = (
    "const page = this.contentDocument, root = page.documentElement;"
    "const shown = [...page.querySelectorAll('#segment-shares svg')]"
    ".filter((image) => image.getClientRects().length);"
    "this.dataset.seen = [root.scrollWidth, root.clientWidth, shown[0].classList[0]].join(' ');"
)

# Runs after the report's own script, in the same page, and leaves what it saw in the page.
PROBE = """
const seen = {};
const $ = (selector, root = document) => root.querySelector(selector);
const texts = (nodes) => Array.from(nodes, (node) => node.textContent.trim());
const column = (table, index) => {
  const rows = Array.from(table.tBodies[0].rows).filter((row) => !row.hidden);
  return texts(rows.map((row) => row.cells[index]));
};
const key = (name) => new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
(async () => {
  const box = $("#customers .table");
  const table = $("table", box);
  const heads = table.querySelectorAll("thead .sort");
  heads[3].click();
  seen.orders_down = column(table, 3).slice(0, 3);
  heads[3].click();
  seen.orders_up = column(table, 3).slice(0, 3);
  seen.aria_sort = heads[3].closest("th").getAttribute("aria-sort");
  const filter = $("input", box);
  filter.value = "eire";
  filter.dispatchEvent(new Event("input"));
  seen.filtered = column(table, 5);
  seen.matches = $(".matches", box).textContent;
  const blobs = [];
  URL.createObjectURL = (blob) => { blobs.push(blob); return "#"; };
  HTMLAnchorElement.prototype.click = function click() { seen.file = this.download; };
  $("button[aria-label^='Download']", box).click();
  seen.csv = await blobs[0].text();
  $("button[aria-label^='Download']", $("#products .table")).click();
  seen.products_csv = await blobs[1].text();

  const plot = $("#revenue-months .plot");
  plot.focus();
  plot.dispatchEvent(key("End"));
  plot.dispatchEvent(key("ArrowLeft"));
  seen.tip = texts($(".tip").children);
  seen.is_tip_shown = !$(".tip").hidden;
  const guides = plot.querySelectorAll(".mark.on .guide");
  seen.crosshairs = Array.from(guides, (line) => getComputedStyle(line).opacity);
  document.dispatchEvent(key("Escape"));
  seen.is_tip_hidden = $(".tip").hidden;
  const mark = $("#country-bars svg.wide .mark");
  const touch = { bubbles: true, pointerType: "touch", clientX: 50, clientY: 50 };
  mark.dispatchEvent(new PointerEvent("pointerdown", touch));
  seen.touched = texts($(".tip").children);

  const entry = $("#revenue-months .legend [data-series=gross] button");
  entry.click();
  seen.pressed = entry.getAttribute("aria-pressed");
  seen.gross = getComputedStyle($("#revenue-months .series.gross")).display;

  const theme = $(".theme");
  const before = getComputedStyle(document.body).backgroundColor;
  theme.click();
  seen.is_theme_changed = getComputedStyle(document.body).backgroundColor !== before;
  seen.theme_label = theme.textContent;
  seen.current = texts(document.querySelectorAll(".contents [aria-current]"));
  seen.native_titles = document.querySelectorAll("svg title").length;
  seen.alerts = window.alerts;
  seen.foreign = document.querySelectorAll("img, iframe, script[src], link").length;
  window.dispatchEvent(new Event("beforeprint"));
  seen.closed_on_paper = document.querySelectorAll("details:not([open])").length;
  const result = document.createElement("pre");
  result.id = "seen";
  result.textContent = JSON.stringify(seen);
  document.body.append(result);
})();
"""


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("Chromium is not installed, and CI must not leave the browser out")
    if found is None:
        pytest.skip("notyet: Chromium is not installed on this machine")
    return found


def _open(chromium: str, folder: Path, content: str, *flags: str) -> tuple[str, str]:
    """Gives the page as it stands after its scripts ran, and what the browser logged."""
    page = folder / "report.html"
    page.write_text(content, encoding="utf-8")
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.stdout, done.stderr


def _probed(chromium: str, folder: Path, content: str, *flags: str) -> dict[str, object]:
    """Gives what the probe saw in a report, whose policy is lifted to let the probe in."""
    probe = "<script>window.alerts = 0; window.alert = () => { window.alerts += 1; };</script>"
    content = POLICY.sub(probe, content, count=1)
    content = content.replace("</body>", f"<script>{PROBE}</script></body>")
    page, log = _open(chromium, folder, content, "--dump-dom", *flags)
    found = re.search(r'<pre id="seen">(.*?)</pre>', page, re.DOTALL)
    assert found, log
    seen: dict[str, object] = json.loads(html.unescape(found.group(1)))
    return seen


@pytest.fixture(scope="module")
def seen(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("real")
    return _probed(chromium, folder, render_report(real_shop()), "--window-size=1280,900")


@pytest.fixture(scope="module")
def hostile(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("hostile")
    return _probed(chromium, folder, render_report(hostile_shop()), "--window-size=380,800")


def test_the_script_runs_under_its_own_policy_without_a_word(chromium: str, tmp_path: Path) -> None:
    page, log = _open(chromium, tmp_path, render_report(real_shop()), "--dump-dom")
    assert '<html lang="en" class="js">' in page
    assert 'class="sort"' in page
    assert "CONSOLE" not in log


def test_a_changed_script_is_refused(chromium: str, tmp_path: Path) -> None:
    changed = render_report(real_shop()).replace("const FILTER_FROM = 8;", "const FILTER_FROM = 9;")
    page, log = _open(chromium, tmp_path, changed, "--dump-dom")
    assert 'class="js"' not in page
    assert "Content Security Policy" in log


def test_tables_sort_by_the_exact_number(seen: dict[str, object]) -> None:
    assert seen["orders_down"] == ["373", "211", "207"]
    assert seen["orders_up"] == ["24", "34", "46"]
    assert seen["aria_sort"] == "ascending"


def test_tables_are_filtered_by_typing(seen: dict[str, object]) -> None:
    assert seen["filtered"] == ["EIRE", "EIRE"]
    assert seen["matches"] == "2 of 20 rows"


def test_the_saved_table_holds_exact_values_of_the_rows_in_sight(seen: dict[str, object]) -> None:
    lines = str(seen["csv"]).lstrip("\ufeff").split("\r\n")
    assert seen["file"] in {"top-customers.csv", "top-products.csv"}
    assert lines[0] == "Customer,Net revenue,Share,Orders,Segment,Country,First order,Last order"
    assert lines[1].startswith("14156,297961.56,0.0156")
    assert lines[1].endswith(",2009-12-01,2011-11-30")
    assert len(lines) == 4


def test_values_are_read_with_the_arrow_keys(seen: dict[str, object]) -> None:
    assert seen["is_tip_shown"]
    told = [str(line).replace("\u00a0", " ") for line in seen["tip"]]  # type: ignore[attr-defined]
    assert told[:2] == ["November 2011", "Net revenue£1,432,731.70"]
    assert seen["crosshairs"] == ["1"]
    assert seen["is_tip_hidden"]


def test_values_are_read_by_touch(seen: dict[str, object]) -> None:
    assert seen["touched"][:2] == ["United Kingdom", "Net revenue£16,219,948.41"]  # type: ignore[index]


def test_a_legend_hides_its_series(seen: dict[str, object]) -> None:
    assert (seen["pressed"], seen["gross"]) == ("false", "none")


def test_the_reader_can_change_between_light_and_dark(seen: dict[str, object]) -> None:
    assert seen["is_theme_changed"]
    assert seen["theme_label"] == "Light"


def test_contents_mark_what_is_read(seen: dict[str, object]) -> None:
    assert seen["current"] == ["Summary"]


def test_titles_do_not_compete_with_readings(seen: dict[str, object]) -> None:
    assert seen["native_titles"] == 0


def test_everything_is_open_on_paper(seen: dict[str, object]) -> None:
    assert seen["closed_on_paper"] == 0


def test_hostile_text_runs_nothing_and_loads_nothing(hostile: dict[str, object]) -> None:
    assert hostile["alerts"] == 0
    assert hostile["foreign"] == 0


@pytest.mark.parametrize("shop", [real_shop, hostile_shop])
@pytest.mark.parametrize("width", [320, 380, 768])
def test_a_small_screen_never_scrolls_sideways(
    chromium: str, tmp_path: Path, shop: Callable[[], ReportAnswers], width: int
) -> None:
    inside = html.escape(render_report(shop()), quote=True)
    # A headless window has a least width of its own; a frame has none.
    outside = f'<iframe width="{width}" height="800" srcdoc="{inside}" onload="{MEASURE}">'
    page, log = _open(chromium, tmp_path, f"<!doctype html>{outside}</iframe>", "--dump-dom")
    found = re.search(r'data-seen="(\d+) (\d+) (\w+)"', page)
    assert found, log
    assert int(found.group(1)) <= width
    assert int(found.group(1)) == int(found.group(2))
    assert found.group(3) == ("wide" if width > 640 else "narrow")


def test_a_saved_table_cannot_hold_a_formula(hostile: dict[str, object]) -> None:
    saved = str(hostile["products_csv"])
    assert "\"'=HYPERLINK(" in saved
    for line in saved.lstrip("\ufeff").split("\r\n"):
        assert not re.match(r'"?[=+@-]', line)


def test_prints_to_paper(chromium: str, tmp_path: Path) -> None:
    paper = tmp_path / "report.pdf"
    _open(chromium, tmp_path, render_report(real_shop()), f"--print-to-pdf={paper}")
    pages = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
    assert 10 <= pages <= 40
