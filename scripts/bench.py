"""Time the package against its peers, in one run on one machine.

- our whole check against `frictionless validate` alone,
- `load` against a bare `pandas.read_parquet`,
- `as_of` of the targets against a DuckDB query that does the same,

on the real data and on copies of it with new ids (all references kept). Prints a table; ratios above 1 mean
that the peer is faster.
"""

import argparse
import csv
import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lunar_timeline.schema import load_schemas
from scripts.lib.assemble import write_release
from scripts.lib.checks import run_checks
from scripts.lib.outsider import validate_as_outsider
from scripts.lib.paths import HERE, House
from scripts.lib.text import canonical

_DAY = "2021-03-16"
_COPIED = ("datapackage.json", "pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA", "CITATION.cff")


def multiply(house: House, target: Path, copies: int) -> House:
    """A house with each row of each table several times, each time with other ids."""
    schemas = load_schemas(house.schemas)
    for name in ("schemas", "docs", "lunar_timeline"):
        shutil.copytree(house.root / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _COPIED:
        shutil.copy(house.root / name, target / name)
    (target / "data").mkdir()
    for name, schema in schemas.items():
        with (house.data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        # Column -> table whose ids it holds; a row_id holds those of the table that its row names.
        ids: dict[str, str | None] = {key.column: key.table for key in schema.foreign_keys}
        if len(schema.primary_key) == 1:
            ids[schema.primary_key[0]] = name
        if "row_id" in header and name != "retired_ids":
            ids["row_id"] = None
        key = [header.index(column) for column in schema.primary_key]
        grown = {tuple(row[position] for position in key): row for row in rows}
        for copy in range(1, copies):
            for row in rows:
                cells = list(row)
                for column, table in ids.items():
                    position = header.index(column)
                    cells[position] = _renamed(cells[position], table or row[header.index("table_name")], copy)
                grown.setdefault(tuple(cells[position] for position in key), cells)
        content = canonical(header, list(grown.values()), schema.primary_key)
        (target / "data" / f"{name}.csv").write_bytes(content)
    return House(target)


def _renamed(text: str, table: str, copy: int) -> str:
    """An id of a copy. Actors and sources are not copied (the ids of others are made of theirs), nor are rows
    of composite keys."""
    if not text or "/" in text or table in ("actors", "sources"):
        return text
    return f"{text}-c{copy}" if table == "statements" else f"c{copy}-{text}"


def seconds(function: Callable[[], object], repeat: int = 3) -> float:
    """The best time of some runs."""
    times = []
    for _ in range(repeat):
        gc.collect()
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def bench(house: House, repeat: int) -> list[tuple[str, int, float, float]]:
    """(what, rows, our seconds, the peer's seconds) for each comparison on one house."""
    import duckdb
    import pandas as pd

    report = run_checks(house)
    if report.failed:
        raise RuntimeError(f"the copies are not valid, first of all: {report.findings[0]}")
    rows = sum(len(table.frame) for table in report.tables.values())
    folder = house.root / "release"
    folder.mkdir(exist_ok=True)
    write_release(house, report, folder)
    os.environ["LUNAR_TIMELINE_RELEASE"] = str(folder)
    import lunar_timeline as lt

    parquet = folder / "target_dates.parquet"
    query = f"select * from '{parquet}' where known_on <= timestamp '{_DAY} 23:59:59'"
    return [
        (
            "check / frictionless validate",
            rows,
            seconds(lambda: run_checks(house), repeat),
            seconds(lambda: validate_as_outsider(house.descriptor), repeat),
        ),
        (
            "load / pandas.read_parquet",
            len(lt.load("target_dates")),
            seconds(lambda: lt.load("target_dates"), 20),
            seconds(lambda: pd.read_parquet(parquet), 20),
        ),
        (
            "as_of, all tables / DuckDB, one table",
            rows,
            seconds(lambda: lt.as_of(_DAY), repeat),
            seconds(lambda: duckdb.execute(query).df(), repeat),
        ),
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--copies", type=int, nargs="*", default=[1, 10], help="how many times the real data")
    options = parser.parse_args(arguments)
    print(f"{'what':40} {'rows':>9} {'ours':>9} {'peer':>9} {'ratio':>7}")
    for copies in options.copies:
        with tempfile.TemporaryDirectory() as folder:
            house = multiply(HERE, Path(folder), copies)
            for what, rows, ours, peer in bench(house, 3 if copies == 1 else 1):
                print(f"{what:40} {rows:9} {ours:8.3f}s {peer:8.3f}s {ours / peer:7.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
