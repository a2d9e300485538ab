"""Sales of the Istanbul malls, counted again from the raw file by SQL that shares no code with us.

Everyone buys exactly once, `price` is the price of the whole line, and there is no discount.
"""

from __future__ import annotations

import gzip
import shutil

import duckdb
import pytest

from shopkeeper import Workspace
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.score import score
from shopkeeper.reports.category_segments import ONE_ORDER

pytestmark = pytest.mark.slow

SETTINGS = """
[shop]
name = "Malls"
currency = "TRY"
[[sources]]
name = "orders"
path = "malls.csv"
[sources.columns]
order_id = "invoice_no"
customer_id = "customer_id"
category = "category"
quantity = "quantity"
line_amount = "price"
payment_method = "payment_method"
ordered_at = "invoice_date"
store_name = "shopping_mall"
"""


@pytest.fixture(scope="module")
def malls(real_data, once):
    """The workspace of the malls, built and scored once."""
    packed = real_data("customer_shopping/customer_shopping_data.csv.gz")

    def maker(folder):
        folder.mkdir()
        with gzip.open(packed) as source, (folder / "malls.csv").open("wb") as target:
            shutil.copyfileobj(source, target)
        (folder / "shopkeeper.toml").write_text(SETTINGS)
        workspace = Workspace(folder)
        for job in (ingest, build, score):
            job(workspace)
        workspace.close()

    return Workspace(once("malls-sales", maker))


@pytest.fixture(scope="module")
def counted(malls):
    """Gives rows of a query over the raw file."""
    with duckdb.connect() as connection:
        connection.execute(
            """create table lines as select *, cast(price as decimal(18, 4)) as amount,
               strptime(invoice_date, '%d/%m/%Y') as day from read_csv(?, all_varchar = true)""",
            [str(malls.folder / "malls.csv")],
        )
        yield lambda query: connection.execute(query).fetchall()


def by(column: str) -> str:
    return f"""select {column}, count(*), count(distinct customer_id), sum(amount) from lines
        group by 1 order by 4 desc"""


def test_payment_methods_are_those_of_the_file(malls, counted):
    found = [
        (g.name, g.order_count, g.customer_count, g.sold_amount) for g in malls.payments().methods
    ]
    assert found == counted(by("payment_method"))


def test_stores_are_those_of_the_file(malls, counted):
    report = malls.stores()
    found = [(g.label, g.order_count, g.customer_count, g.sold_amount) for g in report.stores]
    assert report.by == "store"
    assert found == counted(by("shopping_mall"))


def test_categories_add_up_over_segments(malls, counted):
    spent: dict[str, list] = {}
    for cell in malls.category_segments().cells:
        sums = spent.setdefault(cell.category, [0, 0])
        sums[0] += cell.customer_count
        sums[1] += cell.sold_amount
    expected = {name: [people, amount] for name, _, people, amount in counted(by("category"))}
    assert spent == expected


def test_who_bought_once_leans_towards_nothing(malls):
    assert malls.category_segments().findings == (ONE_ORDER,)


def test_weekdays_and_quarters_are_those_of_the_file(malls, counted):
    found = malls.seasonality()
    days = dict(counted("select isodow(day) - 1, count(*) from lines group by 1"))
    assert {row.number: row.order_count for row in found.weekdays} == days
    quarters = counted(
        """select year(day) || '-Q' || quarter(day), count(*), sum(amount) from lines
           group by 1 order by 1"""
    )
    assert [(q.label, q.order_count, q.sold_amount) for q in found.quarters] == quarters


def test_everybody_is_new_once_and_gone_the_month_after(malls, counted):
    by_month = "select date_trunc('month', day)::date, count(*) from lines group by 1"
    began = dict(counted(by_month))
    over = [period for period in malls.lifecycle().periods if period.is_over]
    states = {period.start: {s.state: s.count for s in period.states} for period in over}
    assert len(states) == 26
    before = [0, *(began[start] for start in sorted(states))]
    for gone, start in zip(before, sorted(states), strict=False):
        expected = {"new": began[start], "returning": 0, "resurrecting": 0, "dormant": gone}
        assert states[start] == expected
    cohorts = malls.retention().cohorts
    assert {cohort.start: cohort.member_count for cohort in cohorts} == began
    assert {cell.value for cohort in cohorts for cell in cohort.cells[1:]} == {0, None}


def test_midnight_is_no_hour(malls):
    found = malls.seasonality()
    assert found.hours == ()
    assert any("midnight" in note for note in found.notes)


def test_fixed_prices_change_nothing_by_price(malls):
    """Each category has one unit price in the file: what changes is the mix."""
    for one in malls.change().comparisons:
        parts = {part.name: part.amount for part in one.parts}
        assert abs(parts["price"]) < abs(one.change_amount) / 1000
        assert parts["mix"] != 0
        assert parts["returning_customers"] == parts["refunds"] == 0


def test_what_the_data_cannot_carry_is_refused(malls):
    assert "no discount" in malls.discounts().refusal
    assert "rhythm" in malls.whales().refusal
    assert malls.returns().refusal
    assert malls.basket().refusal
    assert malls.repeat_buyers().repeat_rate == 0
