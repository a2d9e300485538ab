"""Every count of an answer opens the list of those it counts, or says why there is none."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from sales_questions import MORE, OPENED

import shopkeeper.reports

# Count → the fields beside it that may lead to its list.
WAYS: dict[str, set[str]] = {}
for _count, _way in (*OPENED.items(), *MORE):
    WAYS.setdefault(_count, set()).add(_way)
IS_COUNT = re.compile(r"(^|_)counts?$")
ONE_CUSTOMER = "of one customer, whose orders and products the answer about them names one by one"
A_MEAN = "a mean or an estimate: no list is as long"
TIMES = "counts days, weeks, years or dates: nothing with an id"
# Count of an answer → why it opens no list.
NO_LIST = {
    "BestCustomer.order_count": ONE_CUSTOMER,
    "BoughtProduct.order_count": ONE_CUSTOMER,
    "Customer.order_count": ONE_CUSTOMER,
    "Customer.product_count": ONE_CUSTOMER,
    "CustomerOrder.product_count": ONE_CUSTOMER,
    "Whale.longer_gap_count": ONE_CUSTOMER,
    "Whale.purchase_day_count": ONE_CUSTOMER,
    "CampaignRow.anyway_count": A_MEAN,
    "CampaignRow.persuaded_count": A_MEAN,
    "GroupRow.average_purchase_count": A_MEAN,
    "HorizonValue.expected_buyer_count": A_MEAN,
    "ActiveWindow.average_count": A_MEAN,
    "PaidAmount.average_installment_count": A_MEAN,
    "ProductPair.expected_order_count": A_MEAN,
    "RiskBand.expected_leaver_count": A_MEAN,
    "SegmentRow.average_order_count": A_MEAN,
    "Seasonality.year_count": TIMES,
    "Standing.past_count": TIMES,
    "WholeForecast.week_count": TIMES,
    "Basket.judged_pair_count": "counts pairs; a pair has two ids, and each opens its orders",
    "Basket.kept_pair_count": "counts pairs; `--limit` names them all, and each opens its orders",
    "CampaignQuestion.saturation_count": "was asked, not counted",
    "WindowPlan.needed_count": "is planned, not counted: nobody is in the test yet",
    "WindowPlan.unit_count": "a size that past windows had, from which a test is planned",
    "CheckLine.broken_count": "`shopkeeper check --rows` shows the rows that break a promise",
    "CheckLine.row_count": "all rows of a table: `shopkeeper table`",
    "TableState.row_count": "all rows of a table: `shopkeeper table`",
    "TableState.check_count": "counts promises, which `shopkeeper check` names",
    "Quality.raw_row_count": "rows of files as they came: kept and put aside, which open",
    "ReconciliationRow.row_count": "a line of a sum over rows as they came and as they stand",
    "PersonGroup.order_count": "of one person, whose ids stand beside it",
    "RefusedKey.guest_order_count": "would need the key in the address, which is masked",
    "RefusedKey.id_count": "would need the key in the address, which is masked",
    "SegmentMove.count": "of segments as they would be: nobody stands in them",
    "Members.count": "is the list",
    "OpenReadout.unit_count": "opens by its entry in `lists`",
    "OpenReadout.several_arms_count": "opens by its entry in `lists`",
    "OpenReadout.repeated_count": "opens by its entry in `lists`",
    "OpenReadout.no_arm_count": "opens by its entry in `lists`",
}


def answers() -> Iterator[type]:
    """Every kind of answer that reports give, each once."""
    for found in pkgutil.iter_modules(shopkeeper.reports.__path__):
        module = importlib.import_module(f"shopkeeper.reports.{found.name}")
        for kind in vars(module).values():
            is_own = getattr(kind, "__module__", "") == module.__name__
            if isinstance(kind, type) and dataclasses.is_dataclass(kind) and is_own:
                yield kind


def counts() -> dict[str, tuple[str, set[str]]]:
    """Count → its field, and the ways that stand beside it."""
    found = {}
    for kind in answers():
        fields = dataclasses.fields(kind)
        ways = {field.name for field in fields if "Selection" in str(field.type)}
        for field in fields:
            if IS_COUNT.search(field.name):
                found[f"{kind.__name__}.{field.name}"] = (field.name, ways)
    return found


def test_each_count_of_an_answer_opens_a_list_or_says_why_not():
    silent = {
        name
        for name, (field, ways) in counts().items()
        if not WAYS.get(field, set()) & ways and name not in NO_LIST
    }
    assert not silent, "give each a Selection beside it, named in tests/sales_questions.py"


def test_no_reason_stands_for_a_count_that_is_gone_or_opens():
    known = counts()
    stale = {
        name
        for name in NO_LIST
        if name not in known or WAYS.get(known[name][0], set()) & known[name][1]
    }
    assert not stale


@pytest.mark.parametrize("name", ["a_count", "counts", "count"])
def test_a_count_is_known_by_its_name(name):
    assert IS_COUNT.search(name)
    assert not IS_COUNT.search("country_count_amount")
