"""Quality as published shares: how well the rows of a release are supported, and how fresh its current targets are.

`quality` takes the day up to which ages count; `released_quality` takes it from the tables, so that a release has
the same figures whenever it is built.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime

import pandas as pd

from lunar_timeline import edtf
from lunar_timeline.asof import row_ids
from lunar_timeline.derive import DERIVED
from lunar_timeline.schema import Schema
from scripts.lib.markdown import rows_of
from scripts.lib.text import encode

COLUMNS = ("table", "measure", "value", "counted")
# Documents of those who act or measure, as against those who tell of others.
PRIMARY_KINDS = (
    "law",
    "treaty_record",
    "official_document",
    "press_release",
    "speech_or_hearing",
    "filing",
    "contract_notice",
    "audit_report",
)
_DAY_OR_FINER = ("day", "minute", "second")
# A source of its own is what these tables are about.
_NO_FACTS = ("sources", "citations")


def quality(tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema], day: date) -> pd.DataFrame:
    """The quality figures of a set of tables.

    Args:
        tables: the base tables and `current_targets`, as a release has them.
        schemas: those of the base tables.
        day: the day up to which the age of a target counts.

    Returns:
        One row per table and measure: ``table``, ``measure``, ``value``, ``counted`` (of how many). The measures:
        ``second_source`` (share of fact rows that another source confirms),
        ``primary_source`` (share of fact rows whose source is one of `PRIMARY_KINDS`), ``day_precise`` (share of
        the filled dates that name a day or less) and ``median_age_days`` (of the official targets that are open,
        since they were known).
    """
    return pd.DataFrame(_figures(tables, schemas, day), columns=list(COLUMNS))


def _figures(
    tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema], day: date
) -> Iterator[tuple[str, str, float, int]]:
    seconds = _second_sources(tables["citations"])
    primary = tables["sources"].set_index("source_id")["kind"].isin(PRIMARY_KINDS)
    for name, schema in schemas.items():
        frame = tables[name]
        if "source_id" in schema.columns and name not in _NO_FACTS and len(frame):
            cited = zip(row_ids(frame, schema), frame["source_id"], strict=True)
            confirmed = [bool(seconds.get((name, row_id), set()) - {source}) for row_id, source in cited]
            yield name, "second_source", sum(confirmed) / len(frame), len(frame)
            yield name, "primary_source", float(frame["source_id"].map(primary).mean()), len(frame)
        dates = frame[schema.marked("edtf")].stack().dropna()
        if len(dates):
            precise = sum(edtf.parse(text).precision in _DAY_OR_FINER for text in dates)
            yield name, "day_precise", precise / len(dates), len(dates)
    targets = tables["current_targets"]
    open_targets = targets[targets["is_official"] & (targets["milestone_status"] == "planned")]
    ages = (datetime(day.year, day.month, day.day) - open_targets["known_on"]).dt.days
    if len(ages):
        yield "current_targets", "median_age_days", float(ages.median()), len(ages)


def _second_sources(citations: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """(table, row) -> sources that say the same of it."""
    telling = citations[citations["bearing"] == "confirms"]
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, row_id, source in zip(telling["table_name"], telling["row_id"], telling["source_id"], strict=True):
        found[table, row_id].add(source)
    return found


def released_quality(tables: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema]) -> pd.DataFrame:
    """The quality figures as a release publishes them: `rows` of every table, then those of :func:`quality`.

    Args:
        tables: all tables of a release.
        schemas: those of all its tables, as declared or as released.

    Returns:
        Columns and measures of :func:`quality`, and the measure ``rows``; ages count up to :func:`newest_reading`.
    """
    # Without the dates that a release adds: they are those of other rows.
    base = {name: schemas[name].unreleased() for name in tables if name not in DERIVED}
    rows = [(name, "rows", float(len(frame)), len(frame)) for name, frame in tables.items()]
    figures = _figures(tables, base, newest_reading(tables["sources"]))
    return pd.DataFrame([*rows, *figures], columns=list(COLUMNS))


def newest_reading(sources: pd.DataFrame) -> date:
    """The last day on which a curator read a source: the clock of a release."""
    return date.fromisoformat(sources["read_on"].max())


def quality_csv(figures: pd.DataFrame) -> bytes:
    """The figures as a CSV file, rounded to what they can bear."""
    values = figures["value"].round(4).map(lambda value: repr(value).removesuffix(".0"))
    texts = figures.assign(value=values).astype("str")
    return encode(list(COLUMNS), texts.to_numpy().tolist())


def quality_rows(figures: pd.DataFrame) -> str:
    """Rows of a Markdown table: each table with a share, its rows, and its shares."""
    values = figures.pivot(index="table", columns="measure", values="value")
    values = values.reindex(columns=["rows", "second_source", "primary_source", "day_precise"])
    values = values.reindex(figures["table"].unique()).dropna(thresh=2)
    return rows_of(
        (f"`{name}`", f"{row[0]:.0f}", *("" if pd.isna(share) else f"{share:.0%}" for share in row[1:]))
        for name, row in zip(values.index, values.to_numpy(), strict=True)
    )


def age_sentence(figures: pd.DataFrame, sources: pd.DataFrame) -> str:
    """How old the open official targets are."""
    ages = figures[figures["measure"] == "median_age_days"]
    if ages.empty:
        return "No official target is open."
    age = ages.iloc[0]
    return (
        f"On {newest_reading(sources)}, the last day on which a source was read, half of the {age['counted']} open "
        f"official targets had been stated {age['value']:.0f} days ago or less."
    )
