"""Charts: the questions that dashboards ask of boards, stated once for all tools."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from shopkeeper.boards.customers import MONDAY_CALL_LIST, RISK_DISTRIBUTION, WHALES
from shopkeeper.boards.demand import FORECAST_AND_ACTUALS
from shopkeeper.boards.executive import HEADLINES, SALES_BY_MONTH, VALUE_BY_SEGMENT
from shopkeeper.boards.journeys import COHORT_RETENTION, FUNNEL_STEPS
from shopkeeper.contracts.contract import Contract

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from shopkeeper.warehouse.table import Table


class Kind(StrEnum):
    """How a chart looks."""

    NUMBER = "number"
    BARS = "bars"
    LINES = "lines"
    HEAT = "heat"
    FUNNEL = "funnel"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Chart:
    """One question and how its answer is drawn.

    Attributes:
        name: Short name, unique; file names come from it.
        title: Question as people read it.
        kind: How it looks.
        board: The view that it is asked of.
        measures: Columns that are added up, in order; of `ROWS`, the columns shown.
        by: Column along the axis; none for a number or rows.
        split: Column that makes series, or the other axis of a heat map.
        where: Column and the value it must have.
        beyond_zero: Column that must be over zero.
        is_stacked: Whether the bars of a split add up; steps of a funnel do not.
        order: Column to order by; largest first where it is a measure or `is_descending`.
        is_descending: Whether the largest come first.
        limit: Most rows.
    """

    name: str
    title: str
    kind: Kind
    board: Table
    measures: tuple[str, ...]
    by: str | None = None
    split: str | None = None
    where: tuple[str, str | bool] | None = None
    beyond_zero: str | None = None
    is_stacked: bool = False
    order: str | None = None
    is_descending: bool = False
    limit: int = 1_000

    @property
    def contract(self) -> Contract:
        """Contract of the board."""
        return self.board.contract

    @property
    def groups(self) -> tuple[str, ...]:
        """Columns that the measures are added up by."""
        return tuple(name for name in (self.by, self.split) if name is not None)

    @property
    def is_dated(self) -> bool:
        """Whether the axis is time."""
        return self.by is not None and self.contract.column(self.by).type == "date"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Charts that are looked at together."""

    name: str
    title: str
    meaning: str
    charts: tuple[Chart, ...]


def question(chart: Chart, board: ir.Table) -> ir.Table:
    """Gives the answer of a chart as an expression over its board."""
    import ibis

    rows = board
    if chart.where is not None:
        name, value = chart.where
        rows = rows.filter(rows[name] if value is True else rows[name] == value)
    if chart.beyond_zero is not None:
        rows = rows.filter(rows[chart.beyond_zero] > 0)
    if chart.kind is Kind.ROWS:
        found = rows.select(*chart.measures)
    else:
        sums = {name: rows[name].sum() for name in chart.measures}
        found = rows.group_by(list(chart.groups)).agg(**sums) if chart.groups else rows.agg(**sums)
    order = [chart.order] if chart.order in found.columns else list(chart.groups)
    if order:
        found = found.order_by(
            [ibis.desc(found[n]) if chart.is_descending else ibis.asc(found[n]) for n in order]
        )
    return found.limit(chart.limit)


EXECUTIVE = Dashboard(
    "executive",
    "Executive overview",
    "Revenue, customers, and what they are expected to spend.",
    (
        Chart("net_revenue", "Net revenue so far", Kind.NUMBER, HEADLINES, ("net_amount",)),
        Chart("customers", "Customers", Kind.NUMBER, HEADLINES, ("customer_count",)),
        Chart(
            "repeat_rate", "Share with two orders or more", Kind.NUMBER, HEADLINES, ("repeat_rate",)
        ),
        Chart(
            "expected_spending",
            "Expected spending, 365 days at most",
            Kind.NUMBER,
            HEADLINES,
            ("expected_amount",),
        ),
        Chart(
            "revenue_by_month",
            "Net revenue by month (whole months)",
            Kind.BARS,
            SALES_BY_MONTH,
            ("net_amount",),
            by="month_date",
            where=("is_whole", True),
        ),
        Chart(
            "customers_by_month",
            "Customers who bought, and new ones among them",
            Kind.LINES,
            SALES_BY_MONTH,
            ("customer_count", "new_customer_count"),
            by="month_date",
            where=("is_whole", True),
        ),
        Chart(
            "value_of_segments",
            "What segments brought, and are expected to spend",
            Kind.BARS,
            VALUE_BY_SEGMENT,
            ("net_amount", "expected_amount"),
            by="rfm_segment",
            order="net_amount",
            is_descending=True,
        ),
        Chart(
            "forecast_and_actuals",
            "Sales by week, and what is foretold",
            Kind.LINES,
            FORECAST_AND_ACTUALS,
            ("actual_amount", "expected_amount", "lower_amount", "upper_amount"),
            by="week_date",
        ),
    ),
)

RETENTION = Dashboard(
    "retention",
    "Who is leaving",
    "Risk by segment, the best customers who are silent, and whom to call.",
    (
        Chart(
            "risk_of_segments",
            "Customers by segment and risk of leaving",
            Kind.BARS,
            RISK_DISTRIBUTION,
            ("customer_count",),
            by="rfm_segment",
            split="sorted_band",
            is_stacked=True,
        ),
        Chart(
            "value_by_risk",
            "Expected spending by risk of leaving",
            Kind.BARS,
            RISK_DISTRIBUTION,
            ("expected_amount",),
            by="sorted_band",
        ),
        Chart(
            "silent_whales",
            "Best customers who are silent for too long",
            Kind.ROWS,
            WHALES,
            (
                "place",
                "customer_id",
                "rfm_segment",
                "net_amount",
                "expected_amount",
                "silent_days",
                "median_gap_days",
                "basis",
            ),
            where=("is_at_risk", True),
            order="net_amount",
            is_descending=True,
            limit=100,
        ),
        Chart(
            "call_list",
            "Whom to contact, by the newest plan",
            Kind.ROWS,
            MONDAY_CALL_LIST,
            ("place", "customer_id", "channel", "action", "gain_amount", "reason_1"),
            order="place",
            limit=200,
        ),
    ),
)

FUNNEL = Dashboard(
    "funnel",
    "Way to a purchase",
    "How many persons take each step.",
    (
        Chart(
            "funnel",
            "Persons by step",
            Kind.FUNNEL,
            FUNNEL_STEPS,
            ("person_count",),
            by="step",
            order="person_count",
            is_descending=True,
        ),
        Chart(
            "funnel_by_channel",
            "Persons by channel at entry and step",
            Kind.BARS,
            FUNNEL_STEPS,
            ("person_count",),
            by="channel",
            split="step",
        ),
        Chart(
            "funnel_by_month",
            "Persons by month of entry and step",
            Kind.LINES,
            FUNNEL_STEPS,
            ("person_count",),
            by="month_date",
            split="step",
        ),
    ),
)

COHORTS = Dashboard(
    "cohorts",
    "Who comes back",
    "Customers by the month of their first order, and what they did later.",
    (
        Chart(
            "cohort_rates",
            "Share of a month's new customers who ordered again, by months since",
            Kind.HEAT,
            COHORT_RETENTION,
            ("active_rate",),
            by="months_since_first",
            split="cohort_month",
            where=("activity", "orders"),
            beyond_zero="months_since_first",
        ),
        Chart(
            "cohort_amounts",
            "What a month's new customers bought, by months since",
            Kind.HEAT,
            COHORT_RETENTION,
            ("purchase_amount",),
            by="months_since_first",
            split="cohort_month",
            where=("activity", "orders"),
        ),
    ),
)

DASHBOARDS = (EXECUTIVE, RETENTION, FUNNEL, COHORTS)


def dashboards_over(contracts: Collection[Contract]) -> tuple[Dashboard, ...]:
    """Gives the dashboards with the charts that can be asked of these boards."""
    names = {contract.name for contract in contracts}
    found = [
        replace(one, charts=tuple(chart for chart in one.charts if chart.contract.name in names))
        for one in DASHBOARDS
    ]
    return tuple(dashboard for dashboard in found if dashboard.charts)


def charts(dashboards: Collection[Dashboard] = DASHBOARDS) -> Iterator[Chart]:
    """Gives all charts, in order."""
    for dashboard in dashboards:
        yield from dashboard.charts
