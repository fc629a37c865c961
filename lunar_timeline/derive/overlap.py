"""Which state stands where: in the Accords, in the ILRS, in both or in neither, and in which treaties."""

from collections.abc import Iterator, Mapping

import pandas as pd

from lunar_timeline.derive.membership import MEMBER

Tables = Mapping[str, pd.DataFrame]

# column -> (scope, id) of `membership`.
INSTRUMENTS = {
    "artemis_accords": ("agreement", "artemis-accords"),
    "ilrs": ("program", "ilrs"),
    "outer_space_treaty": ("agreement", "outer-space-treaty"),
    "rescue_agreement": ("agreement", "rescue-agreement"),
    "liability_convention": ("agreement", "liability-convention"),
    "registration_convention": ("agreement", "registration-convention"),
    "moon_agreement": ("agreement", "moon-agreement"),
}
_EDGES = ["since_earliest", "since_latest", "until_earliest", "until_latest"]


def overlap(tables: Tables) -> pd.DataFrame:
    """One row per state and span of days on which nothing changed for it.

    A cell holds the standing that the state surely had at the end of each day of the span, empty where it had
    none. A day that is known only within a window counts when the window closes; ``is_certain`` is false while
    one is open. The rows of a day are those with ``since <= day`` and ``until`` later or empty.
    """
    states = tables["actors"].loc[tables["actors"]["kind"] == "state", ["actor_id", "name"]]
    standings = pd.concat(
        [_of(tables["membership"], *where).assign(column=column) for column, where in INSTRUMENTS.items()]
    )
    # Plain records: a state has a dozen, and a frame for each costs more than the whole of the work.
    of_state: dict[str, list[dict]] = {}
    for row in standings[["actor_id", "column", "standing", *_EDGES]].to_dict("records"):
        of_state.setdefault(row["actor_id"], []).append(row)
    rows = [
        {"actor_id": actor_id, "actor_name": name} | span
        for actor_id, name in states.itertuples(index=False)
        for span in _spans(of_state.get(actor_id, []))
    ]
    frame = pd.DataFrame(rows, columns=["actor_id", "actor_name", "since", "until", *INSTRUMENTS, "is_certain"])
    accords, ilrs = frame["artemis_accords"].isin(MEMBER), frame["ilrs"].isin(MEMBER)
    camp = pd.Series("neither", index=frame.index).mask(accords, "accords").mask(ilrs, "ilrs")
    return frame.assign(camp=camp.mask(accords & ilrs, "both"))


def _of(membership: pd.DataFrame, scope: str, scope_id: str) -> pd.DataFrame:
    return membership[(membership["scope"] == scope) & (membership["scope_id"] == scope_id)]


def _spans(standings: list[dict]) -> Iterator[dict]:
    """From the first day on which a state may stand in anything, a span from each change to the next."""
    standings = sorted(standings, key=lambda row: row["since_latest"])
    days = sorted({row[edge].normalize() for row in standings for edge in _EDGES if not pd.isna(row[edge])})
    for day, following in zip(days, [*days[1:], None], strict=False):
        end = day + pd.Timedelta(days=1)  # what holds at the end of the day; a missing edge is before no day
        now = [row for row in standings if row["since_latest"] < end and not row["until_latest"] < end]
        is_open = any(
            row["since_earliest"] < end <= row["since_latest"] or row["until_earliest"] < end <= row["until_latest"]
            for row in standings
        )
        yield {
            "since": day,
            "until": following,
            **{row["column"]: row["standing"] for row in now},
            "is_certain": not is_open,
        }
