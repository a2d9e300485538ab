"""Customer boards: the best customers and their silence, who is at risk, and Monday's list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from shopkeeper.boards.executive import AS_OF
from shopkeeper.contracts.checks import at_least, one_of
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.reports.whales import OWN_RHYTHM_OF, whale_rows
from shopkeeper.tasks.churn.scores import BANDS
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

NOT_SCORED = "not scored"
CUSTOMER = Column("customer_id", "string", "Customer as the shop names them", personal=True)


def build_whales(
    customer_rhythms: ir.Table,
    customer_360: ir.Table,
    purchases: ir.Table,
    customer_scores: ir.Table,
    *,
    as_of: date,
    top_share: float,
) -> ir.Table:
    """Gives the best customers, by the same rule as the report of whales."""
    held = whale_rows(customer_rhythms, customer_360, purchases, as_of=as_of, top_share=top_share)
    scored = customer_scores.select("customer_id", "rfm_segment", "risk_band", "expected_amount")
    rows = held.left_join(scored, "customer_id").drop("customer_id_right")
    own = (rows.basis == "own").ifelse(1, 0).sum().over(ibis.window())
    # As the report refuses: the rhythm of a few says little about all.
    is_refused = own < rows.count().over(ibis.window()) // OWN_RHYTHM_OF
    shown = rows.mutate(
        place=rows.place.cast("int64"),
        as_of=ibis.date(as_of.isoformat()),
        is_at_risk=is_refused.ifelse(ibis.null("boolean"), rows.is_at_risk),
        median_gap_days=rows.usual_gap_days.cast("float64"),
    )
    return shown.select(*WHALES.contract.column_names)


WHALES = Table(
    Contract(
        "whales",
        Layer.MART,
        "One row per customer among the tenth with the highest net revenue of all time. At risk is "
        "who has been silent for longer than nine in ten of their own gaps, or of the shop's where "
        "they have too few.",
        ("customer_id",),
        (
            CUSTOMER,
            AS_OF,
            Column("place", "int64", "Place by net revenue, from 1", "place"),
            Column("country", "string", "Country of the latest line that gives one", nullable=True),
            Column("rfm_segment", "string", "RFM segment", nullable=True),
            Column("net_amount", "decimal(18, 4)", "Net revenue of all time", "currency"),
            Column(
                "year_amount",
                "decimal(18, 4)",
                "Spent in the 365 days up to their last purchase",
                "currency",
            ),
            Column(
                "expected_amount",
                "decimal(18, 4)",
                "What they are expected to spend; missing without a model",
                "currency",
                True,
            ),
            Column("risk_band", "string", "Band of the probability of leaving", nullable=True),
            Column("last_purchase_date", "date", "Day of their last purchase"),
            Column("silent_days", "int64", "Days since then", "days"),
            Column("basis", "string", "Whose rhythm they are held to: `own` or the `shop`'s"),
            Column("median_gap_days", "float64", "Usual gap of that rhythm", "days"),
            Column(
                "is_at_risk",
                "boolean",
                "Whether they are silent for too long; missing where too few have a rhythm",
                nullable=True,
            ),
        ),
        (at_least("place", 1), one_of("basis", ("own", "shop"))),
    ),
    build_whales,
)


def build_risk_distribution(customer_scores: ir.Table) -> ir.Table:
    """Gives how many customers of each segment stand in each band of risk."""
    banded = customer_scores.mutate(risk_band=customer_scores.risk_band.coalesce(NOT_SCORED))
    found = banded.group_by("rfm_segment", "risk_band").agg(
        as_of=banded.as_of.max(),
        customer_count=banded.count(),
        expected_amount=banded.expected_amount.sum(),
    )
    named = [(found.risk_band == band, f"{n} {band}") for n, band in enumerate(BANDS, 1)]
    shown = found.mutate(sorted_band=ibis.cases(*named, else_=f"0 {NOT_SCORED}"))
    return shown.select(*RISK_DISTRIBUTION.contract.column_names)


RISK_DISTRIBUTION = Table(
    Contract(
        "risk_distribution",
        Layer.MART,
        "One row per RFM segment and band of the probability of leaving that has customers; whom "
        "no churn model may judge stands in the band `not scored`.",
        ("rfm_segment", "risk_band"),
        (
            Column("rfm_segment", "string", "RFM segment, by fixed rules"),
            Column("risk_band", "string", "Band of the probability of leaving, or `not scored`"),
            Column("sorted_band", "string", "The same after its number, which tools sort by"),
            AS_OF,
            Column("customer_count", "int64", "Customers", "customers"),
            Column(
                "expected_amount",
                "decimal(18, 4)",
                "What they are expected to spend together; missing without a model",
                "currency",
                True,
            ),
        ),
        (one_of("risk_band", (*BANDS, NOT_SCORED)), at_least("customer_count", 1)),
    ),
    build_risk_distribution,
)


CALL_LIST = Contract(
    "call_list",
    Layer.SCORES,
    "One row per customer to contact by the newest call list that was planned. Who is held out is "
    "not in it, so that nobody contacts them by mistake. Empty until a list is planned.",
    ("plan_id", "customer_id"),
    (
        Column("plan_id", "string", "Plan that the list belongs to"),
        CUSTOMER,
        Column("channel", "string", "Channel that pays best for the customer"),
        Column("action", "string", "What to do, in words"),
        Column("segment", "string", "RFM segment"),
        Column("leave_probability", "float64", "Probability of leaving without a contact", "0-1"),
        Column("cost_amount", "decimal(18, 4)", "What the contact costs", "currency"),
        Column("gain_amount", "decimal(18, 4)", "What it is expected to bring", "currency"),
        Column("gain_low_amount", "decimal(18, 4)", "Lower end of the interval", "currency"),
        Column("gain_high_amount", "decimal(18, 4)", "Upper end of the interval", "currency"),
        *(
            Column(f"reason_{place}", "string", "Reason, in words", nullable=True)
            for place in (1, 2, 3)
        ),
    ),
    (at_least("cost_amount", 0),),
)


def build_monday_call_list(call_list: ir.Table) -> ir.Table:
    """Gives the newest planned list with the place of each customer by expected gain."""
    order = [ibis.desc(call_list.gain_amount), ibis.asc(call_list.customer_id)]
    placed = call_list.mutate(
        place=(ibis.row_number().over(ibis.window(order_by=order)) + 1).cast("int64")
    )
    return placed.select(*MONDAY_CALL_LIST.contract.column_names)


MONDAY_CALL_LIST = Table(
    Contract(
        "monday_call_list",
        Layer.MART,
        CALL_LIST.meaning,
        CALL_LIST.grain,
        (Column("place", "int64", "Place by expected gain, from 1", "place"), *CALL_LIST.columns),
        (at_least("place", 1),),
    ),
    build_monday_call_list,
)
