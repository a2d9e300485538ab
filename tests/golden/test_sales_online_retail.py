"""Sales of Online Retail II, counted again from the raw file by SQL that shares no code with us.

Products are the codes of five digits and letters; a sale is on an invoice that is not cancelled.
Where the file's two overlapping sheets would count twice, months without overlap are taken, or
what does not change when a row stands twice.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from statistics import median

import duckdb
import pytest

pytestmark = pytest.mark.slow

LINES = """
    create table lines as
    select "Invoice" as invoice, upper(trim("StockCode")) as code,
        cast("Quantity" as decimal(18, 3)) as quantity, cast("Price" as decimal(18, 4)) as price,
        cast("InvoiceDate" as timestamp) as booked, "Customer ID" as customer
    from read_csv(?, all_varchar = true)
"""
PRODUCT = "regexp_full_match(code, '[0-9]{5}[A-Z]*')"
SOLD = f"{PRODUCT} and invoice not like 'C%' and quantity > 0"


@pytest.fixture(scope="module")
def raw(plain_online_retail_ii):
    """The raw file in a database of its own."""
    with duckdb.connect() as connection:
        connection.execute(LINES, [str(plain_online_retail_ii)])
        yield connection


def rows(raw, query: str) -> list[tuple]:
    return raw.execute(query).fetchall()


@pytest.mark.parametrize("place", ["before", "after"])
def test_both_periods_of_a_change_are_what_the_file_says(place, raw, online_retail_ii):
    (found,) = online_retail_ii.change("2011-10", "2011-11").comparisons
    period = getattr(found, place)
    inside = f"strftime(booked, '%Y-%m') = '{period.label}'"
    (sold,) = rows(
        raw,
        f"""select sum(quantity * price), sum(quantity), count(distinct invoice),
            count(distinct customer), count(distinct invoice) filter (customer is null)
            from lines where {SOLD} and {inside}""",
    )
    own = (period.sold_amount, period.units, period.order_count, period.customer_count)
    assert (*own, period.guest_order_count) == sold


def test_a_change_adds_up_to_the_cent(online_retail_ii):
    found = online_retail_ii.change().comparisons
    assert [one.kind for one in found] == [
        "month, a year before",
        "month, the one before",
        "quarter, a year before",
        "quarter, the one before",
    ]
    for one in found:
        assert sum((part.amount for part in one.parts), Decimal(0)) == one.change_amount
    assert found[1].change_amount == Decimal("369638.5600")


def test_the_overview_has_the_same_months(online_retail_ii):
    months = {month.label: month.net_amount for month in online_retail_ii.overview().months}
    for one in online_retail_ii.change().comparisons[:2]:
        assert one.before.net_amount == months[one.before.label]
        assert one.after.net_amount == months[one.after.label]


def test_rhythms_are_those_of_the_days_in_the_file(raw, online_retail_ii):
    days = rows(
        raw,
        f"""select cast(cast(customer as double) as integer)::varchar, cast(booked as date)
            from lines where {SOLD} and customer is not null group by 1, 2 order by 1, 2""",
    )
    gaps: dict[str, list[int]] = {}
    for (one, earlier), (other, later) in pairwise(days):
        gaps.setdefault(one, [])
        gaps.setdefault(other, [])
        if one == other:
            gaps[one].append((later - earlier).days)
    table = online_retail_ii.engine.collect(online_retail_ii.table("customer_rhythms"))
    found = {row["customer_id"]: row for row in table.to_pylist()}
    assert set(found) == set(gaps)
    for customer, own in gaps.items():
        ranked = sorted(own)
        long = ranked[-(-len(ranked) * 9 // 10) - 1] if ranked else None
        row = found[customer]
        expected = (len(own), median(own) if own else None, long, max(own, default=None))
        assert (
            row["gap_count"],
            row["median_gap_days"],
            row["long_gap_days"],
            row["longest_gap_days"],
        ) == expected, customer


def test_pairs_stand_together_as_often_as_in_the_file(raw, online_retail_ii):
    baskets = f"(select distinct invoice, code from lines where {SOLD})"
    found = online_retail_ii.basket()
    (orders,) = rows(raw, f"select count(distinct invoice) from {baskets}")[0]
    assert found.order_count == orders
    for pair in found.pairs[:5]:
        both, one, other = rows(
            raw,
            f"""select count(*) filter (a and b), count(*) filter (a), count(*) filter (b) from (
                select bool_or(code = '{pair.first_product_id}') as a,
                    bool_or(code = '{pair.second_product_id}') as b
                from {baskets} group by invoice)""",
        )[0]
        assert (pair.order_count, pair.confidence, pair.reverse_confidence) == (
            both,
            both / one,
            both / other,
        )
        assert pair.lift == pytest.approx(both * orders / (one * other))
        assert 1 < pair.lower_lift < pair.lift < pair.upper_lift


def test_products_were_on_as_many_orders_as_in_the_file(raw, online_retail_ii):
    counted = dict(
        rows(raw, f"select code, count(distinct invoice) from lines where {SOLD} group by 1")
    )
    for row in online_retail_ii.products().best:
        assert row.order_count == counted[row.product_id]


def test_november_is_the_season_and_saturday_is_closed(raw, online_retail_ii):
    found = online_retail_ii.seasonality()
    assert found.year_count == 2
    best = max(found.months_of_year, key=lambda month: month.index)
    assert (best.name, round(best.index, 2)) == ("November", 1.84)
    weekdays = dict(
        rows(
            raw,
            f"""select isodow(booked) - 1, count(distinct invoice) from lines
                where {SOLD} group by 1""",
        )
    )
    assert {day.number: day.order_count for day in found.weekdays} == weekdays
    assert [p.label for p in (*found.months, *found.quarters) if not p.is_complete] == [
        "2011-12",
        "2009-Q4",
        "2011-Q4",
    ]


def test_the_best_customers_bring_most(online_retail_ii):
    found = online_retail_ii.best_customers()
    assert sum(group.customer_count for group in found.tenths) == found.customer_count == 5_853
    assert sum(group.share for group in found.grades) == pytest.approx(1)
    assert [round(group.cumulative_share, 2) for group in found.grades] == [0.8, 0.95, 1]
    assert found.customers[0].customer_id == "18102"


def test_whales_are_held_to_their_own_rhythm(online_retail_ii):
    found = online_retail_ii.whales()
    assert found.whale_count == 586
    assert "lifetime" not in found.value_basis
    for whale in found.customers:
        assert whale.is_at_risk
        assert whale.silent_days > whale.long_gap_days
        assert whale.basis == ("own" if whale.purchase_day_count > 5 else "shop")
        if whale.basis == "own":
            assert whale.longer_gap_count <= (whale.purchase_day_count - 1) / 10
    values = [whale.value_at_risk for whale in found.customers]
    assert values == sorted(values, reverse=True)


def test_who_is_new_comes_back_or_stays_away_is_what_joins_of_the_file_find(raw, online_retail_ii):
    counted = rows(
        raw,
        f"""with active as (select distinct customer as who,
                date_trunc('month', booked)::date as month from lines
                where {SOLD} and customer is not null),
        firsts as (select who, min(month) as first from active group by who)
        select a.month, count(*) filter (a.month = first),
            count(*) filter (a.month > first and b.who is not null),
            count(*) filter (a.month > first and b.who is null)
        from active a join firsts using (who) left join active b
            on b.who = a.who and b.month = a.month - interval 1 month group by 1 order by 1""",
    )
    over = [period for period in online_retail_ii.lifecycle().periods if period.is_over]
    found = [(p.start, *(s.count for s in p.states if s.state != "dormant")) for p in over]
    # December 2011 is not over.
    assert found == counted[:-1]
    assert len(found) == 24


def test_there_is_no_discount_to_speak_of(online_retail_ii):
    found = online_retail_ii.discounts()
    assert found.refusal
    assert found.groups == ()
    assert found.elsewhere_amount > 0
