"""The tables of a release as an Excel file, for people without Python: one sheet per table, and what they mean."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lunar_timeline.schema import Schema

_MADE = datetime(2020, 1, 1)  # any fixed time will do; the bytes must not depend on the day
_FIRST_DAY = datetime(1900, 3, 1)  # Excel's calendar has a 29 February 1900; before it nothing is right
_LONGEST = 32_767
_CUT = " … (cut: the whole text is in the CSV file)"
_WIDEST, _NARROWEST = 50, 8
# Excel keeps this name for itself and calls a file with such a sheet damaged.
_RESERVED = ("history",)
_ABOUT, _DICTIONARY = "about", "dictionary"
_DICTIONARY_HEAD = ("table", "column", "type", "required", "meaning", "example", "values")

Row = Iterable[Any]


def write_workbook(
    path: Path, tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema], package: Mapping[str, Any]
) -> None:
    """Write a new file; the same tables give the same bytes.

    Text is written as text, whatever it looks like: no cell is ever a formula or a link.

    Raises:
        ValueError: a table has more rows than a sheet.
    """
    # What looks like a formula, a number or an address is text all the same; `_write` says so, too, for each cell.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": package["title"], "created": _MADE})
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        about = book.add_worksheet(_ABOUT)
        about.set_column(0, 0, 28)
        about.set_column(1, 2, 90, wrapped)
        _fill(about, 0, _about(tables, schemas, package), time)
        about.set_row(0, None, bold)
        sheet = book.add_worksheet(_DICTIONARY)
        _table(sheet, _DICTIONARY_HEAD, list(_dictionary(schemas.values())), bold, time)
        for name, schema in schemas.items():
            columns = [_cells(tables[name][column]) for column in schema.columns]
            rows = list(zip(*columns, strict=True))
            _table(book.add_worksheet(sheet_name(name)), schema.columns, rows, bold, time)


def sheet_name(table: str) -> str:
    """The sheet of a table: its name, unless that is taken."""
    return f"{table}_" if table.lower() in (*_RESERVED, _ABOUT, _DICTIONARY) else table


def _about(
    tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema], package: Mapping[str, Any]
) -> Iterable[Row]:
    licence = package["licenses"][0]
    yield [package["title"]]
    yield ["Version", package["version"]]
    yield ["What it is", package["description"]]
    yield ["Licence", f"{licence['title']} ({licence['name']}), {licence['path']}"]
    yield ["Authors", ", ".join(person["title"] for person in package["contributors"])]
    yield ["Dates", "As precise as the source: 2028-37 is early 2028. Beside each stand the first and the last second."]
    yield ["Empty cells", "Nothing is known, or nothing applies. What each column means is in the sheet dictionary."]
    yield []
    yield ["Sheet", "What a row is", "Rows"]
    for name, schema in schemas.items():
        yield [sheet_name(name), schema.spec["description"], len(tables[name])]


def _dictionary(schemas: Iterable[Schema]) -> Iterable[Row]:
    for schema in schemas:
        for field in schema.fields:
            yield [
                schema.table,
                field.name,
                "date (EDTF)" if field.is_("edtf") else field.type,
                field.required,
                field.spec["description"],
                str(field.spec["example"]),
                "\n".join(f"{value}: {text}" for value, text in field.spec.get("definitions", {}).items())
                or ", ".join(field.enum),
            ]


def _cells(cells: pd.Series) -> list[Any]:
    """The cells of a column, None where empty. Times as text where Excel has no such day: one type in a column."""
    values = cells
    if cells.dtype.kind == "M" and (cells < _FIRST_DAY).any():
        values = cells.dt.strftime("%Y-%m-%dT%H:%M:%S")
    elif cells.dtype.kind == "M":
        values = pd.Series(cells.dt.to_pydatetime(), index=cells.index, dtype="object")
    return values.astype("object").where(cells.notna(), None).to_list()


def _table(sheet: Worksheet, head: Iterable[str], rows: list, bold: Format, time: Format) -> None:
    """A header that stays in sight and can be filtered by, and the rows below it."""
    head = list(head)
    if len(rows) >= sheet.xls_rowmax:
        raise ValueError(f"{sheet.get_name()}: {len(rows)} rows, and a sheet takes {sheet.xls_rowmax - 1}")
    for column, cells in enumerate(zip(head, *rows, strict=True)):
        widest = max(len(str(cell)) for cell in cells if cell is not None)
        sheet.set_column(column, column, min(max(widest + 2, _NARROWEST), _WIDEST))
    _fill(sheet, 0, [head], time)
    sheet.set_row(0, None, bold)
    _fill(sheet, 1, rows, time)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(head) - 1)


def _fill(sheet: Worksheet, first: int, rows: Iterable[Row], time: Format) -> None:
    for number, row in enumerate(rows, start=first):
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, time)


def _write(sheet: Worksheet, row: int, column: int, cell: Any, time: Format) -> None:
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float():
            sheet.write_number(row, column, cell)
        case datetime():
            sheet.write_datetime(row, column, cell, time)
        case _:
            text = cell if len(cell) <= _LONGEST else cell[: _LONGEST - len(_CUT)] + _CUT
            sheet.write_string(row, column, text)
