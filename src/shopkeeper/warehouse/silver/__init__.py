"""Silver: one table for each thing in a shop, the same whatever the source."""

from shopkeeper.warehouse.silver.customers import CUSTOMERS
from shopkeeper.warehouse.silver.events import EVENTS
from shopkeeper.warehouse.silver.order_items import ORDER_ITEMS
from shopkeeper.warehouse.silver.orders import ORDERS
from shopkeeper.warehouse.silver.payments import PAYMENTS
from shopkeeper.warehouse.silver.products import PRODUCTS
from shopkeeper.warehouse.silver.quarantine import QUARANTINE
from shopkeeper.warehouse.silver.refunds import REFUNDS
from shopkeeper.warehouse.silver.repeated_extracts import REPEATED_EXTRACTS
from shopkeeper.warehouse.silver.sessions import SESSIONS
from shopkeeper.warehouse.silver.stores import STORES

ALL = (
    REPEATED_EXTRACTS,
    QUARANTINE,
    ORDER_ITEMS,
    CUSTOMERS,
    PRODUCTS,
    ORDERS,
    REFUNDS,
    EVENTS,
    SESSIONS,
    PAYMENTS,
    STORES,
)
