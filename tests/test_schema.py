"""One schema: what derives from it, and that every column is declared in full."""

import pandas as pd
import pyarrow as pa
import pytest

from lunar_timeline import edtf
from lunar_timeline.changes import CHANGES, PASSED_OVER_EFFECTS, PASSED_OVER_ROLES
from lunar_timeline.derive.membership import STANDING
from lunar_timeline.derive.outcomes import WAY
from lunar_timeline.derive.targets import OFFICIAL_VOICES, OPEN_STATUSES
from lunar_timeline.derive.totals import MEMBER_RULES
from lunar_timeline.schema import Schema, load_schemas
from scripts.lib.checks import run_checks
from scripts.lib.contract import check_contract
from scripts.lib.paths import HERE
from tests.sample import sample

BASE, DERIVED = load_schemas(HERE.schemas), load_schemas(HERE.derived_schemas)
EVERY = list(BASE.values()) + list(DERIVED.values())


def test_the_contract_is_kept():
    contract = check_contract(HERE)
    assert contract.findings == []
    assert len(contract.schemas) == 22


@pytest.mark.parametrize("schema", EVERY, ids=lambda schema: schema.table)
def test_every_column_is_declared_in_full(schema):
    for field in schema.fields:
        assert field.spec["title"] and field.spec["description"].endswith("."), field.name
        assert set(field.spec.get("definitions", {})) == set(field.enum), field.name


@pytest.mark.parametrize("schema", EVERY, ids=lambda schema: schema.table)
def test_a_released_schema_can_be_turned_back(schema):
    back = schema.released().unreleased()
    assert back.spec == {**schema.spec, "fields": back.spec["fields"]}
    assert list(back.spec["fields"]) == list(schema.spec["fields"])


@pytest.mark.parametrize("schema", EVERY, ids=lambda schema: schema.table)
def test_pandas_arrow_and_pandera_agree(schema):
    released = schema.released()
    arrow = released.arrow()
    assert arrow.names == released.columns == list(released.pandera().columns)
    empty = pd.DataFrame(columns=released.columns).astype(released.pandas_dtypes())
    assert pa.Table.from_pandas(empty, schema=arrow, preserve_index=False).num_rows == 0


@pytest.mark.parametrize("table", BASE)
def test_pandera_takes_the_sample(table):
    BASE[table].pandera().validate(sample()[table])


def test_what_the_code_names_is_what_the_schemas_name():
    """A value that the code knows and the schema does not, or the other way round, would be lost in silence."""
    assert BASE["target_dates"]["qualifier"].enum == edtf.QUALIFIERS
    assert DERIVED["target_history"]["change"].enum == CHANGES
    assert set(PASSED_OVER_EFFECTS) < set(BASE["target_dates"]["effect"].enum)
    assert set(PASSED_OVER_ROLES) < set(BASE["target_dates"]["role"].enum)
    assert set(OFFICIAL_VOICES) < set(BASE["target_dates"]["voice"].enum)
    assert set(OPEN_STATUSES) < set(BASE["milestones"]["status"].enum)
    assert set(STANDING) < set(BASE["agreement_actions"]["action"].enum)
    assert set(STANDING.values()) == set(DERIVED["membership"]["standing"].enum)
    assert set(WAY) < set(BASE["mission_events"]["phase"].enum)


def _cells_that_break(schema: Schema):
    """For each constraint of each column a value that breaks it, and the rule that must report it."""
    for field in schema.fields:
        limits = field.constraints
        if limits.get("required"):
            yield field.name, "", "required"
        if field.enum:
            yield field.name, "no-such-value", "enum"
            yield field.name, field.enum[0] + "\u00a0x", "enum"
        if "pattern" in limits:
            yield field.name, "!", "pattern"
        if "maxLength" in limits:
            yield field.name, "x" * (limits["maxLength"] + 1), "length"
        if "minimum" in limits:
            yield field.name, str(limits["minimum"] - 1), "minimum"
        if "maximum" in limits:
            yield field.name, str(limits["maximum"] + 1), "maximum"
        if field.is_("edtf"):
            yield field.name, "2023-02-29", "date"
        if field.type in ("number", "boolean"):
            yield field.name, "many", "type"


@pytest.mark.slow
@pytest.mark.parametrize("table", [name for name in BASE if not BASE[name].may_be_empty])
def test_each_constraint_of_each_column_is_reported_by_name(house, table):
    """A mutation test: a planted fault in any constrained cell is found."""
    import csv
    import io

    path = house.data / f"{table}.csv"
    original = path.read_bytes()
    rows = list(csv.reader(io.StringIO(original.decode())))
    from scripts.lib.tables import read_table

    unseen = []
    for column, value, rule in _cells_that_break(BASE[table]):
        changed = [list(row) for row in rows]
        changed[1][rows[0].index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(changed)
        path.write_text(out.getvalue(), encoding="utf-8")
        _, findings = read_table(path, f"data/{table}.csv", BASE[table])
        if not any(finding.rule == rule and finding.line == 2 and column in finding.message for finding in findings):
            unseen.append((column, value, rule))
    assert unseen == []


@pytest.mark.slow
def test_each_reference_of_each_column_is_reported(house):
    """Every foreign key, pointed nowhere once, all found in one run."""
    import csv
    import io

    expected = set()
    for table, schema in BASE.items():
        path = house.data / f"{table}.csv"
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        for key in schema.foreign_keys if len(rows) > 1 else ():
            rows[1][rows[0].index(key.column)] = "no-such-thing"
            expected.add((table, key.column))
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8")
    found = {
        (finding.path.removeprefix("data/").removesuffix(".csv"), finding.message.split(" ")[0])
        for finding in run_checks(house).findings
        if finding.rule == "reference"
    }
    assert expected <= found


def test_a_published_total_can_be_set_beside_every_rule_and_no_other():
    outcomes = DERIVED["mission_outcomes"].fields
    verdicts = [field.name for field in outcomes if field.spec["description"].startswith("Rule: ")]
    assert BASE["published_totals"]["counts"].enum == (*verdicts, *MEMBER_RULES)
