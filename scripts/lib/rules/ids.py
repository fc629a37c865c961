"""Rules about ids."""

from collections.abc import Iterator

import pandas as pd

from lunar_timeline.asof import row_ids
from scripts.lib.countries import alpha_3_codes, alpha_3_tip
from scripts.lib.findings import shown
from scripts.lib.rules.problem import Problem, Tables, each


def state_ids(tables: Tables) -> Iterator[Problem]:
    """A state's id is its country code in lower case, and only states have ids of three letters."""
    actors = tables["actors"]
    states = actors["kind"] == "state"
    wrong = states & (actors["actor_id"] != actors["country_code"].str.lower())
    yield from each(actors, "actors", "actor_id", wrong, "the id of a state is its alpha-3 country code in lower case")
    short = ~states & (actors["actor_id"].str.len() == 3)
    yield from each(actors, "actors", "actor_id", short, "ids of three letters are for states; type a longer one")


def country_codes(tables: Tables) -> Iterator[Problem]:
    """A country code is one of ISO 3166-1 alpha-3, or of a former state."""
    actors = tables["actors"]
    codes = actors["country_code"].dropna()
    for line, code in codes[~codes.isin(alpha_3_codes())].items():
        if len(code) == 3:  # other lengths fail the pattern already
            yield Problem("actors", line, "country_code", f"country_code {shown(code)}: {alpha_3_tip(code)}")


# table -> (id, parents any of which begins the id, further part)
_COMPOSED = {
    "target_dates": ("target_id", ["milestone_id"], "stated_by"),
    "agreement_actions": ("action_id", ["agreement_id"], "actor_id"),
    "mission_events": ("event_id", ["mission_id", "spacecraft_id"], None),
    "statements": ("statement_id", ["made_by"], None),
}


def composed_ids(tables: Tables) -> Iterator[Problem]:
    """Ids of events, acts, targets and statements begin with their parent and name their actor."""
    for table, (column, parents, part) in _COMPOSED.items():
        frame = tables[table]
        ids, names = _texts(frame[column]), _texts(frame[part or column])
        owners_of = zip(*(_texts(frame[parent]) for parent in parents), strict=True)
        for line, row_id, name, owners in zip(frame.index, ids, names, owners_of, strict=True):
            begins = [f"{owner}-" for owner in owners if owner]
            if not row_id or not begins:
                continue
            if not row_id.startswith(tuple(begins)):
                message = f"{column} {shown(row_id)}: begins with its parent; type {shown(begins[0] + '…')}"
                yield Problem(table, line, column, message)
            elif name not in row_id:
                message = f"{column} {shown(row_id)}: names its actor; put {shown(name)} into it"
                yield Problem(table, line, column, message)


def _texts(cells: pd.Series) -> list[str]:
    """The cells as Python's own texts, a missing one being empty."""
    return cells.fillna("").tolist()


def retired_ids_stay_retired(tables: Tables) -> Iterator[Problem]:
    """A retired id stands in no table any more, and its successor does."""
    retired = tables["retired_ids"]
    for table, rows in retired.groupby("table_name"):
        if table not in tables:
            yield from each(rows, "retired_ids", "table_name", rows["row_id"].notna(), "no such table")
            continue
        ids = row_ids(tables[table], tables.schemas[table])
        used = rows["row_id"].isin(ids)
        yield from each(rows, "retired_ids", "row_id", used, "retired, yet still in its table; use another id there")
        lost = rows["successor_id"].notna() & ~rows["successor_id"].isin([*ids, *rows["row_id"]])
        yield from each(rows, "retired_ids", "successor_id", lost, f"no such row in {table}")
