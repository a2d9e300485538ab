"""Lines of orders: merchandise with its discount, gift cards and shipping, numbered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.columnar import Columns, Flags, Integers, join, pick, starts
from shopkeeper.sources.simulation.orders import NO_PROMOTION, Orders
from shopkeeper.sources.simulation.promotions import WELCOME_DISCOUNT_PERCENT
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.baskets import Baskets
    from shopkeeper.sources.simulation.people import People
    from shopkeeper.sources.simulation.plan import ShopPlan

FREE_SHIPPING_FROM_CENTS = 6_000
HOME_SHIPPING_CENTS = 495
ABROAD_SHIPPING_CENTS = 995
GIFT_CARD_CENTS = (2_500, 5_000, 10_000)


@dataclass(frozen=True)
class OrderLines(Columns):
    """One row per order line; money in cents.

    Attributes:
        order: Row of the order in the block's orders.
        line_number: Position in the order, from 1.
        product: Position in the catalogue, its gift card and its shipping included.
        quantity: Pieces; negative on refunds.
        unit_price: Price of a piece before discount.
        discount: Taken off the line as a whole; negative on refunds.
        promotion: Code the discount came from, as in `Orders`, -1 for none.
    """

    order: Integers
    line_number: Integers
    product: Integers
    quantity: Integers
    unit_price: Integers
    discount: Integers
    promotion: Integers

    @property
    def amount(self) -> Integers:
        """Money of each line: quantity times unit price, less the discount."""
        return self.quantity * self.unit_price - self.discount


def sale_lines(
    plan: ShopPlan, people: People, orders: Orders, baskets: Baskets, block: int
) -> OrderLines:
    """Gives all lines of a block's sales, in the order of the sales and numbered."""
    random = plan.random(Purpose.ORDER_LINES, block)
    merchandise = _merchandise(plan, orders, baskets)
    net = np.bincount(merchandise.order, weights=merchandise.amount, minlength=len(orders))
    with_card = random.random(len(orders)) < plan.options.gift_card_share
    cards = random.choice(GIFT_CARD_CENTS, size=len(orders)).astype(np.int64)
    fee = np.where(people.country == 0, HOME_SHIPPING_CENTS, ABROAD_SHIPPING_CENTS)
    with_shipping = net < FREE_SHIPPING_FROM_CENTS
    lines = join(
        join(merchandise, _single_lines(with_card, plan.catalogue.gift_card, cards)),
        _single_lines(with_shipping, plan.catalogue.shipping, fee[orders.person]),
    )
    return numbered(pick(lines, np.argsort(lines.order, kind="stable")))


def _merchandise(plan: ShopPlan, orders: Orders, baskets: Baskets) -> OrderLines:
    price = plan.catalogue.price[baskets.product]
    promotion = orders.promotion[baskets.order]
    percent = np.array(
        [*(p.discount_percent for p in plan.promotions), WELCOME_DISCOUNT_PERCENT, 0]
    )
    discount = (baskets.quantity * price * percent[promotion] + 50) // 100
    return OrderLines(
        order=baskets.order,
        line_number=np.ones(len(price), dtype=np.int64),
        product=baskets.product,
        quantity=baskets.quantity,
        unit_price=price,
        discount=discount,
        promotion=np.where(discount > 0, promotion, NO_PROMOTION),
    )


def _single_lines(has_line: Flags, product: int, price: Integers) -> OrderLines:
    """Gives one line of one piece for each order that has it."""
    order = np.flatnonzero(has_line)
    ones = np.ones(len(order), dtype=np.int64)
    return OrderLines(
        order=order,
        line_number=ones,
        product=ones * product,
        quantity=ones,
        unit_price=price[order],
        discount=ones * 0,
        promotion=ones * NO_PROMOTION,
    )


def numbered(lines: OrderLines) -> OrderLines:
    """Numbers the lines of each order from 1; lines of an order stand together."""
    lengths = np.bincount(lines.order)
    lengths = lengths[lengths > 0]
    number = np.arange(len(lines)) - np.repeat(starts(lengths), lengths) + 1
    return replace(lines, line_number=number)
