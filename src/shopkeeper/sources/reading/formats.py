"""How numbers and dates are written in raw text, as plain data and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

Decimal = Literal[".", ","]
Thousands = Literal["", ".", ",", " ", "'"]
DateOrder = Literal["ymd", "dmy", "mdy"]


class Presence(StrEnum):
    """How often a part of a date is there in a column."""

    NEVER = "never"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


class Zone(StrEnum):
    """What a date says about its time zone."""

    NONE = "none"
    UTC = "utc"
    OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How the numbers of a column are written.

    Attributes:
        decimal: Sign before the decimals.
        thousands: Sign between groups of three digits, which may also be left out; a space stands
            for no-break and thin spaces too, an apostrophe for both kinds.
        currency: Sign or code seen beside the numbers, such as `£` or `EUR`; for people only.
        is_plain: Whether there is nothing but a leading sign, digits and the decimal sign. If not,
            currency signs, spaces, a trailing minus and parentheses for negatives are read too.
    """

    decimal: Decimal = "."
    thousands: Thousands = ""
    currency: str = ""
    is_plain: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Gives the format as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> NumberFormat:
        """Gives the format that `to_dict` wrote."""
        return cls(**plain)

    @property
    def text(self) -> str:
        """The format in words with an example, such as `decimal comma, 1.234,56`."""
        name = "point" if self.decimal == "." else "comma"
        example = f"1{self.thousands}234{self.decimal}56"
        return f"decimal {name}, {f'{self.currency} ' if self.currency else ''}{example}"


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How the dates of a column are written.

    Attributes:
        order: Order of year, month and day.
        separator: Sign between them: `-`, `/`, `.`, or none for `20111231`.
        has_short_year: Whether years have two digits; 69–99 are 1969–1999.
        is_padded: Whether days, months and hours always have two digits. If not, both are read.
        joint: What stands between date and time: a space, `T`, or `, `.
        time: Whether there is a time of day; without one, it is midnight.
        seconds: Whether a time of day has seconds.
        has_fraction: Whether seconds may have decimals; those behind the sixth are cut off.
        has_half_days: Whether hours are 1–12 with AM or PM.
        zone: Whether the zone is not written, is written as UTC, or as an offset such as `+02:00`.
            With a zone, what is read is UTC; without one, it is the time as written.
        is_trimmed: Whether no value has spaces around it. If not, they are taken off.
    """

    order: DateOrder = "ymd"
    separator: str = "-"
    has_short_year: bool = False
    is_padded: bool = False
    joint: str = " "
    time: Presence = Presence.SOMETIMES
    seconds: Presence = Presence.SOMETIMES
    has_fraction: bool = False
    has_half_days: bool = False
    zone: Zone = Zone.NONE
    is_trimmed: bool = False

    @property
    def is_utc(self) -> bool:
        """Whether reading gives UTC; otherwise it gives the time as written."""
        return self.zone is not Zone.NONE

    @property
    def reads_fraction(self) -> bool:
        """Whether decimals of seconds are read: not behind `2011.12.31` with its own points."""
        return self.has_fraction and (self.order, self.separator) != ("ymd", ".")

    def to_dict(self) -> dict[str, Any]:
        """Gives the format as plain data."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> DateFormat:
        """Gives the format that `to_dict` wrote."""
        kinds = {"time": Presence, "seconds": Presence, "zone": Zone}
        values: dict[str, Any] = {n: kinds[n](v) for n, v in plain.items() if n in kinds}
        return cls(**{**plain, **values})

    @property
    def text(self) -> str:
        """The format in words with an example, such as `day first, 31.12.2011 17:05`."""
        names = {"ymd": "year first", "dmy": "day first", "mdy": "month first"}
        zones = {Zone.NONE: "", Zone.UTC: ", UTC", Zone.OFFSET: ", with offset from UTC"}
        return f"{names[self.order]}, {self.example}{zones[self.zone]}"

    @property
    def example(self) -> str:
        """The last afternoon of 2011 as this format writes it."""
        parts = {"y": "11" if self.has_short_year else "2011", "m": "12", "d": "31"}
        date = self.separator.join(parts[part] for part in self.order)
        if self.time is Presence.NEVER:
            return date
        clock = "5:05" if self.has_half_days else "17:05"
        seconds = "" if self.seconds is Presence.NEVER else ":09"
        fraction = ".125" if seconds and self.reads_fraction else ""
        half = " PM" if self.has_half_days else ""
        zone = {Zone.NONE: "", Zone.UTC: " UTC", Zone.OFFSET: "+02:00"}[self.zone]
        return f"{date}{self.joint}{clock}{seconds}{fraction}{half}{zone}"


def _plain(value: object) -> object:
    return str(value) if isinstance(value, StrEnum) else value
