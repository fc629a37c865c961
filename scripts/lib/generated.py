"""A house of any size: the real data several times over, each copy with ids of its own.

All references are kept, so that the copies break no rule and cost the checks what as many real rows would.
Tables are written row by row in the order of their keys; only the real data are held in memory.
"""

import csv
import heapq
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from lunar_timeline.schema import Schema, load_schemas
from scripts.lib.paths import House
from scripts.lib.rules.targets import SEARCHED

_FOLDERS = ("schemas", "docs", "lunar_timeline")
_FILES = ("datapackage.json", "pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA", "CITATION.cff")
# Actors are the same in all copies: the id of a state is its country code.
_SHARED = ("actors",)
# Their ids begin with an actor's: what tells a copy stands behind.
_MARKED_BEHIND = ("statements",)
# Ids that begin with a word and name a row behind it, which has to be found in each copy.
_NAMING = {"coverage": SEARCHED}

Row = list[str]
Schemas = Mapping[str, Schema]


def rows_of(house: House) -> int:
    """How many rows a house has in all its tables."""
    return sum(len(_read(house, name)[1]) for name in load_schemas(house.schemas))


def multiply(house: House, target: Path, copies: int) -> House:
    """Write a house with each row of each table several times, each time with other ids, into an empty folder."""
    for name in _FOLDERS:
        shutil.copytree(house.root / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "_release"))
    for name in _FILES:
        shutil.copy(house.root / name, target / name)
    (target / "data").mkdir()
    schemas = load_schemas(house.schemas)
    for name, schema in schemas.items():
        header, rows = _read(house, name)
        with (target / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(_multiplied(header, rows, schema, schemas, copies))
    return House(target)


def _read(house: House, table: str) -> tuple[Row, list[Row]]:
    with (house.data / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def _multiplied(header: Row, rows: list[Row], schema: Schema, schemas: Schemas, copies: int) -> Iterator[Row]:
    """The rows of all copies in the order of the key; a row whose key is the same in all of them comes once."""
    positions = [header.index(column) for column in schema.primary_key]

    def key(row: Row) -> Row:
        return [row[position] for position in positions]

    def one_copy(number: int) -> Iterator[Row]:
        def renamed(row: Row) -> Row:
            return list(_renamed(dict(zip(header, row, strict=True)), schema, schemas, number).values())

        order = sorted(range(len(rows)), key=lambda index: key(renamed(rows[index])))
        return (renamed(rows[index]) for index in order)

    last = None
    for row in heapq.merge(*(one_copy(number) for number in range(copies)), key=key):
        if key(row) != last:
            yield row
        last = key(row)


def _renamed(cells: dict[str, str], schema: Schema, schemas: Schemas, number: int) -> dict[str, str]:
    """The cells of a row (or of its key alone) as they stand in a copy; copy 0 is the row itself."""
    if number == 0:
        return cells
    tables = {key.column: key.table for key in schema.foreign_keys}
    if len(schema.primary_key) == 1:
        tables[schema.primary_key[0]] = schema.table
    if "row_id" in cells:
        tables["row_id"] = cells["table_name"]
    copied = {
        column: _renamed_id(cell, schemas[tables[column]], schemas, number) if cell and column in tables else cell
        for column, cell in cells.items()
    }
    if copied.get("url"):  # a document is one source
        copied["url"] += f"#c{number}"
    return copied


def _renamed_id(text: str, schema: Schema, schemas: Schemas, number: int) -> str:
    if schema.table in _SHARED:
        return text
    if schema.table in _MARKED_BEHIND:
        return f"{text}-c{number}"
    if len(schema.primary_key) == 1:
        word = _NAMING.get(schema.table, "")
        word = word if text.startswith(word) else ""
        return f"{word}c{number}-{text.removeprefix(word)}"
    parts = text.split("/", len(schema.primary_key) - 1)
    return "/".join(_renamed(dict(zip(schema.primary_key, parts, strict=True)), schema, schemas, number).values())
