"""Raw files are read as they are: no row lost, none shifted, what cannot be read is listed."""

import csv
import gzip
import io
import zipfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopkeeper.engines.raw_files import read_raw
from shopkeeper.errors import FileUnreadableError, FormatError, StorageError
from shopkeeper.sources.reading.inspection import inspect_file

LENIENT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PLAIN_CELL = st.text("ab1é€ .;-", max_size=5)
ANY_CELL = st.text('ab1é€ ,;"\n\r', max_size=6)
# Lines that fit no header of three columns, whatever stands around them.
BAD_LINE = st.sampled_from(["1,2", "1,2,3,4", '1,"x"y,3', "1", '1,"never closed,3', ",,,,5"])


@pytest.fixture
def connection():
    with duckdb.connect() as open_connection:
        yield open_connection


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "aside"
    made.mkdir()
    return made


def write(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read(connection, path: Path, folder: Path, **hints):
    """Gives the read, its rows, and its rejected lines."""
    found = read_raw(connection, inspect_file(path, **hints), folder)
    rows = connection.execute(f"SELECT * FROM {found.relation} ORDER BY _row_number").fetchall()
    rejected = connection.execute(
        f"SELECT * FROM {found.rejected_relation} ORDER BY _row_number"
    ).fetchall()
    assert (len(rows), len(rejected)) == (found.row_count, found.rejected_count)
    return found, rows, rejected


def test_all_columns_are_text_exactly_as_written(connection, folder, tmp_path):
    path = write(tmp_path / "a.csv", 'id,Price (£), note\n007,1.50, x \n8,,"a ""b"""\n')
    found, rows, _ = read(connection, path, folder)
    assert found.columns == ("id", "Price (£)", " note")
    assert rows == [(1, "007", "1.50", " x "), (2, "8", None, 'a "b"')]


def test_unreadable_lines_are_listed_with_reason_and_the_others_keep_their_places(
    connection, folder, tmp_path
):
    lines = ["a,b,c", "1,2,3", '1,"two\nlines",3', "4,5", "", '6,"x"y,7', '8,"open,9', "10,11,12"]
    path = write(tmp_path / "a.csv", "\n".join(lines) + "\n")
    found, rows, rejected = read(connection, path, folder)
    assert rows == [(1, "1", "2", "3"), (2, "1", "two\nlines", "3"), (6, "10", "11", "12")]
    assert rejected == [
        (3, 5, "field_count", "4,5"),
        (4, 7, "text_after_quote", '6,"x"y,7'),
        (5, 8, "open_quote", '8,"open,9'),
    ]
    assert [file.name for file in folder.iterdir()] == [found.file.name]


@LENIENT
@given(
    rows=st.lists(st.tuples(ANY_CELL, ANY_CELL, ANY_CELL).filter(any), min_size=1, max_size=30),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_is_read_back(connection, folder, tmp_path, rows, line_end):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("one", "two", "three"), *rows])
    path = write(tmp_path / "a.csv", text.getvalue())
    _, found, rejected = read(connection, path, folder, delimiter=",")
    expected = [(n, *(cell or None for cell in row)) for n, row in enumerate(rows, start=1)]
    assert (found, rejected) == (expected, [])


@LENIENT
@given(
    good=st.lists(
        st.tuples(PLAIN_CELL, PLAIN_CELL, PLAIN_CELL).filter(any), min_size=9, max_size=20
    ),
    bad=st.lists(st.tuples(st.integers(0, 20), BAD_LINE), max_size=8),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_rows_read_and_rejected_are_all_records_of_the_file(
    connection, folder, tmp_path, good, bad, line_end
):
    records = [("good", row) for row in good]
    for place, line in bad:
        records.insert(place, ("bad", line))
    lines = ["one,two,three", *(",".join(r) if kind == "good" else r for kind, r in records)]
    path = write(tmp_path / "a.csv", line_end.join(lines) + line_end)
    _, rows, rejected = read(connection, path, folder, delimiter=",")
    numbered = list(enumerate(records, start=1))
    assert rows == [
        (n, *(cell or None for cell in record)) for n, (kind, record) in numbered if kind == "good"
    ]
    assert [(row[0], row[1], row[3]) for row in rejected] == [
        (n, n + 1, record) for n, (kind, record) in numbered if kind == "bad"
    ]


@pytest.mark.parametrize(
    "note", ["a\n1,2,3\n" * 1_000, "x,y,z\n" * 300, '",x,"\n' * 300], ids=["deep", "wide", "quoted"]
)
def test_long_fields_that_look_like_records_are_fields(connection, folder, tmp_path, note):
    # Beyond 8 MB DuckDB begins to read in the middle of the text, and takes them for records.
    rows = [[str(n), note, "end"] for n in range(11_000_000 // len(note))]
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target, lineterminator="\n").writerows([["n", "note", "last"], *rows])
    found = read_raw(connection, inspect_file(path), folder)
    intact = connection.execute(
        "SELECT count(*) FROM raw WHERE length(note) = ? AND n::BIGINT + 1 = _row_number",
        [len(note)],
    ).fetchone()
    assert (found.row_count, found.rejected_count) == (len(rows), 0)
    assert intact == (len(rows),)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "ä,b,c\n1,é,3\n"),
        ("utf-16", "ä,b,c\n1,é€,3\n"),
        ("utf-16-be", "ä,b,c\n1,é€,3\n"),
        ("cp1252", "ä,b,c\n1,5 € “x”,3\n"),
        ("latin-1", "ä,b,c\n1,£é,3\n"),
    ],
)
def test_every_encoding_gives_the_same_text(connection, folder, tmp_path, encoding, text):
    path = write(tmp_path / "a.csv", text * 1, encoding)
    found, rows, _ = read(connection, path, folder)
    assert found.columns == ("ä", "b", "c")
    assert rows == [(1, *text.splitlines()[1].split(","))]


def test_a_quote_that_is_never_closed_costs_its_line_only(connection, folder, tmp_path):
    path = write(tmp_path / "a.csv", 'a,b,c\n1,"open,3\n' + "4,5,6\n" * 500)
    found, _, rejected = read(connection, path, folder)
    assert (found.row_count, rejected) == (500, [(1, 2, "open_quote", '1,"open,3')])


def test_damaged_bytes_cost_their_line_only(connection, folder, tmp_path):
    good = "é,ü,ö\n".encode() * 20
    path = write(tmp_path / "a.csv", b"a,b,c\n" + good + b"\xff,x,y\n1,\0,2\n" + good)
    found, _, rejected = read(connection, path, folder)
    assert found.row_count == 40
    assert [row[:3] for row in rejected] == [(21, 22, "encoding"), (22, 23, "nul_character")]


def test_a_line_too_long_to_be_one_is_rejected(connection, folder, tmp_path):
    path = write(tmp_path / "a.csv", "a,b\n1,2\n3," + "x" * 3_000_000 + "\n4,5\n")
    _, rows, rejected = read(connection, path, folder)
    assert rows == [(1, "1", "2"), (3, "4", "5")]
    assert [(row[0], row[2], len(row[3])) for row in rejected] == [(2, "too_long", 1_000)]


def test_gzip_and_zip_are_read_like_the_plain_file(connection, folder, tmp_path):
    text = b'a;b\n1,5;x\n2,5;"y\nz"\n'
    plain = write(tmp_path / "a.csv", text)
    packed = write(tmp_path / "a.csv.gz", gzip.compress(text[:9]) + gzip.compress(text[9:]))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("__MACOSX/a.csv", b"junk")
        archive.writestr("folder/a.csv", text)
    expected = read(connection, plain, folder)[1]
    assert expected == [(1, "1,5", "x"), (2, "2,5", "y\nz")]
    assert read(connection, packed, folder)[1] == expected
    assert read(connection, tmp_path / "a.zip", folder)[1] == expected


def test_a_file_of_lines_that_do_not_fit_is_refused(connection, folder, tmp_path):
    rows = "1,2\n" * 2_100 + "1\n" * 5_000
    inspection = inspect_file(write(tmp_path / "a.csv", "a,b\n" + rows))
    with pytest.raises(FormatError, match=r"Most lines of `a\.csv` do not have the 2 fields"):
        read_raw(connection, inspection, folder)
    assert not list(folder.glob("*.csv"))


def test_parquet_keeps_its_types_and_lies_where_it_is(connection, folder, tmp_path):
    table = pa.table({"id": [3, 4], "when": pa.array([0, 1], pa.timestamp("us")), "x": ["a", None]})
    pq.write_table(table, tmp_path / "a.parquet")
    found, rows, _ = read(connection, tmp_path / "a.parquet", folder)
    assert [row[:2] for row in rows] == [(1, 3), (2, 4)]
    types = connection.execute('SELECT typeof(id), typeof("when"), typeof(x) FROM raw').fetchone()
    assert types == ("BIGINT", "TIMESTAMP", "VARCHAR")
    assert found.file == tmp_path / "a.parquet"
    assert not list(folder.iterdir())


def test_a_file_that_vanishes_says_so(connection, folder, tmp_path):
    path = write(tmp_path / "a.csv", "a,b\n1,2\n")
    inspection = inspect_file(path)
    path.unlink()
    with pytest.raises(FileUnreadableError, match=r"`a\.csv` vanished"):
        read_raw(connection, inspection, folder)


def test_a_folder_that_cannot_be_written_says_so(connection, tmp_path):
    inspection = inspect_file(write(tmp_path / "a.csv", "a,b\n1,2\n"))
    with pytest.raises(StorageError, match=r"rows of `a\.csv` could not be written"):
        read_raw(connection, inspection, tmp_path / "missing")


def test_names_with_quotes_and_keywords_are_names(connection, folder, tmp_path):
    path = write(tmp_path / "a.csv", '"a\'b","c""d",select\n1,2,3\n4,5\n')
    found, rows, _ = read(connection, path, folder)
    assert found.columns == ("a'b", 'c"d', "select")
    assert rows == [(1, "1", "2", "3")]


def test_two_files_can_be_open_at_once(connection, folder, tmp_path):
    for name in ("one", "two"):
        path = write(tmp_path / f"{name}.csv", f"a,b\n{name},2\n")
        read_raw(connection, inspect_file(path), folder, name=name)
    assert connection.execute("SELECT a FROM one UNION ALL SELECT a FROM two").fetchall() == [
        ("one",),
        ("two",),
    ]
