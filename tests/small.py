"""A whole checkout with the sample as its data, under git: releases of it take seconds."""

import csv
import io
import subprocess
from pathlib import Path

from scripts.lib.paths import House
from scripts.lib.release import csv_bytes
from scripts.lib.text import canonical
from tests.conftest import copy_house
from tests.sample import SCHEMAS, sample


def small_house(target: Path) -> House:
    """The sample as a checkout, committed."""
    house = copy_house(target)
    for name, frame in sample().items():
        header, *rows = csv.reader(io.StringIO(csv_bytes(frame, SCHEMAS[name]).decode()))
        write_rows(house, name, header, rows)
    (target / ".gitignore").write_text("dist/\n__pycache__/\n")
    run_git(house, "init", "--quiet", "--initial-branch=main")
    commit(house)
    return house


def run_git(house: House, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(house.root), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit(house: House, tag: str = "") -> None:
    run_git(house, "add", "--all")
    run_git(house, "commit", "--quiet", "--allow-empty", "--message", "Change")
    if tag:
        run_git(house, "tag", tag)


_CITED = ("source_id", "locator")


def write_rows(house: House, table: str, header: list[str], rows: list[list[str]]) -> None:
    (house.data / f"{table}.csv").write_bytes(canonical(header, rows, SCHEMAS[table].primary_key))


def edit(house: House, table: str, row_id: str, **cells: str | None) -> None:
    """Set cells of a row, add a row where the id is new, remove the row where no cell is given."""
    with (house.data / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header = SCHEMAS[table].columns
    key = SCHEMAS[table].primary_key
    found = [row for row in rows if "/".join(row[name] for name in key) == row_id]
    if not cells:
        rows.remove(found[0])
    elif found:
        found[0].update(cells)
    else:
        model = rows[0] if rows else {}
        rows.append(
            dict.fromkeys(header, "")
            | {name: model[name] for name in model if name in _CITED}
            | dict(zip(key, row_id.split("/"), strict=True))
            | cells
        )
    write_rows(house, table, header, [[row[name] for name in header] for row in rows])


def set_version(house: House, version: str) -> None:
    path = house.root / "pyproject.toml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [f'version = "{version}"\n' if line.startswith("version = ") else line for line in lines]
    path.write_text("".join(lines), encoding="utf-8")
