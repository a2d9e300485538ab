"""What the report is made from: the shop, the moment, and the answers it renders."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shopkeeper.reports.basket import Basket
    from shopkeeper.reports.best_customers import BestCustomers
    from shopkeeper.reports.call_list import MondayList
    from shopkeeper.reports.category_segments import CategorySegments
    from shopkeeper.reports.change import Change
    from shopkeeper.reports.churn import Churn
    from shopkeeper.reports.customer_segments import CustomerSegments
    from shopkeeper.reports.discounts import DiscountImpact
    from shopkeeper.reports.experiment_units import OpenReadout as TestReadout
    from shopkeeper.reports.forecast import Forecast
    from shopkeeper.reports.funnel import Funnel
    from shopkeeper.reports.lifecycle import Lifecycle
    from shopkeeper.reports.lifetime_value import LifetimeValues
    from shopkeeper.reports.overview import Overview
    from shopkeeper.reports.payments import PaymentMethods
    from shopkeeper.reports.plans import Readout as PlanReadout
    from shopkeeper.reports.products import ProductPerformance
    from shopkeeper.reports.quality import Quality
    from shopkeeper.reports.recommendations import Recommendations
    from shopkeeper.reports.repeat_purchase import RepeatPurchase
    from shopkeeper.reports.retention import Retention
    from shopkeeper.reports.returns import Returns
    from shopkeeper.reports.seasonality import Seasonality
    from shopkeeper.reports.segments import Segments
    from shopkeeper.reports.stock import Stock
    from shopkeeper.reports.stores import StorePerformance
    from shopkeeper.reports.whales import Whales


class AnswersOnQuality(Protocol):
    """What sections on the quality of data read, whatever page they stand on."""

    @property
    def quality(self) -> Quality:
        """What came in, what was kept, what was put aside."""
        ...

    @property
    def currency(self) -> str:
        """ISO code of all amounts."""
        ...


@dataclass(frozen=True, slots=True)
class SalesAnswers:
    """What a report says of sales: when, where, of what, by whom, and why they changed."""

    seasonality: Seasonality
    change: Change
    best_customers: BestCustomers
    whales: Whales
    products: ProductPerformance
    basket: Basket
    returns: Returns
    stores: StorePerformance
    payments: PaymentMethods
    category_segments: CategorySegments
    discounts: DiscountImpact

    @property
    def refusals(self) -> tuple[str, ...]:
        """What the data do not carry, each with the reason."""
        asked = (getattr(self, field.name) for field in fields(self))
        found = (getattr(answer, "refusal", None) for answer in asked)
        return tuple(dict.fromkeys(reason for reason in found if reason))


@dataclass(frozen=True, slots=True)
class BehaviourAnswers:
    """What a report says of behaviour; None for what the data do not carry."""

    funnel: Funnel | None
    retention: Retention | None
    lifecycle: Lifecycle | None
    repeat_purchase: RepeatPurchase | None


@dataclass(frozen=True, slots=True)
class TriedAnswers:
    """What was tried, and what came of it: tests that were read out, and plans that stand."""

    tests: tuple[TestReadout, ...]
    plans: tuple[PlanReadout, ...]


@dataclass(frozen=True, slots=True)
class ReportAnswers:
    """Everything one report says; the same answers give the same bytes.

    Attributes:
        shop_name: Name of the shop, as its owner writes it.
        currency: ISO 4217 code of every amount.
        as_of: The day before which data were seen (exclusive).
        run_id: The run that published the tables behind the answers.
        version: Version of Shopkeeper.
        overview: Headline measures, months, countries, products, customers.
        segments: Customer segments, or None where the data do not carry them.
        lifetime_value: What customers are worth, or None where the data do not carry it.
        quality: Reconciliation, quarantine, findings, tables.
        tried: Tests and plans, or None where there are none.
        monday: Whom to contact next, or None where nothing can be weighed against a contact.
        refusals: What the data cannot tell, each with its reason.
        churn: Who is leaving, or None where nothing was trained.
        customer_segments: Groups found in the data, or None where none were looked for.
        behaviour: Funnel, retention, lifecycle and repeat purchase.
        sales: Seasons, causes of change, best customers, products, baskets and returns; None
            where the tables behind them are not published.
        recommendations: What customers may want next, or None where nothing was trained.
        forecast: What will sell, or None where nothing was trained.
        stock: What to order again, or None where nothing was trained.
    """

    shop_name: str
    currency: str
    as_of: date
    run_id: str
    version: str
    overview: Overview
    segments: Segments | None
    lifetime_value: LifetimeValues | None
    quality: Quality
    refusals: tuple[str, ...]
    tried: TriedAnswers | None = None
    monday: MondayList | None = None
    churn: Churn | None = None
    customer_segments: CustomerSegments | None = None
    behaviour: BehaviourAnswers | None = None
    sales: SalesAnswers | None = None
    recommendations: Recommendations | None = None
    forecast: Forecast | None = None
    stock: Stock | None = None
