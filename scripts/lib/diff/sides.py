"""The two sides of a comparison: schemas, and the base tables as text.

A side is read from a checkout, from a commit of one, or from a release folder. Text, not typed frames: what
stood in a cell is comparable whatever type its column has on the other side. Nothing here fails on data that
break a rule; that is for `check` to say.
"""

import io
import json
import re
import subprocess
import tarfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lunar_timeline.schema import Schema
from scripts.lib.paths import House
from scripts.lib.text import read_rows

# Tables that a release has for being one; no schema of a checkout declares them.
_OF_RELEASES = ("changes",)
_READ = ("data", "schemas", "datapackage.json", "pyproject.toml")


class SideError(Exception):
    """There is nothing to compare with; the message says why and what to type."""


@dataclass(frozen=True)
class Side:
    """One state of the data: `tables` are the base tables, every cell a text and the empty text a missing value."""

    name: str
    version: str | None
    schemas: Mapping[str, Schema]  # of the base tables, as in `schemas/`
    derived: Mapping[str, Schema]
    tables: Mapping[str, pd.DataFrame]


def read_base(text: str, house: House) -> Side:
    """What somebody typed as the base: a release folder, another checkout, or a commit of this one.

    Raises:
        SideError: it is none of these, or cannot be read.
    """
    if not text:
        raise SideError("nothing to compare with; type BASE=<tag, commit or release folder>")
    folder = Path(text)
    if (folder / "datapackage.json").is_file():
        return read_checkout(House(folder)) if (folder / "schemas").is_dir() else read_release(folder)
    return read_commit(house, text)


def read_checkout(house: House) -> Side:
    """The checkout as it stands on the disk, committed or not."""
    paths = [path for name in _READ for path in (house.root / name, *(house.root / name).rglob("*"))]
    # No link is followed: it could show any file of the machine. `check` reports it.
    files = {
        path.relative_to(house.root).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and not path.is_symlink()
    }
    return _from_files("the checkout", files)


def read_commit(house: House, ref: str) -> Side:
    """A commit, by tag, branch or hash; nothing of it is written to the disk.

    Raises:
        SideError: there is no such commit, or no data in it.
    """
    commit = git(house, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        raise SideError(f"{ref}: no commit or tag of this checkout and no release folder (one with datapackage.json)")
    hash_ = commit.decode().strip()
    listed = (git(house, "ls-tree", "--name-only", "--full-tree", hash_) or b"").decode().split("\n")
    content = git(house, "archive", "--format=tar", hash_, "--", *(name for name in _READ if name in listed))
    if content is None:
        raise SideError(f"{ref}: that commit cannot be read")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = [(member.name, archive.extractfile(member)) for member in archive if member.isfile()]
        files = {name: file.read() for name, file in members if file}
    return _from_files(ref, files)


def git(house: House, *arguments: str) -> bytes | None:
    """What a git command prints, None where it fails."""
    try:
        done = subprocess.run(["git", "-C", str(house.root), *arguments], capture_output=True)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def _from_files(name: str, files: Mapping[str, bytes]) -> Side:
    schemas: dict[str, Schema] = {}
    derived: dict[str, Schema] = {}
    for path, content in sorted(files.items()):
        if found := re.fullmatch(r"schemas/(derived/)?(\w+)\.json", path):
            schema = Schema(found[2], _json(name, path, content))
            (derived if found[1] else schemas)[found[2]] = schema
    if not schemas:
        raise SideError(f"{name}: no schemas/*.json in it, so its tables cannot be read")
    package = _json(name, "datapackage.json", files.get("datapackage.json", b"{}"))
    order = {resource.get("name"): position for position, resource in enumerate(package.get("resources", ()))}
    schemas = dict(sorted(schemas.items(), key=lambda item: order.get(item[0], len(order))))
    tables = {
        table: _texts(name, f"data/{table}.csv", files[f"data/{table}.csv"], schema, schema.columns)
        if f"data/{table}.csv" in files
        else pd.DataFrame(columns=schema.columns, dtype="str")
        for table, schema in schemas.items()
    }
    version = tomllib.loads(files.get("pyproject.toml", b"").decode()).get("project", {}).get("version")
    return Side(name, version, schemas, derived, tables)


def read_release(folder: Path) -> Side:
    """A release folder, by its descriptor and its CSV files.

    Raises:
        SideError: the folder is none, or a file is missing.
    """
    name = str(folder)
    package = _json(name, "datapackage.json", (folder / "datapackage.json").read_bytes())
    schemas, derived, tables = {}, {}, {}
    for resource in package.get("resources", ()):
        table = resource.get("name", "")
        is_table = resource.get("type") == "table" and re.fullmatch(r"\w+", table) and "schema" in resource
        if not is_table or table in _OF_RELEASES:
            continue
        released = Schema(table, resource["schema"])
        schema = released.unreleased()
        if resource.get("derived"):
            derived[table] = schema
            continue
        path = folder / f"{table}.csv"
        if not path.is_file():
            raise SideError(f"{name}: {table}.csv is missing; take a whole release folder")
        schemas[table] = schema
        tables[table] = _texts(name, path.name, path.read_bytes(), schema, released.columns)
    if not schemas:
        raise SideError(f"{name}: its datapackage.json lists no table with a schema; is it a release folder?")
    return Side(name, package.get("version"), schemas, derived, tables)


def _json(name: str, path: str, content: bytes) -> dict:
    try:
        return json.loads(content)
    except ValueError as error:
        raise SideError(f"{name}: {path} is no JSON ({error}); run `make check`") from error


def _texts(name: str, path: str, content: bytes, schema: Schema, header: list[str]) -> pd.DataFrame:
    rows = read_rows(path, content, header)
    if not rows.readable:
        raise SideError(f"{name}: {path} cannot be read as its schema says; run `make check`")
    frame = pd.DataFrame(rows.cells, columns=header, dtype="str")[schema.columns]
    for field in schema.fields:
        if field.type in ("number", "integer"):  # a release writes 0.50 as 0.5
            frame[field.name] = frame[field.name].map(_number)
    return frame


def _number(text: str) -> str:
    try:
        return repr(float(text)).removesuffix(".0")
    except ValueError:
        return text
