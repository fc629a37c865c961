"""What stands in a release beside the tables, made from them or from the descriptor for one kind of reader."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lunar_timeline.schema import Schema
from scripts.lib.croissant import croissant
from scripts.lib.datacard import data_card
from scripts.lib.metadata import citation_cff, dataset_jsonld, download, zenodo
from scripts.lib.paths import House
from scripts.lib.quality import newest_reading, quality_csv, released_quality
from scripts.lib.release import json_bytes
from scripts.lib.sqlite import write_sqlite
from scripts.lib.workbook import write_workbook


def write_artefacts(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    schemas: Mapping[str, Schema],
    package: Mapping[str, Any],
    house: House,
) -> None:
    """Write them into the release folder, in which tables, descriptor, dictionary and pages already stand.

    Args:
        folder: the release folder.
        tables: every table of the release.
        schemas: the released schema of each.
        package: the released descriptor.
        house: the checkout that is released.
    """
    sqlite, workbook = folder / "lunar_timeline.sqlite", folder / "lunar_timeline.xlsx"
    write_sqlite(sqlite, tables, schemas)
    write_workbook(workbook, tables, schemas, package)
    (folder / "quality.csv").write_bytes(quality_csv(released_quality(tables, schemas)))
    files = [
        *(download(folder / f"{name}.csv", schema.spec["description"]) for name, schema in schemas.items()),
        *(download(folder / f"{name}.parquet", schema.spec["description"]) for name, schema in schemas.items()),
        download(sqlite, "All tables, with their keys."),
        download(workbook, "All tables, a sheet each, and the data dictionary."),
    ]
    read_on = newest_reading(tables["sources"]).isoformat()
    (folder / "croissant.json").write_bytes(json_bytes(croissant(package, read_on, schemas, files)))
    (folder / "dataset.jsonld").write_bytes(json_bytes(dataset_jsonld(package, tables, schemas, files)))
    (folder / ".zenodo.json").write_bytes(json_bytes(zenodo(package)))
    template = (house.root / "CITATION.cff").read_text(encoding="utf-8")
    (folder / "CITATION.cff").write_text(citation_cff(template, package), encoding="utf-8")
    (folder / "DATACARD.md").write_text(data_card(package, tables, schemas), encoding="utf-8")
