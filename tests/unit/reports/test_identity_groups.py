"""Identity groups: who shares a key is one person, unless the key is too many people's."""

from datetime import date

import pandas as pd
import pytest

from shopkeeper.reports.identity_groups import (
    IGNORED,
    TOO_LARGE,
    TOO_MANY_IDS,
    TOO_MANY_ORDERS,
    groups_of,
)
from shopkeeper.settings import IdentitySettings
from shopkeeper.warehouse.identity_links import COLUMNS, Links

RULES = IdentitySettings(most_ids=3, most_guest_orders=10)
NOBODY = Links(pd.DataFrame([], columns=list(COLUMNS), dtype=object))
GUEST = "email:g@h.org"


def linked(**names: str) -> Links:
    return Links(pd.DataFrame({COLUMNS[0]: list(names), COLUMNS[1]: list(names.values())}))


def found(*keys: tuple[str, str], links=NOBODY, rules=RULES, orders=(), **first: int):
    """Gives id → name, and refused keys; `first` says on which day of May an id bought first."""
    rows = pd.DataFrame(list(keys), columns=["party", "value"], dtype=object)
    ids = sorted({*rows["party"], *first})
    people = pd.DataFrame(
        {
            "party": ids,
            "order_count": [dict(orders).get(one, 1) for one in ids],
            "first_order_date": pd.to_datetime(
                [date(2025, 5, first.get(one.partition(":")[0], 20)) for one in ids]
            ),
        }
    )
    groups = groups_of(rows.assign(kind="email"), people, links, rules)
    names = dict(zip(groups.links[COLUMNS[0]], groups.links[COLUMNS[1]], strict=True))
    return names, list(zip(groups.refused["value"], groups.refused["reason"], strict=True))


def test_nobody_shares_nothing():
    assert found() == ({}, [])


def test_who_shares_a_key_is_one_person_named_after_who_bought_first():
    assert found(("a", "x"), ("b", "x"), b=1)[0] == {"a": "b", "b": "b"}
    assert found(("a", "x"), ("b", "x"))[0] == {"a": "a", "b": "a"}


def test_sharing_is_passed_on():
    assert found(("a", "x"), ("b", "x"), ("b", "y"), ("c", "y"), a=1)[0] == dict.fromkeys(
        "abc", "a"
    )


def test_a_guest_counts_under_the_account_and_alone_under_themselves():
    assert found((GUEST, "x"), ("b", "x"), email=1)[0] == {GUEST: "b", "b": "b"}
    assert found((GUEST, "x"))[0] == {GUEST: GUEST}


def test_guests_stay_guests_where_the_settings_say_so():
    rules = RULES.model_copy(update={"with_guests": False})
    assert found((GUEST, "x"), ("b", "x"), rules=rules) == ({}, [])


def test_a_key_that_too_many_share_is_refused():
    keys = [(one, "none@none.com") for one in "abcd"]
    assert found(*keys, ("a", "x"), ("b", "x")) == (
        {"a": "a", "b": "a"},
        [("none@none.com", TOO_MANY_IDS)],
    )


def test_a_key_with_too_many_orders_of_guests_is_refused():
    refused = [("x", TOO_MANY_ORDERS)]
    assert found((GUEST, "x"), orders=[(GUEST, 11)]) == ({}, refused)
    # Orders of accounts do not count: good customers buy often.
    assert found(("a", "x"), ("b", "x"), orders=[("a", 99)])[0] == {"a": "a", "b": "a"}


@pytest.mark.parametrize("ignored", ["x@none.com", "*@none.com"])
def test_a_key_that_the_settings_ignore_is_refused(ignored):
    rules = RULES.model_copy(update={"ignored": (ignored,)})
    keys = [("a", "x@none.com"), ("b", "x@none.com"), ("a", "x@some.com"), ("c", "x@some.com")]
    names, refused = found(*keys, rules=rules)
    assert (names, refused) == ({"a": "a", "c": "a"}, [("x@none.com", IGNORED)])


def test_a_chain_of_keys_that_joins_too_many_is_refused_whole():
    pairs = ["ab", "bc", "cd"]
    keys = [(one, pair) for pair in pairs for one in pair]
    assert found(*keys) == ({}, [("ab", TOO_LARGE)])


def test_links_that_stand_are_kept_with_their_name():
    links = linked(a="b", b="b")
    assert found(("a", "x"), ("c", "x"), links=links, c=1)[0] == dict.fromkeys("abc", "b")
    # Also where keys would chain too many to them.
    keys = [(one, "x") for one in "acd"]
    names, refused = found(*keys, links=links)
    assert names == {"a": "b", "b": "b"}
    assert refused == [("x", TOO_LARGE)]


def test_a_guest_who_is_a_name_gives_way_to_an_account():
    links = linked(**{GUEST: GUEST})
    assert found((GUEST, "x"), ("b", "x"), links=links)[0] == {GUEST: "b", "b": "b"}


def test_who_was_split_by_name_is_merged_by_no_key():
    links = Links(NOBODY.rows, frozenset("b"))
    assert found(("a", "x"), ("b", "x"), links=links) == ({}, [])


def test_row_order_changes_nothing():
    keys = [("a", "x"), ("b", "x"), ("c", "y"), ("d", "y"), (GUEST, "y")]
    assert found(*keys) == found(*reversed(keys))
