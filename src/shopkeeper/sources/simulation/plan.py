"""Everything about the shop that is settled before the first person is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopkeeper.sources.simulation.catalogue import Catalogue, build_catalogue
from shopkeeper.sources.simulation.operational_time import (
    OperationalTime,
    Seasonality,
    bend_time,
)
from shopkeeper.sources.simulation.planted_experiments import PlantedExperiment, plan_experiments
from shopkeeper.sources.simulation.promotions import (
    PlantedPromotion,
    plan_promotions,
    promotion_by_day,
    promotion_factors,
)
from shopkeeper.sources.simulation.seeds import Purpose, random_stream

if TYPE_CHECKING:
    import numpy as np

    from shopkeeper.sources.simulation.columnar import Integers
    from shopkeeper.sources.simulation.shop_options import ShopOptions


@dataclass(frozen=True, kw_only=True)
class ShopPlan:
    """The shop as designed.

    Attributes:
        options: What was asked for.
        seasonality: Planted factors by month, weekday and hour.
        time: Map between the calendar and operational time.
        catalogue: What is sold.
        promotions: Sale days, by date.
        promotion_by_day: Position of each day's promotion, -1 for none.
        experiments: Planned experiments; empty when none are wanted.
        overlap: First day whose lines the file holds twice, and the day after the last.
    """

    options: ShopOptions
    seasonality: Seasonality
    time: OperationalTime
    catalogue: Catalogue
    promotions: tuple[PlantedPromotion, ...]
    promotion_by_day: Integers
    experiments: tuple[PlantedExperiment, ...]
    overlap: tuple[date, date]

    def random(self, purpose: Purpose, block: int) -> np.random.Generator:
        """Gives the stream of random numbers of one purpose in one block."""
        return random_stream(self.options.seed, purpose, block)

    def day(self, moment: date) -> int:
        """Gives the position of a day in the window."""
        return (moment - self.options.start).days


def plan_shop(options: ShopOptions) -> ShopPlan:
    """Designs the shop: seasons, sales, catalogue, experiments and the days exported twice."""
    random = random_stream(options.seed, Purpose.PLAN)
    promotions = plan_promotions(options.start, options.end) if options.promotions else ()
    active = promotion_by_day(options.start, options.day_count, promotions)
    seasonality = Seasonality.of_strength(options.seasonality_strength)
    time = bend_time(options.start, seasonality, promotion_factors(active, promotions))
    catalogue = build_catalogue(
        options.catalogue_size, time.month_weight(), options.seasonality_strength, random
    )
    experiments = plan_experiments(options.start, options.day_count, options.experiment_lift)
    return ShopPlan(
        options=options,
        seasonality=seasonality,
        time=time,
        catalogue=catalogue,
        promotions=promotions,
        promotion_by_day=active,
        experiments=experiments if options.experiments else (),
        overlap=_overlap(options, random),
    )


def _overlap(options: ShopOptions, random: np.random.Generator) -> tuple[date, date]:
    """Places the days somewhere in the middle third of the window."""
    first = options.start + timedelta(days=int(options.day_count * random.uniform(0.4, 0.55)))
    return first, min(first + timedelta(days=options.overlap_day_count), options.end)
