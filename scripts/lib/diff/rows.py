"""Rows that differ between two sides, by key and cell by cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from lunar_timeline.asof import row_ids
from lunar_timeline.schema import Schema
from scripts.lib.diff.sides import Side


@dataclass(frozen=True)
class RowChange:
    """A row that was added, removed or retired, or a cell that changed.

    `column_name`, `old` and `new` are those of the cell; of a retired row `new` is its successor. For whole rows
    they are empty otherwise.
    """

    table_name: str
    row_id: str
    column_name: str
    change: Literal["added", "removed", "retired", "changed"]
    old: str = ""
    new: str = ""


def row_changes(base: Side, head: Side) -> list[RowChange]:
    """All rows that differ, by table, row and column.

    A table that only one side has counts as empty on the other. Cells of a column that only one side has are
    no changes of rows: the change of the schema tells of them.
    """
    tables = [*head.schemas, *(table for table in base.schemas if table not in head.schemas)]
    return [change for table in tables for change in _of_table(table, base, head)]


def keyed(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The frame by row id; of rows with the same key the first, for `check` refuses the others."""
    ids = row_ids(frame, schema)
    return frame.set_axis(ids, axis=0)[~ids.duplicated().to_numpy()]


def _of_table(table: str, base: Side, head: Side) -> Iterator[RowChange]:
    schema = head.schemas.get(table) or base.schemas[table]
    empty = pd.DataFrame(columns=schema.columns, dtype="str")
    old, new = base.tables.get(table, empty), head.tables.get(table, empty)
    if old.equals(new):
        return
    has_key = set(schema.primary_key) <= set(old.columns)
    old, new = keyed(old, schema if has_key else base.schemas[table]), keyed(new, schema)
    retired = _retired(head, table)
    cells = _cells(old, new)
    for row_id in sorted({*old.index.symmetric_difference(new.index), *cells}):
        if row_id not in old.index:
            yield RowChange(table, row_id, "", "added")
        elif row_id in new.index:
            for column, before, after in cells[row_id]:
                yield RowChange(table, row_id, column, "changed", before, after)
        elif row_id in retired:
            yield RowChange(table, row_id, "", "retired", new=retired[row_id])
        else:
            yield RowChange(table, row_id, "", "removed")


def _cells(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """Row id -> (column, old, new) of its cells that differ, in the order of the columns."""
    common = old.index.intersection(new.index)
    old, new = old.reindex(common), new.reindex(common)
    found: dict[str, list[tuple[str, str, str]]] = {}
    for column in new.columns.intersection(old.columns):
        before, after = old[column].to_numpy(object), new[column].to_numpy(object)
        for position in (before != after).nonzero()[0]:
            found.setdefault(common[position], []).append((column, before[position], after[position]))
    return found


def _retired(head: Side, table: str) -> dict[str, str]:
    listed = head.tables.get("retired_ids")
    if listed is None:
        return {}
    rows = listed[listed["table_name"] == table]
    return dict(zip(rows["row_id"], rows["successor_id"], strict=True))
