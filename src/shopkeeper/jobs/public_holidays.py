"""Public holidays: days off of the shop's country that were known a year ahead, by a library."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from shopkeeper.errors import SettingsError, closest_hint

if TYPE_CHECKING:
    from collections.abc import Iterable

# What the library adds to the name of a day that was moved, or reckoned by the moon.
ADDED = (" (observed)", " (estimated)", " (substituted)")


def country_code(name: str) -> str | None:
    """Gives the ISO code of a country by its English name or a code; None where none is known.

    Examples:
        >>> country_code("United Kingdom"), country_code("eire"), country_code("DEU")
        ('GB', None, 'DE')
    """
    wanted = name.strip().lower().replace(" ", "_")
    for own, codes in _registry().items():
        if wanted == own or wanted in {code.lower() for code in codes[1:]}:
            return codes[1]
    return None


def checked_code(name: str) -> str:
    """Gives the ISO code of a country that settings name.

    Raises:
        SettingsError: No calendar of that country is known.
    """
    found = country_code(name)
    if found is None:
        known = [codes[1] for codes in _registry().values()]
        raise SettingsError(
            f"`demand.holiday_country` is `{name[:40]}`, of which no calendar is known.",
            closest_hint(name.upper(), known) or "write an ISO code such as `GB`, or `none`",
        )
    return found


def holidays_of(code: str, years: Iterable[int]) -> frozenset[date]:
    """Gives the public holidays of a country that stood in its calendar the year before, too.

    A day off for one occasion, such as a royal wedding, was not known when earlier forecasts were
    made; a holiday counts from the second year on in which it is one.

    Args:
        code: ISO code of the country.
        years: Years that are asked about.
    """
    return _known(code, tuple(sorted(set(years))))


@cache
def _known(code: str, years: tuple[int, ...]) -> frozenset[date]:
    import holidays

    # Without `expand` the library adds no years that are looked up by the way.
    known = holidays.country_holidays(
        code, years=range(years[0] - 1, years[-1] + 1), expand=False, language="en_US"
    )
    named = {day: _names(known.get(day) or "") for day in known}
    before = {(day.year, name) for day, names in named.items() for name in names}
    return frozenset(
        day
        for day, names in named.items()
        if day.year in years and any((day.year - 1, name) in before for name in names)
    )


def _names(text: str) -> list[str]:
    found = []
    for name in text.split("; "):
        for added in ADDED:
            name = name.replace(added, "")  # noqa: PLW2901 - cut piece by piece
        found.append(name)
    return found


def _registry() -> dict[str, tuple[str, ...]]:
    from holidays.registry import COUNTRIES

    return dict(COUNTRIES)
