"""Claims about the curated data, each listing all rows that break it."""

import calendar
import re

import pandas as pd
import pytest

from lunar_timeline import edtf
from lunar_timeline.schema import load_schemas
from scripts.lib.checks import run_checks
from scripts.lib.paths import HERE
from scripts.lib.tables import read_tables

MONTHS = list(calendar.month_name)[1:]


@pytest.fixture(scope="module")
def data():
    tables, _ = read_tables(HERE.root, load_schemas(HERE.schemas))
    return {name: table.frame for name, table in tables.items()}


@pytest.mark.slow
def test_check_finds_no_error_and_no_warning():
    assert list(map(str, run_checks(HERE).findings)) == []


def test_every_actor_that_speaks_officially_has_a_country(data):
    """Or nobody could tell on whose side its date is."""
    actors = data["actors"].set_index("actor_id")
    official = data["target_dates"].query("voice in ['official', 'law_or_policy']")["stated_by"].unique()
    assert [actor for actor in official if pd.isna(actors.loc[actor, "country_code"])] == []


def test_every_milestone_with_a_date_says_how_far_it_was_searched(data):
    """By a coverage row of its own, or of its programme's or kind's milestones."""
    told = set(data["coverage"].query("table_name in ['target_dates', 'milestones']")["coverage_id"])
    main = ["artemis-first-crewed-landing", "artemis-1-launch", "artemis-2-launch", "ilrs-first-station"]
    main += ["china-first-crewed-landing"]
    assert [name for name in main if f"target-dates-{name}" not in told] == []


def test_quotations_are_short(data):
    long = data["target_dates"]["target_text"].str.split().str.len() > 45
    assert data["target_dates"].loc[long, "target_id"].tolist() == []


# ---------------------------------------------------------------- words and dates

# Rows whose words say more than the pattern sees, with the reason; a row that no longer needs it is an error.
EXCEPTIONS = {
    "artemis-1-launch-2020-02-28-nasa-target": "from the middle to late in the year, a window of both",
    "artemis-2-launch-2024-12-05-nasa-target": "the words name the dates of two missions",
    "artemis-2-launch-2017-05-12-nasa-proposal": "the first or the second quarter, which is the first half",
    "viper-landing-2020-06-11-nasa-target": "by the end of a year is a ceiling on the year",
}

_PART = re.compile(
    r"\b(beginning|early|mid|middle|late|end|(?:first|second|third|fourth) quarter|(?:first|second) half)"
    r"(?: of)?[ -](20\d\d)\b(?!s)"
)
_DIRECTIONS = {
    r"\bby (?:the end of |end of )?20\d\d": "no_later_than",
    r"no earlier than|as early as|as soon as": "no_earlier_than",
    r"no later than": "no_later_than",
    r"\bbefore (?:the year )?20\d\d|\d年前(?![后後])": "before",
}


def _disagreements(row, parts):
    """What the written rules make of a row's words, where that differs from its date."""
    words, target = row["target_text"], edtf.parse(row["target"])
    lower = words.lower()
    for part, year in _PART.findall(lower):
        wanted = parts[part.replace("middle", "mid")].format(year=year)
        if row["target"].removesuffix("~") != wanted:
            yield f"{part} {year} is {wanted}"
    for pattern, qualifier in _DIRECTIONS.items():
        if re.search(pattern, lower) and row["qualifier"] != qualifier:
            yield f"the words mean {qualifier}"
    years = set(re.findall(r"\b20[1-5]\d\b", words))
    if len(years) == 1 and "fiscal" not in lower and not target.earliest.year <= int(min(years)) <= target.latest.year:
        yield f"the words name {years}"
    months = [month for month in MONTHS if re.search(rf"\b{month}\b", words)]
    if len(months) == 1 and target.precision in ("day", "month") and MONTHS[target.earliest.month - 1] != months[0]:
        yield f"the words name {months[0]}"


def test_words_and_dates_agree(data):
    """What can be derived again from the words by `date_words` is what the row holds."""
    words = data["date_words"]
    parts = words[words["calendar"] == "year"].set_index("wording")["resolves_to"].to_dict()
    given = data["target_dates"].query("effect == 'gives'").dropna(subset=["target_text", "target"])
    found = {row["target_id"]: list(_disagreements(row, parts)) for row in given.to_dict("records")}
    wrong = {name: says for name, says in found.items() if says}
    assert {name: says for name, says in wrong.items() if name not in EXCEPTIONS} == {}
    assert set(EXCEPTIONS) <= set(wrong), "an exception is no longer needed"


@pytest.mark.parametrize(
    ("words", "target", "qualifier", "wrong"),
    [
        ("in early 2028", "2028-38", "planned", "early 2028 is 2028-37"),
        ("by 2024", "2024", "planned", "the words mean no_later_than"),
        ("before 2030", "2030", "no_later_than", "the words mean before"),
        ("in 2027", "2028", "planned", "the words name {'2027'}"),
        ("on May 5", "2024-06-05", "planned", "the words name May"),
    ],
)
def test_the_comparison_can_fail(words, target, qualifier, wrong):
    row = {"target_text": words, "target": target, "qualifier": qualifier}
    assert wrong in list(_disagreements(row, {"early": "{year}-37"}))


def test_examples_of_date_words_are_dates(data):
    """Each example ends with what the rule makes of its words."""
    for row in data["date_words"].to_dict("records"):
        made = row["example"].split(" = ")[1].split(",")[0].split(" ")
        edtf.bounds(edtf.parse(made[0]), made[1] if len(made) > 1 else "planned")
