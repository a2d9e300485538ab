"""Text that comes from a shop: made printable, cut to length, isolated from its surroundings."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Longest text kept in a tooltip: whole for any name a person wrote, bounded for what a machine did.
FULL_TEXT_CHARACTERS = 10_000
CELL_CHARACTERS = 60

# Advance of characters in the widest of the usual system fonts, in parts of the font size.
CHARACTER_WIDTH = 0.59
CAPITAL_WIDTH = 0.7
SPACE_WIDTH = 0.34
WIDE_CHARACTER_WIDTH = 1.05

# C0 and C1 controls, surrogates, the explicit bidirectional embeddings, overrides and isolates
# (which could turn the words around a name), the invisible byte order mark, and noncharacters.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff]"
)
# A number and its percent sign, written together.
_PERCENT = re.compile("(?<=[0-9])%")
# Runs of line breaks, tabs and plain spaces; a space that keeps words together stays.
_BREAKS = re.compile("[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")


def clean(text: str) -> str:
    """Gives `text` on one line, with every character that cannot be printed shown as U+FFFD.

    Examples:
        >>> clean("  two   words ")
        'two words'
    """
    return _UNPRINTABLE.sub(REPLACEMENT, _BREAKS.sub(" ", text).strip())


def cut(text: str, characters: int = CELL_CHARACTERS) -> str:
    """Gives clean `text` of at most `characters`; an ellipsis stands for what was cut.

    Examples:
        >>> cut("Regency cakestand", 8)
        'Regency…'
    """
    whole = clean(text)
    return whole if len(whole) <= characters else whole[: characters - 1].rstrip() + ELLIPSIS


def isolated(text: str, characters: int = CELL_CHARACTERS) -> Markup:
    """Gives `text` as HTML: escaped, cut, the whole in a title, bidirectionally isolated."""
    whole = clean(text)
    shown = cut(whole, characters)
    if shown == whole:
        return Markup("<bdi>{}</bdi>").format(shown)
    title = cut(whole, FULL_TEXT_CHARACTERS)
    return Markup('<bdi title="{}">{}</bdi>').format(title, shown)


def spaced(text: str) -> str:
    """Gives a sentence of ours with percentages as numbers write them: `12 %`, never torn apart.

    Examples:
        >>> spaced("12% of 3 %") == "12\N{NO-BREAK SPACE}% of 3 %"
        True
    """
    return _PERCENT.sub("\N{NO-BREAK SPACE}%", text)


def safe(value: object) -> object:
    """Cleans a value on its way into a template; markup and numbers pass as they are."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def escaped(text: str) -> Markup:
    """Gives clean, escaped text for an element or an attribute."""
    return text if isinstance(text, Markup) else escape(clean(text))


def width_of(text: str, font_size: float) -> float:
    """Estimates how wide `text` is drawn, in the unit of `font_size`."""
    return font_size * sum(map(_advance, text))


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE_CHARACTER_WIDTH
    if character.isspace():
        return SPACE_WIDTH
    return CAPITAL_WIDTH if character.isupper() or character in "mw%@&" else CHARACTER_WIDTH


def fit(text: str, width: float, font_size: float) -> str:
    """Cuts clean `text` so that it is drawn within `width`."""
    shown = cut(text, max(2, int(width / (font_size * SPACE_WIDTH))))
    while len(shown) > 2 and width_of(shown, font_size) > width:
        shown = shown[:-2].rstrip() + ELLIPSIS
    return shown


def words(name: str) -> str:
    """Gives a name in snake case as words.

    Examples:
        >>> words("second_copy_of_sheet")
        'Second copy of sheet'
    """
    spaced = clean(name).replace("_", " ").strip()
    return spaced[:1].upper() + spaced[1:]
