"""Text of a shop: printable, cut to length, isolated."""

from __future__ import annotations

import pytest

from shopkeeper.html.text import REPLACEMENT, clean, cut, fit, isolated, width_of, words


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ud800", "\ufffe"])
def test_a_character_that_cannot_be_printed_is_shown_as_replaced(character: str) -> None:
    assert clean(f"a{character}b") == f"a{REPLACEMENT}b"


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_marks_that_turn_text_around_are_replaced(mark: str) -> None:
    assert clean(f"a{mark}b") == f"a{REPLACEMENT}b"


@pytest.mark.parametrize(
    "text", ["\u05e9\u05dc\u05d5\u05dd", "\U0001f469\u200d\U0001f4bb", "naïve", "1\u00a0m"]
)
def test_text_that_people_write_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_line_breaks_become_spaces() -> None:
    assert clean(" a\r\n\tb\u2028c ") == "a b c"


@pytest.mark.parametrize("length", [1, 59, 60, 61, 10_000])
def test_cut_text_is_never_longer_than_asked(length: int) -> None:
    shown = cut("x" * length, 60)
    assert len(shown) == min(length, 60)
    assert shown.endswith("…") == (length > 60)


def test_isolated_text_is_escaped_once() -> None:
    assert isolated("<b>&amp;") == "<bdi>&lt;b&gt;&amp;amp;</bdi>"


def test_only_cut_text_has_a_title() -> None:
    assert "title" not in isolated("short", 5)
    assert isolated('lo"ng', 3) == '<bdi title="lo&#34;ng">lo…</bdi>'


@pytest.mark.parametrize(
    "text", ["WWWWWWWWWWWWWWWWWWWW", "漢字漢字漢字漢字漢字", "iiiiiiiiiiiiiii ii"]
)
def test_fitted_text_is_no_wider_than_its_room(text: str) -> None:
    assert width_of(fit(text, 60, 13), 13) <= 60


def test_names_in_snake_case_become_words() -> None:
    assert words("repeated_extract") == "Repeated extract"
    assert words("") == ""
