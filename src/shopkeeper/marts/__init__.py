"""Features and measures at one grain as of a date; nothing from that date on is looked at."""

from shopkeeper.marts.customer_features import CUSTOMER_FEATURES
from shopkeeper.marts.rfm import RFM

ALL = (RFM, CUSTOMER_FEATURES)
