"""Rolls: every list that counts of reports open."""

from __future__ import annotations

from shopkeeper.reports import funnel, lifecycle, repeat_purchase, retention
from shopkeeper.reports.best_customers import VALUE_CUSTOMERS, VALUE_ORDERS
from shopkeeper.reports.call_list import CALL_LIST
from shopkeeper.reports.campaign_rolls import CAMPAIGN_CUSTOMERS, LEFT_ALONE
from shopkeeper.reports.category_segments import CATEGORY_BUYERS
from shopkeeper.reports.churn import RISK_CUSTOMERS
from shopkeeper.reports.customer_segments import GROUP_CUSTOMERS
from shopkeeper.reports.decision_rolls import PLAN_CUSTOMERS, PLAN_LEFT_OUT
from shopkeeper.reports.drift_rolls import FEATURE_CUSTOMERS
from shopkeeper.reports.drill import Roll
from shopkeeper.reports.identity_rolls import (
    KEY_GIVERS,
    KEY_VALUES,
    LINKED_IDS,
    MERGED_IDS,
    MERGED_PERSONS,
)
from shopkeeper.reports.lifetime_value import VALUED
from shopkeeper.reports.products import PRODUCTS
from shopkeeper.reports.quality_rolls import APART_ROWS, KEPT_LINES, RESIDENTS
from shopkeeper.reports.recommendations import LISTED_CUSTOMERS, LISTED_PRODUCTS
from shopkeeper.reports.repeat_buyers import REPEAT_SALES, REPEATS
from shopkeeper.reports.sales_rolls import (
    BASKETS,
    BUYERS,
    PAID_ORDERS,
    PAIR_ORDERS,
    PAYMENTS,
    PRODUCT_BUYERS,
    PRODUCT_LINES,
    PRODUCT_ORDERS,
    RETURNS,
    SALES,
    STORE_BUYERS,
    STORE_SALES,
)
from shopkeeper.reports.scores import SCORED_CUSTOMERS
from shopkeeper.reports.segments import SEGMENT_CUSTOMERS
from shopkeeper.reports.stock import STOCK_PRODUCTS
from shopkeeper.reports.whales import WHALES

# The lists that counts of reports open.
ALL: tuple[Roll, ...] = (
    *funnel.ROLLS,
    *retention.ROLLS,
    *lifecycle.ROLLS,
    *repeat_purchase.ROLLS,
    SALES,
    BUYERS,
    STORE_SALES,
    STORE_BUYERS,
    PRODUCT_ORDERS,
    PRODUCT_BUYERS,
    PAID_ORDERS,
    PAIR_ORDERS,
    BASKETS,
    PAYMENTS,
    PRODUCT_LINES,
    PRODUCTS,
    STOCK_PRODUCTS,
    RETURNS,
    REPEATS,
    REPEAT_SALES,
    VALUE_CUSTOMERS,
    VALUE_ORDERS,
    CATEGORY_BUYERS,
    WHALES,
    SEGMENT_CUSTOMERS,
    GROUP_CUSTOMERS,
    RISK_CUSTOMERS,
    SCORED_CUSTOMERS,
    LISTED_CUSTOMERS,
    LISTED_PRODUCTS,
    KEPT_LINES,
    APART_ROWS,
    RESIDENTS,
    VALUED,
    CALL_LIST,
    PLAN_CUSTOMERS,
    PLAN_LEFT_OUT,
    CAMPAIGN_CUSTOMERS,
    LEFT_ALONE,
    MERGED_IDS,
    MERGED_PERSONS,
    KEY_GIVERS,
    KEY_VALUES,
    LINKED_IDS,
    FEATURE_CUSTOMERS,
)
