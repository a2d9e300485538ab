"""Night after night: what a day brings is taken in alone, and all stays as if built anew."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable

from shopkeeper import Workspace
from shopkeeper.engines.content import Content, content_of
from shopkeeper.errors import NotPublishedError
from shopkeeper.jobs.build import build
from shopkeeper.jobs.ingest import ingest
from shopkeeper.jobs.vacuum import vacuum
from shopkeeper.jobs.writing import Step

HEADER = ["order_id", "ordered_at", "customer_id", "product_id", "quantity", "unit_price"]
FIRST_NIGHT = datetime.fromisoformat("2025-03-10 02:00")
LAYERS = ("bronze", "silver", "gold")
REFRESH_ALL = "lake.refresh_from_rows=0"

Row = tuple[str, str, str, str, str, str]


def day_of(number: int) -> list[Row]:
    """Gives the lines of one day: four orders of three products."""
    day = date(2025, 3, 1) + timedelta(days=number)
    return [
        (
            f"{number}-{order}",
            f"{day} {9 + order}:00:00",
            f"c{(number + order) % 5}",
            product,
            "2",
            "3.50",
        )
        for order in range(4)
        for product in ("tea", "cup", "mat")
    ]


class Nights:
    """A shop whose files come night by night."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.night = 0
        (folder / "in").mkdir(parents=True)
        (folder / "shopkeeper.toml").write_text(
            '[shop]\nname = "Tea"\ncurrency = "EUR"\ntime_zone = "UTC"\n'
            '[[sources]]\nname = "orders"\nkind = "files"\npath = "in"\n'
        )

    def bring(self, name: str, rows: list[Row]) -> None:
        with (self.folder / "in" / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])

    def workspace(self) -> Workspace:
        return Workspace(self.folder, overrides=[REFRESH_ALL])

    def read(self) -> None:
        """Reads, and builds nothing."""
        ingest(self.workspace(), now=self._now)

    def build(self) -> dict[str, str]:
        """Builds of what was read; gives what was said of each table."""
        told: list[Step] = []
        build(self.workspace(), layers=LAYERS, now=self._now + timedelta(hours=1), tell=told.append)
        return {step.subject: step.detail for step in told}

    def run(self) -> dict[str, str]:
        """Reads and builds; gives what was said of each table."""
        self.night += 1
        self.read()
        return self.build()

    @property
    def _now(self) -> datetime:
        return FIRST_NIGHT + timedelta(days=self.night)

    def content(self) -> dict[str, Content]:
        workspace = self.workspace()
        tables = workspace.published.tables
        columns = {name: tuple(table.columns) for name, table in tables.items()}
        return {
            name: content_of(workspace.embedded, workspace.table(name), named)
            for name, named in columns.items()
        }


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    found = Nights(tmp_path / "shop")
    for number in range(3):
        found.bring(f"{number}", day_of(number))
    found.run()
    return found


Change = Callable[[Nights], None]


def a_new_day(shop: Nights) -> None:
    shop.bring("3", day_of(3))


def late_lines(shop: Nights) -> None:
    shop.bring("late", [("0-1", "2025-03-01 10:00:00", "c1", "jam", "1", "9.00")])


def a_corrected_file(shop: Nights) -> None:
    shop.bring("1", [*day_of(1)[:-1], ("1-3", "2025-03-02 12:00:00", "c4", "mat", "5", "3.50")])


def a_file_that_stands_in_two(shop: Nights) -> None:
    shop.bring("3", [*day_of(2)[6:], *day_of(3)])


def returns(shop: Nights) -> None:
    shop.bring("returns", [("3-9", "2025-03-04 09:00:00", "c2", "tea", "-1", "3.50")])


@pytest.mark.slow
def test_whatever_a_night_brings_the_tables_are_those_built_anew(nights):
    for changes in ((late_lines, a_file_that_stands_in_two), (a_corrected_file, returns)):
        for change in changes:
            change(nights)
        said = nights.run()
        assert "came" in said["order_items"], said
        found = nights.content()
        build(nights.workspace(), layers=LAYERS, is_whole=True)
        assert nights.content() == found


@pytest.mark.slow
def test_a_new_day_joins_what_is_there_and_a_quiet_night_changes_nothing(nights):
    before = nights.workspace().published.tables["order_items"].version
    a_new_day(nights)
    assert nights.run()["order_items"] == "12 rows came, 0 went"
    after = nights.workspace().published.tables["order_items"].version
    assert set(before.files) < set(after.files)
    assert after.row_count == before.row_count + 12
    assert not any("came" in detail for detail in nights.run().values())


@pytest.mark.slow
def test_old_runs_are_removed_with_what_only_they_need(nights):
    for number in range(3, 6):
        nights.bring(f"{number}", day_of(number))
        nights.run()
    content = nights.content()
    now = FIRST_NIGHT + timedelta(days=4)
    rehearsed = vacuum(nights.workspace(), keep_days=1, is_rehearsal=True, now=now)
    assert rehearsed.run_count > 0
    assert rehearsed.file_count > 0
    done = vacuum(nights.workspace(), keep_days=1, now=now)
    assert (done.run_count, done.file_count) == (rehearsed.run_count, rehearsed.file_count)
    assert nights.content() == content
    again = vacuum(nights.workspace(), keep_days=1, now=now)
    assert (again.run_count, again.file_count) == (0, 0)
    with pytest.raises(NotPublishedError, match="no longer kept"):
        nights.workspace().table("batches", version=0)
    # What is left goes on as before.
    a_new_day(nights)
    nights.run()


@pytest.mark.slow
@pytest.mark.parametrize("change", [a_new_day, a_corrected_file])
@pytest.mark.parametrize("after", [None, returns])
def test_what_a_killed_run_committed_is_not_counted_twice(nights, monkeypatch, change, after):
    """Killed after its tables were committed, before readers were moved to them."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    before = nights.content()
    change(nights)
    for work in (nights.run, nights.build):
        with monkeypatch.context() as patched:
            patched.setattr("shopkeeper.jobs.writing.write_manifest", killed)
            with pytest.raises(KeyboardInterrupt):
                work()
        assert nights.content()["order_items"] == before["order_items"]
        nights.read()
    # The same night again, or one that brings more than the killed one had seen.
    if after:
        after(nights)
        nights.bring("3", [*day_of(3)[:-1], ("3-3", "2025-03-04 12:00:00", "c4", "mat", "5", "3")])
    nights.run()
    for layer, name in (("bronze", "raw_orders"), ("silver", "order_items")):
        table = nights.workspace().published.tables[name]
        log = DeltaTable(str(nights.workspace().state_folder / "lake" / layer / name))
        assert {Path(file).name for file in log.file_uris()} == set(table.version.files)
    found = nights.content()
    build(nights.workspace(), layers=LAYERS, is_whole=True)
    assert nights.content() == found


def test_where_no_shop_is_nothing_is_made(tmp_path):
    with pytest.raises(NotPublishedError, match="has no run yet"):
        vacuum(Workspace(tmp_path / "shop"))
    assert not (tmp_path / "shop").exists()


def test_many_small_files_become_few(tmp_path):
    shop = Nights(tmp_path / "shop")
    for number in range(10):
        shop.bring(f"{number}", day_of(number))
    ingest(shop.workspace())
    for number in range(10, 50):
        shop.bring(f"{number}", day_of(number))
    ingest(shop.workspace())
    version = shop.workspace().published.tables["raw_orders"].version
    assert len(version.files) == 1
    assert version.row_count == 50 * 12


def test_a_file_that_lies_as_it_lay_is_not_looked_at_again(tmp_path, monkeypatch):
    shop = Nights(tmp_path / "shop")
    shop.bring("0", day_of(0))
    ingest(shop.workspace())
    shop.bring("1", day_of(1))
    looked_at = []
    from shopkeeper.jobs import ingest as job

    inspect = job.inspect
    monkeypatch.setattr(
        job, "inspect", lambda source, path: (looked_at.append(path.name), inspect(source, path))[1]
    )
    assert ingest(shop.workspace()).new_count == 1
    assert looked_at == ["1.csv"]
    # Changed to something of the same length, at another time.
    shop.bring("0", [(*day_of(0)[0][:4], "7", "3.50"), *day_of(0)[1:]])
    assert ingest(shop.workspace()).new_count == 1
    assert looked_at == ["1.csv", "0.csv"]
    # What is remembered can be lost.
    (shop.workspace().state_folder / "seen_files.json").write_text("{")
    assert ingest(shop.workspace()).new_count == 0
