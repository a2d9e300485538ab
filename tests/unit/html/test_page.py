"""The report as one file: nothing loaded, nothing sent, the same bytes, a sound structure."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest
from unit.html.hostile_answers import hostile_shop
from unit.html.reading import Document
from unit.html.shop_answers import one_order, real_shop

from shopkeeper.html import sections
from shopkeeper.html.page import render_report

SHOPS = {"real": real_shop, "one order": one_order, "hostile": hostile_shop}


@pytest.fixture(scope="module", params=SHOPS)
def html(request: pytest.FixtureRequest) -> str:
    return render_report(SHOPS[request.param]())


@pytest.fixture(scope="module")
def real() -> str:
    return render_report(real_shop())


def test_holds_no_address_even_where_the_shop_names_one(html: str) -> None:
    assert "https:&#47;&#47;example.org" in html or "example.org" not in html
    assert not re.search(r"https?://|//|url\((?!#)|@import|xmlns", html)


def test_loads_and_names_no_other_file(html: str) -> None:
    page = Document(html)
    for element in page.elements:
        assert element.tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        assert not {"src", "srcset", "action", "formaction", "ping"} & set(element.attributes)
        assert element.attributes.get("href", "#").startswith("#")


def test_holds_no_path_of_this_machine(real: str) -> None:
    for place in (str(Path.home()), str(Path.cwd()), "/tmp", "site-packages", ".py"):
        assert place not in real


def test_policy_allows_exactly_the_one_script(html: str) -> None:
    page = Document(html)
    (script,) = page.all("script")
    (policy,) = [m for m in page.all("meta") if m.attributes.get("http-equiv")]
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    content = policy.attributes["content"]
    assert f"script-src 'sha256-{digest}'" in content
    assert "default-src 'none'" in content
    assert "unsafe-eval" not in content
    assert "eval(" not in script.text
    assert "innerHTML" not in script.text


def test_policy_stands_before_anything_it_rules(real: str) -> None:
    assert real.index("Content-Security-Policy") < real.index("<style>") < real.index("<script>")


def test_same_answers_give_the_same_bytes() -> None:
    assert render_report(real_shop()).encode() == render_report(real_shop()).encode()


def test_other_answers_give_other_bytes(real: str) -> None:
    assert render_report(dataclasses.replace(real_shop(), run_id="another")) != real


def test_real_shop_is_small_enough_to_mail(real: str) -> None:
    assert len(real.encode()) < 600_000


def test_script_stays_small() -> None:
    script = Path(sections.__file__).parents[1] / "static" / "report.js"
    assert len(script.read_text("utf-8").splitlines()) < 300


def test_identifiers_are_unique(html: str) -> None:
    names = [e.attributes["id"] for e in Document(html).elements if "id" in e.attributes]
    assert len(names) == len(set(names))


def test_every_reference_points_at_something(html: str) -> None:
    page = Document(html)
    names = {e.attributes["id"] for e in page.elements if "id" in e.attributes}
    for element in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(element.attributes.get(name, "").split()) <= names
        if element.tag == "a":
            assert element.attributes["href"][1:] in names
        for used in re.findall(r"url\(#([^)]+)\)", element.attributes.get("style", "")):
            assert used in names


def test_contents_lists_every_section_in_order(html: str) -> None:
    page = Document(html)
    listed = [a.attributes["href"][1:] for nav in page.all("nav") for a in nav.inside("a")]
    assert listed == [s.attributes["id"] for s in page.all("section")]
    # Where nothing is known of values, groups, churn and so on, their sections say nothing.
    silent = {"forecasts", "contest", "groups", "group-profiles", "group-evidence"}
    silent |= {"churn", "churn-proof", "monday", "tried"}
    silent |= {"lifecycle", "retention", "repeat-purchase", "funnel"}
    silent |= {"change", "seasons", "pareto", "whales", "product-trends", "baskets"}
    silent |= {"category-segments", "discounts", "stores", "payments", "recommendations"}
    silent |= {"demand"}
    assert len({*listed, *silent}) == len(sections.ALL)


def test_headings_never_skip_a_level(html: str) -> None:
    levels = [int(e.tag[1]) for e in Document(html).elements if re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_picture_has_words_for_those_who_do_not_see_it(html: str) -> None:
    for image in Document(html).all("svg"):
        assert image.attributes["role"] == "img"
        if "aria-label" not in image.attributes:
            assert [child.tag for child in image.children[:2]] == ["title", "desc"]
            assert all(child.text.strip() for child in image.children[:2])


def test_every_chart_has_its_numbers_in_a_table(html: str) -> None:
    page = Document(html)
    for figure in page.all("figure"):
        section = figure.parent
        assert section is not None
        assert figure.inside("table") or section.inside("table")


def test_reads_without_javascript(html: str) -> None:
    page = Document(html)
    assert [e.attributes.get("class") for e in page.all("button")] == ["theme"]
    hidden = [e for e in page.elements if "hidden" in e.attributes]
    assert {e.attributes["class"] for e in hidden} == {"theme", "tip"}


def test_landmarks_and_language_are_set(html: str) -> None:
    page = Document(html)
    assert page.all("html")[0].attributes["lang"] == "en"
    assert [len(page.all(tag)) for tag in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    (skip,) = page.all("a", "skip")
    assert page.with_id(skip.attributes["href"][1:]).tag == "main"
