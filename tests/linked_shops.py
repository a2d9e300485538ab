"""Small cuts of the real data sets of linked files, with what an order needs kept together."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

ORDERS = 300
Row = dict[str, str]


def cut_thelook(real_data: Callable[[str], Path], folder: Path) -> None:
    """Writes the first orders of TheLook, with their people and products, and some events."""

    def read(name: str) -> list[Row]:
        return _read(real_data(f"thelook_regenerated/{name}.csv.gz"))

    items = [row for row in read("order_items") if int(row["order_id"]) <= ORDERS]
    people = {row["user_id"] for row in items}
    events = read("events")
    known = [row for row in events if row["user_id"] in people][:2_000]
    parts = {
        "order_items": items,
        "orders": [row for row in read("orders") if int(row["order_id"]) <= ORDERS],
        "users": [row for row in read("users") if row["id"] in people],
        "products": _named(read("products"), "id", items, "product_id"),
        # The same event twice, and one without a time.
        "events": [*known, *events[:1_000], known[0], {**events[0], "id": "x", "created_at": ""}],
    }
    _write(folder, parts)


def cut_olist(real_data: Callable[[str], Path], folder: Path) -> None:
    """Writes some orders of Olist with all that belongs to them, cancelled ones among them."""

    def read(name: str) -> list[Row]:
        return _read(real_data(f"olist/{name}.csv.gz"))

    all_orders = read("olist_orders_dataset")
    cancelled = [row for row in all_orders if row["order_status"] == "canceled"][:20]
    orders = [*all_orders[:ORDERS], *(row for row in cancelled if row not in all_orders[:ORDERS])]
    items = _named(read("olist_order_items_dataset"), "order_id", orders, "order_id")
    parts = {
        "orders": orders,
        "order_items": items,
        "payments": _named(read("olist_order_payments_dataset"), "order_id", orders, "order_id"),
        "customers": _named(read("olist_customers_dataset"), "customer_id", orders, "customer_id"),
        "products": _named(read("olist_products_dataset"), "product_id", items, "product_id"),
        "sellers": _named(read("olist_sellers_dataset"), "seller_id", items, "seller_id"),
        "translations": read("product_category_name_translation"),
    }
    _write(folder, parts)


def _read(file: Path) -> list[Row]:
    with gzip.open(file, "rt", newline="", encoding="utf-8-sig") as source:
        return list(csv.DictReader(source))


def _named(rows: Iterable[Row], key: str, by: Iterable[Row], name: str) -> list[Row]:
    wanted = {row[name] for row in by}
    return [row for row in rows if row[key] in wanted]


def _write(folder: Path, parts: dict[str, list[Row]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in parts.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as target:
            writer = csv.DictWriter(target, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
