"""The data card: the page that dataset hubs show, with the front matter that they read."""

from collections.abc import Mapping

import pandas as pd
import yaml

from lunar_timeline.schema import Schema
from scripts.lib.markdown import rows_of, safe
from scripts.lib.metadata import Package

# What hubs open first.
_FIRST = "target_history"
_SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M", 10_000_000: "1M<n<10M"}


def data_card(package: Package, tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema]) -> str:
    """The page as Markdown with YAML front matter. Hubs read it as the README.md of the folder."""
    licence = package["licenses"][0]
    front = {
        "pretty_name": package["title"],
        "license": licence["name"].lower(),
        "language": ["en"],
        "size_categories": [size_category(sum(map(len, tables.values())))],
        "tags": [*package["keywords"], "tabular"],
        "configs": [
            {"config_name": name, "data_files": f"{name}.parquet"} | ({"default": True} if name == _FIRST else {})
            for name in schemas
        ],
    }
    rows = rows_of((f"`{name}`", len(tables[name]), schema.spec["description"]) for name, schema in schemas.items())
    return f"""---
{yaml.safe_dump(front, sort_keys=False, allow_unicode=True)}---

# {safe(package["title"])}

{safe(package["description"])}

Version {package["version"]}, {safe(licence["title"])} ({licence["name"]}).

## Tables

| table | rows | a row is |
|---|---|---|
{rows}

`DICTIONARY.md` has every column and the meaning of every value.

## How to read it

Each table is a Parquet and a CSV file of the same content; `lunar_timeline.sqlite` and `lunar_timeline.xlsx` hold
all of them. A date is as precise as its source (EDTF: `2028-37` is early 2028); beside each stand its first and
last second and its precision. An empty cell is a missing value.

## How it was made

Every row names a document that was read and the place in it (`sources`). `docs/methods.md` tells how the derived tables
come about, `docs/quality.md` how well the rows are supported, `coverage` what was searched and what is missing.

## What it is not

It is not complete, and no launch schedule: a target is what somebody said on a day. No task or model is meant by it.
The people named in it spoke or signed in public office; nothing else is told of them.
"""


def size_category(rows: int) -> str:
    """The hubs' word for a number of rows."""
    return next((words for limit, words in _SIZES.items() if rows < limit), "n>10M")
