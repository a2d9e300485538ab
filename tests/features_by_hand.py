"""The mart `customer_features` counted by hand: plain Python, order line by order line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]

WINDOWS = (30, 90, 180, 365)
ZERO = Decimal(0)


@dataclass
class Order:
    """What was seen of one order number of one customer."""

    key: tuple[str, str]
    lines: list[Row] = field(default_factory=list)

    @property
    def sold(self) -> list[Row]:
        return [line for line in self.lines if is_sold(line)]

    @property
    def is_sale(self) -> bool:
        return bool(self.sold)

    @property
    def day(self) -> date:
        return min(line["order_date"] for line in self.sold)

    @property
    def at(self) -> datetime:
        return min(line["ordered_at"] for line in self.sold if line["order_date"] == self.day)

    @property
    def gross(self) -> Decimal:
        return sum((x["gross_amount"] for x in self.lines if is_bought(x)), ZERO)

    @property
    def discount(self) -> Decimal:
        return sum((x["discount_amount"] for x in self.lines if is_bought(x)), ZERO)

    @property
    def amount(self) -> Decimal:
        return self.gross - self.discount

    @property
    def quantity(self) -> Decimal:
        return sum((line["quantity"] for line in self.sold), ZERO)

    @property
    def channel(self) -> str | None:
        given = [line["channel"] for line in self.sold if line["order_date"] == self.day]
        return min((channel for channel in given if channel), default=None)


def is_sold(line: Row) -> bool:
    return (
        line["line_type"] == "merchandise" and not line["is_return"] and not line["is_cancellation"]
    )


def is_goods(line: Row) -> bool:
    return line["line_type"] in ("merchandise", "discount")


def is_bought(line: Row) -> bool:
    return is_goods(line) and not line["is_cancellation"]


def features_by_hand(
    items: Iterable[Row], events: Iterable[Row], as_of: date, zone: str
) -> dict[str, Row]:
    """Gives customer → features; only what was booked and done before `as_of` is looked at."""
    seen = [line for line in items if line["customer_id"] and line["order_date"] < as_of]
    done = [event for event in events if event["event_date"] < as_of]
    customers = sorted({line["customer_id"] for line in seen if is_sold(line)})
    return {
        customer: _of_customer([x for x in seen if x["customer_id"] == customer], as_of, zone)
        | _visits([x for x in done if x["customer_id"] == customer], as_of, has_log=bool(done))
        for customer in customers
    }


def _of_customer(lines: list[Row], as_of: date, zone: str) -> Row:
    documents: dict[tuple[str, str], Order] = {}
    for line in lines:
        key = (line["source"], line["order_id"])
        documents.setdefault(key, Order(key)).lines.append(line)
    orders = sorted(
        (order for order in documents.values() if order.is_sale),
        key=lambda order: (order.day, order.at, order.key),
    )
    return (
        _buying(lines, as_of)
        | _baskets(lines, orders, as_of)
        | _rhythm(orders, zone)
        | _months(lines, as_of)
        | _returns(lines, list(documents.values()), as_of)
        | _beginnings(lines, orders)
    )


def _ago(line: Row, as_of: date) -> int:
    return (as_of - line["order_date"]).days


def _purchases(lines: list[Row]) -> dict[date, Decimal]:
    days = {line["order_date"] for line in lines if is_sold(line)}
    return {
        day: sum(
            (
                line["gross_amount"] - line["discount_amount"]
                for line in lines
                if line["order_date"] == day and is_bought(line)
            ),
            ZERO,
        )
        for day in sorted(days)
    }


def _buying(lines: list[Row], as_of: date) -> Row:
    purchases = {(as_of - day).days: amount for day, amount in _purchases(lines).items()}
    found: Row = {
        "purchase_count": len(purchases),
        "purchase_amount": sum(purchases.values(), ZERO),
        "largest_purchase_amount": max(purchases.values()),
        "days_since_first_purchase": max(purchases),
        "days_since_last_purchase": min(purchases),
    }
    for window in WINDOWS:
        within = [amount for ago, amount in purchases.items() if ago <= window]
        found[f"last_{window}_days_purchase_count"] = len(within)
        found[f"last_{window}_days_amount"] = sum(within, ZERO)
    for season in (30, 90, 180):
        within = [amount for ago, amount in purchases.items() if 365 - season < ago <= 365]
        found[f"year_ago_{season}_days_amount"] = sum(within, ZERO)
    return found


def _baskets(lines: list[Row], orders: list[Order], as_of: date) -> Row:
    sold = [line for line in lines if is_sold(line)]
    amounts = sorted(order.amount for order in orders)
    middle = (amounts[(len(amounts) - 1) // 2] + amounts[len(amounts) // 2]) / 2
    gross = sum((order.gross for order in orders), ZERO)
    discount = sum((order.discount for order in orders), ZERO)
    found: Row = {
        "order_count": len(orders),
        "average_order_amount": float(sum(amounts, ZERO)) / len(amounts),
        "median_order_amount": middle.quantize(Decimal("0.0001"), ROUND_HALF_UP),
        "largest_order_amount": amounts[-1],
        "discount_share": float(discount) / float(gross) if gross > 0 else None,
    }
    has_category = any(line["category"] for line in sold)
    for prefix, window in (("", None), *((f"last_{w}_days_", w) for w in WINDOWS)):
        within = [line for line in sold if window is None or _ago(line, as_of) <= window]
        products = {line["product_id"] for line in within} - {None}
        categories = {line["category"] for line in within} - {None}
        found[f"{prefix}quantity"] = sum((line["quantity"] for line in within), ZERO)
        found[f"{prefix}product_count"] = len(products)
        found[f"{prefix}category_count"] = len(categories) if has_category else None
        if window is not None:
            begun = [order for order in orders if (as_of - order.day).days <= window]
            found[f"{prefix}order_count"] = len(begun)
    return found


def _rhythm(orders: list[Order], zone: str) -> Row:
    days = [order.day for order in orders]
    gaps = [(after - before).days for before, after in pairwise(days)]
    mean = Fraction(sum(gaps), len(gaps)) if gaps else None
    local = [
        order.at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)) for order in orders
    ]
    hours = Counter(
        time.hour for time in local if (time.hour, time.minute, time.second) != (0, 0, 0)
    )
    weekdays = Counter(day.isoweekday() for day in days)
    return {
        "average_days_between_orders": float(mean) if mean is not None else None,
        "days_between_orders_deviation": _deviation([Fraction(gap) for gap in gaps]),
        "favourite_weekday": min(weekdays, key=lambda day: (-weekdays[day], day)),
        "favourite_hour": min(hours, key=lambda hour: (-hours[hour], hour), default=None),
    }


def _months(lines: list[Row], as_of: date) -> Row:
    purchases = [((as_of - day).days, amount) for day, amount in _purchases(lines).items()]
    first = max(ago for ago, _ in purchases)
    count = min(12, -(-first // 30))
    # Oldest month first, so that the slope is above 0 where spending grows.
    months = [
        sum((Fraction(a) for ago, a in purchases if -(-ago // 30) == month), Fraction(0))
        for month in range(count, 0, -1)
    ]
    mean, middle = sum(months) / count, Fraction(count - 1, 2)
    steps = sum((place - middle) ** 2 for place in range(count))
    rise = sum((place - middle) * month for place, month in enumerate(months))
    return {
        "average_monthly_amount": float(mean),
        "monthly_amount_deviation": _deviation(months),
        "monthly_amount_trend": float(rise / steps) if steps else None,
    }


def _deviation(values: list[Fraction]) -> float | None:
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _returns(lines: list[Row], documents: list[Order], as_of: date) -> Row:
    back = [line for line in lines if is_goods(line) and line["is_return"]]
    gross = sum((line["gross_amount"] for line in lines if is_bought(line)), ZERO)
    cancelling = [d for d in documents if any(line["is_cancellation"] for line in d.lines)]
    either = [d for d in documents if d.is_sale or d in cancelling]
    refund = sum((line["refund_amount"] for line in back), ZERO)
    found: Row = {
        "refund_count": len({(line["source"], line["order_id"]) for line in back}),
        "refund_amount": refund,
        "days_since_last_refund": min((_ago(line, as_of) for line in back), default=None),
        "refund_share": float(refund) / float(gross) if gross > 0 else None,
        "cancellation_count": len(cancelling),
        "cancellation_share": len(cancelling) / len(either),
    }
    for window in (90, 365):
        within = (line["refund_amount"] for line in back if _ago(line, as_of) <= window)
        found[f"last_{window}_days_refund_amount"] = sum(within, ZERO)
    return found


def _beginnings(lines: list[Row], orders: list[Order]) -> Row:
    first = orders[0]
    placed = [line for line in lines if line["country"]]
    latest = max((line["order_date"] for line in placed), default=None)
    countries = [line["country"] for line in placed if line["order_date"] == latest]
    return {
        "first_order_amount": first.amount,
        "first_order_quantity": first.quantity,
        "is_first_order_discounted": first.discount > 0,
        "first_channel": first.channel,
        "days_to_second_order": (orders[1].day - first.day).days if len(orders) > 1 else None,
        "country": min(countries, default=None),
    }


def _visits(events: list[Row], as_of: date, *, has_log: bool) -> Row:
    begun: dict[tuple[str, str], date] = {}
    for event in events:
        key = (event["source"], event["session_id"])
        begun[key] = min(event["event_date"], begun.get(key, event["event_date"]))
    found: Row = {}
    for window in (30, 90):
        within = [event for event in events if (as_of - event["event_date"]).days <= window]
        counts = {
            "session": sum((as_of - day).days <= window for day in begun.values()),
            "view": sum(event["event_name"] == "view" for event in within),
            "cart": sum(event["event_name"] == "cart" for event in within),
        }
        for name, count in counts.items():
            found[f"last_{window}_days_{name}_count"] = count if has_log else None
    days = [(as_of - event["event_date"]).days for event in events]
    return found | {"days_since_last_session": min(days, default=None)}
