"""Answers in the terminal: how each report is printed for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shopkeeper.cli import behaviour_answers
from shopkeeper.cli.churn_answers import show_churn
from shopkeeper.cli.demand_answers import SHOWS as DEMAND_SHOWS
from shopkeeper.cli.monitor_answers import show_monitoring
from shopkeeper.cli.output import print_table, print_text
from shopkeeper.cli.plan_answers import show_monday
from shopkeeper.cli.recommendation_answers import show_list, show_recommendations
from shopkeeper.cli.sales_answers import SALES_SHOWS
from shopkeeper.cli.score_answers import show_customer_score, show_scores
from shopkeeper.cli.segment_answers import show_customer_segments
from shopkeeper.cli.value_answers import (
    show_expected_values,
    show_lifetime_value,
    show_value_headlines,
)
from shopkeeper.reports.formatting import change, money, percent

if TYPE_CHECKING:
    from shopkeeper.reports.customer import Customer
    from shopkeeper.reports.lifetime_value import LifetimeValues
    from shopkeeper.reports.overview import Overview
    from shopkeeper.reports.quality import Quality
    from shopkeeper.reports.report import Measure
    from shopkeeper.reports.segments import Segments


def show_headlines(
    overview: Overview,
    segments: Segments | None,
    values: LifetimeValues | None,
    quality: Quality,
    currency: str,
) -> None:
    """Prints the short answer after a run: measures, segments, values, whether it all ties."""
    show_overview(overview, currency, short=True)
    if segments is not None:
        print_text()
        show_segments(segments, currency, short=True)
    if values is not None and values.horizons:
        print_text()
        show_value_headlines(values, currency)
    print_text()
    tie = "ties to the cent" if quality.is_reconciled else "DOES NOT TIE: see `shopkeeper check`"
    print_text(
        f"{quality.raw_row_count:,} raw rows = {quality.kept_row_count:,} kept + "
        f"{quality.quarantined_row_count:,} quarantined; "
        f"{money(quality.raw_amount, currency)} = {money(quality.kept_amount, currency)} + "
        f"{money(quality.quarantined_amount, currency)}: {tie}"
    )
    for finding in quality.findings:
        if finding.severity != "info":
            print_text(f"{finding.severity}: {finding.title}; see `shopkeeper check`")


def show_overview(overview: Overview, currency: str, *, short: bool = False) -> None:
    """Prints the state of the shop."""
    print_text(
        f"{overview.first_date} to {overview.last_date}; the last {overview.period_days} days "
        f"before {overview.as_of} against the {overview.period_days} days before them"
    )
    print_table(
        ("measure", "value", "before", "change"),
        [
            (
                m.label,
                _value(m.value, m, currency),
                _value(m.previous, m, currency),
                change(m.change) if m.change is not None else "–",
            )
            for m in overview.measures
        ],
    )
    for finding in overview.findings:
        print_text(f"• {finding}")
    if short:
        return
    print_text()
    print_table(
        ("month", "gross", "refunds", "net", "orders", "customers", "new", "whole month"),
        [
            (
                *(m.label, m.gross_amount, m.refund_amount, m.net_amount, m.order_count),
                *(m.customer_count, m.new_customer_count, m.is_complete),
            )
            for m in overview.months
        ],
    )
    print_text()
    print_table(
        ("product", "name", "net", "share"),
        [(p.product_id, p.product_name, p.net_amount, percent(p.share)) for p in overview.products],
    )


def show_segments(segments: Segments, currency: str, *, short: bool = False) -> None:
    """Prints the segments."""
    print_text(f"{segments.customer_count:,} customers as of {segments.as_of}")
    print_table(
        ("segment", "customers", "share", "amount", "share ", "before", "who"),
        [
            (
                row.segment,
                row.customer_count,
                percent(row.customer_share),
                money(row.order_amount, currency, 0),
                percent(row.amount_share),
                row.previous_customer_count,
                row.meaning,
            )
            for row in segments.segments
        ],
    )
    if short:
        return
    print_text()
    print_table(
        ("from", "to", "customers", "amount"),
        [
            (m.from_segment or "(no customer yet)", m.to_segment, m.customer_count, m.order_amount)
            for m in segments.moves
            if m.from_segment != m.to_segment
        ],
    )


def show_customer(found: Customer, currency: str) -> None:
    """Prints one customer's story."""
    print_text(f"customer {found.customer_id}, {found.country or 'country unknown'}")
    print_text(f"segment  {found.segment or '–'} ({found.rfm_score or '–'}): {found.advice or '–'}")
    if found.scores is not None:
        show_customer_score(found.scores)
    print_text(
        f"net      {money(found.net_amount, currency)} = "
        f"gross {money(found.gross_amount, currency)}"
        f" − discount {money(found.discount_amount, currency)}"
        f" − refunds {money(found.refund_amount, currency)}"
    )
    print_text(
        f"orders   {found.order_count:,} from {found.first_order_date} to {found.last_order_date}, "
        f"the last {found.days_since_last_order} days before {found.as_of}"
    )
    print_text()
    print_table(
        ("#", "order", "day", "days since", "products", "gross", "refunded", "net"),
        [
            (
                *(o.order_number, o.order_id, o.order_date, o.days_since_previous_order),
                *(o.product_count, o.gross_amount, o.refund_amount, o.net_amount),
            )
            for o in found.orders
        ],
    )
    if found.values:
        print_text()
        print_text(f"what such customers spend from {found.values[0].as_of} on, before refunds")
        show_expected_values(found.values, currency)
    if found.recommendations:
        print_text()
        print_text("what they may want next")
        show_list(found.recommendations)


def show_quality(found: Quality, currency: str) -> None:
    """Prints the reconciliation, the quarantine and the findings."""
    print_table(
        ("step", "item", "rows", "amount", "must be", "difference"),
        [
            (r.step, r.item, r.row_count, r.amount, r.expected_amount, r.difference)
            for r in found.reconciliation
        ],
    )
    print_text(
        "Everything ties, in rows and to the last digit."
        if found.is_reconciled
        else "It does not tie: do not trust the totals."
    )
    if found.quarantine:
        print_text()
        print_table(
            ("quarantined because", "rows", "amount", "meaning"),
            [(q.reason, q.row_count, q.amount, q.meaning) for q in found.quarantine],
        )
    print_text()
    for finding in found.findings:
        amount = f", {money(finding.amount, currency)}" if finding.amount else ""
        print_text(f"{finding.severity:<8} {finding.title} ({finding.row_count:,} rows{amount})")
        print_text(f"         {finding.detail}")


def _value(value: Any, measure: Measure, currency: str) -> str:
    if value is None:
        return "–"
    formats: dict[str, Callable[[Any], str]] = {
        "currency": lambda v: money(v, currency),
        "share": percent,
        "days": lambda v: f"{v:,.1f} days",
        "count": lambda v: f"{v:,}",
    }
    return formats[str(measure.unit)](value)


SHOWS: dict[str, Callable[..., None]] = {
    "overview": show_overview,
    "segments": show_segments,
    "customer_segments": show_customer_segments,
    "lifetime_value": show_lifetime_value,
    "monday": show_monday,
    "scores": show_scores,
    "churn": show_churn,
    "recommendations": show_recommendations,
    **DEMAND_SHOWS,
    "quality": show_quality,
    "monitoring": show_monitoring,
    **behaviour_answers.SHOWS,
    **SALES_SHOWS,
}
