"""What a rule yields, and the helpers that most rules need: of dates, and of ids in other tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

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


def earliests(texts: pd.Series) -> pd.Series:
    """First second of each date, NaT where there is none; a text that stands often is parsed once."""
    return _moments(texts, earliest)


def latests(texts: pd.Series) -> pd.Series:
    """Last second of each date, NaT where there is none."""
    return _moments(texts, latest)


def _moments(texts: pd.Series, moment: Callable[[object], datetime | None]) -> pd.Series:
    codes, distinct = pd.factorize(texts)
    moments = np.array([*map(moment, distinct), None], dtype="datetime64[us]")  # a missing text has the code -1
    return pd.Series(moments[codes], index=texts.index)


def surely_before(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether the whole of one date lies before the other begins; false where either is missing."""
    return latests(one) < earliests(other).to_numpy()


def look_up(ids: pd.Series, table: pd.DataFrame, column: str) -> pd.Series:
    """The column of another table for each id (its first column; of rows with the same id the first counts)."""
    places = pc.index_in(_arrow(ids), value_set=_arrow(table.iloc[:, 0]), skip_nulls=True).fill_null(-1)
    return pd.Series(table[column].array.take(places.to_numpy(), allow_fill=True), index=ids.index)


def among(cells: pd.Series, values: pd.Series) -> pd.Series:
    """Whether each cell is one of many texts; a missing one is not. `isin` makes a Python object of each value."""
    found = pc.is_in(_arrow(cells), value_set=_arrow(values), skip_nulls=True)
    return pd.Series(found.to_numpy(), index=cells.index)


def _arrow(cells: pd.Series) -> pa.ChunkedArray:
    return pa.chunked_array(pa.array(cells, type=pa.large_string()))
