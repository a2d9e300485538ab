"""Each count of customers, products and rows in answers about a shop opens exactly that many."""

import pytest
from sales_questions import counts


@pytest.mark.parametrize(
    ("report", "least"),
    [
        *(("overview", 90), ("segments", 40), ("customer_segments", 12), ("churn", 6)),
        *(("scores", 8), ("recommendations", 22), ("quality", 6), ("lifetime_value", 33)),
    ],
)
def test_each_count_opens_as_many_customers(demo, report, least):
    found = list(counts(getattr(demo, report)()))
    assert len(found) >= least
    for name, count, selection in found:
        assert demo.members(selection).count == count, f"{name}: {selection.address}"
    assert any(count for _, count, _ in found)


def test_each_headline_opens_as_many(demo):
    counted = [measure for measure in demo.overview().measures if measure.members]
    assert [measure.name for measure in counted] == [
        *("order_count", "customer_count", "new_customer_count")
    ]
    for measure in counted:
        assert demo.members(measure.members).count == measure.value
        assert demo.members(measure.previous_members).count == measure.previous


def test_a_list_names_those_of_the_segment(demo):
    largest = max(demo.segments().segments, key=lambda row: row.customer_count)
    frame = demo.frame("rfm_segments")
    expected = sorted(frame[frame["segment"] == largest.segment]["customer_id"])
    assert [key for (key,) in demo.members(largest.customers).rows] == expected


def test_an_address_opens_the_same_list(demo):
    band = demo.churn().bands[0]
    assert demo.members(band.active.address).rows == demo.members(band.active).rows
