"""Published totals beside our own counts on the same day."""

from collections.abc import Mapping

import pandas as pd

from lunar_timeline.derive.outcomes import mission_outcomes

Tables = Mapping[str, pd.DataFrame]

# What a total of members counts: (scope, standings, whether states; None: all).
_MEMBERS: dict[str, tuple[str, tuple[str, ...], bool | None]] = {
    "states_signed": ("agreement", ("signatory", "provisional", "party"), True),
    "states_party": ("agreement", ("party",), True),
    "states_joined": ("program", ("party",), True),
    "others_joined": ("program", ("party",), False),
    "all_joined": ("program", ("party",), None),
}


def totals(tables: Tables) -> pd.DataFrame:
    """One row per published total: its value, and how many we count by the rule that comes nearest, by its day."""
    published = tables["published_totals"]
    named = tables["published_total_members"].groupby("total_id").size()
    counted = [
        (len(missions_counted(tables, row["counts"], row["counted_on_latest"])),) * 2
        if row["counts"] not in _MEMBERS
        else _members_counted(tables, row)
        for row in published.to_dict("records")
    ]
    return pd.DataFrame(
        {
            "total_id": published["total_id"],
            "counts": published["counts"],
            "counted_on": published["counted_on"],
            "value": published["value"],
            "count_min": [low for low, _ in counted],
            "count_max": [high for _, high in counted],
            "named": published["total_id"].map(named).fillna(0).astype("int64"),
            "source_id": published["source_id"],
        }
    )


def missions_counted(tables: Tables, rule: str, end: pd.Timestamp) -> pd.Index:
    """Ids of the missions that fall under a rule of `mission_outcomes`, by what had happened by then.

    An event without a day counts from its mission's launch on.
    """
    outcomes = outcomes_by(tables, end)
    return pd.Index(outcomes.loc[outcomes[rule].fillna(False).astype("bool"), "mission_id"])


def outcomes_by(tables: Tables, end: pd.Timestamp) -> pd.DataFrame:
    """`mission_outcomes` as they stood at some instant, by what is known today."""
    events = tables["mission_events"]
    return mission_outcomes({**tables, "mission_events": events[~(events["occurred_at_earliest"] > end)]})


def _members_counted(tables: Tables, total: Mapping) -> tuple[int, int]:
    scope, standings, states = _MEMBERS[total["counts"]]
    frame = tables["membership"]
    frame = frame[
        (frame["scope"] == scope)
        & (frame["scope_id"] == total["agreement_id" if scope == "agreement" else "program_id"])
        & frame["standing"].isin(standings)
    ]
    if states is not None:
        frame = frame[(frame["actor_kind"] == "state") == states]
    # From the first of an actor's counted standings to the end of the last one.
    actors = frame.groupby("actor_id")
    since = actors[["since_earliest", "since_latest"]].min()
    until = actors[["until_earliest", "until_latest"]].max()
    until = until.mask(actors["until_latest"].apply(lambda ends: ends.isna().any()))
    end = total["counted_on_latest"]
    surely = (since["since_latest"] <= end) & ~(until["until_earliest"] <= end)
    perhaps = (since["since_earliest"] <= end) & ~(until["until_latest"] <= end)
    return int(surely.sum()), int(perhaps.sum())
