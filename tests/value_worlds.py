"""Worlds to hold lifetime value contests in: real shops, simulated ones, small ones by hand."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import ibis
import numpy as np
import pandas as pd

from shopkeeper.jobs.training_data import by_customer
from shopkeeper.tasks.lifetime_value.contest import World, cutoffs_of
from shopkeeper.tasks.lifetime_value.customers import customers_at

# The cut-offs of the source are moments at 12:50, the minute after the last order of all.
MOMENT = pd.Timedelta(hours=12, minutes=50)
OVERLAP = ("2010-12-01", "2010-12-10")
LINE = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price"]


def online_retail_ii_lines(file: Path) -> pd.DataFrame:
    """Lines with a customer, not cancelled, quantity and price > 0; each repeated line once."""
    lines = pd.read_csv(file, dtype={"Invoice": str, "Customer ID": str})
    is_sale = ~lines["Invoice"].str.startswith("C") & (lines["Quantity"] > 0)
    kept = lines[is_sale & (lines["Price"] > 0) & lines["Customer ID"].notna()]
    # Both sheets hold the same nine days; equal lines of an order are taken for one.
    kept = kept.drop_duplicates([*LINE, "Customer ID", "Country"])
    return kept.assign(
        amount=kept["Quantity"] * kept["Price"],
        order_date=(pd.to_datetime(kept["InvoiceDate"]) - MOMENT).dt.normalize(),
    )


def purchases_of_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day."""
    days = lines.groupby(["Customer ID", "order_date"]).agg(
        order_count=("Invoice", "nunique"),
        product_count=("StockCode", "nunique"),
        purchase_amount=("amount", "sum"),
    )
    return tidy(days.reset_index().rename(columns={"Customer ID": "customer_id"}))


def tidy(purchases: pd.DataFrame) -> pd.DataFrame:
    """Purchases as training reads them: by customer and day, dates as timestamps."""
    dated = purchases.assign(order_date=pd.to_datetime(purchases["order_date"]).astype("<M8[us]"))
    return dated.sort_values(["customer_id", "order_date"], ignore_index=True)


def table_of(purchases: pd.DataFrame):
    """Purchases as a table of an engine of their own."""
    rows = purchases.assign(order_date=purchases["order_date"].dt.date)
    table = ibis.duckdb.connect().create_table("purchases", rows)
    return table.mutate(
        order_date=table.order_date.cast("date"),
        purchase_amount=table.purchase_amount.cast("decimal(18, 4)"),
    )


def world(purchases: pd.DataFrame, as_of: date, *horizons_days: int, seed: int = 0) -> World:
    """The world before a day; the marts of all cut-offs are computed by the engine at once."""
    seen = purchases[purchases["order_date"] < np.datetime64(as_of)].reset_index(drop=True)
    first = seen["order_date"].min().date()
    cutoffs = {as_of, *(day for days in horizons_days for day in cutoffs_of(first, as_of, days))}
    known = features(purchases, *cutoffs)
    return World(seen, known.__getitem__, as_of, seed)


def features(purchases: pd.DataFrame, *cutoffs: date) -> dict[date, pd.DataFrame]:
    """Cut-off → one row per customer known then, in order of customer."""
    asked = customers_at(table_of(purchases), cutoffs=sorted(cutoffs))
    rows = asked.execute()
    for name, kind in asked.schema().items():
        if kind.is_decimal():
            rows[name] = rows[name].astype("float64")
    seen = pd.to_datetime(rows["as_of"]).dt.date
    return {day: by_customer(rows[seen == day]) for day in cutoffs}


def spent(purchases: pd.DataFrame, customers: pd.Index, start: date, days: int) -> np.ndarray:
    """What each customer spent from a day on, counted with nothing but pandas."""
    moments = purchases["order_date"]
    end = start + timedelta(days=days)
    within = purchases[(moments >= np.datetime64(start)) & (moments < np.datetime64(end))]
    amounts = within.groupby("customer_id")["purchase_amount"].sum()
    return amounts.reindex(customers).fillna(0.0).to_numpy()


@cache
def small_purchases(customers: int = 260, days: int = 760, seed: int = 3) -> pd.DataFrame:
    """A shop of some hundred customers over two years: steady rates, drop-out, skewed values."""
    random = np.random.default_rng(seed)
    rows = []
    for place in range(customers):
        day = float(random.integers(0, days - 30))
        gap, mean = random.gamma(2.0, 25.0) + 4, random.gamma(3.0, 15.0) + 5
        while day < days:
            rows.append((f"c{place:03}", int(day), mean * random.gamma(4.0, 0.25)))
            if random.random() < 0.12:
                break
            day += 1 + random.exponential(gap)
    found = pd.DataFrame(rows, columns=["customer_id", "day", "purchase_amount"])
    found["order_date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(found.pop("day"), unit="D")
    found["purchase_amount"] = found["purchase_amount"].round(2)
    return tidy(found.assign(order_count=1, product_count=2))


def simulated_purchases(once, name: str, options) -> tuple[pd.DataFrame, Path]:
    """Purchases of a simulated shop, read and built by the jobs, and its folder; made once."""
    from shopkeeper.jobs.build import build
    from shopkeeper.jobs.ingest import ingest
    from shopkeeper.jobs.initialise import write_settings
    from shopkeeper.sources.simulation import simulate
    from shopkeeper.workspace import Workspace

    def maker(folder: Path) -> None:
        simulate(folder / "data", options)
        write_settings(
            folder,
            shop={"name": name, "currency": options.currency, "time_zone": "UTC"},
            source={"name": "orders", "kind": "simulation", "path": "data/orders.csv"},
        )
        ingest(Workspace(folder))
        build(Workspace(folder))

    folder = once(name, maker)
    workspace = Workspace(folder)
    rows = workspace.engine.collect(workspace.table("purchases")).to_pandas()
    return tidy(rows.assign(purchase_amount=rows["purchase_amount"].astype(float))), folder
