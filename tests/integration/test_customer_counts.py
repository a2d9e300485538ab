"""Each count of customers, products and rows in answers about a shop opens exactly that many."""

import json

import pytest
from api_client import ALL_KEY, client_of
from sales_questions import counts
from typer.testing import CliRunner

from shopkeeper.reports.campaign import CampaignQuestion


@pytest.mark.parametrize(
    ("report", "least"),
    [
        *(("overview", 90), ("segments", 40), ("customer_segments", 12), ("churn", 6)),
        *(("scores", 8), ("recommendations", 22), ("quality", 6), ("lifetime_value", 33)),
        *(("monday", 7), ("identities", 9)),
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


def test_each_count_of_a_campaign_opens_as_many(demo):
    offer = CampaignQuestion(discount_rate=0.1, contact_cost=0.5, response_rate=0.3)
    found = demo.campaign(offer)
    everyone = {key for (key,) in demo.members(found.chosen.customers).rows}
    assert len(everyone) == found.chosen.customer_count > 0
    for row in found.segments[:3]:
        listed = {key for (key,) in demo.members(row.customers).rows}
        assert len(listed) == row.customer_count
        chosen = found.chosen_by_segment.get(row.segment, 0)
        assert len(listed & everyone) == chosen


def test_who_is_called_and_who_is_held_out_is_the_same_in_all_faces(demo_folder, demo):
    from shopkeeper.cli.main import app

    found = demo.monday()
    for selection, count in (
        (found.treated, found.treat_count),
        (found.held_out, found.holdout_count),
    ):
        rows = demo.members(selection).rows
        assert len(rows) == count > 0
        asked = ["show", "monday", "-C", str(demo_folder), "--members", selection.address]
        told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
        assert [tuple(row) for row in told["rows"]] == list(rows)
        with client_of(demo_folder) as client:
            answer = client.get(
                "/reports/monday/members",
                params={"of": selection.address, "page_size": 1000},
                headers={"Authorization": f"Bearer {ALL_KEY}"},
            )
        assert [(row["customer_id"],) for row in answer.json()["items"]] == list(rows)
    both = (found.treated, found.held_out)
    called, held = ({key for (key,) in demo.members(one).rows} for one in both)
    assert not called & held


def test_who_would_be_merged_is_listed_on_the_command_line(demo_folder, demo):
    from shopkeeper.cli.main import app

    found = demo.identities()
    assert found.merged_id_count
    asked = ["identities", "-C", str(demo_folder), "--members", found.merged_ids.address]
    lines = CliRunner().invoke(app, asked).stdout.splitlines()
    assert lines[0] == "source_customer_id"
    assert len(lines) == found.merged_id_count + 1
