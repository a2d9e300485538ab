"""The sheets of a workbook and their headers; of `.xlsx` without reading the rows."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
WORKBOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_TEXTS = "xl/sharedStrings.xml"
_LETTERS = re.compile("[A-Z]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: Its name.
        header: Cells of its first row that holds anything, empty ones as empty text.
        has_rows: Whether a further row holds anything.
    """

    name: str
    header: tuple[str, ...]
    has_rows: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    column: int
    text: str
    is_shared: bool


def sheets_of_xlsx(archive: zipfile.ZipFile) -> tuple[Sheet, ...]:
    """Gives the sheets of an `.xlsx` in their order; sheets without any cell have no header.

    Raises:
        zipfile.BadZipFile, KeyError, xml.etree.ElementTree.ParseError: The workbook is damaged.
    """
    firsts = {name: _first_rows(archive, part) for name, part in _parts(archive)}
    places = {
        int(c.text) for rows in firsts.values() for row in rows[:1] for c in row if c.is_shared
    }
    texts = _shared_texts(archive, places) if places else {}
    return tuple(_sheet(name, rows, texts) for name, rows in firsts.items())


def sheets_of_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Gives the sheets of a workbook in an older or other format: it has to be read as a whole.

    Raises:
        fastexcel.FastExcelError: The workbook is damaged or no workbook.
    """
    import fastexcel

    workbook = fastexcel.read_excel(content)
    sheets = []
    for name in workbook.sheet_names:
        first = workbook.load_sheet(name, header_row=None, n_rows=2, dtypes="string").to_arrow()
        rows = [tuple(str(value or "") for value in row.values()) for row in first.to_pylist()]
        sheets.append(Sheet(name, rows[0] if rows else (), len(rows) > 1))
    return tuple(sheets)


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Gives the name of each sheet and the part of the archive that holds it."""
    with archive.open(_LINKS) as source:
        links = {link.get("Id"): link.get("Target", "") for link in _parse(source)}
    with archive.open(WORKBOOK) as source:
        for sheet in _parse(source).iter(f"{_MAIN}sheet"):
            target = links.get(sheet.get(_RELATION), "")
            part = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            if "/worksheets/" in part:
                yield sheet.get("name", ""), part


def _first_rows(archive: zipfile.ZipFile, part: str) -> list[list[_Cell]]:
    """Gives the cells of the first two rows that hold anything."""
    rows = []
    with archive.open(part) as source:
        for row in _elements(source, "row"):
            cells = list(_cells(row))
            if cells:
                rows.append(cells)
            if len(rows) == 2:
                break
    return rows


def _cells(row: ET.Element) -> Iterator[_Cell]:
    column = -1
    for cell in row.iter(f"{_MAIN}c"):
        letters = _LETTERS.match(cell.get("r", ""))
        column = _column(letters[0]) if letters else column + 1
        kind = cell.get("t", "n")
        text = _text_of(cell) if kind == "inlineStr" else cell.findtext(f"{_MAIN}v", "")
        if text:
            yield _Cell(column, text, kind == "s")


def _column(letters: str) -> int:
    """Gives the place of a column from 0.

    Examples:
        >>> [_column(letters) for letters in ("A", "Z", "AA", "BA")]
        [0, 25, 26, 52]
    """
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _shared_texts(archive: zipfile.ZipFile, places: Iterable[int]) -> dict[int, str]:
    """Gives the texts at some places of the table in which a workbook keeps its texts."""
    wanted, last = set(places), max(places)
    texts = {}
    with archive.open(_TEXTS) as source:
        for place, item in enumerate(_elements(source, "si")):
            if place in wanted:
                texts[place] = _text_of(item)
            if place == last:
                break
    return texts


def _text_of(item: ET.Element) -> str:
    """Gives a text that may be set in several runs; phonetic readings are left out."""
    runs = [item, *item.iter(f"{_MAIN}r"), *item.iter(f"{_MAIN}is")]
    return "".join(run.findtext(f"{_MAIN}t", "") for run in runs)


def _sheet(name: str, rows: list[list[_Cell]], texts: dict[int, str]) -> Sheet:
    if not rows:
        return Sheet(name, (), has_rows=False)
    said = {c.column: texts[int(c.text)] if c.is_shared else c.text for c in rows[0]}
    first = min(cell.column for row in rows for cell in row)
    header = tuple(said.get(place, "") for place in range(first, max(said) + 1))
    return Sheet(name, header, len(rows) > 1)


def _elements(source: IO[bytes], name: str) -> Iterator[ET.Element]:
    """Gives elements one after the other; what was given is forgotten."""
    # Python's parser opens no external entities and expat limits how far internal ones expand.
    for _, element in ET.iterparse(source):  # noqa: S314
        if element.tag == f"{_MAIN}{name}":
            yield element
            element.clear()


def _parse(source: IO[bytes]) -> ET.Element:
    return ET.parse(source).getroot()  # noqa: S314 (as above)
