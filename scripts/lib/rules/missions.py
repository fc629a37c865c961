"""Rules about missions and their events."""

from collections.abc import Iterator

from scripts.lib.findings import shown
from scripts.lib.rules.problem import Problem, Tables, each, earliest, look_up, surely_before


def launched_has_event(tables: Tables) -> Iterator[Problem]:
    """A launched mission has a launch event, and no other has one."""
    missions, events = tables["missions"], tables["mission_events"]
    launched = missions["status"] == "launched"
    has_launch = missions["mission_id"].isin(events.loc[events["phase"] == "launch", "mission_id"])
    yield from each(missions, "missions", "status", launched & ~has_launch, "add its launch to mission_events.csv")
    yield from each(missions, "missions", "status", ~launched & has_launch, 'has a launch event; type "launched"')


def launch_comes_first(tables: Tables) -> Iterator[Problem]:
    """No event of a mission lies before its first launch."""
    events = tables["mission_events"]
    launches = events[(events["phase"] == "launch") & events["occurred_at"].notna()]
    launches = launches.assign(order=[earliest(text) for text in launches["occurred_at"]]).sort_values("order")
    first = events["mission_id"].map(launches.drop_duplicates("mission_id").set_index("mission_id")["occurred_at"])
    early = surely_before(events["occurred_at"], first)
    yield from each(events, "mission_events", "occurred_at", early, "before the mission's launch")


def landing_has_a_place(tables: Tables) -> Iterator[Problem]:
    """A landing or impact that happened has a place or coordinates, or a note that says why not."""
    events = tables["mission_events"]
    down = events["phase"].isin(["landing", "impact"]) & events["outcome"].isin(["success", "partial"])
    nowhere = down & events[["place", "latitude_deg", "note"]].isna().all(axis=1)
    yield from each(
        events,
        "mission_events",
        "place",
        nowhere,
        "type the place or the coordinates, or say why not in note",
    )
    half = events["latitude_deg"].isna() != events["longitude_deg"].isna()
    yield from each(events, "mission_events", "latitude_deg", half, "latitude and longitude stand together")


def craft_of_the_mission(tables: Tables) -> Iterator[Problem]:
    """The craft of an event flew on the event's mission."""
    events = tables["mission_events"]
    mission = look_up(events["spacecraft_id"], tables["spacecraft"], "mission_id")
    wrong = mission.notna() & (mission != events["mission_id"])
    for line, row in events[wrong].iterrows():
        message = f"spacecraft_id {shown(row['spacecraft_id'])}: is of mission {shown(mission[line])}, not of this one"
        yield Problem("mission_events", line, "spacecraft_id", message)


def crew_comes_back(tables: Tables) -> Iterator[Problem]:
    """A crewed mission that was launched has a return to Earth, or a note that says why not."""
    missions, events = tables["missions"], tables["mission_events"]
    crewed = (missions["status"] == "launched") & missions["is_crewed"].fillna(False).astype("bool")
    back = missions["mission_id"].isin(events.loc[events["phase"] == "earth_return", "mission_id"])
    lost = crewed & ~back & missions["note"].isna()
    yield from each(
        missions,
        "missions",
        "is_crewed",
        lost,
        "add its earth_return to mission_events.csv, or say why not in note",
    )
