"""The difference of two sides: rows, schemas, what readers will see, the level, and how it is shown."""

import copy
import io
import json
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from lunar_timeline.schema import Schema, load_schemas
from scripts.diff import main
from scripts.lib.diff import difference
from scripts.lib.diff.levels import Level, row_level, schema_level, step
from scripts.lib.diff.report import as_json, as_markdown, as_text, code, plain
from scripts.lib.diff.rows import RowChange, row_changes
from scripts.lib.diff.schemas import SchemaChange, schema_changes
from scripts.lib.diff.sides import Side, SideError, read_base, read_checkout
from scripts.lib.paths import HERE
from scripts.lib.release import csv_bytes
from tests.sample import SCHEMAS, added, changed, sample, without
from tests.small import commit, edit, small_house

DERIVED = load_schemas(HERE.derived_schemas)
LATER = {"milestone_id": "first-landing", "stated_by": "nasa", "voice": "official", "role": "target"}
LATER |= {"target_id": "first-landing-2024-02-01-nasa-target", "stated_on": "2024-02-01", "effect": "gives"}
LATER |= {"target": "2028-37", "qualifier": "planned", "target_text": "early 2028"}
SIGNED = {"action_id": "artemis-accords-2024-lander-works-signed", "agreement_id": "artemis-accords"}
SIGNED |= {"actor_id": "lander-works", "action": "signed", "done_on": "2024"}


def side(tables=None, schemas=SCHEMAS, derived=DERIVED) -> Side:
    """The sample, or a changed one, as one side."""
    return Side("a side", "1.2.3", schemas, derived, _sample_texts() if tables is None else _texts(tables))


@cache
def _sample_texts():
    return _texts(sample())


def _texts(tables):
    return {
        name: pd.read_csv(io.BytesIO(csv_bytes(tables[name], schema)), dtype="str", keep_default_na=False)
        for name, schema in SCHEMAS.items()
    }


def test_equal_sides_differ_in_nothing():
    found = difference(side(), side())
    assert (found.schema, found.rows, found.consequences, found.notes) == ([], [], [], [])
    assert found.level == Level.NONE


@pytest.mark.parametrize(
    ("head", "expected", "level"),
    [
        (
            changed("missions", 0, name="Flown One"),
            ("missions", "flown-1", "name", "changed", "Flown 1", "Flown One"),
            1,
        ),
        (changed("missions", 0, is_crewed=False), ("missions", "flown-1", "is_crewed", "changed", "true", "false"), 1),
        (changed("missions", 0, launch_site="Pad"), ("missions", "flown-1", "launch_site", "changed", "", "Pad"), 2),
        (changed("missions", 0, note="So."), ("missions", "flown-1", "note", "changed", "", "So."), 1),
        (changed("missions", 0, description="A."), ("missions", "flown-1", "description", "changed", "", "A."), 1),
        (changed("missions", 0, program_id=None), ("missions", "flown-1", "program_id", "changed", "artemis", ""), 1),
        (
            changed("agreement_actions", 5, amount=7.5e7),
            ("agreement_actions", "order-1-2021-lander-works-awarded", "amount", "changed", "70000000", "75000000"),
            1,
        ),
        (added("target_dates", **LATER), ("target_dates", LATER["target_id"], "", "added", "", ""), 2),
        (
            added(
                "citations", table_name="missions", row_id="flown-1", source_id="s", locator="p. 1", bearing="supports"
            ),
            ("citations", "missions/flown-1//s/p. 1", "", "added", "", ""),
            1,
        ),
        (without("policies", 1), ("policies", "rider-2", "", "removed", "", ""), 3),
        (without("aliases", 0), ("aliases", "missions/flown-1/F1/en", "", "removed", "", ""), 1),
    ],
)
def test_a_row_that_differs(head, expected, level):
    changes = row_changes(side(), side(head))
    assert changes == [RowChange(*expected)]
    assert row_level(changes[0], SCHEMAS) == level


def test_a_retired_id_is_not_removed():
    head = without("policies", 1)
    head["retired_ids"].loc[9] = ["policies", "rider-2", "0.3.0", "rider-1", "Twice."]
    found = difference(side(), side(head))
    assert RowChange("policies", "rider-2", "", "retired", new="rider-1") in found.rows
    assert "removed" not in {change.change for change in found.rows}
    assert found.level == Level.MAJOR


def test_rows_come_by_table_row_and_column_and_are_never_matched_by_place():
    head = changed("missions", 2, note="x", name="D")
    head["missions"] = head["missions"].iloc[::-1]
    told = [(change.row_id, change.column_name) for change in difference(side(), side(head)).rows]
    assert told == [("dropped-3", "name"), ("dropped-3", "note")]


def with_spec(table, change, schemas=SCHEMAS):
    """The schemas with one of them edited."""
    spec = copy.deepcopy(dict(schemas[table].spec))
    change(spec)
    return {**schemas, table: Schema(table, spec)}


def field(spec, name):
    return next(field for field in spec["fields"] if field["name"] == name)


def drop(name):
    return lambda spec: spec["fields"].remove(field(spec, name))


def set_in(name, **words):
    return lambda spec: field(spec, name).update(words)


def limit(name, **limits):
    return lambda spec: field(spec, name).setdefault("constraints", {}).update(limits)


def enum_without(value):
    def change(spec):
        goal = field(spec, "goal")
        goal["constraints"]["enum"].remove(value)
        del goal["definitions"][value]

    return change


def enum_renamed(spec):
    goal = field(spec, "goal")
    goal["constraints"]["enum"][0] = "pass"
    goal["definitions"] = {"pass": goal["definitions"].pop("flyby"), **goal["definitions"]}


def defined_otherwise(spec):
    field(spec, "goal")["definitions"]["landing"] = "Reach the ground."


@pytest.mark.parametrize(
    ("table", "edit_", "there", "back"),
    [
        ("missions", drop("launch_site"), ("launch_site", "removed", 3), ("launch_site", "added", 2)),
        ("missions", limit("note", required=True), ("note", "required", 3), ("note", "optional", 2)),
        ("missions", set_in("is_crewed", type="string"), ("is_crewed", "retyped", 3), ("is_crewed", "retyped", 3)),
        ("missions", set_in("launch_site", edtf=True), ("launch_site", "retyped", 3), ("launch_site", "retyped", 3)),
        ("missions", enum_without("impact"), ("goal", "removed", 3), ("goal", "added", 2)),
        ("missions", enum_renamed, ("goal", "renamed", 3), ("goal", "renamed", 3)),
        ("missions", defined_otherwise, ("goal", "redefined", 3), ("goal", "redefined", 3)),
        ("missions", limit("note", maxLength=200), ("note", "narrowed", 3), ("note", "widened", 2)),
        ("missions", limit("name", pattern="[A-Z].*"), ("name", "narrowed", 3), ("name", "widened", 2)),
        ("published_totals", limit("value", minimum=-9), ("value", "widened", 2), ("value", "narrowed", 3)),
        ("missions", lambda s: s["foreignKeys"].pop(), ("source_id", "widened", 2), ("source_id", "narrowed", 3)),
        ("missions", set_in("name", description="Its name."), ("name", "reworded", 1), ("name", "reworded", 1)),
        ("missions", set_in("is_crewed", history=True), ("is_crewed", "marked", 2), ("is_crewed", "marked", 2)),
        ("missions", lambda s: s["releaseFields"].pop(), ("program_name", "removed", 3), ("program_name", "added", 2)),
        ("target_dates", lambda s: s["knownOn"].pop(), ("", "retyped", 3), ("", "retyped", 3)),
        ("missions", lambda s: s.update(title="Flights"), ("", "reworded", 1), ("", "reworded", 1)),
        ("date_words", lambda s: s["primaryKey"].reverse(), ("", "retyped", 3), ("", "retyped", 3)),
    ],
)  # fmt: skip
def test_a_schema_that_differs(table, edit_, there, back):
    edited = with_spec(table, edit_)
    for base, head, expected in ((SCHEMAS, edited, there), (edited, SCHEMAS, back)):
        changes = schema_changes(side(schemas=base), side(schemas=head))
        told = [(change.table_name, change.column_name, change.change, schema_level(change)) for change in changes]
        assert told == [(table, *expected)]


def test_a_column_of_a_derived_table_that_goes_needs_a_major_step():
    derived = with_spec("mission_outcomes", lambda spec: spec["fields"].pop(), DERIVED)
    found = difference(side(), side(derived=derived))
    assert [change.change for change in found.schema] == ["removed"]
    assert found.level == Level.MAJOR


def renamed_side(table, old, new):
    base = side()
    schemas = with_spec(table, lambda spec: field(spec, old).update(name=new))
    key = [new if name == old else name for name in schemas[table].primary_key]
    schemas = with_spec(table, lambda spec: spec.update(primaryKey=key), schemas)
    return replace(base, schemas=schemas, tables=base.tables | {table: base.tables[table].rename(columns={old: new})})


@pytest.mark.parametrize(("old", "new"), [("value", "number"), ("total_id", "published_id")])
def test_a_column_with_the_same_cells_was_renamed(old, new):
    """Also where it is of the key; its cells are then compared under the new name."""
    found = difference(renamed_side("published_totals", old, new), side())
    assert [(it.column_name, it.change, it.old, it.new) for it in found.schema if it.change != "retyped"] == [
        (old, "renamed", new, old)
    ]
    assert found.rows == []
    assert found.level == Level.MAJOR


def test_a_table_with_the_same_rows_was_renamed():
    base = side(without("policies", 1))
    schemas = {("rules" if name == "policies" else name): schema for name, schema in SCHEMAS.items()}
    tables = {("rules" if name == "policies" else name): frame for name, frame in base.tables.items()}
    found = difference(replace(base, schemas=schemas, tables=tables), side())
    assert [(it.table_name, it.change, it.old) for it in found.schema] == [("policies", "renamed", "rules")]
    assert [(it.row_id, it.change) for it in found.rows] == [("rider-2", "added")]


def test_a_value_that_another_stands_for_everywhere_was_renamed():
    def other(spec):
        status = field(spec, "status")
        status["constraints"]["enum"][3] = "dropped"
        status["definitions"].pop("cancelled")
        status["definitions"]["dropped"] = "Given up."

    found = difference(side(), side(changed("missions", 2, status="dropped"), with_spec("missions", other)))
    assert found.schema == [SchemaChange("missions", "status", "dropped", "renamed", "cancelled", "dropped")]


def test_an_old_base_lacks_tables_and_columns():
    """What it has is compared; what cannot be derived from it is named."""
    schemas = {name: schema for name, schema in SCHEMAS.items() if name not in ("agreements", "published_totals")}
    schemas = with_spec("target_dates", drop("effect"), schemas)
    base = side()
    tables = {name: base.tables[name][schema.columns] for name, schema in schemas.items()}
    old = replace(base, schemas=schemas, tables=tables)
    head = added("target_dates", **LATER)
    head["missions"] = changed("missions", 0, status="planned")["missions"]
    found = difference(old, side(head))
    assert {("agreements", "added"), ("published_totals", "added")} <= {
        (it.table_name, it.change) for it in found.schema
    }
    assert RowChange("target_dates", LATER["target_id"], "", "added") in found.rows
    assert {"agreements", "target_dates"} & {change.table_name for change in found.rows}
    assert any("target_dates.effect" in note for note in found.notes)
    assert any("agreements" in note for note in found.notes)


def test_what_was_in_a_table_that_went_is_gone():
    head = side()
    schemas = {name: schema for name, schema in SCHEMAS.items() if name != "aliases"}
    tables = {name: frame for name, frame in head.tables.items() if name != "aliases"}
    found = difference(side(), replace(head, schemas=schemas, tables=tables))
    assert [(it.table_name, it.change) for it in found.schema] == [("aliases", "removed")]
    assert [(it.table_name, it.change) for it in found.rows] == [("aliases", "removed")]
    assert found.level == Level.MAJOR


LANDING = "First landing, official target: no earlier than 2025 → "


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        (added("target_dates", **LATER), [LANDING + "2028-37 (early 2028), slip"]),
        (added("target_dates", **LATER | {"target": "2025-06"}), [LANDING + "2025-06, firmed"]),
        (
            added("target_dates", **LATER | {"target": "2025", "qualifier": "no_earlier_than"}),
            [LANDING + "no earlier than 2025, reaffirmed"],
        ),
        (
            added("target_dates", **LATER | {"effect": "withdraws", "target": None, "qualifier": None}),
            [LANDING + "no date, withdrawn"],
        ),
        (
            changed("target_dates", 1, target="2026"),
            ["First landing, official target, as corrected: no earlier than 2025 → no earlier than 2026, slip"],
        ),
        (without("target_dates", 3), ["First launch, official target: 2023 → none, gone"]),
        (
            changed("milestone_carriers", 1, mission_id="flown-1"),
            ["First landing, mission that is to carry it: planned-2 → flown-1, changes"],
        ),
        (
            added("agreement_actions", **SIGNED),
            ["Lander Works, Accords: none → signatory since 2024, begins",
             "Lander Works, Artemis: none → party since 2024, begins"],
        ),
        (
            without("agreement_actions", 1),
            ["Japan, Accords: signatory since 2020-10-13 → none, gone",
             "Japan, Artemis: party since 2020-10-13 → none, gone",
             "Accords, states with the standing signatory: 2 → 1, falls",
             "Artemis, states with the standing party: 2 → 1, falls"],
        ),
        (
            without("agreement_actions", 4),
            ["Japan, Treaty: former since 2023-01-05 → party since 1984-07-01, begins",
             "Treaty, states with the standing party: 0 → 1, rises"],
        ),
        (
            changed("agreement_actions", 1, done_on="2020-11"),
            ["Japan, Accords: signatory since 2020-10-13 → signatory since 2020-11, redated",
             "Japan, Artemis: party since 2020-10-13 → party since 2020-11, redated"],
        ),
        (
            changed("mission_events", 1, outcome="success"),
            ["Flown 1, landed_unimpaired: no → yes, changes"],
        ),
        (without("mission_events", 3), ["Guest 1, flown, furthest_phase: launch → none, gone"]),
        (changed("missions", 0, note="Nothing."), []),
    ],
)  # fmt: skip
def test_what_readers_will_see(head, lines):
    found = difference(side(), side(head))
    text = as_text(found)
    told = text.split("What readers will see\n")[1].split("\n\n")[0] if lines else ""
    assert [line.strip() for line in told.splitlines()] == lines
    assert found.notes == []


def test_only_dates_of_open_milestones_lie_in_the_future():
    head = added("target_dates", **LATER)
    head["target_dates"] = pd.concat(
        [head["target_dates"].drop(index=5), without("target_dates", 3)["target_dates"][:0]]
    )
    future = {it.row_id: it.is_future for it in difference(side(), side(head)).consequences}
    assert future == {"first-landing": True, "first-launch": False}


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (added("agreement_actions", **SIGNED | {"actor_id": "nobody"}), "nobody, Accords: none"),
        (added("agreement_actions", **SIGNED | {"agreement_id": "nothing"}), "Lander Works, nothing: none"),
        (added("agreement_actions", **SIGNED | {"done_on": "soon"}), "memberships are not compared"),
        (added("agreement_actions", **SIGNED | {"action": "sings"}), "added"),
        (added("target_dates", **LATER | {"milestone_id": "nowhere"}), "added"),
        (added("mission_events", event_id="e", mission_id="nowhere", phase="launch", outcome="success"), "added"),
        (added("missions", mission_id="flown-1", name="Twice"), "No difference"),
    ],
)
def test_data_that_no_check_would_pass_are_compared(head, told):
    """In a pull request both are run, and what is wrong with the rows is told by the other."""
    assert told in as_text(difference(side(), side(head)))


def test_a_side_that_cannot_be_derived_is_named_and_the_rest_is_told():
    found = difference(side(), side(changed("target_dates", 1, target="soon")))
    assert [change.new for change in found.rows] == ["soon"]
    assert found.consequences == []
    assert "promised dates are not compared" in found.notes[0]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1.2.3", "2.0.0", 3),
        ("1.2.3", "1.3.0", 2),
        ("0.9.0", "0.10.0", 2),
        ("1.2.3", "1.2.4", 1),
        ("1.2.3", "1.2.3", 0),
        ("1.2.3", "1.1.9", 0),
    ],
)
def test_the_step_between_versions(old, new, expected):
    assert step(*(tuple(map(int, version.split("."))) for version in (old, new))) == expected


HOSTILE = "<img src=x onerror=alert(1)> [a](http://x.example) @admin `code` | **b** #1 ``` www.x.example \x1b[31m\nnew"


def test_markdown_shows_hostile_data_as_text():
    found = difference(side(), side(changed("actors", 3, name=HOSTILE)))
    found = difference(side(changed("actors", 3, name=HOSTILE)), side(added("agreement_actions", **SIGNED)))
    text = as_markdown(found)
    consequence = next(line for line in text.splitlines() if "begins" in line)
    for markup in ("<", "[", "@", "`", "**", "|", "://", "www.", "#1 "):
        assert markup not in plain(HOSTILE).replace("&#", ""), markup
        assert markup not in consequence.replace("&#", ""), markup
    assert "&#60;img" in plain(HOSTILE)
    cell = next(line for line in text.splitlines() if "changed" in line and "img" in line)
    assert "```` <img" in cell  # a code span with a fence longer than any in the data
    assert "\x1b" not in text + as_text(found)
    assert plain("Artemis II, 2021-03-09") == "Artemis II, 2021-03-09"
    assert code("a|b") == "`a|b`"


def test_markdown_fits_into_a_comment():
    rows = [RowChange("missions", f"m-{number}", "note", "changed", "x" * 250, "y" * 250) for number in range(300)]
    found = replace(difference(side(), side()), rows=rows)
    assert len(as_markdown(found)) < 65_536
    assert "tells all" in as_markdown(found)
    assert as_text(found).count("\n") > 300


def test_json_has_its_documented_keys():
    found = difference(side(), side(added("target_dates", **LATER), with_spec("missions", defined_otherwise)))
    told = json.loads(as_json(found))
    assert list(told) == ["base", "head", "level", "consequences", "rows", "schema", "notes"]
    assert (told["level"], told["base"]) == ("MAJOR", {"name": "a side", "version": "1.2.3"})
    assert [(row["change"], row["level"]) for row in told["rows"]] == [("added", "MINOR")]
    assert told["schema"][0]["level"] == "MAJOR"
    assert set(told["consequences"][0]) == {"kind", "row_id", "name", "what", "change", "old", "new", "is_future"}


def test_the_checkout_is_compared_with_a_commit_a_checkout_and_a_release(tmp_path, release, capsys):
    assert difference(read_base(str(release), HERE), read_checkout(HERE)).level == Level.NONE
    house = small_house(tmp_path)
    commit(house, tag="v0.1.0")
    edit(house, "missions", "planned-2", name="Planned Two")
    before = sorted(path for path in tmp_path.rglob("*") if ".git/" not in path.as_posix())
    for base in ("v0.1.0", "HEAD", "main"):
        found = difference(read_base(base, house), read_checkout(house))
        assert [(change.row_id, change.new) for change in found.rows] == [("planned-2", "Planned Two")]
    assert main(["v0.1.0", "--root", str(tmp_path)]) == 0
    assert 'changed "planned-2" "name": "Planned 2" → "Planned Two"' in capsys.readouterr().out
    assert sorted(path for path in tmp_path.rglob("*") if ".git/" not in path.as_posix()) == before
    assert difference(read_base(str(tmp_path), house), read_checkout(house)).level == Level.NONE
    for base in ("no-such-tag", "--all", "", "HEAD; ls"):
        with pytest.raises(SideError):
            read_base(base, house)
    assert main(["no-such-tag", "--root", str(tmp_path)]) == 2


def test_a_release_with_a_file_missing_is_no_base(release, tmp_path):
    (tmp_path / "datapackage.json").write_bytes((release / "datapackage.json").read_bytes())
    with pytest.raises(SideError, match="is missing"):
        read_base(str(tmp_path), HERE)
    (tmp_path / "datapackage.json").write_text("{")
    with pytest.raises(SideError, match="no JSON"):
        read_base(str(tmp_path), HERE)
