"""Interactions: what each customer did with each product, in counts, days and one weight."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import ibis

from shopkeeper.contracts.checks import at_least, holds
from shopkeeper.contracts.contract import Column, Contract, Layer
from shopkeeper.warehouse.bronze import LineType
from shopkeeper.warehouse.money import QUANTITY
from shopkeeper.warehouse.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

# Weights are added up as decimals: the sum of floats depends on the order of the rows.
EXACT_WEIGHT = "decimal(18, 9)"
EXACT_SUM = "decimal(38, 9)"
NO_QUANTITY = Decimal(0)

CONTRACT = Contract(
    name="interactions",
    layer=Layer.MART,
    meaning="One row per customer the shop can name and product they viewed, put into a cart or "
    "bought before `as_of`. Looks at nothing from `as_of` on; a return counts from the day on "
    "which it was booked.",
    grain=("customer_id", "product_id"),
    columns=(
        Column("customer_id", "string", "Customer as the shop names them", personal=True),
        Column("product_id", "string", "Product as the shop names it"),
        Column("as_of", "date", "Day before which data were seen (exclusive)"),
        Column("view_count", "int64", "Views in event logs", unit="events"),
        Column("cart_count", "int64", "Times put into a cart, in event logs", unit="events"),
        Column(
            "purchase_count",
            "int64",
            "Moments at which it was bought; lines and orders of one moment are one purchase",
            unit="purchases",
        ),
        Column("quantity", QUANTITY, "Pieces bought", unit="pieces"),
        Column("returned_quantity", QUANTITY, "Pieces taken back; positive", unit="pieces"),
        Column(
            "kept_share",
            "float64",
            "Share of the pieces bought that was not taken back; 0 where none was bought",
            unit="0-1",
        ),
        Column("first_purchase_date", "date", "Day of the first purchase of it", nullable=True),
        Column(
            "last_purchase_date",
            "date",
            "Day of the last purchase of it before `as_of`",
            nullable=True,
        ),
        Column("last_interaction_date", "date", "Day of the last view, cart or purchase"),
        Column(
            "interaction_weight",
            "float64",
            "Views, carts and purchases by their weights in the settings, each halved for every "
            "half-life that it lies before `as_of`; purchases times the share that was kept",
            unit="weight",
        ),
    ),
    checks=(
        at_least("view_count", 0),
        at_least("cart_count", 0),
        at_least("purchase_count", 0),
        at_least("interaction_weight", 0),
        holds(
            "kept_share_in_range",
            "the share that was kept lies between 0 and 1",
            lambda table: cast("ir.BooleanValue", table.kept_share.between(0, 1)),
        ),
        holds(
            "purchases_have_days",
            "a product that was bought has a first and a last day, others have none",
            lambda table: cast(
                "ir.BooleanValue",
                ((table.purchase_count > 0) == table.first_purchase_date.notnull())
                & ((table.purchase_count > 0) == table.last_purchase_date.notnull()),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class InteractionWeights:
    """What an interaction says of a customer's interest.

    Attributes:
        view: Weight of a view.
        cart: Weight of putting it into a cart.
        purchase: Weight of a purchase.
        half_life_days: Days after which an interaction weighs half.
    """

    view: float = 1.0
    cart: float = 3.0
    purchase: float = 5.0
    half_life_days: float = 180.0


def build(
    order_items: ir.Table,
    events: ir.Table,
    *,
    as_of: date,
    interaction_weights: InteractionWeights,
) -> ir.Table:
    """Gives what each customer had done with each product before `as_of`."""
    days = product_days(order_items, events)
    return summarised(days, as_of=as_of, interaction_weights=interaction_weights)


def product_days(order_items: ir.Table, events: ir.Table) -> ir.Table:
    """Gives one row per customer, product and day with all that happened between them.

    Purchases are counted from orders only: an event log tells of the same ones once more.
    """
    bought = _bought(order_items)
    seen = _seen(events)
    both = bought.union(seen.select(*bought.columns))
    return both.group_by("customer_id", "product_id", "interaction_date").agg(
        view_count=both.view_count.sum(),
        cart_count=both.cart_count.sum(),
        purchase_count=both.purchase_count.sum(),
        quantity=both.quantity.sum(),
        returned_quantity=both.returned_quantity.sum(),
    )


def summarised(days: ir.Table, *, as_of: date, interaction_weights: InteractionWeights) -> ir.Table:
    """Gives the mart from days as `product_days` gives them; ids may be of any type.

    Args:
        days: One row per customer, product and day.
        as_of: Day before which data are seen; later days change nothing.
        interaction_weights: What an interaction weighs.
    """
    day = ibis.date(as_of.isoformat())
    seen = days.filter(days.interaction_date < day)
    age = -seen.interaction_date.delta(day, unit="day")
    fading = ibis.literal(0.5) ** (
        age.cast("float64") / ibis.literal(interaction_weights.half_life_days)
    )
    looks = (
        seen.view_count.cast("float64") * interaction_weights.view
        + seen.cart_count.cast("float64") * interaction_weights.cart
    )
    purchases = seen.purchase_count.cast("float64") * interaction_weights.purchase
    seen = seen.mutate(
        look_weight=(looks * fading).cast(EXACT_WEIGHT),
        purchase_weight=(purchases * fading).cast(EXACT_WEIGHT),
    )
    is_bought = seen.purchase_count > 0
    is_met = is_bought | (seen.view_count > 0) | (seen.cart_count > 0)
    pairs = seen.group_by("customer_id", "product_id").agg(
        view_count=seen.view_count.sum().cast("int64"),
        cart_count=seen.cart_count.sum().cast("int64"),
        purchase_count=seen.purchase_count.sum().cast("int64"),
        quantity=seen.quantity.sum().cast(QUANTITY),
        returned_quantity=seen.returned_quantity.sum().cast(QUANTITY),
        first_purchase_date=seen.interaction_date.min(where=is_bought),
        last_purchase_date=seen.interaction_date.max(where=is_bought),
        last_interaction_date=seen.interaction_date.max(where=is_met),
        look_weight=seen.look_weight.sum().cast(EXACT_SUM),
        purchase_weight=seen.purchase_weight.sum().cast(EXACT_SUM),
    )
    # Who only brought something back bought it where the shop does not look.
    pairs = pairs.filter(pairs.last_interaction_date.notnull())
    kept = _kept_share(pairs)
    weight = pairs.look_weight.cast("float64") + pairs.purchase_weight.cast("float64") * kept
    return pairs.mutate(as_of=day, kept_share=kept, interaction_weight=weight).select(
        *CONTRACT.column_names
    )


def _kept_share(pairs: ir.Table) -> ir.FloatingValue:
    """Gives the share of pieces that was kept; what came back beyond what was bought is nothing."""
    bought = pairs.quantity.cast("float64")
    share = (bought - pairs.returned_quantity.cast("float64")) / bought.nullif(0.0)
    nothing = ibis.literal(0.0)
    held = ibis.greatest(ibis.coalesce(share, nothing), nothing)
    return cast("ir.FloatingValue", ibis.least(held, ibis.literal(1.0)))


def _bought(order_items: ir.Table) -> ir.Table:
    lines = order_items.filter(
        (order_items.line_type == str(LineType.MERCHANDISE))
        & order_items.customer_id.notnull()
        & order_items.product_id.notnull()
    )
    back = lines.is_return | lines.is_cancellation
    nothing = ibis.literal(NO_QUANTITY).cast(QUANTITY)
    grouped = lines.group_by("customer_id", "product_id", interaction_date=lines.order_date).agg(
        purchase_count=lines.ordered_at.nunique(where=~back),
        quantity=ibis.coalesce(lines.quantity.sum(where=~back), nothing).cast(QUANTITY),
        returned_quantity=ibis.coalesce((-lines.quantity).sum(where=back), nothing).cast(QUANTITY),
    )
    none = ibis.literal(0).cast("int64")
    return grouped.mutate(view_count=none, cart_count=none)


def _seen(events: ir.Table) -> ir.Table:
    """Gives views and carts of customers who are known."""
    rows = events.filter(
        events.customer_id.notnull()
        & events.product_id.notnull()
        & events.event_name.isin(["view", "cart"])
    )
    nothing = ibis.literal(NO_QUANTITY).cast(QUANTITY)
    counted = rows.group_by("customer_id", "product_id", interaction_date=rows.event_date).agg(
        view_count=(rows.event_name == "view").ifelse(1, 0).sum().cast("int64"),
        cart_count=(rows.event_name == "cart").ifelse(1, 0).sum().cast("int64"),
    )
    none = ibis.literal(0).cast("int64")
    return counted.mutate(purchase_count=none, quantity=nothing, returned_quantity=nothing)


INTERACTIONS = Table(CONTRACT, build)
