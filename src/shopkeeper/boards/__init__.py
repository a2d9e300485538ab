"""Boards: what dashboards of other tools look at, each a documented view over published tables."""

from collections.abc import Collection

from shopkeeper.boards.customers import MONDAY_CALL_LIST, RISK_DISTRIBUTION, WHALES
from shopkeeper.boards.demand import FORECAST_AND_ACTUALS
from shopkeeper.boards.executive import HEADLINES, SALES_BY_MONTH, VALUE_BY_SEGMENT
from shopkeeper.boards.journeys import COHORT_RETENTION, FUNNEL_STEPS
from shopkeeper.warehouse.table import Table

ALL = (
    HEADLINES,
    SALES_BY_MONTH,
    VALUE_BY_SEGMENT,
    FORECAST_AND_ACTUALS,
    WHALES,
    RISK_DISTRIBUTION,
    MONDAY_CALL_LIST,
    FUNNEL_STEPS,
    COHORT_RETENTION,
)


def possible(there: Collection[str]) -> tuple[tuple[Table, ...], dict[str, str]]:
    """Gives the boards whose tables are published, and what each of the others lacks."""
    lacking = {}
    for board in ALL:
        missing = [name for name in board.inputs if name not in there]
        if missing:
            lacking[board.name] = f"table `{missing[0]}` is not published"
    return tuple(board for board in ALL if board.name not in lacking), lacking
