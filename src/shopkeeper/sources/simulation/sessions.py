"""Visits to the shop: one that ends in each order, and those before it that came to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.columnar import (
    Columns,
    Floats,
    Integers,
    draw_label,
    join,
    pick,
)
from shopkeeper.sources.simulation.market import BROWSERS, CHANNELS, COUNTRIES, DEVICES, shares
from shopkeeper.sources.simulation.operational_time import SECONDS_PER_DAY
from shopkeeper.sources.simulation.orders import GUEST, Orders
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.block import ShopBlock
    from shopkeeper.sources.simulation.plan import ShopPlan

STRANGER = -1
NO_ORDER = -1

# Of the visits that come to nothing: by someone who orders sooner or later, and signed in.
_KNOWN_RATE = 0.55
_SIGNED_IN_RATE = 0.5
_SECOND_DEVICE_RATE = 0.25
# Such a visit lies some days before the order it is drawn with, at about the same hour.
_DAYS_BEFORE = 6.0
_HOUR_SPREAD_SECONDS = 5_400.0


class Step(IntEnum):
    """How far a session came, and what an event is."""

    VIEW = 0
    ADD_TO_CART = 1
    CHECKOUT = 2
    PURCHASE = 3


@dataclass(frozen=True)
class Sessions(Columns):
    """One row per session, sorted by the time of the last event.

    Attributes:
        seconds: Time of the last event, in seconds since the start of the window.
        step: The furthest step reached, as in `Step`.
        order: Row of the order placed, -1 for none.
        person: Row of the visitor in the block's people, -1 for a stranger who never orders.
        account: 0 or 1 when signed in to that account, -1 otherwise.
        device_slot: 0 or 1 for the visitor's first or second device.
        channel: Position in `CHANNELS`.
        device: Position in `DEVICES`.
        browser: Position in `BROWSERS`.
        country: Position in `COUNTRIES`.
    """

    seconds: Integers
    step: Integers
    order: Integers
    person: Integers
    account: Integers
    device_slot: Integers
    channel: Integers
    device: Integers
    browser: Integers
    country: Integers


def draw_sessions(plan: ShopPlan, block: ShopBlock) -> Sessions:
    """Draws all sessions of a block.

    Every channel's funnel holds exactly in expectation: sessions before an order fail one after
    the other, each with the chance that the channel's rates leave.
    """
    random = plan.random(Purpose.SESSIONS, block.position)
    sales = pick(block.orders, np.arange(block.sale_count))
    conversion = np.array([channel.conversion_rate for channel in CHANNELS])
    failures = random.geometric(conversion[sales.channel]) - 1
    near = np.repeat(np.arange(len(sales)), failures)
    failed = _failed(plan, block, pick(sales, near), random)
    sessions = join(_ordering(sales, random), failed)
    sessions = _with_devices(block, sessions, random)
    return pick(sessions, np.argsort(sessions.seconds, kind="stable"))


def _ordering(sales: Orders, random: np.random.Generator) -> Sessions:
    size = len(sales)
    nothing = np.zeros(size, dtype=np.int64)
    return Sessions(
        seconds=sales.seconds,
        step=nothing + Step.PURCHASE,
        order=np.arange(size),
        person=sales.person,
        account=sales.account,
        device_slot=(random.random(size) < _SECOND_DEVICE_RATE).astype(np.int64),
        channel=sales.channel,
        device=nothing,
        browser=nothing,
        country=nothing,
    )


def _failed(
    plan: ShopPlan, block: ShopBlock, near: Orders, random: np.random.Generator
) -> Sessions:
    """Draws one failed session for each row of `near`, the order it precedes."""
    size = len(near)
    nothing = np.zeros(size, dtype=np.int64)
    seconds = _days_before(plan, near.seconds, random)
    person = np.where(random.random(size) < _KNOWN_RATE, near.person, STRANGER)
    signed_in = (person != STRANGER) & (random.random(size) < _SIGNED_IN_RATE)
    signed_in &= ~block.people.is_guest_only[person]
    signed_in &= seconds >= _first_order_seconds(block)[person]
    return Sessions(
        seconds=seconds,
        step=_failed_step(near.channel, random),
        order=nothing + NO_ORDER,
        person=person,
        account=np.where(signed_in, 0, GUEST),
        device_slot=(random.random(size) < _SECOND_DEVICE_RATE).astype(np.int64),
        channel=near.channel,
        device=nothing,
        browser=nothing,
        country=nothing,
    )


def _failed_step(channel: Integers, random: np.random.Generator) -> Integers:
    """Draws how far sessions came, given that they did not end in an order."""
    cart = np.array([c.add_to_cart_rate for c in CHANNELS])[channel]
    checkout = cart * np.array([c.checkout_rate for c in CHANNELS])[channel]
    bought = np.array([c.conversion_rate for c in CHANNELS])[channel]
    draw = random.random(len(channel)) * (1 - bought)
    return (draw >= 1 - cart).astype(np.int64) + (draw >= 1 - checkout)


def _days_before(plan: ShopPlan, seconds: Integers, random: np.random.Generator) -> Integers:
    days = random.exponential(_DAYS_BEFORE, len(seconds)).astype(np.int64)
    shift = random.normal(0.0, _HOUR_SPREAD_SECONDS, len(seconds)).astype(np.int64)
    moved = np.minimum(seconds - days * SECONDS_PER_DAY + shift, plan.time.seconds - 1)
    early = (random.random(len(seconds)) * seconds).astype(np.int64)
    return np.where(moved < 0, early, moved)


def _first_order_seconds(block: ShopBlock) -> Integers:
    first = np.zeros(len(block.people), dtype=np.int64)
    is_first = block.orders.is_first
    first[block.orders.person[is_first]] = block.orders.seconds[is_first]
    return first


def _with_devices(block: ShopBlock, sessions: Sessions, random: np.random.Generator) -> Sessions:
    """Gives each device of a person one kind and one browser; strangers have one device each."""
    size, people = len(sessions), len(block.people)
    stranger = sessions.person == STRANGER
    # Devices of people come first, two each, then one per session of a stranger.
    device = np.where(
        stranger, 2 * people + np.arange(size), 2 * sessions.person + sessions.device_slot
    )

    def of_device(usual: Floats) -> Integers:
        return draw_label(usual, 2 * people + size, random)[device]

    country = draw_label(shares(COUNTRIES), size, random)
    drawn = {
        "device": of_device(shares(DEVICES)),
        "browser": of_device(shares(BROWSERS)),
        "country": np.where(stranger, country, block.people.country[sessions.person]),
    }
    return Sessions(**{**vars(sessions), **drawn})


def count_funnel(sessions: Sessions) -> Integers:
    """Counts the sessions of each channel that reached each step; shape (channels, 4)."""
    counts = np.zeros((len(CHANNELS), len(Step)), dtype=np.int64)
    np.add.at(counts, (sessions.channel, sessions.step), 1)
    return np.asarray(np.cumsum(counts[:, ::-1], axis=1)[:, ::-1])
