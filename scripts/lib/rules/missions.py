"""Rules about missions and their events."""

from collections.abc import Iterator

import pandas as pd

from scripts.lib.findings import shown
from scripts.lib.rules.problem import Problem, Tables, each, earliest, latest, look_up, surely_before


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


def one_launch_one_instant(tables: Tables) -> Iterator[Problem]:
    """Missions of one COSPAR launch number, and a guest and its primary, were launched at the same instant."""
    missions, events, numbers = tables["missions"], tables["mission_events"], tables["identifiers"]
    launches = events[(events["phase"] == "launch") & events["occurred_at"].notna()]
    instant = launches.drop_duplicates("mission_id").set_index("mission_id")["occurred_at"]
    numbers = numbers[(numbers["table_name"] == "missions") & (numbers["scheme"] == "cospar")]
    first = numbers[numbers["row_id"].isin(instant.index)].drop_duplicates("value").set_index("value")["row_id"]
    hosts = pd.concat(
        [
            numbers.set_index("row_id")["value"].map(first),
            missions.set_index("mission_id")["primary_mission_id"],
        ]
    ).dropna()
    for mission_id, host in hosts.items():
        own = launches[launches["mission_id"] == mission_id]
        if host not in instant.index:
            told = missions["mission_id"] == mission_id
            yield from each(missions, "missions", "primary_mission_id", told & (len(own) > 0), "has no launch event")
        elif len(own) and instant[host] not in set(own["occurred_at"]):
            message = (
                f"occurred_at {shown(own['occurred_at'].iloc[0])}: {host}, on the same launch, has {instant[host]}"
            )
            yield Problem("mission_events", own.index[0], "occurred_at", f"{message}; make the two agree")


def craft_bear_the_launch_number(tables: Tables) -> Iterator[Problem]:
    """The COSPAR piece of a craft begins with a launch number of its mission."""
    numbers = tables["identifiers"][tables["identifiers"]["scheme"] == "cospar"]
    launches = numbers[numbers["table_name"] == "missions"].dropna(subset=["value"]).groupby("row_id")["value"].agg(set)
    pieces = numbers[(numbers["table_name"] == "spacecraft") & numbers["value"].notna()]
    missions = look_up(pieces["row_id"], tables["spacecraft"], "mission_id")
    for line, value, mission_id in zip(pieces.index, pieces["value"], missions, strict=True):
        if mission_id in launches.index and value[:8] not in launches[mission_id]:
            message = f"value {shown(value)}: {mission_id} has the launch number {', '.join(launches[mission_id])}"
            yield Problem("identifiers", line, "value", message)


def nothing_after_the_newest_source(tables: Tables) -> Iterator[Problem]:
    """No event lies after the newest source: nobody can have read of it."""
    events, sources = tables["mission_events"], tables["sources"]
    newest = max((day for day in map(latest, sources["published_on"]) if day), default=None)
    late = [bool(newest and day and day > newest) for day in map(earliest, events["occurred_at"])]
    mask = pd.Series(late, index=events.index, dtype="bool")
    text = f"after the newest source ({newest.date() if newest else 'none'}); mend the time, or add the source"
    yield from each(events, "mission_events", "occurred_at", mask, text)


_AFTER_A_FAILED_LAUNCH = ("launch", "earth_return", "end_of_mission")


def failed_launch_ends_it(tables: Tables) -> Iterator[Problem]:
    """A mission whose launches all failed reached no later phase, but for what came down again."""
    events = tables["mission_events"]
    launches = events[events["phase"] == "launch"]
    survived = launches.loc[launches["outcome"] != "failure", "mission_id"]
    lost = events["mission_id"].isin(launches["mission_id"]) & ~events["mission_id"].isin(survived)
    later = lost & ~events["phase"].isin(_AFTER_A_FAILED_LAUNCH)
    yield from each(events, "mission_events", "phase", later, "the launch failed; mend its outcome, or remove this row")


def nothing_after_the_end(tables: Tables) -> Iterator[Problem]:
    """After its end a craft does nothing but hit the Moon or come down."""
    events = tables["mission_events"]
    ended = events[(events["phase"] == "end_of_mission") & events["spacecraft_id"].notna()]
    end = events["spacecraft_id"].map(ended.drop_duplicates("spacecraft_id").set_index("spacecraft_id")["occurred_at"])
    late = surely_before(end, events["occurred_at"]) & ~events["phase"].isin(["impact", "earth_return"])
    yield from each(events, "mission_events", "occurred_at", late, "after the end_of_mission of this craft")
