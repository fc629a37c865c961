"""How far each mission came, and whether it counts under each named rule."""

from collections.abc import Callable, Mapping

import pandas as pd

Tables = Mapping[str, pd.DataFrame]

# In the order in which a flight passes them; `deployment`, `docking` and the end are no steps of the way.
WAY = (
    "launch",
    "earth_orbit_operations",
    "earth_departure",
    "transit",
    "flyby",
    "orbit_insertion",
    "orbit_operations",
    "descent",
    "landing",
    "impact",
    "surface_operations",
    "ascent",
    "earth_return",
)
_HAPPENED = ("success", "partial")
# Begun, whatever came of it: who fails to land has come to the Moon.
_BEGUN = ("success", "partial", "failure", "unknown")
# Who comes back to Earth need not have left its orbit.
_ON_THE_WAY = tuple(phase for phase in WAY[WAY.index("earth_departure") + 1 :] if phase != "earth_return")
_AT_THE_MOON = ("flyby", "orbit_insertion", "orbit_operations", "landing", "impact", "surface_operations")
# What must have happened for a goal to count as met: for each group of phases one outcome that suffices.
_MET: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "flyby": (("flyby", ("success",)),),
    "free_return": (("flyby", ("success",)), ("earth_return", ("success",))),
    "orbit": (("orbit_insertion", ("success",)),),
    "distant_orbit": (("orbit_insertion", ("success",)),),
    "impact": (("impact", ("success",)),),
    "landing": (("landing", ("success", "partial")),),
    "sample_return": (("landing", ("success", "partial")), ("earth_return", ("success",))),
    "station_assembly": (("docking", ("success",)),),
    "gravity_assist": (("flyby", ("success",)),),
}
# Goals that do not bring a craft to the Moon for the Moon's sake.
_NOT_FOR_THE_MOON = ("test_flight", "gravity_assist")
_FROM_THE_MOON = ("orbit_operations", "descent", "landing", "surface_operations", "ascent")


def mission_outcomes(tables: Tables) -> pd.DataFrame:
    """One row per mission with a launch event: how far it came, and a verdict per rule.

    Each rule answers one question of those that published totals answer without saying which:

    - ``is_attempt``: a launch was attempted.
    - ``aimed_at_moon``: its goal was the Moon: neither a test flight nor a pass on the way elsewhere.
    - ``own_launch``: it did not share the launch of a lunar mission that was the primary payload.
    - ``reached_space``: its launch reached parking orbit, or the path that it needed.
    - ``left_earth``: it was sent on its way: a departure happened, or a later phase was begun.
    - ``reached_moon``: a pass, orbit, impact or landing happened there, or was begun from there.
    - ``entered_orbit``: it entered orbit about the Moon, or a distant orbit there.
    - ``tried_landing``: a descent or landing was begun, whatever came of it.
    - ``landed``: a landing happened, impaired or not.
    - ``landed_unimpaired``: a landing happened and was not impaired.
    - ``met_lunar_objective``: something meant to happen at the Moon did: a pass, an orbit, a planned hit, a landing
      (impaired or not), work in orbit or on the surface. A pass that was a miss is `partial` and does not count.
    - ``met_goal``: the most ambitious goal at launch was met; empty for test flights, whose goal is not at the Moon.
    """
    events = tables["mission_events"]
    flown = events.loc[events["phase"] == "launch", "mission_id"].unique()
    missions = tables["missions"][tables["missions"]["mission_id"].isin(flown)]
    craft = tables["spacecraft"]
    stages = craft.loc[craft["kind"] == "rocket_stage", "spacecraft_id"]
    # What becomes of a spent stage at the Moon is no achievement of the mission.
    spent = events["spacecraft_id"].isin(stages) & events["phase"].isin(_AT_THE_MOON)
    events = events[events["mission_id"].isin(flown) & ~spent]
    happened, begun = events[events["outcome"].isin(_HAPPENED)], events[events["outcome"].isin(_BEGUN)]

    def any_of(frame: pd.DataFrame, *phases: str) -> pd.Series:
        return missions["mission_id"].isin(frame.loc[frame["phase"].isin(phases), "mission_id"])

    failed, succeeded = events[events["outcome"] == "failure"], events[events["outcome"] == "success"]
    left_earth = any_of(happened, "earth_departure") | any_of(begun, *_ON_THE_WAY)
    furthest = missions["mission_id"].map(_step(happened, "max"))
    # A departure that nobody recorded is known from what came after it.
    furthest = furthest.where(~left_earth, furthest.fillna(0).clip(lower=WAY.index("earth_departure")))
    return pd.DataFrame(
        {
            "mission_id": missions["mission_id"],
            "mission_name": missions["name"],
            "program_id": missions["program_id"],
            "operator_id": missions["operator_id"],
            "goal": missions["goal"],
            "is_crewed": missions["is_crewed"],
            "launched_at": missions["launched_at"],
            "furthest_phase": furthest.map(dict(enumerate(WAY))),
            "failed_phase": missions["mission_id"].map(_step(failed, "min")).map(dict(enumerate(WAY))),
            "is_attempt": True,
            "aimed_at_moon": ~missions["goal"].isin(_NOT_FOR_THE_MOON),
            "own_launch": missions["primary_mission_id"].isna(),
            "reached_space": any_of(succeeded, "launch") | left_earth,
            "left_earth": left_earth,
            "reached_moon": any_of(happened, *_AT_THE_MOON) | any_of(begun, *_FROM_THE_MOON),
            "entered_orbit": any_of(succeeded, "orbit_insertion"),
            "tried_landing": any_of(begun, "descent", "landing"),
            "landed": any_of(happened, "landing"),
            "landed_unimpaired": any_of(succeeded, "landing"),
            "met_lunar_objective": any_of(succeeded, *_AT_THE_MOON) | any_of(happened, "landing"),
            "met_goal": _goal_met(missions, any_of, events),
        }
    )


def _goal_met(missions: pd.DataFrame, any_of: Callable[..., pd.Series], events: pd.DataFrame) -> pd.Series:
    """Whether all that its goal asks for happened; empty for a goal that asks for nothing at the Moon."""
    met = pd.Series(pd.NA, index=missions.index, dtype="boolean")
    for goal, needs in _MET.items():
        verdict = pd.Series(True, index=missions.index)
        for phase, outcomes in needs:
            verdict &= any_of(events[events["outcome"].isin(outcomes)], phase)
        met = met.mask(missions["goal"] == goal, verdict)
    return met


def _step(events: pd.DataFrame, choose: str) -> pd.Series:
    """For each mission the first or last step of the way among its events."""
    steps = events.loc[events["phase"].isin(WAY), "phase"].map(WAY.index)
    return steps.groupby(events["mission_id"]).agg(choose)
