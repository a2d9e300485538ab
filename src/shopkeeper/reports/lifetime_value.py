"""What customers are worth: expected, typical and possible spending, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis

from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.report import rows_of
from shopkeeper.tasks.lifetime_value.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

TOP_CUSTOMERS = 10
GROUPS = 10
# Probabilities are added up as decimals: the sum of floats depends on the order of the rows, and
# an engine with several threads has none.
EXACT_PROBABILITY = "decimal(18, 12)"


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """One tenth of the customers by expected amount; 1 is the most valuable."""

    group: int
    customer_count: int
    expected_amount: Decimal
    expected_share: float
    average_purchase_probability: float
    members: Selection | None = None


@dataclass(frozen=True, slots=True)
class ValuedCustomer:
    """One of the most valuable customers."""

    customer_id: str
    expected_amount: Decimal
    typical_amount: Decimal
    lower_amount: Decimal
    upper_amount: Decimal
    purchase_probability: float
    next_order_date: date | None


@dataclass(frozen=True, slots=True)
class HorizonValue:
    """What customers are expected to spend within one horizon.

    Attributes:
        horizon_days: Length, from `as_of` on.
        customer_count: Customers valued; 0 if they were not scored since a model was promoted.
        expected_amount: What all of them are expected to spend.
        discounted_amount: The same in money of `as_of`.
        average_expected_amount: Expected amount by customer.
        median_typical_amount: Half of the customers typically spend no more than this.
        expected_buyer_count: How many are expected to buy at least once.
        groups: Tenths of the customers, the most valuable first.
        customers: The most valuable customers.
        findings: The contest behind it: baselines, past forecasts, calibration, caveats.
        members: Opens the customers valued.
    """

    horizon_days: int
    customer_count: int
    expected_amount: Decimal
    discounted_amount: Decimal
    average_expected_amount: Decimal
    median_typical_amount: Decimal
    expected_buyer_count: float
    groups: tuple[ValueGroup, ...]
    customers: tuple[ValuedCustomer, ...]
    findings: Findings
    members: Selection | None = None


@dataclass(frozen=True, slots=True)
class LifetimeValues:
    """What customers are worth, at each horizon that the data can carry.

    Attributes:
        as_of: Day before which data were seen.
        horizons: One entry per published horizon, ascending.
        refused: Findings of the horizons that are not published, with the reasons.
    """

    as_of: date
    horizons: tuple[HorizonValue, ...]
    refused: tuple[Findings, ...]


def valued_rows(lifetime_values: ir.Table) -> ir.Table:
    """Gives the customers of each horizon with their tenth by expected amount; 1 is the highest."""
    rows = lifetime_values
    own = ibis.window(group_by="horizon_days")
    in_order = ibis.window(
        group_by="horizon_days",
        order_by=[ibis.desc(rows.expected_amount), ibis.asc(rows.customer_id)],
    )
    ranked = rows.mutate(
        place=ibis.row_number().over(in_order), all_rows=rows.customer_id.count().over(own)
    )
    return ranked.mutate(tenth=(ranked.place * GROUPS / ranked.all_rows).floor().cast("int64") + 1)


VALUED = Roll(
    "valued",
    "Customers by what they are expected to spend, for each horizon",
    ("customer_id",),
    valued_rows,
)


def lifetime_value(
    lifetime_values: ir.Table, *, as_of: date, value_findings: tuple[Findings, ...]
) -> LifetimeValues:
    """Gives what customers are worth.

    Args:
        lifetime_values: One row per customer and horizon.
        as_of: Day before which data were seen.
        value_findings: What training found, one entry per horizon.

    Raises:
        NotPublishedError: No model was trained yet.
    """
    return _values(as_of, value_findings, lambda found: _horizon(lifetime_values, found))


def without_values(*, as_of: date, value_findings: tuple[Findings, ...]) -> LifetimeValues:
    """Gives what training found where no customer has a value: nothing passed, or not scored yet.

    Raises:
        NotPublishedError: No model was trained yet.
    """
    return _values(as_of, value_findings, _unscored)


def _values(
    as_of: date,
    value_findings: tuple[Findings, ...],
    horizon: Callable[[Findings], HorizonValue],
) -> LifetimeValues:
    if not value_findings:
        raise NotPublishedError(
            "No lifetime value model was trained yet.", "train one with `shopkeeper run`"
        )
    return LifetimeValues(
        as_of=as_of,
        horizons=tuple(horizon(found) for found in value_findings if found.is_published),
        refused=tuple(found for found in value_findings if not found.is_published),
    )


def _unscored(found: Findings) -> HorizonValue:
    nothing = Decimal(0)
    return HorizonValue(
        found.horizon_days, 0, nothing, nothing, nothing, nothing, 0.0, (), (), found
    )


def _horizon(table: ir.Table, found: Findings) -> HorizonValue:
    rows = table.filter(table.horizon_days == found.horizon_days)
    total = rows_of(
        rows.agg(
            customer_count=rows.count(),
            expected_amount=rows.expected_amount.sum(),
            discounted_amount=rows.discounted_amount.sum(),
            median_typical_amount=rows.typical_amount.cast("float64").median(),
            expected_buyer_count=rows.purchase_probability.cast(EXACT_PROBABILITY).sum(),
        )
    )[0]
    valued = Selection(VALUED.name).where("horizon_days", found.horizon_days)
    count = int(total["customer_count"])
    expected = Decimal(total["expected_amount"] or 0)
    return HorizonValue(
        horizon_days=found.horizon_days,
        customer_count=count,
        expected_amount=expected,
        discounted_amount=Decimal(total["discounted_amount"] or 0),
        average_expected_amount=_cents(expected / max(count, 1)),
        median_typical_amount=_cents(Decimal(str(total["median_typical_amount"] or 0))),
        expected_buyer_count=float(total["expected_buyer_count"] or 0),
        groups=_groups(valued_rows(rows), expected, valued),
        customers=_top(rows),
        findings=found,
        members=valued,
    )


def _groups(ranked: ir.Table, expected: Decimal, valued: Selection) -> tuple[ValueGroup, ...]:
    grouped = ranked.group_by("tenth").agg(
        customer_count=ranked.count(),
        expected_amount=ranked.expected_amount.sum(),
        probability=ranked.purchase_probability.cast(EXACT_PROBABILITY).sum(),
    )
    return tuple(
        ValueGroup(
            int(row["tenth"]),
            int(row["customer_count"]),
            Decimal(row["expected_amount"]),
            float(row["expected_amount"] / expected) if expected else 0.0,
            float(row["probability"] / row["customer_count"]),
            valued.where("tenth", int(row["tenth"])),
        )
        for row in sorted(rows_of(grouped), key=lambda row: row["tenth"])
    )


def _top(rows: ir.Table) -> tuple[ValuedCustomer, ...]:
    best = rows.order_by([ibis.desc(rows.expected_amount), ibis.asc(rows.customer_id)])
    best = best.limit(TOP_CUSTOMERS).select(
        "customer_id",
        "expected_amount",
        "typical_amount",
        "lower_amount",
        "upper_amount",
        "purchase_probability",
        "next_order_date",
    )
    return tuple(ValuedCustomer(**row) for row in rows_of(best))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
