"""What stands beside the tables: each file is read back by the tool it is made for; hostile text does no harm."""

import hashlib
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime

import openpyxl
import pandas as pd
import pytest
import yaml

from lunar_timeline.schema import Schema
from scripts.lib.datacard import size_category
from scripts.lib.metadata import zenodo
from scripts.lib.paths import HERE
from scripts.lib.sqlite import write_sqlite
from scripts.lib.workbook import sheet_name, write_workbook

HOSTILE = [
    '=HYPERLINK("https://example.org","x")',
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1+1",
    "{=1+1}",
    "https://example.org/",
    "mailto:a@example.org",
    "internal:history!A1",
    "<b>&amp;",
    "'; DROP TABLE t; --",
    "_x0041_",
    "007",
    "TRUE",
]
PACKAGE = {
    "name": "t",
    "title": "=T()",
    "description": "<script>",
    "version": "1.2.3",
    "keywords": ["k"],
    "licenses": [{"name": "CC-BY-4.0", "title": "Licence", "path": "https://example.org/licence"}],
    "contributors": [{"title": "@we"}],
}


def schema(name="t", **more):
    def field(column, kind="string"):
        return {"name": column, "type": kind, "title": column, "description": f"={column}", "example": "+1"}

    fields = [
        field("id"),
        field("parent"),
        field("when", "datetime"),
        field("much", "number"),
        field("sure", "boolean"),
    ]
    fields[0]["constraints"] = {"required": True}
    return Schema(name, {"title": name, "description": "-", "fields": fields, "primaryKey": ["id"], **more})


def frame(ids, parent=None, when=None):
    return pd.DataFrame(
        {"id": ids, "parent": parent, "when": when, "much": 1.5, "sure": [None, *[True] * (len(ids) - 1)]}
    ).astype(schema().pandas_dtypes())


@pytest.fixture(scope="module")
def package(release):
    return json.loads((release / "datapackage.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def schemas(package):
    return {it["name"]: Schema(it["name"], it["schema"]) for it in package["resources"] if it["type"] == "table"}


# ---------------------------------------------------------------------- SQLite


def test_sqlite_holds_every_table_with_types_and_keys(release, schemas):
    with closing(sqlite3.connect(f"file:{release}/lunar_timeline.sqlite?mode=ro", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for name, it in schemas.items():
            columns = database.execute(f"PRAGMA table_info({name})").fetchall()
            assert [column[1] for column in columns] == it.columns
            keys = sorted((column[5], column[1]) for column in columns if column[5])
            assert [column for _, column in keys] == it.primary_key
            links = {(row[3], row[2], row[4]) for row in database.execute(f"PRAGMA foreign_key_list({name})")}
            assert links == {(key.column, key.table, key.key) for key in it.foreign_keys}
            expected = pd.read_parquet(release / f"{name}.parquet")
            found = pd.read_sql(f"SELECT * FROM {name}", database)
            assert len(found) == len(expected)
            assert found.isna().sum().to_dict() == expected.isna().sum().to_dict()
        query = "SELECT count(*) FROM missions WHERE is_crewed AND launched_at_earliest < datetime('1969-12-31')"
        expected = pd.read_parquet(release / "missions.parquet")
        crewed = expected["is_crewed"] & (expected["launched_at_earliest"] < "1969-12-31")
        assert database.execute(query).fetchone() == (crewed.sum(),)


def test_sqlite_has_the_same_bytes_twice_and_refuses_a_lost_reference(tmp_path):
    reference = {"fields": ["parent"], "reference": {"resource": "", "fields": ["id"]}}
    schemas = {"t": schema(foreignKeys=[reference])}
    # The first row names a later one.
    tables = {"t": frame(HOSTILE, parent=HOSTILE[::-1], when=datetime(1958, 8, 17))}
    for name in ("one", "other"):
        write_sqlite(tmp_path / name, tables, schemas)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    with closing(sqlite3.connect(tmp_path / "one")) as database:
        assert [row[0] for row in database.execute("SELECT id FROM t ORDER BY rowid")] == HOSTILE
        rows = database.execute('SELECT DISTINCT "when", much, typeof(sure) FROM t').fetchall()
    assert rows == [("1958-08-17T00:00:00", 1.5, "null"), ("1958-08-17T00:00:00", 1.5, "integer")]
    with pytest.raises(sqlite3.IntegrityError, match="row 1 of t names no row of t"):
        write_sqlite(tmp_path / "lost", {"t": frame(["a"], parent=["b"])}, schemas)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        write_sqlite(tmp_path / "twice", {"t": frame(["a", "a"])}, schemas)


# ---------------------------------------------------------------------- Excel


def cells_of(path):
    book = openpyxl.load_workbook(path)
    return {sheet.title: [cell for row in sheet.iter_rows() for cell in row] for sheet in book}


def harmless(cells):
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_hostile_text_is_text_in_the_workbook(tmp_path):
    path = tmp_path / "t.xlsx"
    write_workbook(path, {"t": frame(HOSTILE)}, {"t": schema()}, PACKAGE)
    sheets = cells_of(path)
    for cells in sheets.values():
        harmless(cells)
    texts = [cell for cell in sheets["t"] if cell.column == 1][1:]
    assert {cell.data_type for cell in texts} == {"s"}
    assert [cell.value for cell in texts] == HOSTILE
    with zipfile.ZipFile(path) as packed:
        content = b"".join(packed.read(name) for name in packed.namelist())
    assert b"<f>" not in content and b"hyperlink" not in content.replace(b"HYPERLINK", b"")
    assert not any("rels" in name and "sheet" in name for name in zipfile.ZipFile(path).namelist())


def test_the_limits_of_excel_are_kept(tmp_path):
    path = tmp_path / "t.xlsx"
    table = frame(["x" * 40_000, "y" * 32_767], when=[datetime(1899, 12, 31), datetime(2028, 1, 1)])
    later = frame(["a", "b"], when=[datetime(1958, 8, 17), None])
    tables = {"t": table, "history": later}
    write_workbook(path, tables, {"t": schema(), "history": schema("history")}, PACKAGE)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["about", "dictionary", "t", "history_"]
    cut, whole = book["t"]["A2"].value, book["t"]["A3"].value
    assert len(cut) == 32_767 and cut.endswith("(cut: the whole text is in the CSV file)")
    assert whole == "y" * 32_767
    # One type in a column: where one time is none of Excel's, all are text.
    assert [book["t"][cell].value for cell in ("C2", "C3")] == ["1899-12-31T00:00:00", "2028-01-01T00:00:00"]
    assert [book["history_"][cell].value for cell in ("C2", "C3")] == [datetime(1958, 8, 17), None]
    assert [book["t"][cell].value for cell in ("D2", "E2", "E3")] == [1.5, None, True]
    assert sheet_name("missions") == "missions"


def test_a_sheet_that_cannot_hold_its_rows_is_refused(tmp_path):
    table = frame(["a"]).iloc[[0] * 1_048_576]
    with pytest.raises(ValueError, match="t: 1048576 rows, and a sheet takes 1048575"):
        write_workbook(tmp_path / "t.xlsx", {"t": table}, {"t": schema()}, PACKAGE)


def test_the_workbook_has_the_same_bytes_twice(tmp_path):
    for name in ("one.xlsx", "other.xlsx"):
        write_workbook(tmp_path / name, {"t": frame(HOSTILE)}, {"t": schema()}, PACKAGE)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


@pytest.mark.slow
def test_the_workbook_of_the_release_holds_every_table(release, schemas):
    book = openpyxl.load_workbook(release / "lunar_timeline.xlsx", read_only=False)
    assert book.sheetnames == ["about", "dictionary", *map(sheet_name, schemas)]
    for sheet in book:
        harmless([cell for row in sheet.iter_rows() for cell in row])
    for name, it in schemas.items():
        sheet = book[sheet_name(name)]
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
        header, *rows = sheet.iter_rows(values_only=True)
        frame = pd.read_parquet(release / f"{name}.parquet")
        assert list(header) == it.columns and len(rows) == len(frame)
        for place, column in enumerate(it.columns):
            assert sum(row[place] is None for row in rows) == frame[column].isna().sum(), f"{name}.{column}"
    told = {(row[0], row[1]) for row in book["dictionary"].iter_rows(min_row=2, values_only=True)}
    assert told == {(name, column) for name, it in schemas.items() for column in it.columns}


# ---------------------------------------------------------------------- catalogues and hubs


def test_the_listed_files_are_those_of_the_folder(release, schemas):
    croissant = json.loads((release / "croissant.json").read_text("utf-8"))
    dataset = json.loads((release / "dataset.jsonld").read_text("utf-8"))
    wanted = {f"{name}.{kind}" for name in schemas for kind in ("csv", "parquet")}
    wanted |= {"lunar_timeline.sqlite", "lunar_timeline.xlsx"}
    for description in (croissant, dataset):
        assert {file["contentUrl"] for file in description["distribution"]} == wanted
        for file in description["distribution"]:
            content = (release / file["contentUrl"]).read_bytes()
            assert file["sha256"] == hashlib.sha256(content).hexdigest()
            assert file["contentSize"] == f"{len(content)} B"
    sums = (release / "SHA256SUMS").read_text("utf-8")
    more = {"croissant.json", "dataset.jsonld", ".zenodo.json", "CITATION.cff", "DATACARD.md", "quality.csv"}
    for name in wanted | more:
        assert re.search(rf"  {re.escape(name)}$", sums, re.M), name


@pytest.mark.slow
def test_croissant_is_valid_and_reads_the_tables(release):
    """Tables with references, with one to itself, and without rows."""
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=release / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    for table in ("missions", "target_dates", "aliases", "retired_ids"):
        frame = pd.read_parquet(release / f"{table}.parquet")
        records = list(dataset.records(table))
        assert len(records) == len(frame)
        for record, row in list(zip(records, frame.to_dict("records"), strict=True))[:50]:
            for column, value in row.items():
                found = record[f"{table}/{column}"]
                found = found.decode() if isinstance(found, bytes) else found
                assert found == value or (pd.isna(found) and pd.isna(value)), (table, column)


def test_croissant_names_keys_and_references(release, schemas):
    found = json.loads((release / "croissant.json").read_text("utf-8"))
    fields = {field["@id"]: field for records in found["recordSet"] for field in records["field"]}
    assert set(fields) == {f"{name}/{column}" for name, it in schemas.items() for column in it.columns}
    for records in found["recordSet"]:
        it = schemas[records["name"]]
        assert [key["@id"] for key in records["key"]] == [f"{it.table}/{column}" for column in it.primary_key]
        for key in it.foreign_keys:
            target = fields[f"{it.table}/{key.column}"]["references"]
            assert target == fields[f"{key.table}/{key.key}"]["source"]


def test_one_place_says_who_and_what(release, package):
    """CITATION.cff is kept by hand for the checkout; what it says is what the descriptor says."""
    citation = yaml.safe_load((release / "CITATION.cff").read_text("utf-8"))
    assert citation["type"] == "dataset" and citation["cff-version"] == "1.2.0" and citation["message"]
    assert citation["title"] == package["title"]
    assert str(citation["version"]) == package["version"] == HERE.version()
    assert citation["license"] == package["licenses"][0]["name"]
    assert citation["keywords"] == package["keywords"]
    assert citation["authors"] == [{"name": person["title"]} for person in package["contributors"]]
    deposit = json.loads((release / ".zenodo.json").read_text("utf-8"))
    assert deposit == zenodo(package)
    assert deposit["upload_type"] == "dataset" and deposit["license"] == "cc-by-4.0"
    dataset = json.loads((release / "dataset.jsonld").read_text("utf-8"))
    assert dataset["@type"] == "Dataset" and dataset["license"] == package["licenses"][0]["path"]
    assert re.fullmatch(r"1958/20\d\d", dataset["temporalCoverage"])
    assert dataset["creator"] == [{"@type": "Organization", "name": citation["authors"][0]["name"]}]
    assert "target_dates.qualifier" in {variable["name"] for variable in dataset["variableMeasured"]}


def test_a_description_is_no_html_in_the_deposit():
    assert zenodo(PACKAGE)["description"] == "<p>&lt;script&gt;</p>"


def test_the_data_card_has_the_front_matter_of_the_hubs(release, schemas, package):
    _, front, body = (release / "DATACARD.md").read_text("utf-8").split("---\n", 2)
    front = yaml.safe_load(front)
    assert front["license"] == "cc-by-4.0" and front["language"] == ["en"]
    assert front["pretty_name"] == package["title"]
    assert [config["config_name"] for config in front["configs"]] == list(schemas)
    assert all((release / config["data_files"]).is_file() for config in front["configs"])
    assert [config["config_name"] for config in front["configs"] if config.get("default")] == ["target_history"]
    rows = sum(len(pd.read_parquet(release / f"{name}.parquet")) for name in schemas)
    assert front["size_categories"] == [size_category(rows)]
    assert package["description"] in body


@pytest.mark.parametrize(("rows", "words"), [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**7, "n>10M")])
def test_sizes_are_said_in_the_words_of_the_hubs(rows, words):
    assert size_category(rows) == words
