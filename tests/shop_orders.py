"""Orders of the real data sets, one row per order, read with pandas for tests of evaluation."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def online_retail_ii_orders(file: Path, *, with_guests: bool = False) -> pd.DataFrame:
    """Orders of lines that are not cancelled, with quantity > 0 and price > 0."""
    lines = pd.read_csv(
        file,
        dtype={"Invoice": str, "Customer ID": str},
        usecols=["Invoice", "Quantity", "InvoiceDate", "Price", "Customer ID"],
    )
    kept = lines[~lines["Invoice"].str.startswith("C") & (lines["Quantity"] > 0)]
    kept = kept[kept["Price"] > 0]
    if not with_guests:
        kept = kept[kept["Customer ID"].notna()]
    kept = kept.assign(
        amount=kept["Quantity"] * kept["Price"],
        order_date=pd.to_datetime(kept["InvoiceDate"], format="%Y-%m-%d %H:%M:%S"),
    )
    return (
        kept.groupby("Invoice")
        .agg(
            customer_id=("Customer ID", "first"),
            order_date=("order_date", "min"),
            amount=("amount", "sum"),
        )
        .reset_index(names="order_id")
    )


def customer_shopping_orders(file: Path) -> pd.DataFrame:
    """Orders of the Istanbul malls; `price` is already the price of the whole line."""
    lines = pd.read_csv(file, dtype=str)
    return pd.DataFrame(
        {
            "order_id": lines["invoice_no"],
            "customer_id": lines["customer_id"],
            "order_date": pd.to_datetime(lines["invoice_date"], format="%d/%m/%Y"),
            "amount": lines["price"].astype(float),
        }
    )


def olist_orders(folder: Path) -> pd.DataFrame:
    """Orders of the sample of Olist; the person is `customer_unique_id`."""
    orders = pd.read_csv(folder / "olist_orders_dataset.csv.gz", dtype=str)
    people = pd.read_csv(folder / "olist_customers_dataset.csv.gz", dtype=str)
    items = pd.read_csv(folder / "olist_order_items_dataset.csv.gz")
    amount = items.groupby("order_id")["price"].sum().rename("amount")
    joined = orders.merge(people, on="customer_id").merge(
        amount, left_on="order_id", right_index=True, how="left"
    )
    return pd.DataFrame(
        {
            "order_id": joined["order_id"],
            "customer_id": joined["customer_unique_id"],
            "order_date": pd.to_datetime(joined["order_purchase_timestamp"]),
            "amount": joined["amount"].fillna(0.0),
        }
    )


def cdnow_orders(file: Path) -> pd.DataFrame:
    """Orders of the whole CDNOW cohort of 1997."""
    names = ["customer_id", "order_date", "quantity", "amount"]
    text = {"customer_id": str, "order_date": str}
    lines = pd.read_csv(file, sep=r"\s+", skiprows=1, names=names, dtype=text)
    return lines.assign(order_date=pd.to_datetime(lines["order_date"], format="%Y%m%d"))
