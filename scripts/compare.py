"""Compare the flown missions with two lists that were not used to compile them, and explain each difference.

`second_lists.csv` holds what the lists say: names, and days of launch where they give them; for each the mission
that is meant, and a reason where the two differ. A line without a name gives the reason why missions of ours are
missing there: one mission, or all of one class. Exit code 1 where a difference has no reason, or a reason has lost
its difference.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from scripts.build import release_tables
from scripts.lib.checks import run_checks
from scripts.lib.counting import classified
from scripts.lib.findings import print_anything
from scripts.lib.paths import HERE, House

LISTS = Path(__file__).with_name("second_lists.csv")


def compare(lists: pd.DataFrame, outcomes: pd.DataFrame) -> Iterator[tuple[str, str, str | None]]:
    """The differences as (list, difference, reason); the reason is None where nobody gave one.

    Args:
        lists: list, through, name, launched_on, mission_id, class, reason; text, empty where nothing is said.
        outcomes: `mission_outcomes` as released.
    """
    ours = outcomes.set_index("mission_id")
    classes = classified(outcomes).set_axis(ours.index)
    for name, rows in lists.groupby("list"):
        counted = ours[ours["launched_at_earliest"] < pd.Timestamp(rows["through"].max()) + pd.Timedelta(days=1)]
        named, reasons = rows[rows["name"] != ""], rows[rows["name"] == ""]
        for row in named.itertuples():
            yield from ((str(name), found, row.reason or None) for found in _about(row, counted))
            if row.reason and not list(_about(row, counted)):
                yield str(name), f"{row.name_there}: has a reason, but no difference; remove the reason", None
        by_mission = dict(zip(reasons["mission_id"], reasons["reason"], strict=True))
        by_class = dict(zip(reasons["class"], reasons["reason"], strict=True))
        missing = counted.index.difference(named["mission_id"])
        for mission_id in missing:
            reason = by_mission.get(mission_id) or by_class.get(classes[mission_id])
            yield str(name), f"{counted.loc[mission_id, 'mission_name']}: only here", reason
        for stale in set(by_mission) - {""} - set(missing) | set(by_class) - {""} - set(classes[missing]):
            yield str(name), f"{stale}: has a reason, but is not missing there; remove the line", None


def _about(row, ours: pd.DataFrame) -> Iterator[str]:
    """How one entry differs from ours."""
    if row.mission_id not in ours.index:
        yield f"{row.name_there}: only there"
    elif row.launched_on:
        launch = ours.loc[row.mission_id]
        day = pd.Timestamp(row.launched_on)
        if not launch["launched_at_earliest"].normalize() <= day <= launch["launched_at_latest"]:
            yield f"{row.name_there}: launched on {row.launched_on} there, {launch['launched_at']} here"


def read_lists(path: Path = LISTS) -> pd.DataFrame:
    """The lists as text; `name` is also there as `name_there`, since rows as tuples keep no column of that name."""
    lists = pd.read_csv(path, dtype=str, keep_default_na=False)
    return lists.assign(name_there=lists["name"])


def main(house: House = HERE) -> int:
    print_anything()
    outcomes = release_tables(run_checks(house))["mission_outcomes"]
    differences = list(compare(read_lists(), outcomes))
    for name, difference, reason in differences:
        print(f"{name}: {difference}: {reason or 'NO REASON GIVEN'}")
    unexplained = sum(reason is None for *_, reason in differences)
    print(f"{len(differences)} differences, {unexplained} without a reason")
    return int(unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
