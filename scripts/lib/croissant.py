"""The release as Croissant 1.0: its files, and the fields of each table with keys and references."""

from collections.abc import Iterable, Mapping
from typing import Any

from lunar_timeline.schema import Field, ForeignKey, Schema
from scripts.lib.metadata import Download, Package, creators, downloadable

# As the standard gives it; readers warn of any other.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
# A date of the profile is a text: no date type takes "2028-37".
_TYPES = {
    "string": "sc:Text",
    "number": "sc:Float",
    "integer": "sc:Integer",
    "boolean": "sc:Boolean",
    "datetime": "sc:DateTime",
}


def croissant(
    package: Package, modified: str, schemas: Mapping[str, Schema], files: Iterable[Download]
) -> dict[str, Any]:
    """The description; file names in it are relative to where it stands.

    Args:
        package: the released descriptor.
        modified: the day up to which the data were kept.
        schemas: those of the tables of the release.
        files: the files to list; `<table>.csv` of each table is among them.
    """
    authors = ", ".join(person["title"] for person in package["contributors"])
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": package["title"],
        "description": package["description"],
        "version": package["version"],
        "dateModified": modified,
        "license": package["licenses"][0]["path"],
        "creator": creators(package),
        "keywords": package["keywords"],
        "inLanguage": "en",
        "citeAs": f"{authors}. {package['title']}. Version {package['version']}.",
        "distribution": [{"@id": file.name, **downloadable(file, "cr:FileObject")} for file in files],
        "recordSet": [_record_set(schema) for schema in schemas.values()],
    }


def _record_set(schema: Schema) -> dict[str, Any]:
    targets = {key.column: key for key in schema.foreign_keys}
    return {
        "@type": "cr:RecordSet",
        "@id": schema.table,
        "name": schema.table,
        "description": schema.spec["description"],
        "key": [{"@id": f"{schema.table}/{column}"} for column in schema.primary_key],
        "field": [_field(schema.table, field, targets.get(field.name)) for field in schema.fields],
    }


def _field(table: str, field: Field, target: ForeignKey | None) -> dict[str, Any]:
    described = {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": field.name,
        "description": field.spec["description"],
        "dataType": _TYPES[field.type],
        "source": _cells(table, field.name),
    }
    # To the column of the file, not to the field: mlcroissant cannot read a table whose fields refer to fields
    # that are themselves read from a file, and goes in circles where a table refers to itself.
    return described | ({"references": _cells(target.table, target.key)} if target else {})


def _cells(table: str, column: str) -> dict[str, Any]:
    return {"fileObject": {"@id": f"{table}.csv"}, "extract": {"column": column}}
