"""Rules about the link tables: history, citations, identifiers, aliases."""

import re
from collections.abc import Iterator
from functools import cache

import pandas as pd

from lunar_timeline.asof import row_ids
from scripts.lib.findings import Tips, did_you_mean, shown
from scripts.lib.rules.problem import Problem, Tables, among, each, latests, look_up

_LINKING = ("history", "citations", "identifiers", "aliases", "coverage")


def row_references(tables: Tables) -> Iterator[Problem]:
    """What names a table, a row and a column names ones that exist."""
    schemas = tables.schemas
    table_tips = Tips(tables)
    ids = cache(lambda name: row_ids(tables[name], schemas[name]))
    tips = cache(lambda name: Tips(set(ids(name))))
    for table in _LINKING:
        columns = [column for column in ("table_name", "row_id", "column_name") if column in tables[table]]
        for name, rows in tables[table][columns].groupby("table_name"):
            if name not in tables:
                message = f"table_name {shown(name)}: no such table{table_tips(name)}"
                yield from (Problem(table, line, "table_name", message) for line in rows.index)
                continue
            if "row_id" in rows:
                cells = rows["row_id"].dropna()
                for line, row_id in cells[~among(cells, ids(name))].items():
                    message = f"row_id {shown(row_id)}: no such row in {name}{tips(name)(row_id)}"
                    yield Problem(table, line, "row_id", message)
            if "column_name" in rows:
                cells = rows["column_name"].dropna()
                for line, column in cells[~cells.isin(schemas[name].columns)].items():
                    tip = did_you_mean(column, schemas[name].columns)
                    message = f"column_name {shown(column)}: no such column of {name}{tip}"
                    yield Problem(table, line, "column_name", message)


def history_agrees(tables: Tables) -> Iterator[Problem]:
    """Only columns marked so have a history, its values fit them, and the newest stands in the table."""
    schemas = tables.schemas
    history = tables["history"]
    history = history[history["table_name"].isin(list(schemas))]
    for (table, column), rows in history.groupby(["table_name", "column_name"], dropna=False):
        kept = schemas[table].marked("history")
        if column not in kept:
            message = f"column_name {shown(column)}: has no history; one of {', '.join(kept) or 'none'}"
            yield from (Problem("history", line, "column_name", message) for line in rows.index)
            continue
        values = rows["value"].dropna()
        enum = schemas[table][column].enum
        allowed = pd.Series(enum, dtype="str")
        for key in schemas[table].foreign_keys:
            if key.column == column:
                allowed = tables[key.table][key.key].dropna()
        for line, value in values[~among(values, allowed)].items() if len(allowed) else ():
            listed = f"not one of {', '.join(enum)}" if enum else "no such row"
            message = f"value {shown(value)}: {listed}{did_you_mean(value, allowed)}"
            yield Problem("history", line, "value", message)
    ordered = history.assign(order=latests(history["since_on"])).sort_values("order")
    newest = ordered.drop_duplicates(["table_name", "row_id", "column_name"], keep="last")
    for (table, column), rows in newest.groupby(["table_name", "column_name"]):
        if column not in tables[table]:
            continue
        rows = rows[among(rows["row_id"], tables[table].iloc[:, 0])]
        holds = look_up(rows["row_id"], tables[table], column)
        differs = (holds != rows["value"]) & ~(holds.isna() & rows["value"].isna())
        for line, row in rows[differs].iterrows():
            message = (
                f"value {shown(row['value'])}: the newest of {row['row_id']}, but {table}.{column} holds "
                f"{shown(holds[line])}; make the two agree"
            )
            yield Problem("history", line, "value", message)


def history_reaches_back(tables: Tables) -> Iterator[Problem]:
    """The history of a cell begins no later than anything is known of its row, or as-of reads would have to guess."""
    known = _first_known(tables)
    history = tables["history"]
    ordered = history.assign(told=latests(history["announced_on"].fillna(history["since_on"]))).sort_values("told")
    firsts = ordered.drop_duplicates(["table_name", "row_id", "column_name"])
    for name, rows in firsts.groupby("table_name"):
        if name not in known:
            continue
        before = look_up(rows["row_id"], known[name], "day")
        for line, row in rows[before < rows["told"]].iterrows():
            message = (
                f"since_on {shown(row['since_on'])}: {row['row_id']} is known from {before[line].date()} on; add a row "
                "with the value since then, or with an empty value where no source tells it"
            )
            yield Problem("history", line, "since_on", message)


def _first_known(tables: Tables) -> dict[str, pd.DataFrame]:
    """For each thing with a history the first day on which a dated row speaks of it, or of what belongs to it.

    Returns:
        Table -> frame with the columns `row_id` (each once) and `day`.
    """
    first: dict[str, pd.DataFrame] = {}
    spoken_of = {name for name, schema in tables.schemas.items() if schema.marked("history")} | {"agreements"}

    def speak(name: str, told: pd.Series) -> None:
        for key in tables.schemas[name].foreign_keys:
            if key.table in spoken_of and not tables.schemas[name][key.column].is_("blankWhenLater"):
                days = pd.DataFrame({"row_id": tables[name][key.column], "day": told}).dropna()
                days = pd.concat([days, first[key.table]]) if key.table in first else days
                first[key.table] = days.groupby("row_id", as_index=False)["day"].min()

    for name, schema in tables.schemas.items():
        if schema.known_on:
            when = tables[name][schema.known_on[-1]]
            for column in reversed(schema.known_on[:-1]):
                when = tables[name][column].fillna(when)
            speak(name, latests(when))
    for name in ("agreements", "missions", "milestones"):  # once known, they speak of what they belong to
        if name in first:
            speak(name, look_up(tables[name].iloc[:, 0], first[name], "day"))
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
        told = history.loc[(history["table_name"] == table) & (history["column_name"] == "status"), "row_id"]
        untold = frame["status"].isin(states) & ~among(frame.iloc[:, 0], told)
        if "ended_on" in frame:
            untold &= frame["ended_on"].isna()
        yield from each(frame, table, "status", untold, "add a row to history.csv that says since when")


def things_are_spoken_of(tables: Tables) -> Iterator[Problem]:
    """Something dated speaks of each mission and milestone, or no as-of read would ever show it."""
    known = _first_known(tables)
    history, aliases = tables["history"], tables["aliases"]
    for table in ("missions", "milestones"):
        frame = tables[table]
        lost = pd.Series(True, index=frame.index)
        if table in known:
            lost &= ~among(frame.iloc[:, 0], known[table]["row_id"])
        for rows in (history, aliases[aliases["used_from"].notna()]):
            lost &= ~among(frame.iloc[:, 0], rows.loc[rows["table_name"] == table, "row_id"])
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
