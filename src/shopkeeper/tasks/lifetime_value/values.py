"""Values: what each customer is expected to spend, typically spends, and how far it may lie off."""

from __future__ import annotations

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.money import AMOUNT

CONTRACT = Contract(
    name="lifetime_values",
    layer=Layer.SCORES,
    meaning="One row per customer who had bought before `as_of` and horizon: what they will spend "
    "on merchandise, before refunds, from `as_of` on. The expected amount is a mean: it adds up "
    "over customers. The typical amount is a median: as many spend less as spend more.",
    grain=("customer_id", "horizon_days"),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("horizon_days", "int64", "Length of what is predicted, from `as_of` on", "days"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("expected_amount", AMOUNT, "Mean of what they will spend", unit="currency"),
        Column("typical_amount", AMOUNT, "Median of what they will spend", unit="currency"),
        Column(
            "lower_amount",
            AMOUNT,
            "Lower end of the interval that holds what 80 % of such customers spend",
            unit="currency",
        ),
        Column("upper_amount", AMOUNT, "Upper end of that interval", unit="currency"),
        Column(
            "discounted_amount",
            AMOUNT,
            "Expected amount in money of `as_of`, discounted at the shop's yearly rate",
            unit="currency",
        ),
        Column(
            "expected_purchases",
            "float64",
            "Mean of the days on which they will buy",
            unit="purchases",
        ),
        Column(
            "purchase_probability", "float64", "Probability of at least one purchase", unit="0-1"
        ),
        Column(
            "alive_probability",
            "float64",
            "Probability of not being gone for good; 1 by "
            "definition for who bought once under BG/NBD",
            unit="0-1",
        ),
        Column(
            "next_order_date",
            "date",
            "Day by which the next order is as likely as not; missing if it never gets so likely",
            nullable=True,
        ),
        Column("model", "string", "Name and version of the model in the registry"),
        Column("candidate", "string", "Way of predicting that won the contest"),
        Column(
            "training_id",
            "string",
            "Hash of the purchases, settings and code the model was made from",
        ),
    ),
    checks=(
        at_least("expected_amount", 0),
        at_least("lower_amount", 0),
        holds(
            "interval_in_order",
            "the lower end is not above the typical amount, nor that above the upper end",
            lambda table: (
                (table.lower_amount <= table.typical_amount)
                & (table.typical_amount <= table.upper_amount)
            ),
        ),
        holds(
            "probability_in_range",
            "a probability lies between 0 and 1",
            lambda table: (
                table.purchase_probability.between(0, 1) & table.alive_probability.between(0, 1)
            ),
        ),
    ),
)
