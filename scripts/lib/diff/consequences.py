"""What a change of the data means for readers: promised dates that move, members, counts, outcomes.

Both sides are derived by today's code, so that what is told comes from the data alone, and a release folder and
its commit give the same answer.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from lunar_timeline.changes import classify, promise
from lunar_timeline.derive import DERIVED
from lunar_timeline.derive.targets import OPEN_STATUSES
from lunar_timeline.enrich import enrich, finish
from lunar_timeline.schema import Schema
from scripts.lib.diff.sides import Side

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Consequence:
    """One thing that readers will see otherwise.

    `kind` says in which derived table (target, membership, count, outcome), `row_id` of what, `what` about it.
    `change` is a kind of change of `target_history` for a date, else begins, ends, changes, redated, gone, rises,
    falls. `is_future` marks promised dates of milestones that are still open.
    """

    kind: Literal["target", "membership", "count", "outcome"]
    row_id: str
    name: str
    what: str
    change: str
    old: str
    new: str
    is_future: bool = False


def consequences(base: Side, head: Side, changed: set[str]) -> tuple[list[Consequence], list[str]]:
    """The consequences, and notes on what could not be compared.

    Args:
        base: the older side, with the names of the newer one.
        head: the newer side; its schemas are those of the code that runs.
        changed: tables in which a row or the schema differs; what no changed table feeds has no consequence.
    """
    found: list[Consequence] = []
    notes: list[str] = []
    for title, inputs, made, compare in _FAMILIES:
        if not changed & set(inputs):
            continue
        missing = _missing(base, head, inputs)
        if missing:
            notes.append(f"{title} are not compared: the base has no {', '.join(missing)}")
            continue
        try:
            found += list(compare(*(_derived(side, head, inputs, made) for side in (base, head))))
        except Exception as error:  # derivations assume checked data, and here neither side need be checked
            notes.append(f"{title} are not compared, since they cannot be derived ({error!r}); run `make check`")
    return found, notes


def _missing(base: Side, head: Side, inputs: tuple[str, ...]) -> list[str]:
    """Inputs that the base has not: tables, and columns that must be filled."""
    missing = []
    for table in (table for table in inputs if table in head.schemas):
        if table not in base.tables:
            missing.append(table)
        else:
            columns = [field.name for field in head.schemas[table].fields if field.required]
            missing += [f"{table}.{name}" for name in columns if name not in base.tables[table]]
    return missing


# Tables that `enrich` joins, whatever is asked for; those that take no part are given to it without rows.
_JOINED = ("missions", "mission_events", "identifiers", "programs", "target_dates", "milestones")


def _derived(side: Side, head: Side, inputs: tuple[str, ...], made: tuple[str, ...]) -> Tables:
    """Some derived tables of a side, and the base tables behind them, with today's columns."""
    none = {table: pd.DataFrame(columns=head.schemas[table].columns, dtype="str") for table in _JOINED}
    texts = none | {table: side.tables[table] for table in inputs}
    frames = {table: _typed(frame, head.schemas[table]) for table, frame in texts.items()}
    tables: dict[str, pd.DataFrame] = enrich(frames, head.schemas)
    for name in made:
        schema = head.derived[name]
        rows = DERIVED[name](tables)
        tables[name] = finish(rows.reindex(columns=schema.columns) if rows.empty else rows, schema)
    return tables


def _typed(texts: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Text cells as the schema types them; columns that are not there and cells that do not fit are missing."""
    frame = texts.reindex(columns=schema.columns)
    frame = frame.mask(frame == "")
    for field in schema.fields:
        if field.type == "boolean":
            frame[field.name] = frame[field.name].map({"true": True, "false": False})
        elif field.type != "string":
            frame[field.name] = pd.to_numeric(frame[field.name], errors="coerce")
    return frame.astype(schema.pandas_dtypes())


# ---------------------------------------------------------------------- promised dates


def _targets(old: Tables, new: Tables) -> Iterator[Consequence]:
    """The official date of each milestone, before and now."""
    before, after = _official(old), _official(new)
    first = new["target_history"].set_index("target_id")["change"]
    for milestone_id in sorted(before.keys() | after.keys()):
        was, now = before.get(milestone_id), after.get(milestone_id)
        row = now or was or {}
        texts = (spoken(was) if was else "", spoken(now) if now else "")

        def told(what: str, change: str, old: str, new: str, row: dict = row) -> Consequence:
            is_open = row["milestone_status"] in OPEN_STATUSES
            name = _or_empty(row["milestone_name"]) or row["milestone_id"]
            return Consequence("target", row["milestone_id"], name, what, change, old, new, is_open)

        if was is None or now is None:
            yield told("official target", "gone" if now is None else first[now["target_id"]], *texts)
            continue
        same_statement = was["target_id"] == now["target_id"]
        if not same_statement or texts[0] != texts[1]:
            what = "official target, as corrected" if same_statement else "official target"
            yield told(what, _moved(was, now), *texts)
        missions = (_or_empty(was["mission_id"]), _or_empty(now["mission_id"]))
        if missions[0] != missions[1]:
            yield told("mission that is to carry it", "changes", *missions)


def _official(tables: Tables) -> dict[str, dict]:
    current = tables["current_targets"]
    rows = current[current["is_official"].fillna(False)].to_dict("records")
    return {row["milestone_id"]: row for row in rows}


def _or_empty(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _moved(was: dict, now: dict) -> str:
    if pd.isna(now["target"]):
        return "withdrawn"
    if pd.isna(was["target"]):
        return "revived"
    return classify(promise(was["target"], was["qualifier"]), promise(now["target"], now["qualifier"]))


_DIRECTIONS = {"no_earlier_than": "no earlier than ", "no_later_than": "by ", "before": "before ", "after": "after "}
_PARTS = {str(33 + number): f"{word} quarter of" for number, word in enumerate(("first", "second", "third", "fourth"))}
_PARTS |= {"37": "early", "38": "mid", "39": "late", "40": "first half of", "41": "second half of"}


def spoken(row: Mapping) -> str:
    """A target as a sentence says it: ``no earlier than 2028-37 (early 2028)``."""
    if pd.isna(row["target"]):
        return "no date"
    text = row["target"]
    if found := re.fullmatch(r"(\d{4})-(3[3-9]|4[01])~?", text):
        text += f" ({_PARTS[found[2]]} {found[1]})"
    return _DIRECTIONS.get(row["qualifier"], "") + text


# ---------------------------------------------------------------------- members and their numbers


def _members(old: Tables, new: Tables) -> Iterator[Consequence]:
    before, after = _standings(old), _standings(new)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key, []), after.get(key, [])
        if [_standing(row) for row in was] != [_standing(row) for row in now]:
            row = (now or was)[-1]
            texts = (_standing(was[-1]) if was else "", _standing(now[-1]) if now else "")
            # An id that stands nowhere has no name; `check` says so.
            names = [_or_empty(row[f"{part}_name"]) or row[f"{part}_id"] for part in ("actor", "scope")]
            yield Consequence("membership", "/".join(key), names[0], names[1], _membership_change(was, now), *texts)
    yield from _counts(old, new)


def _standings(tables: Tables) -> dict[tuple[str, str, str], list[dict]]:
    """(scope, scope id, actor) -> the standings of the actor there, in time."""
    found: dict[tuple[str, str, str], list[dict]] = {}
    for row in tables["membership"].sort_values("since_earliest", kind="stable").to_dict("records"):
        found.setdefault((row["scope"], row["scope_id"], row["actor_id"]), []).append(row)
    return found


def _standing(row: dict) -> str:
    since, until = ("" if pd.isna(row[name]) else f" {name} {row[name]}" for name in ("since", "until"))
    return f"{row['standing']}{since}{until}"


def _membership_change(was: list[dict], now: list[dict]) -> str:
    if not was:
        return "begins"
    if not now:
        return "gone"
    if _has_ended(now[-1]) != _has_ended(was[-1]):
        return "ends" if _has_ended(now[-1]) else "begins"
    return "redated" if was[-1]["standing"] == now[-1]["standing"] else "changes"


def _has_ended(row: dict) -> bool:
    return row["standing"] == "former" or not pd.isna(row["until"])


def _counts(old: Tables, new: Tables) -> Iterator[Consequence]:
    """How many states have each standing, by the last day on which that changes."""
    before, after = _last_counts(old), _last_counts(new)
    names = _scope_names(old) | _scope_names(new)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key, (0, 0)), after.get(key, (0, 0))
        if was != now:
            texts = (_between(*was), _between(*now))
            change = "rises" if sum(now) > sum(was) else "falls" if sum(now) < sum(was) else "changes"
            scope, scope_id, standing = key
            what = f"states with the standing {standing}"
            name = _or_empty(names[scope, scope_id]) or scope_id
            yield Consequence("count", "/".join(key), name, what, change, *texts)


def _between(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _last_counts(tables: Tables) -> dict[tuple[str, str, str], tuple[int, int]]:
    counts = tables["membership_counts"]
    counts = counts[counts["actor_group"] == "states"].sort_values("day", kind="stable")
    last = counts.drop_duplicates(["scope", "scope_id", "standing"], keep="last")
    return {
        (row["scope"], row["scope_id"], row["standing"]): (int(row["count_min"]), int(row["count_max"]))
        for row in last.to_dict("records")
    }


def _scope_names(tables: Tables) -> dict[tuple[str, str], str]:
    frame = tables["membership"]
    return dict(zip(zip(frame["scope"], frame["scope_id"], strict=True), frame["scope_name"], strict=True))


# ---------------------------------------------------------------------- what came of missions

# Columns of `mission_outcomes` that describe the mission and say nothing of what came of it.
_NO_OUTCOME = ("mission_id", "mission_name", "program_id", "operator_id", "goal", "is_crewed", "launched_at")


def _outcomes(old: Tables, new: Tables) -> Iterator[Consequence]:
    before, after = (
        {row["mission_id"]: row for row in tables["mission_outcomes"].to_dict("records")} for tables in (old, new)
    )
    columns = [
        name
        for name in new["mission_outcomes"].columns
        if name not in _NO_OUTCOME and not name.startswith("launched_at_")
    ]
    for mission_id in sorted(before.keys() | after.keys()):
        was, now = before.get(mission_id), after.get(mission_id)
        name = (now or was or {})["mission_name"]
        if was is None or now is None:
            texts = (_outcome(was["furthest_phase"]) if was else "", _outcome(now["furthest_phase"]) if now else "")
            change = "gone" if now is None else "begins"
            yield Consequence("outcome", mission_id, name, "flown, furthest_phase", change, *texts)
            continue
        for column in columns:
            texts = (_outcome(was[column]), _outcome(now[column]))
            if texts[0] != texts[1]:
                yield Consequence("outcome", mission_id, name, column, "changes", *texts)


def _outcome(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _or_empty(value) or "nothing"


_Compare = Callable[[Tables, Tables], Iterator[Consequence]]

# Title, base tables that feed it, derived tables in order, and what compares two sides.
_FAMILIES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], _Compare], ...] = (
    (
        "promised dates",
        ("target_dates", "milestones", "milestone_carriers", "actors", "programs", "history"),
        ("target_history", "current_targets"),
        _targets,
    ),
    (
        "memberships",
        ("agreement_actions", "agreements", "actors", "programs"),
        ("membership", "membership_counts"),
        _members,
    ),
    (
        "outcomes of missions",
        ("missions", "mission_events", "spacecraft", "identifiers", "programs"),
        ("mission_outcomes",),
        _outcomes,
    ),
)
