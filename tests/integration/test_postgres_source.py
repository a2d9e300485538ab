"""Orders that stand in a database are read as files are: what was read is not read again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopkeeper import Workspace
from shopkeeper.errors import ServerUnavailableError, SettingsError, StorageError
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import write_settings

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

TABLE = """
CREATE SCHEMA web;
CREATE TABLE web.order_lines (
    order_id bigint, ordered_at timestamptz, customer_id text, product_id text,
    product_name text, quantity integer, unit_price numeric, is_gift boolean
);
INSERT INTO web.order_lines VALUES
    (2, '2025-03-05 12:00:00+01', 'bob', 'cup', 'Cup, "blue"', 1, 4.50, false),
    (1, '2025-07-01 10:00:00+02', 'ann', 'tea', E'Pot\nof tea', 2, 10, true),
    (3, '2025-04-01 09:30:00+00', NULL, 'cup', NULL, 3, 4.5, NULL)
"""


class Shop:
    """A shop whose orders stand in a database and whose tables stand in its own lake."""

    def __init__(self, folder: Path, postgres) -> None:
        self.server, self.folder = postgres, folder / "shop"
        self.address = postgres.database()
        self.ask(TABLE)

    def ask(self, statement: str) -> list[tuple]:
        return self.server.run(statement, self.address)

    def run(self, asked: str = "table=web.order_lines", address: str | None = None) -> Workspace:
        path = f"{address or self.address}&{asked}"
        source = {"name": "orders", "kind": "files", "path": path}
        (self.folder / "shopkeeper.toml").unlink(missing_ok=True)
        write_settings(self.folder, shop={"time_zone": "Europe/London"}, source=source)
        workspace = Workspace(self.folder)
        ingest(workspace)
        assert not build(workspace).errors
        return workspace

    def orders(self, workspace: Workspace) -> list[tuple]:
        frame = workspace.frame("orders").sort_values("order_id")
        return list(
            zip(
                frame["order_id"], frame["ordered_at"].astype(str), frame["net_amount"], strict=True
            )
        )


@pytest.fixture
def shop(tmp_path, postgres) -> Shop:
    return Shop(tmp_path, postgres)


ORDERS = [
    ("1", "2025-07-01 08:00:00", 20.0),
    ("2", "2025-03-05 11:00:00", 4.5),
    ("3", "2025-04-01 09:30:00", 13.5),
]


def test_a_table_becomes_orders_with_instants_as_they_were(shop):
    assert shop.orders(shop.run()) == ORDERS


def test_texts_come_as_they_are(shop):
    names = set(shop.run().frame("raw_orders")["product_name"].dropna())
    assert names == {'Cup, "blue"', "Pot\nof tea"}


def test_a_query_is_read_as_a_table_is(shop):
    query = "query=SELECT%20*%20FROM%20web.order_lines%20WHERE%20order_id%20%3C%203%3B"
    assert shop.orders(shop.run(query)) == ORDERS[:2]


def test_a_table_that_has_not_changed_is_not_read_again(shop):
    before = shop.run().published.run_id
    shop.ask("CREATE TABLE web.turned AS SELECT * FROM web.order_lines ORDER BY order_id")
    shop.ask("DROP TABLE web.order_lines; ALTER TABLE web.turned RENAME TO order_lines")
    assert shop.run().published.run_id == before


def test_a_table_that_has_changed_replaces_what_was_read_of_it(shop):
    shop.run()
    shop.ask("DELETE FROM web.order_lines WHERE order_id = 2")
    assert shop.orders(shop.run()) == [ORDERS[0], ORDERS[2]]


def test_the_address_is_kept_without_user_and_password(shop):
    workspace = shop.run()
    (name,) = set(workspace.frame("batches")["file"])
    assert re.fullmatch(r"postgresql://[^@]+\?table=web\.order_lines", name)
    assert "right-one" not in workspace.settings.model_dump_json()


@pytest.mark.parametrize("asked", ["", "table=a&query=b"])
def test_one_table_or_one_query_is_named(shop, asked):
    with pytest.raises(SettingsError) as caught:
        shop.run(asked)
    assert "one `table` or one `query`" in caught.value.message


def test_a_table_that_is_not_there_is_said_to_be_missing(shop):
    with pytest.raises(StorageError) as caught:
        shop.run("table=web.nothing")
    assert 'relation "web.nothing" does not exist' in caught.value.message


def test_a_query_changes_nothing(shop):
    with pytest.raises(StorageError) as caught:
        shop.run("query=DELETE%20FROM%20web.order_lines%20RETURNING%20*")
    assert shop.ask("SELECT count(*) FROM web.order_lines") == [(3,)]
    assert caught.value.message


def test_a_database_that_cannot_be_reached_is_said_so(shop):
    with pytest.raises(ServerUnavailableError):
        shop.run(address="postgresql://ann@/x?host=/nowhere")
