"""Customer scores: what all models say of each customer, side by side, with the models' names."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.tasks.lifetime_value.values import CONTRACT as VALUES
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

# Of the values, the horizon that customers are ranked by where it is published.
MAIN_HORIZON_DAYS = 365

SEGMENT_COLUMNS = (
    Column(
        "segment",
        "string",
        "Segment by what customers are alike in; missing without a segmentation model",
        nullable=True,
    ),
    Column("segment_model", "string", "Model that gave the segment", nullable=True),
)
CHURN_COLUMNS = (
    Column(
        "is_in_churn_population",
        "boolean",
        "Whether the churn model was made for customers like this one; missing without a model",
        nullable=True,
    ),
    Column(
        "churn_horizon_days",
        "int64",
        "Days without an order that count as leaving",
        unit="days",
        nullable=True,
    ),
    Column(
        "churn_probability",
        "float64",
        "Probability of no order within the horizon; missing outside the population",
        unit="0-1",
        nullable=True,
    ),
    Column("risk_band", "string", "Band of that probability", nullable=True),
    *(
        Column(
            f"reason_{place}",
            "string",
            f"Reason for that probability, the {word} strongest, in words",
            nullable=True,
        )
        for place, word in ((1, ""), (2, "second "), (3, "third "))
    ),
    Column("churn_model", "string", "Model that gave the probability", nullable=True),
)
VALUE_COLUMNS = (
    Column(
        "is_in_value_population",
        "boolean",
        "Whether the customer has a value; missing without a model",
        nullable=True,
    ),
    Column(
        "value_horizon_days",
        "int64",
        "Days from `as_of` on that the value is about: a year, or the longest published",
        unit="days",
        nullable=True,
    ),
    *(
        Column(name, VALUES.column(name).type, VALUES.column(name).meaning, "currency", True)
        for name in ("expected_amount", "typical_amount", "lower_amount", "upper_amount")
    ),
    VALUES.column("next_order_date"),
    Column("value_model", "string", "Model that gave the value", nullable=True),
)

CONTRACT = Contract(
    name="customer_scores",
    layer=Layer.SCORES,
    meaning="One row per customer who had bought before `as_of`: the segments, the probability of "
    "leaving with its reasons, and the value, each with the model it came from. What no model may "
    "say is missing; a customer whom a model was not made for is marked and gets no number.",
    grain=("customer_id",),
    columns=(
        RFM_SEGMENTS.column("customer_id"),
        RFM_SEGMENTS.column("as_of"),
        Column("rfm_segment", "string", "RFM segment, by fixed rules"),
        *SEGMENT_COLUMNS,
        *CHURN_COLUMNS,
        *VALUE_COLUMNS,
    ),
    checks=(
        holds(
            "only_whom_it_was_made_for",
            "nobody outside the population of the churn model has a probability",
            lambda table: cast(
                "ir.BooleanValue", table.is_in_churn_population | table.churn_probability.isnull()
            ),
        ),
        holds(
            "probability_in_range",
            "a probability lies between 0 and 1",
            lambda table: cast("ir.BooleanValue", table.churn_probability.between(0, 1)),
        ),
        holds(
            "no_number_without_its_model",
            "a segment, a probability and a value each name their model",
            lambda table: cast(
                "ir.BooleanValue",
                (table.segment.isnull() | table.segment_model.notnull())
                & (table.churn_probability.isnull() | table.churn_model.notnull())
                & (table.expected_amount.isnull() | table.value_model.notnull()),
            ),
        ),
    ),
)


def build(
    rfm_segments: ir.Table,
    customer_segments: ir.Table | None = None,
    churn_scores: ir.Table | None = None,
    lifetime_values: ir.Table | None = None,
    *,
    as_of: date,
    value_horizon_days: int = MAIN_HORIZON_DAYS,
) -> ir.Table:
    """Gives all that models say of each customer as of a date; of other dates nothing is taken.

    Args:
        rfm_segments: The table; it says who the customers are.
        customer_segments: Segments by a model; None where none may give them.
        churn_scores: Probabilities of leaving; None where no model may give them.
        lifetime_values: Values; None where no horizon is published.
        as_of: Day before which data are seen.
        value_horizon_days: The horizon of values that is shown.
    """
    day = ibis.date(as_of.isoformat())
    customers = rfm_segments.select("customer_id", "as_of", rfm_segment="segment")
    parts = (
        (_segments(customer_segments, day), SEGMENT_COLUMNS),
        (_churn(churn_scores, day), CHURN_COLUMNS),
        (_values(lifetime_values, day, value_horizon_days), VALUE_COLUMNS),
    )
    for part, columns in parts:
        if part is None:
            empty = {column.name: ibis.null(column.type) for column in columns}
            customers = customers.mutate(**empty)
            continue
        joined = customers.left_join(part, "customer_id")
        customers = joined.select(*customers.columns, *(column.name for column in columns))
    # Whom a model that is there does not know, it was not made for.
    flags = {
        flag: ibis.coalesce(customers[flag], ibis.literal(value=False))
        for flag, part in zip(
            ("is_in_churn_population", "is_in_value_population"),
            (churn_scores, lifetime_values),
            strict=True,
        )
        if part is not None
    }
    return customers.mutate(**flags)


def _segments(table: ir.Table | None, day: ir.DateScalar) -> ir.Table | None:
    if table is None:
        return None
    own = table.filter(table.as_of == day)
    return own.select("customer_id", "segment", segment_model="model")


def _churn(table: ir.Table | None, day: ir.DateScalar) -> ir.Table | None:
    if table is None:
        return None
    own = table.filter(table.as_of == day)
    return own.select(
        "customer_id",
        "churn_probability",
        "risk_band",
        "reason_1",
        "reason_2",
        "reason_3",
        is_in_churn_population="is_in_population",
        churn_horizon_days="horizon_days",
        churn_model="model",
    )


def _values(table: ir.Table | None, day: ir.DateScalar, days: int) -> ir.Table | None:
    if table is None:
        return None
    own = table.filter((table.as_of == day) & (table.horizon_days == days))
    names = ("expected_amount", "typical_amount", "lower_amount", "upper_amount")
    return own.select(
        "customer_id",
        *names,
        "next_order_date",
        is_in_value_population=ibis.literal(value=True),
        value_horizon_days="horizon_days",
        value_model="model",
    )
