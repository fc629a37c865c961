"""The page that sets published totals beside ours: each difference is shown by rows."""

import re

import pandas as pd

from scripts.lib.counting import classified


def page(release):
    return (release / "docs" / "counting.md").read_text("utf-8")


def test_each_published_total_of_missions_has_a_section(release):
    totals = pd.read_parquet(release / "totals.parquet")
    rules = pd.read_parquet(release / "mission_outcomes.parquet").columns
    of_missions = totals[totals["counts"].isin(rules)]
    heads = re.findall(r"^### .*?: (\d+), `(\w+)`, (\S+)$", page(release), re.M)
    wanted = zip(
        of_missions["value"].astype(int).astype(str), of_missions["counts"], of_missions["counted_on"], strict=True
    )
    assert sorted(heads) == sorted(wanted)
    assert {"109", "111", "122"} <= {value for value, *_ in heads}


def test_the_109_missions_of_2019_are_all_but_two_classes_of_ours(release):
    section = re.search(r"### [^#]*109, `aimed_at_moon`.*?(?=###)", page(release), re.S)[0]
    assert "109 without 'flight of the N1-L3 programme', \"guest on another mission's launch\"" in section
    assert "N1 3L, N1 5L, N1 7L" in section and "LCROSS" in section


def test_a_list_with_names_is_compared_name_by_name(release):
    section = re.search(r"### [^#]*34, `tried_landing`.*", page(release), re.S)[0]
    assert "- only there: Luna 19, Luna 25" in section  # an orbiter, and a craft lost before its descent
    assert "- only here: Apollo 11, Apollo 12, Apollo 14, Apollo 15, Apollo 16, Apollo 17" in section


def test_every_mission_has_one_class(release):
    outcomes = pd.read_parquet(release / "mission_outcomes.parquet")
    classes = classified(outcomes).set_axis(outcomes["mission_id"])
    assert classes.notna().all()
    assert classes["luna-9"] == "sent to the Moon on a launch of its own"
    assert classes["kosmos-60"] == "still in Earth orbit, or never out of it"
    assert classes["lcross"] == "guest on another mission's launch"
    assert classes["apollo-9"] == "test flight"
    assert classes["tess"] == "pass on the way elsewhere"
    assert classes["e-1-no-1"] == "failed at launch"
    assert classes["n1-3l"] == "flight of the N1-L3 programme"
