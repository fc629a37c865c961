"""Findings as annotations, as a page and as JSON: escaped, ordered, and never a command of the data's own."""

import json
import os
import re
import subprocess

import pytest

from scripts.check import main
from scripts.lib.annotate import annotations_and_rest, as_json, log_lines, summary_page
from scripts.lib.changed_lines import changed_lines
from scripts.lib.findings import Finding
from tests.test_hostile import set_cell

HOSTILE = [
    "x\n::set-output name=a::b",
    "x\r\n::add-mask::e\r",
    "::stop-commands::token",
    "##[add-path]/tmp",
    "100% %0A::error::no",
    "a:b,c=d::error::e",
    "\u2028::warning::w\x85::debug::d\x1b[2J",
]


def many(number, severity="error", path="data/missions.csv", rule="enum", message="m"):
    return [Finding(path, line, 1, rule, message, severity) for line in range(2, 2 + number)]


def command(line):
    """A line of a log as the host reads it: (command, properties, message), or None."""
    found = re.fullmatch(r"\s*::([\w-]+)(?: ([^:]*))?::(.*)", line, re.S)
    if not found:
        return ("older form", "", line) if "##[" in line else None

    def undo(text):
        for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            text = text.replace(code, char)
        return text

    pairs = (pair.split("=", 1) for pair in (found[2] or "").split(",") if pair)
    return found[1], {key: undo(value) for key, value in pairs}, undo(found[3])


def test_an_annotation_names_the_place_and_the_rule():
    finding = Finding("data/missions.csv", 41, 7, "enum", 'goal "lander": not one of flyby')
    wanted = '::error file=data/missions.csv,line=41,col=7,title=[enum]::goal "lander": not one of flyby'
    assert log_lines([finding])[0] == wanted
    whole = Finding("data/missions.csv", 0, 0, "form", "m", "warning")
    assert log_lines([whole])[0] == "::warning file=data/missions.csv,title=[form]::m"


@pytest.mark.parametrize("text", HOSTILE)
def test_an_annotation_says_what_the_finding_says(text):
    name, properties, message = command(log_lines([Finding(text, 1, 1, text, text)])[0])
    assert (name, message) == ("error", text)
    assert properties == {"file": text, "line": "1", "col": "1", "title": f"[{text}]"}


@pytest.mark.parametrize("place", ["path", "rule", "message"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_finding_smuggles_a_command(text, place):
    findings = [
        Finding(**{"path": "p", "line": line, "column": 1, "rule": "r", "message": "m"} | {place: text})
        for line in range(1, 13)
    ]
    log = "\n".join(log_lines(findings))
    commands = [found for line in re.split(r"\r\n|\r|\n", log) if (found := command(line))]
    assert [name for name, *_ in commands] == ["error"] * 10
    assert "\x1b" not in "\n".join(log_lines(findings)[10:])


def test_ten_of_each_are_annotations_and_the_rest_is_plain():
    findings = many(12, "warning") + many(30)
    lines = log_lines(findings)
    assert [line.split(" ")[0] for line in lines[:20]] == ["::error"] * 10 + ["::warning"] * 10
    assert sum(line.startswith("data/missions.csv:") for line in lines) == 22
    assert lines[-1] == "30 errors, 12 warnings"
    assert not any(line.startswith("::") for line in lines[20:])


def test_findings_on_changed_lines_come_first():
    findings = [*many(30), Finding("data/z.csv", 0, 0, "form", "m"), Finding("data/y.csv", 0, 0, "form", "m")]
    chosen, rest = annotations_and_rest(findings, {"data/missions.csv": {29, 30}, "data/z.csv": {5}})
    assert [(finding.path, finding.line) for finding in chosen[:4]] == [
        ("data/missions.csv", 29),
        ("data/missions.csv", 30),
        ("data/z.csv", 0),
        ("data/missions.csv", 2),
    ]
    assert sorted(chosen + rest) == sorted(findings)


def test_the_page_has_every_finding_and_no_markup_of_the_data():
    hostile = Finding("data/a.csv", 3, 1, "enum", "<img src=x> [a](http://b) | `c`\n# @d \\| ![e](f)")
    page = summary_page([hostile, *many(25), *many(3, "warning", rule="used")])
    assert page.count("data/missions.csv&#58;") == 28
    assert "13 findings are annotations, 16 are not" in page
    assert "### error: enum" in page and "### warning: used" in page
    row = next(line for line in page.splitlines() if "img" in line)
    assert row.count("|") == 3
    assert not set("<>[]`@\\!") & set(row)


def test_the_page_stays_below_the_limit_and_says_what_is_cut():
    page = summary_page(many(3000, message="ж" * 400), room=200_000)
    assert 100_000 < len(page.encode()) < 200_000
    shown = page.count("data/missions.csv&#58;")
    assert f"{3000 - shown} more findings do not fit" in page
    assert "more findings" not in summary_page(many(30))


def test_json_says_all_of_it():
    findings = [*many(1, message="ж\n"), *many(2, "warning", rule="used")]
    value = json.loads(as_json(findings))
    assert value["version"] == 1
    assert value["summary"] == {"errors": 1, "warnings": 2, "rules": {"enum": 1, "used": 2}}
    first = {"path": "data/missions.csv", "line": 2, "column": 1, "rule": "enum", "severity": "error", "message": "ж\n"}
    assert value["findings"][0] == first
    assert as_json(findings).isascii()


def git(folder, *arguments):
    identity = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = os.environ | identity | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=environment)


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a b.csv").write_text("1\n2\n3\n4\n")
    (tmp_path / "other.csv").write_text("1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_git_tells_the_changed_lines(repository):
    # An added line that looks like the header of another file, and one removed without a line end.
    (repository / "data" / "a b.csv").write_text("1\n++ b/data/fake.csv\n@@ -1 +9 @@\n3\nlast")
    (repository / "other.csv").write_text("2\n")
    (repository / "data" / "ж.csv").write_text("x\ny\n")
    git(repository, "add", ".")
    assert changed_lines(repository, "HEAD") == {"data/a b.csv": {2, 3, 5}, "data/ж.csv": {1, 2}}


@pytest.mark.parametrize("base", ["nowhere", "--output=data/hit", "0" * 40, ""])
def test_an_absent_commit_changes_no_line(repository, base):
    assert changed_lines(repository, base) == {}
    assert not (repository / "data" / "hit").exists()


def test_without_git_no_line_is_changed(tmp_path, monkeypatch):
    assert changed_lines(tmp_path, "HEAD") == {}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert changed_lines(tmp_path, "HEAD") == {}


def test_the_command_annotates_and_appends_to_the_page(house, tmp_path, monkeypatch, capsys):
    set_cell(house, "missions", "goal", "lander")
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    assert main(["--fast", "--format", "github", "--changed-since", "HEAD"], house) == 1
    assert "::error file=data/missions.csv,line=3," in capsys.readouterr().out
    assert page.read_text().startswith("before\n## Check: 1 errors")
