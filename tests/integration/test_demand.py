"""Demand on a whole shop: sums to the cent, the planted season, ranges, stock, and the reports."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import UnknownNameError
from shopkeeper.lifecycle.versions import ModelVersion
from shopkeeper.models.boosted_demand import BoostedDemand
from shopkeeper.models.naive_forecast import LastWeek, LastYearGrown
from shopkeeper.settings import DemandSettings
from shopkeeper.sources.simulation import SimulationTruth
from shopkeeper.tasks.demand.panel import NEEDED, KnownDays, panel_of
from shopkeeper.tasks.demand.rolling import taught_on

pytestmark = pytest.mark.slow

MONEY, PIECES = "expected_amount", "expected_quantity"


@pytest.fixture(scope="module")
def rows(demo):
    return demo.frame("demand_forecast")


def test_levels_add_up_to_the_cent(demo, rows):
    sums: dict[tuple[str, date], list[Decimal]] = {}
    table = demo.table("demand_forecast")
    for row in table.to_pyarrow().to_pylist():
        own = sums.setdefault((row["series_level"], row["week_date"]), [Decimal(0), Decimal(0)])
        own[0] += row[MONEY]
        own[1] += row[PIECES]
    assert len(sums) == 3 * DemandSettings().horizon_weeks
    for (level, week), own in sums.items():
        assert own == sums["total", week], (level, week)


def test_the_first_week_is_the_one_in_which_the_data_end(demo, rows):
    first = pd.Timestamp(demo.published.as_of)
    monday = first - pd.Timedelta(days=first.weekday())
    assert pd.to_datetime(rows["week_date"]).min() == monday
    weeks = demo.frame("weekly_demand").query("series_level == 'total'")
    assert pd.to_datetime(weeks[~weeks["is_complete"]]["week_date"]).max() == monday


def test_past_weeks_add_up_to_what_was_sold(demo):
    weeks = demo.table("weekly_demand")
    by_level = weeks.group_by("series_level").agg(amount=weeks.sales_amount.sum())
    amounts = by_level.to_pyarrow().to_pydict()["amount"]
    assert len(set(amounts)) == 1
    items = demo.table("order_items")
    sold = items.filter(
        (items.line_type == "merchandise") & ~items.is_return & ~items.is_cancellation
    )
    total = (
        sold.agg(x=(sold.gross_amount - sold.discount_amount).sum()).to_pyarrow()["x"][0].as_py()
    )
    # What was taken back on the day of the order is no demand.
    assert 0.99 * float(total) <= float(amounts[0]) <= float(total)


def test_the_contest_is_told_with_its_intervals_and_passes(demo):
    found = demo.forecast().findings
    assert found.is_proved
    assert found.judged_count == 24
    for group in found.groups:
        assert {lead.other for lead in group.leads} == {"last_week", "same_week_last_season"}
        assert group.coverage is not None
    products = next(group for group in found.groups if group.level == "product")
    assert all(lead.low > 0 for lead in products.leads)
    assert 0.7 <= products.coverage <= 0.9
    champion = demo.registry.champion("demand")
    assert isinstance(champion, ModelVersion)
    assert found.model == f"demand {champion.version}"
    card = (champion.folder / "card.md").read_text()
    assert "same_week_last_season" in card
    assert "out of stock" in card


def planted_weeks(truth: SimulationTruth, first: date, count: int) -> np.ndarray:
    """Gives the planted pace of each week: month, weekday and promotions."""

    def pace(day: date) -> float:
        found = truth.seasonality.month[day.month - 1] * truth.seasonality.weekday[day.weekday()]
        for promotion in truth.promotions:
            if promotion.starts_on <= day < promotion.ends_before:
                found *= 1 + promotion.demand_lift
        return found

    days = [pace(first + timedelta(days=n)) for n in range(7 * count)]
    return np.array(days).reshape(count, 7).mean(axis=1)


def test_the_planted_season_and_promotions_are_recovered(demo, demo_folder):
    truth = SimulationTruth.load(demo_folder / "data")
    mart = demo.frame("weekly_demand").query("is_complete")
    whole = mart[list(NEEDED)].astype({"quantity": float, "sales_amount": float})
    whole["week_date"] = pd.to_datetime(whole["week_date"])
    events: dict[date, int] = {}
    for promotion in truth.promotions:
        for n in range((promotion.ends_before - promotion.starts_on).days):
            day = promotion.starts_on + timedelta(days=n)
            monday = day - timedelta(days=day.weekday())
            events[monday] = events.get(monday, 0) + 1
    panel = panel_of(whole, most_products=200, known=KnownDays(events))
    weeks = panel.values["total", "quantity"]
    planted = planted_weeks(truth, weeks.first_date, weeks.week_count + 4)
    said: dict[str, list[float]] = {"trees": [], "grown": [], "last week": [], "planted": []}
    for end in range(68, weeks.week_count + 1, 4):
        past = weeks.until(end)
        lately = past.values[0, -8:].mean()
        trees = BoostedDemand(4).taught(taught_on(panel, "quantity").until(end))
        for name, way in (("trees", trees), ("grown", LastYearGrown()), ("last week", LastWeek())):
            said[name] += list(np.log(way.forecast(past, 4)[0] / lately))
        said["planted"] += list(np.log(planted[end : end + 4] / planted[end - 8 : end].mean()))
    found = {
        name: float(np.corrcoef(said["planted"], values)[0, 1]) for name, values in said.items()
    }
    assert found["trees"] > 0.85, found
    assert found["grown"] > 0.75, found
    assert found["last week"] < 0.6, found


def test_stock_lasts_longer_the_surer_it_must_and_names_what_it_does_not_know(demo):
    found = demo.stock(limit=5)
    assert len(found.products) == 5
    assert found.product_count == demo.frame("stock_advice").shape[0]
    assert found.known_count == 0
    assert "not known" in found.notes[0]
    for row in found.products:
        assert row.reorder_quantity == row.reorder_quantity.to_integral_value()
        assert row.expected_quantity + row.safety_quantity == row.reorder_quantity


def test_one_product_can_be_asked_for(demo):
    product = demo.stock(limit=1).products[0].product_id
    (row,) = demo.stock(product=product).products
    assert row.product_id == product
    gift = demo.stock(product="GIFT-CARD")
    assert gift.products == ()
    assert "no merchandise" in gift.notes[0]
    with pytest.raises(UnknownNameError, match="no product `NO-SUCH`"):
        demo.stock(product="NO-SUCH")
