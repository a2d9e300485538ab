"""Campaign: what an offer brings, costs and gives away, by the customers that it reaches.

For customer i with chance pᵢ of buying within the window anyway, amount aᵢ if they buy, response
ρ, saturation wᵢ, margin m, discount d, use u and cost c of a contact:

    brings      Σ (1−pᵢ)·ρ·wᵢ·aᵢ·m            those who would not have bought
    gives away  d·Σ (1−pᵢ)·ρ·wᵢ·aᵢ + d·u·Σ pᵢ·aᵢ   the discount, also to those who would have
    costs       n·c + fixed
    profit      brings − gives away − costs
    ROI         profit ÷ (gives away + costs)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.decisions.outlook import Range, draw_error, draw_rate, range_of
from shopkeeper.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shopkeeper.decisions.terms import Term

    Array = NDArray[np.float64]

DRAWS = 2_000
# Customers are drawn in groups alike in chance and amount; more change no digit that is shown.
GROUPS = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered, to what terms.

    Attributes:
        discount_rate: Part of the price that is given away, in 0-1.
        contact_cost: Cost of one contact.
        response: Share of those who would not have bought that buy because of the offer.
        margin_rate: Share of sales at full price that stays with the shop.
        fixed_cost: Cost of the campaign whatever its size.
        use_rate: Share of those who would have bought anyway that use the discount.
        saturation_count: Customers after which an offer's pull has fallen to 1/e; None for never.
    """

    discount_rate: float
    contact_cost: float
    response: Term
    margin_rate: float
    fixed_cost: float = 0.0
    use_rate: float = 1.0
    saturation_count: float | None = None

    def __post_init__(self) -> None:
        for name in ("discount_rate", "margin_rate", "use_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(
                    f"`{name}` must lie between 0 and 1; it is `{getattr(self, name)}`.",
                    "give it as a part of 1, such as 0.1 for ten percent",
                )
        if not 0 <= self.response.value <= 1:
            raise UsageError(f"The response must lie between 0 and 1; it is {self.response.value}.")
        for name in ("contact_cost", "fixed_cost"):
            if not 0 <= getattr(self, name) < np.inf:
                raise UsageError(
                    f"`{name}` is `{getattr(self, name)}`; a cost is 0 or more, and finite.",
                    "give it in the shop's currency, such as 0.1",
                )
        if self.saturation_count is not None and not self.saturation_count > 0:
            raise UsageError(
                f"`saturation_count` is `{self.saturation_count}`; it is above 0.",
                "leave it out where the last customer contacted responds like the first",
            )


@dataclass(frozen=True, slots=True)
class Audience:
    """Customers that an offer may reach; arrays of shape (customers,).

    Attributes:
        chance: Probability of a purchase within the window without the offer, in 0-1.
        amount: What each spends within the window if they buy.
        pull: How strongly the offer still pulls each, in 0-1; 1 without saturation.
        variation: Standard deviation over mean of what one customer spends.
    """

    chance: Array
    amount: Array
    pull: Array
    variation: float = 1.0

    @classmethod
    def of(cls, chance: Array, amount: Array, variation: float = 1.0) -> Audience:
        """Gives customers before anybody was contacted."""
        return cls(chance, amount, np.ones(len(chance)), variation)

    @classmethod
    def joined(cls, parts: Sequence[Audience]) -> Audience:
        """Gives the customers of several audiences, each pulled as in its own."""
        return cls(
            np.concatenate([part.chance for part in parts]),
            np.concatenate([part.amount for part in parts]),
            np.concatenate([part.pull for part in parts]),
            max(part.variation for part in parts),
        )

    def first(self, count: int) -> Audience:
        """Gives the first customers."""
        return replace(
            self, chance=self.chance[:count], amount=self.amount[:count], pull=self.pull[:count]
        )

    @property
    def away(self) -> Array:
        """Chance of each that the offer finds someone who would not buy, times its pull."""
        found: Array = (1 - self.chance) * self.pull
        return found


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a campaign is expected to do.

    Attributes:
        customer_count: Customers contacted.
        anyway_count: Of them, expected to buy without the offer.
        persuaded_count: Expected to buy because of it.
        brings_amount: Margin on what the persuaded buy, before the discount.
        gives_away_amount: Discounts, to the persuaded and to those who would have bought anyway.
        cannibalised_amount: Discounts to those who would have bought anyway.
        cost_amount: Contacts and fixed cost.
        profit_amount: What stays.
        roi: Profit over discounts and costs; None where nothing is spent.
        break_even_response: Response at which profit is 0; None where no response reaches it.
    """

    customer_count: int
    anyway_count: float
    persuaded_count: float
    brings_amount: float
    gives_away_amount: float
    cannibalised_amount: float
    cost_amount: float
    profit_amount: float
    roi: float | None
    break_even_response: float | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a campaign did in many draws.

    Attributes:
        profit: Mean and 80 % interval of the profit.
        roi: The same of the ROI; None where nothing is spent.
        persuaded: The same of the customers who buy because of it.
        loss_probability: Share of draws with a loss.
    """

    profit: Range
    roi: Range | None
    persuaded: Range
    loss_probability: float


def pull(count: int, saturation_count: float | None) -> Array:
    """Gives how strongly an offer pulls the first, second … customer contacted; 1 at first."""
    places = np.arange(count, dtype=np.float64)
    return np.ones(count) if saturation_count is None else np.exp(-places / saturation_count)


def in_order(audience: Audience, offer: Offer) -> NDArray[np.int64]:
    """Gives the places of the customers in the order in which to contact them: most net first."""
    lifted = (1 - audience.chance) * offer.response.value * audience.amount
    net = lifted * (offer.margin_rate - offer.discount_rate) - _given_anyway(audience, offer)
    return np.argsort(-net, kind="stable")


def lined_up(audience: Audience, offer: Offer) -> Audience:
    """Gives the customers in the order in which to contact them, pulled less and less."""
    order = in_order(audience, offer)
    return Audience(
        audience.chance[order],
        audience.amount[order],
        pull(len(order), offer.saturation_count),
        audience.variation,
    )


def marginal_profit(audience: Audience, offer: Offer, response: float | None = None) -> Array:
    """Gives what each customer adds to the profit; another response may be asked for."""
    rate = offer.response.value if response is None else response
    net: Array = rate * audience.away * audience.amount * (offer.margin_rate - offer.discount_rate)
    return net - _given_anyway(audience, offer) - offer.contact_cost


def forecast(audience: Audience, offer: Offer) -> Forecast:
    """Gives the expected outcome of contacting everyone in the audience."""
    count = len(audience.chance)
    reach = float(audience.away @ audience.amount)
    sales = offer.response.value * reach
    cannibalised = float(_given_anyway(audience, offer).sum())
    given = offer.discount_rate * sales + cannibalised
    cost = count * offer.contact_cost + offer.fixed_cost
    brings = offer.margin_rate * sales
    profit = brings - given - cost
    spent = given + cost
    net_rate = (offer.margin_rate - offer.discount_rate) * reach
    even = (cannibalised + cost) / net_rate if net_rate > 0 else None
    return Forecast(
        count,
        float(audience.chance.sum()),
        offer.response.value * float(audience.away.sum()),
        brings,
        given,
        cannibalised,
        cost,
        profit,
        profit / spent if spent > 0 else None,
        even if even is not None and even <= 1 else None,
    )


def simulate(
    audience: Audience,
    offer: Offer,
    *,
    error: tuple[float, float] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Simulated:
    """Draws the campaign many times: the response, the error of forecasts, who buys, how much.

    Args:
        audience: Customers to contact.
        offer: What is offered.
        error: Actual over expected spending, lowest and highest of past dates; None if unknown.
        seed: Same seed, same answer.
        draws: Campaigns drawn.
    """
    generator = np.random.default_rng(seed)
    response = draw_rate(offer.response, draws, generator)
    factor = draw_error(error, draws, generator)
    sizes, chance, pulled, spends_anyway, spends_new = _grouped(audience)
    anyway = generator.binomial(sizes, chance, (draws, len(sizes)))
    left = sizes - anyway
    persuaded = generator.binomial(left, np.clip(response[:, None] * pulled, 0.0, 1.0))
    sales_anyway = factor * _amounts(anyway, spends_anyway, audience.variation, generator)
    sales_new = factor * _amounts(persuaded, spends_new, audience.variation, generator)
    given = offer.discount_rate * (sales_new + offer.use_rate * sales_anyway)
    cost = int(sizes.sum()) * offer.contact_cost + offer.fixed_cost
    profit = offer.margin_rate * sales_new - given - cost
    spent = given + cost
    return Simulated(
        range_of(profit),
        range_of(profit / spent) if (spent > 0).all() else None,
        range_of(persuaded.sum(axis=1).astype(np.float64)),
        float((profit < 0).mean()),
    )


def _given_anyway(audience: Audience, offer: Offer) -> Array:
    given: Array = offer.discount_rate * offer.use_rate * audience.chance * audience.amount
    return given


def _grouped(audience: Audience) -> tuple[NDArray[np.int64], Array, Array, Array, Array]:
    """Gives groups of customers alike in what they spend, with the sums of all kept.

    Returns:
        Size, chance to buy anyway, pull on who would not, mean amount of those who buy anyway and
        of those who would not; arrays of shape (groups,).
    """
    count = len(audience.chance)
    groups = min(GROUPS, max(count, 1))
    label = np.empty(count, dtype=np.int64)
    order = np.lexsort((audience.chance, audience.amount))
    label[order] = np.arange(count) * groups // max(count, 1)
    stays_away, pulled = 1 - audience.chance, audience.away

    def total(values: Array) -> Array:
        found: Array = np.bincount(label, weights=values, minlength=groups).astype(np.float64)
        return found

    def ratio(above: Array, below: Array) -> Array:
        return np.divide(above, below, out=np.zeros_like(above), where=below > 0)

    sizes = np.bincount(label, minlength=groups).astype(np.int64)
    return (
        sizes,
        np.clip(ratio(total(audience.chance), sizes.astype(np.float64)), 0.0, 1.0),
        ratio(total(pulled), total(stays_away)),
        ratio(total(audience.chance * audience.amount), total(audience.chance)),
        ratio(total(pulled * audience.amount), total(pulled)),
    )


def _amounts(
    counts: NDArray[np.int64], means: Array, variation: float, generator: np.random.Generator
) -> Array:
    """Draws what counts of buyers spend in all, by draw; the sum of gamma amounts is gamma."""
    if variation <= 0:
        found: Array = (counts * means).sum(axis=1)
        return found
    shape = counts / variation**2
    drawn: Array = generator.standard_gamma(shape) * (means * variation**2)
    return drawn.sum(axis=1)
