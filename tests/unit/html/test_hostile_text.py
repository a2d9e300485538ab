"""Hostile text of a shop: it is shown, and does nothing."""

from __future__ import annotations

import dataclasses
import re
import unicodedata

import pytest
from unit.html.hostile_answers import HOSTILE, hostile_shop
from unit.html.reading import Document
from unit.html.shop_answers import changed, real_shop

from shopkeeper.html.page import render_report
from shopkeeper.html.text import clean

TEN_THOUSAND = "x" * 10_000


@pytest.fixture(scope="module")
def html() -> str:
    return render_report(hostile_shop())


@pytest.fixture(scope="module")
def page(html: str) -> Document:
    return Document(html)


def _shapes(document: Document) -> set[tuple[str, str]]:
    return {(e.tag, name) for e in document.elements for name in ("", *e.attributes)}


def test_brings_no_element_or_attribute_that_a_tame_shop_has_not(page: Document) -> None:
    tame = _shapes(Document(render_report(real_shop())))
    assert _shapes(page) - tame <= {("bdi", "title")}


def test_no_attribute_is_a_handler_or_a_script(page: Document) -> None:
    for element in page.elements:
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name not in {"href", "style"} or "javascript" not in value
        if "style" in element.attributes:
            assert re.fullmatch(r"--bar:[\d.]+%|fill:url\(#[\w-]+\)", element.attributes["style"])


def test_classes_and_identifiers_are_ours_alone(page: Document) -> None:
    for element in page.elements:
        for name in ("class", "id", "data-series", "data-name"):
            assert re.fullmatch(r"[\w -]*", element.attributes.get(name, ""))


@pytest.mark.parametrize("text", [text for text in HOSTILE if clean(text) and len(text) < 100])
def test_every_attack_is_shown_as_the_text_it_is(page: Document, text: str) -> None:
    assert clean(text) in page.with_id("summary").text


def test_no_character_that_cannot_be_printed_is_written(html: str) -> None:
    allowed = {"\n", "\N{ZERO WIDTH JOINER}"}
    for character in set(html) - allowed:
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs"}, repr(character)


def test_direction_of_names_cannot_reach_their_surroundings(page: Document) -> None:
    hebrew = "\u05e9\u05dc\u05d5\u05dd 12"
    holders = [e for e in page.elements if e.text == hebrew and e.tag != "text"]
    assert {"bdi"} <= {e.tag for e in holders}
    assert all(e.tag == "bdi" or e.inside("bdi") for e in holders if e.tag in {"td", "th", "li"})


def test_a_long_name_is_cut_and_kept_whole_in_a_title() -> None:
    shop = real_shop()
    first = dataclasses.replace(shop.overview.products[0], product_name=TEN_THOUSAND)
    page = Document(render_report(changed(shop, products=(first,))))
    (cell,) = page.with_id("products").inside("tbody")[0].inside("bdi")[:1]
    assert cell.attributes["title"] == TEN_THOUSAND
    assert len(cell.text) <= 60
    assert cell.text.endswith("…")


def test_names_of_any_length_keep_the_file_below_three_megabytes() -> None:
    shop = real_shop()
    long = "\N{WRAPPED PRESENT}&<" * 100_000
    products = tuple(
        dataclasses.replace(p, product_name=long, product_id=long) for p in shop.overview.products
    )[:15]
    customers = tuple(dataclasses.replace(c, customer_id=long) for c in shop.overview.customers)[
        :15
    ]
    assert len(render_report(changed(shop, products=products, customers=customers)).encode()) < (
        3_000_000
    )


def test_numbers_survive_a_hostile_neighbour(page: Document) -> None:
    cells = page.with_id("products").inside("td")
    assert "314513.47" in [cell.attributes.get("data-value") for cell in cells]
