"""Colours: readable in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopkeeper.html import page

STYLE = Path(page.__file__).parent / "templates" / "style"
SURFACES = ("paper", "ground")
TINTS = ("accent-pale", "warm-pale", "leaf-pale")
# Every text and the grounds it stands on.
TEXT = {
    "ink": (*SURFACES, *TINTS),
    "ink-soft": (*SURFACES, *TINTS),
    "ink-faint": SURFACES,
    "accent": (*SURFACES, "accent-pale"),
    "warm": (*SURFACES, "warm-pale"),
    "leaf": (*SURFACES, "leaf-pale"),
}
READABLE = 4.5
# WCAG 1.4.11: parts of a picture that must be told from their ground.
VISIBLE = 3.0


def _colours(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (STYLE / f"{theme}.css").read_text()))


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


themes = pytest.mark.parametrize("theme", ["light", "dark"])


def test_both_themes_name_the_same_colours() -> None:
    assert _colours("light").keys() == _colours("dark").keys()


@themes
@pytest.mark.parametrize("text", TEXT)
def test_text_is_readable_on_every_ground_it_stands_on(theme: str, text: str) -> None:
    colours = _colours(theme)
    for ground in TEXT[text]:
        assert _contrast(colours[text], colours[ground]) >= READABLE, ground


@themes
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_numbers_are_readable_on_every_heat(theme: str, step: int) -> None:
    colours = _colours(theme)
    ink = colours["heat-ink-high" if step >= 4 else "heat-ink-low"]
    assert _contrast(ink, colours[f"heat-{step}"]) >= READABLE


@themes
@pytest.mark.parametrize("mark", ["accent", "warm-mark", "leaf", "plain"])
def test_marks_are_seen_on_paper(theme: str, mark: str) -> None:
    colours = _colours(theme)
    assert _contrast(colours[mark], colours["paper"]) >= VISIBLE


@themes
def test_stacked_colours_differ_in_lightness_not_only_in_hue(theme: str) -> None:
    colours = _colours(theme)
    assert _contrast(colours["accent"], colours["accent-soft"]) >= VISIBLE
