"""Nights after the demo shop ends: its living customers go on to buy as they always did."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

SOURCE = '\n[[sources]]\nname = "nights"\nkind = "simulation"\npath = "data/night-*.csv"\n'
NEWCOMERS_PER_DAY = 2

Row = dict[str, str]


class Nights:
    """Orders of each day after the last one of the demo shop.

    A customer who is alive in truth orders at their own rate, each time what they ordered once
    before, line by line; each day some newcomers order what others began with.

    Args:
        data: Folder that the shop was simulated into.
        seed: Same seed, same orders.
    """

    def __init__(self, data: Path, seed: int = 7) -> None:
        self.random = np.random.default_rng(seed)
        with (data / "orders.csv").open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["customer_id"]]
        self.columns = list(rows[0])
        self.orders: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            if not row["refund_of"] and not row["quantity"].startswith("-"):
                self.orders[row["customer_id"]][row["order_id"]].append(row)
        truth = pd.read_parquet(data / "truth" / "customers.parquet")
        alive = truth[truth["is_alive_at_end"]]
        self.rates = {
            ids[0]: float(rate)
            for ids, rate in zip(
                alive["customer_ids"], alive["purchase_rate_per_week"], strict=True
            )
            if len(ids) and ids[0] in self.orders
        }
        self.count = 0

    def of(self, day: date, price_factor: int = 1) -> list[Row]:
        """Gives the lines of one day; prices may be some times as high."""
        lines: list[Row] = []
        for customer, rate in self.rates.items():
            if self.random.random() < rate / 7:
                lines += self._order(customer, customer, day, price_factor)
        everybody = list(self.orders)
        for _ in range(NEWCOMERS_PER_DAY):
            like = everybody[self.random.integers(len(everybody))]
            lines += self._order(like, f"N{self.count}", day, price_factor)
        return lines

    def _order(self, like: str, customer: str, day: date, price_factor: int) -> list[Row]:
        orders = list(self.orders[like].values())
        # A newcomer begins as others began.
        chosen = orders[0] if like != customer else orders[self.random.integers(len(orders))]
        self.count += 1
        moment = datetime.combine(day, time()) + timedelta(
            seconds=int(self.random.integers(86_400))
        )
        return [
            {
                **line,
                "order_id": f"X{self.count}",
                "customer_id": customer,
                "email": f"{customer.lower()}@example.org",
                "ordered_at": f"{moment:%Y-%m-%d %H:%M:%S}",
                "unit_price": str(Decimal(line["unit_price"]) * price_factor),
            }
            for line in chosen
        ]

    def write(self, file: Path, lines: list[Row]) -> None:
        """Writes lines as the shop writes its files."""
        with file.open("w", newline="", encoding="utf-8") as target:
            writer = csv.DictWriter(target, self.columns)
            writer.writeheader()
            writer.writerows(lines)
