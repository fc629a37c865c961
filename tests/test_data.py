"""Claims about the curated data, each listing all rows that break it."""

import pandas as pd
import pytest

from lunar_timeline import edtf
from lunar_timeline.schema import load_schemas
from scripts.lib.checks import run_checks
from scripts.lib.paths import HERE
from scripts.lib.rules.targets import EXPLAINED
from scripts.lib.tables import read_tables


@pytest.fixture(scope="module")
def data():
    tables, _ = read_tables(HERE.root, load_schemas(HERE.schemas))
    return {name: table.frame for name, table in tables.items()}


@pytest.mark.slow
def test_check_finds_no_error_and_no_warning():
    assert list(map(str, run_checks(HERE).findings)) == []


def test_every_actor_that_speaks_officially_has_a_country(data):
    """Or nobody could tell on whose side its date is; an intergovernmental body is a side of its own."""
    actors = data["actors"].set_index("actor_id")
    official = data["target_dates"].query("voice in ['official', 'law_or_policy']")["stated_by"].unique()
    homeless = [actor for actor in official if pd.isna(actors.loc[actor, "country_code"])]
    assert [actor for actor in homeless if actors.loc[actor, "kind"] != "intergovernmental_organisation"] == []


def test_quotations_are_short(data):
    long = data["target_dates"]["target_text"].str.split().str.len() > 45
    assert data["target_dates"].loc[long, "target_id"].tolist() == []


# ---------------------------------------------------------------- words and dates


def test_most_dates_follow_from_their_words(data):
    """`make check` reads the words of every row; what it cannot derive says in its note where the date is from."""
    dated = data["target_dates"].dropna(subset=["target", "target_text"])
    explained = dated["note"].str.contains(EXPLAINED, regex=False).fillna(False)
    assert explained.mean() < 0.2, sorted(dated.loc[explained, "target_id"])


def test_examples_of_date_words_are_dates(data):
    """Each example ends with what the rule makes of its words."""
    for row in data["date_words"].to_dict("records"):
        made = row["example"].split(" = ")[1].split(",")[0].split(" ")
        edtf.bounds(edtf.parse(made[0]), made[1] if len(made) > 1 else "planned")
