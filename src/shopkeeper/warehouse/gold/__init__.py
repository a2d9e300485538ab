"""Gold: tables that people read, at the grain of their questions."""

from shopkeeper.warehouse.gold.customer_360 import CUSTOMER_360
from shopkeeper.warehouse.gold.customer_orders import CUSTOMER_ORDERS
from shopkeeper.warehouse.gold.daily_sales import DAILY_SALES
from shopkeeper.warehouse.gold.person_days import PERSON_DAYS
from shopkeeper.warehouse.gold.purchases import PURCHASES
from shopkeeper.warehouse.gold.reconciliation import RECONCILIATION

ALL = (CUSTOMER_ORDERS, CUSTOMER_360, PURCHASES, PERSON_DAYS, DAILY_SALES, RECONCILIATION)
