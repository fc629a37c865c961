"""The stories of the contributors' page: played on the data as they are, telling what really comes of them."""

import re

import pytest

from lunar_timeline.schema import load_schemas
from scripts.lib.checks import Report
from scripts.lib.contract import Contract
from scripts.lib.findings import Finding
from scripts.lib.pages import fill_pages
from scripts.lib.paths import HERE
from scripts.lib.stories import stories
from scripts.lib.trial import copied, new_findings


@pytest.fixture(scope="module")
def told():
    before = contents(HERE)
    texts = stories(HERE)
    assert contents(HERE) == before, "the house is left as it was"
    return texts


def contents(house):
    return {path.name: path.read_bytes() for folder in (house.data, house.schemas) for path in folder.glob("*.*")}


def added(text):
    """The rows of a story by table."""
    return dict(re.findall(r"^data/(\w+)\.csv\n\+ (.*)$", text, re.M))


def test_a_slip_is_two_rows_that_nothing_is_wrong_with(told):
    text = told["story_slip"]
    assert set(added(text)) == {"sources", "target_dates"}
    assert "$ make check\n0 errors, 0 warnings" in text
    assert added(text)["sources"].split(",")[0] in added(text)["target_dates"]


def test_the_signatory_has_the_three_mistakes_and_no_other(told):
    text = told["story_signatory"]
    found = re.findall(r"^data/agreement_actions\.csv:\d+:\d+: \[([\w-]+)\]", text, re.M)
    assert sorted(found) == ["date", "enum", "reference"]
    assert text.endswith("3 errors, 0 warnings")
    assert 'did you mean "signed"?' in text
    assert "make diff" not in text, "of broken data no consequence is told"


def test_tables_without_such_rows_have_no_story(house):
    for table in ("target_dates", "agreement_actions"):
        path = house.data / f"{table}.csv"
        path.write_text(path.read_text("utf-8").split("\n")[0] + "\n", "utf-8")
    assert all("no row that the story could be made of" in text for text in stories(house).values())


def test_the_page_of_a_release_tells_both(release):
    page = (release / "docs" / "pull-requests.md").read_text("utf-8")
    assert "$story" not in page and "$version" not in page
    assert "[reference]" in page and "0 errors, 0 warnings" in page


def test_a_story_does_not_end_its_block(tmp_path, release, lt):
    (tmp_path / "p.md").write_text("```text\n$story\n```\n", "utf-8")
    tables = {name: lt.load(name) for name in lt.tables()}
    schemas = load_schemas(HERE.schemas) | load_schemas(HERE.derived_schemas)
    page = fill_pages(tmp_path, tables, schemas, "1", {"story": "a\n```\n# b"})["p.md"]
    assert page.count("```") == 2


def test_new_findings_are_those_that_were_not_there():
    old, moved = Finding("data/a.csv", 3, 1, "r", "m"), Finding("data/a.csv", 4, 1, "r", "m")
    other = Finding("data/a.csv", 4, 1, "r", "n")
    before, after = Report(Contract(), {}, [old, old]), Report(Contract(), {}, [moved, old, moved, other])
    assert new_findings(before, after) == [moved, other]


def test_a_copy_holds_what_the_checks_read_and_goes():
    with copied(HERE) as copy:
        assert contents(copy) == contents(HERE)
        assert copy.descriptor.read_bytes() == HERE.descriptor.read_bytes()
        assert copy.version() == HERE.version()
    assert not copy.root.exists()
