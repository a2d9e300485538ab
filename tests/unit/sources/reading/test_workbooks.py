"""Workbooks are read as text, sheet after sheet, from files made by hand out of their parts."""

import zipfile
from pathlib import Path

import duckdb
import pytest

from shopkeeper.engines.raw_files import read_raw
from shopkeeper.errors import FileUnreadableError, FormatError
from shopkeeper.sources.reading.inspection import FileFormat, inspect_file

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = ["order", "date", "price"]
# Days since 1899-12-30, as workbooks count them; style 1 shows them as date and time.
DAY = "@40886.5"


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Writes a workbook: texts are shared ones, numbers numbers, `@` marks a date."""
    texts: list[str] = []
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        + f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f"<styleSheet {MAIN}><cellXfs><xf numFmtId='0'/><xf numFmtId='22'/>"
        "</cellXfs></styleSheet>",
    }
    for n, rows in enumerate(sheets.values(), 1):
        body = "".join(_row(r, row, texts) for r, row in enumerate(rows, 1))
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f"<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>"
        )
    items = "".join(f"<si><t xml:space='preserve'>{text}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = f"<sst {MAIN}>{items}</sst>"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _row(number: int, values: list[object], texts: list[str]) -> str:
    cells = []
    for column, value in enumerate(values):
        place = f"{chr(ord('A') + column)}{number}"
        if isinstance(value, str) and value.startswith("@"):
            cells.append(f'<c r="{place}" s="1"><v>{value[1:]}</v></c>')
        elif isinstance(value, str):
            texts.append(value)
            cells.append(f'<c r="{place}" t="s"><v>{len(texts) - 1}</v></c>')
        elif value is not None:
            cells.append(f'<c r="{place}"><v>{value}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def rows_of(path: Path, tmp_path: Path, **hints) -> list[tuple]:
    with duckdb.connect() as connection:
        read_raw(connection, inspect_file(path, **hints), tmp_path)
        return connection.execute("SELECT * FROM raw ORDER BY _row_number").fetchall()


def test_cells_are_text_as_people_would_write_it(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", {"Sheet1": [HEADER, [17850, DAY, 2.5], ["C17", "x", None]]}
    )
    assert rows_of(path, tmp_path) == [
        (1, "17850", "2011-12-09 12:00:00", "2.5", "Sheet1"),
        (2, "C17", "x", None, "Sheet1"),
    ]


def test_sheets_with_the_same_header_are_one_table_in_order(tmp_path):
    sheets = {
        "Notes": [["made by hand"]],
        "2010": [HEADER, [1, DAY, 1]],
        "Empty": [],
        "2011": [[], HEADER, [], [2, DAY, 2]],
        "Other": [["x", "y"], [1, 2]],
    }
    path = workbook(tmp_path / "a.xlsx", sheets)
    found = inspect_file(path)
    assert found.file_format is FileFormat.EXCEL
    assert (found.sheets, found.other_sheets) == (("2010", "2011"), ("Notes", "Other"))
    rows = rows_of(path, tmp_path)
    assert [(row[0], row[1], row[-1]) for row in rows] == [(1, "1", "2010"), (2, "2", "2011")]


def test_a_named_sheet_is_read_alone(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"2010": [HEADER, [1]], "2011": [HEADER, [2]]})
    assert [row[1] for row in rows_of(path, tmp_path, sheet="2011")] == ["2"]
    with pytest.raises(FormatError, match="no filled sheet `2012`") as caught:
        inspect_file(path, sheet="2012")
    assert caught.value.hint == "did you mean `2011`?"


def test_a_workbook_in_a_zip_is_read(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [HEADER, [1, DAY, 2]]})
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, "Online Retail.xlsx")
    assert rows_of(tmp_path / "a.zip", tmp_path) == rows_of(path, tmp_path)


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        ({"S": []}, "is empty"),
        ({"S": [HEADER]}, "has a header but no rows"),
    ],
)
def test_workbooks_without_rows_are_refused(tmp_path, sheets, expected):
    with pytest.raises(FileUnreadableError, match=expected):
        inspect_file(workbook(tmp_path / "a.xlsx", sheets))


def test_values_beside_the_header_are_refused_not_lost(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [HEADER, [1, DAY, 2, "note"]]})
    with pytest.raises(
        FormatError, match=r"Column 4 of sheet `S` of `a\.xlsx` has values but no name"
    ):
        rows_of(path, tmp_path)


def test_names_that_repeat_or_are_missing_are_refused(tmp_path):
    with pytest.raises(FormatError, match="stands twice"):
        inspect_file(workbook(tmp_path / "a.xlsx", {"S": [["a", "a"], [1, 2]]}))
    with pytest.raises(FormatError, match=r"Column 2 of `a\.xlsx` has no name"):
        inspect_file(workbook(tmp_path / "a.xlsx", {"S": [["a", None, "c"], [1, 2, 3]]}))


def test_a_damaged_workbook_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"S": [HEADER, [1]]})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(FileUnreadableError, match=r"`a\.xlsx` is damaged"):
        inspect_file(path)
