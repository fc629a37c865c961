"""How far the promises of each series moved, from the first date to the latest and to what came true."""

from collections.abc import Mapping
from statistics import median

import pandas as pd

from lunar_timeline import edtf
from lunar_timeline.changes import CHANGES, classify, promise, slip_days
from lunar_timeline.derive.targets import OPEN_STATUSES, as_promise, by_series

Tables = Mapping[str, pd.DataFrame]

_NEEDED = ["series_id", "milestone_id", "milestone_name", "voice", "role", "side", "target_id", "stated_on"]
_NEEDED += ["target", "qualifier", "effect", "change", "mission_id", "is_principal", "known_on", "fell_on"]
_NEEDED += ["stood_days", "achieved_at"]


def slips(tables: Tables) -> pd.DataFrame:
    """One row per series with a date: its first date against its latest and against what came true.

    The days are of the first against the latest, never a sum of steps.
    """
    history = tables["target_history"]
    status = tables["milestones"].set_index("milestone_id")["status"].to_dict()
    official = set(tables["current_targets"].loc[tables["current_targets"]["is_official"], "series_id"])
    counted = history[history["change"] != "none"].sort_values(["series_id", "sequence"], kind="stable")
    rows = []
    for series in by_series(counted[_NEEDED]):
        dated = [row for row in series if not pd.isna(row["target"])]
        if not dated:
            continue
        first, latest = dated[0], dated[-1]
        old, new = as_promise(first), as_promise(latest)
        low, high = slip_days(old, new)
        event = None if pd.isna(first["achieved_at"]) else first["achieved_at"]
        real_low, real_high = slip_days(old, promise(event, "planned")) if event else (None, None)
        until = edtf.parse(event).latest if event else latest["known_on"]
        fallen = [row["stood_days"] for row in dated if not pd.isna(row["fell_on"]) and row["change"] != "reaffirmed"]
        rows.append(
            {name: first[name] for name in ("series_id", "milestone_id", "milestone_name", "voice", "role", "side")}
            | {f"first_{name}": first[name] for name in ("target_id", "stated_on", "target", "qualifier")}
            | {f"latest_{name}": latest[name] for name in ("target_id", "stated_on", "target", "qualifier")}
            | {f"count_{kind}": sum(row["change"] == kind for row in series) for kind in CHANGES if kind != "none"}
            | {
                "mission_id": latest["mission_id"],
                "is_official": first["series_id"] in official,
                "is_principal": bool(latest["is_principal"]),
                "state": _state(event, series[-1]["effect"], status[first["milestone_id"]]),
                "statements": len(series),
                "change": classify(old, new) if len(dated) > 1 else "first",
                "slip_days_min": low,
                "slip_days_max": high,
                "elapsed_days": max(0, (until - first["known_on"]).days),
                "dates_fallen": len(fallen),
                "median_stood_days": median(fallen) if fallen else None,
                "achieved_at": event,
                "realised_days_min": real_low,
                "realised_days_max": real_high,
            }
        )
    return _whose(pd.DataFrame(rows), tables)


def _state(event: str | None, effect: str, status: str) -> str:
    if event:
        return "realised"
    if effect == "withdraws":
        return "withdrawn"
    return "open" if status in OPEN_STATUSES else "closed"


def _whose(series: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The series with programme, its lead, who operates the flight, and the country of that, else of the lead."""
    if series.empty:
        return series
    program = series["milestone_id"].map(tables["milestones"].set_index("milestone_id")["program_id"])
    lead = program.map(tables["programs"].set_index("program_id")["lead_actor_id"])
    operator = series["mission_id"].map(tables["missions"].set_index("mission_id")["operator_id"])
    country = operator.fillna(lead).map(tables["actors"].set_index("actor_id")["country_code"])
    return series.assign(program_id=program, lead_actor_id=lead, operator_id=operator, country_code=country)
