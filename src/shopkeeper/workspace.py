"""Workspace: a shop's folder - settings, engine, lake, last good run; reads, never writes."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from shopkeeper import catalog
from shopkeeper.decisions.plan_files import read_plan
from shopkeeper.decisions.planning import NO_PLAN, Planning, planning_of
from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.engines.opening import open_lake, open_store, open_workshop
from shopkeeper.engines.store import Store, TableVersion
from shopkeeper.errors import NotPublishedError, UnknownNameError
from shopkeeper.lifecycle.registry import Registry
from shopkeeper.lifecycle.tracking import Tracking
from shopkeeper.models.rfm_scores import RfmScores
from shopkeeper.pipeline.manifest import Manifest, PublishedTable, read_manifest
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
from shopkeeper.reports.funnel import Funnel, funnel
from shopkeeper.reports.lifecycle import Lifecycle, lifecycle
from shopkeeper.reports.lifetime_value import LifetimeValues, lifetime_value, without_values
from shopkeeper.reports.overview import Overview, overview
from shopkeeper.reports.payments import PaymentMethods, payment_methods
from shopkeeper.reports.plans import PlanDetail, PlanLine, Readout, plan_detail, plan_lines, readout
from shopkeeper.reports.products import ProductPerformance, product_report
from shopkeeper.reports.quality import Quality, TableState, quality
from shopkeeper.reports.repeat_buyers import RepeatBuyers, repeat_buyers
from shopkeeper.reports.repeat_purchase import RepeatPurchase, repeat_purchase
from shopkeeper.reports.retention import Retention, retention
from shopkeeper.reports.returns import Returns, returns
from shopkeeper.reports.scores import LISTED_CUSTOMERS, Scores, scores
from shopkeeper.reports.seasonality import Seasonality, seasonality
from shopkeeper.reports.segments import Segments, segments
from shopkeeper.reports.stores import StorePerformance, store_performance
from shopkeeper.reports.whales import Whales, whales
from shopkeeper.settings import LoadedSettings, Settings, load_settings
from shopkeeper.tasks.churn.findings import all_of_facts as findings_of_churn
from shopkeeper.tasks.customer_segmentation.findings import (
    findings_of_facts as segment_findings_of_facts,
)
from shopkeeper.tasks.lifetime_value.findings import findings_of_facts

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.engines.engine import Engine

STATE_FOLDER = ".shopkeeper"
# Rows that answers name unless asked for more.
LISTED = 25
# Part of the customers who count as the best.
TOP_SHARE = 0.1
# Properties that open a store.
PLACES = ("store", "building")

Answer = TypeVar("Answer")


class Workspace:
    """A shop's folder, as the last good run left it.

    Args:
        folder: Folder with `shopkeeper.toml`; it may be empty or not exist yet.
        overrides: Settings as `name=value`, stronger than file and environment.
        environment: Environment to read settings from; None reads the process's.
        run_id: Run to look at; None takes the last good one.

    Raises:
        SettingsError: A setting is unknown or not valid.

    Examples:
        >>> from shopkeeper import Workspace
        >>> Workspace("no-such-shop").manifest is None
        True
    """

    def __init__(
        self,
        folder: str | os.PathLike[str] = ".",
        *,
        overrides: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        run_id: str | None = None,
    ) -> None:
        self.folder = Path(folder).resolve()
        self.loaded: LoadedSettings = load_settings(
            self.folder, environment=environment, overrides=overrides
        )
        self.lake = open_lake(self.loaded.settings.lake, self.state_folder / "lake")
        self._run_id = run_id
        self._views: dict[str, ir.Table] = {}

    @property
    def settings(self) -> Settings:
        """The validated settings."""
        return self.loaded.settings

    @property
    def state_folder(self) -> Path:
        """Folder in which everything that Shopkeeper writes stands."""
        return self.folder / STATE_FOLDER

    @property
    def engine(self) -> Engine:
        """Where queries over published tables run; started when first needed."""
        return self.store.engine

    @cached_property
    def store(self) -> Store:
        """Where tables live."""
        return open_store(self.settings.engine, lambda: self.embedded, self.lake)

    @cached_property
    def building(self) -> Store:
        """Where jobs build tables: the same place, through the engine that the settings name.

        Readers of a lake do without the engine that built it: starting one to read takes longer
        than reading.
        """
        return open_workshop(self.settings.engine, self.store, self.lake, self.state_folder)

    @cached_property
    def embedded(self) -> DuckDBEngine:
        """The engine inside this process, which also reads raw files."""
        options = self.settings.engine
        return DuckDBEngine(
            self.state_folder / "spill",
            memory_limit=options.memory_limit,
            threads=options.threads,
        )

    @cached_property
    def registry(self) -> Registry:
        """Registered models with their versions, champion and challenger."""
        options = self.settings.tracking
        return Registry(Tracking(self.state_folder, options.address, options.experiment))

    @cached_property
    def manifest(self) -> Manifest | None:
        """What the run published; None before the first run."""
        return read_manifest(self.state_folder, self._run_id, self.store.name)

    @property
    def published(self) -> Manifest:
        """What the run published.

        Raises:
            NotPublishedError: There was no run yet.
        """
        if self.manifest is None:
            raise NotPublishedError(
                f"Nothing has been built in `{self.folder.name}` yet.",
                "build it with `shopkeeper run`",
            )
        return self.manifest

    def table(self, name: str, version: int | None = None) -> ir.Table:
        """Gives a published table as an expression.

        Args:
            name: Name of the table.
            version: An older version; None takes that of the run.

        Raises:
            UnknownNameError: There is no such table.
            NotPublishedError: It has not been built, or not in that version.
        """
        if version is None and name in self._views:
            return self._views[name]
        found = self._published_table(name).version
        if version is not None:
            return self.store.open(found, number=version)
        self._views[name] = self.store.open(found)
        return self._views[name]

    def frame(self, name: str, version: int | None = None, *, exact: bool = False) -> pd.DataFrame:
        """Gives a published table as a data frame.

        Args:
            name: Name of the table.
            version: An older version; None takes that of the run.
            exact: Whether money and quantities stay exact decimals, as objects; otherwise they
                become floating point, with which data frames can calculate.
        """
        import ibis.selectors as s

        table = self.table(name, version)
        if not exact:
            table = table.mutate(s.across(s.of_type("decimal"), lambda c: c.cast("float64")))
        frame: pd.DataFrame = self.engine.collect(table).to_pandas()
        return frame

    def versions(self, name: str) -> Sequence[Mapping[str, object]]:
        """Gives the commits of a table, newest first."""
        found = self._published_table(name).version
        return self.store.history(found.layer, name)

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
        rows = self.ask(roll.build, **{**dict(found.questions), **questions})
        return members(rows, roll, found)

    def ask(self, report: Callable[..., Answer], **questions: Any) -> Answer:
        """Answers a report from the published tables its parameters name."""
        known = questions_of_run(self.settings, self.published)
        return answer(report, self.table, {**known, **questions})

    def forget_views(self) -> None:
        """Forgets which files tables are read from; called when a job has published."""
        self._views.clear()

    def close(self) -> None:
        """Gives back the engine's memory and threads."""
        self.forget_views()
        # Where the places are one, so is their engine.
        engines = {self.__dict__.pop(place).engine for place in PLACES if place in self.__dict__}
        if "embedded" in self.__dict__:
            engines.add(self.__dict__.pop("embedded"))
        for engine in engines:
            engine.close()

    def _published_table(self, name: str) -> PublishedTable:
        tables = self.published.tables
        if name in tables:
            return tables[name]
        if name in catalog.contracts():
            raise NotPublishedError(
                f"Table `{name}` has not been built yet.", "build it with `shopkeeper run`"
            )
        raise UnknownNameError.among("table", name, tables)


def answer(
    report: Callable[..., Answer], table: Callable[[str], ir.Table], questions: Mapping[str, Any]
) -> Answer:
    """Calls a report with the tables its positional parameters name and the questions it asks.

    A positional parameter with a default names a table that the data may not carry.

    Args:
        report: A function of the shelf `reports`.
        table: Gives a table by name.
        questions: Values for keyword-only parameters; those not asked for are left out, and those
            not given keep the report's own.
    """
    parameters = inspect.signature(report).parameters.values()
    tables = [_table_for(p, table) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    asked = {
        p.name: questions[p.name]
        for p in parameters
        if p.kind is p.KEYWORD_ONLY and (p.name in questions or p.default is p.empty)
    }
    return report(*tables, **asked)


def _table_for(parameter: inspect.Parameter, table: Callable[[str], ir.Table]) -> ir.Table | None:
    try:
        return table(parameter.name)
    except (NotPublishedError, UnknownNameError):
        if parameter.default is inspect.Parameter.empty:
            raise
        return None


def questions_of_run(settings: Settings, manifest: Manifest) -> dict[str, Any]:
    """Gives the values of the questions that reports of a run share."""
    facts = manifest.facts
    model = RfmScores.load(facts["rfm_scores"]) if facts.get("rfm_scores") else RfmScores()
    return {
        "as_of": manifest.as_of,
        "period_days": settings.definitions.period_days,
        "time_zone": settings.shop.time_zone,
        "currency": settings.shop.currency,
        "model": model,
        "tables": table_states(manifest.tables),
        "value_findings": findings_of_facts(facts),
        "refusals": manifest.refused,
        "churn_findings": findings_of_churn(facts),
        "segment_findings": segment_findings_of_facts(facts),
        "limit": LISTED,
        "top_share": TOP_SHARE,
        "before": None,
        "after": None,
    }


def table_states(tables: Mapping[str, PublishedTable]) -> tuple[TableState, ...]:
    """Gives what stands published, in order of the flow of data and then of names."""
    layers = {layer: place for place, layer in enumerate(catalog.LAYERS)}
    ordered = sorted(tables.items(), key=lambda item: (layers[item[1].version.layer], item[0]))
    return tuple(_state(name, table) for name, table in ordered)


def _state(name: str, table: PublishedTable) -> TableState:
    version: TableVersion = table.version
    contract = catalog.contracts().get(name)
    return TableState(
        name=name,
        layer=version.layer,
        meaning=contract.meaning if contract else catalog.RAW_MEANING,
        version=version.version,
        row_count=version.row_count,
        check_count=table.check_count,
        broken=tuple(f"{check}: {count:,} rows" for check, count in table.broken.items()),
    )
