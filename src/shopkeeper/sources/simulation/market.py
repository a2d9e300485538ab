"""Where buyers live, how they come, pay and browse, and the funnel rates of each channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.columnar import Floats


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way into the shop, with its planted funnel.

    Attributes:
        name: As written in the files.
        order_share: Share of orders that come this way, 0-1.
        add_to_cart_rate: Sessions with something added to the cart, of all sessions, 0-1.
        checkout_rate: Sessions that reach the checkout, of those with a cart, 0-1.
        purchase_rate: Sessions that end in an order, of those at the checkout, 0-1.
    """

    name: str
    order_share: float
    add_to_cart_rate: float
    checkout_rate: float
    purchase_rate: float

    @property
    def conversion_rate(self) -> float:
        """Sessions that end in an order, of all sessions, 0-1."""
        return self.add_to_cart_rate * self.checkout_rate * self.purchase_rate


CHANNELS = (
    Channel(
        name="organic search",
        order_share=0.27,
        add_to_cart_rate=0.36,
        checkout_rate=0.62,
        purchase_rate=0.72,
    ),
    Channel(
        name="paid search",
        order_share=0.20,
        add_to_cart_rate=0.32,
        checkout_rate=0.58,
        purchase_rate=0.70,
    ),
    Channel(
        name="direct",
        order_share=0.20,
        add_to_cart_rate=0.44,
        checkout_rate=0.68,
        purchase_rate=0.76,
    ),
    Channel(
        name="email",
        order_share=0.15,
        add_to_cart_rate=0.42,
        checkout_rate=0.70,
        purchase_rate=0.78,
    ),
    Channel(
        name="social",
        order_share=0.10,
        add_to_cart_rate=0.26,
        checkout_rate=0.50,
        purchase_rate=0.62,
    ),
    Channel(
        name="affiliate",
        order_share=0.08,
        add_to_cart_rate=0.30,
        checkout_rate=0.55,
        purchase_rate=0.68,
    ),
)

# The first country is the shop's own: shipping is cheaper there.
COUNTRIES = (
    ("Germany", 0.42),
    ("Netherlands", 0.13),
    ("Austria", 0.12),
    ("France", 0.11),
    ("Ireland", 0.08),
    ("Belgium", 0.06),
    ("Spain", 0.05),
    ("United Kingdom", 0.03),
)
PAYMENT_METHODS = (
    ("card", 0.38),
    ("paypal", 0.30),
    ("invoice", 0.16),
    ("apple pay", 0.10),
    ("bank transfer", 0.06),
)
DEVICES = (("mobile", 0.58), ("desktop", 0.34), ("tablet", 0.08))
BROWSERS = (
    ("Chrome", 0.52),
    ("Safari", 0.27),
    ("Firefox", 0.09),
    ("Edge", 0.08),
    ("Samsung Internet", 0.04),
)


def names(weighted: tuple[tuple[str, float], ...]) -> list[str]:
    """Gives the names of a list of names with shares."""
    return [name for name, _ in weighted]


def shares(weighted: tuple[tuple[str, float], ...]) -> Floats:
    """Gives the shares of a list of names with shares."""
    return np.array([share for _, share in weighted])


def channel_shares() -> Floats:
    """Gives the share of orders of each channel."""
    return np.array([channel.order_share for channel in CHANNELS])
