"""The files of a release: CSV and Parquet of each table, the descriptor, and what goes beside them."""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lunar_timeline.schema import Field, Schema
from scripts.lib.text import encode


def csv_bytes(frame: pd.DataFrame, schema: Schema) -> bytes:
    """A released table as CSV. An empty cell is a missing value; no other token is."""
    columns = [_texts(frame[field.name], field) for field in schema.fields]
    return encode(schema.columns, [list(row) for row in zip(*columns, strict=True)])


def _texts(cells: pd.Series, field: Field) -> list[str]:
    match field.type:
        case "datetime":
            texts = cells.dt.strftime("%Y-%m-%dT%H:%M:%S")
        case "boolean":
            texts = cells.map({True: "true", False: "false"})
        case "number":
            texts = cells.map(lambda number: repr(number).removesuffix(".0"), na_action="ignore")
        case "integer":
            texts = cells.astype("str")
        case _:
            texts = cells
    return ["" if missing else str(text) for text, missing in zip(texts, cells.isna(), strict=True)]


def parquet_bytes(frame: pd.DataFrame, schema: Schema) -> bytes:
    """A released table as Parquet, typed by its Arrow schema, with the metadata that pandas reads."""
    table = pa.Table.from_pandas(frame, schema=schema.arrow(), preserve_index=False)
    # One chunk per column, or the bytes would depend on how the frame was put together.
    table = table.combine_chunks().cast(schema.arrow().with_metadata(table.schema.metadata))
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", version="2.6")
    return sink.getvalue()


def released_package(
    package: Mapping[str, Any], version: str, schemas: Mapping[str, Schema], derived: set[str], folder: Path
) -> dict:
    """The descriptor of a release: schemas inlined, size and hash of each file, CSV as tables and Parquet as files."""
    resources = []
    for table, schema in schemas.items():
        resource = {
            "name": table,
            "title": schema.spec["title"],
            "description": schema.spec["description"],
            "path": f"{table}.csv",
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            **_size_and_hash(folder / f"{table}.csv"),
            "schema": schema.spec,
        }
        if table in derived:
            resource["derived"] = True
        resources.append(resource)
    for table, schema in schemas.items():
        resources.append(
            {
                "name": f"{table}_parquet",
                "title": f"{schema.spec['title']} (Parquet)",
                "path": f"{table}.parquet",
                "type": "file",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                **_size_and_hash(folder / f"{table}.parquet"),
            }
        )
    head = {name: value for name, value in package.items() if name != "resources"}
    return {**head, "version": version, "resources": resources}


def _size_and_hash(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def json_bytes(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def checksums(folder: Path) -> bytes:
    """Lines as `sha256sum --check` reads them, for every file of the folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in paths
    ]
    return "".join(lines).encode("utf-8")
