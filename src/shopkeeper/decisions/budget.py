"""Budget: which option to take for whom, so that the money that may be spent brings the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Choice = NDArray[np.int64]

NONE = -1
# After the money ran out at a dear step, cheaper ones may still fit; each pass takes those.
PASSES = 8


def best_options(gain: Array) -> Choice:
    """Gives for each row the option with the highest gain, -1 where none is above 0.

    Args:
        gain: Array of shape (rows, options).
    """
    best = gain.argmax(axis=1)
    found: Choice = np.where(gain.max(axis=1) > 0, best, NONE).astype(np.int64)
    return found


def within_budget(gain: Array, cost: Array, budget: float | None) -> Choice:
    """Gives for each row the option to take, -1 for none, so that all together bring the most.

    Each row may step from nothing to a cheap option to a dearer one; steps are taken in order of
    what they bring for the money until it is spent. With equal costs this is the best there is;
    otherwise it is short of the best by less than what one step brings.

    Args:
        gain: Array of shape (rows, options), net of cost.
        cost: Array of shape (options,).
        budget: Most that may be spent; None for no limit.
    """
    if budget is None or len(gain) == 0:
        return best_options(gain)
    rows, options, slopes, prices, ranks = _steps(gain, cost)
    order = np.lexsort((rows, ranks, -slopes))
    rows, options, prices, ranks = rows[order], options[order], prices[order], ranks[order]
    chosen: Choice = np.full(len(gain), NONE, dtype=np.int64)
    stands = np.zeros(len(gain), dtype=np.int64)
    waiting = np.ones(len(rows), dtype=bool)
    left = float(budget)
    for turn in range(PASSES):
        # In the first turn the steps of one row follow each other by themselves.
        open_ = waiting & (prices <= left)
        if turn:
            open_ &= ranks == stands[rows]
        places = np.flatnonzero(open_)
        spent = np.cumsum(prices[places])
        taken = places[: int(np.searchsorted(spent, left, side="right"))]
        if turn == 0:
            taken = taken[_without_gap(rows[taken], ranks[taken])]
        if not len(taken):
            break
        left -= float(prices[taken].sum())
        np.maximum.at(stands, rows[taken], ranks[taken] + 1)
        chosen[rows[taken]] = options[taken]
        waiting[taken] = False
    return chosen


def _without_gap(rows: Choice, ranks: Choice) -> NDArray[np.bool_]:
    """Whether all earlier steps of the same row are among the steps, which come in order."""
    if not len(rows):
        return np.zeros(0, dtype=bool)
    order = np.argsort(rows, kind="stable")
    sorted_rows = rows[order]
    starts = np.flatnonzero(np.r_[True, sorted_rows[1:] != sorted_rows[:-1]])
    lengths = np.diff(np.r_[starts, len(rows)])
    places = np.arange(len(rows)) - np.repeat(starts, lengths)
    fits = np.empty(len(rows), dtype=bool)
    fits[order] = ranks[order] == places
    return fits


def _steps(gain: Array, cost: Array) -> tuple[Choice, Choice, Array, Array, Choice]:
    """Gives the steps of each row along the upper edge of its options, steepest first.

    Returns:
        Row, option, gain for each unit of money, price and number (from 0) of each step.
    """
    everyone = np.arange(len(gain))
    now_gain, now_cost = np.zeros(len(gain)), np.zeros(len(gain))
    found: list[tuple[NDArray[np.generic], ...]] = []
    for rank in range(gain.shape[1]):
        more, price = gain - now_gain[:, None], cost[None, :] - now_cost[:, None]
        useful = (more > 0) & (price >= 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(useful, np.where(price > 0, more / price, np.inf), -np.inf)
        # Of equally steep steps the longest: it leaves no step behind.
        best = np.lexsort((more, slope), axis=1)[:, -1]
        goes = useful[everyone, best]
        rows = everyone[goes]
        if not len(rows):
            break
        option = best[goes]
        found.append(
            (rows, option, slope[rows, option], price[rows, option], np.full(len(rows), rank))
        )
        now_gain[rows], now_cost[rows] = gain[rows, option], cost[option]
        # A row that has gone its last step goes no further.
        stays = everyone[~goes]
        now_gain[stays] = np.inf
    if not found:
        empty = np.zeros(0)
        whole = np.zeros(0, dtype=np.int64)
        return whole, whole, empty, empty, whole
    rows_, options, slopes, prices, ranks = (
        np.concatenate(part) for part in zip(*found, strict=True)
    )
    return rows_, options, slopes, prices, ranks
