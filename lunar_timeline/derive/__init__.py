"""Derived tables: pure functions from the tables of a release to further tables. No file, no clock."""

from collections.abc import Callable, Mapping

import pandas as pd

from lunar_timeline.derive.forecasts import forecasts
from lunar_timeline.derive.membership import membership, membership_counts
from lunar_timeline.derive.outcomes import mission_outcomes
from lunar_timeline.derive.overlap import overlap
from lunar_timeline.derive.slips import slips
from lunar_timeline.derive.targets import current_targets, target_history
from lunar_timeline.derive.timeline import timeline
from lunar_timeline.derive.totals import totals
from lunar_timeline.enrich import finish
from lunar_timeline.schema import Schema

Tables = Mapping[str, pd.DataFrame]

# In order: each function sees the base tables and the derived tables above it.
DERIVED: dict[str, Callable[[Tables], pd.DataFrame]] = {
    "target_history": target_history,
    "current_targets": current_targets,
    "slips": slips,
    "forecasts": forecasts,
    "membership": membership,
    "membership_counts": membership_counts,
    "overlap": overlap,
    "mission_outcomes": mission_outcomes,
    "totals": totals,
    "timeline": timeline,
}


def derive(tables: Tables, schemas: Mapping[str, Schema]) -> dict[str, pd.DataFrame]:
    """All derived tables.

    Args:
        tables: the base tables as a release has them (see :func:`lunar_timeline.enrich.enrich`).
        schemas: the schemas of the derived tables.

    Returns:
        Table -> frame, sorted by the table's key, typed by its released schema.
    """
    known = dict(tables)
    for table, function in DERIVED.items():
        found = function(known)
        if found.empty:  # without rows a function cannot know its columns
            found = found.reindex(columns=schemas[table].columns)
        frame = finish(found, schemas[table])
        known[table] = frame.sort_values(schemas[table].primary_key, kind="stable", ignore_index=True)
    return {table: known[table] for table in DERIVED}
