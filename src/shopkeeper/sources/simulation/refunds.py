"""Refunds: orders of their own that give back all or some pieces of an earlier order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.sources.simulation.columnar import Flags, Integers, pick
from shopkeeper.sources.simulation.operational_time import SECONDS_PER_DAY
from shopkeeper.sources.simulation.order_lines import OrderLines, numbered
from shopkeeper.sources.simulation.seeds import Purpose

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.orders import Orders
    from shopkeeper.sources.simulation.plan import ShopPlan

_EARLIEST_DAYS = 3
_LATEST_DAYS = 30
# Refunds are booked by staff, in office hours.
_OFFICE_OPENS_SECONDS = 9 * 3_600
_OFFICE_CLOSES_SECONDS = 17 * 3_600
_WHOLE_ORDER_RATE = 0.5
_LINE_RATE = 0.5


def draw_refunds(
    plan: ShopPlan, orders: Orders, lines: OrderLines, block: int
) -> tuple[Orders, OrderLines]:
    """Draws refunds of sales, at most one per sale, sorted by time, and their lines.

    A refund gives back merchandise only. Each of its lines repeats product, unit price and code
    of a line of the sale, with `-k` of its `q` pieces and `-floor(discount * k / q)` as discount,
    so that quantity times unit price less discount is the money of every line of the shop, and a
    line refunded in full comes to nothing with its sale, to the cent.

    Returns:
        Refund orders, whose rows start at 0, and lines that point to these rows.
    """
    random = plan.random(Purpose.REFUNDS, block)
    booked = _booked_at(orders, random)
    chosen = random.random(len(orders)) < plan.options.refund_share
    chosen &= booked < plan.time.seconds
    pieces = _pieces_back(plan, lines, chosen, random)
    sales = np.unique(lines.order[pieces > 0])
    sales = sales[np.argsort(booked[sales], kind="stable")]
    refunds = replace(
        pick(orders, sales),
        seconds=booked[sales],
        is_first=np.zeros(len(sales), dtype=bool),
        refund_of=sales,
    )
    return refunds, _refund_lines(lines, pieces, sales, len(orders))


def _booked_at(orders: Orders, random: np.random.Generator) -> Integers:
    """Gives when each order would be refunded, in seconds since the start of the window."""
    days = random.integers(_EARLIEST_DAYS, _LATEST_DAYS + 1, len(orders))
    office = random.integers(_OFFICE_OPENS_SECONDS, _OFFICE_CLOSES_SECONDS, len(orders))
    return (orders.seconds // SECONDS_PER_DAY + days) * SECONDS_PER_DAY + office


def _pieces_back(
    plan: ShopPlan, lines: OrderLines, chosen: Flags, random: np.random.Generator
) -> Integers:
    """Gives how many pieces of each line come back, 0 for most."""
    whole = (random.random(len(chosen)) < _WHOLE_ORDER_RATE)[lines.order]
    some = random.integers(1, lines.quantity + 1) * (random.random(len(lines)) < _LINE_RATE)
    back = np.where(whole, lines.quantity, some)
    returnable = chosen[lines.order] & (lines.product < plan.catalogue.merchandise_count)
    return np.where(returnable, back, 0)


def _refund_lines(
    lines: OrderLines, pieces: Integers, sales: Integers, order_count: int
) -> OrderLines:
    refund_row = np.full(order_count, -1, dtype=np.int64)
    refund_row[sales] = np.arange(len(sales))
    rows = np.flatnonzero(pieces > 0)
    rows = rows[np.argsort(refund_row[lines.order[rows]], kind="stable")]
    back, sold = pieces[rows], pick(lines, rows)
    return numbered(
        replace(
            sold,
            order=refund_row[sold.order],
            quantity=-back,
            discount=-(sold.discount * back // sold.quantity),
        )
    )
