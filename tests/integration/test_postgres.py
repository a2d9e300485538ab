"""The main job on PostgreSQL: what people see there, what goes wrong, and what stays as it was."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import psycopg
import pytest
from api_client import client_of
from postgres_server import Server

from shopkeeper import Workspace, run
from shopkeeper.errors import (
    MissingExtraError,
    NotPublishedError,
    ServerUnavailableError,
    SettingsError,
    ShopkeeperError,
    StorageError,
    WorkspaceLockedError,
)
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import ensure_source
from shopkeeper.jobs.writing import writing

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

HEADER = "order_id,ordered_at,customer_id,product_id,product_name,quantity,unit_price\n"
ORDERS = (
    "1,2025-03-01 10:00:00,ann,tea,Pot of tea,2,10.00\n"
    "2,2025-03-05 11:00:00,bob,cup,Cup,1,4.50\n"
    "3,2025-04-01 09:30:00,ann,cup,Cup,3,4.50\n"
)
MORE = "4,2025-05-01 12:00:00,cid,mat,Mat,1,7.25\n"
OTHER_COLUMN = HEADER.replace("\n", ",note\n") + MORE.replace("\n", ",a gift\n")


class Shop:
    """A shop of a few orders, whose tables stand in a database of its own."""

    def __init__(self, folder: Path, server: Server, address: str) -> None:
        self.server = server
        self.address = address
        self.folder = folder / "shop"
        self.orders = folder / "orders"

    @classmethod
    def made(cls, folder: Path, server: Server) -> Shop:
        """Makes a shop that has not been run, and a database for it."""
        shop = cls(folder, server, server.database())
        shop.orders.mkdir(parents=True)
        (shop.orders / "a.csv").write_text(HEADER + ORDERS)
        ensure_source(shop.folder, shop.orders)
        return shop

    def open(self, **options: object) -> Workspace:
        given = {"kind": "postgres", "address": self.address, **options}
        overrides = [f"engine.{name}={json.dumps(value)}" for name, value in given.items()]
        return Workspace(self.folder, overrides=overrides)

    def run(self, **options: object) -> Workspace:
        workspace = self.open(**options)
        run(workspace)
        return workspace

    def build(self, **options: object) -> Workspace:
        """Brings the tables up to date, without models and reports, which nobody will look at."""
        workspace = self.open(**options)
        ingest(workspace)
        assert not build(workspace).errors
        return workspace

    def ask(self, statement: str) -> list[tuple]:
        """Asks the database, as other programs do."""
        return self.server.run(statement, self.address)

    def amounts(self) -> list[tuple]:
        return self.ask("SELECT order_id, net_amount::float FROM silver.orders ORDER BY 1")


@pytest.fixture
def new_shop(tmp_path, postgres) -> Shop:
    """A shop that has not been run."""
    return Shop.made(tmp_path, postgres)


@pytest.fixture(scope="module")
def first_run(postgres, tmp_path_factory) -> tuple[Path, str]:
    """A shop after its first run: its folder, and its database, to which nobody connects."""
    folder = tmp_path_factory.mktemp("first-run")
    shop = Shop.made(folder, postgres)
    shop.run().close()
    return folder, shop.address


@pytest.fixture
def shop(first_run, postgres, tmp_path) -> Shop:
    """A shop after its first run, which each test has for itself: put back as it was then."""
    folder, address = first_run
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return Shop(tmp_path, postgres, postgres.put_back(address))


BEFORE = [("1", 20.0), ("2", 4.5), ("3", 13.5)]
AFTER = [*BEFORE, ("4", 7.25)]


def add(shop: Shop, text: str = HEADER + MORE) -> None:
    (shop.orders / "b.csv").write_text(text)


def relations(shop: Shop) -> set[str]:
    found = shop.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'shopkeeper'")
    return {name for (name,) in found}


def test_people_read_views_in_a_schema_for_each_layer(shop):
    assert shop.amounts() == BEFORE
    layers = shop.ask("SELECT DISTINCT schemaname FROM pg_views WHERE schemaname !~ '^pg_|^info'")
    assert {name for (name,) in layers} == {"bronze", "silver", "gold", "mart", "scores"}


def test_a_prefix_keeps_two_shops_of_one_database_apart(new_shop):
    new_shop.run(schema_prefix="north_")
    assert new_shop.ask("SELECT count(*) FROM north_silver.orders") == [(3,)]
    assert new_shop.ask("SELECT to_regnamespace('silver')") == [(None,)]


def test_tables_and_columns_say_what_they_mean(shop):
    about = shop.ask("SELECT obj_description('gold.customer_360'::regclass)")[0][0]
    column = shop.ask(
        "SELECT col_description(attrelid, attnum) FROM pg_attribute "
        "WHERE attrelid = 'silver.orders'::regclass AND attname = 'net_amount'"
    )[0][0]
    assert about.startswith("One row per customer")
    assert column == "Gross less discount less refund; unit: currency"


def test_the_key_of_a_table_is_its_grain_and_what_faces_seek_has_an_index(shop):
    found = shop.ask(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'shopkeeper' "
        "AND tablename LIKE 'orders\\_%'"
    )
    keys = {text.split("btree ")[1] for (text,) in found}
    assert keys == {"(source, order_id)", "(customer_id)", "(order_id)", "(order_date)"}


def test_a_reader_role_reads_everything_and_writes_nothing(new_shop):
    new_shop.server.run("DROP ROLE IF EXISTS analyst")
    new_shop.server.run("CREATE ROLE analyst LOGIN PASSWORD 'reads'")
    new_shop.run(reader_role="analyst")
    database = new_shop.address.split("@/")[1].split("?")[0]
    address = new_shop.server.address(database, "analyst", "reads")
    assert new_shop.server.run("SELECT count(*) FROM silver.orders", address) == [(3,)]
    assert new_shop.open(address=address).overview() == new_shop.open().overview()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        new_shop.server.run("DELETE FROM shopkeeper.table_versions", address)


def test_new_rows_join_the_ones_that_were_read_before(shop):
    add(shop)
    workspace = shop.build()
    assert shop.amounts() == AFTER
    assert len(workspace.published.tables["raw_orders"].version.files) == 2
    assert shop.ask("SELECT count(*) FROM bronze.raw_orders") == [(4,)]


def test_a_column_that_a_new_file_brings_is_missing_on_the_old_rows(shop):
    add(shop, OTHER_COLUMN)
    workspace = shop.build()
    wanted = [None, None, None, "a gift"]
    assert sorted(workspace.frame("raw_orders")["note"], key=str) == wanted
    assert shop.ask("SELECT note FROM bronze.raw_orders ORDER BY note NULLS FIRST") == [
        (text,) for text in wanted
    ]


def test_an_older_version_is_read_by_its_number(shop):
    add(shop)
    workspace = shop.build()
    counts = [len(workspace.frame("orders", version=number)) for number in (0, 1)]
    assert counts == [3, 4]
    assert [row["row_count"] for row in workspace.versions("orders")] == [4, 3]


def test_versions_beyond_those_that_are_kept_are_dropped(shop):
    for number in range(2):
        (shop.orders / f"more{number}.csv").write_text(
            HEADER + MORE.replace("4,", f"{number + 4},", 1)
        )
        workspace = shop.build(kept_versions=2)
    orders = {name for name in relations(shop) if name.startswith("orders_")}
    assert len(orders) == 2
    with pytest.raises(NotPublishedError) as caught:
        workspace.frame("orders", version=0)
    assert caught.value.message == "Version 0 of `orders` is no longer kept."


def test_each_engine_has_a_last_good_run_of_its_own(shop):
    embedded = Workspace(shop.folder)
    assert embedded.manifest is None
    run(embedded)
    assert embedded.overview() == shop.open().overview()


def test_a_reader_in_the_middle_of_a_query_is_not_disturbed(shop, monkeypatch):
    monkeypatch.setattr("shopkeeper.engines.postgres_views.SECONDS_FOR_A_TRY", 1)
    monkeypatch.setattr("shopkeeper.engines.postgres_views.SECONDS_BETWEEN_TRIES", 0.0)
    monkeypatch.setattr("shopkeeper.engines.postgres_views.TRIES", 2)
    add(shop)
    with psycopg.connect(shop.address) as reader:
        reader.execute("SELECT * FROM silver.orders")
        with pytest.raises(StorageError) as caught:
            shop.run()
        assert reader.execute("SELECT count(*) FROM silver.orders").fetchone() == (3,)
    assert caught.value.message.startswith("Readers hold the tables of")
    assert shop.amounts() == BEFORE
    shop.run()
    assert shop.amounts() == AFTER


def test_a_view_of_somebody_else_follows_to_the_new_rows(shop):
    shop.ask("CREATE VIEW public.mine AS SELECT count(*) AS n FROM silver.orders")
    add(shop)
    shop.build()
    assert shop.ask("SELECT n FROM public.mine") == [(4,)]


def test_a_view_of_somebody_else_on_columns_that_change_stops_the_run_and_is_named(shop):
    # As an older release of Shopkeeper may have left it.
    shop.ask("DROP VIEW silver.orders CASCADE; CREATE VIEW silver.orders AS SELECT 1 AS other")
    shop.ask("CREATE VIEW public.mine AS SELECT other FROM silver.orders")
    add(shop)
    with pytest.raises(StorageError) as caught:
        shop.build()
    assert "silver.orders" in caught.value.message
    assert shop.ask("SELECT other FROM public.mine") == [(1,)]


def stopped(shop: Shop, table: str) -> ShopkeeperError:
    """Runs until a table is built, ends the connection from outside; gives the error."""

    def tell(step) -> None:
        if step.subject == table:
            shop.server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'shopkeeper'"
            )

    with pytest.raises(ServerUnavailableError) as caught:
        run(shop.open(), tell=tell)
    return caught.value


def test_a_database_that_goes_away_leaves_the_last_good_run(shop):
    add(shop)
    assert "went away" in stopped(shop, "customers").message
    assert shop.amounts() == BEFORE
    assert shop.open().frame("orders").shape[0] == 3
    shop.run()
    assert shop.amounts() == AFTER


def test_what_a_stopped_run_built_is_taken_up_and_the_rest_is_swept(shop):
    add(shop)
    stopped(shop, "customers")
    left = {name for name in relations(shop) if name.startswith("order_items_")}
    assert len(left) == 2
    # Another file changes everything after bronze: nobody needs what the stopped run had built.
    (shop.orders / "b.csv").unlink()
    add(shop, HEADER + MORE.replace("7.25", "8.25"))
    shop.run(kept_versions=2)
    named = {
        p for (parts,) in shop.ask("SELECT parts FROM shopkeeper.table_versions") for p in parts
    }
    assert relations(shop) - {"table_versions", "owner"} <= named


def test_a_run_that_was_killed_after_publishing_is_made_good(shop, monkeypatch):
    add(shop)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("shopkeeper.jobs.writing.write_manifest", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.run()
    # Readers of the database see the new run; those of the workspace the old one; both whole.
    assert shop.amounts() == AFTER
    assert shop.open().frame("orders").shape[0] == 3
    workspace = shop.run()
    assert workspace.frame("orders").shape[0] == 4
    assert shop.amounts() == AFTER


def test_two_writers_do_not_meet_even_from_two_machines(shop, tmp_path):
    other = Workspace(
        tmp_path / "elsewhere",
        overrides=["engine.kind=postgres", f'engine.address="{shop.address}"'],
    )
    with writing(shop.open()), pytest.raises(WorkspaceLockedError) as caught, writing(other):
        pass
    assert "shopkeeper" in caught.value.message


def test_schemas_of_another_shop_are_left_alone(shop, tmp_path):
    ensure_source(tmp_path / "elsewhere", shop.orders)
    other = Workspace(
        tmp_path / "elsewhere",
        overrides=["engine.kind=postgres", f'engine.address="{shop.address}"'],
    )
    with pytest.raises(StorageError) as caught:
        run(other)
    assert "holds the tables of another shop" in caught.value.message
    assert "engine.schema_prefix" in caught.value.hint
    assert shop.amounts() == BEFORE


def test_a_database_that_was_lost_is_said_to_be_lost(shop):
    shop.ask("DROP SCHEMA shopkeeper CASCADE")
    with pytest.raises(StorageError) as caught:
        shop.run()
    assert caught.value.message.startswith("A part of `batches` is gone from the database")
    (pointer,) = (shop.folder / ".shopkeeper").glob("current-*.json")
    assert pointer.name in caught.value.hint
    pointer.unlink()
    shop.run()
    assert shop.amounts() == BEFORE


def test_an_address_without_a_database_is_refused(new_shop):
    with pytest.raises(SettingsError) as caught:
        new_shop.run(address="postgresql://ann@host")
    assert caught.value.message == "Setting `engine.address` names no database."


def test_an_engine_that_is_a_server_needs_an_address(new_shop):
    workspace = Workspace(new_shop.folder, overrides=["engine.kind=postgres"])
    with pytest.raises(SettingsError) as caught:
        run(workspace)
    assert caught.value.message == "Setting `engine.address` is missing: the engine is a server."


@pytest.mark.parametrize(
    "address",
    ["postgresql://ann:secret@[::1/x", "ann secret", "host=x password=secret y"],
)
def test_what_is_no_address_is_refused_without_being_repeated(new_shop, address):
    with pytest.raises(SettingsError) as caught:
        new_shop.run(address=address)
    assert "secret" not in f"{caught.value.message}{caught.value.hint}"


def unreachable(postgres) -> dict[str, str]:
    return {
        "wrong password": postgres.address(password="secret"),
        "no such database": postgres.address("nowhere"),
        "no server": "postgresql://ann:secret@/x?host=/nowhere",
        "no such host": "postgresql://ann:secret@127.0.0.1:1/x",
    }


@pytest.mark.parametrize(
    "case", ["wrong password", "no such database", "no server", "no such host"]
)
def test_a_server_that_cannot_be_reached_is_said_so_and_nothing_changes(shop, postgres, case):
    workspace = shop.open()
    before = workspace.published.run_id
    address = unreachable(postgres)[case]
    with pytest.raises(ServerUnavailableError) as caught:
        shop.run(address=address)
    assert caught.value.message.startswith("No connection to the database `")
    assert "secret" not in caught.value.message
    assert shop.open().published.run_id == before


def test_a_role_that_may_not_make_schemas_is_told_what_to_ask_for(new_shop):
    new_shop.server.run("DROP ROLE IF EXISTS guest")
    new_shop.server.run("CREATE ROLE guest LOGIN PASSWORD 'looks'")
    database = new_shop.address.split("@/")[1].split("?")[0]
    with pytest.raises(ServerUnavailableError) as caught:
        new_shop.run(address=new_shop.server.address(database, "guest", "looks"))
    assert "permission denied" in caught.value.message
    assert "GRANT CREATE ON DATABASE" in caught.value.hint


def test_the_password_is_written_and_shown_nowhere(shop, command):
    secret = "right-one"
    assert secret in shop.address
    options = ["--engine", "postgres", "-C", shop.folder]
    environment = {"SHOPKEEPER_ENGINE__ADDRESS": shop.address}
    for arguments in (["settings"], ["settings", "--json"], ["run"], ["tables"]):
        done = command(*arguments, *options, **environment)
        assert done.returncode == 0, done.stderr
        assert secret not in done.stdout + done.stderr
    for file in shop.folder.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file


def test_without_the_driver_the_extra_is_named(new_shop, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError) as caught:
        new_shop.run()
    assert caught.value.hint == "pip install 'shopkeeper[postgres]'"


def test_the_api_answers_from_the_database_and_picks_up_a_new_run(shop, tmp_path):
    embedded = tmp_path / "embedded"
    ensure_source(embedded, shop.orders)
    run(Workspace(embedded))
    workspace = shop.open()
    overrides = [f"engine.kind={json.dumps('postgres')}", f"engine.address={shop.address}"]
    asked = ("/customers/ann", "/customers", "/quality", "/reports/overview", "/customers/zoe")
    with client_of(shop.folder, *overrides) as here, client_of(embedded) as there:
        for path in asked:
            one, other = here.get(path), there.get(path)
            assert one.status_code == other.status_code, path
            assert plain(one.json()) == plain(other.json()), path
        assert here.get("/customers/cid").status_code == 404
        add(shop)
        run(workspace)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while here.get("/customers/cid").status_code == 404 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert here.get("/customers/cid").json()["net_amount"] == "7.2500"


PATIENCE_SECONDS = 20
OF_THE_RUN = ("run_id", "instance", "loaded_at", "request_id", "etag", "file")


def plain(found):
    """Gives an answer without what differs from run to run."""
    if isinstance(found, dict):
        return {name: plain(value) for name, value in found.items() if name not in OF_THE_RUN}
    return [plain(value) for value in found] if isinstance(found, list) else found
