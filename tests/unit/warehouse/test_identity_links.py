"""Identity links: merges and splits one after another, the last word on each id counts."""

from dataclasses import dataclass, field

import pandas as pd

from shopkeeper.warehouse.identity_links import COLUMNS, changes_between, links_after, settled_rows


@dataclass(frozen=True)
class Change:
    names: dict[str, str | None]
    apart: tuple[str, ...] = field(default=())

    @property
    def ids(self):
        return tuple(self.names)

    @property
    def customer_ids(self):
        return tuple(self.names.values())


def rows(**names: str) -> pd.DataFrame:
    return pd.DataFrame({COLUMNS[0]: list(names), COLUMNS[1]: list(names.values())}, dtype=object)


def test_nothing_merged_is_no_rows():
    assert links_after([]).rows.empty
    assert list(links_after([]).rows.columns) == list(COLUMNS)


def test_the_last_change_counts():
    links = links_after([Change({"a": "a", "b": "a", "c": "a"}), Change({"b": None})])
    assert dict(links.names) == {"a": "a", "c": "a"}
    assert links.members("a") == ("a", "c")


def test_a_customer_left_alone_has_no_link_and_a_guest_keeps_their_name():
    links = links_after([Change({"a": "a", "b": "a", "email:g@h": "email:g@h"})])
    left = links_after([Change(dict(links.names)), Change({"b": None})])
    assert dict(left.names) == {"email:g@h": "email:g@h"}


def test_names_that_lead_to_others_lead_to_the_last():
    found = settled_rows(rows(a="b", b="c", c="d"))
    assert dict(zip(found[COLUMNS[0]], found[COLUMNS[1]], strict=True)) == dict.fromkeys(
        "abcd", "d"
    )


def test_who_was_split_by_name_is_apart_until_merged_by_name():
    merged, split = Change({"a": "a", "b": "a"}), Change({"a": None, "b": None}, ("b",))
    assert links_after([merged, split]).apart == {"b"}
    assert links_after([merged, split, merged]).apart == frozenset()


def test_changes_lead_from_one_state_to_the_other():
    before = links_after([Change({"a": "a", "b": "a", "c": "c", "d": "c"})])
    after = rows(a="a", b="a", d="a")
    ids, names = changes_between(before, after)
    assert dict(zip(ids, names, strict=True)) == {"c": None, "d": "a"}
