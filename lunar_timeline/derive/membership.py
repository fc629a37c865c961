"""Who belongs to what, from when to when, and how many they were on each day."""

from collections.abc import Mapping

import pandas as pd

from lunar_timeline import edtf

Tables = Mapping[str, pd.DataFrame]

# What an act makes of an actor. Acts that are missing here (an intention, a report by somebody else, a
# change of a contract) make no member of anybody.
STANDING = {
    "signed": "signatory",
    "approved": "party",
    "ratified": "party",
    "accepted": "party",
    "acceded": "party",
    "succeeded": "party",
    "declared_acceptance": "party",
    "provisionally_applied": "provisional",
    "applied": "applicant",
    "joined_as_observer": "observer",
    "awarded": "party",
    "selected": "party",
    "withdrew": "former",
    "terminated": "former",
}
# From weak to strong: a later weaker act (an application renewed) takes nothing away.
_RANK = {"applicant": 0, "observer": 1, "signatory": 2, "provisional": 3, "party": 4, "former": 5}
# Standings that begin when the act takes effect, not when it is done.
_BY_EFFECT = ("party", "provisional", "former")
# Standings that make a member of the programme which an instrument joins.
MEMBER = ("signatory", "party", "provisional")


def membership(tables: Tables) -> pd.DataFrame:
    """One row per actor, instrument (or programme joined) and standing, with the interval of that standing.

    ``scope`` tells the two apart: ``agreement`` rows follow the acts on one instrument, ``program`` rows
    the union of the actor's memberships of all instruments that join a programme.
    """
    acts = _acts(tables)
    # Plain records: most actors did one thing to one instrument, and a frame for each is slow.
    done: dict[tuple[str, str], list[dict]] = {}
    for act in acts[["actor_id", "agreement_id", "standing", "since", "action_id", "agreement_ended_on"]].to_dict(
        "records"
    ):
        done.setdefault((act["actor_id"], act["agreement_id"]), []).append(act)
    rows = [
        {"scope": "agreement", "scope_id": agreement_id, "actor_id": actor_id} | interval
        for (actor_id, agreement_id), group in sorted(done.items())
        for interval in _intervals(group)
    ]
    rows.extend(_program_rows(rows, tables["agreements"]))
    frame = pd.DataFrame(rows, columns=["scope", "scope_id", "actor_id", "standing", "since", "until", "action_id"])
    actors = tables["actors"].set_index("actor_id")
    names = pd.concat(
        [
            tables["agreements"].set_index("agreement_id")["title"],
            tables["programs"].set_index("program_id")["name"],
        ]
    )
    frame["actor_name"] = frame["actor_id"].map(actors["name"])
    frame["actor_kind"] = frame["actor_id"].map(actors["kind"])
    frame["scope_name"] = frame["scope_id"].map(names[~names.index.duplicated()])
    return frame


def membership_counts(tables: Tables) -> pd.DataFrame:
    """Counts by day: one row per instrument or programme, group (states, others), standing and day of change.

    ``count_min`` counts who surely had the standing at the end of that day, ``count_max`` who may have
    had it; they differ where a day is known only within a window. The row of a day holds until the next.
    """
    frame = tables["membership"]
    frame = frame[frame["standing"] != "former"].assign(
        actor_group=frame["actor_kind"].map(lambda kind: "states" if kind == "state" else "others")
    )
    keys = ["scope", "scope_id", "actor_group", "standing"]
    # Where the window of the end reaches back into that of the beginning, no day is sure.
    sure = frame[~(frame["until_earliest"] <= frame["since_latest"])]
    surely = _steps(sure, keys, start="since_latest", end="until_earliest", name="count_min")
    perhaps = _steps(frame, keys, start="since_earliest", end="until_latest", name="count_max")
    counts = surely.join(perhaps, how="outer")
    counts = counts.groupby(level=keys).ffill().fillna(0).astype("int64")
    return counts.reset_index()


def _steps(frame: pd.DataFrame, keys: list[str], start: str, end: str, name: str) -> pd.DataFrame:
    """Running number of open intervals at the end of each day on which one opens or closes."""
    frame = frame.dropna(subset=[start])
    opened = frame[[*keys, start]].rename(columns={start: "day"}).assign(**{name: 1})
    closed = frame[[*keys, end]].dropna(subset=[end]).rename(columns={end: "day"}).assign(**{name: -1})
    changes = pd.concat([opened, closed])
    changes["day"] = changes["day"].dt.normalize()
    return changes.groupby([*keys, "day"])[[name]].sum().groupby(level=keys).cumsum()


def _acts(tables: Tables) -> pd.DataFrame:
    acts = tables["agreement_actions"]
    acts = acts[acts["action"].isin(list(STANDING))].copy()
    acts["standing"] = acts["action"].map(STANDING)
    acts["rank"] = acts["standing"].map(_RANK)
    by_effect = acts["standing"].isin(_BY_EFFECT) & acts["effective_on"].notna()
    # Of some acts only the day of effect is known, or the day on which they were told.
    acts["since"] = acts["done_on"].mask(by_effect, acts["effective_on"])
    for column in ("effective_on", "announced_on"):
        acts["since"] = acts["since"].fillna(acts[column])
    acts["earliest"] = [None if pd.isna(text) else edtf.parse(text).earliest for text in acts["since"]]
    ended = tables["agreements"].set_index("agreement_id")["ended_on"]
    acts["agreement_ended_on"] = acts["agreement_id"].map(ended)
    return acts.sort_values(["earliest", "rank", "action_id"], kind="stable")


def _intervals(acts: list[dict]) -> list[dict]:
    """The standings of one actor on one instrument, each until the next or until the instrument ended."""
    rows: list[dict] = []
    for act in acts:
        standing = act["standing"]
        if rows and rows[-1]["standing"] != "former" and _RANK[standing] <= _RANK[rows[-1]["standing"]]:
            continue
        if rows:
            rows[-1]["until"] = act["since"]
        rows.append({"standing": standing, "since": act["since"], "until": None, "action_id": act["action_id"]})
    if rows and rows[-1]["standing"] != "former":
        ended = acts[0]["agreement_ended_on"]
        rows[-1]["until"] = None if pd.isna(ended) else ended
    return rows


def _program_rows(rows: list[dict], agreements: pd.DataFrame) -> list[dict]:
    """Memberships of each actor in each programme that its instruments join."""
    joins = agreements.dropna(subset=["joins_program_id"]).set_index("agreement_id")["joins_program_id"]
    best: dict[tuple[str, str], list[dict]] = {}
    for row in rows:
        if row["scope_id"] in joins.index and row["standing"] in MEMBER and not pd.isna(row["since"]):
            best.setdefault((joins[row["scope_id"]], row["actor_id"]), []).append(row)
    return [
        {"scope": "program", "scope_id": program_id, "actor_id": actor_id, "standing": "party"} | interval
        for (program_id, actor_id), found in sorted(best.items())
        for interval in _merged(found)
    ]


def _merged(found: list[dict]) -> list[dict]:
    """Intervals of membership, those that touch or overlap made one."""
    merged: list[dict] = []
    for row in sorted(found, key=lambda row: edtf.parse(row["since"]).earliest):
        last = merged[-1] if merged else None
        if last and (last["until"] is None or edtf.parse(row["since"]).earliest <= edtf.parse(last["until"]).latest):
            if last["until"] and (
                not row["until"] or edtf.parse(last["until"]).latest < edtf.parse(row["until"]).latest
            ):
                last["until"] = row["until"]
        else:
            merged.append({name: row[name] for name in ("since", "until", "action_id")})
    return merged
