"""Quality as published shares: how well the rows of a release are supported, and how fresh its current targets are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime

import pandas as pd

from lunar_timeline import edtf
from lunar_timeline.asof import row_ids
from lunar_timeline.schema import Schema

COLUMNS = ("table", "measure", "value", "counted")
# Documents of those who act or measure, as against those who tell of others.
PRIMARY_KINDS = (
    "law",
    "treaty_record",
    "official_document",
    "press_release",
    "web_page",
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
        ``second_source`` (share of fact rows with a confirming or contradicting citation of another source),
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
    """(table, row) -> sources that say the same, or otherwise, of it; a context says neither."""
    telling = citations[citations["bearing"] != "context"]
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, row_id, source in zip(telling["table_name"], telling["row_id"], telling["source_id"], strict=True):
        found[table, row_id].add(source)
    return found
