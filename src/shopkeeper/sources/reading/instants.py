"""Dates and times of day as text, made instants by cutting and joining what a pattern proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shopkeeper.sources.reading.formats import DateFormat, Presence, Zone
from shopkeeper.sources.reading.patterns import date_body, date_pattern
from shopkeeper.sources.reading.trimming import trimmed

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Two-digit years from this one on are of the last century, as POSIX has it.
FIRST_SHORT_YEAR_OF_1900 = "69"
# The time before it tells it from the end of a bare date, `2011-12-09`.
_OFFSET_AT_END = ":[0-9.]+[^0-9:+-]*([+-])([0-9]{2}):?([0-9]{2})?$"


def instant_of_text(text: ir.StringValue, date_format: DateFormat) -> ir.TimestampValue:
    """Gives texts as timestamps, UTC where they say their zone; missing where they are no dates."""
    if not date_format.is_trimmed:
        text = trimmed(text)
    cell = text.re_extract(date_pattern(date_format), 0).nullif("")
    has_ending = date_format.is_utc or date_format.has_half_days or date_format.has_fraction
    body = cell.re_extract(date_body(date_format), 0) if has_ending else cell
    instant = cast("ir.TimestampValue", _iso(body, date_format).cast("timestamp"))
    if date_format.has_half_days:
        instant = _in_whole_days(instant, cell, date_format.joint)
    if date_format.zone is Zone.OFFSET:
        instant = _in_utc(instant, cell)
    return instant


def _iso(body: ir.StringValue, date_format: DateFormat) -> ir.StringValue:
    """Gives the date and time in the order and with the signs that every engine casts alike."""
    if date_format.order == "ymd" and date_format.separator:
        return _year_first(body, date_format)
    if not date_format.separator or date_format.is_padded:
        return _joined(body, date_format, (2, 2))
    return _unpadded(body, date_format)


def _year_first(body: ir.StringValue, date_format: DateFormat) -> ir.StringValue:
    """Engines cast `2011-1-9 8:26:00` as it is, so only signs are exchanged and parts added."""
    text = body
    if date_format.separator != "-":
        text = text.replace(date_format.separator, "-")
    if date_format.joint not in {" ", "T"}:
        text = text.replace(date_format.joint, " ")
    if date_format.has_short_year:
        text = _century(text.left(2)) + text
    return _with_seconds(text, date_format)


def _unpadded(body: ir.StringValue, date_format: DateFormat) -> ir.StringValue:
    """Tells days and months of one digit from those of two by where the separators stand."""
    import ibis

    sign = date_format.separator
    branches = [
        (body.like(f"{'_' * first}{sign}{'_' * second}{sign}%"), (first, second))
        for first in (2, 1)
        for second in (2, 1)
    ]
    joined = [(test, _joined(body, date_format, widths)) for test, widths in branches]
    return cast("ir.StringValue", ibis.cases(*joined))


def _joined(
    body: ir.StringValue, date_format: DateFormat, widths: tuple[int, int]
) -> ir.StringValue:
    """Cuts the parts of a date out at known places.

    Args:
        body: Date and time.
        date_format: How they are written.
        widths: Digits of day and month, in the order in which they stand.
    """
    year_width = 2 if date_format.has_short_year else 4
    day_and_month = iter(widths)
    parts: dict[str, ir.StringValue] = {}
    place = 0
    for part in date_format.order:
        width = year_width if part == "y" else next(day_and_month)
        parts[part] = body.substr(place, width)
        place += width + len(date_format.separator)
    year = _century(parts["y"]) + parts["y"] if date_format.has_short_year else parts["y"]
    date = year + "-" + parts["m"] + "-" + parts["d"]
    if date_format.time is Presence.NEVER:
        return cast("ir.StringValue", date)
    return _with_time(date, body, place - len(date_format.separator), date_format)


def _with_time(
    date: ir.StringValue, body: ir.StringValue, place: int, date_format: DateFormat
) -> ir.StringValue:
    """Adds the time of day that follows the date, where there is one."""
    time = body.substr(place + len(date_format.joint))
    whole = cast("ir.StringValue", date + " " + time)
    if date_format.time is Presence.SOMETIMES:
        has_time = body.like("%:%")
        return cast("ir.StringValue", has_time.ifelse(_with_seconds(whole, date_format), date))
    return _with_seconds(whole, date_format)


def _with_seconds(text: ir.StringValue, date_format: DateFormat) -> ir.StringValue:
    """Adds the seconds where they are not written."""
    if date_format.time is Presence.NEVER or date_format.seconds is Presence.ALWAYS:
        return text
    if date_format.seconds is Presence.NEVER and date_format.time is Presence.ALWAYS:
        return cast("ir.StringValue", text + ":00")
    lacks_seconds = text.like("%:%") & ~text.like("%:%:%")
    return cast("ir.StringValue", lacks_seconds.ifelse(text + ":00", text))


def _century(year: ir.StringValue) -> ir.StringValue:
    return cast("ir.StringValue", (year >= FIRST_SHORT_YEAR_OF_1900).ifelse("19", "20"))


def _in_whole_days(
    instant: ir.TimestampValue, cell: ir.StringValue, joint: str
) -> ir.TimestampValue:
    """Moves hours of 1–12 to where AM or PM puts them: 12 AM is midnight, 12 PM is noon."""
    import ibis

    is_afternoon = cell.like("%P%") | cell.like("%p%")
    is_twelve = cell.like(f"%{joint}12:%")
    half = ibis.interval(hours=12)
    moved = ibis.cases(
        (is_afternoon & ~is_twelve, instant + half),
        (is_twelve & ~is_afternoon, instant - half),
        else_=instant,
    )
    return cast("ir.TimestampValue", moved)


def _in_utc(instant: ir.TimestampValue, cell: ir.StringValue) -> ir.TimestampValue:
    """Takes the written offset off; `Z` and `UTC` have none."""
    hours = _whole(cell.re_extract(_OFFSET_AT_END, 2))
    minutes = _whole(cell.re_extract(_OFFSET_AT_END, 3))
    is_behind = cell.re_extract(_OFFSET_AT_END, 1) == "-"
    offset = hours * 60 + minutes
    signed = is_behind.fill_null(False).ifelse(-offset, offset)
    return cast("ir.TimestampValue", instant - signed.as_interval("m"))


def _whole(digits: ir.StringValue) -> ir.IntegerValue:
    import ibis

    return cast("ir.IntegerValue", ibis.coalesce(digits.nullif(""), "0").cast("int64"))
