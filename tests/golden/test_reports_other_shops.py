"""Reports of TheLook and Olist, counted again from their files by SQL that shares no code with us.

A sale of TheLook is an order that is not cancelled, at the time of its first item, in UTC; a sale
of Olist one with items that is neither canceled nor unavailable, in the time that its file says.
"""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import initialise
from shopkeeper.marts.funnel import FunnelQuestion
from shopkeeper.marts.retention import RetentionQuestion

pytestmark = pytest.mark.slow

THELOOK = """
create table items as
    select *, cast(sale_price as decimal(18, 2)) as price,
        strptime(replace(created_at, ' UTC', ''), '%Y-%m-%d %H:%M:%S') as moment,
        strptime(replace(returned_at, ' UTC', ''), '%Y-%m-%d %H:%M:%S') as back_at
    from read_csv('{order_items}', all_varchar = true);
create table sales as
    select order_id, user_id as who, min(moment) as moment, sum(price) as amount, count(*) as units,
        date_trunc('month', min(moment))::date as month
    from items where status <> 'Cancelled' group by 1, 2;
create table events as
    select *, strptime(replace(created_at, ' UTC', ''), '%Y-%m-%d %H:%M:%S') as moment
    from read_csv('{events}', all_varchar = true);
"""
OLIST = """
create table sales as
    select order_id, customer_unique_id as who, order_purchase_timestamp::timestamp as moment,
        sum(price::decimal(18, 2)) as amount,
        date_trunc('month', order_purchase_timestamp::timestamp)::date as month
    from read_csv('{orders}', all_varchar = true) o
    join read_csv('{order_items}', all_varchar = true) i using (order_id)
    join read_csv('{customers}', all_varchar = true) c using (customer_id)
    where order_status not in ('canceled', 'unavailable') group by 1, 2, 3;
create table lines as
    select order_id, seller_id, price::decimal(18, 2) as price
    from read_csv('{order_items}', all_varchar = true);
create table payments as
    select *, payment_value::decimal(18, 2) as amount
    from read_csv('{order_payments}', all_varchar = true);
"""
# Month → how many are new, returning, resurrecting and dormant in it.
LIFECYCLE = """
with active as (select distinct who, month from sales),
firsts as (select who, min(month) as first from active group by who),
states as (
    select a.month, case when a.month = first then 'new'
        when exists (select 1 from active b where b.who = a.who
                     and b.month = a.month - interval 1 month) then 'returning'
        else 'resurrecting' end as state from active a join firsts using (who)
    union all
    select (a.month + interval 1 month)::date, 'dormant' from active a
    where not exists (select 1 from active b where b.who = a.who
                      and b.month = a.month + interval 1 month))
select month, state, count(*) from states group by 1, 2
"""


@pytest.fixture(scope="module")
def shop(real_data, once):
    """Gives the workspace of a folder of files, built once."""

    def make(name: str, kind: str) -> Workspace:
        def maker(folder):
            assert initialise(folder, real_data(name)).kind == kind
            workspace = Workspace(folder)
            ingest(workspace)
            assert not build(workspace).errors

        return Workspace(once(f"shop-{kind}", maker))

    return make


@pytest.fixture(scope="module")
def thelook(shop):
    return shop("thelook_regenerated", "thelook")


@pytest.fixture(scope="module")
def olist(shop):
    return shop("olist", "olist")


@pytest.fixture(scope="module")
def thelook_sql(real_data):
    files = {name: real_data(f"thelook_regenerated/{name}.csv.gz") for name in THELOOK_FILES}
    with duckdb.connect() as connection:
        connection.execute(THELOOK.format(**files))
        yield lambda query: connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def olist_sql(real_data):
    files = {name: real_data(f"olist/olist_{name}_dataset.csv.gz") for name in OLIST_FILES}
    with duckdb.connect() as connection:
        connection.execute(OLIST.format(**files))
        yield lambda query: connection.execute(query).fetchall()


THELOOK_FILES = ("order_items", "events")
OLIST_FILES = ("orders", "order_items", "customers", "order_payments")


def test_sessions_of_thelook_come_as_far_as_their_first_and_later_events_say(thelook, thelook_sql):
    ((views, carts, purchases),) = thelook_sql(
        """with v as (select session_id, min(moment) as t from events where event_type = 'product'
                      group by 1),
        c as (select session_id, min(moment) as t from events join v using (session_id)
              where event_type = 'cart' and moment >= v.t group by 1),
        p as (select distinct session_id from events join c using (session_id)
              where event_type = 'purchase' and moment >= c.t)
        select (select count(*) from v), (select count(*) from c), (select count(*) from p)"""
    )
    question = FunnelQuestion(per="session", window_hours=None)
    found = thelook.funnel(question=question, split="browser")
    assert [step.count for step in found.steps] == [views, carts, purchases]
    by_browser = [sum(group.steps[k].count for group in found.groups) for k in range(3)]
    assert by_browser == [views, carts, purchases]


def test_revenue_of_thelook_cohorts_is_that_of_the_items(thelook, thelook_sql):
    cells = thelook_sql(
        """with firsts as (select who, min(month) as first from sales group by who)
        select first, date_diff('month', first, month), sum(amount) from sales
        join firsts using (who) group by 1, 2"""
    )
    expected = {(start, age): amount for start, age, amount in cells}
    found = thelook.retention(question=RetentionQuestion(measure="revenue", periods=36))
    known = {
        (cohort.start, cell.first_period): cell.value
        for cohort in found.cohorts
        for cell in cohort.cells
        if cell.value is not None
    }
    assert len(known) > 1_000
    assert known == {place: expected.get(place, 0) for place in known}


@pytest.mark.parametrize("name", ["thelook", "olist"])
def test_lifecycles_are_those_that_joins_find(name, request):
    counted = request.getfixturevalue(f"{name}_sql")(LIFECYCLE)
    expected = {(month, state): count for month, state, count in counted}
    over = [p for p in request.getfixturevalue(name).lifecycle().periods if p.is_over]
    assert len(over) > 20
    found = {(p.start, s.state): s.count for p in over for s in p.states}
    assert found == {place: expected.get(place, 0) for place in found}


@pytest.mark.parametrize("name", ["thelook", "olist"])
def test_who_came_back_is_who_has_two_sales(name, request):
    ((one, one_amount, again, again_amount),) = request.getfixturevalue(f"{name}_sql")(
        """with people as (select who, count(*) as n, sum(amount) as amount from sales group by 1)
        select count(*) filter (n = 1), sum(amount) filter (n = 1),
            count(*) filter (n > 1), sum(amount) filter (n > 1) from people"""
    )
    once, repeat = request.getfixturevalue(name).repeat_buyers().groups
    assert (once.customer_count, once.sold_amount) == (one, one_amount)
    assert (repeat.customer_count, repeat.sold_amount) == (again, again_amount)


@pytest.mark.parametrize("name", ["thelook", "olist"])
def test_second_orders_within_days_are_those_of_the_file(name, request):
    sql = """with placed as (select who, moment::date as day, row_number() over (partition by who
                    order by moment, order_id) as n, lead(moment::date) over (partition by who
                    order by moment, order_id) as next from sales)
        select count(*) filter (next - day <= 30), count(*) filter (next - day <= 365)
        from placed where n = 1"""
    expected = request.getfixturevalue(f"{name}_sql")(sql)
    points = {
        p.days: p.repeat_count for p in request.getfixturevalue(name).repeat_purchase().points
    }
    assert [(points[30], points[365])] == expected


def test_returns_of_thelook_are_booked_in_the_month_they_came_back(thelook, thelook_sql):
    back = thelook_sql(
        """select strftime(coalesce(back_at, moment), '%Y-%m'), count(*), sum(price) from items
        where status in ('Returned', 'Cancelled') group by 1"""
    )
    found = thelook.returns()
    booked = {m.label: (m.line_count, m.refund_amount) for m in found.months if m.line_count}
    assert booked == {label: (count, amount) for label, count, amount in back}


def test_both_months_of_a_change_of_thelook_are_what_the_items_say(thelook, thelook_sql):
    (one,) = thelook.change("2023-11", "2023-12").comparisons
    for period in (one.before, one.after):
        ((sold, units, orders, people),) = thelook_sql(
            f"""select sum(amount), sum(units), count(*), count(distinct who) from sales
            where strftime(moment, '%Y-%m') = '{period.label}'"""
        )
        counts = (period.units, period.order_count, period.customer_count)
        assert (period.sold_amount, *counts) == (sold, units, orders, people)
    assert sum(part.amount for part in one.parts) == one.after.net_amount - one.before.net_amount


def test_months_and_hours_of_olist_are_those_of_brazil(olist, olist_sql):
    found = olist.seasonality()
    months = olist_sql(
        "select month, count(*), count(distinct who), sum(amount) from sales group by 1"
    )
    own = {m.start: (m.order_count, m.customer_count, m.sold_amount) for m in found.months}
    assert {start: row for start, row in own.items() if row[0]} == {m: tuple(r) for m, *r in months}
    hours = dict(olist_sql("select hour(moment), count(*) from sales group by 1"))
    assert {h.number: h.order_count for h in found.hours} == hours
    # Two months had no sale at all; they are there with none.
    assert own[date(2016, 12, 1)] == (0, 0, 0)


def test_sellers_of_olist_share_an_order_by_its_items(olist, olist_sql):
    sold = olist_sql(
        """select seller_id, count(distinct order_id), count(distinct who), sum(price)
        from lines join sales using (order_id) group by 1"""
    )
    found = olist.stores()
    own = [(g.name, g.order_count, g.customer_count, g.sold_amount) for g in found.stores]
    assert sorted(own) == sorted(sold)
    assert sum(count for _, count, _, _ in sold) > len(olist_sql("select * from sales"))
    assert olist.members(found.stores[0].orders).count == found.stores[0].order_count


def test_payments_of_olist_are_those_of_its_sales(olist, olist_sql):
    paid = olist_sql(
        """select payment_type, count(*), count(distinct order_id), sum(amount) from payments
        where order_id in (select order_id from sales) group by 1 order by 4 desc"""
    )
    found = [
        (p.payment_method, p.payment_count, p.order_count, p.payment_amount)
        for p in olist.payments().payments
    ]
    assert found == paid
