"""A release folder from checked tables: the one place where its files are written."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lunar_timeline.derive import derive
from lunar_timeline.enrich import enrich
from lunar_timeline.schema import Schema
from scripts.lib.artefacts import write_artefacts
from scripts.lib.checks import Report
from scripts.lib.dictionary import data_dictionary
from scripts.lib.pages import fill_pages
from scripts.lib.paths import House
from scripts.lib.release import checksums, csv_bytes, json_bytes, parquet_bytes, released_package
from scripts.lib.stories import stories
from scripts.lib.wheel import build_wheel


@dataclass(frozen=True)
class SinceLast:
    """What only a release has, and a development build has not: its difference from the last release."""

    schema: Schema  # of the table `changes`
    changes: pd.DataFrame
    notes: str


def release_tables(report: Report) -> dict[str, pd.DataFrame]:
    """All tables of a release, base and derived, from the tables that a check has read.

    Raises:
        pandera.errors.SchemaError: a derived table does not fit its schema, which is a fault of ours.
    """
    base = {name: table.frame for name, table in report.tables.items()}
    tables = enrich(base, report.contract.schemas)
    made = derive(tables, report.contract.derived)
    for name, frame in made.items():
        report.contract.derived[name].released().pandera().validate(frame)
    return {**tables, **made}


def write_release(
    house: House, report: Report, folder: Path, since_last: SinceLast | None = None
) -> Mapping[str, pd.DataFrame]:
    """Write every file of the release into an empty folder.

    Returns:
        The tables as they were written.
    """
    say("deriving tables")
    tables = release_tables(report)
    contract = report.contract
    derived = dict(contract.derived)
    if since_last:
        tables["changes"], derived["changes"] = since_last.changes, since_last.schema
        (folder / "NOTES.md").write_text(since_last.notes, encoding="utf-8")
    declared = contract.schemas | derived
    schemas = {name: declared[name].released() for name in tables}
    for name, schema in schemas.items():
        say(f"writing {name}")
        (folder / f"{name}.csv").write_bytes(csv_bytes(tables[name], schema))
        (folder / f"{name}.parquet").write_bytes(parquet_bytes(tables[name], schema))
    version = house.version()
    own = json.loads(house.descriptor.read_text(encoding="utf-8"))
    package = released_package(own, version, schemas, set(derived), folder)
    descriptor = folder / "datapackage.json"
    descriptor.write_bytes(json_bytes(package))
    (folder / "DICTIONARY.md").write_text(
        data_dictionary(contract.schemas.values(), derived.values()), encoding="utf-8"
    )
    for name in ("LICENSE", "LICENSE-DATA"):
        (folder / name).write_bytes((house.root / name).read_bytes())
    (folder / "docs").mkdir()
    for name, text in fill_pages(house.root / "docs", tables, declared, version, stories(house, report)).items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    write_artefacts(folder, tables, schemas, package, house)
    say("building the wheel")
    build_wheel(house, [descriptor, *(folder / f"{name}.parquet" for name in tables)], folder)
    (folder / "SHA256SUMS").write_bytes(checksums(folder))
    return tables


def say(step: str) -> None:
    """Show on a terminal what is being done, in the place of what was before; nothing to end with."""
    if sys.stderr.isatty():
        print(f"\r\033[K{step} …" if step else "\r\033[K", end="", file=sys.stderr, flush=True)
