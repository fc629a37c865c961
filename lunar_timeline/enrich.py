"""From a base table to its form in a release: bounds, precision, known_on and the joined columns."""

from collections.abc import Mapping

import pandas as pd

from lunar_timeline import edtf
from lunar_timeline.schema import Schema

Tables = Mapping[str, pd.DataFrame]


def enrich(tables: Tables, schemas: Mapping[str, Schema]) -> dict[str, pd.DataFrame]:
    """Base tables as a release shows them.

    Args:
        tables: the base tables with the columns of ``schemas/<table>.json``.
        schemas: their schemas, unreleased.

    Returns:
        The same tables, each with the columns of ``schema.released()``.
    """
    joined = dict(tables)
    joined["missions"] = _with_launch(tables)
    joined["target_dates"] = tables["target_dates"].assign(
        milestone_name=_look_up(tables["target_dates"]["milestone_id"], tables["milestones"], "name")
    )
    return {table: finish(joined[table], schemas[table]) for table in tables}


def finish(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Add what derives from the dates, order the columns as the released schema does, and cast them."""
    released = schema.released()
    columns = {name: frame[name] for name in frame.columns}
    for field in released.fields:
        if field.is_("edtf"):
            qualifier = field.spec.get("qualifiedBy")
            columns |= _bounds(frame[field.name], frame[qualifier] if qualifier else None)
    if schema.known_on:
        columns["known_on"] = known_on(frame, schema)
    return (
        pd.DataFrame({name: columns[name] for name in released.columns}, index=frame.index)
        .astype(released.pandas_dtypes())
        .reset_index(drop=True)
    )


def known_on(frame: pd.DataFrame, schema: Schema) -> pd.Series:
    """Last second of the first filled of the columns that say when the public knew; NaT where none is."""
    texts = pd.Series(None, index=frame.index, dtype="object")
    for column in schema.known_on:
        texts = texts.where(texts.notna(), frame[column])
    return _datetimes([None if pd.isna(text) else edtf.parse(text).latest for text in texts], frame.index)


def _bounds(texts: pd.Series, qualifiers: pd.Series | None) -> dict[str, pd.Series]:
    earliest: list = []
    latest: list = []
    precision: list = []
    directions = ["planned"] * len(texts) if qualifiers is None else qualifiers.astype("str").fillna("planned")
    for text, qualifier in zip(texts, directions, strict=True):
        date = None if pd.isna(text) else edtf.parse(text)
        first, last = edtf.bounds(date, qualifier) if date else (None, None)
        earliest.append(first)
        latest.append(last)
        precision.append(date.precision if date else None)
    name = texts.name
    return {
        f"{name}_earliest": _datetimes(earliest, texts.index),
        f"{name}_latest": _datetimes(latest, texts.index),
        f"{name}_precision": pd.Series(precision, index=texts.index, dtype="str"),
    }


def _datetimes(values: list, index: pd.Index) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(values, index=index, dtype="object")), dtype="datetime64[us]")


def _look_up(ids: pd.Series, table: pd.DataFrame, column: str) -> pd.Series:
    return ids.map(table.set_index(table.columns[0])[column])


def _first_seconds(texts: pd.Series) -> pd.Series:
    return _datetimes([edtf.parse(text).earliest for text in texts], texts.index)


def _with_launch(tables: Tables) -> pd.DataFrame:
    """Missions with launch instant (the first launch event), COSPAR number and programme name."""
    missions, events, identifiers = tables["missions"], tables["mission_events"], tables["identifiers"]
    launches = events[(events["phase"] == "launch") & events["occurred_at"].notna()]
    launches = launches.sort_values("occurred_at", key=_first_seconds, kind="stable").drop_duplicates("mission_id")
    numbers = identifiers[(identifiers["table_name"] == "missions") & (identifiers["scheme"] == "cospar")]
    return missions.assign(
        program_name=_look_up(missions["program_id"], tables["programs"], "name"),
        launched_at=missions["mission_id"].map(launches.set_index("mission_id")["occurred_at"]),
        cospar=missions["mission_id"].map(numbers.drop_duplicates("row_id").set_index("row_id")["value"]),
    )
