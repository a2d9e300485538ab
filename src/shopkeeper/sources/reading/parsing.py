"""Raw text made numbers, instants, identifiers and texts: pure expressions, unreadable is missing.

A cell is cut down to what a pattern proves to be readable before it is cast, so that no engine
raises on any text: PostgreSQL and ANSI Spark raise where DuckDB could be asked not to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shopkeeper.sources.reading.formats import DateFormat, NumberFormat
from shopkeeper.sources.reading.instants import instant_of_text
from shopkeeper.sources.reading.patterns import (
    GROUP_SIGNS,
    MINUS,
    number_body,
    number_pattern,
    whole_digits,
)
from shopkeeper.sources.reading.trimming import something, tidied, trimmed

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Whole numbers up to this size are exact in a binary fraction.
_EXACT_IN_FLOAT = 2.0**53


def parse_number(
    column: ir.Value, number_format: NumberFormat | None = None, *, scale: int = 4
) -> ir.DecimalValue:
    """Gives a column as exact numbers.

    Args:
        column: Text, or numbers of any type.
        number_format: How texts are written; None reads a decimal point and anything beside it.
        scale: Decimals kept, 0–12; further ones are rounded half away from zero.

    Returns:
        `decimal(18, scale)`; missing where a cell is no number in this format, is not finite, has
        an exponent, or has more than `17 - scale` digits before the decimals.
    """
    import ibis

    kind = column.type()
    wanted = f"decimal(18, {scale})"
    if kind.is_string():
        text = cast("ir.StringValue", column)
        return _number_of_text(text, number_format or NumberFormat(), scale)
    if kind.is_numeric():
        number = cast("ir.NumericValue", column)
        limit = 10 ** whole_digits(scale)
        fits = (number < limit) & (number > -limit)
        return cast("ir.DecimalValue", fits.ifelse(number.cast(wanted), ibis.null(wanted)))
    return cast("ir.DecimalValue", ibis.null(wanted))


def _number_of_text(
    text: ir.StringValue, number_format: NumberFormat, scale: int
) -> ir.DecimalValue:
    cell = text.re_extract(number_pattern(number_format, scale), 0).nullif("")
    digits = cell if number_format.is_plain else cell.re_extract(number_body(number_format), 0)
    for sign in GROUP_SIGNS[number_format.thousands] if not number_format.is_plain else "":
        digits = digits.replace(sign, "")
    if number_format.decimal == ",":
        digits = digits.replace(",", ".")
    number = cast("ir.DecimalValue", digits.cast(f"decimal(18, {scale})"))
    if number_format.is_plain:
        return number
    is_negative = cell.re_search(f"[{MINUS}(]")
    return cast("ir.DecimalValue", is_negative.ifelse(-number, number))


def parse_timestamp(column: ir.Value, date_format: DateFormat | None = None) -> ir.TimestampValue:
    """Gives a column as instants.

    Args:
        column: Text, dates, or timestamps with or without a time zone; whole numbers are read as
            the text of their digits (`20111231`).
        date_format: How texts are written; None reads ISO dates with or without a time.

    Returns:
        `timestamp`: UTC where the column says its zone (`DateFormat.is_utc`, or a type with a
        zone), otherwise the time as written. Missing where a cell is no date of 1900–2099 in this
        format.
    """
    import ibis

    kind = column.type()
    if kind.is_integer():
        column = column.cast("string")
    if column.type().is_string():
        return instant_of_text(cast("ir.StringValue", column), date_format or DateFormat())
    if kind.is_timestamp() or kind.is_date():
        # A zone is dropped in UTC, because every session runs in UTC.
        return cast("ir.TimestampValue", column.cast("timestamp"))
    return cast("ir.TimestampValue", ibis.null("timestamp"))


def parse_identifier(column: ir.Value, *, has_trailing_zero: bool = False) -> ir.StringValue:
    """Gives a column as identifiers: the text without spaces around it, leading zeros kept.

    Args:
        column: Text, or numbers: whole ones are written without a point.
        has_trailing_zero: Whether whole numbers were written as fractions (`17850.0`).

    Returns:
        `string`; missing where a cell is empty or holds one of `MISSING_MARKS`.
    """
    text = trimmed(_text_of(column))
    if has_trailing_zero:
        text = text.re_replace("[.]0$", "")
    return something(text) if column.type().is_string() else text


def parse_text(column: ir.Value) -> ir.StringValue:
    """Gives a column as text: spaces around it taken off, spaces inside made single, rest as is.

    Returns:
        `string`; missing where a cell is empty.
    """
    return cast("ir.StringValue", tidied(_text_of(column)).nullif(""))


def _text_of(column: ir.Value) -> ir.StringValue:
    """Gives any column as text; whole numbers alike on every engine, whatever their type."""
    import ibis

    kind = column.type()
    if kind.is_string():
        return cast("ir.StringValue", column)
    if not (kind.is_floating() or kind.is_decimal()):
        return cast("ir.StringValue", column.cast("string"))
    number = cast("ir.NumericValue", column)
    is_exact = (number < _EXACT_IN_FLOAT) & (number > -_EXACT_IN_FLOAT)
    # The inner test keeps infinity away from the cast in engines that look at both branches.
    whole = is_exact.ifelse(number, ibis.null(kind)).cast("int64")
    text = (whole.cast(kind) == number).ifelse(whole.cast("string"), number.cast("string"))
    return cast("ir.StringValue", is_exact.ifelse(text, ibis.null("string")))
