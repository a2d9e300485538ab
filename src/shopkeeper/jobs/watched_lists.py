"""Watched lists: recommendations that were served, against what customers then bought."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from shopkeeper.evaluation.ranking import LENGTHS
from shopkeeper.jobs.watched_promises import promised
from shopkeeper.marts.interactions import product_days
from shopkeeper.models.buy_it_again import RECENT_DAYS
from shopkeeper.monitoring.kept_lists import list_measures
from shopkeeper.monitoring.performance import LEAST_CUSTOMERS, Measured, Performance
from shopkeeper.tasks.recommendation.names import BLEND, TASK
from shopkeeper.tasks.recommendation.scores import CONTRACT

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from shopkeeper.jobs.writing import Writing

TABLE = CONTRACT.name
# Buyers who are judged, evenly spread in order of their id: 1 in 100 is told from chance.
MOST_BUYERS = 5_000


def lists_kept(
    at_work: Writing, rows: ir.Table, said_on: date, horizon: int, model: str
) -> Performance | None:
    """Gives how lists of one day turned out, once their window has passed.

    Judged are, as in the contest, customers who bought within it a product that was known.

    Args:
        at_work: The run of now.
        rows: Lists of one day and model.
        said_on: Day before which data were seen.
        horizon: Days that are foretold.
        model: Name and version that made them.
    """
    tables = at_work.table("order_items"), at_work.table("events")
    until = said_on + timedelta(days=horizon)
    collect = at_work.draft.engine.collect
    bought = collect(bought_within(*tables, since=said_on, until=until)).to_pandas()
    buyers = _spread(np.sort(bought["customer_id"].unique()))
    lists = _lists_of(at_work, rows, buyers)
    shown = [length for length in LENGTHS if len(lists) and length <= lists["rank"].max()]
    judged = np.intersect1d(buyers, lists["customer_id"].unique())
    if not shown or len(judged) < LEAST_CUSTOMERS:
        return None
    length = shown[-1]
    known = collect(popular_before(*tables, day=said_on, length=length)).to_pylist()
    best = {row["product_id"] for row in known}
    met = lists[lists["rank"] <= length].merge(bought, on=["customer_id", "product_id"])
    measured = _measured(
        at_work,
        model,
        length,
        _hits(judged, met),
        _hits(judged, bought[bought["product_id"].isin(best)]),
    )
    return Performance(
        task=TASK,
        model=model,
        said_on=said_on.isoformat(),
        matured_on=until.isoformat(),
        customer_count=len(judged),
        actual=measured[0].value,
        predicted=measured[0].promised or 0.0,
        measured=measured,
        counted="buyers",
    )


def _measured(
    at_work: Writing, model: str, length: int, hits: np.ndarray, popular: np.ndarray
) -> tuple[Measured, ...]:
    settings = at_work.workspace.settings
    # The contest was held on lists without the shop's rules on what may be shown.
    is_alike = settings.recommendation.mode == "both"
    return list_measures(
        hits,
        popular,
        length=length,
        promised=promised(at_work, model, BLEND, f"hit_rate_{length}") if is_alike else None,
        slack=settings.monitoring.hit_rate_slack,
        seed=0,
    )


def _spread(buyers: np.ndarray) -> np.ndarray:
    """Gives at most so many buyers, evenly spread in order of their id."""
    if len(buyers) <= MOST_BUYERS:
        return buyers
    return buyers[np.linspace(0, len(buyers) - 1, MOST_BUYERS).astype(np.int64)]


def _lists_of(at_work: Writing, rows: ir.Table, buyers: np.ndarray) -> pd.DataFrame:
    asked = rows.filter(rows.customer_id.isin([str(buyer) for buyer in buyers]))
    asked = asked.select("customer_id", "rank", "product_id")
    frame: pd.DataFrame = at_work.workspace.engine.collect(asked).to_pandas()
    return frame


def bought_within(order_items: ir.Table, events: ir.Table, *, since: date, until: date) -> ir.Table:
    """Gives customer and product of what was bought in a span of days, both known before it.

    Args:
        order_items: Lines of orders.
        events: Events; may be empty.
        since: First day.
        until: Day after the last.
    """
    import ibis

    days = product_days(order_items, events)
    start, end = ibis.date(since.isoformat()), ibis.date(until.isoformat())
    before = days.filter(days.interaction_date < start)
    within = (days.interaction_date >= start) & (days.interaction_date < end)
    found = days.filter(within & (days.purchase_count > 0))
    found = found.select("customer_id", "product_id").distinct()
    for name in ("customer_id", "product_id"):
        found = found.semi_join(before.select(name).distinct(), name)
    return found


def popular_before(order_items: ir.Table, events: ir.Table, *, day: date, length: int) -> ir.Table:
    """Gives the products that most customers had bought in the weeks before a day.

    Args:
        order_items: Lines of orders.
        events: Events; may be empty.
        day: Day before which purchases count.
        length: How many; of products equally popular those whose id comes first.
    """
    import ibis

    days = product_days(order_items, events)
    since = ibis.date((day - timedelta(days=RECENT_DAYS)).isoformat())
    lately = (days.interaction_date >= since) & (days.interaction_date < ibis.date(day.isoformat()))
    pairs = days.filter(lately & (days.purchase_count > 0))
    pairs = pairs.select("customer_id", "product_id").distinct()
    counted = pairs.group_by("product_id").agg(customer_count=pairs.count())
    return counted.order_by(ibis.desc("customer_count"), "product_id").limit(length)


def _hits(judged: np.ndarray, met: pd.DataFrame) -> np.ndarray:
    """Gives 1 for each judged customer who stands among those who met something."""
    return np.isin(judged, met["customer_id"].unique()).astype(float)
