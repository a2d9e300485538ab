"""The first sight of a page: what a browser is sent before Streamlit has begun, and to whom."""

from __future__ import annotations

import json
import re

import pytest
from dashboard_pages import markup, opened
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from shopkeeper.dashboard.app import SHOWN
from shopkeeper.dashboard.asking import Shop
from shopkeeper.dashboard.document import document_of, page_at
from shopkeeper.dashboard.first_sight import FirstSight
from shopkeeper.dashboard.pages import ALL, address_of

SHELL = '<html><head></head><body><div id="root"></div></body></html>'
HEADING = re.compile(r'<h2 id="([\w-]+)-heading">(.*?)</h2>')
OURS = "http://localhost"
OTHERS = "http://shop.example"


@pytest.fixture
def browser(monkeypatch, demo_folder):
    """A browser of a server that shows the demo shop; what is not ours is answered `elsewhere`."""
    # A server that has just begun may take longer than a reader should wait.
    monkeypatch.setattr("shopkeeper.dashboard.first_sight.MOST_SECONDS", 60)
    monkeypatch.setenv(SHOWN, json.dumps({"folder": str(demo_folder)}))

    async def elsewhere(_):
        return PlainTextResponse("elsewhere")

    behind = Starlette(routes=[Route("/{path:path}", elsewhere, methods=["GET", "POST"])])
    return TestClient(FirstSight(behind), base_url=OURS)


@pytest.mark.parametrize("name", ["overview", "sales", "customers", "campaign", "models"])
def test_the_first_sight_is_the_top_of_the_page(demo_folder, name):
    page = next(each for each in ALL if each.name == name)
    first = document_of(SHELL, page, Shop(demo_folder).current(), {})
    seen, shown = HEADING.findall(first), HEADING.findall(markup(opened(demo_folder, name)))
    assert seen
    assert seen == shown[: len(seen)]
    assert f"<h1>{page.title}</h1>" in first
    assert first.index('id="first"') < first.index('<div id="root">')


def test_each_page_has_a_first_sight(demo_folder):
    asking = Shop(demo_folder).current()
    for page in ALL:
        assert page_at(f"/{address_of(page)}") is page
        assert 'class="section"' in document_of(SHELL, page, asking, {}), page.name


def test_what_a_reader_chose_is_left_to_the_page_itself(browser):
    assert 'class="section"' in browser.get("/customers").text
    chosen = browser.get("/customers?country=France").text
    assert "<h1>Customers</h1>" in chosen
    assert 'class="section"' not in chosen


def test_pages_of_other_sites_are_told_nothing_of_the_shop(browser):
    assert 'class="section"' in browser.get("/").text
    assert browser.get("/", headers={"host": "shop.example"}).text == "elsewhere"
    assert browser.get("/", headers={"host": "localhost.example:80"}).text == "elsewhere"
    assert browser.get("/").headers["cache-control"] == "no-store"


def test_only_pages_and_files_of_streamlit_are_answered_here(browser):
    for path in ("/nowhere", "/_stcore/health", "/static/js/../../config.py", "/static/js/no.js"):
        assert browser.get(path).text == "elsewhere", path
    assert browser.post("/customers").text == "elsewhere"
    files = re.findall(r'\./(static/js/[\w.\-]+\.js)"', browser.get("/").text)
    assert any("BidiComponent" in file for file in files)
    for file in files:
        found = browser.get(f"/{file}")
        assert found.headers["content-type"] == "text/javascript", file
        assert "immutable" in found.headers["cache-control"]


def test_an_empty_folder_has_a_heading_at_first(tmp_path):
    asking = Shop(tmp_path / "nothing").current()
    for page in ALL:
        first = document_of(SHELL, page, asking, {})
        assert f"<h1>{page.title}</h1>" in first
        assert page.answers in first
    assert not (tmp_path / "nothing").exists()


def test_a_hostile_name_is_data_in_the_first_sight(tmp_path):
    hostile = "<script>alert(1)</script>"
    (tmp_path / "shopkeeper.toml").write_text(
        f'[shop]\nname = "{hostile}"\ncurrency = "EUR"\n', "utf-8"
    )
    first = document_of(SHELL, ALL[0], Shop(tmp_path).current(), {})
    assert "&lt;script&gt;alert(1)" in first
    assert hostile not in first


def test_what_is_known_is_given_while_another_question_is_asked(demo_folder):
    import threading

    asking = Shop(demo_folder).current()
    known = asking.report("overview")
    begun, over = threading.Event(), threading.Event()

    def slow():
        begun.set()
        return over.wait(20)

    asked = threading.Thread(target=lambda: asking.keep("slow", slow))
    asked.start()
    begun.wait(20)
    found = []
    reader = threading.Thread(target=lambda: found.append(asking.report("overview")))
    reader.start()
    reader.join(10)
    at_once = list(found)
    over.set()
    asked.join()
    reader.join()
    assert len(at_once) == 1
    assert at_once[0] is known
