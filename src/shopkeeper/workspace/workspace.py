"""Workspace: a shop's folder and every report of it, as a method."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shopkeeper import catalog
from shopkeeper.decisions.plan_files import plan_ids, read_left_out, read_plan
from shopkeeper.decisions.planning import NO_PLAN, Planning, planning_of
from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.pipeline.identity_log import Entry, read_log
from shopkeeper.reports.basket import Basket, basket
from shopkeeper.reports.best_customers import BestCustomers, best_customers
from shopkeeper.reports.call_list import MondayList, monday
from shopkeeper.reports.campaign import Campaign, CampaignQuestion, campaign
from shopkeeper.reports.category_segments import CategorySegments, category_segments
from shopkeeper.reports.change import Change, change
from shopkeeper.reports.churn import Churn, churn, without_scores
from shopkeeper.reports.customer import Customer, customer
from shopkeeper.reports.customer_segments import CustomerSegments, customer_segments
from shopkeeper.reports.discounts import DiscountImpact, discount_impact
from shopkeeper.reports.drill import Members, Selection, members
from shopkeeper.reports.forecast import (
    LENGTHS,
    WEEK,
    Forecast,
    coming_days,
    forecast,
    sold_days,
    without_forecast,
)
from shopkeeper.reports.funnel import Funnel, funnel
from shopkeeper.reports.identities import Identities, identities
from shopkeeper.reports.lifecycle import Lifecycle, lifecycle
from shopkeeper.reports.lifetime_value import LifetimeValues, lifetime_value, without_values
from shopkeeper.reports.monitoring import Monitoring, monitoring
from shopkeeper.reports.overview import Overview, overview
from shopkeeper.reports.payments import PaymentMethods, payment_methods
from shopkeeper.reports.plans import PlanDetail, PlanLine, Readout, plan_detail, plan_lines, readout
from shopkeeper.reports.products import ProductPerformance, product_report
from shopkeeper.reports.quality import Quality, quality
from shopkeeper.reports.recommendations import (
    Recommendations,
    recommendations,
    without_lists,
)
from shopkeeper.reports.repeat_buyers import RepeatBuyers, repeat_buyers
from shopkeeper.reports.repeat_purchase import RepeatPurchase, repeat_purchase
from shopkeeper.reports.retention import Retention, retention
from shopkeeper.reports.returns import Returns, returns
from shopkeeper.reports.scores import LISTED_CUSTOMERS, Scores, scores
from shopkeeper.reports.seasonality import Seasonality, seasonality
from shopkeeper.reports.segments import Segments, segments
from shopkeeper.reports.stock import Stock, stock, without_stock
from shopkeeper.reports.stores import StorePerformance, store_performance
from shopkeeper.reports.whales import Whales, whales

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from shopkeeper.settings import IdentitySettings
from shopkeeper.warehouse.identity_links import links_after
from shopkeeper.workspace.answering import LISTED, TOP_SHARE
from shopkeeper.workspace.shop_folder import ShopFolder


class Workspace(ShopFolder):
    """A shop's folder, as the last good run left it; each report is a method.

    Examples:
        >>> from shopkeeper import Workspace
        >>> Workspace("no-such-shop").manifest is None
        True
    """

    def overview(self) -> Overview:
        """Gives the state of the shop: headline measures, sales over time, who and what."""
        return self.ask(overview)

    def segments(self) -> Segments:
        """Gives the RFM segments with their size, value and moves."""
        return self.ask(segments)

    def lifetime_value(self) -> LifetimeValues:
        """Gives what customers are worth at each horizon, and how far to trust it."""
        has_values = "lifetime_values" in self.published.tables
        return self.ask(lifetime_value if has_values else without_values)

    def churn(self) -> Churn:
        """Gives who is leaving, why, and how far to trust it."""
        has_scores = "churn_scores" in self.published.tables
        return self.ask(churn if has_scores else without_scores)

    def monitoring(self) -> Monitoring:
        """Gives whether orders, customers and models are as they were when last looked at."""
        return self.ask(monitoring)

    def recommendations(self) -> Recommendations:
        """Gives what customers may want next, why, and how far to trust it."""
        has_lists = "recommendations" in self.published.tables
        return self.ask(recommendations if has_lists else without_lists)

    def forecast(self, *, limit: int = LISTED, per: str = WEEK) -> Forecast:
        """Gives what will sell in the coming weeks, with ranges, and how far to trust it.

        Args:
            limit: Products to list.
            per: `week`, or `day` for the coming days beside the weeks.
        """
        if per not in LENGTHS:
            raise UnknownNameError.among("length of time", per, LENGTHS)
        if "demand_forecast" not in self.published.tables:
            return self.ask(without_forecast)
        found = self.ask(forecast, limit=limit)
        if per == WEEK or "daily_demand_forecast" not in self.published.tables:
            return found
        return replace(found, days=self.ask(coming_days), past_days=self.ask(sold_days))

    def stock(self, *, limit: int = LISTED, product: str | None = None) -> Stock:
        """Gives how much stock must be there when an order is made, and what falls short.

        Args:
            limit: Products to list.
            product: The one product that is asked for.
        """
        if "stock_advice" not in self.published.tables:
            return self.ask(without_stock)
        return self.ask(stock, limit=limit, product=product)

    def customer_segments(self) -> CustomerSegments:
        """Gives the groups of customers found in the data: profile, size, value and moves."""
        return self.ask(customer_segments)

    def customer(self, customer_id: str) -> Customer:
        """Gives the whole story of one customer."""
        return self.ask(customer, customer_id=customer_id)

    def monday(self) -> MondayList:
        """Gives whom to contact next, what it costs and brings, and how one will know."""
        return self.ask(monday, planning=self.planning())

    def campaign(self, question: CampaignQuestion) -> Campaign:
        """Gives what an offer would bring in each segment, and whom it is worth to contact."""
        return self.ask(campaign, planning=self.planning(), question=question)

    def plans(self) -> tuple[PlanLine, ...]:
        """Gives all plans that were made, oldest first."""
        return plan_lines(self.planning())

    def plan(self, plan_id: str, most: int = 20) -> PlanDetail:
        """Gives one plan as it was stored, with the first of its list."""
        stored = read_plan(self.state_folder, plan_id)
        return plan_detail(stored, as_of=self.planning(with_plans=False).as_of, most=most)

    def readout(self, plan_id: str) -> Readout:
        """Gives what a plan brought, against those held out."""
        stored = read_plan(self.state_folder, plan_id)
        return self.ask(readout, planning=self.planning(with_plans=False), stored=stored)

    def planning(self, plan_id: str = NO_PLAN, *, with_plans: bool = True) -> Planning:
        """Gives what is known besides the tables when something is planned or read out."""
        folder = self.state_folder if with_plans else None
        return planning_of(self.settings, self.published, folder, plan_id)

    def funnel(self, **options: Any) -> Funnel:
        """Gives how many take each step on the way to a purchase.

        Args:
            options: `question` (a `FunnelQuestion`) and `split`.
        """
        return self.ask(funnel, **options)

    def retention(self, **options: Any) -> Retention:
        """Gives how those who began together came back; `question` is a `RetentionQuestion`."""
        return self.ask(retention, **options)

    def lifecycle(self, **options: Any) -> Lifecycle:
        """Gives who is new, returning, resurrecting or dormant, by `activity` and `period`."""
        return self.ask(lifecycle, **options)

    def repeat_purchase(self, **options: Any) -> RepeatPurchase:
        """Gives how many buy again within how many days, after order number `from_order`."""
        return self.ask(repeat_purchase, **options)

    def identities(self, rules: IdentitySettings | None = None, **options: Any) -> Identities:
        """Gives who would be one person by shared keys, and what that changes in the measures.

        Args:
            rules: What tells it; None takes the settings.
            options: `listing` says how many examples are shown, and whether keys are masked.
        """
        known = {"rules": rules or self.settings.identities, "scoring": self.settings.rfm}
        links = links_after(self.identity_log())
        return self.ask(identities, links=links, **known, **options)

    def identity_log(self) -> tuple[Entry, ...]:
        """Gives every merge and split of ids and guests, oldest first."""
        return read_log(self.state_folder)

    def scores(self, limit: int = LISTED_CUSTOMERS) -> Scores:
        """Gives what the models say of the customers, the most valuable of them by name."""
        return self.ask(scores, limit=limit)

    def quality(self) -> Quality:
        """Gives the reconciliation, the quarantine and what to know about the data."""
        return self.ask(quality)

    def seasonality(self) -> Seasonality:
        """Gives when customers buy: by month, quarter, weekday and hour."""
        return self.ask(seasonality)

    def stores(self) -> StorePerformance:
        """Gives sales by store, or by channel where no store is named."""
        return self.ask(store_performance)

    def payments(self) -> PaymentMethods:
        """Gives sales by payment method."""
        return self.ask(payment_methods)

    def category_segments(self) -> CategorySegments:
        """Gives what each RFM segment spends on each category."""
        return self.ask(category_segments)

    def discounts(self) -> DiscountImpact:
        """Gives orders with and without a discount, where there are discounts."""
        return self.ask(discount_impact)

    def repeat_buyers(self) -> RepeatBuyers:
        """Gives customers with one order against those who came back."""
        return self.ask(repeat_buyers)

    def best_customers(self, *, limit: int = LISTED) -> BestCustomers:
        """Gives how revenue is spread over customers, and the best of them by name."""
        return self.ask(best_customers, limit=limit)

    def products(self, *, limit: int = LISTED) -> ProductPerformance:
        """Gives products by what they brought, rising, falling and often taken back."""
        return self.ask(product_report, limit=limit)

    def returns(self) -> Returns:
        """Gives what was taken back, by month and product, and how long it took."""
        return self.ask(returns)

    def basket(self, *, limit: int = LISTED) -> Basket:
        """Gives pairs of products that are bought together more often than chance explains."""
        return self.ask(basket, limit=limit)

    def change(self, before: str | None = None, after: str | None = None) -> Change:
        """Gives why revenue changed between two periods, in parts that add up exactly.

        Args:
            before: The earlier period: `2011-10`, `2011-Q3`, `2011` or two days with `..` between;
                None with `after` takes the last whole month and quarter.
            after: The later period.
        """
        return self.ask(change, before=before, after=after)

    def whales(self, *, top_share: float = TOP_SHARE, limit: int = LISTED) -> Whales:
        """Gives the best customers who are silent for longer than their rhythm tells.

        Args:
            top_share: Part of the customers who count as the best, in 0-1.
            limit: Customers at risk to name.
        """
        return self.ask(whales, top_share=top_share, limit=limit)

    def members(self, selection: Selection | str, **questions: Any) -> Members:
        """Gives the list behind a count of a report: exactly those it counts.

        Args:
            selection: What the count carries, or its address as text.
            questions: Of the report, where an address leaves them out: `options` and so on.

        Raises:
            UnknownNameError: There is no such roll, or no such column on it.
        """
        found = Selection.read(selection) if isinstance(selection, str) else selection
        roll = catalog.roll(found.roll)
        known = self._known_besides(roll.build, found)
        rows = self.ask(roll.build, **{**known, **dict(found.questions), **questions})
        return members(rows, roll, found)

    def _known_besides(self, build: Callable[..., Any], selection: Selection) -> dict[str, Any]:
        """Gives what a roll asks for besides tables of the run: plans, and who is one person."""
        known: dict[str, Callable[[], Any]] = {
            "planning": self.planning,
            "links": lambda: links_after(self.identity_log()),
            "rules": lambda: self.settings.identities,
            "left_out": lambda: self._left_out(selection),
        }
        wanted = inspect.signature(build).parameters
        return {name: give() for name, give in known.items() if name in wanted}

    def _left_out(self, selection: Selection) -> dict[str, pa.Table]:
        """Gives whom plans left out: the plans that a selection names, else all that keep it."""
        named = [
            str(one.value)
            for one in selection.conditions
            if (one.column, one.comparison) == ("plan_id", "=")
        ]
        found = {}
        for plan_id in named or plan_ids(self.state_folder):
            rows = read_left_out(self.state_folder, plan_id)
            if rows is not None:
                found[plan_id] = rows
            elif named:
                raise NotPublishedError(
                    f"Plan `{plan_id}` does not keep whom it left out.",
                    "call lists that are planned now do; how many they were stands in "
                    f"`shopkeeper plan show {plan_id}`",
                )
        return found
