"""Each constraint of each schema and each rule, broken once: the check names the place and what was broken."""

import csv
import io
import re
from itertools import zip_longest

import pandas as pd
import pytest

from scripts.lib.checks import run_checks
from scripts.lib.release import csv_bytes
from scripts.lib.text import encode
from tests.sample import SCHEMAS, sample
from tests.small import write_rows
from tests.test_rules import BROKEN


def cells_of(frame, name):
    """Header and rows of a table as they stand in its file."""
    return list(csv.reader(io.StringIO(csv_bytes(frame, SCHEMAS[name]).decode())))


def faults(name):
    """(column, value, rule) for each constraint of a table; the value is planted in its first row."""
    schema = SCHEMAS[name]
    first = sample()[name].iloc[0]
    for field in schema.fields:
        limits, column = field.constraints, field.name
        if field.required:
            yield column, "", "required"
        if field.enum:
            yield column, "no-such-value", "enum"
            yield column, field.enum[0] + "x", "enum"
        if "pattern" in limits:
            for value in ("?!", "!" + ("" if pd.isna(first[column]) else first[column])):
                assert not re.fullmatch(limits["pattern"], value)
                yield column, value, "pattern"
        if "maxLength" in limits:
            yield column, "x" * (limits["maxLength"] + 1), "length"
        for limit, step in (("minimum", -1), ("maximum", 1)):
            if limit in limits:
                yield column, str(limits[limit] + step), limit
        if field.type == "number":
            yield column, "12a", "type"
            yield column, "1e3", "type"
        if field.type == "boolean":
            yield column, "yes", "type"
        if field.is_("edtf"):
            yield column, "2023-02-29", "date"
            yield column, "2024/2022", "date"
        assert field.type in ("string", "number", "boolean"), "a type that has no fault here"
        known = {"required", "enum", "pattern", "maxLength", "minimum", "maximum", "unique"}
        assert set(limits) <= known, "a constraint that has no fault here"
        assert not limits.get("unique") or [column] == schema.primary_key
    for key in schema.foreign_keys:
        yield key.column, "no-such-row", "reference"
    # No value: the first row stands once more, below the others.
    yield schema.primary_key[0], None, "duplicate-key"


def test_every_kind_of_constraint_is_planted():
    rules = {rule for name in SCHEMAS for _, _, rule in faults(name)}
    assert rules >= {"required", "enum", "pattern", "minimum", "maximum", "type", "date", "reference", "duplicate-key"}


def planted(name, rows, fault):
    """The rows with the fault, and where it is to be found."""
    column, value, rule = fault
    rows = [list(row) for row in rows]
    ordinal = SCHEMAS[name].columns.index(column)
    if value is None:
        rows.append(rows[0])
    else:
        rows[0][ordinal] = value
    before = encode(rows[0][:ordinal], []).decode()[:-1] + "," if ordinal else ""
    return rows, (f"data/{name}.csv", 2 if value is not None else 1 + len(rows), 1 + len(before), rule, column)


@pytest.mark.slow
def test_every_broken_constraint_is_reported(restored):
    """One fault a table and run, so that each finding can have one cause only."""
    tables = {name: cells_of(frame, name) for name, frame in sample().items()}
    missed = []
    for together in zip_longest(*(faults(name) for name in tables)):
        wanted = set()
        for (name, (header, *rows)), fault in zip(tables.items(), together, strict=True):
            if fault is None:
                write_rows(restored, name, header, rows)
                continue
            broken, place = planted(name, rows, fault)
            (restored.data / f"{name}.csv").write_bytes(encode(header, broken))
            wanted.add(place)
        found = {
            (*place, column)
            for finding in run_checks(restored).findings
            for place in [(finding.path, finding.line, finding.column, finding.rule)]
            for column in [re.match(r"\w*", finding.message)[0]]
        }
        missed += wanted - found
    assert missed == []


def test_the_small_house_is_clean(restored):
    assert run_checks(restored).findings == []


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "tables", "message"), BROKEN, ids=[f"{rule}: {say}" for rule, _, say in BROKEN])
def test_every_broken_rule_is_reported(restored, rule, tables, message):
    for name, frame in tables.items():
        header, *rows = cells_of(frame, name)
        write_rows(restored, name, header, rows)
    report = run_checks(restored)
    found = [finding for finding in report.findings if finding.rule == rule and message in finding.message]
    assert found, report.findings
    for finding in found:
        text = (restored.root / finding.path).read_text(encoding="utf-8").split("\n")[finding.line - 1]
        column = re.match(r"\w*", finding.message)[0]
        header = SCHEMAS[finding.path.removeprefix("data/").removesuffix(".csv")].columns
        before = next(csv.reader([text[: finding.column - 1] + "."]))  # the dot stands for the cell itself
        assert len(before) == header.index(column) + 1
