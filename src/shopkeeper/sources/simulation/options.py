"""SimulationOptions: which shop to make up, also by the number of order lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from shopkeeper.sources.simulation.shop_options import ShopOptions
from shopkeeper.sources.simulation.sizing import customers_for_lines

FEWEST_LINES = 200


@dataclass(frozen=True, kw_only=True)
class SimulationOptions(ShopOptions):
    """Which shop to simulate; every field of `ShopOptions` has a sensible default."""

    @classmethod
    def for_lines(cls, line_count: int, **overrides: Any) -> SimulationOptions:
        """Gives options under which about `line_count` rows of `orders.csv` come out.

        Args:
            line_count: Order lines, refunds and repeated rows included, 200 or more; met within
                5 % from a few thousand lines on.
            **overrides: Fields of the options other than `customer_count`.

        Raises:
            ValueError: If `line_count` is too small or `customer_count` is given as well.
        """
        if line_count < FEWEST_LINES:
            raise ValueError(f"`line_count` is {line_count}; it is {FEWEST_LINES} or more")
        if "customer_count" in overrides:
            raise ValueError("`customer_count` follows from `line_count`; give only one of them")
        options = cls(**overrides)
        return replace(options, customer_count=customers_for_lines(line_count, options))
