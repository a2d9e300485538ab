"""Who buys: rates, lifetimes, spend, taste and accounts of a block of people."""

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
)
from shopkeeper.sources.simulation.market import (
    COUNTRIES,
    PAYMENT_METHODS,
    channel_shares,
    shares,
)
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.catalogue import Catalogue
    from shopkeeper.sources.simulation.plan import ShopPlan

# Some people love one category, most only lean towards one.
LOVER_SHARE = 0.35
LOVER_LOYALTY = 0.75
USUAL_LOYALTY = 0.10
# Share of picks that are simply the favourite product again.
FAVOURITE_RATE = 0.12
# Mean time until those who come with the opening place their first order.
_OPENING_WEEKS = 10.0
# Half of the guest orders come from people who never open an account.
_GUEST_ONLY_PART = 0.5


@dataclass(frozen=True)
class People(Columns):
    """One row per person.

    Attributes:
        number: Position of the person in the whole shop, from 0.
        purchase_rate: Orders per operational week while alive.
        dropout_rate: Chance to drop out per operational week.
        lifetime: Operational weeks from the first order to the drop-out.
        first: Operational week of the first order, from 0.
        repeat_count: Orders after the first within the window.
        spend_rate: Rate of the gamma of the person's spend per order, per unit of the currency.
        country: Position in `COUNTRIES`.
        channel: Position of the favourite channel in `CHANNELS`.
        payment: Position of the favourite payment method in `PAYMENT_METHODS`.
        favourite_category: Position of the category the person leans towards.
        favourite_product: Position of the product the person comes back to.
        loyalty: Share of picks made inside the favourite category, 0-1.
        name: A number that first name, last name and mail domain are made from.
        is_guest_only: Whether the person has no account.
        has_two_accounts: Whether the person owns a second account with the same mail box.
    """

    number: Integers
    purchase_rate: Floats
    dropout_rate: Floats
    lifetime: Floats
    first: Floats
    repeat_count: Integers
    spend_rate: Floats
    country: Integers
    channel: Integers
    payment: Integers
    favourite_category: Integers
    favourite_product: Integers
    loyalty: Floats
    name: Integers
    is_guest_only: Flags
    has_two_accounts: Flags


def draw_people(plan: ShopPlan, block: int) -> People:
    """Draws the people of a block; a larger shop of the same seed begins with the same people."""
    size, random = plan.options.block_size, plan.random(Purpose.PEOPLE, block)
    process, spend = plan.options.purchase_process, plan.options.spend
    purchase_rate = random.gamma(process.rate_shape, 1 / process.rate_scale, size)
    dropout_rate = _above_zero(random.gamma(process.dropout_shape, 1 / process.dropout_scale, size))
    lifetime = random.exponential(1.0, size) / dropout_rate
    first = _first_orders(plan, random)
    alive = np.minimum(lifetime, plan.time.weeks - first)
    guest_only = random.random(size) < plan.options.guest_share * _GUEST_ONLY_PART
    category = draw_label(plan.catalogue.category_share, size, random)
    people = People(
        number=block * size + np.arange(size),
        purchase_rate=purchase_rate,
        dropout_rate=dropout_rate,
        lifetime=lifetime,
        first=first,
        repeat_count=random.poisson(purchase_rate * alive),
        spend_rate=random.gamma(spend.customer_shape, 1 / spend.customer_scale, size),
        country=draw_label(shares(COUNTRIES), size, random),
        channel=draw_label(channel_shares(), size, random),
        payment=draw_label(shares(PAYMENT_METHODS), size, random),
        favourite_category=category,
        favourite_product=plan.catalogue.pick_in_category(category, random),
        loyalty=np.where(random.random(size) < LOVER_SHARE, LOVER_LOYALTY, USUAL_LOYALTY),
        name=random.integers(0, 2**31, size),
        is_guest_only=guest_only,
        has_two_accounts=~guest_only & (random.random(size) < plan.options.duplicate_share),
    )
    return pick(people, people.number < plan.options.customer_count)


def _above_zero(rates: Floats) -> Floats:
    """Keeps a gamma draw that underflowed from dividing by zero."""
    return np.maximum(rates, np.finfo(np.float64).tiny)


def _first_orders(plan: ShopPlan, random: np.random.Generator) -> Floats:
    """Draws the operational week of the first order of a block of people."""
    size, weeks = plan.options.block_size, plan.time.weeks
    later = _growing(random.random(size), plan.options.growth) * weeks
    # An exponential, cut off at the end of the window.
    whole = -np.expm1(-weeks / _OPENING_WEEKS)
    early = -_OPENING_WEEKS * np.log1p(-random.random(size) * whole)
    return np.where(random.random(size) < plan.options.opening_share, early, later)


def _growing(uniform: Floats, growth: float) -> Floats:
    """Turns uniform draws into draws from a density that rises linearly by `growth`, on 0-1."""
    if growth == 0:
        return uniform
    return np.asarray((np.sqrt(1 + uniform * growth * (2 + growth)) - 1) / growth)


def account_guest_rate(guest_share: float) -> float:
    """Gives the chance that someone with an account orders as a guest all the same, 0-1."""
    never = guest_share * _GUEST_ONLY_PART
    return (guest_share - never) / (1 - never)


def pick_products(
    catalogue: Catalogue,
    people: People,
    person: Integers,
    month: Integers,
    random: np.random.Generator,
) -> Integers:
    """Draws one product per row by the taste of the person and the demand of the month.

    Args:
        catalogue: What is sold.
        people: Whose tastes count.
        person: Row of the person, -1 for a stranger without favourites.
        month: Month of the pick, 0 for January.
        random: Stream to draw from.
    """
    known = person >= 0
    draw = np.where(known, random.random(len(person)), 1.0)
    seasonal = catalogue.pick_in_season(month, random)
    inside = catalogue.pick_in_category(people.favourite_category[person], random)
    loyal = draw < FAVOURITE_RATE + (1 - FAVOURITE_RATE) * people.loyalty[person]
    product = np.where(loyal, inside, seasonal)
    return np.where(draw < FAVOURITE_RATE, people.favourite_product[person], product)
