"""Returns: what a customer took back and cancelled, counted from the day on which it was booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from shopkeeper.contracts.contract import Column
from shopkeeper.marts.customer_features.baskets import above_nothing
from shopkeeper.warehouse.money import AMOUNT, total

if TYPE_CHECKING:
    import ibis.expr.types as ir

WINDOWS = (90, 365)

COLUMNS = (
    Column(
        "refund_count",
        "int64",
        "Orders, credit notes and cancellations so far that take merchandise back",
    ),
    Column("refund_amount", AMOUNT, "Merchandise taken back so far", unit="currency"),
    *(
        Column(
            f"last_{days}_days_refund_amount",
            AMOUNT,
            f"Merchandise taken back in the last {days} days before `as_of`, whenever it was "
            "bought",
            unit="currency",
        )
        for days in WINDOWS
    ),
    Column(
        "days_since_last_refund",
        "int64",
        "Days from the last refund to `as_of`; missing where there is none",
        unit="days",
        nullable=True,
    ),
    Column(
        "refund_share",
        "float64",
        "Merchandise taken back as a part of all bought at its full price; above 1 where things "
        "come back that were bought before the data begin; missing where nothing was paid",
        unit="0-1",
        nullable=True,
    ),
    Column("cancellation_count", "int64", "Orders so far that cancel or refund another"),
    Column(
        "cancellation_share",
        "float64",
        "Cancellations as a part of orders and cancellations together",
        unit="0-1",
    ),
)


def amounts(seen: ir.Table) -> dict[str, ir.Value]:
    """Gives what a customer took back, as aggregates of `order_days`."""
    is_refund = cast("ir.BooleanValue", seen.refund_line_count > 0)
    found: dict[str, Any] = {
        "refund_amount": total(seen.refund_amount),
        "sold_amount": total(seen.gross_amount),
        "days_since_last_refund": seen.days_ago.min(where=is_refund),
    }
    for days in WINDOWS:
        within = cast("ir.BooleanValue", seen.days_ago <= days)
        found[f"last_{days}_days_refund_amount"] = total(seen.refund_amount, within)
    return found


def counts(orders: ir.Table) -> dict[str, ir.Value]:
    """Gives how many orders take something back or cancel, as aggregates of `orders_at`."""
    cancels = orders.cancelling_line_count > 0
    return {
        "refund_count": (orders.refund_line_count > 0).ifelse(1, 0).sum(),
        "cancellation_count": cancels.ifelse(1, 0).sum(),
        "either_count": (cancels | orders.order_date.notnull()).ifelse(1, 0).sum(),
    }


def shares(found: ir.Table) -> dict[str, ir.Value]:
    """Gives what follows from `counts` and `amounts`."""
    cancelled, either = found.cancellation_count, found.either_count
    sold = found.sold_amount.cast("float64")
    return {
        "cancellation_share": cancelled.cast("float64") / above_nothing(either.cast("float64")),
        "refund_share": found.refund_amount.cast("float64") / above_nothing(sold),
    }
