"""Quality findings: what a reader of the numbers should know about the data behind them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopkeeper.reports.drill import Selection
from shopkeeper.reports.quality_rolls import APART_ROWS, KEPT_LINES, RESIDENTS, kept_rows
from shopkeeper.reports.report import rows_of
from shopkeeper.warehouse.bronze import Reason

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Fewer different prices than this prove nothing about what they are.
LEAST_PRICES = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the data that a reader of the numbers should know."""

    severity: str
    title: str
    detail: str
    row_count: int
    amount: Decimal | None
    advice: str
    rows: Selection | None = None


def findings_of(
    steps: list[dict[str, Any]], items: ir.Table, customers: ir.Table
) -> tuple[Finding, ...]:
    """Gives what stands out, from the steps of the reconciliation, the lines and the customers."""
    lines = kept_rows(items)
    counted = rows_of(
        lines.agg(
            lines=lines.count(),
            guest_count=lines.is_guest.ifelse(1, 0).sum(),
            guest_amount=lines.net_amount.sum(where=lines.is_guest),
            free_count=lines.is_free.ifelse(1, 0).sum(),
            negative_count=lines.is_negative.ifelse(1, 0).sum(),
            negative_amount=lines.net_amount.sum(where=lines.is_negative),
            unnamed_count=lines.is_unnamed.ifelse(1, 0).sum(),
        )
    )[0]
    moved = rows_of(customers.agg(n=(customers.country_count > 1).ifelse(1, 0).sum()))[0]["n"]
    candidates = (
        _guests(counted),
        _repeated(steps),
        _free(counted),
        _negative(counted),
        _amounts_as_prices(_prices(lines)),
        _unnamed(counted),
        _moved(int(moved or 0)),
        _not_goods(steps),
    )
    return tuple(finding for finding in candidates if finding.row_count > 0)


def _kept(name: str, *, is_so: bool = True) -> Selection:
    return Selection(KEPT_LINES.name).where(name, is_so)


def apart(reason: str) -> Selection:
    """Gives the way to the rows that were put aside for a reason."""
    return Selection(APART_ROWS.name).where("reason", reason)


def _guests(counted: dict[str, Any]) -> Finding:
    count = int(counted["guest_count"] or 0)
    share = count / counted["lines"] if counted["lines"] else 0.0
    return Finding(
        "warning" if share > 0.05 else "info",
        f"{share:.1%} of lines name no customer",
        "They count in sales, but cannot count in anything about customers: segments, repeat "
        "rates and values are blind to them.",
        count,
        counted["guest_amount"],
        "Find out which channel writes orders without a customer",
        _kept("is_guest"),
    )


def _repeated(steps: list[dict[str, Any]]) -> Finding:
    found = [step for step in steps if step["item"] == str(Reason.REPEATED_EXTRACT)]
    count = sum(int(step["row_count"]) for step in found)
    return Finding(
        "warning",
        "The same period was exported twice",
        f"{count:,} rows stand in two extracts of the same days or orders; one copy was kept. "
        "Genuine repeated lines inside an order were left alone.",
        count,
        sum((step["amount"] or Decimal(0) for step in found), Decimal(0)),
        "Export periods that do not overlap, or leave it to Shopkeeper",
        apart(str(Reason.REPEATED_EXTRACT)),
    )


def _free(counted: dict[str, Any]) -> Finding:
    return Finding(
        "info",
        "Merchandise was sold at a price of zero",
        "Such lines count as items of an order, but bring no revenue.",
        int(counted["free_count"] or 0),
        Decimal(0),
        "Check whether these are gifts, replacements or missing prices",
        _kept("is_free"),
    )


def _negative(counted: dict[str, Any]) -> Finding:
    return Finding(
        "warning",
        "Some lines have a negative price",
        "They are corrections of the books, such as bad debt, and stand apart from merchandise "
        "where their code says so.",
        int(counted["negative_count"] or 0),
        counted["negative_amount"],
        "Name their codes under [definitions.line_types] in shopkeeper.toml",
        _kept("is_negative"),
    )


def _prices(lines: ir.Table) -> dict[str, Any]:
    """Counts distinct prices, as they are and divided by the quantity, where more than one."""
    several = lines.filter(lines.has_pieces)
    price, pieces = several.unit_price_amount.cast("float64"), several.quantity.cast("float64")
    return rows_of(
        several.agg(
            lines=several.count(),
            prices=several.unit_price_amount.nunique(),
            divided=(price / pieces).round(2).nunique(),
            amount=several.net_amount.sum(),
        )
    )[0]


def _amounts_as_prices(prices: dict[str, Any]) -> Finding:
    """Tells prices that fall into few values once divided by the quantity: they are amounts."""
    few = prices["divided"] * 2 < prices["prices"] and prices["prices"] >= LEAST_PRICES
    return Finding(
        "warning",
        "The price of a piece looks like the amount of the whole line",
        f"Of {prices['lines']:,} lines with more than one piece there are {prices['prices']:,} "
        f"different prices, but only {prices['divided']:,} once divided by the quantity. If so, "
        "quantity × price counts each line several times.",
        int(prices["lines"]) if few else 0,
        prices["amount"],
        "Name the column as `line_amount` instead of `unit_price` under [[sources]]",
        _kept("has_pieces"),
    )


def _unnamed(counted: dict[str, Any]) -> Finding:
    return Finding(
        "info",
        "Some lines describe no product",
        "The product code is there, the description is missing.",
        int(counted["unnamed_count"] or 0),
        None,
        "Nothing to do: products take their usual description from other lines",
        _kept("is_unnamed"),
    )


def _moved(count: int) -> Finding:
    return Finding(
        "info",
        "Some customers appear under several countries",
        "The country of their latest line is taken.",
        count,
        None,
        "Nothing to do",
        Selection(RESIDENTS.name).where("country_count", 1, ">"),
    )


def _not_goods(steps: list[dict[str, Any]]) -> Finding:
    found = [s for s in steps if s["step"] == "kept" and s["item"] != "merchandise"]
    kinds = ", ".join(sorted({step["item"].replace("_", " ") for step in found}))
    return Finding(
        "info",
        "Not every line is merchandise",
        f"Kept, counted and left out of net revenue: {kinds}.",
        sum(int(step["row_count"]) for step in found),
        sum((step["amount"] or Decimal(0) for step in found), Decimal(0)),
        "Name further codes under [definitions.line_types] in shopkeeper.toml",
        _kept("is_merchandise", is_so=False),
    )
