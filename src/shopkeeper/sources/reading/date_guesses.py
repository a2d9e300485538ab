"""How dates are probably written, guessed from some of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shopkeeper.sources.reading.formats import DateFormat, DateOrder, Presence, Zone

_DATE = re.compile(
    r"\s*(?P<first>[0-9]{1,4})(?P<sign>[-/.])(?P<second>[0-9]{1,2})(?P=sign)(?P<third>[0-9]{1,4})"
    r"(?:(?P<joint>T|, | )(?P<clock>[0-9]{1,2}:[0-9]{2})(?P<seconds>:[0-9]{2})?"
    r"(?P<fraction>[.][0-9]+)?(?P<half>[ \u00a0\u202f]?[AaPp][.]?[Mm][.]?)?"
    r"(?P<zone> ?(?:UTC|GMT|Z|[+-][0-9]{2}(?::?[0-9]{2})?))?)?\s*"
)
_COMPACT = re.compile(r"\s*(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])\s*")
_NO_OFFSET = re.compile(" ?(?:UTC|GMT|Z|[+-]00(?::?00)?)")


@dataclass(frozen=True, slots=True)
class DateGuess:
    """A guess at how dates are written.

    Attributes:
        date_format: The format; its order is a placeholder if `orders` are several.
        share: Share of the values that look like it; 0–1.
        orders: Orders of year, month and day that the values leave open.
    """

    date_format: DateFormat
    share: float
    orders: tuple[DateOrder, ...]


@dataclass(frozen=True, slots=True)
class _Family:
    """What dates that belong together have in common."""

    is_year_first: bool
    separator: str
    has_short_year: bool
    has_half_days: bool
    joint: str


def guess_date_format(values: Mapping[str, int]) -> DateGuess | None:
    """Gives the date format that most dates look like, or None if not half of the values are dates.

    Args:
        values: Values and how often each occurs.
    """
    total = sum(values.values())
    if not total:
        return None
    compact = sum(n for value, n in values.items() if _COMPACT.fullmatch(value))
    if 2 * compact >= total:
        trimmed = all(value == value.strip() for value in values)
        never = Presence.NEVER
        found = DateFormat("ymd", "", time=never, seconds=never, is_padded=True, is_trimmed=trimmed)
        return DateGuess(found, compact / total, ("ymd",))
    matches = {v: match for v in values if (match := _DATE.fullmatch(v))}
    families = {value: family for value, match in matches.items() if (family := _family(match))}
    weights: Counter[_Family] = Counter()
    for value, family in families.items():
        weights[family] += values[value]
    joint = _joint(weights)
    weights = _merge_bare_dates(weights, joint)
    if not weights or 2 * sum(weights.values()) < total:
        return None
    best, weight = weights.most_common(1)[0]
    members = [m for v, m in matches.items() if v in families and _belongs(families[v], best)]
    orders: tuple[DateOrder, ...] = ("ymd",) if best.is_year_first else ("dmy", "mdy")
    return DateGuess(_format(best, members, orders[0]), weight / total, orders)


def _family(match: re.Match[str]) -> _Family | None:
    first, third = len(match["first"]), len(match["third"])
    if (first, third) not in {(4, 1), (4, 2), (1, 4), (2, 4), (1, 2), (2, 2)}:
        return None
    return _Family(
        first == 4, match["sign"], first != 4 != third, bool(match["half"]), match["joint"] or ""
    )


def _joint(weights: Counter[_Family]) -> str:
    joints: Counter[str] = Counter()
    for family, weight in weights.items():
        joints[family.joint] += weight * bool(family.joint)
    return joints.most_common(1)[0][0] if joints else ""


def _merge_bare_dates(weights: Counter[_Family], joint: str) -> Counter[_Family]:
    """Counts dates without a time of day with those that have one and are alike otherwise."""
    merged: Counter[_Family] = Counter()
    for family, weight in weights.items():
        alike = [f for f in weights if f.joint and _belongs(family, f)] if joint else []
        merged[max(alike, key=lambda f: weights[f]) if alike else family] += weight
    return merged


def _belongs(family: _Family, best: _Family) -> bool:
    same = (family.is_year_first, family.separator, family.has_short_year)
    if same != (best.is_year_first, best.separator, best.has_short_year):
        return False
    return family == best or not family.joint


def _format(family: _Family, members: list[re.Match[str]], order: DateOrder) -> DateFormat:
    timed = [member for member in members if member["clock"]]
    zones = {member["zone"] for member in timed if member["zone"]}
    zone = Zone.OFFSET if zones else Zone.NONE
    if zones and all(_NO_OFFSET.fullmatch(text) for text in zones):
        zone = Zone.UTC
    return DateFormat(
        order=order,
        separator=family.separator,
        has_short_year=family.has_short_year,
        is_padded=all(_is_padded(member) for member in members),
        joint=family.joint or " ",
        time=_presence(len(timed), len(members)),
        seconds=_presence(sum(bool(m["seconds"]) for m in timed), len(timed)),
        has_fraction=any(member["fraction"] for member in timed),
        has_half_days=family.has_half_days,
        zone=zone,
        is_trimmed=all(member[0] == member[0].strip() for member in members),
    )


def _is_padded(match: re.Match[str]) -> bool:
    parts = [match["first"], match["second"], match["third"]]
    hour = match["clock"].split(":")[0] if match["clock"] else "00"
    return all(len(part) > 1 for part in (*parts, hour))


def _presence(count: int, total: int) -> Presence:
    if not count:
        return Presence.NEVER
    return Presence.ALWAYS if count == total else Presence.SOMETIMES
