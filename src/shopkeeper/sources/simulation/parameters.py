"""Distributions by which people buy, leave and spend: Pareto/NBD and gamma-gamma."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.columnar import Floats


def _require_positive(parameters: object, names: tuple[str, ...]) -> None:
    for name in names:
        value = getattr(parameters, name)
        if not (np.isfinite(value) and value > 0):
            raise ValueError(
                f"`{type(parameters).__name__}.{name}` is {value}; it is above 0 and finite"
            )


@dataclass(frozen=True, kw_only=True)
class PurchaseProcess:
    """Pareto/NBD: Poisson purchases while alive, exponential lifetimes, both with gamma rates.

    Time is counted in weeks of operational time from the first order (see `operational_time`).

    Attributes:
        rate_shape: Shape r of the gamma of purchase rates, above 0.
        rate_scale: Rate parameter alpha of that gamma, in weeks; mean rate is r / alpha a week.
        dropout_shape: Shape s of the gamma of drop-out rates, above 0.
        dropout_scale: Rate parameter beta of that gamma, in weeks; mean rate is s / beta a week.

    References:
        Schmittlein, Morrison and Colombo (1987), Counting Your Customers, Management Science 33.
    """

    rate_shape: float = 0.9
    rate_scale: float = 8.0
    dropout_shape: float = 0.7
    dropout_scale: float = 14.0

    def __post_init__(self) -> None:
        _require_positive(self, tuple(f.name for f in fields(self)))

    def expected_repeat_orders(self, weeks: Floats) -> Floats:
        """Gives the expected orders after the first, `weeks` of operational time later.

        Examples:
            One order in ten weeks; half of ten weeks' orders are lost to drop-out.

            >>> process = PurchaseProcess(
            ...     rate_shape=1.0, rate_scale=10.0, dropout_shape=2.0, dropout_scale=10.0
            ... )
            >>> process.expected_repeat_orders(np.array([0.0, 10.0])).tolist()
            [0.0, 0.5]
        """
        rate = self.rate_shape / self.rate_scale
        scale, excess = self.dropout_scale, self.dropout_shape - 1.0
        ratio = scale / (scale + weeks)
        if abs(excess) < 1e-9:
            return np.asarray(-rate * scale * np.log(ratio))
        # Schmittlein, Morrison and Colombo (1987), equation 17.
        return np.asarray(rate * scale / excess * (1.0 - ratio**excess))


@dataclass(frozen=True, kw_only=True)
class SpendDistribution:
    """Gamma-gamma: the merchandise of an order, before discount, in units of the currency.

    An order's spend is gamma with shape p and a customer's own rate; that rate is gamma too.

    Attributes:
        order_shape: Shape p of the gamma of one order's spend, above 0.
        customer_shape: Shape q of the gamma of customers' rates, above 1, or no mean exists.
        customer_scale: Rate parameter gamma of that gamma, in units of the currency.

    References:
        Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value.
    """

    order_shape: float = 5.0
    customer_shape: float = 4.5
    customer_scale: float = 35.0

    def __post_init__(self) -> None:
        _require_positive(self, tuple(f.name for f in fields(self)))
        if self.customer_shape <= 1.0:
            raise ValueError(
                f"`SpendDistribution.customer_shape` is {self.customer_shape}; it is above 1,"
                " or customers have no mean spend"
            )

    @property
    def expected_spend(self) -> float:
        """Mean spend per order over all customers: p gamma / (q - 1)."""
        return self.order_shape * self.customer_scale / (self.customer_shape - 1.0)
