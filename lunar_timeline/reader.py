"""Reading a release: the one inside the installed package, or one in a folder."""

import json
import os
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from lunar_timeline.asof import as_of as base_as_of
from lunar_timeline.derive import derive
from lunar_timeline.enrich import enrich
from lunar_timeline.schema import Schema

_INSIDE = Path(__file__).parent / "_release"
_VARIABLE = "LUNAR_TIMELINE_RELEASE"


class NoReleaseError(FileNotFoundError):
    """There is no release to read; the message says how to get one."""


def _folder(release: str | Path | None) -> Path:
    """The folder to read: the one given, that of the environment variable, or the one inside the package."""
    folder = Path(release or os.environ.get(_VARIABLE) or _INSIDE)
    if not (folder / "datapackage.json").is_file():
        raise NoReleaseError(
            f"no release in {folder}; install the wheel of a release, or set {_VARIABLE} to a release folder "
            "(in a checkout: make build, then dist/<version>)"
        )
    return folder


def _package(folder: Path) -> Mapping[str, Any]:
    path = folder / "datapackage.json"
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _modified: int) -> Mapping[str, Any]:
    """The descriptor, read again once a build has replaced it."""
    return json.loads(path.read_text(encoding="utf-8"))


def _resources(folder: Path) -> dict[str, Mapping[str, Any]]:
    return {resource["name"]: resource for resource in _package(folder)["resources"] if resource["type"] == "table"}


def _schemas(folder: Path, derived: bool) -> dict[str, Schema]:
    return {
        name: Schema(name, resource["schema"]).unreleased()
        for name, resource in _resources(folder).items()
        if resource.get("derived", False) is derived
    }


def _released(table: str, release: str | Path | None) -> Schema:
    resources = _resources(_folder(release))
    if table not in resources:
        raise KeyError(f"no table {table!r}; one of {', '.join(resources)}")
    return Schema(table, resources[table]["schema"])


def tables(release: str | Path | None = None) -> list[str]:
    """Names of all tables, base tables first, in the order of the data dictionary."""
    return list(_resources(_folder(release)))


def load(table: str, release: str | Path | None = None) -> pd.DataFrame:
    """One table of the release.

    Args:
        table: a name from :func:`tables`.
        release: a release folder, such as :func:`lunar_timeline.fetch.fetch` returns, to be read in place of the
            release inside the package. The other functions take it, too.

    Returns:
        A frame with one row per fact, typed: text as ``str``, yes or no as ``boolean``, whole numbers as
        ``Int64``, other numbers as ``float64``, bounds of dates as ``datetime64[us]`` without a zone (UTC
        for events, civil time of the place for the rest). What each column means: :func:`describe`.

    Raises:
        KeyError: there is no such table.
        NoReleaseError: there is no release to read.
    """
    _released(table, release)  # tells which tables there are
    return pd.read_parquet(_folder(release) / f"{table}.parquet")


def describe(table: str, release: str | Path | None = None) -> pd.DataFrame:
    """What the columns of a table mean.

    Returns:
        One row per column, indexed by ``column``: ``type``, ``required``, ``description``, ``example``,
        ``values`` (the meanings of an enumeration's values, empty for others).

    Raises:
        KeyError: there is no such table.
    """
    rows = [
        {
            "column": field.name,
            "type": "date (EDTF)" if field.is_("edtf") else field.type,
            "required": field.required,
            "description": field.spec["description"],
            "example": field.spec["example"],
            "values": dict(field.spec.get("definitions", {})),
        }
        for field in _released(table, release).fields
    ]
    return pd.DataFrame(rows).set_index("column")


def as_of(day: str | date | datetime, release: str | Path | None = None) -> dict[str, pd.DataFrame]:
    """All tables, base and derived, as the world stood at the end of a day.

    Rows that the public learnt of later are absent; cells with a history show the value then; cells that
    hold a later day or a later thing are empty, and so are the remarks of today's curators. The derived
    tables are derived anew from what is left. See :mod:`lunar_timeline.asof` for the rules.

    Args:
        day: the day, as ``"2021-03-09"`` or a date.

    Returns:
        Table -> frame, with the columns that :func:`load` gives.

    Raises:
        ValueError: ``day`` is not a day.
        NoReleaseError: there is no release to read.
    """
    folder = _folder(release)
    schemas = _schemas(folder, derived=False)
    base = {name: load(name, folder) for name in schemas}
    then = enrich(base_as_of(base, schemas, day), schemas)
    return {**then, **derive(then, _schemas(folder, derived=True))}


def dtypes(table: str, release: str | Path | None = None) -> dict[str, str]:
    """Column -> pandas dtype of a table, as ``DataFrame.astype`` takes it.

    Raises:
        KeyError: there is no such table.
    """
    return _released(table, release).pandas_dtypes()


def read_csv_options(table: str, release: str | Path | None = None) -> dict[str, Any]:
    """Keyword arguments for ``pandas.read_csv``.

    ``pd.read_csv(path, **lt.read_csv_options(table)).astype(lt.dtypes(table))`` gives the frame that
    ``pd.read_parquet`` gives of the same table.

    Raises:
        KeyError: there is no such table.
    """
    return _released(table, release).read_csv_options()


def cite(release: str | Path | None = None) -> str:
    """How to cite the release that is read."""
    package = _package(_folder(release))
    authors = ", ".join(person["title"] for person in package["contributors"])
    licence = package["licenses"][0]["name"]
    return f"{authors}. {package['title']}. Version {package['version']}. Data set, {licence}."
