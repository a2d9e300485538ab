"""A raw file is understood from its bytes, or refused with what is wrong and what to do."""

import gzip
import hashlib
import os
import random
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopkeeper.errors import FileUnreadableError, FormatError
from shopkeeper.sources.reading.headers import COLUMNS_AT_MOST
from shopkeeper.sources.reading.inspection import Compression, FileFormat, inspect_file

GOOD = "order,date,price\n1,2011-12-09,2.50\n2,2011-12-09,3.00\n"


@pytest.fixture
def file(tmp_path):
    """Writes `orders.csv`, or a file of another name, and gives its path."""

    def write(content: str | bytes, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def refusal(kind, path: Path, **hints) -> str:
    """Gives message and hint with which a file is refused."""
    with pytest.raises(kind) as caught:
        inspect_file(path, **hints)
    return f"{caught.value.message} | {caught.value.hint}"


def test_a_plain_file_is_described(file):
    path = file(GOOD)
    found = inspect_file(path)
    assert (found.file_format, found.compression) == (FileFormat.CSV, Compression.NONE)
    assert (found.encoding, found.delimiter, found.quote) == ("utf-8", ",", '"')
    assert found.header == ("order", "date", "price")
    assert (found.size_bytes, found.line_count) == (len(GOOD), 3)
    assert found.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert (found.first_damaged_line, found.is_header_first) == (None, True)


def test_the_fingerprint_is_of_the_file_as_it_lies_on_disk(file):
    packed = gzip.compress(GOOD.encode(), mtime=0)
    found = inspect_file(file(packed, "orders.csv.gz"))
    assert found.compression is Compression.GZIP
    assert (found.sha256, found.size_bytes) == (hashlib.sha256(packed).hexdigest(), len(packed))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb, c\td\n1\t2, 3\t4\n", "\t"),
        ("a|b|c\n1|2,0|3\n", "|"),
        ('a;b;c\n"x;y";"two\nlines, here, and, there";3\n' * 3, ";"),
        ('"a","b"\n"1;2;3","x;y;z"\n', ","),
        ("order id;total\n1;1.234,56\n2;2.000,10\n", ";"),
    ],
)
def test_delimiters_are_told_apart(file, text, delimiter):
    assert inspect_file(file(text)).delimiter == delimiter


def test_single_quotes_are_quotes_where_there_are_no_double_ones(file):
    found = inspect_file(file("'a','b'\n'1,5','2'\n'2,5','3'\n"))
    assert (found.quote, found.header) == ("'", ("a", "b"))


@pytest.mark.parametrize(
    ("written", "found", "has_mark"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8", True),
        ("utf-16", "utf-16", True),
        ("utf-16-le", "utf-16-le", False),
        ("utf-32", "utf-32", True),
        ("latin-1", "latin-1", False),
        ("cp1252", "cp1252", False),
    ],
)
def test_encodings_are_told_apart(file, written, found, has_mark):
    text = "größe,preis\n1,2\n" + ("“x”,5 €\n" if written != "latin-1" else "é,5 £\n")
    inspection = inspect_file(file(text, encoding=written))
    assert (inspection.encoding, inspection.has_byte_order_mark) == (found, has_mark)
    assert inspection.header == ("größe", "preis")


def test_utf_8_with_few_damaged_bytes_stays_utf_8(file):
    text = "größe,preis\n".encode() + "é,1\n".encode() * 10 + b"\xff,2\n"
    found = inspect_file(file(text))
    assert (found.encoding, found.first_damaged_line) == ("utf-8", 12)


def test_letters_cut_by_the_edge_of_a_chunk_are_whole(file):
    text = "a,b\n" + "x" * (2**18 - 5) + "ü,1\n" + "ü" * 2**18 + ",1\n"
    found = inspect_file(file(text))
    assert (found.encoding, found.first_damaged_line) == ("utf-8", None)


def test_blank_lines_above_the_header_are_noticed(file):
    found = inspect_file(file("\n\n" + GOOD))
    assert (found.header, found.is_header_first) == (("order", "date", "price"), False)


def test_blank_lines_at_the_end_are_not_counted(file):
    assert inspect_file(file(GOOD + "\r\n\n\n")).line_count == 3
    assert inspect_file(file(GOOD.rstrip())).line_count == 3


def test_parquet_is_known_by_its_bytes_not_its_name(file, tmp_path):
    path = tmp_path / "orders.csv"
    pq.write_table(pa.table({"order": [1], "price": [2.5]}), path)
    found = inspect_file(path)
    assert (found.file_format, found.header) == (FileFormat.PARQUET, ("order", "price"))


def test_a_zip_with_one_table_is_that_table(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.md", "x")
        archive.writestr("data/orders.csv", GOOD)
    found = inspect_file(tmp_path / "a.zip")
    assert (found.compression, found.member) == (Compression.ZIP, "data/orders.csv")
    assert (found.delimiter, found.line_count) == (",", 3)


def test_a_missing_file_offers_the_closest_name(file, tmp_path):
    file(GOOD)
    said = refusal(FileUnreadableError, tmp_path / "ordres.csv")
    assert said.endswith("ordres.csv`. | did you mean `orders.csv`?")
    assert "its folder does not exist" in refusal(FileUnreadableError, tmp_path / "no" / "a.csv")


def test_a_folder_is_no_file(tmp_path):
    assert f"`{tmp_path.name}` is a folder" in refusal(FileUnreadableError, tmp_path)


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "device or a pipe" in refusal(FileUnreadableError, tmp_path / "pipe")


def test_a_file_that_may_not_be_read_says_how_to_allow_it(file, monkeypatch):
    path = file(GOOD)

    def refuse(self, *arguments, **options):
        raise PermissionError(13, "Permission denied", str(self))

    # Root may read any file, so the refusal has to come from Python.
    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(FileUnreadableError, path) == (
        "`orders.csv` may not be read by this user. | "
        "allow it with `chmod u+r orders.csv`, or run as the owner of the file"
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "orders.csv"),
        (b"\n\n  \n", "orders.csv"),
        (b"\xef\xbb\xbf", "orders.csv"),
        (gzip.compress(b"", mtime=0), "orders.csv.gz"),
    ],
)
def test_an_empty_file_is_refused(file, content, name):
    assert f"`{name}` is empty" in refusal(FileUnreadableError, file(content, name))


def test_a_header_alone_is_refused(file):
    said = refusal(FileUnreadableError, file("order,date,price\n\n"))
    assert "`orders.csv` has a header but no rows." in said


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x7fELF" + bytes(range(256)), "a program"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"SQLite format 3\0", "an SQLite database"),
        (random.Random(1).randbytes(100_000), "binary data"),
        (gzip.compress(b"PAR1" + bytes(10), mtime=0), "a compressed Parquet file"),
    ],
)
def test_binary_files_are_refused_with_their_kind(file, content, kind):
    assert refusal(FileUnreadableError, file(content)).startswith(f"`orders.csv` is {kind}, not")


@pytest.mark.parametrize(
    ("content", "kind"),
    [('[{"a": 1}]', "JSON"), ('{"a": 1, "b": 2}\n', "JSON"), ("<html>", "HTML")],
)
def test_texts_that_are_no_tables_are_refused_with_their_kind(file, content, kind):
    assert kind in refusal(FormatError, file(content))


def test_a_truncated_gzip_file_is_refused(file):
    packed = gzip.compress(os.urandom(50_000).hex().encode())
    said = refusal(FileUnreadableError, file(packed[:-20], "a.csv.gz"))
    assert said == "The compressed file `a.csv.gz` ends too early. | copy or download it again"
    spoilt = packed[:2_000] + b"spoilt" + packed[2_006:]
    assert "is damaged" in refusal(FileUnreadableError, file(spoilt, "b.csv.gz"))


def test_a_truncated_zip_or_parquet_file_is_refused(file, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("orders.csv", GOOD)
    cut = (tmp_path / "a.zip").read_bytes()[:-10]
    assert "`b.zip` is damaged" in refusal(FileUnreadableError, file(cut, "b.zip"))
    assert "is damaged" in refusal(FileUnreadableError, file(b"PAR1" + bytes(40), "b.parquet"))


def test_a_zip_with_two_tables_is_refused_with_their_names(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.csv", GOOD)
        archive.writestr("two.csv", GOOD)
    assert "holds 2 files, and only one can be read: `one.csv`, `two.csv`" in refusal(
        FormatError, tmp_path / "a.zip"
    )


@pytest.mark.parametrize(
    ("written", "wanted", "expected"),
    [
        ("latin-1", "utf-8", "is not written in `utf-8`; first: line 2. | leave `encoding` out"),
        ("utf-8", "latin-1", "is not written in `latin-1`. | leave `encoding` out"),
        ("utf-8", "utf-16", "is not written in `utf-16`"),
        ("utf-16", "utf-8", "is not written in `utf-8`"),
        ("utf-8", "utf8x", "There is no text encoding `utf8x`. | did you mean `utf-8`?"),
        ("utf-8", "base64", "There is no text encoding `base64`"),
    ],
)
def test_a_wrong_encoding_is_refused(file, written, wanted, expected):
    path = file("a,b\né,ü\n", encoding=written)
    assert expected in refusal(FormatError, path, encoding=wanted)


@pytest.mark.parametrize(
    ("written", "wanted"), [("latin-1", "ISO-8859-1"), ("cp1250", "cp1250"), ("cp850", "cp850")]
)
def test_a_right_encoding_is_taken(file, written, wanted):
    path = file("a,größe\né,ü\n", encoding=written)
    assert inspect_file(path, encoding=wanted).header == ("a", "größe")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a,b,A\n1,2,3\n",
            "The name `A` stands twice in the header of `orders.csv`: columns 1 and 3",
        ),
        ("a,,c\n1,2,3\n", "Column 2 of `orders.csv` has no name."),
        ("a,b,\n1,2,\n", "Column 3 of `orders.csv` has no name."),
        ("_row_number,b\n1,2\n", "Column `_row_number` of `orders.csv` has a name that Shopkeeper"),
        ("536365,85123A,6,2.55\n536366,71053,6,3.39\n", "looks like data, not like column names"),
        ("A1,12/1/2010,mug\nA2,12/1/2010,cup\n", "looks like data, not like column names"),
        ("Report\na,b,c\n1,2,3\n", "No delimiter divides the first line of `orders.csv`: `Report`"),
        ("Report, 2011\na,b,c\n1,2,3\n4,5,6\n", "names 2 columns, but most lines have 3 fields"),
        ("sep=;\na;b;c\n1;2;3\n", "names 2 columns, but most lines have 3 fields. | delete lines"),
        ("order\n1\n2\n", "No delimiter divides the first line"),
        (" 00004 0001 19970101  2   29.33\n" * 3, "are set apart by spaces: `00004 0001"),
    ],
)
def test_headers_that_cannot_be_used_are_refused(file, text, expected):
    assert expected in refusal(FormatError, file(text))


def test_a_matrix_is_refused(file):
    wide = ",".join(f"c{n}" for n in range(10_000))
    said = refusal(FormatError, file(f"{wide}\n{wide}\n"))
    assert said.startswith(
        f"`orders.csv` has 10,000 columns; at most {COLUMNS_AT_MOST:,} are read."
    )


def test_a_delimiter_that_does_not_divide_is_refused(file):
    said = refusal(FormatError, file(GOOD), delimiter=";")
    assert "`orders.csv` is not divided by `;`: `order,date,price`" in said


def test_real_files_are_described(real_data):
    found = inspect_file(real_data("online_retail/data.csv.gz"))
    assert (found.encoding, found.line_count) == ("latin-1", 541_910)
    assert found.header[4:6] == ("InvoiceDate", "UnitPrice")
    found = inspect_file(real_data("olist/product_category_name_translation.csv.gz"))
    assert found.has_byte_order_mark
    assert found.header[0] == "product_category_name"
    said = refusal(FormatError, real_data("cdnow/CDNOW_master.txt.gz"))
    assert "set apart by spaces" in said
