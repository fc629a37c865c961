"""Bad input: each fault gives an error with file, line, column, value and what to type, all in one run."""

import json
import re

import pytest

from scripts.lib.checks import run_checks
from scripts.lib.paths import House

LINE = r":\d+:\d+: "


def edit(house: House, table: str, change) -> None:
    path = house.data / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))


def edit_line(house: House, table: str, change, line: int = 3) -> None:
    """Change one line of a table (as text, counted from 1)."""

    def on_line(content: bytes) -> bytes:
        lines = content.decode("utf-8").split("\n")
        lines[line - 1] = change(lines[line - 1])
        return "\n".join(lines).encode("utf-8")

    edit(house, table, on_line)


def set_cell(house: House, table: str, column: str, value: str, row: int = 1) -> None:
    """Set one cell; rows count from 0. Written as it is given, quoted where it must be."""
    import csv
    import io

    def on_rows(content: bytes) -> bytes:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
        rows[1 + row][rows[0].index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue().encode("utf-8")

    edit(house, table, on_rows)


def edit_descriptor(house: House, change) -> None:
    package = json.loads(house.descriptor.read_text(encoding="utf-8"))
    change(package)
    house.descriptor.write_text(json.dumps(package, indent=2), encoding="utf-8")


def add_link(house: House) -> None:
    path = house.data / "coverage.csv"
    elsewhere = house.root / "elsewhere.csv"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


# Each fault is planted in a table of its own, so that all of them can be planted together.
FAULTS = {
    "invalid UTF-8": (
        lambda house: edit(house, "spacecraft", lambda content: content.replace(b"Orion", b"Ori\xf3n", 1)),
        r"data/spacecraft\.csv" + LINE + r"\[encoding\] byte f3 is no UTF-8; save the file as UTF-8",
    ),
    "BOM": (
        lambda house: edit(house, "identifiers", lambda content: b"\xef\xbb\xbf" + content),
        r"data/identifiers\.csv:1:1: \[bom\] .* run `make fmt`",
    ),
    "CRLF": (
        lambda house: edit(house, "aliases", lambda content: content.replace(b"\n", b"\r\n")),
        r"data/aliases\.csv:1:1: \[line-ending\] .* end them with LF alone; run `make fmt`",
    ),
    "NUL": (
        lambda house: edit_line(house, "mission_events", lambda line: line[:5] + "\0" + line[5:]),
        r"data/mission_events\.csv:3:6: \[nul\] .* remove it",
    ),
    "unbalanced quote": (
        lambda house: edit_line(house, "history", lambda line: line.replace(",", ',"', 1)),
        r"data/history\.csv:3:\d+: \[quote\] .*double each quote",
    ),
    "short row": (
        lambda house: edit_line(house, "programs", lambda line: "one-more,One more,nasa"),
        r'data/programs\.csv:3:1: \[row-length\] 3 cells where the header has 10; .* "nasa": add the missing commas',
    ),
    "long row": (
        lambda house: edit_line(house, "milestone_carriers", lambda line: line + ',"one more"'),
        r'data/milestone_carriers\.csv:3:1: \[row-length\] 9 cells .* "one more": put "…" around a cell',
    ),
    "misspelt header": (
        lambda house: edit_line(house, "policies", lambda line: line.replace("issued_on", "isued_on"), 1),
        r'data/policies\.csv:1:\d+: \[header\] "isued_on" is no column .* did you mean "issued_on"\?',
    ),
    "missing file": (
        lambda house: (house.data / "retired_ids.csv").unlink(),
        r"data/retired_ids\.csv: \[missing-file\] cannot be read .* add the file with its header",
    ),
    "duplicate key": (
        lambda house: edit_line(house, "date_words", lambda line: line + "\n" + line),
        r"data/date_words\.csv" + LINE + r'\[duplicate-key\] wording, calendar ".+": the same key stands in line \d',
    ),
    "dangling reference": (
        lambda house: set_cell(house, "missions", "operator_id", "naza", 0),
        r'data/missions\.csv:2:\d+: \[reference\] operator_id "naza": no such row in actors; did you mean "nasa"\?',
    ),
    "unknown enum value": (
        lambda house: set_cell(house, "missions", "goal", "lander", 1),
        r'data/missions\.csv:3:\d+: \[enum\] goal "lander": not one of flyby, .*; did you mean "landing"\?',
    ),
    "impossible date": (
        lambda house: set_cell(house, "target_dates", "stated_on", "2021-13-40", 0),
        r'data/target_dates\.csv:2:\d+: \[date\] stated_on "2021-13-40": no such date',
    ),
    "29 February of a common year": (
        lambda house: set_cell(house, "target_dates", "stated_on", "2023-02-29", 1),
        r'data/target_dates\.csv:3:\d+: \[date\] stated_on "2023-02-29": no such date: day',
    ),
    "backwards interval": (
        lambda house: set_cell(house, "target_dates", "stated_on", "2024/2022", 2),
        r'data/target_dates\.csv:4:\d+: \[date\] stated_on "2024/2022": .*backwards.* type 2022/2024',
    ),
    "padded cell": (
        lambda house: set_cell(house, "statements", "speaker", " Bill Nelson ", 0),
        r'data/statements\.csv:2:\d+: \[padding\] speaker " Bill Nelson ": .* type "Bill Nelson"',
    ),
    "two-letter country code": (
        lambda house: set_cell(house, "actors", "country_code", "NA", 0),
        r'data/actors\.csv:2:\d+: \[pattern\] country_code "NA": .* type "NAM" for Namibia',
    ),
    "formula": (
        lambda house: set_cell(house, "statements", "speaker", '=HYPERLINK("evil")', 1),
        r'data/statements\.csv:3:\d+: \[formula\] speaker "=HYPERLINK.*": a spreadsheet would run this',
    ),
    "bidirectional control character": (
        lambda house: set_cell(house, "statements", "speaker", "Bill \u202enosleN", 2),
        r"data/statements\.csv:4:\d+: \[bidi\] speaker .* U\+202E; remove it",
    ),
    "address that is not http(s)": (
        lambda house: set_cell(house, "sources", "url", "javascript:alert(1)", 0),
        r'data/sources\.csv:2:\d+: \[pattern\] url "javascript:alert\(1\)": not an http\(s\) address.* https://',
    ),
    "symlink": (
        add_link,
        r"data/coverage\.csv: \[symlink\] a symbolic link; put the file itself in its place",
    ),
    "http path in the descriptor": (
        lambda house: edit_descriptor(
            house, lambda package: package["resources"][-2].update(path="https://example.org/coverage.csv")
        ),
        r"datapackage\.json:\d+:\d+: \[descriptor\] resources\[20\]\.path: .* an address; .* type data/<table>\.csv",
    ),
    "empty table": (
        lambda house: edit(house, "agreement_actions", lambda content: content.split(b"\n")[0] + b"\n"),
        r"data/agreement_actions\.csv:1:1: \[empty-table\] .* add its rows",
    ),
}


def lines_of(house: House) -> list[str]:
    return [str(finding) for finding in run_checks(house).findings]


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_says_where_and_what_to_type(house, fault):
    plant, expected = FAULTS[fault]
    plant(house)
    found = lines_of(house)
    assert any(re.search(expected, line) for line in found), "\n".join(found[:20])


def test_all_faults_are_reported_in_one_run(house):
    for plant, _ in FAULTS.values():
        plant(house)
    found = lines_of(house)
    unseen = [fault for fault, (_, expected) in FAULTS.items() if not any(re.search(expected, line) for line in found)]
    assert not unseen


def test_the_real_data_have_no_error(house):
    report = run_checks(house)
    assert not report.failed, "\n".join(map(str, report.findings[:20]))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda package: package.update(licences=[]), '"licences" is no property here; did you mean "licenses"'),
        (lambda package: package["resources"][0].update(path="../secrets.csv"), "not of the form"),
        (lambda package: package["resources"][0].update(path="data/actors.csv"), 'type "data/sources.csv"'),
        (lambda package: package["resources"].append(package["resources"][0]), "listed twice"),
        (lambda package: package.pop("resources"), "'resources' is a required property"),
    ],
)
def test_a_wrong_descriptor_is_told(house, change, expected):
    edit_descriptor(house, change)
    assert any("[descriptor]" in line and expected in line for line in lines_of(house))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda schema: schema.update(primarykey=["mission_id"]), '"primarykey" is no property here'),
        (lambda schema: schema["fields"][1].update(constraints={"requird": True}), '"requird" is no property here'),
        (lambda schema: schema.update(primaryKey=["mision_id"]), 'did you mean "mission_id"'),
        (lambda schema: schema["fields"][4]["definitions"].pop("flyby"), "missing: flyby"),
        (lambda schema: schema["foreignKeys"][0]["reference"].update(resource="program"), 'did you mean "programs"'),
    ],
)
def test_a_wrong_schema_is_told(house, change, expected):
    path = house.schemas / "missions.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    change(schema)
    path.write_text(json.dumps(schema), encoding="utf-8")
    assert any("schemas/missions.json" in line and expected in line for line in lines_of(house))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1, "a": 2}', "null", "[" * 100_000])
def test_a_broken_descriptor_is_told(house, text):
    house.descriptor.write_text(text, encoding="utf-8")
    assert any(line.startswith("datapackage.json") for line in lines_of(house))


def test_a_stray_file_is_told(house):
    (house.data / "mission.csv").write_text("mission_id\n", encoding="utf-8")
    assert any("did you mean" in line and "stray-file" in line for line in lines_of(house))


def test_an_edited_dictionary_is_told(house):
    house.dictionary.write_text("# Mine\n", encoding="utf-8")
    assert any("[dictionary] not what the schemas say; run `make fmt`" in line for line in lines_of(house))


def test_values_cannot_steer_the_terminal(house):
    set_cell(house, "missions", "goal", "\x1b[31mred", 0)
    assert not any("\x1b" in line for line in lines_of(house))
