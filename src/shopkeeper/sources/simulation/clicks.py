"""What happens in a session, event by event: view, add to cart, checkout, purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.columnar import (
    Columns,
    Flags,
    Integers,
    join,
    pick,
    starts,
)
from shopkeeper.sources.simulation.people import pick_products
from shopkeeper.sources.simulation.seeds import Purpose
from shopkeeper.sources.simulation.sessions import NO_ORDER, Sessions, Step

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.block import ShopBlock
    from shopkeeper.sources.simulation.plan import ShopPlan

NO_PRODUCT = -1

_FURTHER_VIEWS = 0.6
_SECOND_IN_CART_RATE = 0.2
_SHORTEST_PAUSE_SECONDS = 4
_MEAN_PAUSE_SECONDS = 45.0


@dataclass(frozen=True)
class Clicks(Columns):
    """One row per event, sorted by time.

    Attributes:
        session: Row of the session in the block's sessions.
        step: What happened, as in `Step`.
        product: Position of the product in the catalogue, -1 at the checkout.
        seconds: When, in seconds since the start of the window.
    """

    session: Integers
    step: Integers
    product: Integers
    seconds: Integers


def draw_clicks(plan: ShopPlan, block: ShopBlock, sessions: Sessions) -> Clicks:
    """Draws the events of a block's sessions.

    A session with an order views, adds and purchases each merchandise line of it, and all its
    purchase events carry the order's time.
    """
    random = plan.random(Purpose.CLICKS, block.position)
    bought = _bought(plan, block, sessions)
    viewed, in_cart = _browsed(plan, block, sessions, random)
    checkout = np.flatnonzero(sessions.step >= Step.CHECKOUT)
    clicks = join(_events(Step.VIEW, *viewed), _events(Step.VIEW, *bought))
    clicks = join(clicks, _events(Step.ADD_TO_CART, *in_cart))
    clicks = join(clicks, _events(Step.ADD_TO_CART, *bought))
    clicks = join(clicks, _events(Step.CHECKOUT, checkout, np.full_like(checkout, NO_PRODUCT)))
    clicks = join(clicks, _events(Step.PURCHASE, *bought))
    clicks = pick(clicks, np.lexsort((clicks.step, clicks.session)))
    clicks = _timed(clicks, sessions, random)
    return pick(clicks, np.argsort(clicks.seconds, kind="stable"))


def _events(step: Step, session: Integers, product: Integers) -> Clicks:
    nothing = np.zeros(len(session), dtype=np.int64)
    return Clicks(session=session, step=nothing + step, product=product, seconds=nothing)


def _bought(plan: ShopPlan, block: ShopBlock, sessions: Sessions) -> tuple[Integers, Integers]:
    """Gives session and product of each merchandise line sold."""
    lines = block.lines
    sold = (lines.quantity > 0) & (lines.product < plan.catalogue.merchandise_count)
    session_of_order = np.empty(block.sale_count, dtype=np.int64)
    ordering = np.flatnonzero(sessions.order != NO_ORDER)
    session_of_order[sessions.order[ordering]] = ordering
    return session_of_order[lines.order[sold]], lines.product[sold]


def _browsed(
    plan: ShopPlan, block: ShopBlock, sessions: Sessions, random: np.random.Generator
) -> tuple[tuple[Integers, Integers], tuple[Integers, Integers]]:
    """Gives session and product of views, and of what was added to the cart and not bought."""
    fails = sessions.order == NO_ORDER
    views = random.poisson(_FURTHER_VIEWS, len(sessions)) + fails
    session = np.repeat(np.arange(len(sessions)), views)
    month = plan.time.month_of(sessions.seconds)[session]
    person = sessions.person[session]
    product = pick_products(plan.catalogue, block.people, person, month, random)
    place = np.arange(len(session)) - starts(views)[session]
    second = random.random(len(sessions)) < _SECOND_IN_CART_RATE
    added = _is_added(sessions, fails, second)[session] > place
    return (session, product), (session[added], product[added])


def _is_added(sessions: Sessions, fails: Flags, second: Flags) -> Integers:
    """Gives how many of a session's viewed products go into the cart at most."""
    in_cart = fails & (sessions.step >= Step.ADD_TO_CART)
    return np.where(in_cart, 1 + second, 0)


def _timed(clicks: Clicks, sessions: Sessions, random: np.random.Generator) -> Clicks:
    """Sets the times back from the end of each session, with a pause after each event."""
    pause = _SHORTEST_PAUSE_SECONDS + random.exponential(_MEAN_PAUSE_SECONDS, len(clicks))
    last = np.append(np.diff(clicks.session) != 0, True)
    pause[last | (clicks.step == Step.PURCHASE)] = 0
    passed = np.cumsum(pause.astype(np.int64))
    end = np.flatnonzero(last)[np.cumsum(last) - last]
    before_end = passed[end] - passed + pause.astype(np.int64)
    seconds = np.maximum(sessions.seconds[clicks.session] - before_end, 0)
    return Clicks(clicks.session, clicks.step, clicks.product, seconds)
