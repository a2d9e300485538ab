"""Spaces taken off texts, of every kind that programs write, and texts that stand for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shopkeeper.sources.reading.patterns import SPACE, SPACES

if TYPE_CHECKING:
    import ibis.expr.types as ir

# What programs write for nothing. `NA` is left alone: it is Namibia, and a product code.
MISSING_MARKS = ("NULL", "null", "NaN", "nan", "None", "NaT", "N/A", "n/a", "#N/A", "undefined")
_OTHER_SPACES = f"[{SPACES.replace(' ', '')}]"
_NOTHING = f"^(?:{'|'.join(MISSING_MARKS)})$"


# No case distinction stands around a replacement, although most texts need none: where a Parquet
# file repeats its texts, DuckDB looks at each distinct one once, but only for functions of one text
# that give a text.


def trimmed(text: ir.StringValue) -> ir.StringValue:
    """Gives texts without spaces around them."""
    # Not `strip`: what Ibis writes for it makes Spark take off the letters `v` and `f` as well.
    return text.re_replace(f"^{SPACE}+|{SPACE}+$", "")


def tidied(text: ir.StringValue) -> ir.StringValue:
    """Gives texts without spaces around them and with single plain spaces inside."""
    # Single plain spaces do not match, so that a text without others is only looked through.
    return text.re_replace(f"{SPACE}{SPACE}+|{_OTHER_SPACES}", " ").re_replace("^ | $", "")


def something(text: ir.StringValue) -> ir.StringValue:
    """Gives texts, missing where `is_nothing`."""
    return text.re_replace(_NOTHING, "").nullif("")


def is_nothing(text: ir.StringValue) -> ir.BooleanValue:
    """Whether texts are missing, empty, or one of `MISSING_MARKS`."""
    return cast(
        "ir.BooleanValue",
        text.isnull() | (text == "") | _has(text, _NOTHING),
    )


def _has(text: ir.StringValue, pattern: str) -> ir.BooleanValue:
    """Whether a pattern, which matches no empty text, is found.

    Extracting is faster than searching where a Parquet file repeats its texts: DuckDB looks at
    each distinct one once, but only for functions that give texts.
    """
    return cast("ir.BooleanValue", text.re_extract(pattern, 0).fill_null("") != "")
