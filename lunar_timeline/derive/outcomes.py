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
_AT_THE_MOON = ("flyby", "orbit_insertion", "orbit_operations", "landing", "impact", "surface_operations")


def mission_outcomes(tables: Tables) -> pd.DataFrame:
    """One row per mission with a launch event: the furthest phase that happened, and a verdict per rule.

    Each rule answers one question of those that published totals answer without saying which:

    - ``is_attempt``: a launch was attempted.
    - ``left_earth``: it was sent on its way (a departure, or any later phase, happened).
    - ``reached_moon``: a pass, orbit, impact or landing at the Moon happened.
    - ``tried_landing``: a landing was tried, whatever came of it.
    - ``landed``: a landing happened, impaired or not.
    - ``landed_unimpaired``: a landing happened and was not impaired.
    """
    events = tables["mission_events"]
    flown = events.loc[events["phase"] == "launch", "mission_id"].unique()
    missions = tables["missions"][tables["missions"]["mission_id"].isin(flown)]
    events = events[events["mission_id"].isin(flown)]
    happened = events[events["outcome"].isin(_HAPPENED)]

    def any_of(frame: pd.DataFrame, *phases: str) -> pd.Series:
        return missions["mission_id"].isin(frame.loc[frame["phase"].isin(phases), "mission_id"])

    steps = happened[happened["phase"].isin(WAY)].copy()
    steps["step"] = steps["phase"].map(WAY.index)
    furthest = steps.groupby("mission_id")["step"].max().map(lambda step: WAY[step])
    failed = events[events["outcome"] == "failure"].copy()
    failed["step"] = failed["phase"].map({phase: step for step, phase in enumerate(WAY)}).fillna(len(WAY))
    failed = failed.sort_values("step", kind="stable").drop_duplicates("mission_id").set_index("mission_id")
    return pd.DataFrame(
        {
            "mission_id": missions["mission_id"],
            "mission_name": missions["name"],
            "program_id": missions["program_id"],
            "operator_id": missions["operator_id"],
            "goal": missions["goal"],
            "is_crewed": missions["is_crewed"],
            "launched_at": missions["launched_at"],
            "furthest_phase": missions["mission_id"].map(furthest),
            "failed_phase": missions["mission_id"].map(failed["phase"]),
            "is_attempt": True,
            "left_earth": any_of(happened, *WAY[WAY.index("earth_departure") : WAY.index("earth_return")]),
            "reached_moon": any_of(happened, *_AT_THE_MOON),
            "tried_landing": any_of(events[events["outcome"] != "not_attempted"], "landing"),
            "landed": any_of(happened, "landing"),
            "landed_unimpaired": any_of(events[events["outcome"] == "success"], "landing"),
        }
    )
