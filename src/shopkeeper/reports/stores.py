"""How do the stores do: sales by store, or by channel where no store is named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from shopkeeper.reports.formatting import percent
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.sale_groups import SaleGroup, sale_groups
from shopkeeper.reports.sales_rolls import STORE_BUYERS, STORE_SALES, store_sale_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFINITION = (
    "Sales are merchandise less discounts, before refunds, guests included, by the store that each "
    "line names, or by the order's channel where none is named. An order or a customer of two "
    "stores counts in both. The change compares the last period with as many days before it."
)


@dataclass(frozen=True, slots=True)
class StorePerformance:
    """Sales by store; without any, `refusal` says why."""

    as_of: date
    period_days: int
    definition: str
    by: str
    stores: tuple[SaleGroup, ...]
    findings: tuple[str, ...]
    refusal: str | None


def store_performance(
    orders: ir.Table,
    customer_orders: ir.Table,
    order_items: ir.Table,
    stores: ir.Table | None = None,
    *,
    as_of: date,
    time_zone: str,
    period_days: int,
) -> StorePerformance:
    """Gives what each store sold before `as_of`.

    Args:
        orders: One row per order number.
        customer_orders: One row per sale of a named customer.
        order_items: One row per line, with its store.
        stores: One row per store, for its name.
        as_of: Day before which data are seen.
        time_zone: The shop's.
        period_days: Length of the periods that are compared.
    """
    rows = store_sale_rows(orders, customer_orders, order_items, as_of=as_of, time_zone=time_zone)
    opens = (STORE_SALES, STORE_BUYERS)
    groups = sale_groups(rows, "place", as_of=as_of, period_days=period_days, opens=opens)
    if all(group.name is None for group in groups):
        refusal = "No order names a store or a channel, so sales cannot be told apart by them."
        return StorePerformance(as_of, period_days, DEFINITION, "", (), (), refusal)
    names = _names(stores)
    groups = tuple(replace(g, label=names.get(str(g.name)) or g.label) for g in groups)
    by = "store" if names else "channel"
    return StorePerformance(
        as_of, period_days, DEFINITION, by, groups, _findings(groups, by, period_days), None
    )


def _names(stores: ir.Table | None) -> dict[str, str]:
    if stores is None:
        return {}
    return {row["store_id"]: row["name"] or row["store_id"] for row in rows_of(stores)}


def _findings(groups: tuple[SaleGroup, ...], by: str, period_days: int) -> tuple[str, ...]:
    best = groups[0]
    found = [f"The {by} `{best.label}` sells most: {percent(best.share)} of all sales."]
    # By money: among many sellers there is always a tiny one that sold nothing more.
    losses = [
        (group.recent_amount - group.previous_amount, group.label, group.change)
        for group in groups
        if group.previous_amount is not None and group.change is not None
    ]
    if len(losses) > 1:
        lost, label, change = min(losses)
        if lost < 0:
            found.append(
                f"`{label}` lost most sales: {percent(change)} in the last {period_days} days."
            )
    return tuple(found)
