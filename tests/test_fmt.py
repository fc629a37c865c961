"""The one form of a table: written by `fmt`, compared by `check`, both by one function."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.fmt import format_house
from scripts.lib.checks import run_checks
from scripts.lib.text import canonical, read_rows
from tests.test_hostile import edit, edit_line

MENDABLE = {
    "byte order mark": lambda content: b"\xef\xbb\xbf" + content,
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "old Mac line ends": lambda content: content.replace(b"\n", b"\r"),
    "padding": lambda content: content.replace(b",en,", b", en ,"),
    "order": lambda content: b"\n".join([content.split(b"\n")[0], *content.rstrip().split(b"\n")[:0:-1], b""]),
    "needless quotes": lambda content: content.replace(b",en,", b',"en",'),
    "no line end at the end": lambda content: content.rstrip(b"\n"),
    "decomposed letters": lambda content: content.replace("é".encode(), b"e\xcc\x81"),
}


@pytest.mark.parametrize("fault", MENDABLE)
def test_fmt_mends(restored, fault):
    edit(restored, "sources", lambda content: content.replace(b",Plan,", ",Plané,".encode()))
    path = restored.data / "sources.csv"
    before = path.read_bytes()
    edit(restored, "sources", MENDABLE[fault])
    assert path.read_bytes() != before, "the fault was planted"
    assert any("make fmt" in str(finding) for finding in run_checks(restored).findings)
    assert format_house(restored) == (["data/sources.csv"], [])
    assert path.read_bytes() == before


def test_fmt_changes_nothing_twice(restored):
    assert format_house(restored) == ([], [])


@pytest.mark.parametrize("broken", [b'a,"b', b"one,two", b"\xff", b"a\0b"])
def test_fmt_keeps_what_it_cannot_read(restored, broken):
    edit(restored, "aliases", lambda content: content + broken + b"\n")
    before = (restored.data / "aliases.csv").read_bytes()
    changed, findings = format_house(restored)
    assert changed == []
    assert findings
    assert (restored.data / "aliases.csv").read_bytes() == before


def test_fmt_does_not_hide_what_check_must_report(restored):
    edit_line(restored, "statements", lambda line: line.replace(",", ",=", 1), line=2)
    format_house(restored)
    assert any(finding.rule == "formula" for finding in run_checks(restored).findings)


def test_fmt_renews_the_dictionary(restored):
    restored.dictionary.write_text("", encoding="utf-8")
    assert format_house(restored) == (["schemas/README.md"], [])


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\x85"), max_size=8)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6)


@given(tables)
def test_the_form_is_stable_and_loses_nothing(rows):
    header = ["one_id", "two", "three"]
    content = canonical(header, rows, ["one_id"])
    read = read_rows("t.csv", content, header)
    assert canonical(header, read.cells, ["one_id"]) == content
    assert len(read.cells) == len(rows) or any(finding.rule == "row-length" for finding in read.findings)
    assert next(csv.reader(io.StringIO(content.decode()))) == header


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_failing(content):
    read = read_rows("t.csv", content, ["one_id", "two", "three"])
    assert len(read.cells) == len(read.lines)
    assert all(len(row) == 3 for row in read.cells)
    for finding in read.findings:
        assert str(finding).startswith("t.csv:")


@given(st.integers(0, 2), tables.filter(bool))
def test_the_column_of_a_finding_is_where_its_cell_begins(ordinal, rows):
    header = ["one_id", "two", "three"]
    content = canonical(header, rows[:1], ["one_id"])
    read = read_rows("t.csv", content, header)
    if read.lines and not read.broken:
        text = read.raw[1][read.column_of(2, ordinal) - 1 :]
        cell = read.cells[0][ordinal]
        assert text.startswith((cell, '"' + cell[:1].replace('"', '""')))
