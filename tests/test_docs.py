"""What the pages say is run: snippets against the release, records against the data."""

import re
from pathlib import Path

import pytest

from lunar_timeline.schema import load_schemas
from scripts.lib.paths import HERE
from scripts.lib.tables import read_tables

PAGES = [HERE.root / "README.md", HERE.root / "CONTRIBUTING.md", *sorted((HERE.root / "docs").glob("*.md"))]


def blocks(language):
    for page in PAGES:
        for number, block in enumerate(re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.S), start=1):
            yield pytest.param(block, id=f"{page.name} {number}")


@pytest.mark.parametrize("snippet", list(blocks("python")))
def test_snippets_run_in_a_release_folder(snippet, lt, release, monkeypatch):
    monkeypatch.chdir(release)
    exec(compile(snippet, "snippet", "exec"), {})


@pytest.fixture(scope="module")
def data():
    tables, _ = read_tables(HERE.root, load_schemas(HERE.schemas))
    return {
        name: [dict(zip(table.rows.header, row, strict=True)) for row in table.rows.cells]
        for name, table in tables.items()
    }


@pytest.mark.parametrize("record", list(blocks("record")))
def test_annotated_records_stand_in_the_data(record, data):
    cells = dict(re.sub(r"\s{2,}#.*| +# .*", "", line).split(": ", 1) for line in record.strip().splitlines())
    table = cells.pop("table")
    assert any(cells.items() <= row.items() for row in data[table]), cells


def test_every_base_table_with_facts_is_shown():
    page = (HERE.root / "CONTRIBUTING.md").read_text("utf-8")
    shown = set(re.findall(r"^table: (\w+)", page, re.M))
    assert {"sources", "actors", "milestones", "target_dates", "agreements", "agreement_actions", "missions"} <= shown
    assert {"mission_events", "policies", "statements", "history", "milestone_carriers"} <= shown


def test_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_commands_of_the_readme_are_in_the_makefile():
    made = set(re.findall(r"^(\w+):", (HERE.root / "Makefile").read_text("utf-8"), re.M))
    for page in PAGES:
        assert set(re.findall(r"(?:`|^)make (\w+)", page.read_text("utf-8"), re.M)) <= made, page.name
    assert {"build", "test"} <= set(re.findall(r"^make (\w+)", PAGES[0].read_text("utf-8"), re.M))


def test_no_path_of_a_machine_and_no_registry_stands_in_a_file():
    forbidden = re.compile(r"/root/|/home/\w|/opt/|pypi\.org|files\.pythonhosted|registry\.npmjs|index-url[ =]http")
    skipped = {".git", ".venv", "dist", "data", "__pycache__"}
    for path in HERE.root.rglob("*"):
        parts = set(path.relative_to(HERE.root).parts)
        if path.is_file() and not parts & skipped and path != Path(__file__) and "_cache" not in str(path):
            text = path.read_text("utf-8", errors="ignore")
            assert not forbidden.search(text), path
