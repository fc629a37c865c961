"""How far each mission came, and whether it counts under each named rule."""

from collections.abc import Mapping

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
_ON_THE_WAY = WAY[WAY.index("earth_departure") + 1 :]
_AT_THE_MOON = ("flyby", "orbit_insertion", "orbit_operations", "landing", "impact", "surface_operations")
_FROM_THE_MOON = ("orbit_operations", "descent", "landing", "surface_operations", "ascent")


def mission_outcomes(tables: Tables) -> pd.DataFrame:
    """One row per mission with a launch event: how far it came, and a verdict per rule.

    Each rule answers one question of those that published totals answer without saying which:

    - ``is_attempt``: a launch was attempted.
    - ``left_earth``: it was sent on its way: a departure happened, or a later phase was begun.
    - ``reached_moon``: a pass, orbit, impact or landing happened there, or was begun from there.
    - ``tried_landing``: a descent or landing was begun, whatever came of it.
    - ``landed``: a landing happened, impaired or not.
    - ``landed_unimpaired``: a landing happened and was not impaired.
    """
    events = tables["mission_events"]
    flown = events.loc[events["phase"] == "launch", "mission_id"].unique()
    missions = tables["missions"][tables["missions"]["mission_id"].isin(flown)]
    events = events[events["mission_id"].isin(flown)]
    happened, begun = events[events["outcome"].isin(_HAPPENED)], events[events["outcome"].isin(_BEGUN)]

    def any_of(frame: pd.DataFrame, *phases: str) -> pd.Series:
        return missions["mission_id"].isin(frame.loc[frame["phase"].isin(phases), "mission_id"])

    failed = events[events["outcome"] == "failure"]
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
            "left_earth": left_earth,
            "reached_moon": any_of(happened, *_AT_THE_MOON) | any_of(begun, *_FROM_THE_MOON),
            "tried_landing": any_of(begun, "descent", "landing"),
            "landed": any_of(happened, "landing"),
            "landed_unimpaired": any_of(events[events["outcome"] == "success"], "landing"),
        }
    )


def _step(events: pd.DataFrame, choose: str) -> pd.Series:
    """For each mission the first or last step of the way among its events."""
    steps = events.loc[events["phase"].isin(WAY), "phase"].map(WAY.index)
    return steps.groupby(events["mission_id"]).agg(choose)
