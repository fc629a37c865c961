"""A small set of tables that breaks no rule; tests change one thing in it."""

from functools import cache

import pandas as pd

from lunar_timeline.schema import load_schemas
from scripts.lib.paths import HERE
from scripts.lib.rules.problem import Tables

SCHEMAS = load_schemas(HERE.schemas)
CITED = {"source_id": "nasa-2024-01-02-plan", "locator": "p. 1"}

ROWS: dict[str, list[dict]] = {
    "sources": [
        {"source_id": "nasa-2024-01-02-plan", "title": "Plan", "publisher": "NASA", "kind": "press_release"}
        | {"published_on": "2024-01-02", "read_on": "2026-11-22", "language": "en", "url": "https://example.org/a"},
        {"source_id": "nasa-2026-05-01-page", "title": "Page", "publisher": "NASA", "kind": "web_page"}
        | {"published_on": "2026-05-01", "read_on": "2026-11-22", "language": "en", "url": "https://example.org/b"},
    ],
    "actors": [
        {"actor_id": "usa", "name": "United States", "kind": "state", "country_code": "USA"},
        {"actor_id": "jpn", "name": "Japan", "kind": "state", "country_code": "JPN"},
        {"actor_id": "nasa", "name": "NASA", "kind": "space_agency", "country_code": "USA", "parent_id": "usa"},
        {"actor_id": "audit-office", "name": "Audit Office", "kind": "auditor", "country_code": "USA"},
        {"actor_id": "lander-works", "name": "Lander Works", "kind": "company", "country_code": "USA"},
    ],
    "programs": [
        {"program_id": "artemis", "name": "Artemis", "lead_actor_id": "nasa", "kind": "exploration"}
        | {"status": "active", "started_on": "2017-12-11"},
    ],
    "missions": [
        {"mission_id": "flown-1", "name": "Flown 1", "program_id": "artemis", "operator_id": "nasa"}
        | {"goal": "landing", "is_crewed": True, "status": "launched"},
        {"mission_id": "planned-2", "name": "Planned 2", "program_id": "artemis", "operator_id": "nasa"}
        | {"goal": "landing", "is_crewed": False, "status": "planned"},
        {"mission_id": "dropped-3", "name": "Dropped 3", "program_id": "artemis", "operator_id": "nasa"}
        | {"goal": "landing", "is_crewed": False, "status": "cancelled"},
        {"mission_id": "guest-1", "name": "Guest 1", "program_id": "artemis", "operator_id": "lander-works"}
        | {"goal": "orbit", "is_crewed": False, "status": "launched", "primary_mission_id": "flown-1"},
    ],
    "spacecraft": [
        {"spacecraft_id": "flown-1-lander", "mission_id": "flown-1", "name": "Lander", "kind": "lander"},
        {"spacecraft_id": "planned-2-rover", "mission_id": "planned-2", "name": "Rover", "kind": "rover"},
        {"spacecraft_id": "guest-1-craft", "mission_id": "guest-1", "name": "Guest", "kind": "cubesat"},
    ],
    "mission_events": [
        {"event_id": "flown-1-2023-05-01-launch", "mission_id": "flown-1", "phase": "launch"}
        | {"occurred_at": "2023-05-01T10:00Z", "outcome": "success"},
        {"event_id": "flown-1-2023-05-04-landing", "mission_id": "flown-1", "spacecraft_id": "flown-1-lander"}
        | {"phase": "landing", "occurred_at": "2023-05-04", "outcome": "partial", "place": "Mare Crisium"},
        {"event_id": "flown-1-2023-05-09-earth-return", "mission_id": "flown-1", "phase": "earth_return"}
        | {"occurred_at": "2023-05-09", "outcome": "success"},
        {"event_id": "guest-1-2023-05-01-launch", "mission_id": "guest-1", "phase": "launch"}
        | {"occurred_at": "2023-05-01T10:00Z", "outcome": "success"},
        {"event_id": "guest-1-craft-2023-05-02-end-of-mission", "mission_id": "guest-1", "phase": "end_of_mission"}
        | {"spacecraft_id": "guest-1-craft", "occurred_at": "2023-05-02", "outcome": "failure"},
    ],
    "milestones": [
        {"milestone_id": "first-landing", "name": "First landing", "program_id": "artemis", "kind": "landing"}
        | {"definition": "A landing.", "status": "planned"},
        {"milestone_id": "first-launch", "name": "First launch", "program_id": "artemis", "kind": "launch"}
        | {"definition": "A launch.", "status": "achieved", "achieved_event_id": "flown-1-2023-05-01-launch"},
        {"milestone_id": "old-base", "name": "Old base", "program_id": "artemis", "kind": "completion"}
        | {"definition": "A base.", "status": "redefined", "successor_id": "first-landing"},
    ],
    "milestone_carriers": [
        {"milestone_id": "first-landing", "mission_id": "dropped-3", "assigned_on": "2020", "released_on": "2022-06"},
        {"milestone_id": "first-landing", "mission_id": "planned-2", "assigned_on": "2022-06"},
    ],
    "target_dates": [
        {"target_id": "first-landing-2020-09-01-nasa-target", "milestone_id": "first-landing"}
        | {"stated_on": "2020-09-01", "stated_by": "nasa", "voice": "official", "role": "target", "effect": "gives"}
        | {"target_text": "by 2024", "target": "2024", "qualifier": "no_later_than"},
        {"target_id": "first-landing-2023-09-01-nasa-target", "milestone_id": "first-landing"}
        | {"stated_on": "2023-09-01", "stated_by": "nasa", "voice": "official", "role": "target", "effect": "gives"}
        | {"target_text": "no earlier than 2025", "target": "2025", "qualifier": "no_earlier_than"},
        {"target_id": "first-landing-2023-10-nasa-target", "milestone_id": "first-landing", "stated_on": "2023-10"}
        | {"stated_by": "nasa", "voice": "official", "role": "target", "effect": "undated"},
        {"target_id": "first-launch-2022-nasa-target", "milestone_id": "first-launch", "stated_on": "2022"}
        | {"stated_by": "nasa", "voice": "official", "role": "target", "effect": "gives"}
        | {"target_text": "in 2023", "target": "2023", "qualifier": "planned"},
        {"target_id": "first-landing-2023-11-audit-office-estimate", "milestone_id": "first-landing"}
        | {"stated_on": "2023-11", "stated_by": "audit-office", "voice": "auditor", "role": "estimate"}
        | {"effect": "gives", "target_text": "in 2027", "target": "2027", "qualifier": "planned"},
    ],
    "agreements": [
        {"agreement_id": "artemis-accords", "title": "Accords", "kind": "political_commitment", "program_id": "artemis"}
        | {"opened_on": "2020-10-13", "joins_program_id": "artemis"},
        {"agreement_id": "moon-agreement", "title": "Treaty", "kind": "treaty", "opened_on": "1979-12-18"},
        {"agreement_id": "order-1", "title": "Order 1", "kind": "task_order", "mission_id": "planned-2"},
    ],
    "agreement_actions": [
        {"action_id": "artemis-accords-2020-10-13-usa-signed", "agreement_id": "artemis-accords", "actor_id": "usa"}
        | {"through_actor_id": "nasa", "action": "signed", "done_on": "2020-10-13"},
        {"action_id": "artemis-accords-2020-10-13-jpn-signed", "agreement_id": "artemis-accords", "actor_id": "jpn"}
        | {"action": "signed", "done_on": "2020-10-13"},
        {"action_id": "moon-agreement-1980-jpn-signed", "agreement_id": "moon-agreement", "actor_id": "jpn"}
        | {"action": "signed", "done_on": "1980/1981"},
        {"action_id": "moon-agreement-1984-jpn-ratified", "agreement_id": "moon-agreement", "actor_id": "jpn"}
        | {"action": "ratified", "done_on": "1984-06-01", "effective_on": "1984-07-01"},
        {"action_id": "moon-agreement-2022-jpn-withdrew", "agreement_id": "moon-agreement", "actor_id": "jpn"}
        | {"action": "withdrew", "done_on": "2022-01-05", "effective_on": "2023-01-05"},
        {"action_id": "order-1-2021-lander-works-awarded", "agreement_id": "order-1", "actor_id": "lander-works"}
        | {"action": "awarded", "done_on": "2021", "amount": 7e7, "currency": "USD", "amount_kind": "base"},
    ],
    "policies": [
        {"policy_id": "rider-1", "title": "Rider 1", "kind": "appropriations_rider", "issued_by": "usa"}
        | {"issued_on": "2011-04-15", "in_force_on": "2011-04-15", "ended_on": "2011-09-30", "summary": "Bars."},
        {"policy_id": "rider-2", "title": "Rider 2", "kind": "appropriations_rider", "issued_by": "usa"}
        | {"issued_on": "2011-11-18", "in_force_on": "2011-11-18", "replaces_id": "rider-1", "summary": "Bars."},
    ],
    "statements": [
        {"statement_id": "nasa-2021-invites", "made_by": "nasa", "made_on": "2021", "stance": "invites"}
        | {"about_program_id": "artemis", "summary": "Open to all."},
    ],
    "published_totals": [
        {"total_id": "page-2024-landings", "counts": "tried_landing", "counted_on": "2024", "value": 2}
        | {"what_counted": "Landings tried."},
        {"total_id": "page-2024-signatories", "counts": "states_signed", "agreement_id": "artemis-accords"}
        | {"counted_on": "2024-01-01", "value": 2, "what_counted": "Signatories."},
    ],
    "published_total_members": [
        {"total_id": "page-2024-landings", "name_there": "Flown One", "mission_id": "flown-1"},
    ],
    "history": [
        {"table_name": "missions", "row_id": "dropped-3", "column_name": "status", "value": "planned"}
        | {"since_on": "2020"},
        {"table_name": "missions", "row_id": "dropped-3", "column_name": "status", "value": "cancelled"}
        | {"since_on": "2022-06"},
        {"table_name": "milestones", "row_id": "old-base", "column_name": "status", "value": "redefined"}
        | {"since_on": "2021"},
    ],
    "citations": [
        {"table_name": "target_dates", "row_id": "first-launch-2022-nasa-target", "column_name": "target"}
        | {"source_id": "nasa-2026-05-01-page", "locator": "p. 2", "bearing": "contradicts", "value_there": "2024"},
    ],
    "identifiers": [
        {"table_name": "missions", "row_id": "flown-1", "scheme": "cospar", "value": "2023-060", "match": "exact"},
        {"table_name": "spacecraft", "row_id": "flown-1-lander", "scheme": "cospar", "value": "2023-060A"}
        | {"match": "exact"},
    ],
    "aliases": [
        {"table_name": "missions", "row_id": "flown-1", "alias": "F1", "language": "en", "used_from": "2018"},
    ],
    "date_words": [
        {"wording": "early", "calendar": "year", "resolves_to": "{year}-37", "rule": "Months 1 to 4.", "example": "…"},
    ],
    "coverage": [
        {"coverage_id": "missions-all", "table_name": "missions", "subject": "All", "inclusion_rule": "All"}
        | {"searched_in": "NASA", "searched_through": "2026-11-22"},
        *(
            {"coverage_id": f"target-dates-{milestone}", "table_name": "target_dates", "subject": milestone}
            | {"inclusion_rule": "All", "searched_in": "NASA", "searched_through": "2026-11-22"}
            for milestone in ("first-landing", "first-launch", "old-base")
        ),
    ],
    "retired_ids": [
        {"table_name": "missions", "row_id": "flown-one", "retired_in": "0.2.0", "successor_id": "flown-1"}
        | {"reason": "Spelling."},
    ],
}


def sample() -> Tables:
    """The tables as a check reads them: typed, the index being the line in the file (the first row is line 2)."""
    return Tables({name: frame.copy() for name, frame in _read().items()}, SCHEMAS)


@cache
def _read() -> dict[str, pd.DataFrame]:
    return {name: _frame(name, rows) for name, rows in ROWS.items()}


def _frame(name: str, rows: list[dict]) -> pd.DataFrame:
    schema = SCHEMAS[name]
    defaults = {column: value for column, value in CITED.items() if column in schema.columns}
    frame = pd.DataFrame([defaults | row for row in rows], columns=schema.columns)
    frame.index = pd.RangeIndex(2, 2 + len(rows), name="line")
    return frame.astype(schema.pandas_dtypes())


def changed(table: str, position: int, **cells) -> Tables:
    """The sample with some cells of one row set; rows count from 0."""
    tables = sample()
    for column, value in cells.items():
        tables[table].loc[2 + position, column] = value
    return tables


def added(table: str, **cells) -> Tables:
    """The sample with one more row."""
    tables = sample()
    tables[table] = _frame(table, [*ROWS[table], cells])
    return tables


def without(table: str, position: int) -> Tables:
    """The sample without one row."""
    tables = sample()
    tables[table] = tables[table].drop(index=2 + position)
    return tables
