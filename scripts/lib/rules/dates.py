"""Rules about the order of dates within a row."""

from collections.abc import Iterator

from scripts.lib.findings import shown
from scripts.lib.rules.problem import ACT_DATES, Problem, Tables, each, earliests, latests, surely_before

# table -> columns in the order in which their dates come.
_ORDER = {
    "actors": ("active_from", "active_to"),
    "programs": ("started_on", "ended_on"),
    "milestone_carriers": ("assigned_on", "released_on"),
    "agreements": ("adopted_on", "opened_on", "in_force_on", "ended_on"),
    "policies": ("in_force_on", "ended_on"),
    "aliases": ("used_from", "used_to"),
    "agreement_actions": ("done_on", "effective_on"),
}


def dates_in_order(tables: Tables) -> Iterator[Problem]:
    """A beginning does not come after its end, nor an effect before its act."""
    for table, columns in _ORDER.items():
        frame = tables[table]
        for position, first in enumerate(columns):
            for second in columns[position + 1 :]:
                for line, row in frame[surely_before(frame[second], frame[first])].iterrows():
                    message = f"{second} {shown(row[second])}: before {first} {shown(row[first])}; mend one of the two"
                    yield Problem(table, line, second, message)


def announced_later(tables: Tables) -> Iterator[Problem]:
    """`announced_on` is filled only where the public learnt later than the act."""
    for table, act in ACT_DATES.items():
        if "announced_on" not in tables[table]:
            continue
        frame = tables[table].dropna(subset=["announced_on"])
        early = latests(frame["announced_on"]) < earliests(frame[act])
        for line, row in frame[early].iterrows():
            message = f"announced_on {shown(row['announced_on'])}: before {act} {shown(row[act])}; mend one"
            yield Problem(table, line, "announced_on", message)
        same = ~early & (frame["announced_on"] == frame[act])
        yield from each(frame, table, "announced_on", same, f"the same as {act}; leave it empty")
