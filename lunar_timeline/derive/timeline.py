"""Every dated thing in one table."""

from collections.abc import Mapping

import pandas as pd

Tables = Mapping[str, pd.DataFrame]

_LINKS = ["actor_id", "program_id", "mission_id", "milestone_id", "agreement_id"]
_COLUMNS = ["entry_id", "table_name", "row_id", "date_column", "happened_on", "title", *_LINKS, "source_id"]


def timeline(tables: Tables) -> pd.DataFrame:
    """One row per dated thing: events, statements of dates, acts, policies, statements, changes of a cell.

    The column ``happened_on`` is when it happened or was said, never the date that was promised.
    """
    parts = [
        _events(tables),
        _targets(tables),
        _carriers(tables),
        _acts(tables),
        _policies(tables),
        _statements(tables),
        _history(tables),
    ]
    return pd.concat(parts, ignore_index=True)


def _entries(frame: pd.DataFrame, table: str, key: str, date: str, title: pd.Series, **links: str) -> pd.DataFrame:
    entries = pd.DataFrame(
        {
            "table_name": table,
            "row_id": frame[key],
            "date_column": date,
            "happened_on": frame[date],
            "title": title,
            "source_id": frame["source_id"],
        }
        | {link: frame[column] for link, column in links.items()}
    )
    entries["entry_id"] = entries["table_name"] + "/" + entries["row_id"] + "/" + entries["date_column"]
    return entries.dropna(subset=["happened_on"]).reindex(columns=_COLUMNS)


def _named(ids: pd.Series, table: pd.DataFrame, column: str = "name") -> pd.Series:
    return ids.map(table.set_index(table.columns[0])[column]).fillna(ids).fillna("")


def _events(tables: Tables) -> pd.DataFrame:
    frame = tables["mission_events"]
    title = _named(frame["mission_id"], tables["missions"]) + ": " + _words(frame["phase"]) + ", " + frame["outcome"]
    return _entries(frame, "mission_events", "event_id", "occurred_at", title, mission_id="mission_id")


def _targets(tables: Tables) -> pd.DataFrame:
    frame = tables["target_dates"]
    said = (_words(frame["qualifier"]) + " " + frame["target"]).fillna(frame["effect"])
    title = frame["milestone_name"] + ": " + _named(frame["stated_by"], tables["actors"]) + " says " + said
    links = {"actor_id": "stated_by", "milestone_id": "milestone_id"}
    return _entries(frame, "target_dates", "target_id", "stated_on", title, **links)


def _carriers(tables: Tables) -> pd.DataFrame:
    frame = tables["milestone_carriers"]
    row_id = frame["milestone_id"] + "/" + frame["mission_id"] + "/" + frame["assigned_on"]
    title = _named(frame["milestone_id"], tables["milestones"]) + ": given to "
    title += _named(frame["mission_id"], tables["missions"])
    links = {"mission_id": "mission_id", "milestone_id": "milestone_id"}
    return _entries(frame.assign(row_id=row_id), "milestone_carriers", "row_id", "assigned_on", title, **links)


def _acts(tables: Tables) -> pd.DataFrame:
    frame = tables["agreement_actions"]
    title = _named(frame["actor_id"], tables["actors"]) + ": " + _words(frame["action"]) + ", "
    title += _named(frame["agreement_id"], tables["agreements"], "title")
    # Where only the effect is dated, the effect is what happened.
    parts = [
        _entries(
            frame[mask],
            "agreement_actions",
            "action_id",
            date,
            title[mask],
            actor_id="actor_id",
            agreement_id="agreement_id",
        )
        for date, mask in (("done_on", frame["done_on"].notna()), ("effective_on", frame["done_on"].isna()))
    ]
    return pd.concat(parts)


def _policies(tables: Tables) -> pd.DataFrame:
    frame = tables["policies"]
    return _entries(frame, "policies", "policy_id", "issued_on", frame["title"], actor_id="issued_by")


def _statements(tables: Tables) -> pd.DataFrame:
    frame = tables["statements"]
    about = _named(frame["about_program_id"], tables["programs"])
    about = about.mask(about == "", _named(frame["about_agreement_id"], tables["agreements"], "title"))
    about = about.mask(about == "", _named(frame["about_actor_id"], tables["actors"]))
    title = _named(frame["made_by"], tables["actors"]) + ": " + _words(frame["stance"]) + ", " + about
    links = {"actor_id": "made_by", "program_id": "about_program_id", "agreement_id": "about_agreement_id"}
    return _entries(frame, "statements", "statement_id", "made_on", title.str.removesuffix(", "), **links)


def _history(tables: Tables) -> pd.DataFrame:
    frame = tables["history"]
    row_id = frame["row_id"] + "/" + frame["column_name"] + "/" + frame["since_on"]
    title = frame["row_id"] + ": " + frame["column_name"] + " becomes " + frame["value"]
    return _entries(frame.assign(entry=frame["table_name"] + "/" + row_id), "history", "entry", "since_on", title)


def _words(values: pd.Series) -> pd.Series:
    return values.str.replace("_", " ")
