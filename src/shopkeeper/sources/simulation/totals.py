"""What the files add up to, counted while they are drawn, to the row and the cent."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from shopkeeper.sources.simulation.damage import Damage

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.block import ShopBlock
    from shopkeeper.sources.simulation.columnar import Flags, Integers
    from shopkeeper.sources.simulation.plan import ShopPlan


def amount_of(cents: int) -> Decimal:
    """Gives whole cents as an amount with two decimals."""
    return Decimal(int(cents)).scaleb(-2)


@dataclass(frozen=True, kw_only=True)
class RowTotal:
    """Rows of the order file and their money.

    Attributes:
        rows: Rows, each an order line.
        amount: Sum of quantity times unit price less discount, as it was before any damage.
    """

    rows: int = 0
    amount: Decimal = Decimal("0.00")

    def __add__(self, other: RowTotal) -> RowTotal:
        return RowTotal(rows=self.rows + other.rows, amount=self.amount + other.amount)


@dataclass(frozen=True, kw_only=True)
class OrderTotals:
    """Totals of `orders.csv`.

    The first six tie: written = kept + the three kinds of damage + repeated. All that follows
    counts kept rows only.

    Attributes:
        written: All data rows of the file.
        kept: Rows a right reader keeps: neither damaged nor the second copy of a row.
        unreadable_quantity: Rows whose quantity is no number; their amount cannot be read.
        unreadable_date: Rows whose time is no time.
        missing_order_id: Rows without an order id.
        repeated_by_overlap: Second copies of the rows of the overlap days.
        sales: Rows of sales, of any kind of line.
        refunds: Rows of refunds.
        merchandise: Rows of goods, sold and refunded.
        gift_cards: Rows of gift cards.
        shipping: Rows of shipping.
        guests: Rows without a customer id, sold and refunded.
        discount_amount: Sum of the discount column; refunds count against it.
        sale_order_count: Orders that are sales.
        refund_order_count: Orders that are refunds.
        guest_order_count: Sales without a customer id.
        customer_id_count: Different customer ids.
        person_count: Different people.
        twice_listed_rows: Sale rows whose product stands on an earlier row of the same order.
        drawn_spend_amount: Sum of the spend drawn for all sales (gamma-gamma).
        sold_spend_amount: Merchandise sold, before discount: the same in whole pieces. It counts
            damaged rows too.
    """

    written: RowTotal = RowTotal()
    kept: RowTotal = RowTotal()
    unreadable_quantity: RowTotal = RowTotal()
    unreadable_date: RowTotal = RowTotal()
    missing_order_id: RowTotal = RowTotal()
    repeated_by_overlap: RowTotal = RowTotal()
    sales: RowTotal = RowTotal()
    refunds: RowTotal = RowTotal()
    merchandise: RowTotal = RowTotal()
    gift_cards: RowTotal = RowTotal()
    shipping: RowTotal = RowTotal()
    guests: RowTotal = RowTotal()
    discount_amount: Decimal = Decimal("0.00")
    sale_order_count: int = 0
    refund_order_count: int = 0
    guest_order_count: int = 0
    customer_id_count: int = 0
    person_count: int = 0
    twice_listed_rows: int = 0
    drawn_spend_amount: Decimal = Decimal("0.00")
    sold_spend_amount: Decimal = Decimal("0.00")

    def __add__(self, other: OrderTotals) -> OrderTotals:
        names = [f.name for f in fields(self)]
        return OrderTotals(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def readable_amount(self) -> Decimal:
        """Money of all rows of the file whose quantity can be read."""
        return self.written.amount - self.unreadable_quantity.amount


def block_totals(plan: ShopPlan, block: ShopBlock) -> OrderTotals:
    """Counts one block."""
    totals: dict[str, Any] = _row_totals(plan, block) | _amounts(plan, block) | _counts(block)
    return OrderTotals(**totals)


def _row_totals(plan: ShopPlan, block: ShopBlock) -> dict[str, Any]:
    lines, amount = block.lines, block.lines.amount
    kept = block.damage == Damage.NONE
    merchandise = lines.product < plan.catalogue.merchandise_count
    refund = block.orders.is_refund[lines.order]
    guest = block.orders.account[lines.order] < 0

    def total(rows: Flags | Integers) -> RowTotal:
        chosen = amount[rows]
        return RowTotal(rows=len(chosen), amount=amount_of(chosen.sum()))

    return {
        "written": total(block.file_rows),
        "kept": total(kept),
        "unreadable_quantity": total(block.damage == Damage.UNREADABLE_QUANTITY),
        "unreadable_date": total(block.damage == Damage.UNREADABLE_DATE),
        "missing_order_id": total(block.damage == Damage.MISSING_ORDER_ID),
        "repeated_by_overlap": total(block.repeated_rows),
        "sales": total(kept & ~refund),
        "refunds": total(kept & refund),
        "merchandise": total(kept & merchandise),
        "gift_cards": total(kept & (lines.product == plan.catalogue.gift_card)),
        "shipping": total(kept & (lines.product == plan.catalogue.shipping)),
        "guests": total(kept & guest),
    }


def _amounts(plan: ShopPlan, block: ShopBlock) -> dict[str, Any]:
    lines = block.lines
    sold = (lines.quantity > 0) & (lines.product < plan.catalogue.merchandise_count)
    return {
        "discount_amount": amount_of(lines.discount[block.damage == Damage.NONE].sum()),
        "drawn_spend_amount": amount_of(block.spend.sum()),
        "sold_spend_amount": amount_of((lines.quantity * lines.unit_price)[sold].sum()),
    }


def _counts(block: ShopBlock) -> dict[str, Any]:
    """Counts orders, ids and people: damage spares the first line, so it hides none of them."""
    orders, lines = block.orders, block.lines
    sale = ~orders.is_refund
    account = (2 * orders.person + orders.account)[orders.account >= 0]
    sold = (block.damage == Damage.NONE) & sale[lines.order]
    basket = np.stack([lines.order[sold], lines.product[sold]])
    return {
        "sale_order_count": int(sale.sum()),
        "refund_order_count": int((~sale).sum()),
        "guest_order_count": int((sale & (orders.account < 0)).sum()),
        "customer_id_count": len(np.unique(account)),
        "person_count": len(np.unique(orders.person)),
        "twice_listed_rows": int(sold.sum()) - _different(basket),
    }


def _different(pairs: Integers) -> int:
    width = int(pairs[1].max(initial=0)) + 1
    return len(np.unique(pairs[0] * width + pairs[1]))
