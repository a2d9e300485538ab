"""Sales reports of the smallest and oddest shops: they answer or refuse, and invent nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from order_book import Row, Shop, build
from sales_questions import ask, opened

from shopkeeper.errors import UsageError
from shopkeeper.reports.basket import basket, deviations, lift_interval
from shopkeeper.reports.best_customers import best_customers
from shopkeeper.reports.category_segments import category_segments
from shopkeeper.reports.change import change
from shopkeeper.reports.discounts import discount_impact
from shopkeeper.reports.drill import Selection
from shopkeeper.reports.payments import payment_methods
from shopkeeper.reports.periods import month, quarter, read_period
from shopkeeper.reports.products import product_report
from shopkeeper.reports.repeat_buyers import repeat_buyers
from shopkeeper.reports.report import as_plain
from shopkeeper.reports.returns import returns
from shopkeeper.reports.seasonality import seasonality
from shopkeeper.reports.stores import store_performance
from shopkeeper.reports.whales import whales

REPORTS = (
    seasonality,
    store_performance,
    payment_methods,
    category_segments,
    discount_impact,
    repeat_buyers,
    best_customers,
    product_report,
    returns,
    basket,
    change,
    whales,
)
ODD: dict[str, list[Row]] = {
    "one order": [{}],
    "no customers": [{"customer": None}, {"order": "2", "customer": None}],
    "only refunds": [{"quantity": -1}, {"order": "2", "quantity": -2}],
    "only shipping": [{"line_type": "shipping", "product": "post"}],
    "free of charge": [{"price": 0}, {"order": "2", "price": 0}],
    "all taken back": [{}, {"order": "9", "at": "2025-03-02 10:00", "quantity": -1}],
    "no products": [{"product": None, "product_name": None}],
}


@pytest.mark.slow
@pytest.mark.parametrize("rows", ODD.values(), ids=ODD)
def test_odd_shops_get_an_answer_from_every_report(rows):
    shop = build(*rows)
    for report in REPORTS:
        assert as_plain(ask(shop, report))["definition"]


def test_nothing_sold_is_no_season_and_nobody_best():
    shop = build(*ODD["only refunds"])
    assert ask(shop, seasonality).months == ()
    assert ask(shop, best_customers).refusal
    assert ask(shop, repeat_buyers).refusal
    assert ask(shop, whales).refusal


def test_refunds_alone_are_still_told():
    found = ask(build(*ODD["only refunds"]), returns)
    assert (found.line_count, found.refund_amount, found.refund_share) == (2, 30, None)


def test_one_month_has_nothing_to_be_compared_with():
    found = ask(build({}, as_of=date(2025, 3, 20)), change)
    assert found.comparisons == ()
    assert found.notes


def months(count: int, **given: object) -> Shop:
    """Gives one order on the first day of so many months of 2024 and after."""
    rows = [
        {"order": str(n), "at": f"{2024 + n // 12}-{n % 12 + 1:02}-01 10:00", **given}
        for n in range(count)
    ]
    last = month(date(2024 + (count - 1) // 12, (count - 1) % 12 + 1, 1))
    return build(*rows, as_of=last.end)


def test_less_than_a_year_tells_no_season():
    found = ask(months(11), seasonality)
    assert {row.index for row in found.months_of_year} == {None}
    assert ask(months(12), seasonality).year_count == 1


def test_a_month_that_is_not_over_is_marked_and_in_no_index():
    shop = build({}, {"order": "2", "at": "2025-04-10 10:00"}, as_of=date(2025, 4, 20))
    found = ask(shop, seasonality)
    assert [(p.label, p.is_complete) for p in found.months] == [
        ("2025-03", True),
        ("2025-04", False),
    ]
    assert found.months[1].order_count == 1


def test_hours_are_those_of_the_shop():
    shop = build({"at": "2025-07-01 23:30", "order_date": date(2025, 7, 2)}, as_of=date(2025, 8, 1))
    found = ask(shop, seasonality, time_zone="Europe/Istanbul")
    assert [row.number for row in found.hours if row.order_count] == [2]


def test_the_usual_pairs_are_the_last_month_and_quarter():
    found = ask(months(24), change)
    assert [(one.before.label, one.after.label) for one in found.comparisons] == [
        ("2024-12", "2025-12"),
        ("2025-11", "2025-12"),
        ("2024-Q4", "2025-Q4"),
        ("2025-Q3", "2025-Q4"),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2024-01", None),
        ("2024-01", "2024-Q1"),
        ("1999-01", "2024-01"),
        ("2024-13", "2024-01"),
        ("yesterday", "2024-01"),
        ("2024-02-30..2024-03-01", "2024-05"),
        ("2024-03-02..2024-03-01", "2024-05"),
    ],
)
def test_periods_that_cannot_be_compared_are_refused(before, after):
    with pytest.raises(UsageError):
        ask(months(12), change, before=before, after=after)


def test_guests_and_customers_are_apart_in_a_change():
    rows = [
        {"at": "2025-01-05 10:00", "customer": None},
        {"order": "2", "at": "2025-02-05 10:00", "customer": None},
        {"order": "3", "at": "2025-02-06 10:00", "customer": None},
        {"order": "4", "at": "2025-02-06 10:00", "customer": "ann"},
    ]
    (found,) = ask(build(*rows), change, before="2025-01", after="2025-02").comparisons
    parts = {part.name: part.amount for part in found.parts if part.amount}
    assert parts == {"guest_orders": 10, "first_time_customers": 10}


def test_refunds_count_when_they_are_booked():
    rows = [{"at": "2025-01-05 10:00"}, {"order": "2", "at": "2025-02-05 10:00", "quantity": -1}]
    (found,) = ask(build(*rows), change, before="2025-01", after="2025-02").comparisons
    parts = {part.name: part.amount for part in found.parts if part.amount}
    assert parts == {"first_time_customers": -10, "refunds": -10}
    assert found.change_amount == -20


def test_discounts_are_only_told_where_there_are_any():
    none = ask(build({}), discount_impact)
    assert none.refusal
    assert none.groups == none.depths == ()
    rows = [{"discount": 1, "promotion": "SPRING"}, {"order": "2"}, {"order": "3", "discount": 4}]
    found = ask(build(*rows), discount_impact)
    assert found.refusal is None
    assert [(g.label, g.order_count) for g in found.depths] == [
        ("none", 1),
        ("over 5% to 10%", 1),
        ("over 30% to 50%", 1),
    ]
    assert (found.discount_amount, found.promotions[0].order_count) == (5, 1)
    assert "experiment" in found.warning


def test_a_young_customer_had_no_time_to_come_back():
    rows = [
        {"order": "1", "at": "2024-01-01 10:00", "customer": "old"},
        {"order": "2", "at": "2024-02-01 10:00", "customer": "old"},
        {"order": "3", "at": "2025-06-30 10:00", "customer": "new"},
    ]
    found = ask(build(*rows), repeat_buyers)
    assert (found.repeat_rate, found.mature_repeat_rate) == (0.5, 1.0)


def test_grades_end_where_the_revenue_before_them_does():
    rows = [
        {"order": str(n), "customer": f"c{n}", "price": price}
        for n, price in enumerate([79, 15, 5, 1])
    ]
    rows.append({"order": "9", "customer": "c9", "price": 3})
    rows.append({"order": "r", "customer": "c9", "price": 5, "quantity": -1})
    found = ask(build(*rows), best_customers)
    assert [(g.name, g.customer_count) for g in found.grades] == [("A", 2), ("B", 1), ("C", 2)]
    assert (found.unprofitable_count, found.unprofitable_amount) == (1, Decimal(-2))
    assert sum(group.share for group in found.tenths) == pytest.approx(1)


def whale_shop(days: list[str], **given: object) -> Shop:
    rows = [{"order": d, "at": f"{d} 10:00", "price": 100, **given} for d in days]
    rows += [
        {"order": f"b{m}", "customer": "bob", "at": f"2025-0{m}-01 10:00", "price": 1}
        for m in (1, 2, 3, 4, 5, 6)
    ]
    return build(*rows, as_of=date(2025, 7, 1))


WEEKLY = ["2025-01-01", "2025-01-08", "2025-01-15", "2025-01-22", "2025-01-29", "2025-02-05"]


def test_silence_is_held_to_the_own_rhythm_where_there_is_one():
    (whale,) = ask(whale_shop(WEEKLY), whales).customers
    assert (whale.customer_id, whale.basis, whale.usual_gap_days) == ("ann", "own", 7)
    assert whale.gap_ratio == pytest.approx(146 / 7)
    assert whale.value_at_risk == whale.year_amount == 600


def test_few_gaps_are_held_to_the_shop_and_it_is_said():
    found = ask(whale_shop(WEEKLY[:2]), whales)
    (whale,) = found.customers
    assert (whale.basis, whale.usual_gap_days) == ("shop", 30)
    assert found.own_rhythm_count == 0
    assert "fewer than 5 gaps" in found.notes[0]


def test_best_customers_without_any_rhythm_of_their_own_are_not_held_to_one_cut():
    rows = [{"order": str(n), "customer": f"c{n}", "price": 100 + n} for n in range(40)]
    rows.append({"order": "again", "customer": "c0", "at": "2025-03-09 10:00", "price": 1})
    found = ask(build(*rows), whales, top_share=0.5)
    assert found.whale_count == 20
    assert "0 of the 20 best customers have 5 gaps" in found.refusal
    assert (found.customers, found.points, found.findings) == ((), (), ())


def test_longer_silence_never_takes_a_whale_off_the_list():
    rows = whale_shop(WEEKLY)
    early = Shop(rows._built["source_lines"].to_pylist(), date(2025, 2, 10))
    late = Shop(rows._built["source_lines"].to_pylist(), date(2025, 2, 20))
    assert ask(early, whales, top_share=0.5).at_risk_count == 0
    assert ask(late, whales, top_share=0.5).at_risk_count == 1


@pytest.mark.parametrize("top_share", [0.01, 0.5, 1.0])
def test_the_share_of_whales_is_also_that_of_their_list(top_share):
    shop = whale_shop(WEEKLY)
    found = ask(shop, whales, top_share=top_share)
    assert found.whale_count == {0.01: 1, 0.5: 1, 1.0: 2}[top_share]
    assert opened(shop, found.whales).count == found.whale_count


def test_pairs_by_chance_are_left_out_and_pairs_open_their_orders():
    rows = [
        {"order": str(n), "product": product}
        for n in range(60)
        for product in ("cup", "tea", "mat")
        if product != "mat" or n % 2
    ]
    rows += [{"order": f"x{n}", "product": "jam"} for n in range(60)]
    shop = build(*rows)
    found = ask(shop, basket)
    assert found.judged_pair_count == 3
    best = next(pair for pair in found.pairs if pair.second_product_id == "tea")
    assert (best.first_product_id, best.lift) == ("cup", 2.0)
    assert opened(shop, best.orders).count == best.order_count == 60
    assert lift_interval(25, 50, 50, 100, deviations(1))[0] == 1
    assert lift_interval(25, 50, 50, 100, deviations(1))[1] < 1


def test_more_pairs_judged_make_each_interval_wider():
    assert deviations(1) == pytest.approx(1.959964, abs=1e-6)
    assert deviations(1000) > deviations(10) > deviations(1)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2011-12", date(2011, 12, 1), date(2012, 1, 1)),
        ("2011-Q4", date(2011, 10, 1), date(2012, 1, 1)),
        ("2011q1", date(2011, 1, 1), date(2011, 4, 1)),
        ("2011", date(2011, 1, 1), date(2012, 1, 1)),
        ("2011-11-01..2011-11-15", date(2011, 11, 1), date(2011, 11, 16)),
    ],
)
def test_periods_are_read(text, start, end):
    found = read_period(text)
    assert (found.start, found.end) == (start, end)


def test_months_and_quarters_go_back_over_the_year():
    assert month(date(2025, 1, 31), 1).label == "2024-12"
    assert quarter(date(2025, 1, 31), 1).label == "2024-Q4"


def test_the_store_that_lost_most_money_is_named_and_no_tiny_one():
    rows = [
        {"order": f"{name}{day}", "at": f"2025-03-{day:02} 10:00", "channel": name, "price": price}
        for day, prices in ((1, (90, 1)), (4, (100, 9)), (10, (40, None)))
        for name, price in zip(("large", "tiny"), prices, strict=True)
        if price
    ]
    found = ask(build(*rows, as_of=date(2025, 3, 15)), store_performance)
    assert found.findings[1] == "`large` lost most sales: -78.9 % in the last 7 days."


def test_stores_and_payments_are_refused_where_no_order_names_one():
    shop = build({})
    assert ask(shop, store_performance).refusal
    assert ask(shop, payment_methods).refusal
    named = build({"channel": "web", "payment_method": "card"}, {"order": "2"})
    stores = ask(named, store_performance)
    assert [(g.label, g.order_count) for g in stores.stores] == [("web", 1), ("not named", 1)]
    assert opened(named, Selection("sales").where("place", None)).count == 1
    assert ask(named, payment_methods).methods[0].name == "card"
