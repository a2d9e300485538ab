"""Target segments: customers keep their group, nobody is lost, and unknown names are refused."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from shopkeeper.decisions.target_segments import (
    NO_GROUP,
    SegmentKind,
    chosen_segments,
    with_groups,
)
from shopkeeper.engines.dialects import DIALECTS, to_sql
from shopkeeper.errors import NotPublishedError, UnknownNameError

TEXTS = {"customer_id": "string", "segment": "string"}


def _table(**segments: str) -> ibis.Table:
    rows = pd.DataFrame(segments.items(), columns=list(TEXTS))
    return ibis.memtable(rows).cast(TEXTS)


def test_each_customer_gets_the_group_and_nobody_is_lost():
    customers = _table(a="At risk", b="Champions", c="Champions")
    groups = _table(a="Big spenders", b="Small spenders", elsewhere="Big spenders")
    found = with_groups(customers, groups, "").to_pyarrow().to_pylist()
    assert sorted((row["customer_id"], row["segment"]) for row in found) == [
        ("a", "Big spenders"),
        ("b", "Small spenders"),
        ("c", NO_GROUP),
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_compiles_for_every_engine(dialect):
    customers = ibis.table(TEXTS, name="customers")
    groups = ibis.table(TEXTS, name="customer_segments")
    assert "LEFT" in to_sql(with_groups(customers, groups, ""), dialect).upper()


def test_without_groups_it_says_why_and_what_to_do():
    with pytest.raises(NotPublishedError, match="too few customers") as caught:
        with_groups(_table(a="At risk"), None, "too few customers")
    assert "--by rfm" in caught.value.hint


def test_names_are_those_of_the_kind_that_is_asked_for():
    present = ["Small spenders", "Big spenders", "Big spenders"]
    assert chosen_segments(SegmentKind.GROUPS, present, ()) == ("Big spenders", "Small spenders")
    twice = ("Big spenders", "Big spenders")
    assert chosen_segments(SegmentKind.GROUPS, present, twice) == ("Big spenders",)
    with pytest.raises(UnknownNameError, match="At risk"):
        chosen_segments(SegmentKind.GROUPS, present, ("At risk",))
    assert "At risk" in chosen_segments(SegmentKind.RFM, present, ())
    with pytest.raises(UnknownNameError, match="Big spenders"):
        chosen_segments(SegmentKind.RFM, present, ("Big spenders",))
    with pytest.raises(UnknownNameError, match="kmeans"):
        SegmentKind.named("kmeans")
