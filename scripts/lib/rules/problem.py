"""What a rule yields, and the helpers that most rules need: of dates, and of ids in other tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    return look_up_all([ids], table, column)[0]


def look_up_all(ids: Sequence[pd.Series], table: pd.DataFrame, column: str) -> list[pd.Series]:
    """The same for several columns of ids at once: to make a table ready costs as much as the search."""
    together = _together(ids)
    places = pc.index_in(together, value_set=_arrow(table.iloc[:, 0]), skip_nulls=True).fill_null(-1).to_numpy()
    found, values = _apart(places, ids), table[column].array
    return [
        pd.Series(values.take(own, allow_fill=True), index=cells.index) for own, cells in zip(found, ids, strict=True)
    ]


def among(cells: pd.Series, values: pd.Series) -> pd.Series:
    """Whether each cell is one of many texts; a missing one is not. `isin` makes a Python object of each value."""
    return among_all([cells], values)[0]


def among_all(columns: Sequence[pd.Series], values: pd.Series) -> list[pd.Series]:
    """The same for several columns at once."""
    found = pc.is_in(_together(columns), value_set=_arrow(values), skip_nulls=True).to_numpy()
    return [pd.Series(own, index=cells.index) for own, cells in zip(_apart(found, columns), columns, strict=True)]


def _together(columns: Sequence[pd.Series]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for cells in columns for chunk in _arrow(cells).chunks], type=pa.large_string())


def _apart(values: np.ndarray, columns: Sequence[pd.Series]) -> list[np.ndarray]:
    return np.split(values, np.cumsum([len(cells) for cells in columns])[:-1])


def _arrow(cells: pd.Series) -> pa.ChunkedArray:
    return pa.chunked_array(pa.array(cells, type=pa.large_string()))
