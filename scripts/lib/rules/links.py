"""Rules about the link tables: history, citations, identifiers, aliases."""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from lunar_timeline.asof import row_ids
from lunar_timeline.schema import load_schemas
from scripts.lib.findings import did_you_mean, shown
from scripts.lib.paths import HERE
from scripts.lib.rules.problem import Problem, each, latest

Tables = Mapping[str, pd.DataFrame]

_LINKING = ("history", "citations", "identifiers", "aliases", "coverage")


def row_references(tables: Tables) -> Iterator[Problem]:
    """What names a table, a row and a column names ones that exist."""
    schemas = load_schemas(HERE.schemas)
    ids = {name: set(row_ids(frame, schemas[name])) for name, frame in tables.items()}
    for table in _LINKING:
        frame = tables[table]
        for line, row in zip(frame.index, frame.to_dict("records"), strict=True):
            name, row_id, column = row["table_name"], row.get("row_id"), row.get("column_name")
            if pd.isna(name):
                continue
            if name not in tables:
                message = f"table_name {shown(name)}: no such table{did_you_mean(name, tables)}"
                yield Problem(table, line, "table_name", message)
                continue
            if "row_id" in frame and not pd.isna(row_id) and row_id not in ids[name]:
                message = f"row_id {shown(row_id)}: no such row in {name}{did_you_mean(row_id, ids[name])}"
                yield Problem(table, line, "row_id", message)
            columns = schemas[name].columns
            if "column_name" in frame and not pd.isna(column) and column not in columns:
                message = f"column_name {shown(column)}: no such column of {name}{did_you_mean(column, columns)}"
                yield Problem(table, line, "column_name", message)


def history_agrees(tables: Tables) -> Iterator[Problem]:
    """Only columns marked so have a history, its values fit them, and the newest stands in the table."""
    schemas = load_schemas(HERE.schemas)
    history = tables["history"]
    history = history[history["table_name"].isin(list(schemas))]
    for line, row in zip(history.index, history.to_dict("records"), strict=True):
        kept = schemas[row["table_name"]].marked("history")
        if row["column_name"] not in kept:
            message = f"column_name {shown(row['column_name'])}: has no history; one of {', '.join(kept) or 'none'}"
            yield Problem("history", line, "column_name", message)
            continue
        allowed = schemas[row["table_name"]][row["column_name"]].enum
        if allowed and row["value"] not in allowed:
            message = f"value {shown(row['value'])}: not one of {', '.join(allowed)}"
            yield Problem("history", line, "value", message + did_you_mean(str(row["value"]), allowed))
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


# States that begin on some day which no other column tells.
_ENDED = {
    "programs": ("suspended",),
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
        yield from each(frame, table, "status", untold, "add a row to history.csv that says since when")


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
