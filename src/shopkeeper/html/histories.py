"""The way a headline measure has gone, month by month, where the months can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopkeeper.reports.overview import PeriodSales

LONGEST = 24


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _average_order(month: PeriodSales) -> float:
    return _ratio(float(month.gross_amount - month.discount_amount), month.order_count)


def _refund_share(month: PeriodSales) -> float:
    return _ratio(float(month.refund_amount), float(month.gross_amount))


# Measures whose value in one month follows from that month's row alone, by the same definition.
BY_MONTH: dict[str, Callable[[PeriodSales], float]] = {
    "net_amount": lambda month: float(month.net_amount),
    "order_count": lambda month: float(month.order_count),
    "average_order_amount": _average_order,
    "customer_count": lambda month: float(month.customer_count),
    "new_customer_count": lambda month: float(month.new_customer_count),
    "refund_share": _refund_share,
}


def history(measure: str, months: tuple[PeriodSales, ...]) -> tuple[float, ...]:
    """Gives a measure in each of the last finished months, or nothing where months cannot tell."""
    by_month = BY_MONTH.get(measure)
    if by_month is None:
        return ()
    return tuple(by_month(month) for month in months if month.is_complete)[-LONGEST:]
