"""Bronze: raw rows as they were read, the list of files read, and the order lines they say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from shopkeeper.contracts.checks import at_least
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.settings import LineType as LineType  # noqa: PLC0414 - part of these terms
from shopkeeper.warehouse.money import AMOUNT, QUANTITY


class RowKind(StrEnum):
    """What the rows of a raw file say."""

    LINES = "lines"
    EVENTS = "events"
    PAYMENTS = "payments"
    STORES = "stores"
    FACTS = "facts"


ROW_KIND_MEANINGS = {
    RowKind.LINES: "lines of orders",
    RowKind.EVENTS: "what people did in the shop: views, carts, purchases",
    RowKind.PAYMENTS: "payments of orders",
    RowKind.STORES: "stores or sellers",
    RowKind.FACTS: "facts that rows of other files look up: orders, products, customers",
}

# The one line that each raw row gives, whatever else it says.
ITEM_PART = "item"

BATCHES = Contract(
    name="batches",
    layer=Layer.BRONZE,
    meaning="One row per file that was ever read. A file that was read again with other content "
    "has a row for each content; only the newest is current.",
    grain=("source", "file", "batch_id"),
    columns=(
        Column("source", "string", "Name of the source in the settings"),
        Column(
            "file", "string", "Path of the file, relative to the workspace where it lies inside"
        ),
        Column("batch_id", "string", "First 16 hexadecimal digits of the SHA-256 of the file"),
        Column("loaded_at", "timestamp", "When the file was read, UTC"),
        Column("size_bytes", "int64", "Size of the file as it lies on disk", unit="bytes"),
        Column(
            "row_count", "int64", "Data rows in the file, unreadable ones included", unit="rows"
        ),
        Column(
            "unreadable_count", "int64", "Lines that could not be split into fields", unit="rows"
        ),
        Column("is_current", "boolean", "Whether this is the newest content of the file"),
        Column("row_kind", "string", "What its rows say; see the glossary"),
        Column("reading", "string", "How the file was understood, as JSON: columns and formats"),
    ),
    checks=(at_least("row_count", 1), at_least("unreadable_count", 0)),
)

# Columns that each raw table has before the columns of the files themselves.
RAW_COLUMNS = (
    Column("_batch_id", "string", "File the row was read from; see `batches`"),
    Column("_loaded_at", "timestamp", "When the row was read, UTC"),
    Column("_row_number", "int64", "Place of the row in its file, from 1", unit="rows"),
    Column(
        "_unreadable_line",
        "string",
        "The line as text where it could not be split into fields, else missing",
        nullable=True,
    ),
)


def raw_contract(source: str, types: Mapping[str, str], role: str = "") -> Contract:
    """Gives the contract of a source's raw table: its files' own columns behind ours."""
    read = tuple(
        Column(name, type_, "As it stands in the file", nullable=True)
        for name, type_ in types.items()
    )
    return Contract(
        name=raw_name(source, role),
        layer=Layer.BRONZE,
        meaning="One row per data row of each file ever read, as it was read; only appended to.",
        grain=("_batch_id", "_row_number"),
        columns=RAW_COLUMNS + read,
    )


def raw_name(source: str, role: str = "") -> str:
    """Gives the name of a raw table: of a source, or of the files of one role in it."""
    return f"raw_{source}_{role}" if role else f"raw_{source}"


class Reason(StrEnum):
    """Why a row is kept apart in quarantine."""

    UNREADABLE_LINE = "unreadable_line"
    MISSING_ORDER = "missing_order"
    UNREADABLE_DATE = "unreadable_date"
    IMPLAUSIBLE_DATE = "implausible_date"
    UNREADABLE_QUANTITY = "unreadable_quantity"
    UNREADABLE_AMOUNT = "unreadable_amount"
    REPEATED_EXTRACT = "repeated_extract"
    MISSING_NAME = "missing_name"


REASON_MEANINGS = {
    Reason.UNREADABLE_LINE: "The line has more or fewer fields than the header",
    Reason.MISSING_ORDER: "The row names no order",
    Reason.UNREADABLE_DATE: "The date of the row is missing or cannot be read as a date",
    Reason.IMPLAUSIBLE_DATE: "The date lies before 1990 or more than a day after the file was read",
    Reason.UNREADABLE_QUANTITY: "The quantity is missing or cannot be read as a number",
    Reason.UNREADABLE_AMOUNT: "The price or amount is missing or cannot be read as a number",
    Reason.REPEATED_EXTRACT: "The row stands in two extracts of the same period; one copy is kept",
    Reason.MISSING_NAME: "The row does not say what happened",
}


LINE_TYPE_MEANINGS = {
    LineType.MERCHANDISE: "a product that the shop sells",
    LineType.SHIPPING: "postage and carriage",
    LineType.DISCOUNT: "a discount written as a line of its own",
    LineType.FEE: "bank, marketplace or charity fees",
    LineType.GIFT_CARD: "a gift card sold; revenue only when it is redeemed",
    LineType.ADJUSTMENT: "manual corrections and bad debt",
    LineType.STOCK_ADJUSTMENT: "write-offs of stock, with neither customer nor price",
    LineType.SAMPLE: "samples given away",
    LineType.TEST: "test entries",
    LineType.OTHER: "codes that are no product and fit nowhere else",
}

# The terms in which each source says its rows, before the warehouse looks at other rows.
LINE_COLUMNS = (
    Column("source", "string", "Name of the source in the settings"),
    Column("batch_id", "string", "File the row came from; see `batches`"),
    Column("row_number", "int64", "Place of the row in its file, from 1", unit="rows"),
    Column(
        "part",
        "string",
        "What of the row the line says: `item`, which each row has, or what else stands in it, "
        "such as `shipping`, `discount`, `refund`",
    ),
    Column("loaded_at", "timestamp", "When the row was read, UTC"),
    Column("order_id", "string", "Order as the shop names it", nullable=True),
    Column("ordered_at", "timestamp", "When the line was booked, UTC", nullable=True),
    Column("order_date", "date", "Day of booking in the shop's time zone", nullable=True),
    Column(
        "customer_id",
        "string",
        "Customer as the shop names them; missing for guests",
        nullable=True,
        personal=True,
    ),
    Column(
        "email",
        "string",
        "E-mail address as given; missing where not given",
        nullable=True,
        personal=True,
    ),
    Column(
        "phone",
        "string",
        "Telephone number as given; missing where not given",
        nullable=True,
        personal=True,
    ),
    Column(
        "person_key",
        "string",
        "What else tells one person from another, such as a loyalty card; missing where not given",
        nullable=True,
        personal=True,
    ),
    Column("product_id", "string", "Product as the shop names it", nullable=True),
    Column("product_name", "string", "Description on the line", nullable=True),
    Column("category", "string", "Category of the product on the line", nullable=True),
    Column("country", "string", "Country of the order", nullable=True),
    Column("channel", "string", "Where the order came in: web, app, shop …", nullable=True),
    Column("payment_method", "string", "How the order was paid", nullable=True),
    Column("store_id", "string", "Store or seller that sold the line", nullable=True),
    Column("promotion", "string", "Promotion or voucher on the line", nullable=True),
    Column("quantity", QUANTITY, "Pieces; negative on returns", unit="pieces", nullable=True),
    Column("unit_price_amount", AMOUNT, "Price of one piece", unit="currency", nullable=True),
    Column(
        "discount_amount",
        AMOUNT,
        "Money taken off the line; negative where a refund takes a discount back",
        unit="currency",
        nullable=True,
    ),
    Column(
        "amount",
        AMOUNT,
        "Quantity × price less discount; missing where either cannot be read",
        unit="currency",
        nullable=True,
    ),
    Column("line_type", "string", "What the line is; see the glossary", nullable=True),
    Column(
        "is_cancellation",
        "boolean",
        "Whether the order itself cancels or refunds another, or was cancelled",
    ),
    Column(
        "refund_of", "string", "Order that is refunded, where the source says so", nullable=True
    ),
    Column("reason", "string", "Why the row goes to quarantine; missing if kept", nullable=True),
)

SOURCE_LINES = Contract(
    name="source_lines",
    layer=Layer.BRONZE,
    meaning="One row per raw row of the current files of orders and part of it, in the shop's own "
    "terms, each looked at alone; a row that cannot be read has a reason.",
    grain=("source", "batch_id", "row_number", "part"),
    columns=LINE_COLUMNS,
)

RAW_TEXTS = Contract(
    name="raw_texts",
    layer=Layer.BRONZE,
    meaning="One row per raw row of the current files, as one text. A view: it is built into the "
    "tables that read it.",
    grain=("source", "batch_id", "row_number"),
    columns=(
        *(column for column in LINE_COLUMNS if column.name in ("source", "batch_id", "row_number")),
        Column("raw_text", "string", "The raw row, fields joined by ` | `", personal=True),
    ),
)
