"""Merge and split from the command line: shown first, recorded, applied, undone to the byte."""

import hashlib
import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from sales_questions import counts as counts_of

from shopkeeper import Workspace
from shopkeeper.errors import NotPublishedError, UnknownNameError, UsageError
from shopkeeper.jobs.build import build
from shopkeeper.jobs.identities import merge_by_keys, merge_ids, split_ids, undo
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import ensure_source
from shopkeeper.jobs.score import score

NOW = datetime(2026, 1, 1, 12, 0, 0)
HEADER = "order_id,ordered_at,customer_id,email,product_id,quantity,unit_price\n"
# Ann has two accounts and orders as a guest; Bob has one, and a guest is nobody else.
WHO = (
    *(("C1", "ann@example.org"), ("C2", "Ann+shop@Example.org"), ("", "ANN@example.org")),
    *(("C3", "bob@example.org"), ("", "eve@example.org"), ("C4", ""), ("", "")),
)
ROWS = "".join(
    f"A{n},2024-{1 + n % 12:02}-{1 + n % 27:02} 10:00:00,{WHO[n % 7][0]},{WHO[n % 7][1]},"
    f"P{n % 3},{1 + n % 2},{2 + n % 5}.50\n"
    for n in range(70)
)


@pytest.fixture(scope="session")
def shop_of_guests(once) -> Path:
    """A small shop with guests and duplicates: built and scored, without models."""

    def maker(place: Path) -> None:
        place.mkdir()
        (place / "orders.csv").write_text(HEADER + ROWS)
        ensure_source(place / "shop", place / "orders.csv")
        workspace = Workspace(place / "shop")
        ingest(workspace, now=NOW)
        brought_up(workspace)
        workspace.close()

    return once("shop-of-guests", maker)


def brought_up(workspace: Workspace) -> None:
    assert not build(workspace, now=NOW).errors
    score(workspace, now=NOW)


@pytest.fixture
def shop(shop_of_guests, tmp_path):
    shutil.copytree(shop_of_guests, tmp_path, dirs_exist_ok=True)
    workspace = Workspace(tmp_path / "shop")
    yield workspace
    workspace.close()


def published(workspace: Workspace) -> dict[str, str]:
    """Gives the hash of each published table's bytes."""
    return {
        name: hashlib.sha256(
            b"".join(path.read_bytes() for path in workspace.lake.paths(table.version))
        ).hexdigest()
        for name, table in workspace.published.tables.items()
    }


@pytest.mark.slow
def test_a_merge_does_what_its_preview_says_and_a_split_restores_every_byte(shop):
    before = published(shop)
    preview = shop.identities()
    assert (preview.merged_id_count, preview.guest_count) == (1, 2)
    done = merge_by_keys(shop, shop.settings.identities, now=NOW)
    assert done.is_new
    assert done.effects == preview.effects
    assert published(shop) == before
    recorded = shop.identities()
    assert (recorded.waiting_count, recorded.linked_count) == (4, 4)
    assert all(shop.members(s).count == count for _, count, s in counts_of(recorded))
    brought_up(shop)
    counts = {one.segment: one.after for one in preview.effects.segments}
    assert {one.segment: one.customer_count for one in shop.segments().segments} == counts
    assert shop.quality().is_reconciled
    assert shop.identities().waiting_count == 0
    customers = shop.frame("customers").set_index("customer_id")["source_customer_count"]
    assert dict(customers) == {"C1": 3, "C3": 1, "C4": 1, "email:eve@example.org": 1}
    # Raw rows and what they say are as they were.
    now = published(shop)
    raw = [name for name in before if name in ("batches", "raw_orders", "source_lines")]
    assert [now[name] for name in raw] == [before[name] for name in raw]
    assert now["order_items"] != before["order_items"]
    undo(shop, 1, now=NOW)
    brought_up(shop)
    assert published(shop) == before
    assert [entry.action for entry in shop.identity_log()] == ["merge", "split"]


def test_merging_and_splitting_by_name(shop):
    assert merge_ids(shop, ["C3", "C4"], why="moved", is_dry=True).entry.ids == ("C3", "C4")
    assert shop.identity_log() == ()
    merge_ids(shop, ["C3", "C4"], why="moved", now=NOW)
    # A guest never gives the name where there is an account.
    merge_ids(shop, ["email:eve@example.org", "C4"], now=NOW)
    assert set(shop.identity_log()[1].customer_ids) == {"C3"}
    merged = [key for (key,) in shop.members(shop.identities().linked).rows]
    assert merged == ["C3", "C4", "email:eve@example.org"]
    with pytest.raises(UsageError, match="are one person already: `C3`"):
        merge_ids(shop, ["C4", "C3"])
    split_ids(shop, ["email:eve@example.org"], now=NOW)
    assert shop.identity_log()[2].apart == ("email:eve@example.org",)
    # No key names again who was split by name.
    assert shop.identities().guest_count == 1
    split_ids(shop, ["C3"], now=NOW)
    assert shop.identities().linked_count == 0
    with pytest.raises(UsageError, match="Nothing of entry 1 stands any more"):
        undo(shop, 1)
    assert [entry.why for entry in shop.identity_log()] == ["moved", "", "", ""]


def test_what_cannot_be_merged_or_split_is_told(shop, tmp_path):
    cases = [
        (lambda: merge_ids(shop, ["C1"]), UsageError, "two ids or more"),
        (lambda: merge_ids(shop, ["C1", "C9"]), UnknownNameError, "no customer or guest `C9`"),
        (lambda: split_ids(shop, ["C1"]), UsageError, "`C1` is merged with nobody"),
        (lambda: split_ids(shop, ["C9"]), UnknownNameError, "no customer or guest `C9`"),
        (lambda: undo(shop, 1), UnknownNameError, "no entry `1`"),
        (lambda: merge_by_keys(shop, by("phone")), UsageError, "No line gives `phone`"),
        (lambda: Workspace(tmp_path / "new").identities(), NotPublishedError, "Nothing"),
    ]
    for call, kind, words in cases:
        with pytest.raises(kind, match=words) as caught:
            call()
        assert caught.value.hint or kind is UnknownNameError, words
    with pytest.raises(UnknownNameError) as caught:
        merge_ids(shop, ["C1", "eve@example.org"])
    assert caught.value.hint == "did you mean the guest `email:eve@example.org`?"
    merge_by_keys(shop, by("email"))
    with pytest.raises(UsageError, match="nobody to merge"):
        merge_by_keys(shop, by("email"))
    undo(shop, 1)
    merge_by_keys(shop, by("email"))
    # What the third entry said again is not the first one's any more.
    with pytest.raises(UsageError, match="Nothing of entry 1 stands any more"):
        undo(shop, 1)
    assert len(shop.identity_log()) == 3


def by(kind: str):
    from shopkeeper.settings import IdentitySettings

    return IdentitySettings(keys=(kind,))


@pytest.mark.slow
def test_commands_show_first_and_record_on_yes(shop, command):
    place = ("--folder", shop.folder)
    shown = command("identities", *place)
    assert shown.returncode == 0, shown.stderr
    assert "a…n@example.org" in shown.stdout
    assert "ann@example.org" not in shown.stdout.lower()
    assert "how it is counted: ids are one person that share an e-mail" in shown.stdout
    dry = command("merge", "--by", "email", *place)
    assert "nothing is recorded" in dry.stdout
    assert "the same with `--yes`" in dry.stderr
    assert shop.identity_log() == ()
    done = command("merge", "--by", "email", "--yes", "--json", *place)
    plain = json.loads(done.stdout)
    assert plain["is_recorded"]
    assert plain["entry"]["id_count"] == 4
    back = command("split", "--entry", 1, "--yes", *place)
    assert "recorded as entry 2" in back.stdout
