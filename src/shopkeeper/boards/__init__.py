"""Boards: what dashboards of other tools look at, each a documented view over published tables."""

from shopkeeper.boards.customers import MONDAY_CALL_LIST, RISK_DISTRIBUTION, WHALES
from shopkeeper.boards.executive import HEADLINES, SALES_BY_MONTH, VALUE_BY_SEGMENT
from shopkeeper.boards.journeys import COHORT_RETENTION, FUNNEL_STEPS

ALL = (
    HEADLINES,
    SALES_BY_MONTH,
    VALUE_BY_SEGMENT,
    WHALES,
    RISK_DISTRIBUTION,
    MONDAY_CALL_LIST,
    FUNNEL_STEPS,
    COHORT_RETENTION,
)
