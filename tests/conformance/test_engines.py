"""All engines give the same tables: every row, every column, to the cent and to the last null.

The tables are built by each engine from the same inputs through the same store that jobs use:
from many random order books put together, by the main job from real orders, and from cuts of
TheLook and Olist, whose linked files bring events, payments and stores.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from engine_cases import ENGINES, REFERENCE, engines, engines_and_tables
from hypothesis import HealthCheck, Phase, given, settings
from linked_shops import cut_olist, cut_thelook
from order_book import (
    BESIDE,
    MIDDLE,
    Row,
    Shop,
    _tables,
    batches,
    lines,
    order_books,
    questions,
    to_arrow,
)

from shopkeeper import Workspace, catalog, run
from shopkeeper.engines.store import Publication, Rows
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.initialise import ensure_source
from shopkeeper.reports.report import as_plain
from shopkeeper.tasks.customer_scores import CONTRACT as CUSTOMER_SCORES
from shopkeeper.tasks.rfm_segmentation import CONTRACT as RFM_SEGMENTS
from shopkeeper.warehouse.bronze import BATCHES, RAW_TEXTS, SOURCE_LINES
from shopkeeper.warehouse.identities import CONTRACT as IDENTITIES

pytestmark = pytest.mark.slow

BUILT = tuple(table.name for table in _tables())
STORED = ("source_lines", "source_events", "source_payments")
PUBLISHED = (
    BATCHES.name,
    "identities",
    "raw_orders",
    *STORED,
    *BUILT,
    RFM_SEGMENTS.name,
    CUSTOMER_SCORES.name,
)
NOW = datetime(2026, 1, 1, 12, 0, 0)
BOOKS = 60
# Names that sort differently by code point and by a language's rules, and other hard cells.
HARD = (
    "Ann",
    "ann",
    "Änne",
    "ann-b",
    "ann b",
    "_ann",
    "ÉCLAIR",
    "éclair",
    "日本",
    "ß",
    "a'b\"c\\d,e",
)


def test_the_main_job_has_no_gap():
    assert {name: dict(case.gaps) for name, case in ENGINES.items() if case.gaps} == {}


@pytest.fixture(scope="module")
def books() -> list[Row]:
    """Random order books as one: what names an order, a customer or a file is told apart."""
    found: list[list[Row]] = []

    @settings(
        max_examples=BOOKS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(order_books())
    def draw(rows: list[Row]) -> None:
        found.append(rows)

    draw()
    return lines(*(_told_apart(row, place) for place, rows in enumerate(found) for row in rows))


def _told_apart(row: Row, place: int) -> Row:
    mark = HARD[place % len(HARD)]
    named = {
        name: f"{row[name]}{mark}{place}"
        for name in ("order_id", "customer_id", "refund_of", "product_id", "product_name")
        if row[name] is not None
    }
    # Whether a guest is known does not hang on how their address is written.
    if row["email"] and place % 2:
        named["email"] = f" {row['email'].upper()} "
    # Rows are numbered anew within their file.
    return {**row, **named, "batch_id": f"{row['batch_id']}{place}", "row_number": None}


@pytest.fixture(scope="module")
def from_books(books, request, tmp_path_factory) -> Callable[[str], dict[str, pa.Table]]:
    """Gives all tables as an engine builds them from the random books."""
    made: dict[str, dict[str, pa.Table]] = {}

    def tables(engine: str) -> dict[str, pa.Table]:
        if engine not in made:
            overrides = ENGINES[engine].overrides(request)
            workspace = Workspace(tmp_path_factory.mktemp(engine), overrides=overrides)
            made[engine] = built(workspace, books)
            workspace.close()
        return made[engine]

    return tables


def some_links(rows: list[Row]) -> list[Row]:
    """Gives links between customers and guests of books: every other one counts under one more."""
    ids = sorted({row["customer_id"] for row in rows if row["customer_id"]})
    names = {one: ids[place - place % 2] for place, one in enumerate(ids)}
    names |= {"email:a@example.org": ids[0], "email:b@example.org": "email:b@example.org"}
    return [{"source_customer_id": one, "customer_id": name} for one, name in names.items()]


def built(workspace: Workspace, rows: list[Row]) -> dict[str, pa.Table]:
    """Builds all tables from rows in the store of a workspace."""
    store, embedded = workspace.building, workspace.embedded
    given = {SOURCE_LINES: rows, RAW_TEXTS: rows, BATCHES: batches(rows)}
    given |= dict.fromkeys(BESIDE, ())
    given[IDENTITIES] = some_links(rows)
    opened = {}

    def write(contract, rows: Rows) -> None:
        written = store.write(contract, "book", rows)
        opened[contract.name] = store.open(Publication(contract, "book", written.parts).version)

    with store.hold():
        for contract, found in given.items():
            handle = embedded.register(f"{contract.name} (book)", to_arrow(contract, found))
            write(contract, Rows(handle, engine=embedded))
        for table in _tables():
            expression = table.expression(opened, questions(MIDDLE))
            write(table.contract, Rows(expression, table.contract.grain))
        return {name: sorted_rows(store.engine.collect(opened[name]), name) for name in BUILT}


def sorted_rows(table: pa.Table, name: str) -> pa.Table:
    """Gives a table in the order of its key, typed as its contract says."""
    grain = catalog.contract(name).grain
    return table.sort_by([(key, "ascending") for key in grain])


def assert_same(one: pa.Table, other: pa.Table) -> None:
    """Says the first row and column in which two tables differ."""
    assert (one.column_names, one.num_rows) == (other.column_names, other.num_rows)
    for name in one.column_names:
        left, right = (t.column(name).combine_chunks() for t in (one, other))
        if left.equals(right.cast(left.type)):
            continue
        pairs = zip(left.to_pylist(), right.to_pylist(), strict=True)
        place, pair = next((n, p) for n, p in enumerate(pairs) if p[0] != p[1])
        raise AssertionError(
            f"column {name}, row {place}: {pair}: {one.slice(place, 1).to_pylist()}"
        )


def test_random_books_are_the_same_put_together_as_alone(books, from_books):
    """The reference is the same code that the properties of order books are proved on."""
    shop = Shop(books, as_of=MIDDLE, beside={IDENTITIES.name: some_links(books)})
    for name in BUILT:
        assert_same(sorted_rows(shop.arrow(name), name), from_books(REFERENCE)[name])


@pytest.mark.parametrize(("engine", "table"), engines_and_tables(BUILT))
def test_tables_of_random_books_are_the_same(engine, table, from_books):
    assert_same(from_books(REFERENCE)[table], from_books(engine)[table])


@pytest.fixture(scope="module")
def real_orders(real_data, tmp_path_factory) -> Path:
    """Two months of Online Retail II: those in which its two extracts overlap."""
    folder = tmp_path_factory.mktemp("real")
    file = folder / "online_retail_ii.csv"
    packed = real_data("online_retail_ii/online_retail_II.csv.gz")
    with (
        gzip.open(packed, "rt", newline="", encoding="utf-8") as source,
        file.open("w", newline="", encoding="utf-8") as target,
    ):
        rows = csv.reader(source)
        header = next(rows)
        place = header.index("InvoiceDate")
        writer = csv.writer(target)
        writer.writerow(header)
        writer.writerows(row for row in rows if row[place][:7] in ("2010-11", "2010-12"))
    return file


@pytest.fixture(scope="module")
def shops(real_orders, request) -> Callable[[str], Workspace]:
    """Gives the workspace on which an engine has done the main job."""
    made: dict[str, Workspace] = {}

    def shop(engine: str) -> Workspace:
        if engine not in made:
            folder = real_orders.parent / engine
            ensure_source(folder, real_orders)
            workspace = Workspace(folder, overrides=ENGINES[engine].overrides(request))
            run(workspace, now=NOW)
            made[engine] = workspace
        return made[engine]

    return shop


@pytest.mark.parametrize(("engine", "table"), engines_and_tables(PUBLISHED))
def test_tables_of_real_orders_are_the_same(engine, table, shops):
    one, other = (
        sorted_rows(shop.engine.collect(shop.table(table)), table)
        for shop in (shops(REFERENCE), shops(engine))
    )
    assert_same(one, other)


def test_no_published_table_is_left_out(shops):
    assert set(shops(REFERENCE).published.tables) == set(PUBLISHED)


@pytest.mark.parametrize("report", ["overview", "segments", "quality"])
@pytest.mark.parametrize("engine", engines())
def test_answers_are_the_same(engine, report, shops):
    one, other = (as_plain(getattr(shop, report)()) for shop in (shops(REFERENCE), shops(engine)))
    assert one == other


@pytest.mark.parametrize("engine", engines())
def test_the_story_of_a_customer_is_the_same(engine, shops):
    reference = shops(REFERENCE)
    best = reference.table("customer_360").order_by("customer_id").limit(3)
    for customer in reference.engine.collect(best).column("customer_id").to_pylist():
        one, other = (as_plain(shop.customer(customer)) for shop in (reference, shops(engine)))
        assert one == other


@pytest.mark.parametrize("engine", engines())
def test_the_report_is_the_same_but_for_the_name_of_the_run(engine, shops):
    one, other = (
        re.sub(r"from run <bdi>[^<]*</bdi>", "", (shop.folder / "report.html").read_text())
        for shop in (shops(REFERENCE), shops(engine))
    )
    assert one == other


@pytest.mark.parametrize("engine", engines())
def test_a_second_run_finds_nothing_to_do(engine, shops):
    assert not run(shops(engine), now=NOW).is_new


LINKED = {"thelook": cut_thelook, "olist": cut_olist}
# Tables that linked files bring, and those in which they meet the rest.
OF_LINKED = (
    *("source_lines", "source_events", "source_payments", "repeated_extracts", "quarantine"),
    *("order_items", "orders", "refunds", "events", "sessions", "payments", "stores"),
    "reconciliation",
)
# Marts know nothing of files: they are compared on the books, on real orders and on event logs.
LAYERS_OF_LINKED = ("bronze", "silver", "gold")


@pytest.fixture(scope="module")
def linked_shops(real_data, tmp_path_factory, request) -> Callable[[str, str], Workspace]:
    """Gives the workspace on which an engine has built the tables of linked files."""
    made: dict[tuple[str, str], Workspace] = {}
    root = tmp_path_factory.mktemp("linked")

    def shop(kind: str, engine: str) -> Workspace:
        if (kind, engine) not in made:
            data = root / kind
            if not data.exists():
                LINKED[kind](real_data, data)
            folder = root / f"{kind}-{engine}"
            ensure_source(folder, data)
            workspace = Workspace(folder, overrides=ENGINES[engine].overrides(request))
            ingest(workspace, now=NOW)
            assert not build(workspace, layers=LAYERS_OF_LINKED, now=NOW).errors
            made[kind, engine] = workspace
        return made[kind, engine]

    return shop


@pytest.mark.parametrize("kind", LINKED)
@pytest.mark.parametrize(("engine", "table"), engines_and_tables(OF_LINKED))
def test_tables_of_linked_files_are_the_same(kind, engine, table, linked_shops):
    one, other = (
        sorted_rows(shop.engine.collect(shop.table(table)), table)
        for shop in (linked_shops(kind, REFERENCE), linked_shops(kind, engine))
    )
    assert_same(one, other)


@pytest.mark.parametrize("engine", engines())
def test_who_is_one_person_is_the_same(engine, linked_shops):
    # Each customer of TheLook has one address: links by it are none, and measures stay.
    one, other = (
        as_plain(linked_shops("thelook", name).identities()) for name in (REFERENCE, engine)
    )
    assert one == other
    assert one["keys"][0]["party_count"] > 0


def test_cuts_of_linked_files_hold_what_they_are_cut_for(linked_shops):
    thelook, olist = (linked_shops(kind, REFERENCE) for kind in LINKED)
    reasons = set(thelook.frame("quarantine").reason)
    assert reasons == {"repeated_extract", "unreadable_date"}
    assert all(len(thelook.frame(name)) for name in ("events", "sessions", "refunds"))
    assert all(len(olist.frame(name)) for name in ("payments", "stores"))
