"""Identity resolution graded against the truth of the demo shop, which knows who is who."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pytest

from shopkeeper.reports.identities import Listing
from shopkeeper.reports.identity_groups import groups_of
from shopkeeper.reports.identity_keys import keys_of, people_of
from shopkeeper.settings import IdentitySettings
from shopkeeper.warehouse.identity_links import COLUMNS, links_after

pytestmark = pytest.mark.slow


def persons(demo) -> pd.Series:
    """Id, or guest by address → the person behind it, from the truth beside the data."""
    file = next(demo.folder.rglob("truth/customers.parquet"))
    columns = ["person_id", "customer_ids", "email", "second_email"]
    truth = pq.read_table(file, columns=columns).to_pandas()
    ids = truth.explode("customer_ids").dropna(subset=["customer_ids"])
    known = [ids.set_index("customer_ids")["person_id"]]
    for column in ("email", "second_email"):
        given = truth.dropna(subset=[column])
        known.append(given.set_index("email:" + given[column].str.lower())["person_id"])
    together = pd.concat(known)
    return together[~together.index.duplicated()]


def graded(demo, rules: IdentitySettings) -> tuple[int, int, int, int]:
    """Gives persons with several ids or guests, those found whole, groups, and false ones."""
    items, nobody = demo.table("order_items"), links_after([])
    people = people_of(items, as_of=demo.published.as_of)
    found = groups_of(keys_of(items, rules), people, nobody, rules).links
    truth = persons(demo)
    name = people["party"].map(found.set_index(COLUMNS[0])["customer_id"]).fillna(people["party"])
    rows = pd.DataFrame({"person": people["party"].map(truth), "name": name})
    assert rows["person"].notna().all()
    several = rows.groupby("person").filter(lambda own: len(own) > 1).groupby("person")["name"]
    groups = rows.groupby("name")["person"].nunique()
    whole = int((several.nunique() == 1).sum())
    return len(several), whole, len(groups), int((groups > 1).sum())


def test_every_planted_guest_and_duplicate_is_found_and_nobody_else(demo):
    several, whole, groups, false = graded(demo, IdentitySettings())
    assert several > 100
    assert (whole, false) == (several, 0)
    # As many customers come out as there are persons who bought.
    truth, items = persons(demo), demo.table("order_items")
    bought = people_of(items, as_of=demo.published.as_of)["party"].map(truth).nunique()
    assert groups == bought


def test_without_tags_of_addresses_some_duplicates_stay_apart(demo):
    several, whole, _, false = graded(demo, IdentitySettings(ignores_plus_tags=False))
    assert false == 0
    assert 0.9 * several < whole < several


def test_measures_before_are_those_that_the_shop_reports(demo):
    found = demo.identities(listing=Listing(limit=3))
    before = {one.segment: one.before for one in found.effects.segments}
    reported = {one.segment: one.customer_count for one in demo.segments().segments}
    assert before == reported
    measures = {one.name: one for one in found.effects.measures}
    assert measures["customers"].before == sum(reported.values())
    assert measures["guest_orders"].after == 0
    assert sum(one.after for one in found.effects.segments) == measures["customers"].after
    assert len(found.groups) == 3
    assert all("@" not in m or "…" in m for group in found.groups for m in group.members)
