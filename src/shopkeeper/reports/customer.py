"""One customer's whole story: measures, scores with reasons, and every order with its refunds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis

from shopkeeper.errors import UnknownNameError, closest_hint, shorten
from shopkeeper.models.rfm_scores import SEGMENTS
from shopkeeper.reports.recommendations import Recommended, list_of
from shopkeeper.reports.report import rows_of
from shopkeeper.reports.scores import CustomerScore, score_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Ids that are read to offer a close one for an unknown id.
OFFERED_IDS = 2_000

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CustomerOrder:
    """One sale; `refund_amount` is what was taken back of it so far."""

    order_number: int
    order_id: str
    order_date: date
    days_since_previous_order: int | None
    product_count: int
    quantity: Decimal
    gross_amount: Decimal
    discount_amount: Decimal
    refund_amount: Decimal
    net_amount: Decimal


@dataclass(frozen=True, slots=True)
class BoughtProduct:
    """One product of the customer, all sales and returns together."""

    product_id: str
    product_name: str
    quantity: Decimal
    net_amount: Decimal
    order_count: int


@dataclass(frozen=True, slots=True)
class ExpectedValue:
    """What the customer is expected to spend within one horizon from `as_of` on.

    Attributes:
        horizon_days: Length of the horizon.
        as_of: Day before which data were seen.
        expected_amount: Mean of what such customers spend.
        typical_amount: Median of it.
        lower_amount, upper_amount: 8 of 10 such customers spend between these.
        purchase_probability: Probability of at least one purchase.
        next_order_date: Day by which the next order is as likely as not; None if it never is.
    """

    horizon_days: int
    as_of: date
    expected_amount: Decimal
    typical_amount: Decimal
    lower_amount: Decimal
    upper_amount: Decimal
    purchase_probability: float
    next_order_date: date | None


ORDER_COLUMNS = tuple(CustomerOrder.__dataclass_fields__)
PRODUCT_COLUMNS = tuple(BoughtProduct.__dataclass_fields__)
VALUE_COLUMNS = tuple(ExpectedValue.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Customer:
    """Everything known of one customer before `as_of`."""

    customer_id: str
    as_of: date
    country: str | None
    email: str | None
    first_order_date: date | None
    last_order_date: date | None
    order_count: int
    product_count: int
    gross_amount: Decimal
    discount_amount: Decimal
    refund_amount: Decimal
    net_amount: Decimal
    average_order_amount: float | None
    days_since_last_order: int | None
    average_days_between_orders: float | None
    rfm_score: str | None
    segment: str | None
    previous_segment: str | None
    advice: str | None
    orders: tuple[CustomerOrder, ...]
    products: tuple[BoughtProduct, ...]
    values: tuple[ExpectedValue, ...] = ()
    scores: CustomerScore | None = None
    recommendations: tuple[Recommended, ...] = ()


def customer(  # noqa: PLR0913 - each parameter names a table
    customer_360: ir.Table,
    customer_orders: ir.Table,
    order_items: ir.Table,
    rfm_segments: ir.Table,
    lifetime_values: ir.Table | None = None,
    customer_scores: ir.Table | None = None,
    recommendations: ir.Table | None = None,
    *,
    customer_id: str,
) -> Customer:
    """Gives the story of one customer; without values and scores where the data carry none.

    Raises:
        UnknownNameError: There is no such customer.
    """
    found = rows_of(customer_360.filter(customer_360.customer_id == customer_id))
    if not found:
        raise unknown_customer(customer_id, _near_ids(customer_360))
    scored = rows_of(rfm_segments.filter(rfm_segments.customer_id == customer_id))
    return story(
        CustomerRows(
            measures=found[0],
            rfm=scored[0] if scored else {},
            orders=_orders(customer_orders, customer_id),
            products=_products(order_items, customer_id),
            values=_values(lifetime_values, customer_id),
            scores=None if customer_scores is None else score_of(customer_scores, customer_id),
            recommendations=list_of(recommendations, customer_id),
        )
    )


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """The rows of all tables that speak of one customer, each table's in its order.

    Attributes:
        measures: Of `customer_360`.
        rfm: Of `rfm_segments`; empty where the customer has no segment.
        orders: Of `customer_orders`, by their number.
        products: Of `products_of`, the most bought first.
        values: Of `lifetime_values`, the shortest horizon first.
        scores: What the models say; None where the customer was not scored.
        recommendations: What is offered, best first.
    """

    measures: Row
    rfm: Row
    orders: Sequence[Row]
    products: Sequence[Row]
    values: Sequence[Row]
    scores: CustomerScore | None
    recommendations: tuple[Recommended, ...]


def story(rows: CustomerRows) -> Customer:
    """Gives the answer that rows of one customer make."""
    own = rows.measures
    advice = {segment.name: segment.advice for segment in SEGMENTS}
    return Customer(
        **{name: own[name] for name in Customer.__dataclass_fields__ if name in own},
        rfm_score=rows.rfm.get("rfm_score"),
        segment=rows.rfm.get("segment"),
        previous_segment=rows.rfm.get("previous_segment"),
        advice=advice.get(str(rows.rfm.get("segment"))),
        orders=tuple(CustomerOrder(**row) for row in rows.orders),
        products=tuple(BoughtProduct(**row) for row in rows.products),
        values=tuple(ExpectedValue(**row) for row in rows.values),
        scores=rows.scores,
        recommendations=rows.recommendations,
    )


def products_of(order_items: ir.Table) -> ir.Table:
    """Gives what each customer bought: one row per customer and product."""
    own = order_items.filter(
        (order_items.line_type == "merchandise")
        & order_items.product_id.notnull()
        & order_items.customer_id.notnull()
    )
    return own.group_by("customer_id", "product_id").agg(
        product_name=ibis.coalesce(own.product_name.max(), ""),
        quantity=own.quantity.sum(),
        net_amount=own.net_amount.sum(),
        order_count=own.order_id.nunique(where=~own.is_return),
    )


def unknown_customer(customer_id: str, near: Iterable[str]) -> UnknownNameError:
    """Gives the error for an id that nobody has, with the closest of some ids."""
    return UnknownNameError(
        f"There is no customer `{shorten(customer_id)}`.", closest_hint(customer_id, near)
    )


def _values(lifetime_values: ir.Table | None, customer_id: str) -> Sequence[Row]:
    if lifetime_values is None:
        return ()
    own = lifetime_values.filter(lifetime_values.customer_id == customer_id)
    return rows_of(own.select(*VALUE_COLUMNS).order_by(VALUE_COLUMNS[0]))


def _orders(customer_orders: ir.Table, customer_id: str) -> Sequence[Row]:
    own = customer_orders.filter(customer_orders.customer_id == customer_id)
    return rows_of(own.select(*ORDER_COLUMNS).order_by(ORDER_COLUMNS[0]))


def _products(order_items: ir.Table, customer_id: str) -> Sequence[Row]:
    own = products_of(order_items.filter(order_items.customer_id == customer_id))
    ordered = own.order_by(own.net_amount.desc(), own.product_id)
    return rows_of(ordered.select(*PRODUCT_COLUMNS))


def _near_ids(customer_360: ir.Table) -> list[str]:
    near = customer_360.select("customer_id").order_by("customer_id").limit(OFFERED_IDS)
    return [row["customer_id"] for row in rows_of(near)]
