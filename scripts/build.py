"""Check the data, then make the release folder dist/<version>/.

Nothing is written while the checks find an error. The folder is made aside and moved into place whole:
a build that is killed leaves the former one as it was.
"""

import argparse
import json
import sys
from pathlib import Path

import pandas as pd

from lunar_timeline.derive import derive
from lunar_timeline.enrich import enrich
from scripts.lib.checks import Report, run_checks
from scripts.lib.dictionary import data_dictionary
from scripts.lib.files import folder_aside
from scripts.lib.findings import print_anything, summary
from scripts.lib.pages import fill_pages
from scripts.lib.paths import HERE, House
from scripts.lib.release import checksums, csv_bytes, json_bytes, parquet_bytes, released_package
from scripts.lib.stories import stories
from scripts.lib.wheel import build_wheel


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


def write_release(house: House, report: Report, folder: Path) -> None:
    """Write every file of the release into an empty folder."""
    _say("deriving tables")
    tables = release_tables(report)
    contract = report.contract
    declared = contract.schemas | contract.derived
    schemas = {name: declared[name].released() for name in tables}
    for name, schema in schemas.items():
        _say(f"writing {name}")
        (folder / f"{name}.csv").write_bytes(csv_bytes(tables[name], schema))
        (folder / f"{name}.parquet").write_bytes(parquet_bytes(tables[name], schema))
    package = json.loads(house.descriptor.read_text(encoding="utf-8"))
    version = house.version()
    descriptor = folder / "datapackage.json"
    descriptor.write_bytes(json_bytes(released_package(package, version, schemas, set(contract.derived), folder)))
    (folder / "DICTIONARY.md").write_text(
        data_dictionary(contract.schemas.values(), contract.derived.values()), encoding="utf-8"
    )
    for name in ("LICENSE", "LICENSE-DATA"):
        (folder / name).write_bytes((house.root / name).read_bytes())
    citation = (house.root / "CITATION.cff").read_text(encoding="utf-8")
    (folder / "CITATION.cff").write_text(f"{citation}version: {version}\n", encoding="utf-8")
    (folder / "docs").mkdir()
    for name, text in fill_pages(house.root / "docs", tables, declared, version, stories(house, report)).items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    _say("building the wheel")
    build_wheel(house, [descriptor, *folder.glob("*.parquet")], folder)
    (folder / "SHA256SUMS").write_bytes(checksums(folder))


def _say(step: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{step} …", end="", file=sys.stderr, flush=True)


def build(house: House) -> int:
    """Check and build; the exit code."""
    print_anything()
    _say("checking")
    report = run_checks(house)
    if report.failed:
        for finding in report.findings:
            print(finding)
        print(summary(report.findings))
        print("nothing was built; mend the errors first")
        return 1
    target = house.dist / house.version()
    try:
        with folder_aside(target) as folder:
            write_release(house, report, folder)
    except BlockingIOError:
        print(f"another build is running in {house.dist}; wait for it to end")
        return 1
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    rows = sum(len(table.frame) for table in report.tables.values())
    print(f"built {target.relative_to(house.root)}: {len(report.tables)} base tables with {rows} rows")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make build", description=__doc__)
    parser.add_argument("--root", type=Path, default=HERE.root, help="the checkout to build, this one by default")
    return build(House(parser.parse_args(arguments).root.resolve()))


if __name__ == "__main__":
    sys.exit(main())
