"""As-of reads: nothing later leaks in."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lunar_timeline.asof import as_of, row_ids
from lunar_timeline.derive import derive
from lunar_timeline.edtf import end_of_day
from lunar_timeline.enrich import enrich, known_on
from lunar_timeline.schema import load_schemas
from scripts.lib.paths import HERE
from scripts.lib.tables import read_tables
from tests.sample import SCHEMAS, sample

DERIVED = load_schemas(HERE.derived_schemas)


def then(day, tables=None):
    return as_of(tables or sample(), SCHEMAS, day)


def whole(tables, day):
    """Base and derived tables as of a day."""
    base = enrich(as_of(tables, SCHEMAS, day), SCHEMAS)
    return base | derive(base, DERIVED)


def cell(tables, table, row_id, column):
    frame = tables[table]
    return frame.loc[frame.iloc[:, 0] == row_id, column].item()


def test_rows_that_were_stated_later_are_absent():
    assert list(then("2021-01-01")["target_dates"]["target"]) == ["2024"]
    assert then("2020-08-31")["target_dates"].empty


def test_the_day_itself_counts():
    assert then("2020-10-12")["agreement_actions"]["agreement_id"].tolist() == [
        "moon-agreement",
        "moon-agreement",
    ]
    assert "artemis-accords" in set(then("2020-10-13")["agreement_actions"]["agreement_id"])


def test_a_day_known_only_within_a_window_counts_from_its_end():
    tables = sample()
    assert "moon-agreement-1980-jpn-signed" not in set(then("1981-06-01", tables)["agreement_actions"]["action_id"])
    assert "moon-agreement-1980-jpn-signed" in set(then("1981-12-31", tables)["agreement_actions"]["action_id"])


def test_what_the_public_learnt_later_is_known_later():
    tables = sample()
    tables["statements"].loc[2, "announced_on"] = "2022-05-05"
    assert then("2022-05-04", tables)["statements"].empty
    assert len(then("2022-05-05", tables)["statements"]) == 1


def test_cells_with_a_history_show_the_value_then():
    assert cell(then("2021-06-01"), "missions", "dropped-3", "status") == "planned"
    assert cell(then("2022-06-30"), "missions", "dropped-3", "status") == "cancelled"


def test_a_launch_is_not_known_before_it():
    assert cell(then("2023-04-30"), "missions", "flown-1", "status") == "planned"
    assert cell(then("2023-05-01"), "missions", "flown-1", "status") == "launched"


def test_a_mission_is_there_once_anything_about_it_was_known():
    tables = sample()
    tables["aliases"] = tables["aliases"].iloc[:0]
    assert "flown-1" not in set(then("2023-04-30", tables)["missions"]["mission_id"])
    # An order for it was awarded some day in 2021, long before it was given a milestone.
    assert "planned-2" not in set(then("2021-12-30", tables)["missions"]["mission_id"])
    assert "planned-2" in set(then("2021-12-31", tables)["missions"]["mission_id"])


def test_a_milestone_is_not_achieved_before_its_event():
    before = then("2023-04-30")
    assert cell(before, "milestones", "first-launch", "status") == "planned"
    assert pd.isna(cell(before, "milestones", "first-launch", "achieved_event_id"))
    assert cell(then("2023-05-01"), "milestones", "first-launch", "status") == "achieved"


def test_later_days_and_later_things_are_empty():
    tables = then("2011-05-01")
    assert pd.isna(cell(tables, "policies", "rider-1", "ended_on"))
    assert pd.isna(then("2021-06-01")["milestone_carriers"]["released_on"].item())
    assert then("2022-06-30")["milestone_carriers"]["released_on"].notna().sum() == 1


def test_the_commentary_of_today_is_left_out():
    tables = sample()
    tables["target_dates"]["note"] = "As we know today."
    assert then("2021-01-01", tables)["target_dates"]["note"].isna().all()


def test_catalogue_numbers_come_with_the_launch():
    tables = sample()
    tables["aliases"].loc[2, "used_from"] = "2018"
    assert "flown-1" in set(then("2020-01-01", tables)["missions"]["mission_id"])
    assert then("2020-01-01", tables)["identifiers"].empty
    assert len(then("2023-05-01", tables)["identifiers"]) == 2


def test_references_never_dangle():
    for day in ("1969-01-01", "1985-01-01", "2020-12-31", "2023-05-02", "2026-11-22"):
        tables = then(day)
        for name, schema in SCHEMAS.items():
            for key in schema.foreign_keys:
                cells = tables[name][key.column].dropna()
                assert cells.isin(tables[key.table][key.key]).all(), (day, name, key)


def test_before_anything_was_known_all_tables_are_there_and_empty():
    tables = whole(sample(), "1957-10-03")
    assert set(tables) == set(SCHEMAS) | set(DERIVED)
    assert {name for name, frame in tables.items() if len(frame)} == {"date_words", "coverage", "retired_ids"}


def test_a_value_that_no_source_tells_is_empty():
    tables = sample()
    tables["history"].loc[2, "value"] = None
    assert pd.isna(cell(then("2021-06-01", tables), "missions", "dropped-3", "status"))


def test_an_event_without_a_time_is_known_from_its_source():
    tables = sample()
    tables["mission_events"].loc[3, "occurred_at"] = None  # its source is of 2 January 2024
    assert len(then("2024-01-01", tables)["mission_events"]) == 4
    assert len(then("2024-01-02", tables)["mission_events"]) == 5


def test_a_later_effect_is_empty_but_for_a_notice_of_withdrawal():
    acts = then("1984-06-15")["agreement_actions"].set_index("action")
    assert pd.isna(acts.loc["ratified", "effective_on"])
    acts = then("2022-02-01")["agreement_actions"].set_index("action")
    assert acts.loc["withdrew", "effective_on"] == "2023-01-05"
    members = whole(sample(), "2022-02-01")["membership"].query("scope_id == 'moon-agreement'")
    assert members.set_index("standing").loc["party", "until"] == "2023-01-05"


def test_citations_of_what_is_not_shown_are_not_shown():
    tables = sample()
    tables["citations"].loc[2, ["table_name", "row_id", "column_name"]] = ["policies", "rider-1", "ended_on"]
    assert then("2011-05-01", tables)["citations"].empty
    assert len(then("2011-10-01", tables)["citations"]) == 1


def test_a_policy_does_not_name_one_that_was_not_known():
    tables = sample()
    tables["policies"].loc[2, "issued_on"] = "2011"  # known at the end of the year only
    policies = then("2011-11-30", tables)["policies"]
    assert policies["policy_id"].tolist() == ["rider-2"]
    assert policies["replaces_id"].isna().all()


@pytest.mark.parametrize("day", ["2021", "2021-02-29", "yesterday", ""])
def test_a_day_is_a_day(day):
    with pytest.raises(ValueError, match=r"2021|no such date|not a d"):
        then(day)


# ---------------------------------------------------------------- the real data


@pytest.fixture(scope="module")
def real():
    tables, _ = read_tables(HERE.root, SCHEMAS)
    return {name: table.frame.reset_index(drop=True) for name, table in tables.items()}


def without_later(tables, day):
    """The tables as if nothing had been entered that the public learnt of after the day."""
    end = end_of_day(day)
    kept = {}
    for name, frame in tables.items():
        known = known_on(frame, SCHEMAS[name]) if SCHEMAS[name].known_on else None
        kept[name] = frame if known is None or name == "agreements" else frame[~(known > end)]
    return kept


days = st.dates(pd.Timestamp("1980-01-01").date(), pd.Timestamp("2026-11-30").date()).map(str)
thorough = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@thorough
@given(day=days)
def test_deleting_every_later_row_changes_no_answer(real, day):
    answer, again = whole(real, day), whole(without_later(real, day), day)
    for name in answer:
        pd.testing.assert_frame_equal(
            answer[name].reset_index(drop=True), again[name].reset_index(drop=True), obj=f"{name} on {day}"
        )


@pytest.mark.slow
@thorough
@given(day=days)
def test_the_answer_of_a_day_contains_all_that_it_rests_on(real, day):
    once = as_of(real, SCHEMAS, day)
    twice = as_of(once, SCHEMAS, day)
    for name in once:
        pd.testing.assert_frame_equal(once[name], twice[name], obj=f"{name} on {day}")


@pytest.mark.slow
@thorough
@given(pair=st.tuples(days, days).map(sorted))
def test_what_was_known_stays_known(real, pair):
    early, late = (as_of(real, SCHEMAS, day) for day in pair)
    for name in SCHEMAS:
        if SCHEMAS[name].known_on:
            assert set(row_ids(early[name], SCHEMAS[name])) <= set(row_ids(late[name], SCHEMAS[name]))


@pytest.mark.slow
def test_today_everything_dated_is_there(real):
    today = as_of(real, SCHEMAS, "2026-11-30")
    for name in ("target_dates", "mission_events", "agreement_actions", "statements", "policies", "history"):
        missing = set(row_ids(real[name], SCHEMAS[name])) - set(row_ids(today[name], SCHEMAS[name]))
        later = known_on(real[name], SCHEMAS[name]) > end_of_day("2026-11-30")
        assert missing <= set(row_ids(real[name][later], SCHEMAS[name]))
