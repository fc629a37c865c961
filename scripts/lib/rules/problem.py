"""What a rule yields, and two helpers that most rules need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from lunar_timeline import edtf
from lunar_timeline.schema import Schema
from scripts.lib.findings import ERROR, shown

# table -> the date of what a row tells: it was done, said or begun then, and no source can tell it before.
ACT_DATES = {
    "target_dates": "stated_on",
    "agreement_actions": "done_on",
    "mission_events": "occurred_at",
    "policies": "issued_on",
    "statements": "made_on",
    "history": "since_on",
    "milestone_carriers": "assigned_on",
}


class Tables(dict[str, pd.DataFrame]):
    """The typed frames by table (index: line in the file), with the schemas that they were read by."""

    def __init__(self, frames: Mapping[str, pd.DataFrame], schemas: Mapping[str, Schema]) -> None:
        super().__init__(frames)
        self.schemas = schemas


@dataclass(frozen=True)
class Problem:
    """A problem in one cell; `line` is the index of the frame."""

    table: str
    line: int
    column: str
    message: str
    severity: str = ERROR


def each(
    frame: pd.DataFrame, table: str, column: str, mask: pd.Series, text: str, severity: str = ERROR
) -> Iterator[Problem]:
    """A problem for each row where the mask holds, its text introduced by the cell's value."""
    for line, value in frame.loc[mask.fillna(False).astype("bool"), column].items():
        said = f"{column} is empty" if pd.isna(value) else f"{column} {shown(value)}"
        yield Problem(table, int(line), column, f"{said}: {text}", severity)  # type: ignore[arg-type]


def earliest(text: object) -> datetime | None:
    """First second of a date; None for a missing or malformed one, which other checks report."""
    try:
        return None if pd.isna(text) else edtf.parse(str(text)).earliest
    except edtf.EdtfError:
        return None


def latest(text: object) -> datetime | None:
    """Last second of a date; None for a missing or malformed one."""
    try:
        return None if pd.isna(text) else edtf.parse(str(text)).latest
    except edtf.EdtfError:
        return None


def surely_before(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether the whole of one date lies before the other begins; false where either is missing."""
    pairs = zip(map(latest, one), map(earliest, other), strict=True)
    return pd.Series([bool(a and b and a < b) for a, b in pairs], index=one.index, dtype="bool")


def look_up(ids: pd.Series, table: pd.DataFrame, column: str) -> pd.Series:
    """The column of another table for each id (its first column)."""
    keyed = table.drop_duplicates(table.columns[0]).set_index(table.columns[0])
    return ids.map(keyed[column])
