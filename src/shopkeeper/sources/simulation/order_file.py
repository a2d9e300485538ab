"""`orders.csv`: one row per order line, with the flaws that real exports have.

| column | meaning |
|---|---|
| `order_id` | `O…` for a sale, `R…` for a refund; empty in rows damaged so |
| `line_number` | position in the order, from 1 |
| `ordered_at` | `YYYY-MM-DD HH:MM:SS`, local time of the shop; of a refund, when it was booked |
| `customer_id` | the account that ordered; empty for guests |
| `email` | address given with the order, also by guests |
| `country`, `channel`, `payment_method` | of the order; a refund repeats those of its sale |
| `product_id`, `product_name`, `category` | merchandise, `SHIPPING` or `GIFT-CARD` |
| `quantity` | pieces; above 0 on sales, below 0 on refunds |
| `unit_price` | price of a piece before discount, above 0 on sales and refunds |
| `discount` | taken off the whole line: 0 or more on sales, 0 or less on refunds |
| `promotion` | code the discount came from; empty without one |
| `refund_of` | `order_id` of the sale a refund gives back; empty on sales |

The money of every line, sale or refund, is `quantity * unit_price - discount`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from shopkeeper.sources.simulation.arrow_columns import (
    MONEY,
    damaged,
    labels,
    local_times,
    money,
)
from shopkeeper.sources.simulation.damage import (
    UNREADABLE_DATES,
    UNREADABLE_QUANTITIES,
    Damage,
)
from shopkeeper.sources.simulation.identities import (
    customer_numbers,
    emails,
    numbered_ids,
    second_emails,
)
from shopkeeper.sources.simulation.market import (
    CHANNELS,
    COUNTRIES,
    PAYMENT_METHODS,
    names,
)
from shopkeeper.sources.simulation.promotions import WELCOME_CODE

if TYPE_CHECKING:
    from shopkeeper.sources.simulation.block import ShopBlock
    from shopkeeper.sources.simulation.columnar import Integers
    from shopkeeper.sources.simulation.plan import ShopPlan

ORDER_SCHEMA = pa.schema(
    [
        ("order_id", pa.string()),
        ("line_number", pa.int64()),
        ("ordered_at", pa.string()),
        ("customer_id", pa.string()),
        ("email", pa.string()),
        ("country", pa.string()),
        ("channel", pa.string()),
        ("product_id", pa.string()),
        ("product_name", pa.string()),
        ("category", pa.string()),
        ("quantity", pa.string()),
        ("unit_price", MONEY),
        ("discount", MONEY),
        ("promotion", pa.string()),
        ("payment_method", pa.string()),
        ("refund_of", pa.string()),
    ]
)


def order_ids(block: ShopBlock, first_sale: int, first_refund: int) -> pa.StringArray:
    """Gives the id of each of the block's orders, numbered on from the blocks before."""
    sales = numbered_ids("O", first_sale + np.arange(block.sale_count))
    refunds = numbered_ids("R", first_refund + np.arange(len(block.orders) - block.sale_count))
    return pa.concat_arrays([sales, refunds])


def order_table(plan: ShopPlan, block: ShopBlock, ids: pa.StringArray) -> pa.Table:
    """Gives the block's rows of the file, damage and repeated days included."""
    lines, rows = block.lines, block.file_rows
    order = lines.order[rows]
    flaws = block.damage[rows]
    columns = {
        "order_id": labels(ids, np.where(flaws == Damage.MISSING_ORDER_ID, -1, order)),
        "line_number": pa.array(lines.line_number[rows]),
        "ordered_at": damaged(
            local_times(plan, block.orders.seconds[order]).cast(pa.string()),
            np.flatnonzero(flaws == Damage.UNREADABLE_DATE),
            UNREADABLE_DATES,
        ),
        **_buyer_columns(block, order),
        **_product_columns(plan, lines.product[rows]),
        "quantity": damaged(
            pa.array(lines.quantity[rows]).cast(pa.string()),
            np.flatnonzero(flaws == Damage.UNREADABLE_QUANTITY),
            UNREADABLE_QUANTITIES,
        ),
        "unit_price": money(lines.unit_price[rows]),
        "discount": money(lines.discount[rows]),
        "promotion": labels(
            [*(p.code for p in plan.promotions), WELCOME_CODE], lines.promotion[rows]
        ),
        "refund_of": labels(ids, block.orders.refund_of[order]),
    }
    return pa.table([columns[name] for name in ORDER_SCHEMA.names], schema=ORDER_SCHEMA)


def _buyer_columns(block: ShopBlock, order: Integers) -> dict[str, pa.StringArray]:
    """Gives who ordered, from where and how, for each row of the file."""
    people, orders = block.people, block.orders
    account = np.maximum(orders.account, 0)
    customers = numbered_ids("C", customer_numbers(people, orders.person, account))
    addresses = [*emails(people), *second_emails(people)]
    return {
        "customer_id": labels(customers, np.where(orders.account[order] < 0, -1, order)),
        "email": labels(addresses, (orders.person + account * len(people))[order]),
        "country": labels(names(COUNTRIES), people.country[orders.person[order]]),
        "channel": labels([c.name for c in CHANNELS], orders.channel[order]),
        "payment_method": labels(names(PAYMENT_METHODS), orders.payment[order]),
    }


def _product_columns(plan: ShopPlan, product: Integers) -> dict[str, pa.StringArray]:
    catalogue = plan.catalogue
    categories = [catalogue.category_label(p) for p in range(len(catalogue.ids))]
    return {
        "product_id": labels(catalogue.ids, product),
        "product_name": labels(catalogue.names, product),
        "category": labels(categories, product),
    }
