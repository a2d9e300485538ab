"""Reads the sheets of a workbook as text, at the speed of a compiled reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.engines.raw_layout import SHEET, Compression, FileInspection
from shopkeeper.engines.raw_text import open_bytes
from shopkeeper.errors import FileUnreadableError, FormatError, shorten

if TYPE_CHECKING:
    import fastexcel
    import pyarrow as pa


def read_workbook(inspection: FileInspection) -> pa.Table:
    """Gives the rows of all sheets of a workbook that have its header, one sheet after the other.

    Every cell is text: dates as `2011-12-09 12:50:00`, whole numbers without a point, empty cells
    and errors such as `#DIV/0!` as missing. The last column, `_sheet`, names the sheet.

    Raises:
        FileUnreadableError: The workbook is damaged.
        FormatError: A sheet has values where its header has no name.
    """
    import fastexcel
    import pyarrow as pa

    try:
        workbook = fastexcel.read_excel(_content(inspection))
        parts = [_read_sheet(workbook, sheet, inspection) for sheet in inspection.sheets]
    except fastexcel.FastExcelError as error:
        raise FileUnreadableError(
            f"`{inspection.path.name}` is damaged: {shorten(error, 120)}",
            "open it in a spreadsheet program and save it again",
            {"path": str(inspection.path)},
        ) from error
    return pa.concat_tables(parts)


def _content(inspection: FileInspection) -> str | bytes:
    if inspection.compression is Compression.NONE:
        return str(inspection.path)
    with open_bytes(inspection) as source:
        return source.read()


def _read_sheet(
    workbook: fastexcel.ExcelReader, sheet: str, inspection: FileInspection
) -> pa.Table:
    import pyarrow as pa

    header = inspection.header
    batch = workbook.load_sheet(sheet, dtypes="string").to_arrow()
    _check_columns(batch, sheet, inspection)
    columns = [batch.column(place).cast(pa.string()) for place in range(len(header))]
    names = pa.repeat(pa.scalar(sheet, pa.string()), batch.num_rows)
    return pa.table([*columns, names], names=[*header, SHEET])


def _check_columns(batch: pa.RecordBatch, sheet: str, inspection: FileInspection) -> None:
    """Holds a sheet to its header: no column elsewhere, no values beside the last name."""
    width = len(inspection.header)
    if tuple(batch.schema.names[:width]) != inspection.header:
        raise FormatError(
            f"The columns of sheet `{shorten(sheet)}` of `{inspection.path.name}` are not where "
            "its header names them.",
            "save the sheet as CSV",
            {"path": str(inspection.path), "sheet": sheet},
        )
    for place in range(width, batch.num_columns):
        if batch.column(place).null_count < batch.num_rows:
            raise FormatError(
                f"Column {place + 1} of sheet `{shorten(sheet)}` of `{inspection.path.name}` has "
                "values but no name.",
                "name it in the first row, or delete the column",
                {"path": str(inspection.path), "sheet": sheet, "column": place + 1},
            )
