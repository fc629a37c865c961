"""Rules: the sample breaks none; each test breaks one thing and asserts one message."""

import pytest

from scripts.lib.rules import RULES, rule_name
from tests.sample import CITED, SCHEMAS, added, changed, sample, without

TARGET = {"milestone_id": "first-landing", "stated_by": "nasa", "voice": "official", "role": "target"}
GIVES = TARGET | {"effect": "gives", "target_text": "in 2026", "target": "2026", "qualifier": "planned"}

OPERATOR = {"table_name": "missions", "row_id": "planned-2", "column_name": "operator_id", "since_on": "2021"}


def _silent():
    """The sample with a signing that nobody was told of for a year."""
    tables = sample()
    tables["agreement_actions"].loc[[2, 3], "announced_on"] = "2021-10"
    return tables


CARRIED = {"milestone_id": "first-launch", "assigned_on": "2022"} | CITED


def _flown_by_another():
    """The sample with a launch that another mission achieved than was to carry it."""
    return added("milestone_carriers", mission_id="planned-2", **CARRIED)


def _launched_but_planned():
    """The sample with a mission that flew and a milestone that did not notice."""
    tables = added("milestone_carriers", mission_id="flown-1", **CARRIED)
    tables["milestones"].loc[3, ["status", "achieved_event_id"]] = ["planned", None]
    return tables


def _shared_number():
    """The sample with a guest of the same launch number, but of another day."""
    tables = changed("mission_events", 3, occurred_at="2023-05-02")
    tables["missions"].loc[5, "primary_mission_id"] = None
    tables["identifiers"].loc[3, ["table_name", "row_id", "value"]] = ["missions", "guest-1", "2023-060"]
    return tables


# rule, tables, what the message says
BROKEN = [
    ("state-ids", changed("actors", 1, actor_id="japan"), 'actor_id "japan": the id of a state is its alpha-3'),
    ("state-ids", changed("actors", 3, actor_id="lwk"), 'actor_id "lwk": ids of three letters are for states'),
    ("country-codes", changed("actors", 0, country_code="USB"), 'country_code "USB": not an ISO 3166-1'),
    ("composed-ids", changed("statements", 0, statement_id="2021-invites"), 'type "nasa-…"'),
    ("composed-ids", changed("target_dates", 0, target_id="first-landing-2020-09-01"), 'put "nasa" into it'),
    ("retired-ids-stay-retired", changed("retired_ids", 0, row_id="flown-1"), 'row_id "flown-1": retired, yet still'),
    ("retired-ids-stay-retired", changed("retired_ids", 0, successor_id="flown-2"), "no such row in missions"),
    ("row-references", changed("history", 0, table_name="mission"), 'did you mean "missions"?'),
    ("row-references", changed("aliases", 0, row_id="flown-2"), 'did you mean "flown-1"?'),
    ("row-references", changed("citations", 0, column_name="targt"), 'did you mean "target"?'),
    ("history-agrees", changed("history", 0, column_name="launch_site"), "has no history; one of name, operator_id"),
    ("history-agrees", changed("history", 0, value="canceled"), 'did you mean "cancelled"?'),
    ("history-agrees", changed("missions", 2, status="suspended"), 'missions.status holds "suspended"'),
    ("history-agrees", added("history", **OPERATOR | {"value": "nasaa"}), 'no such row; did you mean "nasa"?'),
    (
        "history-reaches-back",
        changed("history", 2, since_on="2023-06", row_id="first-landing"),
        "is known from 2020-09",
    ),
    ("things-are-spoken-of", without("target_dates", 3), 'milestone_id "first-launch": no dated row speaks of it'),
    ("ended-states-are-dated", changed("programs", 0, status="completed"), 'status "completed": add a row'),
    ("ended-states-are-dated", without("history", 2), 'status "redefined": add a row to history.csv'),
    ("catalogue-ids", changed("identifiers", 0, value="2023-060A"), "type the launch number, as 1969-059"),
    ("catalogue-ids", changed("identifiers", 1, value="2023-060"), "type the piece, as 1969-059C"),
    ("contradictions-say-what", changed("citations", 0, value_there=None), "value_there is empty"),
    ("sources-have-an-address", changed("sources", 0, url=None), "type the address"),
    ("sources-are-used", without("citations", 0), 'source_id "nasa-2026-05-01-page": no row cites it'),
    ("no-encyclopedia", changed("sources", 0, url="https://en.wikipedia.org/wiki/Artemis"), "cite the document"),
    ("nothing-after-reading", changed("statements", 0, made_on="2027-01"), 'made_on "2027-01": later than its source'),
    ("stated-before-published", changed("statements", 0, made_on="2024-01-03"), "later than its source was published"),
    ("dates-in-order", changed("policies", 0, ended_on="2011-01"), 'ended_on "2011-01": before in_force_on'),
    ("announced-later", changed("statements", 0, announced_on="2020"), 'announced_on "2020": before made_on'),
    ("announced-later", changed("statements", 0, announced_on="2021"), "the same as made_on; leave it empty"),
    ("target-shape", changed("target_dates", 0, target=None), "target is empty: who gives or denies a date"),
    ("target-shape", changed("target_dates", 2, target="2026"), 'target "2026": who gives no date has none'),
    ("target-shape", changed("target_dates", 0, target_text=None), "target_text is empty: quote the words"),
    ("target-shape", changed("target_dates", 0, effect="denies"), 'type "after"'),
    ("target-shape", changed("target_dates", 0, effect="doubts", target=None), "stand together"),
    ("achieved-has-event", changed("milestones", 1, achieved_event_id=None), "name the event"),
    ("achieved-has-event", changed("milestones", 1, status="planned"), 'type "achieved"'),
    ("replaced-has-successor", changed("milestones", 2, successor_id=None), "name the milestone"),
    ("replaced-has-successor", changed("milestones", 0, successor_id="old-base"), "only a redefined"),
    ("replaced-has-successor", changed("milestones", 2, successor_id="old-base"), "does not replace itself"),
    ("nothing-promised-after-achieved", changed("target_dates", 3, stated_on="2023-06"), "after the milestone was"),
    (
        "one-target-a-day",
        added("target_dates", target_id="x", stated_on="2020-09-01", **GIVES),
        'states "2024 no_later_than"',
    ),
    (
        "one-target-a-day",  # another body of the same side
        added("target_dates", target_id="x", stated_on="2020-09-01", **GIVES | {"stated_by": "usa"}),
        'states "2024 no_later_than"',
    ),
    ("words-name-the-date", changed("target_dates", 0, target="2025"), 'its words name "2024 planned"'),
    ("words-name-the-date", changed("target_dates", 0, target_text="soon"), "its words name no date"),
    ("words-name-the-date", changed("target_dates", 0, note="Date: from the heading."), "follows from its words"),
    ("achieved-by-its-carrier", _flown_by_another(), "its mission was not to carry it"),
    ("launched-is-achieved", _launched_but_planned(), 'was launched; type "achieved"'),
    (
        "one-source-a-document",
        changed("sources", 1, url="http://www.example.org/a/", kind="report"),
        'the address of "nasa-2024',
    ),
    (
        "confirmed-by-another",
        changed("citations", 0, bearing="confirms", value_there=None, source_id="nasa-2024-01-02-plan"),
        "the source of the row itself",
    ),
    ("milestones-were-searched", without("coverage", 1), 'add a row "target-dates-first-landing"'),
    ("acts-are-dated", changed("agreement_actions", 0, done_on=None), "done_on is empty: type the day"),
    ("acts-happen-once", changed("agreement_actions", 1, actor_id="usa"), "has done this already"),
    ("acts-fit-the-instrument", changed("agreement_actions", 0, action="ratified"), "only done to treaty"),
    ("acts-fit-the-instrument", changed("agreement_actions", 0, action="awarded"), "only done to contract"),
    ("acts-after-opening", changed("agreement_actions", 0, done_on="2020-10-12"), "before the instrument was opened"),
    ("silent-signing-dates-no-instrument", _silent(), 'opened_on "2020-10-13": the signing became known later'),
    ("withdrawal-after-joining", changed("agreement_actions", 4, actor_id="usa"), "it had not joined by then"),
    ("withdrawal-after-joining", changed("agreement_actions", 4, done_on="1979"), "it had not joined by then"),
    ("money-is-whole", changed("agreement_actions", 5, currency=None), "currency is empty: amount, currency"),
    ("successors-come-later", changed("policies", 1, issued_on="2011-01"), "issued after the policy"),
    (
        "acts-fit-the-actor",
        changed("agreement_actions", 3, actor_id="lander-works"),
        "only done by actors of kind state",
    ),
    ("actors-existed", changed("actors", 2, active_from="2021-06"), "did not exist yet"),
    ("actors-existed", changed("actors", 2, active_to="2022-06"), "existed no more"),
    ("states-count-once", changed("actors", 1, country_code="USA"), "another actor of kind state has it"),
    ("states-count-once", changed("agreement_actions", 1, actor_id="nasa"), "a state acts through it"),
    ("launched-has-event", changed("missions", 1, status="launched"), "add its launch to mission_events.csv"),
    ("launched-has-event", changed("missions", 0, status="planned"), 'type "launched"'),
    ("launch-comes-first", changed("mission_events", 1, occurred_at="2023-04"), "before the mission's launch"),
    ("landing-has-a-place", changed("mission_events", 1, place=None), "type the place or the coordinates"),
    ("landing-has-a-place", changed("mission_events", 1, latitude_deg=5.0), "stand together"),
    ("craft-of-the-mission", changed("mission_events", 1, spacecraft_id="planned-2-rover"), 'of mission "planned-2"'),
    ("crew-comes-back", without("mission_events", 2), "add its earth_return"),
    ("one-launch-one-instant", changed("mission_events", 3, occurred_at="2023-05-02"), "has 2023-05-01T10:00Z"),
    ("one-launch-one-instant", changed("missions", 3, primary_mission_id="planned-2"), "has no launch event"),
    ("one-launch-one-instant", _shared_number(), "flown-1, on the same launch"),
    ("craft-bear-the-launch-number", changed("identifiers", 1, value="2023-061A"), "has the launch number 2023-060"),
    ("nothing-after-the-newest-source", changed("mission_events", 2, occurred_at="2026-06"), "after the newest source"),
    ("failed-launch-ends-it", changed("mission_events", 0, outcome="failure"), "the launch failed"),
    ("nothing-after-the-end", changed("mission_events", 1, spacecraft_id="guest-1-craft"), "after the end_of_mission"),
]


def problems(tables):
    return [(rule_name(rule), problem) for rule in RULES for problem in rule(tables)]


def test_the_sample_breaks_no_rule():
    assert problems(sample()) == []


@pytest.mark.parametrize(("rule", "tables", "message"), BROKEN, ids=[f"{rule}: {say}" for rule, _, say in BROKEN])
def test_a_broken_rule_says_what_to_type(rule, tables, message):
    found = [problem.message for name, problem in problems(tables) if name == rule]
    assert any(message in text for text in found), found


def test_every_rule_has_a_test_and_a_reason():
    assert {rule_name(rule) for rule in RULES} == {rule for rule, *_ in BROKEN}
    assert all(rule.__doc__ for rule in RULES)


@pytest.mark.slow
@pytest.mark.parametrize("table", sorted(SCHEMAS))
@pytest.mark.parametrize("value", [None, "soon"])
def test_rules_bear_any_cell(table, value):
    """What the types report is not reported twice, and nothing fails on it."""
    for field in SCHEMAS[table].fields:
        if field.type == "string":
            tables = changed(table, 0, **{field.name: value})
            for rule in RULES:
                list(rule(tables))


@pytest.mark.slow
@pytest.mark.parametrize("table", sorted(SCHEMAS))
def test_rules_bear_an_empty_table(table):
    tables = sample()
    tables[table] = tables[table].iloc[:0]
    for rule in RULES:
        list(rule(tables))
