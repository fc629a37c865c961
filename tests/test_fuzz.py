"""Whatever is in the files, the check reports it and `fmt` keeps it: no traceback, no wrong pass."""

import copy
import csv
import io
import json
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lunar_timeline.schema import is_edtf
from scripts.fmt import format_house
from scripts.lib.checks import run_checks
from scripts.lib.paths import HERE
from scripts.lib.plain import COMPOSED, read_plain
from scripts.lib.release import csv_bytes
from scripts.lib.tables import read_table
from scripts.lib.text import canonical, encode, read_rows, unsafe
from tests.sample import SCHEMAS, sample
from tests.test_hostile import edit, lines_of


def _rows(content):
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8")))
    return header, rows


CONTENTS = {
    name: canonical(*_rows(csv_bytes(frame, SCHEMAS[name])), SCHEMAS[name].primary_key)
    for name, frame in sample().items()
}

SPECS = {
    "datapackage.json": json.loads(HERE.descriptor.read_text("utf-8")),
    "schemas/missions.json": json.loads((HERE.schemas / "missions.json").read_text("utf-8")),
    "schemas/history.json": json.loads((HERE.schemas / "history.json").read_text("utf-8")),
    "schemas/derived/slips.json": json.loads((HERE.derived_schemas / "slips.json").read_text("utf-8")),
}

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(["", "[", "string", "number", "integer", "datetime", "mission_id", "../x", "http://a.b/c.csv"]),
    st.just([]),
    st.just({}),
    st.just(["mission_id", "mission_id"]),
)


def _paths(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _paths(child, (*path, key))


PLACES = [(name, path) for name, spec in SPECS.items() for path in _paths(spec) if path]


def _edited(spec, path, value, remove):
    spec = copy.deepcopy(spec)
    inner = spec
    for key in path[:-1]:
        inner = inner[key]
    if remove:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return spec


def thorough(examples):
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@thorough(32)
@given(place=st.sampled_from(PLACES), value=values, remove=st.booleans())
def test_any_edit_of_descriptor_or_schema_is_borne(small, place, value, remove):
    name, path = place
    original = (small.root / name).read_bytes()
    (small.root / name).write_text(json.dumps(_edited(SPECS[name], path, value, remove)), encoding="utf-8")
    try:
        for finding in run_checks(small).findings:
            assert str(finding)
        format_house(small)
    finally:
        (small.root / name).write_bytes(original)


BROKEN = [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"fields": 3}', b"[" * 50_000, b'{"a": 1, "a": 2}']


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("name", [*SPECS, "schemas/README.md"])
def test_a_broken_file_is_told_and_the_rest_is_checked(restored, name, content):
    (restored.root / name).write_bytes(content)
    edit(restored, "aliases", lambda text: text.replace(b"\n", b"\r\n"))
    found = lines_of(restored)
    assert any(line.startswith(name) for line in found), found[:5]
    if name != "datapackage.json":
        assert any(line.startswith("data/aliases.csv:1:1: [line-ending]") for line in found)
    format_house(restored)


junk = st.binary(min_size=1, max_size=6) | st.sampled_from(
    [b",", b'"', b"\n", b"\r", b"\0", b",,,\n", b"2023-02-29", b" ", b"=", b"\xc2\xa0", b"\xe2\x80\xae", b"e\xcc\x81"]
)


@pytest.mark.slow
@thorough(22)
@given(table=st.sampled_from(sorted(SCHEMAS)), where=st.floats(0, 1), junk=junk)
def test_any_bytes_anywhere_are_borne(small, table, where, junk):
    path = small.data / f"{table}.csv"
    original = path.read_bytes()
    position = int(where * len(original))
    path.write_bytes(original[:position] + junk + original[position:])
    try:
        for finding in run_checks(small).findings:
            assert str(finding).startswith(("data", "schemas", "datapackage"))
    finally:
        path.write_bytes(original)


# ---------------------------------------------------------------- one table alone: many examples


@thorough(300)
@given(
    table=st.sampled_from(sorted(SCHEMAS)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), junk), max_size=3),
)
def test_the_short_way_of_reading_agrees_with_the_long_one(table, edits):
    """It takes just the bytes in which the long way finds nothing wrong, and reads the same cells from them."""
    content = CONTENTS[table]
    for where, removed, text in edits:
        position = int(where * len(content))
        content = content[:position] + text + content[position + removed :]
    columns, key = SCHEMAS[table].columns, SCHEMAS[table].primary_key
    short, long = read_plain(content, columns, key), read_rows(table, content, columns)
    in_one_form = not long.findings and content == canonical(long.header, long.cells, key)
    assert (short is not None) == in_one_form
    if short is not None:
        cells = zip(*([cell or "" for cell in column.to_pylist()] for column in short.columns), strict=True)
        assert list(map(list, cells)) == long.cells


def test_letters_that_are_passed_unseen_are_composed():
    """No text of them can be other than NFC, and nothing unsafe is among them."""
    letters = [chr(code) for first, last in COMPOSED for code in range(first, last + 1)]
    assert [char for char in letters if unicodedata.normalize("NFC", char) != char] == []
    marks = [chr(code) for code in range(0x110000) if unicodedata.normalize("NFD", chr(code))[1:]]
    composing = {char for mark in marks for char in unicodedata.normalize("NFD", mark)[1:]}
    assert composing & set(letters) == set()
    assert [char for char in letters if any(rule != "formula" for rule, _ in unsafe(f"a{char}a"))] == []


def broken(field, text):
    """The constraints of a field that a cell breaks, by the words of the standard: an oracle without pandas."""
    limits = field.constraints
    no_value = {"type", "required"} if field.required else {"type"}
    if not text:
        return {"required"} if field.required else set()
    if field.type == "boolean":
        return set() if text in ("true", "false") else no_value
    if field.type == "number":
        if not re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", text):
            return no_value
        low, high = limits.get("minimum", float("-inf")), limits.get("maximum", float("inf"))
        return {"minimum"} if float(text) < low else {"maximum"} if float(text) > high else set()
    rules = {
        "enum": field.enum and text not in field.enum,
        "pattern": "pattern" in limits and not re.fullmatch(limits["pattern"], text),
        "length": len(text) > limits.get("maxLength", len(text)),
        "date": field.is_("edtf") and not is_edtf(text),
    }
    return {rule for rule, fails in rules.items() if fails}


cell_texts = st.one_of(
    st.sampled_from(["", "NA", "nan", "None", "true", "True", "0", "-0", "91", "-181", "1e5", "1_0", "12.5", "٣"]),
    st.sampled_from(["2021", "2021-13", "2023-02-29", "2024/2022", "[2021,2022]", "202X~", "2021-37", "USA", "x-"]),
    st.sampled_from(["https://a.b/c", "http://", "https://a.b/ c", "landing", "landing ", "a" * 600, "0.1.0", "a/b"]),
    st.text("aZ09-~./:é月 ", max_size=12),
)
CELLS = [(table, field) for table in sorted(SCHEMAS) for field in SCHEMAS[table].fields]
CONSTRAINTS = {"required", "type", "minimum", "maximum", "enum", "pattern", "length", "date"}


@thorough(200)
@given(place=st.sampled_from(CELLS), row=st.integers(0, 5), text=cell_texts)
def test_any_cell_is_judged_as_its_schema_says(small, place, row, text):
    table, field = place
    header, *rows = csv.reader(io.StringIO(CONTENTS[table].decode()))
    row %= len(rows)
    rows[row][header.index(field.name)] = text
    path = small.root / "one.csv"
    path.write_bytes(encode(header, rows))
    _, findings = read_table(path, "one.csv", SCHEMAS[table])
    found = {(finding.line, finding.rule) for finding in findings if finding.rule in CONSTRAINTS}
    assert found == {(2 + row, rule) for rule in broken(field, text)}


def test_one_missing_file_gives_one_finding_and_says_what_was_not_checked(house):
    (house.data / "sources.csv").unlink()
    assert [line.split(" ")[1] for line in lines_of(house)] == ["[rules-not-run]", "[missing-file]"]


def test_a_folder_in_place_of_a_table_is_told(house):
    (house.data / "aliases.csv").unlink()
    (house.data / "aliases.csv").mkdir()
    assert any(line.startswith("data/aliases.csv: [missing-file] cannot be read") for line in lines_of(house))


def test_a_header_that_names_a_column_twice_is_told_and_kept(house):
    edit(house, "missions", lambda content: content.replace(b"mission_id,name,", b"mission_id,mission_id,", 1))
    assert any('"mission_id" stands twice; type "name"' in line for line in lines_of(house))
    before = (house.data / "missions.csv").read_bytes()
    assert "data/missions.csv" not in format_house(house)[0]
    assert (house.data / "missions.csv").read_bytes() == before


@pytest.mark.parametrize("folder", ["schemas", "schemas/derived"])
def test_a_stray_schema_is_told(house, folder):
    path = house.root / folder / "mission.json"
    path.write_text((house.schemas / "missions.json").read_text("utf-8"), encoding="utf-8")
    assert any(f"{folder}/mission.json: [stray-file]" in line for line in lines_of(house))


@pytest.mark.slow
def test_the_search_for_tips_is_bounded(house, monkeypatch):
    """A tip compares a cell with all ids; ten thousand errors may not cost ten thousand such searches."""
    searched = []
    monkeypatch.setattr("scripts.lib.findings.get_close_matches", lambda *given, **more: searched.append(given) or [])

    def many(content: bytes) -> bytes:
        header, *rows = content.decode("utf-8").splitlines()
        wrong = [row.replace(",", f"x{number},", 1) for number, row in enumerate(rows * 12)]
        return "\n".join([header, *wrong]).encode("utf-8") + b"\n"

    edit(house, "aliases", many)
    edit(house, "mission_events", lambda content: content.replace(b",nasa-", b",naza-").replace(b",spac", b",spaz"))
    assert len(run_checks(house).findings) > 250
    assert len(searched) <= 51 * len(run_checks(house).contract.schemas)
