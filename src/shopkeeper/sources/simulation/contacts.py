"""Contacts: people whom a plan's contact keeps, what they go on to buy, and the truth of it.

A contact meets its customer at the start of a day. Whoever has left the shop by then, or leaves in
the days that count, is kept with one planted probability: from the day on which they would have
been gone they buy at their own rate and spend as they always did, through the account that was
contacted, without codes and refunds, until the days that count are over. Whoever stays anyway
buys nothing more. The shop's own orders stay as they are, byte by byte.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.baskets import draw_baskets, draw_spend
from shopkeeper.sources.simulation.block import ShopBlock
from shopkeeper.sources.simulation.columnar import Columns, Flags, Floats, Integers, pick
from shopkeeper.sources.simulation.identities import FIRST_CUSTOMER_NUMBER
from shopkeeper.sources.simulation.order_lines import sale_lines
from shopkeeper.sources.simulation.orders import NO_PROMOTION, Orders
from shopkeeper.sources.simulation.people import People, draw_people
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shopkeeper.sources.simulation.plan import ShopPlan

_HOURS = 24
_CENTS = 100
# Streams of contacts lie beyond those of blocks, whose numbers are far below.
_FIRST_STREAM = 2**63


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """What is planted.

    Attributes:
        contacted_on: Day on which contacts are made.
        day_count: Days that count, the first one included.
        saved_rate: Share of those who leave that a contact keeps, 0-1.
        key: Another key draws other people to be kept.
    """

    contacted_on: date
    day_count: int
    saved_rate: float
    key: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.saved_rate <= 1:
            raise ValueError(f"`saved_rate` is {self.saved_rate}; it is from 0 to 1")
        if self.day_count < 1:
            raise ValueError(f"`day_count` is {self.day_count}; it is 1 or more")

    @property
    def ends_before(self) -> date:
        """Day after the last that counts."""
        return self.contacted_on + timedelta(days=self.day_count)


@dataclass(frozen=True)
class Kept(Columns):
    """One row per customer on the list: what a contact does to them, were they contacted.

    Attributes:
        row: Position on the list.
        leaves: Whether they have left when the days that count are over.
        expected: Mean of what a contact makes them buy, given their hidden rates.
        amount: What it makes them buy: merchandise in cents.
    """

    row: Integers
    leaves: Flags
    expected: Floats
    amount: Integers


@dataclass(frozen=True)
class KeptBlock:
    """The customers of one block of people, and the orders that contacts would make them place.

    Attributes:
        customers: One row per customer of the list.
        orders: Their further orders, as a block that `order_table` writes.
        listed: For each line of these orders, the position of its customer on the list.
    """

    customers: Kept
    orders: ShopBlock
    listed: Integers


def keep(plan: ShopPlan, customer_ids: Sequence[str], contacts: Contacts) -> Iterator[KeptBlock]:
    """Draws what contacts would do to each customer, contacted or not, block by block.

    Args:
        plan: The shop.
        customer_ids: Accounts on a list, each once.
        contacts: What is planted.

    Raises:
        ValueError: An id is none of this shop, or the days lie outside of its window.
    """
    _require_inside(plan, contacts)
    numbers = _numbers(plan, customer_ids)
    size = plan.options.block_size
    block = numbers // 2 // size
    for position in np.unique(block).tolist():
        rows = np.flatnonzero(block == position)
        person, account = numbers[rows] // 2 - position * size, numbers[rows] % 2
        yield _kept(plan, contacts, position, _Listed(rows, person, account))


@dataclass(frozen=True)
class _Listed:
    """Customers of one block: position on the list, row of the person, account."""

    row: Integers
    person: Integers
    account: Integers


def _kept(plan: ShopPlan, contacts: Contacts, position: int, listed: _Listed) -> KeptBlock:
    people = draw_people(plan, position)
    stream = _stream(contacts.key, position)
    random = plan.random(Purpose.CONTACTS, stream)
    begin, end = (
        plan.time.edges[plan.day(day) * _HOURS]
        for day in (contacts.contacted_on, contacts.ends_before)
    )
    mine = pick(people, listed.person)
    gone = np.clip(mine.first + mine.lifetime, begin, end)
    likely = mine.purchase_rate * (end - gone)
    is_kept = random.random(len(mine)) < contacts.saved_rate
    counts = random.poisson(likely) * is_kept
    who = np.repeat(np.arange(len(mine)), counts)
    weeks = gone[who] + random.random(len(who)) * (end - gone[who])
    who, orders = _orders(plan, people, listed, who, weeks)
    block, merchandise = _filled(plan, people, orders, position, stream)
    bought = np.bincount(who[block.lines.order], weights=merchandise, minlength=len(mine))
    spends = plan.options.spend.order_shape / mine.spend_rate
    customers = Kept(
        listed.row,
        gone < end,
        contacts.saved_rate * likely * spends,
        np.rint(bought).astype(np.int64),
    )
    return KeptBlock(customers, block, listed.row[who[block.lines.order]])


def _orders(
    plan: ShopPlan, people: People, listed: _Listed, who: Integers, weeks: Floats
) -> tuple[Integers, Orders]:
    """Gives orders by time, and whose each is, as a position among the customers."""
    seconds = np.floor(plan.time.to_seconds(weeks)).astype(np.int64)
    order = np.argsort(seconds, kind="stable")
    who, person = who[order], listed.person[who[order]]
    none = np.full(len(who), -1, dtype=np.int64)
    return who, Orders(
        person=person,
        seconds=seconds[order],
        is_first=np.zeros(len(who), dtype=bool),
        account=listed.account[who],
        channel=people.channel[person],
        payment=people.payment[person],
        promotion=np.full(len(who), NO_PROMOTION, dtype=np.int64),
        refund_of=none,
    )


def _filled(
    plan: ShopPlan, people: People, orders: Orders, position: int, stream: int
) -> tuple[ShopBlock, Integers]:
    """Fills the orders with lines; gives also the merchandise on each line, in cents."""
    spend = draw_spend(plan, people, orders, stream)
    baskets = draw_baskets(plan, people, orders, spend, stream)
    lines = sale_lines(plan, people, orders, baskets, stream)
    block = ShopBlock(
        position=position,
        people=people,
        orders=orders,
        sale_count=len(orders),
        lines=lines,
        damage=np.zeros(len(lines), dtype=np.int64),
        spend=spend,
        file_rows=np.arange(len(lines)),
        repeated_rows=np.zeros(0, dtype=np.int64),
    )
    return block, np.where(lines.product < plan.catalogue.merchandise_count, lines.amount, 0)


def _stream(key: str, position: int) -> int:
    digest = hashlib.sha256(f"{key}/{position}".encode()).digest()
    return _FIRST_STREAM + int.from_bytes(digest[:7], "big")


def _require_inside(plan: ShopPlan, contacts: Contacts) -> None:
    options = plan.options
    if not options.start <= contacts.contacted_on <= contacts.ends_before <= options.end:
        raise ValueError(
            f"the days from {contacts.contacted_on} until {contacts.ends_before} do not lie within"
            f" those of the shop, {options.start} until {options.end}"
        )


def _numbers(plan: ShopPlan, customer_ids: Sequence[str]) -> Integers:
    """Gives twice the number of each customer's person, and one more for the second account."""
    most = 2 * plan.options.customer_count
    texts = np.array([name[1:] if name[:1] == "C" else "" for name in customer_ids], dtype=object)
    wrong = [i for i, text in zip(customer_ids, texts, strict=True) if not text.isdecimal()]
    numbers = np.array([int(t) if t.isdecimal() else 0 for t in texts], dtype=np.int64)
    numbers -= FIRST_CUSTOMER_NUMBER
    outside = np.flatnonzero((numbers < 0) | (numbers >= most))
    if wrong or len(outside):
        name = wrong[0] if wrong else customer_ids[int(outside[0])]
        raise ValueError(f"`{name}` is no customer of this made-up shop")
    return numbers
