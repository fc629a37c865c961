"""Rules about missions and their events."""

from collections.abc import Iterator

import pandas as pd

from scripts.lib.findings import shown
from scripts.lib.rules.problem import Problem, Tables, among, each, earliests, latests, look_up, surely_before


def launched_has_event(tables: Tables) -> Iterator[Problem]:
    """A launched mission has a launch event, and no other has one."""
    missions, events = tables["missions"], tables["mission_events"]
    launched = missions["status"] == "launched"
    has_launch = among(missions["mission_id"], events.loc[events["phase"] == "launch", "mission_id"])
    yield from each(missions, "missions", "status", launched & ~has_launch, "add its launch to mission_events.csv")
    yield from each(missions, "missions", "status", ~launched & has_launch, 'has a launch event; type "launched"')


def launch_comes_first(tables: Tables) -> Iterator[Problem]:
    """No event of a mission lies before its first launch."""
    events = tables["mission_events"]
    launches = events[(events["phase"] == "launch") & events["occurred_at"].notna()]
    launches = launches.assign(order=earliests(launches["occurred_at"])).sort_values("order")
    first = look_up(events["mission_id"], launches[["mission_id", "occurred_at"]], "occurred_at")
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
    back = among(missions["mission_id"], events.loc[events["phase"] == "earth_return", "mission_id"])
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
    launches = events[(events["phase"] == "launch") & events["occurred_at"].notna()].dropna(subset=["mission_id"])
    lines: dict[str, list[int]] = {}
    for line, mission_id in launches["mission_id"].items():
        lines.setdefault(mission_id, []).append(int(line))  # type: ignore[call-overload]
    instants = launches["occurred_at"].to_dict()
    numbers = numbers[(numbers["table_name"] == "missions") & (numbers["scheme"] == "cospar")]
    first = numbers[among(numbers["row_id"], launches["mission_id"])]
    hosts = pd.concat(
        [
            look_up(numbers["value"], first[["value", "row_id"]], "row_id").set_axis(numbers["row_id"]),
            missions.set_index("mission_id")["primary_mission_id"],
        ]
    ).dropna()
    for mission_id, host in hosts.items():
        own = lines.get(mission_id, ())
        if not own:
            continue
        if host not in lines:
            told = missions["mission_id"] == mission_id
            yield from each(missions, "missions", "primary_mission_id", told, "has no launch event")
        elif instants[lines[host][0]] not in [instants[line] for line in own]:
            message = (
                f"occurred_at {shown(instants[own[0]])}: {host}, on the same launch, has {instants[lines[host][0]]}"
            )
            yield Problem("mission_events", own[0], "occurred_at", f"{message}; make the two agree")


def craft_bear_the_launch_number(tables: Tables) -> Iterator[Problem]:
    """The COSPAR piece of a craft begins with a launch number of its mission."""
    numbers = tables["identifiers"][tables["identifiers"]["scheme"] == "cospar"]
    launched = numbers[numbers["table_name"] == "missions"].dropna(subset=["row_id", "value"])
    launches: dict[str, set[str]] = {}
    for mission_id, value in zip(launched["row_id"], launched["value"], strict=True):
        launches.setdefault(mission_id, set()).add(value)
    pieces = numbers[(numbers["table_name"] == "spacecraft") & numbers["value"].notna()]
    missions = look_up(pieces["row_id"], tables["spacecraft"], "mission_id")
    for line, value, mission_id in zip(pieces.index, pieces["value"], missions, strict=True):
        if mission_id in launches and value[:8] not in launches[mission_id]:
            message = (
                f"value {shown(value)}: {mission_id} has the launch number {', '.join(sorted(launches[mission_id]))}"
            )
            yield Problem("identifiers", line, "value", message)


def nothing_after_the_newest_source(tables: Tables) -> Iterator[Problem]:
    """No event lies after the newest source: nobody can have read of it."""
    events, sources = tables["mission_events"], tables["sources"]
    newest = latests(sources["published_on"]).max()
    if pd.isna(newest):
        return
    late = earliests(events["occurred_at"]) > newest
    text = f"after the newest source ({newest:%Y-%m-%d}); mend the time, or add the source"
    yield from each(events, "mission_events", "occurred_at", late, text)


_AFTER_A_FAILED_LAUNCH = ("launch", "earth_return", "end_of_mission")


def failed_launch_ends_it(tables: Tables) -> Iterator[Problem]:
    """A mission whose launches all failed reached no later phase, but for what came down again."""
    events = tables["mission_events"]
    launches = events[events["phase"] == "launch"]
    survived = launches.loc[launches["outcome"] != "failure", "mission_id"]
    lost = among(events["mission_id"], launches["mission_id"]) & ~among(events["mission_id"], survived)
    later = lost & ~events["phase"].isin(_AFTER_A_FAILED_LAUNCH)
    yield from each(events, "mission_events", "phase", later, "the launch failed; mend its outcome, or remove this row")


def nothing_after_the_end(tables: Tables) -> Iterator[Problem]:
    """After its end a craft does nothing but hit the Moon or come down."""
    events = tables["mission_events"]
    ended = events[(events["phase"] == "end_of_mission") & events["spacecraft_id"].notna()]
    end = look_up(events["spacecraft_id"], ended[["spacecraft_id", "occurred_at"]], "occurred_at")
    late = surely_before(end, events["occurred_at"]) & ~events["phase"].isin(["impact", "earth_return"])
    yield from each(events, "mission_events", "occurred_at", late, "after the end_of_mission of this craft")
