"""Rules: which products the shop may show to whom, and how a list is put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from shopkeeper.models.recommender.lists import NOTHING
from shopkeeper.tasks.recommendation.features import FEATURES, NEVER_DAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shopkeeper.tasks.recommendation.features import Candidates

    Places = NDArray[np.int64]
    Flags = NDArray[np.bool_]


LAST_DAYS = FEATURES.index("own_last_days")


@dataclass(frozen=True)
class Rules:
    """What a list must keep to.

    Attributes:
        length: Products on a list.
        mode: Products to buy `again`, `new` ones, or `both`.
        least_new: New products on each list where both are shown.
        exclude_bought_days: Days for which what was just bought is not shown.
        most_per_category: Products of one category on a list; None for any number.
    """

    length: int = 10
    mode: Literal["both", "again", "new"] = "both"
    least_new: int = 3
    exclude_bought_days: int = 0
    most_per_category: int | None = None


def allowed(candidates: Candidates, rules: Rules, may_show: Flags) -> Flags:
    """Gives which candidates may be shown.

    Args:
        candidates: Products near at hand.
        rules: The shop's.
        may_show: Whether each product may be shown to anybody; shape (products,).
    """
    found = may_show[candidates.product]
    last = candidates.features[:, LAST_DAYS]
    found &= ~(candidates.is_own & (last <= rules.exclude_bought_days))
    # Bought and wholly taken back: neither new nor wanted again.
    found &= candidates.is_own | (last >= NEVER_DAYS)
    if rules.mode != "both":
        found &= candidates.is_own == (rules.mode == "again")
    return found


def chosen(
    candidates: Candidates,
    score: NDArray[np.float32],
    is_allowed: Flags,
    rules: Rules,
    *,
    category: Places,
) -> Places:
    """Gives the entries that stand on lists, by customer and from the first rank on.

    Args:
        candidates: Products near at hand, customers together.
        score: How likely each is bought.
        is_allowed: Which may be shown.
        rules: The shop's.
        category: Place of the category of each product; -1 where it has none.
    """
    entries = np.flatnonzero(is_allowed)
    order = np.lexsort((candidates.product[entries], -score[entries], candidates.customer[entries]))
    entries = entries[order]
    if rules.most_per_category is not None:
        entries = entries[_capped(candidates, entries, category, rules.most_per_category)]
    customer, is_new = candidates.customer[entries], ~candidates.is_own[entries]
    place = _running(customer)
    if rules.mode == "both" and rules.least_new:
        # The last places are kept for new products, as far as there are any.
        kept_new = np.minimum(rules.least_new, rules.length)
        new_place = _running_of(customer, is_new)
        old_place = place - new_place
        news = np.bincount(customer[is_new], minlength=customer.max(initial=-1) + 1)
        room = rules.length - np.minimum(news, kept_new)
        entries = entries[is_new | (old_place < room[customer])]
        customer = candidates.customer[entries]
        place = _running(customer)
    return entries[place < rules.length]


def _capped(candidates: Candidates, entries: Places, category: Places, most: int) -> Flags:
    """Gives which entries are among the first of their customer and category."""
    kind = category[candidates.product[entries]]
    key = candidates.customer[entries] * (kind.max(initial=0) + 2) + kind + 1
    order = np.argsort(key, kind="stable")
    within = np.empty(len(entries), dtype=np.int64)
    within[order] = _running(key[order])
    return (within < most) | (kind == NOTHING)


def _running(groups: Places) -> Places:
    """Gives the place of each entry in its group; groups stand together."""
    begins = np.flatnonzero(np.diff(groups, prepend=-1))
    lengths = np.diff(np.append(begins, len(groups)))
    return np.arange(len(groups)) - np.repeat(begins, lengths)


def _running_of(groups: Places, flags: Flags) -> Places:
    """Gives how many entries with a flag stand before each one in its group."""
    so_far: Places = np.cumsum(flags) - flags
    begins = np.flatnonzero(np.diff(groups, prepend=-1))
    lengths = np.diff(np.append(begins, len(groups)))
    found: Places = so_far - np.repeat(so_far[begins], lengths)
    return found
