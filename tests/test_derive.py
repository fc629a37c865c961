"""Derived tables on the sample: small enough to check each by eye."""

import pandas as pd
import pytest

from lunar_timeline.derive import DERIVED, derive
from lunar_timeline.enrich import enrich
from lunar_timeline.schema import load_schemas
from scripts.lib.paths import HERE
from tests.sample import ROWS, SCHEMAS, _frame, _read, sample

SCHEMAS_DERIVED = load_schemas(HERE.derived_schemas)


def derived(**replaced):
    tables = enrich(sample() | replaced, SCHEMAS)
    return derive(tables, SCHEMAS_DERIVED)


def statements(*rows):
    """`target_dates` of one series of the milestone first-landing, from (day, target, qualifier, more) rows."""
    common = {"milestone_id": "first-landing", "stated_by": "nasa", "voice": "official", "role": "target"}
    made = []
    for number, (day, target, qualifier, more) in enumerate(rows):
        row = common | {"target_id": f"t{number}", "stated_on": day, "effect": "gives", "target_text": "…"}
        made.append(row | {"target": target, "qualifier": qualifier} | more)
    return _frame("target_dates", made)


def history_of(*rows, **replaced):
    table = derived(target_dates=statements(*rows), **replaced)["target_history"]
    return table.sort_values("sequence").reset_index(drop=True)


def plain(cells):
    return [None if pd.isna(cell) else cell for cell in cells]


P, NET, NLT = "planned", "no_earlier_than", "no_later_than"
WITHDRAWN = {"effect": "withdraws", "target_text": None}


def test_every_derived_table_has_its_schema_and_a_row():
    tables = derived()
    assert set(tables) == set(DERIVED) == set(SCHEMAS_DERIVED)
    for name, frame in tables.items():
        assert list(frame.columns) == SCHEMAS_DERIVED[name].released().columns
        assert len(frame), name
        assert not frame.duplicated(SCHEMAS_DERIVED[name].primary_key).any()


def test_derived_tables_fit_their_schemas():
    for name, frame in derived().items():
        SCHEMAS_DERIVED[name].released().pandera().validate(frame)


def test_nothing_older_is_first():
    assert history_of(("2020", "2024", P, {}))["change"].tolist() == ["first"]


def test_a_milestone_with_a_predecessor_is_redefined():
    frame = statements(("2022", "2026", P, {})).assign(milestone_id="first-landing")
    assert derived(target_dates=frame)["target_history"]["change"].tolist() == ["redefined"]  # of old-base


@pytest.fixture(autouse=True)
def no_predecessor(request, monkeypatch):
    """Only the test that needs it keeps the milestone that first-landing replaces."""
    if "predecessor" not in request.node.name:
        kept = [row for row in ROWS["milestones"] if row["milestone_id"] != "old-base"]
        monkeypatch.setitem(_read(), "milestones", _frame("milestones", kept))


def test_withdrawn_and_revived():
    history = history_of(
        ("2019", "2024", P, {}), ("2020", None, None, WITHDRAWN), ("2021", "2026", P, {}), ("2022", "2027", P, {})
    )
    assert history["change"].tolist() == ["first", "withdrawn", "revived", "slip"]
    assert plain(history["slip_days_min"]) == [None, None, 730, 365]


@pytest.mark.parametrize(
    "passed",
    [
        {"effect": "undated", "target": None, "qualifier": None},
        {"effect": "doubts"},
    ],
)
def test_undated_and_doubts_are_passed_over(passed):
    history = history_of(("2019", "2024", P, {}), ("2020", "2030", P, passed), ("2021", "2025", P, {}))
    assert history["change"].tolist() == ["first", "none", "slip"]
    assert plain(history["superseded_by"]) == ["t2", None, None]
    assert history.loc[2, "previous_target_id"] == "t0"


def test_reserve_days_are_passed_over():
    history = history_of(("2020", "2024-01-02", P, {"role": "backup"}), ("2021", "2024-01-03", P, {"role": "backup"}))
    assert history["change"].tolist() == ["none", "none"]


def test_a_series_is_ordered_by_when_the_public_learnt():
    leak = {"announced_on": "2023"}
    history = history_of(("2019", "2024", P, leak), ("2020", "2025", P, {}))
    assert history["target_id"].tolist() == ["t1", "t0"]


def test_voices_and_sides_are_series_of_their_own():
    auditor = {"voice": "auditor"}
    history = derived(target_dates=statements(("2019", "2024", P, {}), ("2020", "2027", P, auditor)))["target_history"]
    assert history["change"].tolist() == ["first", "first"]
    assert set(history["series_id"]) == {
        "first-landing/official/target/usa",
        "first-landing/auditor/target/nasa",
    }


def test_the_carrier_is_that_of_the_day():
    history = history_of(("2021", "2024", P, {}), ("2022-07", "2024", P, {}))
    assert history["mission_id"].tolist() == ["dropped-3", "planned-2"]
    assert plain(history["carrier_changed"]) == [None, True]


def test_current_targets_name_the_official_date():
    law = {"voice": "law_or_policy"}
    current = derived(target_dates=statements(("2020", "2024", P, law), ("2021", "2025", P, {})))["current_targets"]
    assert current.set_index("voice")["is_official"].to_dict() == {"law_or_policy": False, "official": True}


def test_an_official_withdrawal_is_shown():
    current = derived(target_dates=statements(("2020", "2024", P, {}), ("2021", None, None, WITHDRAWN)))
    row = current["current_targets"].iloc[0]
    assert (row["effect"], bool(row["is_official"]), pd.isna(row["target"])) == ("withdraws", True, True)


def test_only_a_target_is_official():
    commitment = {"role": "commitment"}
    current = derived(target_dates=statements(("2020", "2024", P, commitment)))["current_targets"]
    assert not current["is_official"].any()


def test_slips_compare_first_with_latest_never_a_sum():
    table = derived(target_dates=statements(("2019", "2024", P, {}), ("2020", "2027", P, {}), ("2021", "2025", P, {})))[
        "slips"
    ]
    row = table.iloc[0]
    assert (row["slip_days_min"], row["slip_days_max"], row["change"]) == (365, 366, "slip")
    assert (row["count_slip"], row["count_pull_in"], row["count_first"], row["statements"]) == (1, 1, 1, 3)
    assert row["state"] == "open"


def test_a_realised_slip_is_against_what_came_true():
    row = derived()["slips"].set_index("milestone_id").loc["first-launch"]
    assert (row["state"], row["achieved_at"]) == ("realised", "2023-05-01T10:00Z")
    assert (row["realised_days_min"], row["realised_days_max"]) == (-244, 120)


def test_a_date_falls_with_the_next_move_not_with_a_word_that_bears_it_out():
    history = history_of(
        ("2020-01-01", "2024", P, {}),
        ("2020-01-11", "2024", P, {}),
        ("2020-02-10", "2024-06", P, {}),
        ("2020-03-01", "2025", P, {}),
    )
    assert history["change"].tolist() == ["first", "reaffirmed", "firmed", "slip"]
    assert plain(history["stood_days"]) == [60, 50, 20, None]
    assert set(history["fell_on"].dropna()) == {pd.Timestamp("2020-03-01 23:59:59")}
    row = derived(target_dates=statements(("2020-01-01", "2024", P, {}), ("2020-01-31", "2025", P, {})))["slips"].iloc[
        0
    ]
    assert (row["dates_fallen"], row["median_stood_days"], row["elapsed_days"]) == (1, 30, 30)


def test_official_dates_follow_each_other_across_voices():
    law, aside = {"voice": "law_or_policy"}, {"role": "aspiration"}
    partner = {"stated_by": "jpn", "voice": "official"}
    frame = statements(
        ("2020", "2024", P, law), ("2021", "2025", P, {}), ("2022", "2023", P, aside), ("2023", "2026", P, partner)
    )
    history = derived(target_dates=frame)["target_history"].set_index("target_id")
    assert history["is_official"].to_dict() == {"t0": True, "t1": True, "t2": False, "t3": False}
    assert history.loc["t0", "official_until"] == pd.Timestamp("2021-12-31 23:59:59")
    assert pd.isna(history.loc["t1", "official_until"])
    assert history["is_principal"].equals(history["is_official"])


def test_without_a_programme_every_official_voice_counts():
    milestones = sample()["milestones"].assign(program_id=None).astype({"program_id": "str"})
    frame = statements(("2020", "2024", P, {}), ("2021", "2025", P, {"stated_by": "jpn"}))
    history = derived(target_dates=frame, milestones=milestones)["target_history"]
    assert history["is_official"].tolist() == [True, True]


def test_without_official_dates_those_of_the_contractor_count():
    contractor = {"voice": "contractor", "stated_by": "lander-works"}
    frame = statements(("2020", "2024", P, contractor), ("2021", "2025", P, contractor | {"role": "estimate"}))
    history = derived(target_dates=frame)["target_history"].set_index("target_id")
    assert history["is_principal"].to_dict() == {"t0": True, "t1": False}
    assert derived(target_dates=frame)["slips"].set_index("role")["is_principal"].to_dict() == {
        "target": True,
        "estimate": False,
    }
    deadline = derived(target_dates=statements(("2020", "2024", NLT, contractor | {"role": "commitment"})))
    assert deadline["target_history"]["is_principal"].all()


def test_what_came_true_stands_beside_each_date():
    history = derived()["target_history"].set_index("milestone_id")
    assert history.loc["first-launch", ["achieved_at", "missed_by_days", "range_days"]].tolist() == [
        "2023-05-01T10:00Z",
        0,
        365,
    ]
    assert history.loc["first-launch", "closed_on"] == pd.Timestamp("2023-05-01 10:00:59")
    assert history.loc["first-landing", "closed_on"].isna().all()
    open_ended = history[history["qualifier"].eq("no_earlier_than").fillna(False)]
    assert open_ended["range_days"].isna().all()


def test_slips_say_whose_they_are():
    row = derived(target_dates=statements(("2023", "2025", P, {})))["slips"].iloc[0]
    whose = ["program_id", "lead_actor_id", "mission_id", "operator_id", "country_code"]
    assert row[whose].tolist() == ["artemis", "nasa", "planned-2", "nasa", "USA"]


AUDITOR = {"voice": "auditor", "stated_by": "audit-office", "role": "estimate"}
DOUBT = AUDITOR | {"effect": "doubts"}


@pytest.mark.parametrize(
    ("said", "verdict", "conceded", "days"),
    [
        # doubts the date that the agency then moves
        ([("2020-01-01", "2024", P, {}), ("2020-02-01", "2024", P, DOUBT), ("2020-03-02", "2025", P, {})],
         "right", "t2", 30),
        # gives a later one
        ([("2020-01-01", "2024", P, {}), ("2020-02-01", "2027", P, AUDITOR), ("2020-03-02", "2025", P, {})],
         "right", "t2", 30),
        # the agency only repeats, then takes its date back
        ([("2020-01-01", "2024", P, {}), ("2020-02-01", "2024", P, DOUBT), ("2020-02-11", "2024", P, {}),
          ("2020-03-02", None, None, WITHDRAWN)], "right", "t3", 30),
        ([("2020-01-01", "2024", P, {}), ("2020-02-01", "2024", P, DOUBT)], "open", None, None),
        # an earlier or equal date warns of nothing; nor is there anything to warn of
        ([("2020-01-01", "2024", P, {}), ("2020-02-01", "2023", P, AUDITOR)], "no_warning", None, None),
        ([("2020-02-01", "2027", P, AUDITOR)], "no_warning", None, None),
    ],
)  # fmt: skip
def test_a_warning_is_right_once_the_official_side_moves(said, verdict, conceded, days):
    row = derived(target_dates=statements(*said))["forecasts"].iloc[0]
    assert plain(row[["verdict", "conceded_target_id", "days_ahead"]]) == [verdict, conceded, days]


@pytest.mark.parametrize(
    ("doubted", "qualifier", "verdict"),
    [("2022", P, "right"), ("2023", P, "wrong"), ("2022", NET, "right"), ("2023-06", NLT, "wrong")],
)
def test_a_warning_is_judged_by_what_came(doubted, qualifier, verdict):
    """first-launch came on 1 May 2023, whatever the agency said between."""
    frame = statements(("2021", doubted, qualifier, DOUBT), ("2022", "2024", P, {})).assign(milestone_id="first-launch")
    assert derived(target_dates=frame)["forecasts"]["verdict"].tolist() == [verdict]


# ---------------------------------------------------------------- membership


def standings(tables, scope_id, actor):
    rows = tables["membership"].query("scope_id == @scope_id and actor_id == @actor")
    return rows.sort_values("since_earliest")[["standing", "since", "until"]].fillna("").values.tolist()


def test_a_party_has_signed_then_is_bound_then_has_left():
    assert standings(derived(), "moon-agreement", "jpn") == [
        ["signatory", "1980/1981", "1984-07-01"],
        ["party", "1984-07-01", "2023-01-05"],
        ["former", "2023-01-05", ""],
    ]


def test_counts_are_intervals_where_a_day_is_not_known():
    counts = derived()["membership_counts"].query("scope_id == 'moon-agreement' and standing == 'signatory'")
    by_day = counts.set_index(counts["day"].astype("str"))[["count_min", "count_max"]].values.tolist()
    assert dict(zip(counts["day"].dt.strftime("%Y-%m-%d"), by_day, strict=True)) == {
        "1980-01-01": [0, 1],
        "1981-12-31": [1, 1],
        "1984-07-01": [0, 0],
    }


def test_signing_joins_the_programme_where_the_instrument_says_so():
    assert standings(derived(), "artemis", "usa") == [["party", "2020-10-13", ""]]


def test_companies_are_no_states():
    counts = derived()["membership_counts"].query("scope_id == 'order-1'")
    assert set(counts["actor_group"]) == {"others"}


@pytest.mark.parametrize("action", ["reported", "stated_intent", "modified"])
def test_what_is_reported_or_intended_makes_no_member(action):
    acts = sample()["agreement_actions"]
    acts.loc[2, "action"] = action
    assert standings(derived(agreement_actions=acts), "artemis-accords", "usa") == []


# ---------------------------------------------------------------- outcomes, timeline


def test_outcome_and_verdicts():
    row = derived()["mission_outcomes"].set_index("mission_id").loc["flown-1"]
    assert row["furthest_phase"] == "earth_return"
    assert pd.isna(row["failed_phase"])
    verdicts = ["is_attempt", "left_earth", "reached_moon", "tried_landing", "landed", "landed_unimpaired"]
    assert row[verdicts].tolist() == [True, True, True, True, True, False]


@pytest.mark.parametrize(
    ("phase", "outcome", "verdicts"),
    [
        ("launch", "failure", [True, False, False, False, False, False]),
        ("earth_departure", "failure", [True, False, False, False, False, False]),
        ("transit", "success", [True, True, False, False, False, False]),
        ("flyby", "success", [True, True, True, False, False, False]),
        ("earth_return", "success", [True, False, False, False, False, False]),
        ("landing", "failure", [True, True, True, True, False, False]),
        ("landing", "not_attempted", [True, False, False, False, False, False]),
        ("landing", "success", [True, True, True, True, True, True]),
    ],
)
def test_each_rule_follows_one_phase(phase, outcome, verdicts):
    events = sample()["mission_events"].iloc[:2].copy()
    if phase == "launch":
        events.loc[2, "outcome"] = outcome
        events = events.iloc[:1]
    else:
        events.loc[3, "phase"], events.loc[3, "outcome"] = phase, outcome
    row = derived(mission_events=events)["mission_outcomes"].iloc[0]
    rules = ["is_attempt", "left_earth", "reached_moon", "tried_landing", "landed", "landed_unimpaired"]
    assert row[rules].tolist() == verdicts


@pytest.mark.parametrize(
    ("goal", "phases", "objective", "met"),
    [
        ("flyby", {"flyby": "success"}, True, True),
        ("impact", {"transit": "failure", "flyby": "partial"}, False, False),
        ("impact", {"impact": "partial"}, False, False),
        ("orbit", {"orbit_insertion": "success"}, True, True),
        ("landing", {"orbit_insertion": "success", "landing": "failure"}, True, False),
        ("landing", {"landing": "partial"}, True, True),
        ("sample_return", {"landing": "success", "earth_return": "failure"}, True, False),
        ("sample_return", {"landing": "success", "earth_return": "success"}, True, True),
        ("free_return", {"flyby": "success", "earth_return": "failure"}, True, False),
        ("test_flight", {"earth_return": "success"}, False, None),
    ],
)
def test_objectives_and_goals(goal, phases, objective, met):
    missions, events = sample()["missions"], sample()["mission_events"].iloc[:1]
    missions.loc[2, "goal"] = goal
    more = [
        {"event_id": f"flown-1-{phase}", "mission_id": "flown-1", "phase": phase, "outcome": outcome}
        for phase, outcome in phases.items()
    ]
    events = pd.concat([events, _frame("mission_events", more)], ignore_index=True)
    row = derived(missions=missions, mission_events=events)["mission_outcomes"].iloc[0]
    assert bool(row["met_lunar_objective"]) == objective
    assert plain([row["met_goal"]]) == [met]
    assert bool(row["aimed_at_moon"]) == (goal != "test_flight")


def test_a_spent_stage_achieves_nothing():
    craft, events = sample()["spacecraft"], sample()["mission_events"].iloc[:2]
    craft.loc[2, "kind"] = "rocket_stage"
    events = events.assign(phase=["launch", "impact"], outcome="success")
    row = derived(spacecraft=craft, mission_events=events)["mission_outcomes"].iloc[0]
    assert not row["met_lunar_objective"] and not row["reached_moon"]


def test_totals_stand_beside_our_counts():
    totals = derived()["totals"].set_index("total_id")
    assert totals.loc["page-2024-landings", ["value", "count_min", "count_max", "named"]].tolist() == [2, 1, 1, 1]
    assert totals.loc["page-2024-signatories", ["value", "count_min", "count_max", "named"]].tolist() == [2, 2, 2, 0]


def standing_on(table, actor_id, day):
    row = table[(table["actor_id"] == actor_id) & (table["since"] <= day) & ~(table["until"] <= day)]
    return row.iloc[0] if len(row) else None


@pytest.mark.parametrize(
    ("day", "accords", "moon_agreement", "certain", "camp"),
    [
        ("1980-06-01", None, None, False, "neither"),  # signed some day in 1980 or 1981
        ("1983-01-01", None, "signatory", True, "neither"),
        ("1984-07-01", None, "party", True, "neither"),
        ("2022-12-31", "signatory", "party", True, "accords"),
        ("2023-01-05", "signatory", "former", True, "accords"),
    ],
)
def test_overlap_says_where_a_state_stood(day, accords, moon_agreement, certain, camp):
    row = standing_on(derived()["overlap"], "jpn", day)
    assert plain([row["artemis_accords"], row["moon_agreement"]]) == [accords, moon_agreement]
    assert (bool(row["is_certain"]), row["camp"]) == (certain, camp)


def test_overlap_is_silent_before_the_first_act():
    assert standing_on(derived()["overlap"], "jpn", "1979-12-31") is None


@pytest.mark.parametrize(
    ("counts", "day", "low", "high"),
    [
        ("states_signed", "1979", 0, 0),
        ("states_signed", "1980-06-01", 0, 1),
        ("states_signed", "1983", 1, 1),
        ("states_party", "1983", 0, 0),
        ("states_party", "2022-06-01", 1, 1),
        ("states_party", "2023-01-05", 0, 0),
    ],
)
def test_members_are_counted_by_the_day(counts, day, low, high):
    total = {"total_id": "t", "counts": counts, "agreement_id": "moon-agreement", "counted_on": day, "value": 1}
    row = derived(published_totals=_frame("published_totals", [total]))["totals"].iloc[0]
    assert [row["count_min"], row["count_max"]] == [low, high]


def test_an_event_after_the_day_does_not_count():
    total = {"total_id": "t", "counts": "tried_landing", "counted_on": "2023-05-03", "value": 1}
    assert derived(published_totals=_frame("published_totals", [total]))["totals"]["count_min"].tolist() == [0]


def test_the_timeline_has_every_dated_thing_once():
    tables = sample()
    table = derived()["timeline"]
    columns = {
        "mission_events": ["occurred_at"],
        "target_dates": ["stated_on"],
        "milestone_carriers": ["assigned_on", "released_on"],
        "agreement_actions": ["done_on", "effective_on"],
        "agreements": ["adopted_on", "opened_on", "in_force_on", "ended_on"],
        "policies": ["issued_on", "in_force_on", "ended_on"],
        "programs": ["started_on", "ended_on"],
        "statements": ["made_on"],
        "history": ["since_on"],
    }
    expected = {name: int(tables[name][dates].notna().sum().sum()) for name, dates in columns.items()}
    assert table["table_name"].value_counts().to_dict() == expected


def test_an_act_known_only_by_its_telling_is_there():
    acts = sample()["agreement_actions"]
    acts.loc[2, ["done_on", "announced_on"]] = [None, "2021"]
    tables = derived(agreement_actions=acts)
    assert "agreement_actions/artemis-accords-2020-10-13-usa-signed/announced_on" in set(tables["timeline"]["entry_id"])
    assert standings(tables, "artemis-accords", "usa") == [["signatory", "2021", ""]]


def test_who_leaves_is_no_longer_a_member():
    """Also where the windows of joining and leaving overlap, and where the joining was only told."""
    acts = sample()["agreement_actions"].iloc[:2].copy()
    acts["actor_id"], acts["action"] = "jpn", ["signed", "withdrew"]
    for joined, left in (("2021/2022", "2022-05/2022-08"), ("2021/2022-06", "2022-01/2022-12")):
        acts["done_on"] = [joined, left]
        tables = derived(agreement_actions=acts)
        assert standings(tables, "artemis-accords", "jpn")[-1][0] == "former"
        assert (tables["membership_counts"]["count_min"] >= 0).all()


def test_a_signature_counts_from_its_day_a_ratification_from_its_effect():
    acts = sample()["agreement_actions"]
    acts.loc[4, "effective_on"] = "1985"
    assert standings(derived(agreement_actions=acts), "moon-agreement", "jpn")[0] == [
        "signatory",
        "1980/1981",
        "1984-07-01",
    ]


def test_membership_of_a_programme_has_gaps():
    from tests.sample import _frame

    acts = [
        {"action_id": f"a{number}", "agreement_id": agreement, "actor_id": "jpn", "action": action, "done_on": day}
        for number, (agreement, action, day) in enumerate(
            [
                ("artemis-accords", "signed", "2021"),
                ("artemis-accords", "withdrew", "2022"),
                ("other", "signed", "2024"),
            ]
        )
    ]
    agreements = [*ROWS["agreements"], {**ROWS["agreements"][0], "agreement_id": "other"}]
    tables = derived(agreement_actions=_frame("agreement_actions", acts), agreements=_frame("agreements", agreements))
    assert standings(tables, "artemis", "jpn") == [["party", "2021", "2022"], ["party", "2024", ""]]


def test_derived_tables_do_not_change_what_they_are_given():
    before = enrich(sample(), SCHEMAS)
    after = {name: frame.copy(deep=True) for name, frame in before.items()}
    derive(before, SCHEMAS_DERIVED)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, after[name])
