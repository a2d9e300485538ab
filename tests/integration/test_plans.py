"""Plans on the demo shop: from list to read-out, months later, with money planted between."""

from __future__ import annotations

import csv
import io
import json
import shutil
import threading
from datetime import date

import numpy as np
import pytest
from api_client import ALL_KEY, client_of
from typer.testing import CliRunner

from shopkeeper import Workspace, as_plain, build, ingest, score
from shopkeeper.cli.main import app
from shopkeeper.decisions.holdout import draw_holdout
from shopkeeper.decisions.outcomes import outcomes_of
from shopkeeper.decisions.plan_files import plan_ids, read_plan
from shopkeeper.decisions.readout import effect
from shopkeeper.errors import (
    NotPublishedError,
    PlanDamagedError,
    SettingsError,
    UnknownNameError,
    UsageError,
    WorkspaceLockedError,
)
from shopkeeper.jobs.forget import forget
from shopkeeper.jobs.plan import plan_call_list, plan_campaign, withdraw
from shopkeeper.jobs.report import report
from shopkeeper.jobs.simulate_contacts import simulate_contacts
from shopkeeper.jobs.writing import locked
from shopkeeper.reports.campaign import CampaignQuestion
from shopkeeper.sources.simulation import SimulationTruth
from shopkeeper.sources.simulation.contacts import Contacts, keep
from shopkeeper.sources.simulation.plan import plan_shop

MADE, LATER = date(2024, 7, 1), date(2025, 1, 1)
SEEDS = 160
FIRST, SECOND = (f"2024-07-01-call-list-{number}" for number in (1, 2))
LONG = ["decisions.list_size=800", "decisions.holdout_share=0.5", "decisions.margin_rate=0.5"]
BACK = "shop.as_of=2024-07-01"


@pytest.fixture(scope="module")
def earlier(demo_folder, once):
    """The demo shop as it was half a year before its end; the models are those of the end."""

    def maker(folder):
        shutil.copytree(demo_folder, folder)
        build(Workspace(folder, overrides=[BACK]))
        score(Workspace(folder, overrides=[BACK]))

    return once("demo-shop-in-july", maker)


@pytest.fixture
def shop(earlier, tmp_path):
    shutil.copytree(earlier, tmp_path / "shop")
    return tmp_path / "shop"


@pytest.mark.slow
def test_from_the_list_to_the_read_out_with_a_planted_effect(shop, demo):
    """Plan, holdout, contacts that keep half of those who leave, 90 days later, read-out."""
    made = plan_call_list(Workspace(shop, overrides=LONG))
    assert made.plan_id == FIRST
    assert Workspace(shop).readout(FIRST).verdict == "too early"
    truth = simulate_contacts(Workspace(shop), FIRST, saved_rate=0.5)
    ingest(Workspace(shop))
    build(Workspace(shop))
    found = Workspace(shop).readout(FIRST)
    assert found.sales.low <= truth.effect_amount <= found.sales.high
    assert found.sales.low <= truth.expected_effect_amount <= found.sales.high
    assert found.verdict == "worked"
    assert found.profit.low > 0
    brought = found.sales_amount
    assert brought.low_amount <= truth.brought_amount <= brought.high_amount
    assert found.treat_count == truth.contacted_count
    for selection, arm in ((found.treated, "treat"), (found.held_out, "holdout")):
        told = [key for (key,) in Workspace(shop).members(selection).rows]
        listed = _stored(shop).targets
        assert told == sorted(listed.loc[listed["arm"] == arm, "customer_id"])
    # To the cent, and from nobody who was held out: with the file less without it.
    stored = _stored(shop)
    told, plain = (
        outcomes_of(place.table("purchases"), stored, as_of=LATER)["amount"]
        for place in (Workspace(shop), demo)
    )
    assert round(told.sum() - plain.sum(), 2) == float(truth.brought_amount)
    held = stored.targets["arm"] == "holdout"
    assert told[held].tolist() == plain[held].tolist()
    # What was measured replaces what was assumed, in the next list.
    measured = [rate for rate in found.rates if rate.is_conclusive]
    assert measured
    with pytest.raises(NotPublishedError, match="2024-07-01"):
        Workspace(shop).monday()
    score(Workspace(shop))
    terms = {term.name: term for term in Workspace(shop).monday().terms}
    for rate in measured:
        term = terms.get(f"saved by {rate.channel}")
        if term is not None:
            assert term.is_measured
            assert FIRST in term.source


def _stored(folder):
    return read_plan(folder / ".shopkeeper", FIRST)


@pytest.mark.slow
def test_intervals_hold_what_was_planted_in_the_shop(shop, demo):
    """The shop's own list and later orders; the holdout and those who are kept drawn anew."""
    plan_call_list(Workspace(shop, overrides=LONG))
    stored = _stored(shop)
    rows = outcomes_of(demo.table("purchases"), stored, as_of=LATER)
    ids, base = rows["customer_id"], rows["amount"].to_numpy(dtype=float)
    past = rows["past_amount"].to_numpy(dtype=float)
    world = plan_shop(SimulationTruth.load(shop / "data").options)
    inside, claimed = [], []
    for seed in range(SEEDS):
        held = draw_holdout(ids, share=0.5, key=f"{seed}/{FIRST}")
        planted = Contacts(contacted_on=MADE, day_count=90, saved_rate=0.3, key=str(seed))
        kept = next(keep(world, ids.tolist(), planted)).customers
        more = np.zeros(len(ids))
        more[kept.row] = kept.amount / 100
        found = effect(base + np.where(held, 0.0, more), held, past, draws=199)
        inside.append([found.low <= x <= found.high for x in (more.mean(), kept.expected.mean())])
        nothing = effect(base, held, past, draws=199)
        claimed.append(nothing.low > 0 or nothing.high < 0)
    error = (0.05 * 0.95 / SEEDS) ** 0.5
    assert (np.mean(inside, axis=0) >= 0.95 - 3 * error).all()
    assert np.mean(claimed) <= 0.05 + 3 * error


def test_an_effect_is_planted_in_a_made_up_shop_only_and_never_half(shop):
    plan_call_list(Workspace(shop))
    settings = (shop / "shopkeeper.toml").read_text()
    for wrong in (1.5, -0.1, float("nan")):
        with pytest.raises(UsageError, match="from 0 to 1"):
            simulate_contacts(Workspace(shop), FIRST, saved_rate=wrong)
    plan_call_list(Workspace(shop))
    withdraw(Workspace(shop), SECOND)
    with pytest.raises(UsageError, match="was withdrawn"):
        simulate_contacts(Workspace(shop), SECOND, saved_rate=0.2)
    (shop / "data" / "truth" / "truth.json").unlink()
    with pytest.raises(SettingsError) as caught:
        simulate_contacts(Workspace(shop), FIRST, saved_rate=0.2)
    assert "shopkeeper demo" in caught.value.hint
    assert (shop / "shopkeeper.toml").read_text() == settings
    assert not (shop / "data" / "contacts").exists()


def test_groups_of_the_model_are_segments_of_a_campaign_too(shop):
    """Each group has its own answer; together they are everyone; a plan keeps their names."""
    asked = {"discount_rate": 0.1, "contact_cost": 0.1, "response_rate": 0.05}
    shop = Workspace(shop)
    groups = shop.campaign(CampaignQuestion(**asked, by="groups"))
    rfm = shop.campaign(CampaignQuestion(**asked))
    assert (groups.by, rfm.by) == ("groups", "rfm")
    sizes = shop.frame("customer_segments").groupby("segment").size()
    assert {row.segment: row.customer_count for row in groups.segments} == sizes.to_dict()
    assert sum(row.customer_count for row in rfm.segments) == sizes.sum()
    assert len({row.roi for row in groups.segments}) == len(sizes) > 1
    # Whom it pays to contact does not hang on how customers are parted.
    assert groups.chosen.customer_count == rfm.chosen.customer_count
    one = groups.segments[0].segment
    plan_campaign(shop, CampaignQuestion(**asked, by="groups", segments=(one,)))
    made = read_plan(shop.state_folder, "2024-07-01-campaign-1")
    assert set(made.targets["segment"]) == {one}
    with pytest.raises(UnknownNameError, match="At risk"):
        shop.campaign(CampaignQuestion(**asked, by="groups", segments=("At risk",)))
    with pytest.raises(UnknownNameError, match="cluster"):
        shop.campaign(CampaignQuestion(**asked, by="cluster"))


@pytest.mark.slow
def test_nothing_planted_is_nothing_claimed(shop):
    plan_call_list(Workspace(shop, overrides=LONG))
    build(Workspace(shop))
    score(Workspace(shop))
    found = Workspace(shop).readout(FIRST)
    assert found.verdict == "no effect shown"
    assert found.sales.low < 0 < found.sales.high
    assert not any(rate.is_conclusive for rate in found.rates)
    assert all(
        not term.is_measured for term in Workspace(shop).monday().terms if "saved" in term.name
    )


@pytest.mark.slow
def test_the_plan_is_the_list_that_was_shown(shop):
    shown = Workspace(shop).monday()
    made = plan_call_list(Workspace(shop))
    names = ("customer_id", "channel", "gain_amount", "action", "reasons")
    assert [[getattr(c, n) for n in names] for c in made.customers] == [
        [getattr(c, n) for n in names] for c in shown.customers
    ]
    assert (
        (made.treat_count, made.holdout_count)
        == (shown.treat_count, shown.holdout_count)
        == (80, 20)
    )
    # Whom it left out, and why, is kept with it: what comes later changes none of it.
    for now, then in zip(shown.left_out, made.left_out, strict=True):
        assert (now.reason, now.customer_count) == (then.reason, then.customer_count)
        listed = Workspace(shop).members(then.customers.address)
        assert listed.count == then.customer_count > 0
        named = {key for (key,) in listed.rows}
        assert not named & set(read_plan(shop / ".shopkeeper", FIRST).targets["customer_id"])
    everyone = [Workspace(shop).members(f"plan_left_out:plan_id={FIRST}").count]
    assert sum(everyone) + made.treat_count + made.holdout_count == shown.customer_count
    _same_lists_in_all_faces(shop, made)
    for who in (named.pop(), made.customers[0].customer_id):
        assert forget(Workspace(shop), who).plans == (FIRST,)
    again = Workspace(shop).monday()
    assert not {c.customer_id for c in again.customers} & {c.customer_id for c in made.customers}
    on_first = read_plan(shop / ".shopkeeper", FIRST).targets["customer_id"]
    plan_call_list(Workspace(shop))
    on_second = read_plan(shop / ".shopkeeper", "2024-07-01-call-list-2").targets["customer_id"]
    assert not set(on_first) & set(on_second)
    withdraw(Workspace(shop), FIRST)
    freed = {c.customer_id for c in Workspace(shop).monday().customers}
    assert freed & set(on_first)


def _same_lists_in_all_faces(shop, made):
    """Command line, API and library name the same customers for a reason of a plan."""
    reason = made.left_out[-1].customers.address
    listed = [key for (key,) in Workspace(shop).members(reason).rows]
    asked = ["plan", "show", FIRST, "-C", str(shop), "--members", reason]
    assert CliRunner().invoke(app, asked).stdout.splitlines() == ["customer_id", *listed]
    with client_of(shop) as client:
        bearer = {"Authorization": f"Bearer {ALL_KEY}"}
        page = client.get(
            f"/plans/{FIRST}/members", params={"of": reason, "page_size": 1000}, headers=bearer
        ).json()
        assert (page["count"], page["next_cursor"] is None) == (len(listed), len(listed) <= 1000)
        assert [row["customer_id"] for row in page["items"]] == listed[:1000]
        other = client.get(f"/plans/{FIRST}/members?of=buyers", headers=bearer)
        assert other.status_code == 422


@pytest.mark.slow
def test_reading_commands_never_write(shop, command):
    plan_call_list(Workspace(shop))
    before = {f: f.stat().st_mtime_ns for f in (shop / ".shopkeeper").rglob("*") if f.is_file()}
    for words in (
        ("call-list", "--dry-run"),
        ("campaign", "--dry-run", "--response", "0.03", "--discount", "0.1"),
        ("list",), ("show", FIRST), ("export", FIRST), ("readout", FIRST),
    ):  # fmt: skip
        done = command("plan", *words, "--folder", shop)
        assert done.returncode == 0, done.stderr
    after = {f: f.stat().st_mtime_ns for f in (shop / ".shopkeeper").rglob("*") if f.is_file()}
    assert after == before


@pytest.mark.slow
def test_the_export_mails_nobody_who_is_held_out(shop, command):
    plan_call_list(Workspace(shop))
    targets = read_plan(shop / ".shopkeeper", FIRST).targets
    held = set(targets[targets["arm"] == "holdout"]["customer_id"])
    done = command("plan", "export", FIRST, "-C", shop, "--output", shop / "list.csv")
    assert done.returncode == 0, done.stderr
    with (shop / "list.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 80
    assert not held & {row["customer_id"] for row in rows}
    shown = command("plan", "export", FIRST, "-C", shop, "--with-holdout")
    flagged = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert {row["customer_id"] for row in flagged if row["contact"] == "no"} == held


def test_two_plans_at_once_do_not_share_customers(shop):
    """One of them waits for nobody: it is told who is at work."""
    errors, barrier = [], threading.Barrier(2)

    def make():
        barrier.wait()
        try:
            plan_call_list(Workspace(shop))
        except WorkspaceLockedError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = plan_ids(shop / ".shopkeeper")
    assert len(made) + len(errors) == 2
    lists = [set(read_plan(shop / ".shopkeeper", name).targets["customer_id"]) for name in made]
    assert len(set().union(*lists)) == sum(map(len, lists))


@pytest.mark.slow
def test_a_plan_waits_for_no_job_at_work(shop, command):
    from datetime import datetime

    with locked(shop / ".shopkeeper", datetime(2024, 7, 1)):
        done = command("plan", "call-list", "--folder", shop)
    assert done.returncode == 1
    assert "Another job is writing" in done.stderr
    assert plan_ids(shop / ".shopkeeper") == ()


def test_a_damaged_plan_stops_planning_and_not_the_report(shop):
    plan_call_list(Workspace(shop))
    file = shop / ".shopkeeper" / "plans" / FIRST / "targets.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(PlanDamagedError):
        plan_call_list(Workspace(shop))
    page = report(Workspace(shop)).read_text()
    assert "is missing or not what was written" in page
    assert 'id="monday"' not in page


@pytest.mark.slow
def test_a_campaign_is_planned_for_those_it_pays_for(shop, run_json, command):
    asked = ("plan", "campaign", "-C", shop, "--discount", "0.1", "--cost", "0.1")
    missing = command(*asked)
    assert missing.returncode == 2
    assert "--response" in missing.stderr
    found = run_json(*asked, "--response", "0.05", "--dry-run")
    rois = {row["segment"]: row["roi"] for row in found["segments"]}
    assert len({round(roi, 4) for roi in rois.values()}) == len(rois) > 5
    question = CampaignQuestion(discount_rate=0.1, contact_cost=0.1, response_rate=0.05)
    assert found == json.loads(json.dumps(as_plain(Workspace(shop).campaign(question))))
    made = run_json(*asked, "--response", "0.05")
    assert made["treat_count"] + made["holdout_count"] == found["chosen"]["customer_count"]
    wrong = command(*asked, "--response", "0.05", "--segment", "At rsik")
    assert wrong.returncode == 2
    assert "At risk" in wrong.stderr


def test_a_campaign_that_pays_for_nobody_is_no_plan(shop):
    question = CampaignQuestion(discount_rate=0.6, contact_cost=0.1, response_rate=0.05)
    with pytest.raises(UsageError, match="pays for 0"):
        plan_campaign(Workspace(shop), question)
    with pytest.raises(UsageError, match="nobody to plan for"):
        plan_call_list(Workspace(shop, overrides=["decisions.margin_rate=0.000001"]))
    assert plan_ids(shop / ".shopkeeper") == ()


def test_the_report_says_what_to_do_on_monday(demo, demo_folder):
    found = demo.monday()
    page = (demo_folder / "report.html").read_text()
    assert 'id="monday"' in page
    assert all(customer.customer_id in page for customer in found.customers)
    assert (
        sum(row.customer_count for row in found.left_out) + found.list_count == found.customer_count
    )


@pytest.mark.slow
def test_unknown_plans_and_empty_folders_are_named(shop, tmp_path, command):
    done = command("plan", "show", "2024-07-01-call-list-9", "-C", shop)
    assert done.returncode == 2
    empty = command("plan", "call-list", "-C", tmp_path / "nothing")
    assert empty.returncode == 1
    assert "shopkeeper run" in empty.stderr
    assert not (tmp_path / "nothing").exists()
