"""Published totals beside our own counts on the same day."""

from collections.abc import Mapping

import pandas as pd

from lunar_timeline.derive.membership import MEMBER
from lunar_timeline.derive.outcomes import mission_outcomes

Tables = Mapping[str, pd.DataFrame]

# What a total of members counts: (scope, standings, kinds of actor, whether just these or all but these).
MEMBER_RULES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], bool]] = {
    "states_signed": ("agreement", MEMBER, ("state",), True),
    "states_party": ("agreement", ("party",), ("state",), True),
    "states_joined": ("program", ("party",), ("state",), True),
    "states_and_organisations_joined": (
        "program",
        ("party",),
        ("state", "intergovernmental_organisation", "association"),
        True,
    ),
    "others_joined": ("program", ("party",), ("state",), False),
    "all_joined": ("program", ("party",), (), False),
}


def totals(tables: Tables) -> pd.DataFrame:
    """One row per published total: its value, and how many we count by the rule that comes nearest, by its day."""
    published = tables["published_totals"]
    named = tables["published_total_members"].groupby("total_id").size()
    found = [counted(tables, row) for row in published.to_dict("records")]
    return pd.DataFrame(
        {
            "total_id": published["total_id"],
            "counts": published["counts"],
            "counted_on": published["counted_on"],
            "value": published["value"],
            "count_min": [len(surely) for surely, _ in found],
            "count_max": [len(perhaps) for _, perhaps in found],
            "named": published["total_id"].map(named).fillna(0).astype("int64"),
            "source_id": published["source_id"],
        }
    )


def counted(tables: Tables, total: Mapping) -> tuple[pd.Index, pd.Index]:
    """Ids of the missions or actors that surely, and that perhaps, fall under the rule of a total by its day.

    Args:
        tables: the tables of a release, with `membership`.
        total: a row of `published_totals` as released.

    Returns:
        Two indexes, the first within the second; they differ where a day is known only within a window. An
        event without a day counts from its mission's launch on.
    """
    if total["counts"] in MEMBER_RULES:
        return _members_counted(tables, total)
    outcomes = outcomes_by(tables, total["counted_on_latest"])
    ids = pd.Index(outcomes.loc[outcomes[total["counts"]].fillna(False).astype("bool"), "mission_id"])
    return ids, ids


def outcomes_by(tables: Tables, end: pd.Timestamp) -> pd.DataFrame:
    """`mission_outcomes` as they stood at some instant, by what is known today."""
    events = tables["mission_events"]
    return mission_outcomes({**tables, "mission_events": events[~(events["occurred_at_earliest"] > end)]})


def _members_counted(tables: Tables, total: Mapping) -> tuple[pd.Index, pd.Index]:
    scope, standings, kinds, just_these = MEMBER_RULES[total["counts"]]
    frame = tables["membership"]
    frame = frame[
        (frame["scope"] == scope)
        & (frame["scope_id"] == total["agreement_id" if scope == "agreement" else "program_id"])
        & frame["standing"].isin(standings)
        & (frame["actor_kind"].isin(kinds) == just_these)
    ]
    # From the first of an actor's counted standings to the end of the last one.
    actors = frame.groupby("actor_id")
    since = actors[["since_earliest", "since_latest"]].min()
    until = actors[["until_earliest", "until_latest"]].max()
    until = until.mask(actors["until_latest"].apply(lambda ends: ends.isna().any()))
    end = total["counted_on_latest"]
    surely = (since["since_latest"] <= end) & ~(until["until_earliest"] <= end)
    perhaps = (since["since_earliest"] <= end) & ~(until["until_latest"] <= end)
    return pd.Index(since.index[surely]), pd.Index(since.index[perhaps])
