"""Customers, channels and stored plans as the tests of decisions make them up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import ibis
import numpy as np
import pandas as pd

from shopkeeper.decisions.call_list import ListQuestion
from shopkeeper.decisions.plan import TARGET_COLUMNS, Kind, Plan, StoredPlan
from shopkeeper.decisions.retention_targets import Worth
from shopkeeper.decisions.terms import Channel, Term

AS_OF = date(2024, 7, 1)


def customers(count: int = 60, seed: int = 0) -> pd.DataFrame:
    """Customers as `decision_customers` gives them, with what they bought before."""
    draw = np.random.default_rng(seed)
    chance = draw.beta(1.2, 1.5, count)
    kept = draw.gamma(2.0, 60.0, count)
    return pd.DataFrame(
        {
            "customer_id": [f"C{number:04}" for number in range(count)],
            "leave_probability": 1 - chance,
            "purchase_probability": chance,
            "kept_amount": kept,
            "expected_amount": chance * kept,
            "segment": np.where(chance < 0.5, "At risk", "Loyal customers"),
            "previous_segment": np.where(chance < 0.3, "Champions", None),
            "days_since_last_order": draw.integers(1, 300, count),
            "order_count": draw.integers(1, 12, count),
            "order_amount": kept * 3,
            "usual_gap_days": draw.gamma(2.0, 30.0, count),
            "reason_1": None,
            "reason_2": None,
            "reason_3": None,
            "past_amount": draw.gamma(1.0, 40.0, count),
        }
    )


def channel(name: str, cost: float, saved: float) -> Channel:
    term = Term(f"saved by {name}", saved, saved / 2, min(1.0, saved * 1.5), "assumed", False)
    return Channel(name, cost, term)


def question(**changes) -> ListQuestion:
    values = {
        "channels": (channel("call", 4.0, 0.2), channel("email", 0.1, 0.02)),
        "worth": Worth(0.5, (0.8, 1.1)),
        "leave_source": "table churn_scores",
        "value_source": "table lifetime_values",
        "reach_days": 365,
        "list_size": 1_000,
        "budget_amount": None,
        "holdout_share": 0.25,
        "seed": 0,
        "plan_id": "2024-07-01-call-list-1",
        "period_days": 90,
    }
    return ListQuestion(**{**values, **changes})


def nobody_busy() -> pd.Series:
    return pd.Series([], index=pd.Index([], dtype=object), dtype=object)


def plan(**changes) -> Plan:
    values = {
        "plan_id": "2024-07-01-call-list-1",
        "kind": Kind.CALL_LIST,
        "created_at": datetime(2024, 7, 1, 8, 0),
        "as_of": AS_OF,
        "window_days": 90,
        "currency": "EUR",
        "run_id": "20240701T080000-000000",
        "package_version": "0",
        "seed": 0,
        "treat_count": 3,
        "holdout_count": 1,
        "margin_rate": 0.5,
        "cost_amount": 3.0,
        "gain_amount": 10.0,
        "gain_low_amount": -1.0,
        "gain_high_amount": 20.0,
        "detectable_amount": 5.0,
        "terms": (Term("margin", 0.5, None, None, "assumed", False),),
        "left_out": {"silent": 4},
        "models": {"table lifetime_values": "lifetime_value_90_days 1"},
        "settings": {"holdout_share": 0.25},
        "notes": ("a note",),
    }
    return Plan(**{**values, **changes})


def targets(arms: str = "TTTH", ids: list[str] | None = None) -> pd.DataFrame:
    """A list with a letter for each customer: T is to be contacted, H is held out."""
    count = len(arms)
    texts = {"channel": "call", "action": "ask", "segment": "At risk", "reason_1": "no order"}
    frame = pd.DataFrame({name: pd.Series([None] * count) for name in TARGET_COLUMNS})
    for name, kind in TARGET_COLUMNS.items():
        frame[name] = texts.get(name) if kind == "string" else np.arange(count, dtype=float) + 1
    frame["customer_id"] = ids or [f"C{number}" for number in range(count)]
    frame["arm"] = ["holdout" if arm == "H" else "treat" for arm in arms]
    return frame


def stored(arms: str = "TTTH", ids: list[str] | None = None, **changes) -> StoredPlan:
    withdrawn = changes.pop("is_withdrawn", False)
    return StoredPlan(plan(**changes), targets(arms, ids), withdrawn)


def purchases(rows: list[tuple[str, int, float]]) -> ibis.Table:
    """Purchases as customer, days from `AS_OF` on (negative for before) and amount."""
    frame = pd.DataFrame(rows, columns=["customer_id", "days", "purchase_amount"])
    frame["order_date"] = [AS_OF + timedelta(days=day) for day in frame.pop("days")]
    types = {"customer_id": "string", "purchase_amount": "decimal(18, 4)", "order_date": "date"}
    return ibis.memtable(frame, schema=None).cast(types)
