"""Sale groups: orders told apart by one of their columns, with what each group brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.sales_rolls import BUYERS, SALES

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class SaleGroup:
    """Sales of one group; counts open their lists.

    Attributes:
        name: The value that its orders share; None where they carry none.
        label: Its name for people.
        order_count: Sales.
        customer_count: Named customers with a sale.
        quantity: Pieces sold.
        sold_amount: Merchandise less discounts, before refunds.
        share: Part of all sales, in 0-1.
        average_order_amount: Sold amount per order.
        repeat_share: Part of its named customers' orders that were not their first, in 0-1; None
            without a named customer.
        recent_amount: Sold in the last `period_days` days.
        previous_amount: Sold in as many days before; None where the data begin later.
    """

    name: str | int | bool | None
    label: str
    order_count: int
    customer_count: int
    quantity: Decimal
    sold_amount: Decimal
    share: float
    average_order_amount: float
    repeat_share: float | None
    recent_amount: Decimal
    previous_amount: Decimal | None
    orders: Selection
    customers: Selection

    @property
    def change(self) -> float | None:
        """Relative change of the recent amount, or None where it has no meaning."""
        if not self.previous_amount:
            return None
        return float(self.recent_amount / self.previous_amount) - 1.0


def sale_groups(
    rows: ir.Table,
    column: str,
    *,
    as_of: date,
    period_days: int,
    opens: tuple[Roll, Roll] = (SALES, BUYERS),
) -> tuple[SaleGroup, ...]:
    """Gives the groups of sales by a column, the largest first.

    Args:
        rows: As of `sale_rows`.
        column: Column to group by.
        as_of: End of the recent period.
        period_days: Length of the recent period and of the one before it.
        opens: Rolls that list the orders and the customers of a group.
    """
    import ibis

    middle = as_of - timedelta(days=period_days)
    start = middle - timedelta(days=period_days)
    recent = rows.order_date >= ibis.date(middle.isoformat())
    earlier = ~recent & (rows.order_date >= ibis.date(start.isoformat()))
    grouped = rows.group_by(name=rows[column]).agg(
        order_count=rows.count(),
        customer_count=rows.customer_id.nunique(),
        quantity=rows.quantity.sum(),
        sold_amount=rows.sold_amount.sum(),
        named_count=rows.is_first.count(),
        first_count=rows.is_first.ifelse(1, 0).sum(),
        recent_amount=rows.sold_amount.sum(where=recent),
        previous_amount=rows.sold_amount.sum(where=earlier),
        first_date=rows.order_date.min(),
    )
    found = rows_of(grouped)
    total = sum((row["sold_amount"] for row in found), Decimal(0))
    first = min((row["first_date"] for row in found), default=as_of)
    found.sort(key=lambda row: (-row["sold_amount"], row["name"] is None, str(row["name"])))
    return tuple(
        _group(
            row,
            tuple(Selection(roll.name).where(column, row["name"]) for roll in opens),
            total,
            has_previous=first <= start,
        )
        for row in found
    )


def _group(
    row: dict[str, Any], lists: tuple[Selection, ...], total: Decimal, *, has_previous: bool
) -> SaleGroup:
    name, amount = row["name"], row["sold_amount"]
    named = int(row["named_count"])
    return SaleGroup(
        *(name, "not named" if name is None else str(name)),
        int(row["order_count"]),
        int(row["customer_count"]),
        row["quantity"],
        amount,
        float(amount / total) if total else 0.0,
        float(amount) / int(row["order_count"]),
        1 - int(row["first_count"] or 0) / named if named else None,
        row["recent_amount"] or Decimal(0),
        (row["previous_amount"] or Decimal(0)) if has_previous else None,
        *lists,
    )
