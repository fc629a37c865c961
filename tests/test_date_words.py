"""From words to dates: the written rules, and what they leave to the context."""

import re

import pandas as pd
import pytest

from lunar_timeline import edtf
from scripts.lib.date_words import DateWords, agree
from scripts.lib.paths import HERE
from scripts.lib.tables import read_table
from tests.sample import SCHEMAS


@pytest.fixture(scope="module")
def rules():
    table, _ = read_table(HERE.data / "date_words.csv", "date_words", SCHEMAS["date_words"])
    return DateWords(table.frame)


def test_the_examples_of_the_rules_for_words_are_read_as_they_say(rules):
    table, _ = read_table(HERE.data / "date_words.csv", "date_words", SCHEMAS["date_words"])
    countries = {"fiscal_year_us": "USA", "fiscal_year_jp": "JPN", "fiscal_year_in": "IND", "fiscal_year_uk": "GBR"}
    for row in table.frame.to_dict("records"):
        words, made = row["example"].split(" = ")
        target, *qualifier = made.split(",")[0].split(" ")
        said = re.search(r", said in (?:(December) )?(\d{4})", words)
        day = (said[2] + "-12" * bool(said[1])) if said else "2023"
        words = words.split(", said")[0].split(" (")[0]
        found = rules.readings(words, day, countries.get(row["calendar"]))
        assert [(one.target, one.qualifier) for one in found] == [(target, (qualifier or ["planned"])[0])], words


RULES = [
    ("early", "year", "{year}-37"),
    ("end", "year", "{year}-36"),
    ("by", "direction", "{date} no_later_than"),
    ("before", "direction", "{date} before"),
    ("before the end of", "direction", "{date} no_later_than"),
    ("about", "direction", "{date}~"),
    ("next year", "offset", "{next_year}"),
    ("in {n} years", "offset", "{year+n}"),
]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("by the end of 2026", ["2026-36 no_later_than"]),
        ("before the end of 2026", ["2026 no_later_than"]),
        ("by about 2030", ["2030~ no_later_than"]),
        ("on 15 June 2021, not in early 2020", ["2021-06-15 planned", "2020-37 planned"]),
        ("June 31, 2021", []),
        ("next year, in twelve years", ["2022 planned", "2033 planned"]),
        ("the 12025 things of 20255", []),
        ("soon", []),
        ("{year} [a-z]( \\ 2031", ["2031 planned"]),
    ],
)
def test_words_are_read_by_the_written_rules_only(words, found):
    frame = pd.DataFrame(RULES, columns=["wording", "calendar", "resolves_to"]).assign(rule="R.")
    made = DateWords(frame).readings(words, "2021-05-01")
    assert [f"{one.target} {one.qualifier}" for one in sorted(made, key=lambda one: one.start)] == found
    for one in made:
        edtf.bounds(edtf.parse(one.target), one.qualifier)


@pytest.mark.parametrize(
    ("words", "said", "found"),
    [
        # without a year: the next one from the month of the statement on
        (
            "now set for Aug. 29, with Sept. 2 and 5 in reserve",
            "2022-07-20",
            ["2022-08-29", "2022-09-02", "2022-09-05"],
        ),
        ("a launch in February", "2021-10-22", ["2022-02"]),
        ("on 15 July", "2019-06-12", ["2019-07-15"]),
        ("in September of next year", "2024-07-23", ["2025-09"]),
        ("it may slip and they march on", "2024-07-23", []),
        ("a launch in February", "2021", []),  # said in no month that is known
        # with an abbreviated year
        ("December '25 is the date", "2023-06-07", ["2025-12"]),
        # in other languages
        ("计划2026年前后发射", "2025-04-24", ["2026~"]),
        ("在2030年前实现", "2025-04-24", ["2030 before"]),
        ("2020年11月24日", "2020-11-01", ["2020-11-24"]),
        ("запуск в июле 2022 года", "2021-10-05", ["2022-07"]),
        ("к 2036 году", "2024-06-04", ["2036 no_later_than"]),
        ("11 августа 2023 года", "2023-08-07", ["2023-08-11"]),
        # a direction before or behind
        ("2026 at the earliest", "2022-03-01", ["2026 no_earlier_than"]),
        ("NET July 2026", "2025-10-24", ["2026-07 no_earlier_than"]),
        ("by the end of 2023", "2020-06-11", ["2023 no_later_than"]),
        ("within the next five years", "2019-03-26", ["2024 no_later_than"]),
    ],
)
def test_what_the_words_name(rules, words, said, found):
    made = [f"{one.target} {one.qualifier}".removesuffix(" planned") for one in rules.readings(words, said)]
    assert made == found


@pytest.mark.parametrize(
    ("words", "said", "target", "qualifier", "follows"),
    [
        ("in 2028", "2026-01-01", "2028", "planned", True),
        ("in 2028", "2026-01-01", "2028", "no_later_than", True),  # a direction that the words leave to the context
        ("by 2028", "2026-01-01", "2028", "planned", False),  # but not one that they give otherwise
        ("before 2030", "2026-01-01", "2029", "no_later_than", True),  # the same time in other words
        ("before 2030", "2026-01-01", "2030", "no_later_than", False),
        ("around 2030", "2026-01-01", "2030", "planned", False),
        ("in early 2028", "2026-01-01", "2028", "planned", False),
        ("Tuesday, April 25, 2023, at 16:40", "2023-04-12", "2023-04-25T16:40Z", "planned", True),
        ("Feb. 8, 10 and 11", "2026-01-30", "[2026-02-08,2026-02-10..2026-02-11]", "planned", True),
        ("Feb. 8 and 10", "2026-01-30", "[2026-02-08,2026-02-11]", "planned", False),
        ("from 2026 to 2035", "2021-06-16", "2026/2035", "planned", True),
        ("soon", "2026-01-01", "2026", "planned", False),
    ],
)
def test_whether_a_date_follows_from_its_words(rules, words, said, target, qualifier, follows):
    assert agree(target, qualifier, rules.readings(words, said)) is follows
