"""Every dated thing in one table."""

from collections.abc import Callable, Mapping

import pandas as pd

Tables = Mapping[str, pd.DataFrame]

_LINKS = ["actor_id", "program_id", "mission_id", "milestone_id", "agreement_id"]
_COLUMNS = ["entry_id", "table_name", "row_id", "date_column", "happened_on", "title", *_LINKS, "source_id"]


def timeline(tables: Tables) -> pd.DataFrame:
    """One row per dated thing: events, statements, acts, policies, changes of a cell, beginnings and ends.

    The column ``happened_on`` is when it happened or was said, never the date that was promised.
    """
    parts = [
        _entries(tables, table, date, verb, title, links)
        for table, (title, links, dates) in _SPEAKING.items()
        for date, verb in dates.items()
    ]
    # Of some acts only the day on which they were told is known.
    acts = tables["agreement_actions"]
    untold = acts[acts[["done_on", "effective_on"]].isna().all(axis=1)]
    title, links, _ = _SPEAKING["agreement_actions"]
    told = {**tables, "agreement_actions": untold}
    parts.append(_entries(told, "agreement_actions", "announced_on", " (announced)", title, links))
    return pd.concat(parts, ignore_index=True)


def _entries(
    tables: Tables, table: str, date: str, verb: str, title: Callable[[Tables, pd.DataFrame], pd.Series], links: dict
) -> pd.DataFrame:
    frame = tables[table].dropna(subset=[date])
    row_id = frame[frame.columns[0]] if table not in _COMPOSITE else _joined(frame, _COMPOSITE[table])
    entries = pd.DataFrame(
        {
            "entry_id": table + "/" + row_id + "/" + date,
            "table_name": table,
            "row_id": row_id,
            "date_column": date,
            "happened_on": frame[date],
            "title": title(tables, frame) + verb,
            "source_id": frame["source_id"],
        }
        | {link: frame[column] for link, column in links.items()}
    )
    return entries.reindex(columns=_COLUMNS)


_COMPOSITE = {
    "milestone_carriers": ["milestone_id", "mission_id", "assigned_on"],
    "history": ["table_name", "row_id", "column_name", "since_on"],
}


def _joined(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    return frame[columns[0]].str.cat([frame[column] for column in columns[1:]], sep="/")


def _named(ids: pd.Series, table: pd.DataFrame, column: str = "name") -> pd.Series:
    # Typed anew: of a table without rows pandas 3.0 makes numbers.
    return ids.map(table.set_index(table.columns[0])[column]).astype("str").fillna(ids).fillna("")


def _words(values: pd.Series) -> pd.Series:
    return values.str.replace("_", " ")


def _event(tables: Tables, frame: pd.DataFrame) -> pd.Series:
    return _named(frame["mission_id"], tables["missions"]) + ": " + _words(frame["phase"]) + ", " + frame["outcome"]


def _target(tables: Tables, frame: pd.DataFrame) -> pd.Series:
    said = (_words(frame["qualifier"]) + " " + frame["target"]).fillna(frame["effect"])
    return frame["milestone_name"] + ": " + _named(frame["stated_by"], tables["actors"]) + " says " + said


def _carrier(tables: Tables, frame: pd.DataFrame) -> pd.Series:
    mission = _named(frame["mission_id"], tables["missions"])
    return _named(frame["milestone_id"], tables["milestones"]) + ": " + mission


def _act(tables: Tables, frame: pd.DataFrame) -> pd.Series:
    agreement = _named(frame["agreement_id"], tables["agreements"], "title")
    return _named(frame["actor_id"], tables["actors"]) + ": " + _words(frame["action"]) + ", " + agreement


def _statement(tables: Tables, frame: pd.DataFrame) -> pd.Series:
    about = _named(frame["about_program_id"], tables["programs"])
    about = about.mask(about == "", _named(frame["about_agreement_id"], tables["agreements"], "title"))
    about = about.mask(about == "", _named(frame["about_actor_id"], tables["actors"]))
    title = _named(frame["made_by"], tables["actors"]) + ": " + _words(frame["stance"]) + ", " + about
    return title.str.removesuffix(", ")


def _change(tables: Tables, frame: pd.DataFrame) -> pd.Series:
    return frame["row_id"] + ": " + _words(frame["column_name"]) + " becomes " + frame["value"].fillna("unknown")


# table -> (title, links to things, date column -> what it adds to the title)
_SPEAKING: dict[str, tuple[Callable[[Tables, pd.DataFrame], pd.Series], dict[str, str], dict[str, str]]] = {
    "mission_events": (_event, {"mission_id": "mission_id"}, {"occurred_at": ""}),
    "target_dates": (_target, {"actor_id": "stated_by", "milestone_id": "milestone_id"}, {"stated_on": ""}),
    "milestone_carriers": (
        _carrier,
        {"mission_id": "mission_id", "milestone_id": "milestone_id"},
        {"assigned_on": " is to carry it", "released_on": " is no longer to carry it"},
    ),
    "agreement_actions": (
        _act,
        {"actor_id": "actor_id", "agreement_id": "agreement_id"},
        {"done_on": "", "effective_on": " (takes effect)"},
    ),
    "agreements": (
        lambda tables, frame: frame["title"],
        {"agreement_id": "agreement_id", "program_id": "program_id", "mission_id": "mission_id"},
        {"adopted_on": " (adopted)", "opened_on": " (opened)", "in_force_on": " (in force)", "ended_on": " (ended)"},
    ),
    "policies": (
        lambda tables, frame: frame["title"],
        {"actor_id": "issued_by"},
        {"issued_on": "", "in_force_on": " (in force)", "ended_on": " (last day)"},
    ),
    "programs": (
        lambda tables, frame: frame["name"],
        {"program_id": "program_id", "actor_id": "lead_actor_id"},
        {"started_on": " begins", "ended_on": " ends"},
    ),
    "statements": (
        _statement,
        {"actor_id": "made_by", "program_id": "about_program_id", "agreement_id": "about_agreement_id"},
        {"made_on": ""},
    ),
    "history": (_change, {}, {"since_on": ""}),
}
