"""Published totals beside ours, and the rows that make the difference."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import pandas as pd

from lunar_timeline.derive.totals import MEMBER_RULES, counted, outcomes_by
from scripts.lib.markdown import rows_of, safe

Tables = Mapping[str, pd.DataFrame]

# A mission belongs to the first class that fits; what is left was sent to the Moon on a launch of its own.
_CLASSES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "test flight": lambda outcomes: outcomes["goal"] == "test_flight",
    "pass on the way elsewhere": lambda outcomes: outcomes["goal"] == "gravity_assist",
    "flight of the N1-L3 programme": lambda outcomes: outcomes["program_id"] == "soviet-n1-l3",
    "guest on another mission's launch": lambda outcomes: ~outcomes["own_launch"],
    "failed at launch": lambda outcomes: ~outcomes["reached_space"],
    "still in Earth orbit, or never out of it": lambda outcomes: ~outcomes["left_earth"],
}
_REST = "sent to the Moon on a launch of its own"


def totals_beside_ours(tables: Tables, published: pd.DataFrame) -> str:
    """Rows of a table: who published which total, and what we count by the rule that comes nearest."""
    rows = tables["totals"].merge(published[["total_id", "what_counted", "publisher"]], on="total_id")
    return rows_of(
        (
            row.publisher,
            row.counted_on,
            row.what_counted,
            row.value,
            f"`{row.counts}`",
            row.count_min if row.count_min == row.count_max else f"{row.count_min} to {row.count_max}",
        )
        for row in rows.sort_values(["counts", "counted_on_latest"]).itertuples()
    )


def differences(tables: Tables, published: pd.DataFrame) -> Iterator[str]:
    """A section for each published total whose rows can be told: which of them make the difference."""
    members = tables["published_total_members"]
    for total in published.to_dict("records"):
        of_missions = total["counts"] not in MEMBER_RULES
        named = members[members["total_id"] == total["total_id"]]
        named = named.set_index("mission_id" if of_missions else "actor_id")["name_there"]
        names = tables["missions" if of_missions else "actors"].set_index(named.index.name)["name"]
        surely, perhaps = counted(tables, total)
        ours = str(len(surely)) if len(surely) == len(perhaps) else f"{len(surely)} to {len(perhaps)}"
        yield f"### {safe(total['publisher'])}: {total['value']:.0f}, `{total['counts']}`, {total['counted_on']}\n"
        yield f"{safe(total['what_counted'])} We count {ours}.\n"
        if of_missions and len(named) < total["value"]:
            yield from _by_class(tables, total, named)
        elif not len(named):
            yield f"Its publisher names no member. Ours: {_listed(names[perhaps])}.\n"
        else:
            yield from _by_name(named, perhaps, names)


def _by_name(named: pd.Series, ours: pd.Index, names: pd.Series) -> Iterator[str]:
    """Both lists are known: who stands in only one of them."""
    yield f"- in both: {named.index.isin(ours).sum()}"
    yield f"- only there: {_listed(named[~named.index.isin(ours)])}"
    yield f"- only here: {_listed(names[ours.difference(named.index)])}\n"


def _by_class(tables: Tables, total: Mapping, members: pd.Series) -> Iterator[str]:
    """The list is not known: our rows by class, and the classes without which we come nearest to the number."""
    outcomes = outcomes_by(tables, total["counted_on_latest"])
    outcomes = outcomes[outcomes[total["counts"]].fillna(False).astype("bool")]
    classes = classified(outcomes)
    for name in _CLASSES:
        members = outcomes.loc[classes == name, "mission_name"]
        if len(members):
            yield f"- {name}, {len(members)}: {_listed(members)}"
    yield f"- {_REST}, {(classes == _REST).sum()}\n"
    named = outcomes["mission_id"].isin(members.index)
    kept = set(classes[named])
    if len(members):
        only_there = members[~members.index.isin(outcomes["mission_id"])]
        more = f"; of these our rule does not count {_listed(only_there)}" if len(only_there) else ""
        yield f"Of those that it counts the publisher names {_listed(members)}{more}.\n"
    # What the publisher names was counted, so its class was not left out.
    free = [name for name in _CLASSES if name not in kept and (classes == name).any()]
    choices = [left for size in range(len(free) + 1) for left in combinations(free, size)]
    counts = {left: int((~classes.isin(left)).sum()) for left in choices}
    value = int(total["value"])
    off = min(abs(count - value) for count in counts.values())
    near = [left for left in choices if abs(counts[left] - value) == off]
    ways = "; or ".join(f"{counts[left]} without {', '.join(map(repr, left)) or 'leaving any out'}" for left in near)
    yield f"Nearest to {value} comes our list as follows: {ways}. These are ways to the number, no proof.\n"


def classified(outcomes: pd.DataFrame) -> pd.Series:
    """The class of each mission of `mission_outcomes`: the first that fits."""
    classes = pd.Series(_REST, index=outcomes.index)
    for name, fits in reversed(_CLASSES.items()):
        classes = classes.mask(fits(outcomes), name)
    return classes


def _listed(names: pd.Series) -> str:
    return ", ".join(safe(name) for name in names) or "none"
