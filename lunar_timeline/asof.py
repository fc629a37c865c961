"""The tables as the world stood at the end of a day.

Three steps, each a pure function of the base tables and their schemas:

1. Rows that the public learnt of later go (``knownOn`` in the schema).
2. Cells that hold a later day or a later thing are emptied; cells with a history show the value then.
3. Things without a day of their own (missions, milestones, actors, …) stay if something about them was known.

No other input than rows known by the day takes part, so nothing later can leak in: deleting every later
row first changes no answer.
"""

from collections.abc import Mapping
from datetime import date, datetime

import pandas as pd

from lunar_timeline import edtf
from lunar_timeline.enrich import known_on
from lunar_timeline.schema import Schema

Frames = dict[str, pd.DataFrame]

# Tables about the data set, not about the world.
_TIMELESS = ("date_words", "coverage", "retired_ids")
# Rows that stand or fall with the row that they are about.
_ATTACHED = ("citations", "identifiers", "aliases")
# Things have no day of their own.
_THINGS = ("actors", "programs", "missions", "spacecraft", "milestones", "agreements")
_BEGINS = {"actors": ["active_from"], "programs": ["started_on"], "agreements": ["adopted_on", "opened_on"]}
# Catalogues give their ids at launch.
_LAUNCH_SCHEMES = ("cospar", "gcat", "nssdca")


def as_of(tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema], day: str | date) -> Frames:
    """Base tables as known at the end of a day.

    Args:
        tables: base tables; columns beyond their schemas are dropped.
        schemas: the unreleased schemas of the base tables.
        day: the day, as ``2021-03-09``.

    Returns:
        Base tables with the columns of the schemas; references that could only be followed later are empty.
    """
    end = edtf.end_of_day(day)
    frames = {table: tables[table][schema.columns] for table, schema in schemas.items()}
    seen = _rows_known(frames, schemas, end)
    seen["mission_events"] = _events_known(frames, schemas["mission_events"], end)
    for table, schema in schemas.items():
        seen[table] = _blank_later(seen[table], schema, end)
    # A notice of withdrawal names the day on which it takes effect; of all other acts that day is not known.
    acts = seen["agreement_actions"]
    effective = frames["agreement_actions"]["effective_on"].reindex(acts.index)
    seen["agreement_actions"] = acts.assign(
        effective_on=acts["effective_on"].mask(acts["action"] == "withdrew", effective)
    )
    seen = _values_then(seen, schemas)
    seen = _attached_known(_things_known(seen, schemas, end), schemas, end)
    # Emptied columns keep their type.
    return {table: frame.astype(schemas[table].pandas_dtypes()) for table, frame in seen.items()}


def _rows_known(frames: Frames, schemas: Mapping[str, Schema], end: datetime) -> Frames:
    """Statements, acts and other dated rows; tables of things come through whole until `_things_known`."""
    known = {
        table: frame if not schemas[table].known_on else frame[known_on(frame, schemas[table]) <= end]
        for table, frame in frames.items()
    }
    members = known["published_total_members"]
    known["published_total_members"] = members[members["total_id"].isin(known["published_totals"]["total_id"])]
    return known


def _events_known(frames: Frames, schema: Schema, end: datetime) -> pd.DataFrame:
    """Events by the day; of one without a time nobody knew before its source was published, or read."""
    events, sources = frames["mission_events"], frames["sources"].set_index("source_id")
    known = known_on(events, schema)
    for column in ("published_on", "read_on"):
        texts = events["source_id"].map(sources[column])
        told = [None if pd.isna(text) else edtf.parse(text).latest for text in texts]
        known = known.fillna(pd.Series(told, index=events.index, dtype="datetime64[us]"))
    return events[known <= end]


def _blank_later(frame: pd.DataFrame, schema: Schema, end: datetime) -> pd.DataFrame:
    """Empty the cells that hold a later day, and the commentary of today's curators."""
    blanked = {}
    for column in schema.marked("blankWhenLater"):
        if schema[column].is_("edtf"):
            later = [not pd.isna(text) and edtf.parse(text).latest > end for text in frame[column]]
            blanked[column] = frame[column].mask(pd.Series(later, index=frame.index, dtype="bool"))
    for column in schema.marked("commentary"):
        blanked[column] = frame[column].mask(frame[column].notna())
    return frame.assign(**blanked)


def _values_then(frames: Frames, schemas: Mapping[str, Schema]) -> Frames:
    """Cells with a history show the newest value that was known; states that follow from a later event, none."""
    history = frames["history"]
    order = [edtf.parse(text).latest for text in history["since_on"]]
    history = history.assign(order=pd.Series(order, index=history.index, dtype="datetime64[us]"))
    newest = history.sort_values("order", kind="stable").drop_duplicates(
        ["table_name", "row_id", "column_name"], keep="last"
    )
    result = dict(frames)
    for table, schema in schemas.items():
        columns = schema.marked("history")
        if not columns:
            continue
        frame = frames[table]
        ids = frame[schema.primary_key[0]]
        values = _unlaunched(frame, table, frames)
        for column in columns:
            then = newest[(newest["table_name"] == table) & (newest["column_name"] == column)]
            past = ids.map(then.set_index("row_id")["value"])
            # A value may be empty: then it is known that no source tells it.
            values[column] = past.where(ids.isin(then["row_id"]), values.get(column, frame[column]))
        result[table] = frame.assign(**values)
    return result


def _unlaunched(frame: pd.DataFrame, table: str, frames: Frames) -> dict[str, pd.Series]:
    """The status of what had not happened yet, where no history says otherwise."""
    status = frame.get("status")
    if table == "missions":
        events = frames["mission_events"]
        launched = frame["mission_id"].isin(events.loc[events["phase"] == "launch", "mission_id"])
        return {"status": status.mask((status == "launched") & ~launched, "planned")}
    if table == "milestones":
        achieved = frame["achieved_event_id"].isin(frames["mission_events"]["event_id"])
        return {
            "status": status.mask((status == "achieved") & ~achieved, "planned"),
            "achieved_event_id": frame["achieved_event_id"].where(achieved),
        }
    if table == "programs":
        ended = status.isin(["completed", "cancelled"])
        return {"status": status.mask(ended & frame["ended_on"].isna(), "active")}
    return {}


def _things_known(frames: Frames, schemas: Mapping[str, Schema], end: datetime) -> Frames:
    """Things that had begun, or of which anything that was known speaks, directly or by way of others."""
    known: dict[str, set] = {table: set() for table in _THINGS}
    for table, columns in _BEGINS.items():
        frame, key = frames[table], schemas[table].primary_key[0]
        for column in columns:
            known[table] |= set(frame.loc[_by(frame[column], end), key])
    aliases = frames["aliases"]
    _add_rows(known, aliases[_by(aliases["used_from"], end)])
    _add_rows(known, frames["history"])
    speaking = [table for table in schemas if table not in (*_TIMELESS, *_ATTACHED, "sources")]
    size = -1
    while size != (size := sum(map(len, known.values()))):
        for table in speaking:
            frame, schema = frames[table], schemas[table]
            if table in known:
                frame = frame[frame[schema.primary_key[0]].isin(known[table])]
            for link in schema.foreign_keys:
                # A later thing that a cell names does not become known by being named.
                if link.table in known and not schema[link.column].is_("blankWhenLater"):
                    known[link.table] |= set(frame[link.column].dropna())
        # A mission brings its craft.
        craft = frames["spacecraft"]
        known["spacecraft"] |= set(craft.loc[craft["mission_id"].isin(known["missions"]), "spacecraft_id"])
    result = dict(frames)
    for table, ids in known.items():
        result[table] = frames[table][frames[table][schemas[table].primary_key[0]].isin(ids)]
    return _blank_unknown(result, schemas)


def _by(texts: pd.Series, end: datetime) -> pd.Series:
    known = [not pd.isna(text) and edtf.parse(text).latest <= end for text in texts]
    return pd.Series(known, index=texts.index, dtype="bool")


def _add_rows(known: dict[str, set], rows: pd.DataFrame) -> None:
    for table, row_id in zip(rows["table_name"], rows["row_id"], strict=True):
        if table in known:
            known[table].add(row_id)


def _blank_unknown(frames: Frames, schemas: Mapping[str, Schema]) -> Frames:
    """Empty the references to what was not known yet; sources are looked after at the end."""
    result = dict(frames)
    for table, schema in schemas.items():
        blanked = {
            key.column: result[table][key.column].where(result[table][key.column].isin(result[key.table][key.key]))
            for key in schema.foreign_keys
            if key.table != "sources" and not schema[key.column].required
        }
        result[table] = result[table].assign(**blanked)
    return result


def _attached_known(frames: Frames, schemas: Mapping[str, Schema], end: datetime) -> Frames:
    """Citations, identifiers and aliases of rows that are there, and the sources of all that is there."""
    result = dict(frames)
    missions, craft, numbers = result["missions"], result["spacecraft"], result["identifiers"]
    launched = missions.loc[missions["status"] == "launched", "mission_id"]
    flown = {*launched, *craft.loc[craft["mission_id"].isin(launched), "spacecraft_id"]}
    result["identifiers"] = numbers[~numbers["scheme"].isin(_LAUNCH_SCHEMES) | numbers["row_id"].isin(flown)]
    names = result["aliases"]
    result["aliases"] = names[names["used_from"].isna() | _by(names["used_from"], end)]
    for table in ("identifiers", "aliases", "citations"):  # in this order: a citation may be of an alias
        rows = {
            (name, row_id): position
            for name, schema in schemas.items()
            for position, row_id in enumerate(row_ids(result[name], schema))
        }
        frame = result[table]
        keep = [
            pair in rows and not _is_blanked(result[pair[0]], schemas[pair[0]], rows[pair], column)
            for pair, column in zip(
                zip(frame["table_name"], frame["row_id"], strict=True),
                frame.get("column_name", frame["row_id"].mask(frame["row_id"].notna())),
                strict=True,
            )
        ]
        result[table] = frame[pd.Series(keep, index=frame.index, dtype="bool")]
    cited = {
        source
        for table, schema in schemas.items()
        if table != "sources"
        for key in schema.foreign_keys
        if key.table == "sources"
        for source in result[table][key.column].dropna()
    }
    result["sources"] = frames["sources"][frames["sources"]["source_id"].isin(cited)]
    return result


def _is_blanked(frame: pd.DataFrame, schema: Schema, position: int, column: object) -> bool:
    """Whether a citation speaks of a cell that the day does not show."""
    if pd.isna(column) or column not in schema.columns:
        return False
    marks = ("blankWhenLater", "commentary", "history")
    return any(schema[str(column)].is_(mark) for mark in marks) and bool(pd.isna(frame[column].iloc[position]))


def row_ids(frame: pd.DataFrame, schema: Schema) -> pd.Series:
    """The id of each row; for a composite key its parts joined by a slash."""
    ids = frame[schema.primary_key[0]].fillna("").astype("str")
    for column in schema.primary_key[1:]:
        ids = ids + "/" + frame[column].fillna("").astype("str")
    return ids
