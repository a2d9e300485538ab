from datetime import date

import numpy as np
import pandas as pd
import pytest

from shopkeeper.errors import UsageError
from shopkeeper.evaluation.alarm import AlarmKind
from shopkeeper.evaluation.future_shuffle import OrderColumns, future_alarms

AS_OF = date(2025, 7, 1)


@pytest.fixture(params=["timestamps", "dates", "texts"])
def orders(request) -> pd.DataFrame:
    random = np.random.default_rng(5)
    times = pd.Timestamp("2025-01-01") + pd.to_timedelta(random.integers(0, 360, 300), unit="D")
    frame = pd.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(300)],
            "customer_id": random.integers(0, 40, 300).astype(str),
            "order_date": times,
            "amount": random.lognormal(3, 1, 300).round(2),
        }
    )
    if request.param == "dates":
        frame["order_date"] = frame["order_date"].dt.date
    if request.param == "texts":
        frame["order_date"] = frame["order_date"].dt.strftime("%Y-%m-%d")
    return frame


def times_of(orders):
    return pd.to_datetime(orders["order_date"])


def honest(orders, as_of):
    known = orders[times_of(orders) < pd.Timestamp(as_of)]
    grouped = known.groupby("customer_id")
    days = (pd.Timestamp(as_of) - times_of(known).groupby(known["customer_id"]).max()).dt.days
    return pd.DataFrame(
        {
            "order_count": grouped["order_id"].nunique(),
            "order_amount": grouped["amount"].sum(),
            "days_since_last_order": days,
        }
    )


def alarms_of(features_at, orders):
    return {alarm.where: alarm for alarm in future_alarms(features_at, orders, AS_OF, seed=1)}


def test_features_of_the_past_raise_no_alarm(orders):
    assert not alarms_of(honest, orders)


def test_a_feature_that_is_missing_for_some_raises_none(orders):
    def features_at(orders, as_of):
        found = honest(orders, as_of)
        return found.assign(gap=found["order_amount"].where(found["order_count"] > 5))

    assert not alarms_of(features_at, orders)


def test_totals_of_the_whole_data_are_named_with_a_customer(orders):
    def features_at(orders, as_of):
        every = orders.groupby("customer_id")["amount"].sum()
        return honest(orders, as_of).assign(lifetime_amount=every)

    found = alarms_of(features_at, orders)
    assert set(found) == {"lifetime_amount"}
    alarm = found["lifetime_amount"]
    assert alarm.kind is AlarmKind.SEES_THE_FUTURE
    assert "such as `" in alarm.sentence
    assert "2025-07-01" in alarm.sentence
    assert alarm.found > alarm.limit == 0


def test_one_day_too_many_is_seen(orders):
    def features_at(orders, as_of):
        known = orders[times_of(orders) <= pd.Timestamp(as_of)]
        counts = known.groupby("customer_id").size()
        return honest(orders, as_of).assign(order_count=counts)

    # Nobody need have ordered on that very day.
    quiet = orders[times_of(orders) != pd.Timestamp(AS_OF)]
    assert set(alarms_of(features_at, quiet)) == {"order_count"}


def test_recency_counted_from_the_end_of_the_data_is_seen(orders):
    def features_at(orders, as_of):
        late = times_of(orders).max() - pd.Timestamp(as_of)
        found = honest(orders, as_of)
        return found.assign(days_since_last_order=found["days_since_last_order"] + late.days)

    assert set(alarms_of(features_at, orders)) == {"days_since_last_order"}


def test_a_scale_learned_from_all_rows_is_seen(orders):
    def features_at(orders, as_of):
        found = honest(orders, as_of)
        return found.assign(order_amount=found["order_amount"] / orders["amount"].mean())

    assert set(alarms_of(features_at, orders)) == {"order_amount"}


def test_customers_of_the_future_are_seen(orders):
    def features_at(orders, as_of):
        every = sorted(orders["customer_id"].unique())
        return honest(orders, as_of).reindex(every).fillna(0)

    new = orders.assign(
        customer_id=orders["customer_id"].where(times_of(orders) < pd.Timestamp(AS_OF), "new")
    )
    assert set(alarms_of(features_at, new)) == {"rows"}


def test_a_feature_that_comes_and_goes_with_the_future_is_seen(orders):
    def features_at(orders, as_of):
        found = honest(orders, as_of)
        late = times_of(orders).max() >= pd.Timestamp(as_of)
        return found.assign(season=1) if late else found

    assert set(alarms_of(features_at, orders)) == {"season"}


def test_a_leak_is_seen_though_the_data_end_at_as_of(orders):
    def features_at(orders, as_of):
        best = orders.groupby("customer_id")["amount"].max()
        return honest(orders, as_of).assign(best_amount=best)

    ended = orders[times_of(orders) < pd.Timestamp(AS_OF)]
    assert set(alarms_of(features_at, ended)) == {"best_amount"}


def test_a_feature_that_changes_by_itself_is_told_apart(orders):
    random = np.random.default_rng(0)

    def features_at(orders, as_of):
        found = honest(orders, as_of)
        return found.assign(noise=random.random(len(found)))

    found = alarms_of(features_at, orders)
    assert {alarm.kind for alarm in found.values()} == {AlarmKind.UNSTABLE}
    assert set(found) == {"noise"}


def test_the_orders_given_are_left_as_they_are(orders):
    before = orders.copy()

    def features_at(orders, as_of):
        orders["amount"] = 0.0
        return honest(orders, as_of)

    future_alarms(features_at, orders, AS_OF, seed=1)
    assert orders.equals(before)


def test_wrong_questions_are_errors(orders):
    with pytest.raises(UsageError, match="buyer"):
        future_alarms(honest, orders, AS_OF, seed=1, columns=OrderColumns(customer="buyer"))
    with pytest.raises(UsageError, match="No order lies before"):
        future_alarms(honest, orders, date(2020, 1, 1), seed=1)
