"""Recommendations on Online Retail: the published split with our rows, and the speed of scoring.

    python benchmarks/recommendation.py [all|table|speed]

Train before 2011-11-01, judge on what followed; a product is its description, as published.
Writes what it measured into benchmarks/results/recommendation.json and prints it.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from shopkeeper.engines.duckdb import DuckDBEngine
from shopkeeper.errors import MissingExtraError
from shopkeeper.evaluation.bootstrap import bootstrap_mean
from shopkeeper.evaluation.evidence import EVERYONE
from shopkeeper.marts.interactions import InteractionWeights, summarised
from shopkeeper.models.buy_it_again import RECENT_DAYS, BuyItAgain, OwnRhythm
from shopkeeper.models.co_purchase import CoPurchase
from shopkeeper.models.ease import Ease
from shopkeeper.models.implicit_als import ImplicitAls
from shopkeeper.models.item_knn import ItemKnn
from shopkeeper.models.popular import Popular
from shopkeeper.models.recommender.pairs import NEEDED, Pairs
from shopkeeper.tasks.recommendation import contest, world
from shopkeeper.tasks.recommendation.model import NextProducts
from shopkeeper.tasks.recommendation.rules import Rules
from shopkeeper.tasks.recommendation.scores import Shelf, recommendation_rows

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "recommendation.json"
CUTOFF, END = date(2011, 11, 1), date(2011, 12, 10)
# The window that is judged, so that earlier ones to learn from are as long.
HORIZON_DAYS = (END - CUTOFF).days
LESSONS = world.MOST_LESSONS
PARTS = (EVERYONE, contest.NEW_ONLY, contest.FEW_PRODUCTS_PART, contest.MANY_PRODUCTS_PART)
COLUMNS = ("recall", "ndcg", "new_recall", "new_ndcg")
PUBLISHED = {
    "popular_ever": ("popular, all time", 0.0305, 0.0864, 0.0192, 0.0377),
    "popular_lately": ("popular, last 28 days", 0.0480, 0.1357, 0.0363, 0.0785),
    "buy_it_again": ("buy it again (own frequency)", 0.1689, 0.3598, 0.0363, 0.0785),
    "item_knn": ("item-kNN, cosine, k=100", 0.0633, 0.1593, 0.0368, 0.0608),
    "ease": ("EASE, λ=300", 0.1139, 0.2632, 0.0628, 0.1003),
    "implicit_als": ("implicit ALS, 64 factors", 0.1188, 0.2191, 0.0499, 0.0815),
}


class OnlineRetail:
    """What customers bought on each day, by the published cleaning.

    Args:
        file: The published file, packed.
    """

    def __init__(self, file: Path) -> None:
        with gzip.open(file, "rb") as source:
            rows = pd.read_csv(
                source, encoding="latin-1", dtype={"InvoiceNo": str, "CustomerID": str}
            )
        kept = rows["CustomerID"].notna() & ~rows["InvoiceNo"].str.startswith("C")
        rows = rows[kept & (rows["Quantity"] > 0) & (rows["UnitPrice"] > 0)]
        at = pd.to_datetime(rows["InvoiceDate"])
        moments = pd.DataFrame(
            {"customer_id": rows["CustomerID"], "product_id": rows["Description"], "at": at}
        ).drop_duplicates()
        moments["interaction_date"] = moments["at"].dt.floor("D")
        days = moments.groupby(["customer_id", "product_id", "interaction_date"]).size()
        self.days = days.rename("purchase_count").reset_index()
        for name in ("customer_id", "product_id"):
            self.days[name] = self.days[name].astype("category")
        numbered = self.days.assign(
            customer_id=self.days["customer_id"].cat.codes,
            product_id=self.days["product_id"].cat.codes,
            view_count=0,
            cart_count=0,
            quantity=1.0,
            returned_quantity=0.0,
        )
        self.engine = DuckDBEngine(Path(tempfile.mkdtemp()), threads=2)
        table = pa.Table.from_pandas(numbered, preserve_index=False)
        handle = self.engine.register("days", table)
        self.numbered = handle.mutate(interaction_date=handle.interaction_date.cast("date"))

    def rows_at(self, cutoff: date) -> pd.DataFrame:
        """Gives the mart `interactions` at a cut-off."""
        mart = summarised(
            self.numbered, as_of=cutoff, interaction_weights=InteractionWeights()
        ).select(*NEEDED)
        rows = self.engine.collect(mart).to_pandas(date_as_object=False)
        for name in ("customer_id", "product_id"):
            rows[name] = pd.Categorical.from_codes(rows[name], dtype=self.days[name].dtype)
        for name in ("view_count", "cart_count", "purchase_count"):
            rows[name] = rows[name].astype("int64")
        return rows

    def bought_in(self, first: date, end: date) -> pd.DataFrame:
        """Gives what was bought within some days."""
        day = self.days["interaction_date"]
        kept = (day >= pd.Timestamp(first)) & (day < pd.Timestamp(end))
        return self.days.loc[kept, ["customer_id", "product_id"]].drop_duplicates()

    def world(self) -> world.World:
        """Gives the shop's past as contests see it."""
        first = self.days["interaction_date"].min().date()
        return world.World(self.rows_at, self.bought_in, first, END, HORIZON_DAYS)


def scorers_of(moment: world.Moment, *, with_als: bool = True) -> dict[str, Callable]:
    """Gives all models but the learned blend, with the published settings."""
    pairs = moment.pairs
    models = {
        "popular_ever": Popular(),
        "popular_lately": Popular(RECENT_DAYS),
        "buy_it_again": BuyItAgain(),
        "own_rhythm": OwnRhythm(),
        "item_knn": ItemKnn(100),
        "co_purchase": CoPurchase(),
        "ease": Ease(300.0, kept=None),
        **({"implicit_als": ImplicitAls(64, confidence=10.0)} if with_als else {}),
    }
    found = {}
    for name, model in models.items():
        try:
            found[name] = model.learn(pairs).scorer(pairs)
        except MissingExtraError as error:
            print(f"{name} is left out: {error.message}")
    return found


def blend_of(shop: world.World, moment: world.Moment) -> Callable:
    """Gives the blend that learned from windows before the split, as many as runs look at."""
    step = pd.Timedelta(days=HORIZON_DAYS)
    known = tuple((pd.Timestamp(CUTOFF) - step * n).date() for n in range(1, LESSONS + 1))
    blend = contest.taught(shop, CUTOFF, known)
    return contest.blend_scorer(moment, blend)


def table() -> dict:
    """Gives the published table, what we find for the same rows, and our own."""
    shop = OnlineRetail(data("online_retail/data.csv.gz")).world()
    moment = shop.moment(CUTOFF)
    customers = moment.buyers(10**9)
    repeats = moment.wanted.multiply(moment.knowledge.bought).nnz / moment.wanted.nnz
    scorers = scorers_of(moment)
    scorers["learned_blend"] = blend_of(shop, moment)
    judged = {name: contest.judge(moment, customers, score) for name, score in scorers.items()}
    return {
        "split": {
            "users": moment.pairs.shape[0],
            "items": moment.pairs.shape[1],
            "pairs": len(moment.pairs.customer),
            "test_users": len(customers),
            "repeat_share": round(repeats, 4),
        },
        "published_at_10": {
            name: {"words": words, **dict(zip(COLUMNS, values, strict=True))}
            for name, (words, *values) in PUBLISHED.items()
        },
        "ours": {
            name: {
                part: {
                    metric: {str(n): round(found[part][n].mean(metric), 4) for n in contest.LENGTHS}
                    for metric in contest.SHOWN
                }
                for part in PARTS
            }
            for name, found in judged.items()
        },
        "leads_of_the_blend_in_ndcg_at_10": leads(judged),
    }


def leads(judged: dict) -> dict:
    """Gives by how much the blend leads over the best published row, with a 95 % interval."""
    found = {}
    for other, part in (("buy_it_again", EVERYONE), ("ease", contest.NEW_ONLY)):
        ours, theirs = (
            judged[name][part][10].of_customers["ndcg"] for name in ("learned_blend", other)
        )
        lead = asdict(bootstrap_mean(ours - theirs, seed=0))
        rounded = {name: round(lead[name], 4) for name in ("value", "low", "high")}
        found[f"over {other}, {part}"] = rounded
    return found


def print_table(found: dict) -> None:
    """Prints the published table beside ours, and the leads."""
    print("| | with repeats: recall@10 / NDCG@10 | new items only | published |")
    print("|---|---|---|---|")
    for name, parts in found["ours"].items():
        mine = [parts[part][metric]["10"] for part in PARTS[:2] for metric in ("recall", "ndcg")]
        row = found["published_at_10"].get(name, {"words": name})
        told = " / ".join(f"{row[c]:.4f}" for c in COLUMNS if c in row)
        a, b, c, d = (f"{value:.4f}" for value in mine)
        print(f"| {row['words']} | {a} / {b} | {c} / {d} | {told} |")
    for name, lead in found["leads_of_the_blend_in_ndcg_at_10"].items():
        print(f"{name}: {lead['value']:+.4f} [{lead['low']:+.4f}, {lead['high']:+.4f}]")


def speed(customer_count: int = 100_000, product_count: int = 5_000) -> dict:
    """Gives how long lists take for a shop of that size, with Zipf's popularity."""
    random = np.random.default_rng(0)
    wanted = 1 + random.geometric(1 / 20, customer_count)
    weight = 1 / np.arange(1, product_count + 1) ** 0.8
    drawn = random.choice(product_count, wanted.sum(), p=weight / weight.sum())
    key = np.unique(np.repeat(np.arange(customer_count), wanted) * product_count + drawn)
    customer, product = key // product_count, key % product_count
    first = random.integers(1, 700, len(key)).astype(np.float32)
    count = random.geometric(0.7, len(key)).astype(np.float32)
    last = np.where(count > 1, first * random.random(len(key)), first).astype(np.float32)
    ids = [f"C{n:06}" for n in range(customer_count)], [f"P{n:05}" for n in range(product_count)]
    customer_ids, product_ids = (np.array(names, dtype=object) for names in ids)
    parts = (customer, product, count, first, last, 5 * count, np.zeros_like(count))
    pairs = Pairs(customer_ids, product_ids, *parts)
    moment = world.Moment(CUTOFF, pairs, {}, None, pairs.bought())
    near = world.near_products(pairs.of_customers(np.arange(0, customer_count, 5)))
    knowledge = world.Knowledge(pairs, near)
    moment = world.Moment(CUTOFF, pairs, near, knowledge, pairs.bought()[::-1].tocsr())
    model = NextProducts(30).teach([moment.lesson()])
    model.near = near
    about = pd.DataFrame({"product_name": product_ids, "category": None, "may_show": True})
    people = pd.DataFrame({"country": "France"}, index=customer_ids)
    shelf = Shelf(about.set_axis(product_ids), people)
    wall, cpu = time.perf_counter(), time.process_time()
    rows = recommendation_rows(model, pairs, shelf, Rules())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "customers": customer_count,
        "products": product_count,
        "pairs": len(key),
        "rows": len(rows),
        "seconds": round(wall, 1),
        "cpu_seconds": round(cpu, 1),
    }


def data(name: str) -> Path:
    """Gives the path of a data file."""
    return Path(os.environ.get("SHOPKEEPER_DATA", ROOT.parent / "shared" / "data")) / name


def main(what: str) -> None:
    """Measures what is asked for; what was measured before and is not asked for stays."""
    result = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if what in ("all", "table"):
        result["table"] = table()
        print_table(result["table"])
    if what in ("all", "speed"):
        result["speed"] = speed()
        print(result["speed"])
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "all")
