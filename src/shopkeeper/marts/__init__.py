"""Features and measures at one grain as of a date; nothing from that date on is looked at."""

from shopkeeper.marts.purchase_history import PURCHASE_HISTORY
from shopkeeper.marts.rfm import RFM

ALL = (PURCHASE_HISTORY, RFM)
