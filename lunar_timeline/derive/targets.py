"""The history of promised dates: each statement beside the one that it follows, series by series.

A *series* is one milestone as one side speaks of it in one voice and role, so that an auditor's estimate
never counts as an agency's slip.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

import pandas as pd

from lunar_timeline import edtf
from lunar_timeline.changes import (
    FALLS,
    PASSED_OVER_EFFECTS,
    PASSED_OVER_ROLES,
    Promise,
    classify,
    missed_by_days,
    promise,
    slip_days,
)

Tables = Mapping[str, pd.DataFrame]

SERIES = ["milestone_id", "voice", "role", "side"]
OFFICIAL_VOICES = ("official", "law_or_policy")
OPEN_STATUSES = ("proposed", "planned", "suspended")
# From early to late, as the public learnt of them.
ORDER = ["known_on", "stated_on_latest", "stated_on_earliest", "target_id"]


def target_history(tables: Tables) -> pd.DataFrame:
    """One row per statement of ``target_dates``, classed against the statement before it in its series.

    Statements that give, change or take back nothing (``undated``, ``doubts``, reserve days) are of
    change ``none``: they supersede nothing and nothing is measured against them.
    """
    statements = with_series(tables["target_dates"], tables["actors"])
    statements = statements.sort_values(["series_id", *ORDER], kind="stable", ignore_index=True)
    redefined = set(tables["milestones"]["successor_id"].dropna())
    said = statements[["series_id", "target_id", "milestone_id", "known_on", "role", "effect", "target", "qualifier"]]
    rows = [row for series in by_series(said) for row in _series_rows(series, redefined)]
    columns = ["sequence", "previous_target_id", "superseded_by", "superseded_on", "fell_on", "change"]
    columns += ["slip_days_min", "slip_days_max"]
    changes = pd.DataFrame(rows, columns=["target_id", *columns])
    history = statements.merge(changes, on="target_id", validate="1:1")
    history["stood_days"] = _days_between(history["known_on"], history["fell_on"])
    history["mission_id"] = _carriers(history, tables["milestone_carriers"])
    before = history["previous_target_id"].map(history.set_index("target_id")["mission_id"])
    known = history["mission_id"].notna() & before.notna()
    history["carrier_changed"] = (history["mission_id"] != before).astype("boolean").where(known)
    history["is_official"] = _is_official(history, tables)
    history["official_until"] = _official_until(history)
    history["is_principal"] = _is_principal(history)
    history["range_days"] = _days_between(history["target_earliest"], history["target_latest"]) + 1
    return _against_what_came(history, tables)


def current_targets(tables: Tables) -> pd.DataFrame:
    """One row per series: its newest date, or its withdrawal; ``is_official`` marks at most one per milestone."""
    newest = _newest(tables["target_history"])
    milestones = tables["milestones"].set_index("milestone_id")
    newest["milestone_status"] = newest["milestone_id"].map(milestones["status"])
    newest["is_official"] &= newest["official_until"].isna()
    sizes = tables["target_history"].groupby("series_id").size()
    newest["statements"] = newest["series_id"].map(sizes)
    return newest


def by_series(statements: pd.DataFrame) -> Iterator[list[dict]]:
    """The statements of each series, of a frame that is sorted by it."""
    for _, series in groupby(statements.to_dict("records"), key=lambda row: row["series_id"]):
        yield list(series)


def with_series(statements: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """The statements of dates, each with its ``side`` and ``series_id``."""
    country = actors.set_index("actor_id")["country_code"].str.lower()
    speaker = statements["stated_by"]
    national = statements["voice"].isin(OFFICIAL_VOICES)
    side = speaker.where(~national, speaker.map(country).astype("str").fillna(speaker))
    side = side.mask(statements["voice"] == "contractor")
    frame = statements.assign(side=side)
    # No speaker has the id "any": it stands where a series has no side.
    frame["series_id"] = frame["milestone_id"].str.cat([frame[part].fillna("any") for part in SERIES[1:]], sep="/")
    return frame


def _series_rows(series: list[dict], redefined: set[str]) -> list[dict]:
    rows: list[dict] = []
    last: dict | None = None  # the newest row that was not passed over
    dated: Promise | None = None  # the newest date, kept through a withdrawal
    standing: list[dict] = []  # rows whose date has not fallen yet
    for sequence, statement in enumerate(series, start=1):
        row = {"target_id": statement["target_id"], "sequence": sequence, "change": "none"}
        rows.append(row)
        if statement["effect"] in PASSED_OVER_EFFECTS or statement["role"] in PASSED_OVER_ROLES:
            continue
        new = None if pd.isna(statement["target"]) else as_promise(statement)
        row["change"] = _change(last, dated, new, statement["milestone_id"] in redefined)
        if row["change"] in ("slip", "pull_in", "revived") and dated and new:
            row["slip_days_min"], row["slip_days_max"] = slip_days(dated, new)
        if last is not None:
            row["previous_target_id"] = last["target_id"]
            last["superseded_by"], last["superseded_on"] = row["target_id"], statement["known_on"]
        if row["change"] in FALLS:
            for fallen in standing:
                fallen["fell_on"] = statement["known_on"]
            standing = []
        if new:
            standing.append(row)
        last, dated = row, new or dated
    return rows


def _change(last: dict | None, dated: Promise | None, new: Promise | None, has_predecessor: bool) -> str:
    if new is None:
        return "withdrawn"
    if last is None:
        return "redefined" if has_predecessor else "first"
    if last["change"] == "withdrawn":
        return "revived"
    assert dated is not None  # the row before was not passed over and no withdrawal, so it gave a date
    return classify(dated, new)


def as_promise(statement: Mapping) -> Promise:
    """The date of a statement as a shape with an anchor."""
    return promise(statement["target"], statement["qualifier"])


def _days_between(start: pd.Series, end: pd.Series) -> pd.Series:
    return (end.astype("datetime64[us]").dt.normalize() - start.dt.normalize()).dt.days


def _carriers(history: pd.DataFrame, carriers: pd.DataFrame) -> pd.Series:
    """The mission that was to carry each statement's milestone when the statement became known."""
    pairs = history[["target_id", "milestone_id", "known_on"]].merge(
        carriers[["milestone_id", "mission_id", "known_on", "released_on_latest"]],
        on="milestone_id",
        suffixes=("", "_carrier"),
    )
    standing = (pairs["known_on_carrier"] <= pairs["known_on"]) & ~(pairs["released_on_latest"] <= pairs["known_on"])
    newest = pairs[standing].sort_values("known_on_carrier", kind="stable").drop_duplicates("target_id", keep="last")
    return history["target_id"].map(newest.set_index("target_id")["mission_id"])


def _newest(history: pd.DataFrame) -> pd.DataFrame:
    """The last row of each series that counts; of a series in which none counts, the last row."""
    ranked = history.assign(counts=history["change"] != "none")
    ranked = ranked.sort_values(["series_id", "counts", "sequence"], kind="stable")
    return ranked.drop_duplicates("series_id", keep="last").drop(columns="counts")


def _is_official(history: pd.DataFrame, tables: Tables) -> pd.Series:
    """Whether a statement set the official date: a target of an official voice on its lead's side.

    A milestone without a programme has no lead: there every official voice counts.
    """
    country = tables["actors"].set_index("actor_id")["country_code"].str.lower()
    lead = tables["programs"].set_index("program_id")["lead_actor_id"]
    leads = history["milestone_id"].map(tables["milestones"].set_index("milestone_id")["program_id"]).map(lead)
    side = leads.map(country).fillna(leads).fillna(history["side"])
    counts = (history["change"] != "none") & (history["role"] == "target")
    return (counts & history["voice"].isin(OFFICIAL_VOICES) & (history["side"] == side)).astype("bool")


def _official_until(history: pd.DataFrame) -> pd.Series:
    """When the public learnt of the next official date of the milestone."""
    official = history[history["is_official"]].sort_values(ORDER, kind="stable")
    return official.groupby("milestone_id")["known_on"].shift(-1).reindex(history.index)


def _is_principal(history: pd.DataFrame) -> pd.Series:
    """Official dates or, of a milestone without any, the targets, else commitments, of who builds or operates it."""
    contractors = (history["voice"] == "contractor") & (history["change"] != "none")
    principal = history["is_official"]
    for role in ("target", "commitment"):
        judged = history["milestone_id"].isin(history.loc[principal, "milestone_id"])
        principal = principal | (contractors & (history["role"] == role) & ~judged)
    return principal


def _against_what_came(history: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The history with the instant of each achieved milestone, and by how much each date missed it."""
    milestones = tables["milestones"].dropna(subset=["achieved_event_id"])
    occurred = tables["mission_events"].set_index("event_id")["occurred_at"]
    times = milestones.set_index("milestone_id")["achieved_event_id"].map(occurred)
    achieved = history["milestone_id"].map(times)
    missed = [
        None if pd.isna(event) or pd.isna(target) else missed_by_days(promise(target, qualifier), edtf.parse(event))
        for event, target, qualifier in zip(achieved, history["target"], history["qualifier"], strict=True)
    ]
    closed = _closed_on(tables, times).reindex(history["milestone_id"]).to_numpy()
    missed_by = pd.Series(missed, history.index, dtype="Int64")
    return history.assign(achieved_at=achieved, closed_on=closed, missed_by_days=missed_by)


def _closed_on(tables: Tables, achieved: pd.Series) -> pd.Series:
    """When each milestone that is no longer open was achieved, or known to have failed, ended or been replaced."""
    milestones, history = tables["milestones"], tables["history"]
    over = milestones.loc[~milestones["status"].isin(OPEN_STATUSES), "milestone_id"]
    told = history[(history["table_name"] == "milestones") & (history["column_name"] == "status")]
    told = told[told["row_id"].isin(over)].sort_values(["known_on", "since_on_latest"])
    closed = told.drop_duplicates("row_id", keep="last").set_index("row_id")["known_on"]
    achieved = achieved.dropna()
    events = pd.Series([edtf.parse(event).latest for event in achieved], achieved.index, dtype="datetime64[us]")
    return events.combine_first(closed)
