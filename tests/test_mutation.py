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


def test_every_kind_of_constraint_is_planted():
    rules = {rule for name in SCHEMAS for _, _, rule in faults(name)}
    assert rules >= {"required", "enum", "pattern", "minimum", "maximum", "type", "date", "reference"}


def place(name, rows, line, column, rule):
    """Where the finding of a cell is to stand, and what it is to name."""
    ordinal = SCHEMAS[name].columns.index(column)
    up_to_it = encode([*rows[line - 2][:ordinal], "x"], []).decode()  # with an x in place of the cell, and a line end
    return f"data/{name}.csv", line, len(up_to_it) - 1, rule, column


def places(findings):
    return {(each.path, each.line, each.column, each.rule, re.match(r"\w*", each.message)[0]) for each in findings}


@pytest.mark.slow
def test_every_broken_constraint_is_reported(restored):
    """One fault a cell and run, in every column of every table: a finding names its cell, and so its cause."""
    tables = {name: cells_of(frame, name) for name, frame in sample().items()}
    by_cell = {}
    for name in tables:
        for column, value, rule in faults(name):
            by_cell.setdefault((name, column), []).append((value, rule))
    missed, count = set(), 0
    for together in zip_longest(*by_cell.values()):
        planted = {cell: fault for cell, fault in zip(by_cell, together, strict=True) if fault}
        wanted = set()
        for name, (header, *rows) in tables.items():
            mine = {column: fault for (table, column), fault in planted.items() if table == name}
            first = [mine[column][0] if column in mine else cell for column, cell in zip(header, rows[0], strict=True)]
            rows = [first, *rows[1:]]
            (restored.data / f"{name}.csv").write_bytes(encode(header, rows))
            wanted |= {place(name, rows, 2, column, rule) for column, (_, rule) in mine.items()}
        missed |= wanted - places(run_checks(restored).findings)
        count += len(wanted)
    assert missed == set()
    assert count == sum(map(len, by_cell.values()))


def test_every_key_that_stands_twice_is_reported(restored):
    wanted = set()
    for name, frame in sample().items():
        header, *rows = cells_of(frame, name)
        rows.append(rows[0])
        (restored.data / f"{name}.csv").write_bytes(encode(header, rows))
        wanted.add(place(name, rows, 1 + len(rows), SCHEMAS[name].primary_key[0], "duplicate-key"))
    assert wanted <= places(run_checks(restored).findings)


def test_the_small_house_is_clean(restored):
    assert run_checks(restored).findings == []


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "tables", "message"), BROKEN, ids=[f"{rule}: {say}" for rule, _, say in BROKEN])
def test_every_broken_rule_is_reported(restored, rule, tables, message):
    for name, whole in sample().items():
        if not tables[name].equals(whole):
            header, *rows = cells_of(tables[name], name)
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
