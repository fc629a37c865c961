"""Add a row to a table of data/: asks for each cell, checks it, proposes the id, shows what the checks say.

Enter takes what stands in brackets, or leaves a cell empty; "-" leaves it empty in any case. Nothing is written
before you say so. With --set nothing is asked: the row is written if the checks find no error in it.
"""

import argparse
import sys
from collections.abc import Callable

from lunar_timeline.schema import Schema
from scripts.lib.annotate import printable
from scripts.lib.checks import Report, run_checks
from scripts.lib.files import write_aside
from scripts.lib.findings import ERROR, Finding, did_you_mean, print_anything, shown
from scripts.lib.newrow import (
    BrokenTable,
    Cells,
    Frames,
    asking_order,
    date_readings,
    ids_of,
    proposed_id,
    question,
    row_problems,
    with_row,
)
from scripts.lib.paths import HERE, House
from scripts.lib.trial import copied, new_findings

Ask = Callable[[str], str]
_BLANK = "-"


def tried(house: House, before: Report, schema: Schema, cells: Cells) -> list[Finding]:
    """What the checks say of the row, and did not say without it."""
    with copied(house) as copy:
        path = copy.data / f"{schema.table}.csv"
        path.write_bytes(with_row(path.read_bytes(), schema, cells))
        return new_findings(before, run_checks(copy))


def ask_cell(column: str, schema: Schema, cells: Cells, frames: Frames, ask: Ask) -> str:
    """Ask until the answer is one that the cell may hold."""
    print("", *question(schema, column), sep="\n")
    default = _default(column, schema, cells, frames)
    while True:
        prompt = f"{column} [{printable(default)}]: " if default else f"{column}: "
        answer = ask(prompt).strip() or default
        answer = "" if answer == _BLANK else answer
        problems = row_problems(schema, {column: answer}, frames)
        if not problems:
            return answer
        print(*(f"  {problem}" for problem in problems), sep="\n")


def _default(column: str, schema: Schema, cells: Cells, frames: Frames) -> str:
    """What was answered before, else what can be told from the other cells."""
    if cells.get(column):
        return cells[column]
    if schema.primary_key == [column]:
        return _proposal(schema, cells, frames)
    readings = date_readings(schema.table, cells, frames) if column in ("target", "qualifier") else []
    if column == "qualifier":
        readings = [reading for reading in readings if reading.target == cells.get("target")]
    for reading in readings if column == "target" else ():
        print(f"  the words give {reading.target} {reading.qualifier}: {reading.rule}")
    return getattr(readings[0], column) if readings else ""


def _proposal(schema: Schema, cells: Cells, frames: Frames) -> str:
    return proposed_id(schema, cells, ids_of(schema.table, frames))


def interview(house: House, before: Report, schema: Schema, frames: Frames, ask: Ask) -> Cells | None:
    """Ask for a whole row; None where it is not to be written."""
    cells: Cells = {}
    for column in asking_order(schema):
        cells[column] = ask_cell(column, schema, cells, frames, ask)
    while True:
        show(schema, cells)
        findings = tried(house, before, schema, cells)
        print("\n".join(map(str, findings)) or "the checks find nothing wrong with it")
        while (answer := ask("write it? yes, no, or a column to change: ").strip()) not in schema.columns:
            if answer in ("yes", "no"):
                return cells if answer == "yes" else None
            print(f"  {shown(answer)}: neither yes nor no nor a column{did_you_mean(answer, schema.columns)}")
        as_proposed = _proposal(schema, cells, frames)
        cells[answer] = ask_cell(answer, schema, cells, frames, ask)
        if as_proposed == cells[schema.primary_key[0]]:  # the id goes with what it is made of
            cells[schema.primary_key[0]] = _proposal(schema, cells, frames)


def from_settings(settings: list[str], schema: Schema, frames: Frames) -> tuple[Cells, list[str]]:
    """The row that `--set column=value …` gives, and what is wrong with its cells."""
    cells: Cells = dict.fromkeys(schema.columns, "")
    problems = []
    for setting in settings:
        column, equals, value = setting.partition("=")
        if not equals or column not in cells:
            tip = did_you_mean(column, schema.columns) or f"; one of {', '.join(schema.columns)}"
            problems.append(f"--set {shown(setting)}: no column of {schema.table}=value{tip}")
        else:
            cells[column] = value.strip()
    key = schema.primary_key[0]
    cells[key] = cells[key] or _proposal(schema, cells, frames)
    return cells, problems + row_problems(schema, cells, frames)


def show(schema: Schema, cells: Cells) -> None:
    print("", *(f"{column}: {printable(cells[column])}" for column in schema.columns if cells[column]), sep="\n")


def scripted(house: House, before: Report, schema: Schema, frames: Frames, settings: list[str]) -> Cells | None:
    """Make the row from settings; None where something is wrong with it."""
    cells, problems = from_settings(settings, schema, frames)
    show(schema, cells)
    findings = [] if problems else tried(house, before, schema, cells)
    for problem in (*problems, *findings):
        print(problem)
    return None if problems or any(finding.severity == ERROR for finding in findings) else cells


def add(house: House, table: str, settings: list[str], dry_run: bool, ask: Ask) -> int:
    before = run_checks(house)
    schemas = before.contract.schemas
    if table not in schemas or not before.tables[table].rows.readable:
        tip = did_you_mean(table, schemas) or f"; one of {', '.join(schemas)}"
        print(f"TABLE {shown(table)}: no table that can be read{tip}")
        return 2
    schema = schemas[table]
    frames = {name: read.frame for name, read in before.tables.items()}
    if settings:
        cells = scripted(house, before, schema, frames, settings)
    else:
        cells = interview(house, before, schema, frames, ask)
    if cells is None or dry_run:
        print("nothing was written")
        return int(cells is None and bool(settings))
    path = house.data / f"{table}.csv"
    write_aside(path, with_row(path.read_bytes(), schema, cells))
    print(f"added to data/{table}.csv")
    return 0


def main(arguments: list[str] | None = None, house: House = HERE, ask: Ask = input) -> int:
    parser = argparse.ArgumentParser(prog="make new", description=__doc__)
    parser.add_argument("table", help="the table, as target_dates")
    parser.add_argument("--set", action="append", default=[], metavar="COLUMN=VALUE", help="a cell; asks nothing")
    parser.add_argument("--dry-run", action="store_true", help="show the row and the findings, write nothing")
    options = parser.parse_args(arguments)
    print_anything()
    try:
        return add(house, options.table, options.set, options.dry_run, ask)
    except (KeyboardInterrupt, EOFError):
        print("\nnothing was written")
        return 1
    except BrokenTable as error:  # somebody else wrote it while we asked
        print(error, "nothing was written", sep="\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
