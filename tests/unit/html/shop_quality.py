"""The data quality of a real shop: what came in, what was kept, what was put aside and why."""

from __future__ import annotations

from decimal import Decimal

from shopkeeper.reports.quality import (
    Finding,
    Quality,
    QuarantineReason,
    ReconciliationRow,
    TableState,
)


def step(
    step: str, item: str, rows: int, amount: str, expected: str | None = None
) -> ReconciliationRow:
    wanted = None if expected is None else Decimal(expected)
    difference = None if wanted is None else Decimal(amount) - wanted
    return ReconciliationRow(step, item, rows, Decimal(amount), wanted, difference)


def quality() -> Quality:
    return Quality(
        is_reconciled=True,
        raw_row_count=1_067_371,
        raw_amount=Decimal("19287250.5680"),
        kept_row_count=1_041_299,
        kept_amount=Decimal("19063715.6180"),
        quarantined_row_count=26_072,
        quarantined_amount=Decimal("223534.9500"),
        reconciliation=(
            step("raw", "total", 1_067_371, "19287250.5680"),
            step("quarantined", "repeated_extract", 22_523, "377488.4500"),
            step("quarantined", "stock_write_off", 3_457, "0.0000"),
            step("quarantined", "bad_debt", 5, "-153953.5000"),
            step("quarantined", "unreadable_date", 87, "0.0000"),
            step("kept", "merchandise", 1_032_918, "18980128.6300"),
            step("kept", "shipping", 5_221, "402117.3380"),
            step("kept", "fee", 3_160, "-318530.3500"),
            step("kept", "total", 1_041_299, "19063715.6180", "19063715.6180"),
            step("orders", "net_amount", 44_876, "18980128.6300", "18980128.6300"),
            step("daily_sales", "net_amount", 604, "18980128.6300", "18980128.6300"),
        ),
        quarantine=(
            QuarantineReason(
                "repeated_extract",
                "The same rows were exported twice; one copy is kept",
                22_523,
                Decimal("377488.45"),
                (
                    "row 525,462: 536365,85123A,HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0",
                    "row 525,463: 536365,71053,METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850.0",
                ),
            ),
            QuarantineReason(
                "stock_write_off",
                "Goods that left the stock without a sale",
                3_457,
                Decimal("0.00"),
                ("row 264: 489464,21733,85123a mixed,-96,2009-12-01 10:52:00,0.0,,United Kingdom",),
            ),
            QuarantineReason(
                "unreadable_date",
                "The date cannot be read as any date",
                87,
                None,
                ("row 402: 489,22,HEART,1,31/13/2011,2.5,,EIRE",),
            ),
            QuarantineReason(
                "bad_debt",
                "Corrections of the books, no sale",
                5,
                Decimal("-153953.50"),
                ("row 179,404: A506401,B,Adjust bad debt,1,2010-04-29 13:36:00,-53594.36,",),
            ),
        ),
        findings=(
            Finding(
                "warning",
                "22.8 % of lines name no customer",
                "They count in sales, but cannot count in anything about customers.",
                235_151,
                Decimal("2648911.32"),
                "Find out which channel writes orders without a customer",
            ),
            Finding(
                "warning",
                "The same period was exported twice",
                "22,523 rows stand in two extracts of the same days; one copy was kept.",
                22_523,
                Decimal("377488.45"),
                "Export periods that do not overlap",
            ),
            Finding(
                "info",
                "Some customers appear under several countries",
                "The country of their latest line is taken.",
                13,
                None,
                "",
            ),
        ),
        tables=(
            TableState(
                "bronze.order_lines",
                "bronze",
                "Rows as they were read, with their place in the file",
                1,
                1_067_371,
                4,
                (),
            ),
            TableState(
                "bronze.quarantine",
                "bronze",
                "Rows that break a rule, with the reason",
                1,
                26_072,
                3,
                (),
            ),
            TableState("silver.orders", "silver", "One row per order number", 1, 44_876, 9, ()),
            TableState(
                "silver.order_items", "silver", "One row per kept line", 1, 1_041_299, 12, ()
            ),
            TableState("gold.daily_sales", "gold", "One row per day with sales", 1, 604, 6, ()),
            TableState(
                "gold.customer_360",
                "gold",
                "One row per customer with everything known about them",
                1,
                5_852,
                11,
                (),
            ),
        ),
    )
