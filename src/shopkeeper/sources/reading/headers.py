"""What a header must be so that columns can be told apart by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shopkeeper.engines.raw_layout import ROW_NUMBER, SHEET
from shopkeeper.errors import FileUnreadableError, FormatError, shorten

# Order lines have tens of columns; thousands are a matrix, a wrong delimiter or an attack.
COLUMNS_AT_MOST = 1_000
_NUMBER = re.compile(r"\s*-?[0-9]+\s*")
_DECIMAL_OR_DATE = re.compile(
    r"\s*[£$€]?\s*-?[0-9]+[.,][0-9]+\s*|\s*[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*"
)


def check_header(name: str, header: Sequence[str]) -> None:
    """Holds a header to what reading needs.

    Args:
        name: Name of the file for messages.
        header: Names of its columns as written.

    Raises:
        FormatError: Too many columns, or names that are missing, repeated, ours or no names.
    """
    if len(header) > COLUMNS_AT_MOST:
        raise FormatError(
            f"`{name}` has {len(header):,} columns; at most {COLUMNS_AT_MOST:,} are read.",
            "keep the columns of order lines, or name the right `delimiter` in shopkeeper.toml",
            {"file": name, "columns": len(header)},
        )
    if looks_like_data(header):
        shown = ", ".join(f"`{shorten(cell, 20)}`" for cell in header[:5])
        raise FormatError(
            f"The first line of `{name}` looks like data, not like column names: {shown}",
            "add a first line with the names of the columns",
            {"file": name},
        )
    _check_names(name, header)


def check_rows(name: str, *, has_rows: bool) -> None:
    """Holds a file to having rows.

    Raises:
        FileUnreadableError: There is nothing behind the header.
    """
    if not has_rows:
        raise FileUnreadableError(
            f"`{name}` has a header but no rows.",
            "check the export: a date range without orders gives such a file",
            {"file": name},
        )


def looks_like_data(header: Sequence[str]) -> bool:
    """Whether cells are values rather than names: a decimal or a date, or several whole numbers.

    Examples:
        >>> looks_like_data(["536365", "85123A", "12/1/2010 8:26", "2.55"])
        True
        >>> looks_like_data(["order", "2011"])
        False
    """
    if any(_DECIMAL_OR_DATE.fullmatch(cell) for cell in header):
        return True
    return sum(bool(_NUMBER.fullmatch(cell)) for cell in header) > 1


def _check_names(name: str, header: Sequence[str]) -> None:
    places: dict[str, int] = {}
    for place, column in enumerate(header, start=1):
        if not column.strip():
            raise FormatError(
                f"Column {place} of `{name}` has no name.",
                "name it in the first line, or delete the column",
                {"file": name, "column": place},
            )
        # Letter case does not tell columns apart in SQL.
        key = column.casefold()
        if key in places:
            raise FormatError(
                f"The name `{shorten(column)}` stands twice in the header of `{name}`: "
                f"columns {places[key]} and {place}.",
                "rename one of them in the first line",
                {"file": name, "column": column},
            )
        if key in {ROW_NUMBER, SHEET}:
            raise FormatError(
                f"Column `{column}` of `{name}` has a name that Shopkeeper gives itself.",
                "rename it in the first line",
                {"file": name, "column": column},
            )
        places[key] = place
