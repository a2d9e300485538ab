"""Clicks made up for real orders: they lead to exactly these orders, and are the same each time."""

import pandas as pd
import pytest

from shopkeeper.sources.events import SIMULATED_COLUMNS
from shopkeeper.sources.simulation.clicks_of_orders import clicks_of_orders

LINES = pd.DataFrame(
    {
        "order_id": [f"o{n // 2}" for n in range(400)],
        "customer_id": [f"c{n // 2 % 60}" if n % 7 else None for n in range(400)],
        "product_id": [f"p{n % 9}" for n in range(400)],
        "ordered_at": pd.Timestamp("2024-01-01")
        + pd.to_timedelta([n // 2 for n in range(400)], "h"),
    }
)


@pytest.fixture(scope="module")
def clicks():
    return clicks_of_orders(LINES, seed=7)


def test_the_log_is_one_that_is_read_as_simulated(clicks):
    assert set(clicks.columns) == set(SIMULATED_COLUMNS.values())


def test_each_line_is_bought_once_at_the_time_of_its_order(clicks):
    bought = clicks[clicks.event == "purchase"]
    found = sorted(zip(bought.occurred_at, bought.product_id, strict=True))
    at = LINES.ordered_at.dt.strftime("%Y-%m-%d %H:%M:%S UTC")
    assert found == sorted(zip(at, LINES.product_id, strict=True))


def test_a_session_has_one_order_and_goes_forward_to_it(clicks):
    buying = clicks[clicks.session_id.isin(clicks.session_id[clicks.event == "purchase"])]
    assert buying.session_id.nunique() == LINES.order_id.nunique()
    steps = {"view": 0, "add_to_cart": 1, "checkout": 2, "purchase": 3}
    inside = buying.assign(step=buying.event.map(steps)).groupby("session_id").step
    assert inside.apply(lambda found: found.is_monotonic_increasing).all()
    assert clicks.event_id.is_unique


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(clicks):
    assert clicks_of_orders(LINES, seed=7).to_csv() == clicks.to_csv()
    assert clicks_of_orders(LINES, seed=8).to_csv() != clicks.to_csv()


def test_most_visits_lead_to_no_order(clicks):
    share = LINES.order_id.nunique() / clicks.session_id.nunique()
    assert 0.2 < share < 0.3
