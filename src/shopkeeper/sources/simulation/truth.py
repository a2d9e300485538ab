"""SimulationTruth: what was planted in a simulated shop, and what its files add up to."""

# The types of the fields are read at run time, to load the truth.

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from shopkeeper.sources.simulation.affinities import PlantedAffinity
from shopkeeper.sources.simulation.operational_time import Seasonality
from shopkeeper.sources.simulation.options import SimulationOptions
from shopkeeper.sources.simulation.planted_experiments import PlantedExperiment
from shopkeeper.sources.simulation.promotions import PlantedPromotion
from shopkeeper.sources.simulation.staging import TRUTH
from shopkeeper.sources.simulation.totals import OrderTotals
from shopkeeper.sources.simulation.truth_json import from_json, to_json


@dataclass(frozen=True, kw_only=True)
class WelcomeCode:
    """Code that newcomers may use on their first order; it draws nobody to the shop.

    Attributes:
        code: As written in the `promotion` column.
        discount_percent: Taken off every merchandise line.
        take_up_rate: Share of first orders that use it, outside of promotions' own codes, 0-1.
    """

    code: str
    discount_percent: int
    take_up_rate: float


@dataclass(frozen=True, kw_only=True)
class PlantedTaste:
    """How people pick products: the favourite, one of the favourite category, or any in season.

    Attributes:
        favourite_product_rate: Share of picks that are the favourite product, 0-1.
        lover_share: Share of people who love their favourite category, 0-1.
        lover_loyalty: Share of lovers' other picks made inside that category, 0-1.
        usual_loyalty: The same of everybody else, 0-1.
    """

    favourite_product_rate: float
    lover_share: float
    lover_loyalty: float
    usual_loyalty: float


@dataclass(frozen=True, kw_only=True)
class PlantedFunnel:
    """One channel's funnel; counts are of sessions that came at least so far.

    Attributes:
        channel: Name of the channel.
        add_to_cart_rate: Planted share of sessions that put something in the cart, 0-1.
        checkout_rate: Planted share of those that reach the checkout, 0-1.
        purchase_rate: Planted share of those that end in an order, 0-1.
        session_count: Sessions in all.
        cart_session_count: Sessions with something in the cart.
        checkout_session_count: Sessions at the checkout.
        purchase_session_count: Sessions with an order.
    """

    channel: str
    add_to_cart_rate: float
    checkout_rate: float
    purchase_rate: float
    session_count: int
    cart_session_count: int
    checkout_session_count: int
    purchase_session_count: int


@dataclass(frozen=True, kw_only=True)
class ExperimentArm:
    """One variant of one experiment, as it turned out.

    Attributes:
        experiment: Name of the experiment.
        variant: `control` or `treatment`.
        customer_count: Customers assigned.
        converted_count: Customers who converted.
        revenue_amount: Money of those who converted.
    """

    experiment: str
    variant: str
    customer_count: int
    converted_count: int
    revenue_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class SimulationTruth:
    """Everything known about a simulated shop that its files do not say.

    Attributes:
        options: What was asked for; the same options give the same bytes again.
        operational_weeks: Length of the window in operational time, promotions included.
        expected_repeat_orders: Expected repeat orders of all people together, given when each
            of them came, by the Pareto/NBD formula.
        seasonality: Planted factors by month, weekday and hour.
        promotions: Planted sale days, by date.
        welcome: The welcome code; null without promotions.
        overlap_starts_on: First day whose rows the order file holds twice.
        overlap_ends_before: Day after the last such day.
        taste: How people pick products.
        affinities: Planted pairs of products.
        orders: Totals of `orders.csv`.
        event_count: Rows of `events.csv`, 0 when it is not written.
        funnel: Planted funnel by channel; empty without events.
        experiments: Planted experiments; empty without experiments.
        experiment_arms: Totals of `experiments.csv`.
    """

    options: SimulationOptions
    operational_weeks: float
    expected_repeat_orders: float
    seasonality: Seasonality
    promotions: tuple[PlantedPromotion, ...]
    welcome: WelcomeCode | None
    overlap_starts_on: date
    overlap_ends_before: date
    taste: PlantedTaste
    affinities: tuple[PlantedAffinity, ...]
    orders: OrderTotals
    event_count: int
    funnel: tuple[PlantedFunnel, ...]
    experiments: tuple[PlantedExperiment, ...]
    experiment_arms: tuple[ExperimentArm, ...]

    def save(self, directory: Path) -> None:
        """Writes `truth/truth.json` into a folder."""
        text = json.dumps(to_json(self), indent=2, ensure_ascii=False)
        (directory / TRUTH).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> SimulationTruth:
        """Reads `truth/truth.json` from the folder a shop was simulated into.

        Raises:
            FileNotFoundError: If no shop was simulated there.
            ValueError: If the file is not such a truth.
        """
        text = (directory / TRUTH).read_text(encoding="utf-8")
        truth: SimulationTruth = from_json(cls, json.loads(text))
        return truth
