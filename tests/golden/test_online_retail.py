"""Known totals of the UCI sets, counted from the raw files before this was written.

Source: the notes that come with the data (rows, traps and totals of each set).
"""

from decimal import Decimal

import pytest
from sales_questions import counts

from shopkeeper import Workspace
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import ensure_source

pytestmark = pytest.mark.slow


def collect(workspace, expression):
    return workspace.engine.collect(expression).to_pylist()


def presentable(items):
    """Lines as most publications clean them: named, not cancelled, something for something."""
    return items.filter(
        items.customer_id.notnull()
        & ~items.is_cancellation
        & (items.quantity > 0)
        & (items.unit_price_amount > 0)
    )


def test_all_raw_rows_and_all_raw_money_are_accounted_for(online_retail_ii):
    quality = online_retail_ii.quality()
    assert quality.is_reconciled
    assert quality.raw_row_count == 1_067_371
    assert round(quality.raw_amount, 2) == Decimal("19287250.57")
    assert quality.kept_row_count + quality.quarantined_row_count == quality.raw_row_count
    assert quality.kept_amount + quality.quarantined_amount == quality.raw_amount


def test_each_count_of_rows_and_findings_opens_as_many(online_retail_ii):
    found = list(counts(online_retail_ii.quality()))
    assert len(found) >= 7
    for name, count, selection in found:
        assert online_retail_ii.members(selection).count == count, f"{name}: {selection.address}"


def test_the_overlap_of_the_two_sheets_is_removed_once_and_only_it(online_retail_ii):
    reasons = {q.reason: q.row_count for q in online_retail_ii.quality().quarantine}
    assert reasons == {"repeated_extract": 22_523}
    apart = online_retail_ii.table("quarantine")
    orders = apart.raw_text.split(" | ")[0]
    days = apart.raw_text.split(" | ")[4].substr(0, 10)
    found = collect(
        online_retail_ii, apart.agg(orders=orders.nunique(), first=days.min(), last=days.max())
    )
    assert found == [{"orders": 1_088, "first": "2010-12-01", "last": "2010-12-09"}]


def test_genuine_repeated_lines_are_kept(online_retail_ii):
    items = online_retail_ii.table("order_items")
    same = ["order_id", "product_id", "product_name", "quantity", "unit_price_amount"]
    same += ["ordered_at", "customer_id", "country"]
    grouped = items.group_by(*same).agg(n=items.count())
    repeats = collect(online_retail_ii, grouped.agg(n=(grouped.n - 1).sum()))[0]["n"]
    # 34,335 exact duplicates in the file less the 22,523 of the overlap; codes that differ in
    # letter case only and texts that differ in spaces only add a few.
    assert 34_335 - 22_523 <= repeats <= 34_335 - 22_523 + 60


def test_clean_lines_give_the_published_count_customers_and_money(online_retail_ii):
    lines = presentable(online_retail_ii.table("order_items"))
    found = collect(
        online_retail_ii,
        lines.agg(
            rows=lines.count(), customers=lines.customer_id.nunique(), money=lines.net_amount.sum()
        ),
    )[0]
    assert (found["rows"], found["customers"]) == (791_045, 5_878)
    assert round(found["money"], 2) == Decimal("17431551.18")


def test_traps_of_the_set_are_classified(online_retail_ii):
    items = online_retail_ii.table("order_items")
    kinds = {
        row["product_id"]: row["line_type"]
        for row in collect(
            online_retail_ii,
            items.filter(items.line_type != "stock_adjustment")
            .select("product_id", "line_type")
            .distinct(),
        )
    }
    expected = {
        "POST": "shipping",
        "DOT": "shipping",
        "C2": "shipping",
        "D": "discount",
        "M": "adjustment",
        "B": "adjustment",
        "ADJUST2": "adjustment",
        "S": "sample",
        "BANK CHARGES": "fee",
        "AMAZONFEE": "fee",
        "CRUK": "fee",
        "PADS": "other",
        "DCGS0058": "other",
        "GIFT_0001_20": "gift_card",
        "TEST001": "test",
        "85123A": "merchandise",
    }
    assert {code: kinds[code] for code in expected} == expected
    assert not any(code != code.upper() for code in kinds if code)


def test_bad_debt_and_write_offs_are_no_merchandise(online_retail_ii):
    steps = {(r.step, r.item): r for r in online_retail_ii.quality().reconciliation}
    assert steps["kept", "stock_adjustment"].amount == 0
    items = online_retail_ii.table("order_items")
    worst = items.filter(items.unit_price_amount < 0)
    found = collect(online_retail_ii, worst.select("line_type").distinct())
    assert found == [{"line_type": "adjustment"}]


def test_customer_who_gives_everything_back_is_worth_what_is_left(online_retail_ii):
    story = online_retail_ii.customer("12346")
    assert story.gross_amount > 77_000
    assert story.refund_amount > 77_000
    assert story.net_amount == story.gross_amount - story.discount_amount - story.refund_amount
    assert story.net_amount < 500


def test_a_second_run_does_nothing_and_says_so(online_retail_ii, command):
    before = online_retail_ii.published.run_id
    done = command("run", "--folder", online_retail_ii.folder)
    assert done.returncode == 0, done.stderr
    assert "Nothing new" in done.stdout
    assert Workspace(online_retail_ii.folder).published.run_id == before


@pytest.fixture(scope="module")
def online_retail(real_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("online-retail")
    ensure_source(folder, real_data("online_retail/data.csv.gz"))
    workspace = Workspace(folder)
    # Only its tables are looked at; models are trained on the second set, which holds the first.
    ingest(workspace)
    assert not build(workspace).errors
    return workspace


def test_latin_1_and_month_first_dates_are_recognised(online_retail):
    assert online_retail.settings.sources[0].kind == "online_retail"
    quality = online_retail.quality()
    assert quality.raw_row_count == 541_909
    assert round(quality.raw_amount, 2) == Decimal("9747747.93")
    names = online_retail.table("products")
    found = collect(online_retail, names.filter(names.product_name.contains("£")).limit(1))
    assert found, "the pound sign was read as something else"


def test_first_set_gives_its_published_totals(online_retail):
    items = online_retail.table("order_items")
    lines = items.filter(
        items.customer_id.notnull() & (items.quantity > 0) & (items.unit_price_amount > 0)
    )
    found = collect(
        online_retail,
        lines.agg(n=lines.count(), c=lines.customer_id.nunique(), money=lines.net_amount.sum()),
    )[0]
    assert (found["n"], found["c"]) == (397_884, 4_338)
    assert found["money"] == Decimal("8911407.9040")


def test_single_sheet_loses_no_row_to_the_overlap_rule(online_retail):
    assert online_retail.quality().quarantined_row_count == 0
