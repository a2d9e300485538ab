"""Running counts over the blocks of a shop, and the truth they make in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.affinities import affinities
from shopkeeper.sources.simulation.experiment_file import VARIANTS
from shopkeeper.sources.simulation.market import CHANNELS
from shopkeeper.sources.simulation.people import (
    FAVOURITE_RATE,
    LOVER_LOYALTY,
    LOVER_SHARE,
    USUAL_LOYALTY,
)
from shopkeeper.sources.simulation.promotions import (
    WELCOME_CODE,
    WELCOME_DISCOUNT_PERCENT,
    WELCOME_TAKE_UP_RATE,
)
from shopkeeper.sources.simulation.totals import OrderTotals, amount_of
from shopkeeper.sources.simulation.truth import (
    ExperimentArm,
    PlantedFunnel,
    PlantedTaste,
    SimulationTruth,
    WelcomeCode,
)

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.columnar import Integers
    from shopkeeper.sources.simulation.options import SimulationOptions
    from shopkeeper.sources.simulation.plan import ShopPlan


def _none_yet() -> Integers:
    return np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Counts of some blocks; adding two gives the counts of both.

    Attributes:
        orders: Totals of `orders.csv`.
        expected_repeat_orders: Repeat orders the Pareto/NBD formula expects of the people.
        affinities: Sales with each planted product, its partner, both; shape (pairs, 3).
        sessions: Sessions by channel and step; shape (channels, 4).
        event_count: Rows of `events.csv`.
        arms: People, conversions, revenue in cents; shape (experiments, variants, 3).
    """

    orders: OrderTotals = field(default_factory=OrderTotals)
    expected_repeat_orders: float = 0.0
    affinities: Integers = field(default_factory=_none_yet)
    sessions: Integers = field(default_factory=_none_yet)
    event_count: int = 0
    arms: Integers = field(default_factory=_none_yet)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            orders=self.orders + other.orders,
            expected_repeat_orders=self.expected_repeat_orders + other.expected_repeat_orders,
            affinities=self.affinities + other.affinities,
            sessions=self.sessions + other.sessions,
            event_count=self.event_count + other.event_count,
            arms=self.arms + other.arms,
        )

    @property
    def session_count(self) -> int:
        """Sessions of all channels: all of them view something."""
        return int(self.sessions[..., 0].sum())


def truth_of(options: SimulationOptions, plan: ShopPlan, tally: Tally) -> SimulationTruth:
    """Joins what was planted with what came out."""
    welcome = WelcomeCode(
        code=WELCOME_CODE,
        discount_percent=WELCOME_DISCOUNT_PERCENT,
        take_up_rate=WELCOME_TAKE_UP_RATE,
    )
    return SimulationTruth(
        options=options,
        operational_weeks=plan.time.weeks,
        expected_repeat_orders=tally.expected_repeat_orders,
        seasonality=plan.seasonality,
        promotions=plan.promotions,
        welcome=welcome if options.promotions else None,
        overlap_starts_on=plan.overlap[0],
        overlap_ends_before=plan.overlap[1],
        taste=PlantedTaste(
            favourite_product_rate=FAVOURITE_RATE,
            lover_share=LOVER_SHARE,
            lover_loyalty=LOVER_LOYALTY,
            usual_loyalty=USUAL_LOYALTY,
        ),
        affinities=affinities(plan, tally.affinities, tally.orders.sale_order_count),
        orders=tally.orders,
        event_count=tally.event_count,
        funnel=_funnel(tally) if options.events else (),
        experiments=plan.experiments,
        experiment_arms=_arms(plan, tally),
    )


def _funnel(tally: Tally) -> tuple[PlantedFunnel, ...]:
    return tuple(
        PlantedFunnel(
            channel=channel.name,
            add_to_cart_rate=channel.add_to_cart_rate,
            checkout_rate=channel.checkout_rate,
            purchase_rate=channel.purchase_rate,
            session_count=sessions,
            cart_session_count=with_cart,
            checkout_session_count=at_checkout,
            purchase_session_count=with_order,
        )
        for channel, (sessions, with_cart, at_checkout, with_order) in zip(
            CHANNELS, tally.sessions.tolist(), strict=True
        )
    )


def _arms(plan: ShopPlan, tally: Tally) -> tuple[ExperimentArm, ...]:
    return tuple(
        ExperimentArm(
            experiment=experiment.name,
            variant=variant,
            customer_count=int(tally.arms[e, v, 0]),
            converted_count=int(tally.arms[e, v, 1]),
            revenue_amount=amount_of(tally.arms[e, v, 2]),
        )
        for e, experiment in enumerate(plan.experiments)
        for v, variant in enumerate(VARIANTS)
    )
