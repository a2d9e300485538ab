"""Who is leaving: how many at what risk, what they are worth, why, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis

from shopkeeper.errors import NotPublishedError
from shopkeeper.reports.drill import Roll, Selection
from shopkeeper.reports.report import rows_of
from shopkeeper.tasks.churn.findings import Findings
from shopkeeper.tasks.churn.scores import BANDS

if TYPE_CHECKING:
    import ibis.expr.types as ir

TOP_CUSTOMERS = 10
# Probabilities are added up as decimals: the sum of floats depends on the order of the rows.
EXACT_PROBABILITY = "decimal(18, 12)"


@dataclass(frozen=True, slots=True)
class RiskBand:
    """Customers of one band of risk.

    Attributes:
        band: Its name; empty for customers outside the population.
        customer_count: Customers in it.
        active_count: Those who ordered within the horizon before `as_of`: who can still be kept.
        expected_leaver_count: How many are expected to leave; 0 outside the population.
        past_year_amount: What they bought in the last 365 days, less what they took back.
        customers, active: Way to the customers.
    """

    band: str
    customer_count: int
    active_count: int
    expected_leaver_count: float
    past_year_amount: Decimal
    customers: Selection
    active: Selection


@dataclass(frozen=True, slots=True)
class Endangered:
    """A customer who still buys, spends much, and is likely to leave."""

    customer_id: str
    churn_probability: float
    days_since_last_order: int
    past_year_amount: Decimal
    amount_at_risk: Decimal
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Churn:
    """Who is leaving, or why that is not said.

    Attributes:
        as_of: Day before which data were seen.
        findings: The contest behind it: baselines, calibration, threshold, refusal.
        second_purchase: What was found on second purchases, where they are asked instead.
        bands: Customers by risk, the lowest first; empty where nobody is scored.
        customers: Still-active customers with the most money at risk.
    """

    as_of: date
    findings: Findings
    second_purchase: Findings | None
    bands: tuple[RiskBand, ...]
    customers: tuple[Endangered, ...]

    @property
    def customer_count(self) -> int:
        """Customers scored, those outside the population included."""
        return sum(band.customer_count for band in self.bands)


def risk_rows(churn_scores: ir.Table, customer_features: ir.Table) -> ir.Table:
    """Gives the customers who are scored, with their band and whether they still buy.

    Those outside the population stand in the band without a name.
    """
    silence = customer_features.select(
        "customer_id", silent_days=customer_features.days_since_last_purchase
    )
    rows = churn_scores.inner_join(silence, "customer_id")
    return rows.select(
        "customer_id",
        band=ibis.coalesce(rows.risk_band, ibis.literal("")),
        is_active=rows.silent_days <= rows.horizon_days,
    )


RISK_CUSTOMERS = Roll("churn", "Customers by their risk of leaving", ("customer_id",), risk_rows)
OPENED = Selection(RISK_CUSTOMERS.name)


def churn(
    churn_scores: ir.Table,
    customer_features: ir.Table,
    *,
    as_of: date,
    churn_findings: tuple[Findings, ...],
) -> Churn:
    """Gives who is leaving.

    Args:
        churn_scores: One row per customer with the probability of leaving.
        customer_features: One row per customer with what they bought lately.
        as_of: Day before which data were seen.
        churn_findings: What training found, of second purchases too where they were asked.

    Raises:
        NotPublishedError: No model was trained yet.
    """
    found = without_scores(as_of=as_of, churn_findings=churn_findings)
    if not found.findings.is_published:
        return found
    days = found.findings.horizon_days
    bought = customer_features.select(
        "customer_id",
        silent_days=customer_features.days_since_last_purchase,
        # What came back the same day was never there to lose.
        past_year_amount=ibis.greatest(
            customer_features.last_365_days_amount - customer_features.last_365_days_refund_amount,
            ibis.literal(Decimal(0)),
        ),
    )
    rows = churn_scores.inner_join(bought, "customer_id")
    rows = rows.mutate(
        is_active=rows.silent_days <= days,
        band=ibis.coalesce(rows.risk_band, ibis.literal("")),
        exact=ibis.coalesce(rows.churn_probability, 0.0).cast(EXACT_PROBABILITY),
    )
    return Churn(as_of, found.findings, found.second_purchase, _bands(rows), _most_endangered(rows))


def without_scores(*, as_of: date, churn_findings: tuple[Findings, ...]) -> Churn:
    """Gives what training found where nobody is scored: nothing passed, or not scored yet.

    Raises:
        NotPublishedError: No model was trained yet.
    """
    by_task = {found.task: found for found in churn_findings}
    if "churn" not in by_task:
        raise NotPublishedError("No churn model was trained yet.", "train one: `shopkeeper run`")
    return Churn(as_of, by_task["churn"], by_task.get("second_purchase"), (), ())


def _bands(rows: ir.Table) -> tuple[RiskBand, ...]:
    counted = rows.group_by("band").agg(
        customer_count=rows.count(),
        active_count=rows.is_active.ifelse(1, 0).sum(),
        expected_leaver_count=rows.exact.sum(),
        past_year_amount=rows.past_year_amount.sum(),
    )
    places = {band: place for place, band in enumerate((*BANDS, ""))}
    return tuple(
        RiskBand(
            row["band"],
            int(row["customer_count"]),
            int(row["active_count"]),
            float(row["expected_leaver_count"]),
            _cents(row["past_year_amount"]),
            OPENED.where("band", row["band"]),
            OPENED.where("band", row["band"]).where("is_active", value=True),
        )
        for row in sorted(rows_of(counted), key=lambda row: places[row["band"]])
    )


def _most_endangered(rows: ir.Table) -> tuple[Endangered, ...]:
    active = rows.filter(rows.is_active & rows.is_in_population)
    active = active.mutate(
        at_risk=active.past_year_amount.cast("float64") * active.churn_probability
    )
    worst = active.order_by([ibis.desc(active.at_risk), ibis.asc(active.customer_id)])
    return tuple(
        Endangered(
            row["customer_id"],
            float(row["churn_probability"]),
            int(row["silent_days"]),
            _cents(row["past_year_amount"]),
            _cents(Decimal(str(float(row["past_year_amount"]) * row["churn_probability"]))),
            tuple(row[name] for name in ("reason_1", "reason_2", "reason_3") if row[name]),
        )
        for row in rows_of(worst.limit(TOP_CUSTOMERS))
    )


def _cents(amount: Decimal) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))
