"""Read a release back as a stranger would, before it takes its place: by its files alone.

Every function gives its problems as texts; none is all well.
"""

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from lunar_timeline.asof import row_ids
from lunar_timeline.schema import Schema
from scripts.lib.archive import files_of
from scripts.lib.outsider import validate_as_outsider


def verify(folder: Path, rows: Mapping[str, int]) -> list[str]:
    """All that is wrong with a release folder.

    Args:
        folder: the release.
        rows: table -> how many rows it must have; all tables of the release, and no others.
    """
    problems = [*_checksums(folder), *_zip(folder)]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    schemas = {it["name"]: Schema(it["name"], it["schema"]) for it in package["resources"] if it["type"] == "table"}
    frames = {}
    for table, schema in schemas.items():
        frames[table] = pd.read_parquet(folder / f"{table}.parquet")
        problems += _table(folder, frames[table], schema)
    problems += _row_counts(frames, rows)
    problems += _references(frames, schemas)
    problems += _wheel(folder, frames)
    problems += [str(finding) for finding in validate_as_outsider(folder / "datapackage.json")]
    return problems


def _checksums(folder: Path) -> Iterator[str]:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = files_of(folder)
    for name in sorted(listed.keys() ^ (files.keys() - {"SHA256SUMS"})):
        yield f"{name}: in the folder or in SHA256SUMS, not in both"
    for name in listed.keys() & files.keys():
        if hashlib.sha256(files[name].read_bytes()).hexdigest() != listed[name]:
            yield f"{name}: not the file of which SHA256SUMS tells"


def _zip(folder: Path) -> Iterator[str]:
    """The zip holds the files of the folder but itself; its own SHA256SUMS does not list it."""
    for path in folder.glob("*.zip"):
        with zipfile.ZipFile(path) as packed:
            inside = {name.removeprefix(f"{path.stem}/"): packed.read(name) for name in packed.namelist()}
        files = {name: file.read_bytes() for name, file in files_of(folder).items() if file != path}
        sums = files["SHA256SUMS"].splitlines(keepends=True)
        files["SHA256SUMS"] = b"".join(line for line in sums if not line.endswith(f"  {path.name}\n".encode()))
        for name in sorted(inside.keys() | files.keys()):
            if inside.get(name) != files.get(name):
                yield f"{path.name}: {name} is not the file of the folder"


def _table(folder: Path, frame: pd.DataFrame, schema: Schema) -> Iterator[str]:
    """CSV against Parquet, types, required cells and keys of one table."""
    table = schema.table
    if list(frame.columns) != schema.columns:
        yield f"{table}.parquet: its columns are not those of the descriptor"
        return
    wrong = [name for name, dtype in schema.pandas_dtypes().items() if frame[name].dtype != dtype]
    if wrong:
        yield f"{table}.parquet: {', '.join(wrong)} opens with another type than the descriptor's"
        return
    csv = pd.read_csv(folder / f"{table}.csv", **schema.read_csv_options()).astype(schema.pandas_dtypes())
    if not frame.equals(csv):
        yield f"{table}: CSV and Parquet differ"
    for field in schema.fields:
        if field.required and frame[field.name].isna().any():
            yield f"{table}: {field.name} is empty in a row and may not be"
    twice = row_ids(frame, schema)
    twice = twice[frame[schema.primary_key].duplicated()]
    if len(twice):
        yield f"{table}: two rows have the key {twice.iloc[0]}"


def _row_counts(frames: Mapping[str, pd.DataFrame], rows: Mapping[str, int]) -> Iterator[str]:
    for table in sorted(frames.keys() ^ rows.keys()):
        yield f"{table}: {'not expected' if table in frames else 'missing'}"
    for table in frames.keys() & rows.keys():
        if len(frames[table]) != rows[table]:
            yield f"{table}: {len(frames[table])} rows, where there must be {rows[table]}"


def _references(frames: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema]) -> Iterator[str]:
    for table, schema in schemas.items():
        for key in schema.foreign_keys:
            cells = frames[table][key.column].dropna()
            lost = cells[~cells.isin(frames[key.table][key.key])]
            if len(lost):
                yield f"{table}: {key.column} {lost.iloc[0]} is no row of {key.table}"


_PROGRAM = """
import json, sys
import lunar_timeline as lt
tables = {table: [list(lt.load(table).columns), len(lt.load(table))] for table in lt.tables()}
json.dump({"inside": lt.__file__.startswith(sys.prefix), "tables": tables}, sys.stdout)
"""


def _wheel(folder: Path, frames: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """The wheel installed in an environment of its own, without the network, and every table loaded from it."""
    wheels = [str(path.resolve()) for path in folder.glob("*.whl")]
    if len(wheels) != 1:
        yield f"{len(wheels)} wheels, where there must be one"
        return
    with tempfile.TemporaryDirectory() as name:
        # pip of this environment serves the new one: bringing one along would take seconds.
        venv.create(name, with_pip=False, symlinks=True)
        python = Path(name).resolve() / "bin" / "python"
        install = ["-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", *wheels]
        done = _run(Path(sys.executable), *install)
        if done.returncode == 0:
            # pandas and pyarrow are those of this environment, found behind the wheel's own files.
            own = next((Path(name) / "lib").glob("python*/site-packages"))
            (own / "of_the_builder.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
            done = _run(python, "-I", "-c", _PROGRAM, cwd=Path(name))
        if done.returncode:
            yield f"the wheel cannot be installed and read: {done.stderr.strip()}"
            return
    told = json.loads(done.stdout)
    if not told["inside"]:
        yield "the wheel was not read, but another lunar_timeline"
    if told["tables"] != {table: [list(frame.columns), len(frame)] for table, frame in frames.items()}:
        yield "the tables in the wheel are not those of the release"


def _run(python: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("LUNAR_", "PYTHON", "PIP_"))}
    environment = {**settings, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run([str(python), *arguments], cwd=cwd, env=environment, capture_output=True, text=True)
