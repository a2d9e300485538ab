"""Publishing: what other tools find in the database, when it changes, and what goes wrong."""

from __future__ import annotations

import os
from datetime import date, datetime, time

import psycopg
import pytest
from published_shop import PublishedShop, published_shop

from shopkeeper import Workspace, boards
from shopkeeper.boards.customers import CALL_LIST
from shopkeeper.errors import ServerUnavailableError, StorageError, UsageError
from shopkeeper.jobs.plan import plan_call_list
from shopkeeper.jobs.publish import newest_call_list, publish
from shopkeeper.workspace import questions_of_run

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture(scope="module")
def shop(demo_folder, tmp_path_factory, postgres) -> PublishedShop:
    return published_shop(demo_folder, tmp_path_factory.mktemp("published") / "shop", postgres)


def plain(rows: list[tuple]) -> list[tuple]:
    """Gives rows in an order and precision that both engines share."""
    return sorted(tuple(_said(value) for value in row) for row in rows)


def _said(value: object) -> str:
    if isinstance(value, datetime):
        # A day, as DuckDB gives it where it was cut to the month.
        assert value.time() == time()
        value = value.date()
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def there(shop: PublishedShop) -> list:
    """Gives the boards that the shop's tables can make."""
    return list(boards.possible({*shop.open().published.tables, CALL_LIST.name})[0])


def test_every_board_says_what_the_shops_own_tables_say(shop):
    workspace = shop.open()
    questions = questions_of_run(workspace.settings, workspace.published)
    assert [board.name for board in there(shop)] == [board.name for board in shop.report.boards]
    assert len(there(shop)) >= 8
    for board in there(shop):
        if CALL_LIST.name in board.inputs:
            continue
        tables = {table: workspace.table(table) for table in board.inputs}
        ours = workspace.engine.collect(board.expression(tables, questions)).to_pylist()
        theirs = shop.ask(f"SELECT * FROM boards.{board.name}")
        assert len(theirs) > 0
        assert plain(theirs) == plain([tuple(row.values()) for row in ours]), board.name


def test_the_numbers_are_those_of_the_reports(shop):
    workspace = shop.open()
    (row,) = shop.ask("SELECT customer_count, expected_amount FROM boards.headlines")
    longest = max(workspace.lifetime_value().horizons, key=lambda one: one.horizon_days)
    assert row == (longest.customer_count, longest.expected_amount)
    (found,) = shop.ask("SELECT count(*) FILTER (WHERE is_at_risk), count(*) FROM boards.whales")
    whales = workspace.whales()
    assert found == (whales.at_risk_count, whales.whale_count)
    steps = shop.ask("SELECT sum(person_count) FROM boards.funnel_steps GROUP BY step_number")
    assert {int(n) for (n,) in steps} == {step.count for step in workspace.funnel().steps}


def test_views_and_columns_carry_the_words_of_their_contracts(shop):
    for board in there(shop):
        told = shop.ask(f"SELECT obj_description('boards.{board.name}'::regclass)")
        assert told == [(board.contract.meaning,)]
        columns = shop.ask(
            "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute "
            f"WHERE attrelid = 'boards.{board.name}'::regclass AND attnum > 0 ORDER BY attnum"
        )
        assert [name for name, _ in columns] == list(board.contract.column_names)
        for name, text in columns:
            assert text.startswith(board.contract.column(name).meaning)


def test_no_address_of_a_customer_is_published(shop):
    found = shop.ask(
        "SELECT count(*) FROM information_schema.columns "
        "WHERE table_schema IN ('gold', 'mart', 'scores', 'boards', 'shopkeeper') "
        "AND column_name LIKE '%mail%'"
    )
    assert "email" in shop.open().table("customer_360").columns
    assert found == [(0,)]


def test_publishing_again_copies_nothing(shop):
    again = publish(shop.open(), to=shop.address)
    assert again.copied == ()
    assert again.table_rows == shop.report.table_rows


def test_a_reader_reads_boards_and_writes_nothing(shop):
    role = f"reader_{os.getpid()}"
    shop.ask(f"CREATE ROLE {role} LOGIN PASSWORD 'for-reading'")
    publish(shop.open(f"publish.reader_role={role}"), to=shop.address)
    name = shop.address.split("@/")[1].split("?")[0]
    theirs = shop.server.address(name, role, "for-reading")
    with psycopg.connect(theirs, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM boards.whales").fetchone()[0] > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE boards.mine (x int)")
        with pytest.raises(psycopg.errors.Error):
            connection.execute("DELETE FROM scores.customer_scores")


def test_call_list_is_the_newest_plan_without_those_held_out(shop):
    assert shop.ask("SELECT count(*) FROM boards.monday_call_list") == [(0,)]
    assert "monday_call_list" in shop.report.left_out
    workspace = shop.open()
    made = plan_call_list(workspace)
    done = publish(workspace, to=shop.address)
    assert done.copied == (CALL_LIST.name,)
    plan_id, targets = newest_call_list(workspace)
    held_out = set(targets.loc[targets["arm"] != "treat", "customer_id"])
    listed = shop.ask("SELECT plan_id, customer_id FROM boards.monday_call_list ORDER BY place")
    assert {plan for plan, _ in listed} == {plan_id} == {made.plan_id}
    assert len(listed) == made.treat_count
    assert held_out
    assert not held_out & {customer for _, customer in listed}


def test_what_cannot_be_published_whole_changes_nothing(shop, demo_folder):
    """The last board cannot be replaced: the tables before it stay as they were, too."""
    fresh = published_shop(demo_folder, shop.folder.with_name("other"), shop.server)
    fresh.ask("DROP VIEW boards.cohort_retention")
    fresh.ask("CREATE VIEW boards.cohort_retention AS SELECT 1 AS other")
    fresh.ask("CREATE VIEW public.mine AS SELECT * FROM boards.cohort_retention")
    before = fresh.ask("SELECT max(version) FROM shopkeeper.table_versions")
    workspace = fresh.open()
    plan_call_list(workspace)
    with pytest.raises(StorageError, match="stands on a column"):
        publish(workspace, to=fresh.address)
    assert fresh.ask("SELECT count(*) FROM scores.call_list") == [(0,)]
    assert fresh.ask("SELECT count(*) FROM boards.monday_call_list") == [(0,)]
    assert fresh.ask("SELECT max(version) FROM shopkeeper.table_versions") == before
    fresh.ask("DROP VIEW public.mine")
    publish(workspace, to=fresh.address)
    assert fresh.ask("SELECT count(*) FROM scores.call_list")[0][0] > 0


def test_a_board_that_cannot_be_made_any_more_goes(shop):
    """Nobody looks at last month's risks because this month has none."""
    workspace = shop.open()
    manifest = workspace.published
    kept = {name: table for name, table in manifest.tables.items() if name != "funnel"}
    object.__setattr__(manifest, "tables", kept)
    done = publish(workspace, to=shop.address)
    assert done.left_out["funnel_steps"] == "table `funnel` is not published"
    assert shop.ask("SELECT to_regclass('boards.funnel_steps'), to_regclass('mart.funnel')") == [
        (None, None)
    ]
    publish(shop.open(), to=shop.address)
    assert shop.ask("SELECT count(*) > 0 FROM boards.funnel_steps") == [(True,)]


def test_it_does_not_publish_over_the_shops_own_tables(shop):
    workspace = shop.open("engine.kind=postgres", f"engine.address={shop.address}")
    with pytest.raises(UsageError, match="under the same names"):
        publish(workspace, to=shop.address)


def test_the_command_says_what_it_did_and_never_a_password(command, shop):
    done = command("publish", "--to", shop.address, "--folder", shop.folder)
    assert done.returncode == 0, done.stderr
    assert f"published {len(there(shop))} boards" in done.stdout
    wrong = shop.address.replace("right-one", "quite-wrong")
    failed = command("publish", "--to", wrong, "--folder", shop.folder)
    assert failed.returncode == 1
    assert "`--to`" in failed.stderr
    for text in (done.stdout, done.stderr, failed.stdout, failed.stderr):
        assert "right-one" not in text
        assert "quite-wrong" not in text


def test_without_an_address_it_says_how_to_name_one(shop):
    with pytest.raises(UsageError, match="where to publish"):
        publish(Workspace(shop.folder))
    with pytest.raises(ServerUnavailableError):
        publish(shop.open(), to="postgresql://nobody@127.0.0.1:1/nothing")


def test_as_of_stands_on_every_dated_board(shop):
    as_of = shop.open().published.as_of
    assert isinstance(as_of, date)
    for board in there(shop):
        if "as_of" in board.contract.column_names:
            assert shop.ask(f"SELECT DISTINCT as_of FROM boards.{board.name}") == [(as_of,)]
