"""Fetching proves that what came is the data set, by the contents of its rows in any order.

No copy of the published archives is here: a workbook is written from the real rows, with numbers
and dates as a spreadsheet keeps them, packed as the publisher packs it, and served on this machine.
"""

from __future__ import annotations

import csv
import gzip
import random
import threading
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from shopkeeper.errors import FileUnreadableError
from shopkeeper.jobs.fetch import DATA_SETS, content_of_file, fetch

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Online Retail" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
EPOCH = datetime.fromisoformat("1899-12-30")
SECONDS_OF_A_DAY = 86_400
PRICE = 5


def cell(text: str, place: str, *, is_date: bool) -> str:
    """Gives a cell as a spreadsheet keeps it: dates as days, numbers as fractions, else text."""
    if not text:
        return ""
    if is_date:
        days = (datetime.strptime(text, "%m/%d/%Y %H:%M") - EPOCH).total_seconds()
        return f'<c r="{place}" s="1"><v>{days / SECONDS_OF_A_DAY!r}</v></c>'
    try:
        return f'<c r="{place}"><v>{float(text)!r}</v></c>'
    except ValueError:
        shown = f'<is><t xml:space="preserve">{escape(text)}</t></is>'
        return f'<c r="{place}" t="inlineStr">{shown}</c>'


def sheet(rows: list[list[str]]) -> Iterator[str]:
    yield SHEET
    for number, row in enumerate(rows, 1):
        places = [f"{column}{number}" for column in "ABCDEFGH"]
        cells = (
            cell(text, place, is_date=number > 1 and place.startswith("E"))
            for text, place in zip(row, places, strict=True)
        )
        yield f'<row r="{number}">{"".join(cells)}</row>'
    yield "</sheetData></worksheet>"


def publish(rows: list[list[str]], folder: Path) -> Path:
    """Writes rows as a workbook in an archive, as the publisher offers them."""
    folder.mkdir()
    workbook = folder / "Online Retail.xlsx"
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
        for name, text in PARTS.items():
            parts.writestr(name, text)
        with parts.open("xl/worksheets/sheet1.xml", "w") as target:
            for text in sheet(rows):
                target.write(text.encode())
    archive = folder / "online+retail.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(workbook, workbook.name)
    workbook.unlink()
    return archive


@pytest.fixture(scope="module")
def rows(real_data) -> list[list[str]]:
    """The header and all rows of Online Retail."""
    with gzip.open(real_data("online_retail/data.csv.gz"), "rt", encoding="latin-1") as source:
        return list(csv.reader(source))


@pytest.fixture
def publisher(tmp_path) -> Iterator[str]:
    """Address of a server on this machine that offers what lies in `site`."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/online+retail.zip"
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_the_real_rows_are_proven_whatever_their_order(rows, publisher, tmp_path):
    header, *lines = rows
    random.Random(3).shuffle(lines)
    publish([header, *lines], tmp_path / "site")
    fetched = fetch("online-retail", tmp_path / "data", address=publisher)
    assert fetched == tmp_path / "data" / "online-retail.zip"
    assert [file.name for file in fetched.parent.iterdir()] == ["online-retail.zip"]


@pytest.mark.slow
def test_a_row_that_was_changed_by_a_cent_is_refused(rows, publisher, tmp_path):
    header, *lines = rows
    changed = [*lines[0]]
    changed[PRICE] = f"{float(changed[PRICE]) + 0.01:.2f}"
    publish([header, changed, *lines[1:]], tmp_path / "site")
    with pytest.raises(FileUnreadableError) as caught:
        fetch("online-retail", tmp_path / "data", address=publisher)
    assert "541,909 rows with checksum" in caught.value.message
    assert DATA_SETS["online-retail"].content.checksum in caught.value.message
    aside = tmp_path / "data" / "online-retail.zip.unverified"
    assert str(aside) in caught.value.hint
    assert [file.name for file in aside.parent.iterdir()] == [aside.name]


def test_rows_that_are_missing_are_refused_by_their_number(rows, publisher, tmp_path):
    publish(rows[:1_001], tmp_path / "site")
    with pytest.raises(
        FileUnreadableError, match=r"it has 1,000 rows with checksum .* not 541,909"
    ):
        fetch("online-retail", tmp_path / "data", address=publisher)


def test_an_archive_that_is_there_already_is_only_checked(rows, tmp_path):
    publish(rows[:1_001], tmp_path / "site").rename(tmp_path / "online-retail.zip")
    with pytest.raises(FileUnreadableError, match="it has 1,000 rows"):
        fetch("online-retail", tmp_path, address="http://127.0.0.1:9")
    assert (tmp_path / "online-retail.zip").exists()


@pytest.mark.parametrize("content", [b"no archive", b""])
def test_what_is_no_archive_is_refused(content, publisher, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "online+retail.zip").write_bytes(content)
    with pytest.raises(FileUnreadableError, match="it is not a zip archive"):
        fetch("online-retail", tmp_path / "data", address=publisher)


def test_numbers_dates_and_spaces_count_by_what_they_say(rows, tmp_path):
    """The same rows as workbook and as text; ids with `.0`, blanks at the end, longer decimals."""
    some = rows[1::200]
    archive = publish([rows[0], *some], tmp_path / "site")
    text = tmp_path / "orders.csv"
    with text.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(rows[0])
        for row in some:
            customer = f"{row[6]}.0" if row[6] else ""
            writer.writerow(
                [*row[:2], f"{row[2]} ", row[3], row[4], f"{float(row[5]):.4f}", customer, row[7]]
            )
    assert content_of_file(text) == content_of_file(archive)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("online-retail", "online_retail/data.csv.gz"),
        ("online-retail-ii", "online_retail_ii/online_retail_II.csv.gz"),
    ],
)
def test_pinned_contents_are_those_of_the_real_data(name, file, real_data):
    assert content_of_file(real_data(file)) == DATA_SETS[name].content
