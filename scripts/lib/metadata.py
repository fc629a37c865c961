"""What catalogues read of a release, made from its descriptor: CITATION.cff, .zenodo.json, schema.org."""

import hashlib
import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lunar_timeline.schema import Schema
from scripts.lib.quality import newest_reading

Package = Mapping[str, Any]

_MEDIA = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Download:
    """A file of the release that holds data."""

    name: str
    description: str
    media: str
    size: int
    sha256: str


def download(path: Path, description: str) -> Download:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Download(path.name, description, _MEDIA[path.suffix], len(content), digest)


def downloadable(file: Download, kind: str) -> dict[str, Any]:
    """A file as JSON-LD describes it, of the type that the vocabulary has for it."""
    return {
        "@type": kind,
        "name": file.name,
        "description": file.description,
        "contentUrl": file.name,
        "contentSize": f"{file.size} B",
        "encodingFormat": file.media,
        "sha256": file.sha256,
    }


def citation_cff(template: str, package: Package) -> str:
    """The CITATION.cff of the checkout with what only a release has."""
    return f"{template}version: {package['version']}\n"


def zenodo(package: Package) -> dict[str, Any]:
    """The deposit's metadata, as Zenodo reads it from `.zenodo.json`; its description is HTML."""
    return {
        "title": package["title"],
        "upload_type": "dataset",
        "description": f"<p>{html.escape(package['description'], quote=False)}</p>",
        "version": package["version"],
        "creators": [{"name": person["title"]} for person in package["contributors"]],
        "access_right": "open",
        "license": package["licenses"][0]["name"].lower(),
        "keywords": package["keywords"],
        "language": "eng",
    }


def creators(package: Package) -> list[dict[str, str]]:
    return [{"@type": "Organization", "name": person["title"]} for person in package["contributors"]]


def dataset_jsonld(
    package: Package,
    tables: Mapping[str, pd.DataFrame],
    schemas: Mapping[str, Schema],
    files: Iterable[Download],
) -> dict[str, Any]:
    """The release as a schema.org Dataset. Its addresses are relative to where it stands."""
    happened = tables["timeline"]
    first, last = happened["happened_on_earliest"].min(), happened["happened_on_latest"].max()
    # Years: the precision that the first and the last entry surely have.
    period = {} if pd.isna(first) or pd.isna(last) else {"temporalCoverage": f"{first.year}/{last.year}"}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": package["title"],
        "alternateName": package["name"],
        "description": package["description"],
        "version": package["version"],
        "dateModified": newest_reading(tables["sources"]).isoformat(),
        "license": package["licenses"][0]["path"],
        "creator": creators(package),
        "keywords": package["keywords"],
        "inLanguage": "en",
        "isAccessibleForFree": True,
        **period,
        "variableMeasured": [
            {"@type": "PropertyValue", "name": f"{name}.{field.name}", "description": field.spec["description"]}
            for name, schema in schemas.items()
            for field in schema.fields
            if "derivedFrom" not in field.spec
        ],
        "distribution": [downloadable(file, "DataDownload") for file in files],
    }
