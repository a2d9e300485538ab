"""Read-outs of planted effects: 95 % intervals against the truth, in many made-up shops.

    python benchmarks/planted_effects.py [seeds]

For each seed a shop is simulated. On 1 July 2024 the package chooses a list by its own models of
repeat buying and spending, fitted on what that shop knows then, and draws the holdout. Contacts
are planted to keep a share of those who leave; the shop goes on for 90 days; the read-out is made
by intention to treat. Two truths are held to each interval: what contacts were drawn to bring the
list, and what the hidden rates of its customers let expect. With no effect planted, an interval
that leaves 0 is a false claim. Writes benchmarks/results/planted_effects.json and prints a table.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from shopkeeper.decisions.call_list import ListQuestion, call_list
from shopkeeper.decisions.holdout import HOLDOUT
from shopkeeper.decisions.readout import effect
from shopkeeper.decisions.retention_targets import Worth
from shopkeeper.decisions.terms import Channel, Term
from shopkeeper.models.gamma_gamma import GammaGamma
from shopkeeper.models.mbg_nbd import MbgNbd
from shopkeeper.sources.simulation import SimulationOptions
from shopkeeper.sources.simulation.block import draw_block
from shopkeeper.sources.simulation.contacts import Contacts, keep
from shopkeeper.sources.simulation.identities import customer_numbers
from shopkeeper.sources.simulation.plan import ShopPlan, plan_shop

RESULTS = Path(__file__).resolve().parent / "results" / "planted_effects.json"
MADE, DAYS, REACH_DAYS = date(2024, 7, 1), 90, 365
CUSTOMERS, LIST_SIZE, SEEDS = 1_500, 500, 400
DRAWS = 499
HOLDOUTS = (0.2, 0.5)
SAVED = (0.0, 0.15, 0.4)
SECONDS_PER_DAY = 86_400


def purchases(plan: ShopPlan) -> pd.DataFrame:
    """Gives customer, day and merchandise of every purchase, as table `purchases` has them."""
    block = draw_block(plan, 0)
    lines, orders = block.lines, block.orders
    sold = (lines.product < plan.catalogue.merchandise_count) & ~orders.is_refund[lines.order]
    order = lines.order[sold]
    account = orders.account[order]
    number = customer_numbers(block.people, orders.person[order], account)
    rows = pd.DataFrame(
        {
            "customer": number,
            "day": orders.seconds[order] // SECONDS_PER_DAY,
            "amount": lines.amount[sold] / 100,
        }
    )[account >= 0]
    return rows.groupby(["customer", "day"], as_index=False)["amount"].sum()


def known(bought: pd.DataFrame, today: int) -> pd.DataFrame:
    """Gives customers as decisions know them, from models fitted on what came before a day."""
    seen = bought[bought["day"] < today]
    grouped = seen.groupby("customer")
    first, last = grouped["day"].min(), grouped["day"].max()
    rows = pd.DataFrame({"frequency": grouped.size() - 1.0, "recency": (last - first) / 7.0})
    rows["T"] = (today - first) / 7.0
    later = seen[seen["day"] > seen["customer"].map(first)]
    rows["mean_value"] = later.groupby("customer")["amount"].mean()
    model = MbgNbd(DAYS / 7).fit(rows)
    chance = model.probability_of_purchase(rows)
    worth = GammaGamma().fit(rows).predict(rows)["expected_value"].to_numpy()
    expected = model.expected_purchases(rows) * worth
    before = bought[(bought["day"] >= today - DAYS) & (bought["day"] < today)]
    past = before.groupby("customer")["amount"].sum().reindex(rows.index).fillna(0.0)
    return pd.DataFrame(
        {
            "customer_id": [f"C{number}" for number in rows.index],
            "leave_probability": 1 - chance,
            "purchase_probability": chance,
            "kept_amount": expected / np.maximum(chance, 0.01),
            "expected_amount": expected,
            "segment": "everyone",
            "previous_segment": None,
            "days_since_last_order": today - last.to_numpy(),
            "order_count": grouped.size().to_numpy(),
            "order_amount": grouped["amount"].sum().to_numpy(),
            "usual_gap_days": (
                rows["recency"] * 7 / rows["frequency"].replace(0, np.nan)
            ).to_numpy(),
            "reason_1": None,
            "reason_2": None,
            "reason_3": None,
            "past_amount": past.to_numpy(),
        }
    )


def listed(customers: pd.DataFrame, share: float) -> pd.DataFrame:
    """Gives the list that the package would plan, with its holdout."""
    email = Term("saved by email", 0.05, 0.0, 0.1, "assumed", is_measured=False)
    question = ListQuestion(
        channels=(Channel("email", 0.1, email),),
        worth=Worth(0.4),
        leave_source="MBG/NBD",
        value_source="Gamma-Gamma",
        reach_days=REACH_DAYS,
        list_size=LIST_SIZE,
        budget_amount=None,
        holdout_share=share,
        seed=0,
        plan_id="2024-07-01-call-list-1",
        period_days=DAYS,
    )
    nobody = pd.Series([], index=pd.Index([], dtype=object), dtype=object)
    return call_list(customers, nobody, question).targets


def outcomes(seed: int) -> list[dict[str, float]]:
    """Gives one row per holdout and planted effect: the interval and both truths."""
    plan = plan_shop(
        SimulationOptions(customer_count=CUSTOMERS, seed=seed, events=False, experiments=False)
    )
    bought = purchases(plan)
    today = plan.day(MADE)
    customers = known(bought, today)
    after = bought[(bought["day"] >= today) & (bought["day"] < today + DAYS)]
    after = after.groupby("customer")["amount"].sum()
    rows = []
    for share in HOLDOUTS:
        chosen = listed(customers, share)
        ids = chosen["customer_id"].tolist()
        base = after.reindex([int(name[1:]) for name in ids]).fillna(0.0).to_numpy()
        held = (chosen["arm"] == HOLDOUT).to_numpy()
        past = chosen["past_amount"].to_numpy(dtype=float)
        for saved in SAVED:
            planted = Contacts(contacted_on=MADE, day_count=DAYS, saved_rate=saved, key=str(seed))
            kept = next(keep(plan, ids, planted)).customers
            more = np.zeros(len(ids))
            more[kept.row] = kept.amount / 100
            found = effect(base + np.where(held, 0.0, more), held, past, draws=DRAWS, seed=seed)
            truths = {"drawn": float(more.mean()), "expected": float(kept.expected.mean())}
            ends = {"low": found.low, "high": found.high, "value": found.value}
            rows.append({"share": share, "saved": saved, "count": len(ids), **ends, **truths})
    return rows


def table(found: pd.DataFrame) -> list[dict[str, float]]:
    """Gives one row per holdout and planted effect: coverage, claims, width."""
    rows = []
    for (share, saved), part in found.groupby(["share", "saved"]):
        inside = {
            name: float(((part["low"] <= part[name]) & (part[name] <= part["high"])).mean())
            for name in ("drawn", "expected")
        }
        claims = (part["low"] > 0) | (part["high"] < 0)
        rows.append(
            {
                "holdout_share": share,
                "saved_rate": saved,
                "seeds": len(part),
                "list": round(float(part["count"].mean())),
                "effect": round(float(part["expected"].mean()), 2),
                "found": round(float(part["value"].mean()), 2),
                "width": round(float((part["high"] - part["low"]).mean()), 2),
                "holds_drawn": round(inside["drawn"], 4),
                "holds_expected": round(inside["expected"], 4),
                "claims": round(float(claims.mean()), 4),
            }
        )
    return rows


def main(seeds: int) -> None:
    started = time.perf_counter()
    found = pd.DataFrame([row for seed in range(seeds) for row in outcomes(seed)])
    rows = table(found)
    answer = {
        "made_on": MADE.isoformat(),
        "until": (MADE + timedelta(days=DAYS)).isoformat(),
        "customers": CUSTOMERS,
        "seconds_per_shop": round((time.perf_counter() - started) / seeds, 2),
        "rows": rows,
    }
    RESULTS.write_text(json.dumps(answer, indent=2) + "\n")
    print(pd.DataFrame(rows).to_string(index=False))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS)
