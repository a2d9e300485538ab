"""TheLook, Olist and the Istanbul malls: totals of our tables against plain SQL on raw files."""

from decimal import Decimal

import duckdb
import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import initialise

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(real_data, once):
    """Gives the workspace of a data set, built once from its folder or file."""

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
def malls(shop):
    return shop("customer_shopping/customer_shopping_data.csv.gz", "shopping_malls")


@pytest.fixture(scope="module")
def raw(real_data):
    """Runs plain SQL over raw files; `{name}` in it stands for a file."""

    def query(sql: str, **files: str):
        read = {
            name: f"read_csv('{real_data(file)}', all_varchar=true)" for name, file in files.items()
        }
        return duckdb.sql(sql.format(**read)).fetchall()

    return query


def one(workspace, table, **measures):
    """Gives measures of a table, each an expression over it."""
    rows = workspace.table(table)
    found = workspace.engine.collect(rows.agg(**{n: f(rows) for n, f in measures.items()}))
    return found.to_pylist()[0]


def by(workspace, table, column):
    """Gives value of a column → number of rows."""
    return workspace.frame(table)[column].value_counts(dropna=False).to_dict()


THELOOK = "thelook_regenerated/{}.csv.gz"
OLIST = "olist/olist_{}_dataset.csv.gz"


def test_thelook_sales_less_returns_and_cancellations_tie_with_the_raw_items(thelook, raw):
    sql = """SELECT sum(sale_price::decimal(18, 2)),
        sum(sale_price::decimal(18, 2)) FILTER (status IN ('Cancelled', 'Returned')),
        count(DISTINCT order_id) FILTER (status <> 'Cancelled'), count(DISTINCT user_id)
        FROM {items}"""
    ((gross, back, sales, people),) = raw(sql, items=THELOOK.format("order_items"))
    found = one(
        thelook,
        "orders",
        gross=lambda t: t.gross_amount.sum(),
        back=lambda t: t.refund_amount.sum(),
        sales=lambda t: t.is_sale.ifelse(1, 0).sum(),
        people=lambda t: t.customer_id.nunique(),
    )
    assert found == {"gross": gross, "back": back, "sales": sales, "people": people}
    assert (gross, back) == (Decimal("2018145.69"), Decimal("485165.81"))


def test_thelook_returns_are_booked_when_they_came_back(thelook, raw):
    sql = """SELECT returned_at[:10] AS day, count(*) FROM {items}
        WHERE returned_at IS NOT NULL GROUP BY 1"""
    wanted = dict(raw(sql, items=THELOOK.format("order_items")))
    refunds = thelook.frame("refunds")
    stated = refunds[refunds.link == "stated"]
    assert stated.refund_date.astype(str).str[:10].value_counts().to_dict() == wanted


def test_thelook_events_are_all_kept_under_the_shops_names(thelook, raw):
    names = {"product": "view", "cart": "cart", "purchase": "purchase", "cancel": "cancel"}
    counted = raw("SELECT event_type, count(*) FROM {e} GROUP BY 1", e=THELOOK.format("events"))
    wanted = {names.get(word, word): count for word, count in counted}
    assert by(thelook, "events", "event_name") == wanted
    assert sum(wanted.values()) == 484_034


def test_thelook_sessions_of_visitors_have_no_customer(thelook, raw):
    sql = """SELECT count(DISTINCT session_id), count(DISTINCT user_id),
        count(DISTINCT session_id) FILTER (user_id IS NULL) FROM {e}"""
    ((sessions, people, anonymous),) = raw(sql, e=THELOOK.format("events"))
    found = one(
        thelook,
        "sessions",
        sessions=lambda t: t.count(),
        people=lambda t: t.customer_id.nunique(),
        anonymous=lambda t: t.customer_id.isnull().ifelse(1, 0).sum(),
    )
    assert found == {"sessions": sessions, "people": people, "anonymous": anonymous}
    persons = thelook.frame("sessions")
    assert (persons.person_id[persons.customer_id.isna()].str.startswith("session:")).all()


def test_olist_people_orders_and_money_tie_with_the_raw_files(olist, raw):
    sql = """SELECT sum(price::decimal(18, 2)), sum(freight_value::decimal(18, 2)),
        count(DISTINCT i.order_id), count(DISTINCT c.customer_unique_id)
        FROM {items} i JOIN {orders} o USING (order_id)
        JOIN {customers} c USING (customer_id)
        WHERE order_status NOT IN ('canceled', 'unavailable')"""
    files = {
        "items": OLIST.format("order_items"),
        "orders": OLIST.format("orders"),
        "customers": OLIST.format("customers"),
    }
    ((goods, freight, sales, people),) = raw(sql, **files)
    found = one(
        olist,
        "orders",
        goods=lambda t: t.net_amount.sum(),
        freight=lambda t: t.shipping_amount.sum(),
        sales=lambda t: t.is_sale.ifelse(1, 0).sum(),
        people=lambda t: t.customer_id.nunique(where=t.is_sale),
    )
    assert found == {"goods": goods, "freight": freight, "sales": sales, "people": people}
    assert (goods, freight) == (Decimal("2344050.43"), Decimal("380718.25"))


def test_olist_payments_are_kept_one_by_one(olist, raw):
    sql = "SELECT payment_type, count(*) FROM {p} GROUP BY 1"
    wanted = dict(raw(sql, p=OLIST.format("order_payments")))
    assert by(olist, "payments", "payment_method") == wanted
    found = one(olist, "payments", money=lambda t: t.payment_amount.sum())
    assert found["money"] == Decimal("2775627.01")


def test_olist_categories_are_translated_where_they_can_be(olist, raw):
    frame = olist.frame("order_items")
    goods = frame[(frame.line_type == "merchandise") & ~frame.is_return]
    assert goods.category.isna().sum() == 290
    assert "health_beauty" in set(goods.category)
    assert "beleza_saude" not in set(goods.category)
    untranslated = {"pc_gamer", "portateis_cozinha_e_preparadores_de_alimentos"}
    sql = """SELECT count(*) FROM {i} JOIN {p} USING (product_id)
        WHERE product_category_name IN ('pc_gamer',
            'portateis_cozinha_e_preparadores_de_alimentos')"""
    files = {"i": OLIST.format("order_items"), "p": OLIST.format("products")}
    assert goods.category.isin(untranslated).sum() == raw(sql, **files)[0][0]


def test_olist_times_are_those_of_brazil(olist, raw):
    frame = olist.frame("orders").set_index("order_id")
    order = "ed8c7b1b3eb256c70ce0c74231e1da88"
    # 09:59:03 in São Paulo, three hours behind UTC in October 2016 before summer time.
    assert str(frame.loc[order, "ordered_at"]) == "2016-10-04 12:59:03"


def test_olist_sellers_are_stores_with_city_and_state(olist):
    stores = olist.frame("stores")
    assert len(stores) == 3_095
    assert stores[["city", "state", "country"]].notna().all().all()
    assert set(olist.frame("order_items").store_id.dropna()) <= set(stores.store_id)


def test_mall_prices_are_amounts_of_whole_lines(malls, raw):
    file = "customer_shopping/customer_shopping_data.csv.gz"
    ((money,),) = raw("SELECT sum(price::decimal(18, 2)) FROM {m}", m=file)
    found = one(
        malls,
        "order_items",
        money=lambda t: t.net_amount.sum(),
        rows=lambda t: t.count(),
        off=lambda t: t.discount_amount.sum(),
    )
    assert found == {"money": money, "rows": 99_457, "off": Decimal(0)}
    assert money == Decimal("68551365.91")


def test_malls_are_stores_and_days_come_first_in_their_dates(malls, raw):
    file = "customer_shopping/customer_shopping_data.csv.gz"
    wanted = dict(raw("SELECT shopping_mall, count(*) FROM {m} GROUP BY 1", m=file))
    assert by(malls, "orders", "store_id") == wanted
    assert set(malls.frame("stores").store_id) == set(wanted)
    days = malls.frame("orders").order_date.astype(str)
    assert (days.min()[:10], days.max()[:10]) == ("2021-01-01", "2023-03-08")


@pytest.mark.parametrize("name", ["thelook", "olist", "malls"])
def test_everything_ties(name, request):
    assert request.getfixturevalue(name).quality().is_reconciled
