"""Adding a row by answering questions: asked, checked, shown, and written only on a yes."""

import pytest

from scripts.lib.checks import run_checks
from scripts.lib.newrow import asking_order, date_readings, proposed_id, question, row_problems, with_row
from scripts.lib.release import csv_bytes
from scripts.lib.text import canonical, read_rows
from scripts.new import main
from tests.sample import SCHEMAS, sample

# Answers to the questions of target_dates, in their order; the promise of the sample, said once more.
ANSWERS = {
    "milestone_id": "first-landing",
    "stated_on": "2023-09-02",
    "announced_on": "",
    "stated_by": "nasa",
    "speaker": "",
    "voice": "official",
    "role": "target",
    "effect": "gives",
    "target_text": "in early 2028",
    "target": "",
    "qualifier": "",
    "condition": "",
    "confidence_pct": "",
    "cause": "",
    "source_id": "nasa-2024-01-02-plan",
    "locator": "p. 2",
    "note": "",
    "target_id": "",
}
NEW_ID = "first-landing-2023-09-02-nasa-target"


@pytest.fixture
def small(house):
    """A house with the tables of the sample, which no rule finds fault with."""
    for name, frame in sample().items():
        content = csv_bytes(frame, SCHEMAS[name])
        rows = read_rows(name, content, SCHEMAS[name].columns)
        (house.data / f"{name}.csv").write_bytes(canonical(rows.header, rows.cells, SCHEMAS[name].primary_key))
    return house


class Typist:
    """Answers as a contributor would type them; then the input ends."""

    def __init__(self, *answers: str, end: type[BaseException] = EOFError) -> None:
        self.answers = list(answers)
        self.end = end
        self.prompts: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        if not self.answers:
            raise self.end
        return self.answers.pop(0)


def lines(house, table="target_dates"):
    return (house.data / f"{table}.csv").read_text("utf-8").splitlines()


def answered(**other) -> list[str]:
    return list((ANSWERS | other).values())


def test_a_row_is_asked_for_shown_and_written_in_its_place(small, capsys):
    before = lines(small)
    typist = Typist(*answered(), "yes")
    assert main(["target_dates"], small, typist) == 0
    said = capsys.readouterr().out
    row = f"{NEW_ID},first-landing,2023-09-02,,nasa,,official,target,gives,in early 2028,2028-37,planned,,,,"
    new = [line for line in lines(small) if line not in before]
    assert new == [row + "nasa-2024-01-02-plan,p. 2,"]
    assert lines(small)[1:] == sorted(lines(small)[1:])
    assert not run_checks(small).failed
    assert f"target_id [{NEW_ID}]: " in typist.prompts
    assert "target [2028-37]: " in typist.prompts and "qualifier [planned]: " in typist.prompts
    assert "the words give 2028-37 planned: Months 1 to 4." in said
    assert "auditor: An auditor or inspector general." in said
    assert "the checks find nothing wrong with it" in said


def test_it_asks_again_until_the_answer_fits(small, capsys):
    wrong = {"milestone_id": ["", "first-landin"], "stated_on": ["2023-02-30"], "voice": ["oficial"]}
    wrong |= {"confidence_pct": ["often", "170"], "note": ["=1+1", "x" * 301], "target_id": ["A B"]}
    answers = [text for column, answer in ANSWERS.items() for text in (*wrong.get(column, ()), answer)]
    assert main(["target_dates"], small, Typist(*answers, "no")) == 0
    said = capsys.readouterr().out
    for problem in (
        "milestone_id is empty and may not be",
        'milestone_id "first-landin": no such row in milestones; did you mean "first-landing"?',
        'stated_on "2023-02-30": no such date: day is out of range for month',
        'did you mean "official"?',
        'confidence_pct "often": not a number',
        'confidence_pct "170.0": more than 100',
        "a spreadsheet would run this as a formula",
        "longer than 300 characters",
        'target_id "A B": not of the form',
    ):
        assert problem in said, problem
    assert said.endswith("nothing was written\n")


@pytest.mark.parametrize(
    ("answers", "stop"), [([], EOFError), (["first-landing"], KeyboardInterrupt), ([*answered(), "perhaps"], EOFError)]
)
def test_whoever_stops_leaves_the_file_as_it_was(small, answers, stop):
    before = {path.name: path.read_bytes() for path in small.data.iterdir()}
    assert main(["target_dates"], small, Typist(*answers, end=stop)) == 1
    assert {path.name: path.read_bytes() for path in small.data.iterdir()} == before


def test_what_the_rules_find_is_shown_and_can_be_changed(small, capsys):
    typist = Typist(*answered(qualifier="-"), "qualifer", "qualifier", "after", "stated_on", "2023-09-03", "yes")
    assert main(["target_dates"], small, typist) == 0
    said = capsys.readouterr().out
    assert "[target-shape] qualifier is empty: who gives or denies a date needs one" in said
    assert '"qualifer": neither yes nor no nor a column; did you mean "qualifier"?' in said
    assert any(line.startswith("first-landing-2023-09-03-nasa-target,") and ",after," in line for line in lines(small))


def set_all(**cells) -> list[str]:
    return [part for column, value in (ANSWERS | cells).items() for part in ("--set", f"{column}={value}")]


def never(prompt: str) -> str:
    raise AssertionError(f"asked: {prompt}")


def test_a_script_adds_a_row_without_being_asked(small, capsys):
    before = lines(small)
    cells = {"target": "2028-37", "qualifier": "planned"}
    assert main(["target_dates", "--dry-run", *set_all(**cells)], small, never) == 0
    assert lines(small) == before
    assert main(["target_dates", *set_all(**cells)], small, never) == 0
    assert f"target_id: {NEW_ID}" in capsys.readouterr().out
    assert len(lines(small)) == len(before) + 1
    assert main(["target_dates", "--dry-run", *set_all(**cells)], small, never) == 0
    assert f"target_id: {NEW_ID}-2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"target": "2028-38", "qualifier": "planned"}, 'its words name "2028-37 planned"; type that'),
        ({"target": "2028-37"}, "qualifier is empty"),
        ({"voice": "oficial"}, 'did you mean "official"?'),
        ({"vioce": "official"}, '--set "vioce=official": no column of target_dates=value; did you mean "voice"?'),
        ({"note": "a\nb"}, "a cell is one line of text"),
    ],
)
def test_a_script_is_told_what_is_wrong(small, capsys, cells, problem):
    before = lines(small)
    assert main(["target_dates", *set_all(**cells)], small, never) == 1
    assert problem in capsys.readouterr().out
    assert lines(small) == before


def test_only_findings_of_the_row_are_shown(small, capsys):
    """Faults that stood there before are not the contributor's."""
    path = small.data / "policies.csv"
    path.write_bytes(path.read_bytes().replace(b",appropriations_rider,", b",rider,"))
    assert main(["target_dates", *set_all(target="2028-37", qualifier="planned", locator="")], small, never) == 1
    assert main(["target_dates", *set_all(target="2028-37", qualifier="before", effect="denies")], small, never) == 1
    said = capsys.readouterr().out
    assert "locator is empty" in said and "who denies a date leaves a floor" in said
    assert "data/policies.csv" not in said
    assert any("data/policies.csv" in str(finding) for finding in run_checks(small).findings)


@pytest.mark.parametrize("table", ["target_date", "", "../x"])
def test_an_unknown_table_is_told(small, capsys, table):
    assert main([table], small, never) == 2
    assert "no table that can be read" in capsys.readouterr().out


def test_a_table_that_breaks_meanwhile_is_not_written(small, capsys):
    path = small.data / "target_dates.csv"

    class Breaker(Typist):
        def __call__(self, prompt):
            if prompt.startswith("write it"):
                path.write_text("target_id\n", "utf-8")
            return super().__call__(prompt)

    assert main(["target_dates"], small, Breaker(*answered(), "yes")) == 1
    assert path.read_text("utf-8") == "target_id\n"
    assert "[header]" in capsys.readouterr().out


def test_the_row_goes_to_the_sorted_place_as_fmt_writes_it():
    schema = SCHEMAS["date_words"]
    content = b"wording,calendar,resolves_to,rule,example\na,year,b,c,d\nz,year,b,c,d\n"
    cells = {"wording": "m", "calendar": "year", "resolves_to": 'with, and "', "rule": "e\u0301", "example": "x"}
    new = with_row(content, schema, cells).decode().splitlines()
    assert new == [
        "wording,calendar,resolves_to,rule,example",
        "a,year,b,c,d",
        'm,year,"with, and """,\u00e9,x',
        "z,year,b,c,d",
    ]


@pytest.mark.parametrize(
    ("table", "cells", "made"),
    [
        ("target_dates", {"milestone_id": "m", "stated_on": "2020-01/2020-03", "stated_by": "n", "role": "estimate"},
         "m-2020-01-to-2020-03-n-estimate"),
        ("agreement_actions", {"agreement_id": "a", "actor_id": "bra", "action": "signed"}, "a-undated-bra-signed"),
        ("mission_events", {"mission_id": "m", "occurred_at": "2024-02-22T23:23Z", "phase": "lunar_orbit"},
         "m-2024-02-22-lunar-orbit"),
        ("mission_events", {"mission_id": "m", "spacecraft_id": "s", "phase": "docking"}, "s-undated-docking"),
        ("statements", {"made_by": "b", "made_on": "2020", "about_actor_id": "p", "stance": "joins"}, "b-2020-p-joins"),
        ("sources", {"publisher": "ESA / Área", "published_on": "2020-01-02", "title": "The One of Five Words"},
         "esa-area-2020-01-02-the-one-of-five"),
        ("missions", {"name": "Luna 1"}, ""),
    ],
)  # fmt: skip
def test_ids_are_made_as_the_contributors_page_says(table, cells, made):
    assert proposed_id(SCHEMAS[table], cells, set()) == made
    if made:
        assert proposed_id(SCHEMAS[table], cells, {made, f"{made}-2"}) == f"{made}-3"
        assert asking_order(SCHEMAS[table])[-1] == SCHEMAS[table].primary_key[0]


def test_every_column_of_every_table_can_be_asked_for_and_takes_its_example():
    for schema in SCHEMAS.values():
        assert sorted(asking_order(schema)) == sorted(schema.columns)
        cells = {}
        for field in schema.fields:
            told = "\n".join(question(schema, field.name))
            assert field.spec["description"] in told
            assert all(f"  {value}" in told for value in field.enum)
            example = field.spec["example"]
            cells[field.name] = str(example).lower() if isinstance(example, bool) else str(example)
        there = {key.column: cells[key.column] for key in schema.foreign_keys}
        frames = {name: frame.iloc[:0] for name, frame in sample().items()}
        problems = row_problems(schema, cells, frames)
        assert len(problems) == len(there)
        assert all("no such row in" in problem for problem in problems), problems


@pytest.mark.parametrize("effect", ["withdraws", "undated"])
def test_who_gives_no_date_is_offered_none(effect):
    assert date_readings("target_dates", {"target_text": "2028", "effect": effect}, sample()) == []
    assert date_readings("statements", {"target_text": "2028"}, sample()) == []
