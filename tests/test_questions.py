"""The questions that the data set was founded to answer, asked of the built tables.

The answers were written by hand from the documents that the rows cite; each test names them.
"""

import itertools

import pandas as pd
import pytest

from lunar_timeline.changes import classify, promise

FOUNDERS = {"aus", "can", "ita", "jpn", "lux", "are", "gbr", "usa"}


def official(tables, milestone):
    """The official date of a milestone: one row, or none."""
    rows = tables["current_targets"]
    rows = rows[(rows["milestone_id"] == milestone) & rows["is_official"]]
    assert len(rows) <= 1
    return rows.iloc[0] if len(rows) else None


# ---------------------------------------------------------------- who had signed the Accords?


def test_on_2021_03_16_nine_states_had_signed_the_accords(lt):
    """Eight on 13 October 2020 (SpaceNews of that day), Ukraine in November (NASA)."""
    then = lt.as_of("2021-03-16")
    members = then["membership"]
    signed = members[(members["scope_id"] == "artemis-accords") & (members["standing"] == "signatory")]
    assert set(signed["actor_id"]) == FOUNDERS | {"ukr"}
    assert set(signed["actor_kind"]) == {"state"}
    counts = then["membership_counts"].query("scope_id == 'artemis-accords' and actor_group == 'states'")
    assert counts.sort_values("day").iloc[-1][["count_min", "count_max"]].tolist() == [9, 9]


def test_brazil_had_only_stated_its_intent(lt):
    """Joint statement of December 2020; signature on 15 June 2021."""
    acts = lt.as_of("2021-03-16")["agreement_actions"].query("agreement_id == 'artemis-accords'")
    assert acts.loc[acts["actor_id"] == "bra", "action"].tolist() == ["stated_intent"]
    later = lt.load("agreement_actions").query("agreement_id == 'artemis-accords' and actor_id == 'bra'")
    assert later.set_index("action").loc["signed", "done_on"] == "2021-06-15"


@pytest.mark.parametrize("actor", ["rus", "chn"])
def test_russia_and_china_had_not_signed_and_have_not(lt, actor):
    for acts in (lt.as_of("2021-03-16")["agreement_actions"], lt.load("agreement_actions")):
        assert acts.query("agreement_id == 'artemis-accords' and actor_id == @actor").empty


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2020-10-13", 8),
        ("2020-11-12", 9),
        ("2021-06-15", 12),
        ("2022-03-02", 17),
        ("2022-12-13", 23),
        ("2023-06-21", 27),
        ("2023-11-30", 33),
        ("2024-06-12", 43),
        ("2024-12-11", 50),
        ("2025-07-24", 56),
        ("2025-11-20", 59),
        ("2026-01-26", 61),
    ],
)
def test_published_counts_of_signatories(lt, day, count):
    """Counts that NASA or the State Department printed on or for the day (the notes of the rows name them)."""
    counts = lt.load("membership_counts").query("scope_id == 'artemis-accords' and actor_group == 'states'")
    row = counts[counts["day"] <= pd.Timestamp(day)].sort_values("day").iloc[-1]
    assert row["count_min"] <= count <= row["count_max"]


# ---------------------------------------------------------------- what was signed on 9 March 2021?


def test_on_2021_03_09_two_agencies_signed_for_two_governments(lt):
    """Roscosmos and CNSA releases, TASS and Interfax of 9 March 2021."""
    acts = lt.load("agreement_actions").query("done_on == '2021-03-09' and action == 'signed'")
    assert set(acts["agreement_id"]) == {"ilrs-mou-chn-rus-2021"}
    signed = acts.set_index("actor_id")[["through_actor_id", "signer"]].to_dict("index")
    assert signed == {
        "chn": {"through_actor_id": "cnsa", "signer": "Zhang Kejian"},
        "rus": {"through_actor_id": "roscosmos", "signer": "Dmitry Rogozin"},
    }
    instrument = lt.load("agreements").set_index("agreement_id").loc["ilrs-mou-chn-rus-2021"]
    assert instrument["kind"] == "memorandum"
    assert instrument["program_id"] == "ilrs"


def test_it_gave_no_date(lt):
    """AFP of 9 March 2021: no calendar. The rows of both sides say so, and no date was known that day."""
    then = lt.as_of("2021-03-09")
    said = then["target_dates"].query("milestone_id == 'ilrs-first-station' and stated_on == '2021-03-09'")
    assert dict(zip(said["stated_by"], said["effect"], strict=True)) == {"cnsa": "undated", "roscosmos": "undated"}
    assert official(then, "ilrs-first-station") is None


# ---------------------------------------------------------------- the first crewed landing of Artemis

# day: (date, direction, who, on which day, mission that was to carry it)
LANDING = {
    "2019-03-01": ("2028", "no_later_than", "nasa", "2018-11-15", None),
    "2019-04-01": ("2024", "no_later_than", "nasa", "2019-04-01", None),
    "2021-03-16": ("2024", "planned", "nasa", "2020-12-09", "artemis-3"),
    "2021-11-10": ("2025", "no_earlier_than", "nasa", "2021-11-09", "artemis-3"),
    "2024-01-10": ("2026-09", "planned", "nasa", "2024-01-09", "artemis-3"),
    "2024-12-06": ("2027-38", "planned", "nasa", "2024-12-05", "artemis-3"),
    "2026-03-05": ("2028", "planned", "nasa", "2026-02-27", "artemis-4"),
}


@pytest.mark.parametrize("day", LANDING)
def test_official_date_of_the_landing(lt, day):
    row = official(lt.as_of(day), "artemis-first-crewed-landing")
    mission = None if pd.isna(row["mission_id"]) else row["mission_id"]
    assert (row["target"], row["qualifier"], row["stated_by"], row["stated_on"], mission) == LANDING[day]


def test_the_five_years_were_set_by_the_vice_president(lt):
    """Pence in Huntsville on 26 March 2019; NASA took the date up the same day."""
    said = lt.load("target_dates").query("milestone_id == 'artemis-first-crewed-landing' and stated_on == '2019-03-26'")
    assert set(said.query("voice == 'law_or_policy'")["stated_by"]) == {"us-vice-president"}
    assert set(said["target"] + " " + said["qualifier"]) == {"2024 no_later_than"}


def test_which_changes_of_the_landing_are_slips(lt):
    """2028 to 2024 is a pull-in; by 2024 to in 2024 says the same more firmly; then three slips and one more
    (2027 to 2028), during which the landing also passed from Artemis III to Artemis IV."""
    dates = [promise(target, qualifier) for target, qualifier, *_ in LANDING.values()]
    kinds = [classify(old, new) for old, new in itertools.pairwise(dates)]
    assert kinds == ["pull_in", "firmed", "slip", "slip", "slip", "slip"]
    # The last slip was stated before the carrier changed: on the day of that change the date only stayed.
    history = lt.load("target_history").set_index("target_id")
    change = history.loc["artemis-first-crewed-landing-2026-02-27-nasa-target"]
    assert (change["change"], bool(change["carrier_changed"])) == ("reaffirmed", True)


# ---------------------------------------------------------------- Artemis II


def test_when_artemis_2_flew(lt):
    """NASA: 6:35 p.m. EDT on 1 April 2026; splashdown 5:07 p.m. PDT on 10 April, which is the 11th in UTC."""
    events = lt.load("mission_events").query("mission_id == 'artemis-2'").set_index("phase")
    assert events.loc["launch", "occurred_at_earliest"].floor("min") == pd.Timestamp("2026-04-01T22:35")
    assert events.loc["earth_return", "occurred_at_earliest"].floor("min") == pd.Timestamp("2026-04-11T00:07")
    assert events.loc["launch", "outcome"] == "success"


def test_how_far_artemis_2_flew_from_its_first_date(lt):
    """First said on 14 September 2011: 2021. Flown four and a quarter to five and a quarter years later."""
    row = lt.load("slips").set_index("series_id").loc["artemis-2-launch/official/target/usa"]
    assert (row["first_stated_on"], row["first_target"], row["first_qualifier"]) == ("2011-09-14", "2021", "planned")
    flown = pd.Timestamp("2026-04-01")
    expected = ((flown - pd.Timestamp("2021-12-31")).days, (flown - pd.Timestamp("2021-01-01")).days)
    assert (row["realised_days_min"], row["realised_days_max"]) == expected == (1552, 1916)
    assert row["state"] == "realised"


# ---------------------------------------------------------------- the ILRS


def test_first_published_date_of_the_station_and_what_stands(lt):
    """Roadmap of 16 June 2021: 2026 to 2035. China stands by 'before 2035' (24 April 2025), Russia by 2036."""
    history = lt.load("target_history").query("milestone_id == 'ilrs-first-station' and change == 'first'")
    first = history[history["role"].eq("target") & history["voice"].eq("official")].sort_values("known_on").iloc[0]
    assert (first["stated_on"], first["target"], first["qualifier"]) == ("2021-06-16", "2035", "no_later_than")
    now = lt.load("current_targets").query("milestone_id == 'ilrs-first-station'").set_index("series_id")
    chinese = now[now["is_official"]].iloc[0]
    assert (chinese["side"], chinese["target"], chinese["qualifier"]) == ("chn", "2035", "before")
    russian = now.loc["ilrs-first-station/official/target/rus"]
    assert (russian["target"], russian["qualifier"]) == ("2036", "no_later_than")


def test_what_stands_for_the_chinese_landing(lt):
    """China Manned Space Agency since 29 May 2023: before 2030, which is not by 2030."""
    row = official(lt.as_of("2026-11-22"), "china-first-crewed-landing")
    assert (row["target"], row["qualifier"], row["stated_by"]) == ("2030", "before", "cmsa")
    assert row["target_latest"] == pd.Timestamp("2029-12-31T23:59:59")


# ---------------------------------------------------------------- the law on China


def riders(lt):
    return lt.load("policies").query("kind == 'appropriations_rider'").sort_values("in_force_on_earliest")


def stood(rows, day):
    """Acts in force on a day; where a bound is known only within a window, in the widest reading."""
    at = pd.Timestamp(day)
    return rows[(rows["in_force_on_earliest"] <= at) & (rows["ended_on_latest"].fillna(at) >= at)]


def test_the_law_began_in_2011_and_each_act_replaces_the_one_before(lt):
    """Public Law 112-10, section 1340, of 15 April 2011."""
    rows = riders(lt)
    first = rows.iloc[0]
    assert first["issued_on"] == "2011-04-15"
    assert first["legal_reference"].startswith("Public Law 112-10")
    assert "1340" in first["legal_reference"]
    assert rows["replaces_id"].isna().sum() == 1
    assert set(rows["replaces_id"].dropna()) | {rows["policy_id"].iloc[-1]} == set(rows["policy_id"])


def test_on_which_days_no_act_stood(lt):
    """Only while the government's funding had lapsed, and after the last act that was found ended."""
    rows = riders(lt)
    days = pd.date_range("2011-04-15", "2026-11-22")
    bare = pd.Series([stood(rows, day).empty for day in days], index=days)
    gaps = bare[bare].index.to_series().groupby((~bare).cumsum()[bare]).agg(["min", "max"])
    lapses = [tuple(str(end.date()) for end in gap) for gap in gaps.itertuples(index=False)]
    long = [gap for gap in lapses if gap[0] != gap[1]]
    assert long == [
        ("2013-10-01", "2013-10-16"),
        ("2018-01-20", "2018-01-21"),
        ("2018-12-22", "2019-01-24"),
        ("2025-10-01", "2025-11-11"),
        ("2026-10-01", "2026-11-22"),  # nothing was found for fiscal year 2027; see `coverage`
    ]


def test_the_newest_act_that_was_found(lt):
    """Section 526 of the act for fiscal year 2026 (H.R. 6938), through 30 September 2026."""
    newest = riders(lt).iloc[-1]
    assert newest["policy_id"] == "us-china-rider-fy2026"
    assert "526" in newest["legal_reference"]
    assert newest["ended_on"] == "2026-09-30"
    coverage = lt.load("coverage")
    assert coverage["known_missing"].str.contains("2027").any()


# ---------------------------------------------------------------- Roscosmos by March 2021


def test_what_roscosmos_had_said_by_march_2021(lt):
    """Artemis: a political project, not of interest (13 July 2020). Gateway: too US-centric, likely to refrain
    (12 October 2020), and after study of the memorandum not to take part (25 January 2021)."""
    said = lt.as_of("2021-03-31")["statements"].query("made_by == 'roscosmos'")
    artemis = said.query("about_program_id == 'artemis'").set_index("made_on")["stance"]
    assert artemis["2020-07-13"] == "declines"
    gateway = said.query("about_program_id == 'gateway'").sort_values("made_on_earliest")
    stances = gateway.groupby("made_on")["stance"].agg(set)
    assert "intends_to_join" in stances["2017-09-27"]
    assert {"declines", "conditional"} <= stances["2020-10-12"]
    assert "declines" in stances["2021-01-25"]
    assert "leaves" not in set(gateway["stance"])  # it had never joined


def test_the_station_partnership(lt):
    """Fifteen states signed the intergovernmental agreement in Washington on 29 January 1998."""
    acts = lt.load("agreement_actions").query("agreement_id == 'iss-iga-1998' and action == 'signed'")
    assert len(acts) == 15
    assert set(acts["done_on"]) == {"1998-01-29"}
    assert {"usa", "rus", "jpn", "can", "gbr", "deu", "fra"} <= set(acts["actor_id"])


# ---------------------------------------------------------------- what flew, phase by phase


def phases(lt, mission, craft=None):
    events = lt.load("mission_events").query("mission_id == @mission")
    if craft:
        events = events[events["spacecraft_id"] == craft]
    return events.set_index("phase")["outcome"].to_dict()


def verdicts(lt, mission):
    return lt.load("mission_outcomes").set_index("mission_id").loc[mission]


def test_chandrayaan_2_orbits_and_its_lander_crashed(lt):
    """ISRO: the orbiter works; Vikram was lost on 6 September 2019 (UTC)."""
    assert phases(lt, "chandrayaan-2", "chandrayaan-2-orbiter")["orbit_operations"] == "success"
    assert phases(lt, "chandrayaan-2", "vikram-1")["landing"] == "failure"
    row = verdicts(lt, "chandrayaan-2")
    assert row["entered_orbit"] and row["tried_landing"] and not row["landed"]
    assert row["met_lunar_objective"] and not row["met_goal"]


def test_apollo_13_came_round_and_back(lt):
    """NASA: the tank burst on the way; no landing was tried; splashdown on 17 April 1970."""
    found = phases(lt, "apollo-13")
    assert [found[phase] for phase in ("transit", "landing", "earth_return")] == ["failure", "not_attempted", "success"]
    row = verdicts(lt, "apollo-13")
    assert row["reached_moon"] and not row["tried_landing"] and not row["met_lunar_objective"]


@pytest.mark.parametrize(
    ("mission", "landing"),
    [
        ("im-1", "partial"),
        ("im-2", "partial"),
        ("slim", "partial"),
        ("blue-ghost-1", "success"),
        ("beresheet", "failure"),
        ("hakuto-r-1", "failure"),
        ("hakuto-r-2", "failure"),
        ("chandrayaan-3", "success"),
        ("luna-25", "not_attempted"),
        ("surveyor-4", "failure"),
        ("luna-23", "partial"),
    ],
)
def test_how_each_landing_went(lt, mission, landing):
    """Operators' words: tipped over (IM-1, IM-2, SLIM), crashed, or lost before the descent (Luna 25)."""
    assert phases(lt, mission)["landing"] == landing


def test_apollo_11(lt):
    """NASA, Apollo by the Numbers: lift-off 13:32:00, landing 20:17:40 UTC."""
    events = lt.load("mission_events").query("mission_id == 'apollo-11'").set_index("phase")
    assert events.loc["launch", "occurred_at"] == "1969-07-16T13:32:00Z"
    landing = events.loc["landing"]
    assert landing["occurred_at"] == "1969-07-20T20:17:40Z"
    assert (round(landing["latitude_deg"], 2), round(landing["longitude_deg"], 2)) == (0.67, 23.47)


def test_every_crewed_flight_came_back(lt):
    """All crewed Apollos and Artemis II."""
    outcomes = lt.load("mission_outcomes")
    crewed = outcomes[outcomes["is_crewed"]]
    assert set(crewed["mission_id"]) == {f"apollo-{number}" for number in range(7, 18)} | {"artemis-2"}
    assert (crewed["furthest_phase"] == "earth_return").all()
    assert set(crewed.loc[crewed["landed"], "mission_id"]) == {f"apollo-{n}" for n in (11, 12, 14, 15, 16, 17)}


def test_robots_brought_samples_back_five_times(lt):
    """Luna 16, 20 and 24, Chang'e 5 and 6, by the releases of their agencies."""
    outcomes = lt.load("mission_outcomes").set_index("mission_id")
    back = outcomes[(outcomes["goal"] == "sample_return") & outcomes["met_goal"].fillna(False)]
    assert set(back.index) == {"luna-16", "luna-20", "luna-24", "change-5", "change-6"}


def test_the_first_of_each(lt):
    """Luna 2 hit, Luna 3 passed and saw the far side, Luna 9 landed, Luna 10 orbited first."""
    events = lt.load("mission_events").query("outcome == 'success' and occurred_at.notna()")
    firsts = events.sort_values("occurred_at_earliest").drop_duplicates("phase").set_index("phase")["mission_id"]
    wanted = {"impact": "luna-2", "flyby": "luna-3", "landing": "luna-9", "orbit_insertion": "luna-10"}
    assert firsts[list(wanted)].to_dict() == wanted


def test_who_landed_unimpaired(lt):
    """Four states, by their operators' country, and one company."""
    outcomes, actors = lt.load("mission_outcomes"), lt.load("actors").set_index("actor_id")
    landed = outcomes[outcomes["landed_unimpaired"]]
    countries = landed["operator_id"].map(actors["country_code"])
    assert set(countries) == {"SUN", "USA", "CHN", "IND"}
    assert set(landed["operator_id"].map(actors["kind"])[landed["operator_id"] == "firefly-aerospace"]) == {"company"}


@pytest.mark.parametrize(
    ("mission", "status"),
    [
        ("apollo-18", "cancelled"),
        ("apollo-20", "cancelled"),
        ("resource-prospector", "cancelled"),
        ("viper", "planned"),
        ("artemis-3", "planned"),
    ],
)
def test_what_never_flew_is_there(lt, mission, status):
    assert lt.load("missions").set_index("mission_id").loc[mission, "status"] == status


# ---------------------------------------------------------------- treaties, and who stands where


def standing_on(lt, day):
    table, day = lt.load("overlap"), pd.Timestamp(day)
    return table[(table["since"] <= day) & ~(table["until"] <= day)].set_index("actor_id")


@pytest.mark.parametrize(
    ("day", "parties"),
    [("1984-07-10", 0), ("1984-07-11", 5), ("2023-01-05", 18), ("2024-01-04", 18), ("2024-01-05", 17)],
)
def test_parties_to_the_moon_agreement(lt, day, parties):
    """UN Treaty Collection, chapter XXIV-2: in force 11 July 1984; Saudi Arabia left with effect of 5 January 2024."""
    assert (standing_on(lt, day)["moon_agreement"] == "party").sum() == parties


def test_accords_signatories_outside_the_outer_space_treaty(lt):
    """Depositaries' lists: Colombia ratified in 2024; Rwanda has only signed; Angola neither."""
    then = standing_on(lt, "2023-12-31")
    outside = then[then["artemis_accords"].notna() & (then["outer_space_treaty"] != "party")]
    assert {"ago", "col", "rwa"} <= set(outside.index)
    assert outside.loc["rwa", "outer_space_treaty"] == "signatory" and pd.isna(outside.loc["ago", "outer_space_treaty"])
    assert standing_on(lt, "2024-12-31").loc["col", "outer_space_treaty"] == "party"


@pytest.mark.parametrize(
    ("day", "accords", "ilrs", "both"),
    [("2021-03-08", 9, 0, 0), ("2021-03-09", 9, 2, 0), ("2024-12-15", 50, 13, 0), ("2024-12-16", 50, 13, 1)],
)
def test_the_two_camps(lt, day, accords, ilrs, both):
    """NASA's and CNSA's releases of those days; Thailand, in the ILRS since April 2024, signed the Accords then."""
    camps = standing_on(lt, day)["camp"]
    assert camps.isin(["accords", "both"]).sum() == accords + both
    assert camps.isin(["ilrs", "both"]).sum() == ilrs
    assert (camps == "both").sum() == both


def test_published_totals_of_signatories_are_reproduced(lt):
    """Every total of the Accords that was found, through June 2026; later ones count three whom only others name."""
    totals = lt.load("totals").query("counts == 'states_signed' and counted_on_latest < '2026-05-01'")
    accords = totals[totals["total_id"] != "space-review-2024-moon-agreement-signed-or-party"]
    assert accords["counted_on"].str[:4].nunique() >= 6 and len(accords) >= 15
    wrong = accords[~accords["value"].between(accords["count_min"], accords["count_max"])]
    assert wrong.empty, wrong[["total_id", "value", "count_min", "count_max"]].to_string()


def test_the_totals_of_the_ilrs_differ_by_these_names(lt, release):
    """TASS of 29 April 2025 counts 13 countries besides Russia and China; we find acts of ten of them."""
    page = (release / "docs" / "members.md").read_text("utf-8")
    section = page.split("### TASS: 13, `states_joined`")[1].split("###")[0]
    assert "- only there: Bolivia, Djibouti, Ethiopia" in section
    assert "- only here: China, Kazakhstan, Russia" in section
    total = lt.load("totals").set_index("total_id").loc["cnsa-2025-04-ilrs-countries-and-organisations"]
    assert total["value"] == 17 and total["count_min"] == 18  # China itself is among ours
