"""Rules about the link tables: history, citations, identifiers, aliases."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import pandas as pd

from lunar_timeline.asof import row_ids
from scripts.lib.findings import Tips, did_you_mean, shown
from scripts.lib.rules.problem import Problem, Tables, each, latest

_LINKING = ("history", "citations", "identifiers", "aliases", "coverage")


def row_references(tables: Tables) -> Iterator[Problem]:
    """What names a table, a row and a column names ones that exist."""
    schemas = tables.schemas
    ids = {name: set(row_ids(frame, schemas[name])) for name, frame in tables.items()}
    tips = {name: Tips(values) for name, values in ids.items()}
    table_tips, column_tips = Tips(tables), {name: Tips(schemas[name].columns) for name in tables}
    for table in _LINKING:
        frame = tables[table]
        for line, row in zip(frame.index, frame.to_dict("records"), strict=True):
            name, row_id, column = row["table_name"], row.get("row_id"), row.get("column_name")
            if pd.isna(name):
                continue
            if name not in tables:
                message = f"table_name {shown(name)}: no such table{table_tips(name)}"
                yield Problem(table, line, "table_name", message)
                continue
            if "row_id" in frame and not pd.isna(row_id) and row_id not in ids[name]:
                message = f"row_id {shown(row_id)}: no such row in {name}{tips[name](row_id)}"
                yield Problem(table, line, "row_id", message)
            columns = schemas[name].columns
            if "column_name" in frame and not pd.isna(column) and column not in columns:
                message = f"column_name {shown(column)}: no such column of {name}{column_tips[name](column)}"
                yield Problem(table, line, "column_name", message)


def history_agrees(tables: Tables) -> Iterator[Problem]:
    """Only columns marked so have a history, its values fit them, and the newest stands in the table."""
    schemas = tables.schemas
    history = tables["history"]
    history = history[history["table_name"].isin(list(schemas))]
    for line, row in zip(history.index, history.to_dict("records"), strict=True):
        kept = schemas[row["table_name"]].marked("history")
        if row["column_name"] not in kept:
            message = f"column_name {shown(row['column_name'])}: has no history; one of {', '.join(kept) or 'none'}"
            yield Problem("history", line, "column_name", message)
            continue
        schema, value = schemas[row["table_name"]], row["value"]
        if pd.isna(value):
            continue
        allowed: Collection[str] = schema[row["column_name"]].enum
        for key in schema.foreign_keys:
            if key.column == row["column_name"]:
                allowed = set(tables[key.table][key.key].dropna())
        if allowed and value not in allowed:
            listed = f"not one of {', '.join(allowed)}" if isinstance(allowed, tuple) else "no such row"
            message = f"value {shown(value)}: {listed}{did_you_mean(str(value), allowed)}"
            yield Problem("history", line, "value", message)
    ordered = history.assign(order=[latest(text) for text in history["since_on"]]).sort_values("order")
    for line, row in ordered.drop_duplicates(["table_name", "row_id", "column_name"], keep="last").iterrows():
        table, column = row["table_name"], row["column_name"]
        frame = tables[table]
        if column not in frame:
            continue
        cells = frame.loc[frame.iloc[:, 0] == row["row_id"], column]
        if len(cells) and cells.iloc[0] != row["value"]:
            message = (
                f"value {shown(row['value'])}: the newest of {row['row_id']}, but {table}.{column} holds "
                f"{shown(cells.iloc[0])}; make the two agree"
            )
            yield Problem("history", line, "value", message)


def history_reaches_back(tables: Tables) -> Iterator[Problem]:
    """The history of a cell begins no later than anything is known of its row, or as-of reads would have to guess."""
    known = _first_known(tables)
    history = tables["history"]
    told = history["announced_on"].fillna(history["since_on"])
    ordered = history.assign(
        told=pd.Series([latest(text) for text in told], index=history.index, dtype="datetime64[us]")
    )
    firsts = ordered.sort_values("told").drop_duplicates(["table_name", "row_id", "column_name"])
    for line, name, row_id, since, day in zip(
        firsts.index, firsts["table_name"], firsts["row_id"], firsts["since_on"], firsts["told"], strict=True
    ):
        before = known.get((name, row_id))
        if before is not None and not pd.isna(day) and before < day:
            message = (
                f"since_on {shown(since)}: {row_id} is known from {before.date()} on; add a row with the value since "
                "then, or with an empty value where no source tells it"
            )
            yield Problem("history", line, "since_on", message)


def _first_known(tables: Tables) -> dict[tuple[str, str], datetime]:
    """For each thing with a history the first day on which a dated row speaks of it, or of what belongs to it."""
    first: dict[tuple[str, str], datetime] = {}
    spoken_of = {name for name, schema in tables.schemas.items() if schema.marked("history")} | {"agreements"}

    def speak(name: str, days: Iterable[datetime | None]) -> None:
        told = pd.Series(list(days), index=tables[name].index, dtype="datetime64[us]")
        for key in tables.schemas[name].foreign_keys:
            if key.table in spoken_of and not tables.schemas[name][key.column].is_("blankWhenLater"):
                for row_id, day in told.groupby(tables[name][key.column]).min().dropna().items():
                    place = (key.table, str(row_id))
                    first[place] = min(day, first.get(place, day))

    for name, schema in tables.schemas.items():
        if schema.known_on:
            when = tables[name][schema.known_on[-1]]
            for column in reversed(schema.known_on[:-1]):
                when = tables[name][column].fillna(when)
            speak(name, map(latest, when))
    for name in ("agreements", "missions", "milestones"):  # once known, they speak of what they belong to
        speak(name, [first.get((name, row_id)) for row_id in tables[name].iloc[:, 0]])
    return first


# States that begin on some day which no other column tells.
_ENDED = {
    "programs": ("suspended", "completed", "cancelled"),
    "missions": ("suspended", "cancelled"),
    "milestones": ("suspended", "cancelled", "failed", "lapsed", "redefined", "merged", "split"),
}


def ended_states_are_dated(tables: Tables) -> Iterator[Problem]:
    """A suspended or cancelled thing says in `history` since when, or no as-of read could tell."""
    history = tables["history"]
    for table, states in _ENDED.items():
        frame = tables[table]
        told = set(history.loc[(history["table_name"] == table) & (history["column_name"] == "status"), "row_id"])
        untold = frame["status"].isin(states) & ~frame.iloc[:, 0].isin(told)
        if "ended_on" in frame:
            untold &= frame["ended_on"].isna()
        yield from each(frame, table, "status", untold, "add a row to history.csv that says since when")


def things_are_spoken_of(tables: Tables) -> Iterator[Problem]:
    """Something dated speaks of each mission and milestone, or no as-of read would ever show it."""
    known = _first_known(tables)
    history, aliases = tables["history"], tables["aliases"]
    for table in ("missions", "milestones"):
        frame = tables[table]
        spoken = {row_id for name, row_id in known if name == table}
        for rows in (history, aliases[aliases["used_from"].notna()]):
            spoken |= set(rows.loc[rows["table_name"] == table, "row_id"])
        lost = ~frame.iloc[:, 0].isin(spoken)
        text = "no dated row speaks of it; add its first state to history.csv"
        yield from each(frame, table, frame.columns[0], lost, text)


_FORMS = {
    ("cospar", "missions"): (r"\d{4}-\d{3}", "the launch number, as 1969-059"),
    ("cospar", "spacecraft"): (r"\d{4}-\d{3}[A-Z]{1,3}", "the piece, as 1969-059C"),
    ("wikidata", None): (r"Q[1-9]\d*", "an item, as Q213958"),
}


def catalogue_ids(tables: Tables) -> Iterator[Problem]:
    """Identifiers have the form of their catalogue; a mission has a COSPAR launch number, a craft a piece."""
    frame = tables["identifiers"]
    for (scheme, table), (pattern, form) in _FORMS.items():
        rows = frame[(frame["scheme"] == scheme) & ((frame["table_name"] == table) if table else True)]
        wrong = ~rows["value"].fillna("").map(lambda value, form=pattern: bool(re.fullmatch(form, value)))
        yield from each(rows, "identifiers", "value", wrong, f"not of the form of {scheme}; type {form}")


def contradictions_say_what(tables: Tables) -> Iterator[Problem]:
    """A citation that contradicts names the column and what its source says instead."""
    frame = tables["citations"]
    against = frame["bearing"] == "contradicts"
    for column in ("column_name", "value_there"):
        yield from each(frame, "citations", column, against & frame[column].isna(), "a contradiction needs it")
