"""Rules: what Table Schema cannot say, across columns, rows and tables. One named function per rule.

A rule takes the tables (typed frames, index: line in the file; and their schemas) and yields problems. Its
name is the function's, with hyphens; its docstring says what holds. Each has a test in `tests/test_rules.py`.
"""

from collections.abc import Callable, Iterator

from scripts.lib.rules import agreements, dates, ids, links, missions, sources, targets
from scripts.lib.rules.problem import Problem, Tables

Rule = Callable[[Tables], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    ids.state_ids,
    ids.country_codes,
    ids.composed_ids,
    ids.retired_ids_stay_retired,
    links.row_references,
    links.history_agrees,
    links.history_reaches_back,
    links.ended_states_are_dated,
    links.things_are_spoken_of,
    links.catalogue_ids,
    links.contradictions_say_what,
    sources.sources_have_an_address,
    sources.sources_are_used,
    sources.no_encyclopedia,
    sources.one_source_a_document,
    sources.confirmed_by_another,
    sources.nothing_after_reading,
    sources.stated_before_published,
    dates.dates_in_order,
    dates.announced_later,
    targets.target_shape,
    targets.achieved_has_event,
    targets.replaced_has_successor,
    targets.nothing_promised_after_achieved,
    targets.one_target_a_day,
    targets.words_name_the_date,
    targets.achieved_by_its_carrier,
    targets.launched_is_achieved,
    targets.milestones_were_searched,
    agreements.acts_are_dated,
    agreements.acts_happen_once,
    agreements.acts_fit_the_instrument,
    agreements.acts_after_opening,
    agreements.silent_signing_dates_no_instrument,
    agreements.withdrawal_after_joining,
    agreements.money_is_whole,
    agreements.successors_come_later,
    agreements.acts_fit_the_actor,
    agreements.actors_existed,
    agreements.states_count_once,
    missions.launched_has_event,
    missions.launch_comes_first,
    missions.landing_has_a_place,
    missions.craft_of_the_mission,
    missions.crew_comes_back,
    missions.one_launch_one_instant,
    missions.craft_bear_the_launch_number,
    missions.nothing_after_the_newest_source,
    missions.failed_launch_ends_it,
    missions.nothing_after_the_end,
)


def rule_name(rule: Rule) -> str:
    return rule.__name__.replace("_", "-")
