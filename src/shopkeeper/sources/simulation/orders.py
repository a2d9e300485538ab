"""When people order, and how: the purchase process on the calendar, accounts, channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.columnar import (
    Columns,
    Flags,
    Floats,
    Integers,
    draw_label,
    pick,
    starts,
)
from shopkeeper.sources.simulation.market import PAYMENT_METHODS, channel_shares, shares
from shopkeeper.sources.simulation.operational_time import SECONDS_PER_DAY
from shopkeeper.sources.simulation.people import People, account_guest_rate
from shopkeeper.sources.simulation.promotions import WELCOME_TAKE_UP_RATE
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.plan import ShopPlan

GUEST = -1
NO_PROMOTION = -1

# How true people are to their favourite channel and payment method.
_HABIT_RATE = 0.6
# How often someone with two accounts uses the second.
_SECOND_ACCOUNT_RATE = 0.4


@dataclass(frozen=True)
class Orders(Columns):
    """One row per order, sales and refunds alike; the sales of a block are sorted by time.

    Attributes:
        person: Row of the buyer in the block's people.
        seconds: When, in seconds since the start of the window.
        is_first: Whether it is the buyer's first order.
        account: 0 or 1 for the buyer's first or second account, -1 for a guest.
        channel: Position in `CHANNELS`.
        payment: Position in `PAYMENT_METHODS`.
        promotion: Position of the code used in the plan's promotions (their number stands for the
            welcome code), -1 for none.
        refund_of: Row of the order this one refunds, -1 for a sale.
    """

    person: Integers
    seconds: Integers
    is_first: Flags
    account: Integers
    channel: Integers
    payment: Integers
    promotion: Integers
    refund_of: Integers

    @property
    def is_refund(self) -> Flags:
        """Whether each row is a refund."""
        return self.refund_of >= 0


def draw_orders(plan: ShopPlan, people: People, block: int) -> Orders:
    """Draws all sales of a block of people, sorted by time."""
    random = plan.random(Purpose.ORDERS, block)
    weeks, person, is_first = _purchases(plan, people, random)
    size = len(person)
    seconds = np.floor(plan.time.to_seconds(weeks)).astype(np.int64)
    seconds = np.minimum(seconds, plan.time.seconds - 1)
    orders = Orders(
        person=person,
        seconds=seconds,
        is_first=is_first,
        account=_accounts(plan, people, person, random),
        channel=_habit(people.channel[person], channel_shares(), random),
        payment=_habit(people.payment[person], shares(PAYMENT_METHODS), random),
        promotion=_codes(plan, seconds, is_first, random),
        refund_of=np.full(size, -1, dtype=np.int64),
    )
    return pick(orders, np.argsort(seconds, kind="stable"))


def _purchases(
    plan: ShopPlan, people: People, random: np.random.Generator
) -> tuple[Floats, Integers, Flags]:
    """Gives operational time, buyer and whether it is the first, of every order.

    Given their number, the times of a Poisson process are uniform over the time alive.
    """
    counts = 1 + people.repeat_count
    person = np.repeat(np.arange(len(people)), counts)
    is_first = np.zeros(len(person), dtype=bool)
    is_first[starts(counts)] = True
    alive = np.minimum(people.lifetime, plan.time.weeks - people.first)
    later = np.where(is_first, 0.0, random.random(len(person)))
    return people.first[person] + later * alive[person], person, is_first


def _accounts(
    plan: ShopPlan, people: People, person: Integers, random: np.random.Generator
) -> Integers:
    second = people.has_two_accounts[person] & (random.random(len(person)) < _SECOND_ACCOUNT_RATE)
    guest = random.random(len(person)) < account_guest_rate(plan.options.guest_share)
    guest |= people.is_guest_only[person]
    return np.where(guest, GUEST, second.astype(np.int64))


def _habit(favourite: Integers, usual: Floats, random: np.random.Generator) -> Integers:
    """Gives the favourite most of the time, else a draw from the usual shares."""
    other = draw_label(usual, len(favourite), random)
    return np.where(random.random(len(favourite)) < _HABIT_RATE, favourite, other)


def _codes(
    plan: ShopPlan, seconds: Integers, is_first: Flags, random: np.random.Generator
) -> Integers:
    active = plan.promotion_by_day[seconds // SECONDS_PER_DAY]
    take_up = np.array([*(p.take_up_rate for p in plan.promotions), 0.0])
    used = random.random(len(seconds)) < take_up[active]
    welcome = is_first & (random.random(len(seconds)) < WELCOME_TAKE_UP_RATE)
    otherwise = np.where(welcome & plan.options.promotions, len(plan.promotions), NO_PROMOTION)
    return np.where(used, active, otherwise)
