"""Names: what a segment is called - how it differs from the shop, in plain words, no two alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Standard deviations of the shop's customers from which on a difference is worth a word.
NOTABLE = 0.5
# Share of one-time buyers from which on a segment is called by them.
MOSTLY = 0.9
RECENCY, COUNT, VALUE, AGE = (
    "days_since_last_purchase",
    "purchase_count",
    "mean_purchase_amount",
    "days_since_first_purchase",
)
# What sets two segments of one name apart: feature → less of it, more of it.
COMPARED = {
    VALUE: ("smaller purchases", "larger purchases"),
    RECENCY: ("more recent", "less recent"),
    COUNT: ("fewer purchases", "more purchases"),
    AGE: ("newer", "older"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What a segment is.

    Attributes:
        deviations: Feature → distance of its centre from the shop's mean, in standard deviations.
        once_share: Share of its customers who bought once.
    """

    deviations: Mapping[str, float]
    once_share: float

    def level(self, feature: str) -> int:
        """Gives -1, 0 or 1: notably less, about the same, notably more than the shop."""
        found = self.deviations.get(feature, 0.0)
        return (found > NOTABLE) - (found < -NOTABLE)


def names_of(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """Gives one name for each profile, all different."""
    names = [_name(profile) for profile in profiles]
    for name in sorted(set(names)):
        alike = [place for place, other in enumerate(names) if other == name]
        if len(alike) > 1:
            for place, longer in _told_apart(name, profiles, alike):
                names[place] = longer
    return unique(names)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Gives the names, later ones numbered where an earlier one is the same.

    Examples:
        >>> unique(["New buyers", "Old buyers", "New buyers"])
        ('New buyers', 'Old buyers', 'New buyers 2')
    """
    taken: list[str] = []
    for name in names:
        place, found = 2, name
        while found in taken:
            found, place = f"{name} {place}", place + 1
        taken.append(found)
    return tuple(taken)


def meaning_of(profile: Profile) -> str:
    """Gives what the segment is in one sentence, compared with the shop's customers."""
    words = {
        COUNT: ("buy seldom", "buy often"),
        VALUE: ("spend little at a time", "spend much at a time"),
        RECENCY: ("bought lately", "have not bought for long"),
        AGE: ("are new", "have been customers for long"),
    }
    said = {
        feature: texts[profile.level(feature) > 0]
        for feature, texts in words.items()
        if profile.level(feature)
    }
    if COUNT in profile.deviations and profile.once_share >= MOSTLY:
        said = {**said, COUNT: "bought once"}
    if not said:
        return "They buy much like the shop's usual customer"
    first, *rest = said.values()
    return f"They {', '.join([first, *rest[:-1]])} and {rest[-1]}" if rest else f"They {first}"


def advice_of(profile: Profile) -> str:
    """Gives what to try with such customers; whether it works, a test with a holdout tells."""
    recency, count, value = (profile.level(name) for name in (RECENCY, COUNT, VALUE))
    if recency > 0:
        if count > 0 or value > 0:
            return "Worth a personal word: ask what kept them away, and try an offer on a part"
        return "Do not spend on them; keep the newsletter"
    if count > 0:
        return "Show them what is new first and thank them; no discounts needed"
    if profile.level(AGE) < 0 or profile.once_share >= MOSTLY:
        return "Make the second purchase easy while they remember the shop"
    return "Offer what goes with what they bought; bring them to the next purchase"


def _name(profile: Profile) -> str:
    once = COUNT in profile.deviations and profile.once_share >= MOSTLY
    how_often = "one-time" if once else ("occasional", "", "frequent")[1 + profile.level(COUNT)]
    who = ("small spenders", "buyers", "big spenders")[1 + profile.level(VALUE)]
    recency = profile.level(RECENCY)
    age = ("new", "", "" if recency > 0 else "long-standing")[1 + profile.level(AGE)]
    name = " ".join(word for word in (age, how_often, who) if word)
    # A new customer has bought lately anyhow.
    when = ", long ago" if recency > 0 else ", lately" if recency < 0 and age != "new" else ""
    return name[0].upper() + name[1:] + when


def _told_apart(
    name: str, profiles: Sequence[Profile], alike: Sequence[int]
) -> list[tuple[int, str]]:
    """Adds to each of some equal names what they differ in most."""

    def values(feature: str) -> list[float]:
        return [profiles[place].deviations.get(feature, 0.0) for place in alike]

    widest = max(COMPARED, key=lambda feature: max(values(feature)) - min(values(feature)))
    middle = (max(values(widest)) + min(values(widest))) / 2
    less, more = COMPARED[widest]
    return [
        (place, f"{name}, {less if value <= middle else more}")
        for place, value in zip(alike, values(widest), strict=True)
    ]
