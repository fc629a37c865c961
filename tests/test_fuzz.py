"""Whatever is in the files, the check reports it and `fmt` keeps it: no traceback, no wrong pass."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.fmt import format_house
from scripts.lib.checks import run_checks
from scripts.lib.paths import HERE
from tests.test_hostile import edit, lines_of

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


thorough = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@thorough
@given(place=st.sampled_from(PLACES), value=values, remove=st.booleans())
def test_any_edit_of_descriptor_or_schema_is_borne(house, place, value, remove):
    name, path = place
    original = (house.root / name).read_bytes()
    (house.root / name).write_text(json.dumps(_edited(SPECS[name], path, value, remove)), encoding="utf-8")
    try:
        for finding in run_checks(house).findings:
            assert str(finding)
        format_house(house)
    finally:
        (house.root / name).write_bytes(original)


BROKEN = [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"fields": 3}', b"[" * 50_000, b'{"a": 1, "a": 2}']


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("name", [*SPECS, "schemas/README.md"])
def test_a_broken_file_is_told_and_the_rest_is_checked(house, name, content):
    (house.root / name).write_bytes(content)
    edit(house, "aliases", lambda text: text.replace(b"\n", b"\r\n"))
    found = lines_of(house)
    assert any(line.startswith(name) for line in found), found[:5]
    if name != "datapackage.json":
        assert any(line.startswith("data/aliases.csv:1:1: [line-ending]") for line in found)
    format_house(house)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    table=st.sampled_from(["missions", "target_dates", "history", "sources"]),
    where=st.floats(0, 1),
    junk=st.binary(min_size=1, max_size=6)
    | st.sampled_from([b",", b'"', b"\n", b"\r", b"\0", b",,,\n", b"2023-02-29"]),
)
def test_any_bytes_anywhere_are_borne(house, table, where, junk):
    path = house.data / f"{table}.csv"
    original = path.read_bytes()
    position = int(where * len(original))
    path.write_bytes(original[:position] + junk + original[position:])
    try:
        for finding in run_checks(house).findings:
            assert str(finding).startswith(("data", "schemas", "datapackage"))
    finally:
        path.write_bytes(original)


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
