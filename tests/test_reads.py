"""The analyst's reads of docs/reads.md on the built tables, against answers worked out by hand from the documents.

The dates in `ANSWERS` were read in the sources of their first and latest rows, the days counted on a calendar.
"""

from datetime import date

import pandas as pd
import pytest

P, NET, NLT, BEFORE, AFTER = "planned", "no_earlier_than", "no_later_than", "before", "after"

# milestone: (first said on, date), (latest said on, date), day in UTC on which it came or None
ANSWERS = {
    # Bolden, design of the rocket: 2017; sixth attempt flown after Tropical Storm Nicole
    "artemis-1-launch": (("2011-09-14", "2017", P), ("2022-11-13", "2022-11-16", P), date(2022, 11, 16)),
    "artemis-2-launch": (("2011-09-14", "2021", P), ("2026-03-31", "2026-04-01", P), date(2026, 4, 1)),
    # Bush: "as early as 2015 and no later than 2020"
    "constellation-crewed-landing": (("2004-01-14", "2015/2020", P), ("2009-05", "2020", NLT), None),
    "gateway-ppe-halo-launch": (("2020-05", "2023", P), ("2025-03-18", "2027-12", NLT), None),
    "viper-landing": (("2019-10-25", "2022-12", NLT), ("2025-09-19", "2027-39", P), None),
    "capstone-launch": (("2019-09-08/2019-09-17", "2020-39", P), ("2022-06-26", "2022-06-28", NET), date(2022, 6, 28)),
    # Popovkin: first flight from Vostochny, 2015; flown at 02:10 Moscow time on 11 August
    "luna-25-launch": (("2013-01-15", "2015", P), ("2023-08-07", "2023-08-11", P), date(2023, 8, 10)),
    "chandrayaan-2-launch": (("2007-11-14", "2011/2012~", P), ("2019-07-18", "2019-07-22", P), date(2019, 7, 22)),
    "chandrayaan-3-launch": (("2019-12-31", "2020", P), ("2023-07-06", "2023-07-14", P), date(2023, 7, 14)),
    # 24 November by the clock of Wenchang
    "change-5-launch": (("2005-08-15", "2017~", P), ("2020-11-23", "2020-11-24", P), date(2020, 11, 23)),
    "change-6-launch": (("2020-10", "2023/2024", P), ("2024-05-01", "2024-05-03", P), date(2024, 5, 3)),
    "change-1-launch": (("2003-11", "2007", NLT), ("2007-10-22", "2007-10-24", P), date(2007, 10, 24)),
    "slim-launch": (("2015-06-03", "2019-04/2020-03", P), ("2023-07-12/2023-08-25", "2023-08-28", P), date(2023, 9, 6)),
    "danuri-launch": (("2007-11-20", "2020", P), ("2022-08-04", "2022-08-05", P), date(2022, 8, 4)),
    "beresheet-launch": (("2015-10-07", "2017-41", P), ("2019-02-20", "2019-02-21", P), date(2019, 2, 22)),
    "hakuto-r-1-launch": (("2017-12-13", "2019-36", P), ("2022-12-07", "2022-12-11", P), date(2022, 12, 11)),
    "im-1-launch": (
        ("2020-04-13", "2021-10-11", P),
        ("2024-02-13/2024-02-14", "2024-02-15T06:05Z", P),
        date(2024, 2, 15),
    ),
    "peregrine-1-launch": (("2017-07-26", "2019", P), ("2023-12-10/2024-01-07", "2024-01-08", P), date(2024, 1, 8)),
}
# milestone: days from the two ends of its first date to what came, counted by hand
REALISED = {
    "artemis-1-launch": (date(2017, 12, 31), date(2017, 1, 1)),
    "luna-25-launch": (date(2015, 12, 31), date(2015, 1, 1)),
    "change-5-launch": (date(2017, 12, 31), date(2017, 1, 1)),
    "change-6-launch": (date(2024, 12, 31), date(2023, 1, 1)),
    "slim-launch": (date(2020, 3, 31), date(2019, 4, 1)),
    "danuri-launch": (date(2020, 12, 31), date(2020, 1, 1)),
    "beresheet-launch": (date(2017, 12, 31), date(2017, 7, 1)),
    "hakuto-r-1-launch": (date(2019, 12, 31), date(2019, 10, 1)),
    "im-1-launch": (date(2021, 10, 11), date(2021, 10, 11)),
    "peregrine-1-launch": (date(2019, 12, 31), date(2019, 1, 1)),
}


@pytest.fixture(scope="module")
def history(lt):
    return lt.load("target_history")


def judged(history, milestone):
    rows = history[(history["milestone_id"] == milestone) & history["is_principal"] & history["target"].notna()]
    return rows.sort_values(["known_on", "official_until"], kind="stable")


@pytest.mark.parametrize("milestone", ANSWERS)
def test_first_and_latest_promise(history, milestone):
    first, latest, came = ANSWERS[milestone]
    rows = judged(history, milestone)[["stated_on", "target", "qualifier"]]
    assert tuple(rows.iloc[0]) == first
    assert tuple(rows.iloc[-1]) == latest
    achieved = judged(history, milestone)["achieved_at_earliest"].iloc[0]
    assert (None if pd.isna(achieved) else achieved.date()) == came


@pytest.mark.parametrize("milestone", REALISED)
def test_how_far_it_came_from_its_first_date(lt, milestone):
    rows = lt.load("slips").query("is_principal and milestone_id == @milestone").sort_values("first_stated_on")
    row = rows[rows["first_stated_on"] == ANSWERS[milestone][0][0]].iloc[0]
    came = ANSWERS[milestone][2]
    days = sorted((came - end).days for end in REALISED[milestone])
    assert [row["realised_days_min"], row["realised_days_max"]] == days
    assert row["state"] == "realised"


def test_by_outcome_the_landing_moved_within_a_year_by_number_artemis_3_slipped_two(lt):
    """First official words: a landing by the late 2020s, Artemis III in 2025. Since 27 February 2026: 2028 and 2027."""
    slips = lt.load("slips").query("is_official").set_index("milestone_id")
    landing, third = slips.loc["artemis-first-crewed-landing"], slips.loc["artemis-3-launch"]
    assert (landing["first_target"], landing["latest_target"], landing["mission_id"]) == (
        "2027/2029",
        "2028",
        "artemis-4",
    )
    assert (third["first_target"], third["latest_target"], third["mission_id"]) == ("2025", "2027", "artemis-3")
    assert (third["slip_days_min"], third["slip_days_max"]) == (730, 730)
    assert (landing["slip_days_min"], landing["slip_days_max"]) == (-365, 365)


def test_months_slipped_in_a_month(lt):
    """Artemis I came some five and a half years after the year first named, in eleven years of waiting."""
    slips = lt.load("slips").query("is_principal and elapsed_days > 0").set_index("milestone_id")
    first = slips.loc["artemis-1-launch"]
    # Said by the end of a day, flown before the end of a night.
    assert first["elapsed_days"] == (date(2022, 11, 16) - date(2011, 9, 14)).days - 1
    moved = (first["realised_days_min"] + first["realised_days_max"]) / 2
    assert round(moved / first["elapsed_days"], 2) == 0.48  # half a month a month
    assert slips[["program_id", "lead_actor_id", "country_code"]].loc["artemis-1-launch"].tolist() == [
        "artemis",
        "nasa",
        "USA",
    ]
    assert slips.loc["hakuto-r-1-launch", ["operator_id", "country_code"]].tolist() == ["ispace-inc", "JPN"]


@pytest.mark.parametrize(
    ("warning", "conceded", "days"),
    [
        # GAO-16-620: 40 per cent for August 2021; NASA said 2023 on 8 November 2017
        ("artemis-2-launch-2016-07-27-us-gao-estimate", "2017-11-08", 469),
        # the heat shield (OIG, 1 May 2024): April 2026 on 5 December
        ("artemis-2-launch-2024-05-01-nasa-oig-estimate", "2024-12-05", 218),
        # GAO, 30 November 2023, early 2027: September 2026 on 9 January 2024
        ("artemis-first-crewed-landing-2023-11-30-us-gao-risk-adjusted", "2024-01-09", 40),
    ],
)
def test_how_early_an_auditor_was_right(lt, warning, conceded, days):
    row = lt.load("forecasts").set_index("target_id").loc[warning]
    assert (row["verdict"], str(row["conceded_on"].date()), row["days_ahead"]) == ("right", conceded, days)


def test_how_often_auditors_were_right(lt):
    """Of the warnings that were settled by the end of November 2026 each was borne out; the others wait."""
    warnings = lt.load("forecasts").query("voice == 'auditor' and verdict != 'no_warning'")
    settled = (warnings["achieved_at_earliest"] < "2026-11-30") | (warnings["conceded_on"] < "2026-11-30")
    assert warnings.loc[settled, "verdict"].value_counts().to_dict().keys() == {"right"}
    assert settled.sum() >= 20


def test_what_came_fell_inside_or_beside_the_range(history):
    """Artemis II: of the closed ranges only those of April 2026 held it."""
    rows = judged(history, "artemis-2-launch")
    closed = rows[rows["range_days"].notna()]
    assert closed.iloc[0][["range_days", "missed_by_days"]].tolist() == [
        365,
        (date(2026, 4, 1) - date(2021, 12, 31)).days,
    ]
    assert set(closed.loc[closed["missed_by_days"] == 0, "target"]) <= {"2026-04", "2026-04-01"}
    assert (rows.loc[rows["range_days"].isna(), "qualifier"] != P).all()


def test_dates_that_lapsed_in_silence(lt, history):
    """Masten went bankrupt in July 2022 and never took November 2023 back; nothing replaced what NASA said in 2021 of
    the landing of Blue Ghost 1 until it landed in 2025."""
    today = pd.Timestamp(lt.load("sources")["read_on"].max())
    counted = history[history["is_principal"] & (history["change"] != "none")]
    word = counted["official_until"].fillna(counted["superseded_on"]).fillna(counted["closed_on"]).fillna(today)
    silent = counted[word - counted["target_latest"] > pd.Timedelta(days=30)]
    said = set(zip(silent["milestone_id"], silent["target"], strict=True))
    assert {("masten-mission-1-landing", "2023-11"), ("blue-ghost-1-landing", "2023")} <= said
    assert not {name for name, target in said if name == "artemis-2-launch"}


def test_what_changed_in_the_first_quarter_of_2024(history):
    """The day of 9 January: Artemis II to September 2025, III and with it the landing to September 2026."""
    slips = history[(history["change"] == "slip") & history["known_on"].between("2024-01-01", "2024-04-01")]
    nasa = slips[(slips["stated_by"] == "nasa") & (slips["stated_on"] == "2024-01-09")]
    assert {
        "artemis-2-launch": "2025-09",
        "artemis-3-launch": "2026-09",
        "artemis-first-crewed-landing": "2026-09",
    }.items() <= (nasa.set_index("milestone_id")["target"].to_dict().items())


@pytest.mark.parametrize("day", ["2020-01-01", "2021-11-09", "2024-01-09", "2024-12-06", "2026-03-05"])
def test_the_calendar_of_landing_dates_is_that_of_as_of(lt, history, day):
    """One table with its intervals gives what the as-of read of the day gives, on the American and the Chinese side."""
    then = lt.as_of(day)["current_targets"]
    at = pd.Timestamp(day) + pd.Timedelta(hours=23, minutes=59, seconds=59)
    official = history[history["is_official"] & (history["known_on"] <= at)]
    standing = official[official["official_until"].isna() | (official["official_until"] > at)].set_index("milestone_id")
    for milestone in ("artemis-first-crewed-landing", "china-first-crewed-landing"):
        now = then[(then["milestone_id"] == milestone) & then["is_official"]]
        assert (
            now["target_id"].tolist()
            == standing.loc[[milestone] if milestone in standing.index else [], "target_id"].tolist()
        )
