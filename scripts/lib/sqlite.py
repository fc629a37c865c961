"""The tables of a release as one SQLite file, with their keys."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pandas as pd

from lunar_timeline.schema import Field, Schema

# SQLite has no type of its own for yes and no, nor for times: 1 and 0, and ISO texts, which its functions read.
_TYPES = {"string": "TEXT", "datetime": "TEXT", "number": "REAL", "integer": "INTEGER", "boolean": "INTEGER"}


def write_sqlite(path: Path, tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema]) -> None:
    """Write a new file; the same tables give the same bytes with the same version of SQLite.

    Raises:
        sqlite3.IntegrityError: a row breaks a key, which is a fault of ours.
    """
    with closing(sqlite3.connect(path)) as database:
        # Fixed, or they would depend on how the library was compiled.
        database.execute("PRAGMA page_size = 4096")
        database.execute("PRAGMA encoding = 'UTF-8'")
        database.execute("PRAGMA auto_vacuum = NONE")
        with database:
            for name, schema in schemas.items():
                database.execute(_create(schema))
                places = ", ".join("?" * len(schema.fields))
                columns = [_cells(tables[name][field.name], field) for field in schema.fields]
                database.executemany(f"INSERT INTO {_quoted(name)} VALUES ({places})", zip(*columns, strict=True))
        lost = database.execute("PRAGMA foreign_key_check").fetchone()
        if lost:
            raise sqlite3.IntegrityError(f"row {lost[1]} of {lost[0]} names no row of {lost[2]}")
        database.execute("VACUUM")


def _create(schema: Schema) -> str:
    clauses = ",\n  ".join(_clauses(schema))
    return f"CREATE TABLE {_quoted(schema.table)} (\n  {clauses}\n)"


def _clauses(schema: Schema) -> Iterator[str]:
    for field in schema.fields:
        need = " NOT NULL" if field.required else ""
        yield f"{_quoted(field.name)} {_TYPES[field.type]}{need}"
    yield f"PRIMARY KEY ({', '.join(map(_quoted, schema.primary_key))})"
    for key in schema.foreign_keys:
        yield f"FOREIGN KEY ({_quoted(key.column)}) REFERENCES {_quoted(key.table)} ({_quoted(key.key)})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cells(cells: pd.Series, field: Field) -> list[object]:
    values = cells.dt.strftime("%Y-%m-%dT%H:%M:%S") if field.type == "datetime" else cells
    return values.astype("object").where(cells.notna(), None).to_list()
