"""Features and measures at one grain as of a date; nothing from that date on is looked at."""

from shopkeeper.marts.customer_features import CUSTOMER_FEATURES
from shopkeeper.marts.customer_rhythms import CUSTOMER_RHYTHMS
from shopkeeper.marts.daily_demand import DAILY_DEMAND
from shopkeeper.marts.funnel import FUNNEL
from shopkeeper.marts.interactions import INTERACTIONS
from shopkeeper.marts.lifecycle import LIFECYCLE
from shopkeeper.marts.product_pairs import PRODUCT_PAIRS
from shopkeeper.marts.product_performance import PRODUCT_PERFORMANCE
from shopkeeper.marts.purchase_history import PURCHASE_HISTORY
from shopkeeper.marts.repeat_purchase import REPEAT_PURCHASE
from shopkeeper.marts.retention import RETENTION
from shopkeeper.marts.rfm import RFM
from shopkeeper.marts.stickiness import STICKINESS
from shopkeeper.marts.weekly_demand import WEEKLY_DEMAND

ALL = (
    RFM,
    PURCHASE_HISTORY,
    CUSTOMER_FEATURES,
    REPEAT_PURCHASE,
    LIFECYCLE,
    RETENTION,
    STICKINESS,
    FUNNEL,
    CUSTOMER_RHYTHMS,
    PRODUCT_PERFORMANCE,
    PRODUCT_PAIRS,
    INTERACTIONS,
    WEEKLY_DEMAND,
    DAILY_DEMAND,
)
