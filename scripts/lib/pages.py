"""The pages of a release: templates of docs/ filled with what its tables say."""

import html
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from string import Template

import pandas as pd

from lunar_timeline.derive.totals import missions_counted, outcomes_by
from lunar_timeline.schema import Schema

Tables = Mapping[str, pd.DataFrame]

# A mission belongs to the first class that fits; what is left was sent to the Moon on a launch of its own.
_CLASSES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "test flight": lambda outcomes: outcomes["goal"] == "test_flight",
    "pass on the way elsewhere": lambda outcomes: outcomes["goal"] == "gravity_assist",
    "guest on another mission's launch": lambda outcomes: ~outcomes["own_launch"],
    "failed at launch": lambda outcomes: ~outcomes["reached_space"],
    "stranded in Earth orbit": lambda outcomes: ~outcomes["left_earth"],
}
_REST = "sent to the Moon on a launch of its own"


def fill_pages(
    folder: Path, tables: Tables, schemas: Mapping[str, Schema], version: str, stories: Mapping[str, str]
) -> dict[str, str]:
    """Page name -> text, from the templates in a folder. Figures stand in a release only, never in a template.

    `stories` are texts by placeholder (see :mod:`scripts.lib.stories`), for code blocks.
    """
    values = {
        "version": version,
        "sizes": _rows((f"`{name}`", len(frame)) for name, frame in tables.items()),
        "verdicts": _verdicts(tables, schemas["mission_outcomes"]),
        "totals": _totals(tables),
        "differences": "\n".join(_differences(tables)),
        **{name: text.replace("```", "` ` `") for name, text in stories.items()},
    }
    return {
        page.name: Template(page.read_text(encoding="utf-8")).safe_substitute(values)
        for page in sorted(folder.glob("*.md"))
    }


def _rows(cells) -> str:
    return "\n".join("| " + " | ".join(_safe(cell) for cell in row) + " |" for row in cells)


def _safe(cell: object) -> str:
    """Text of data in a page: no markup of its own."""
    return html.escape(str(cell), quote=False).replace("|", "\\|").replace("[", "\\[")


def _verdicts(tables: Tables, schema: Schema) -> str:
    outcomes = tables["mission_outcomes"]
    rules = {field.name: field.spec["description"] for field in schema.fields}
    return _rows(
        (f"`{name}`", text.removeprefix("Rule: "), int(outcomes[name].fillna(False).sum()))
        for name, text in rules.items()
        if text.startswith("Rule: ")
    )


def _totals(tables: Tables) -> str:
    publishers = tables["sources"].set_index("source_id")["publisher"]
    said = tables["published_totals"].set_index("total_id")["what_counted"]
    rows = tables["totals"].sort_values(["counts", "counted_on_latest"])
    return _rows(
        (
            publishers[row.source_id],
            row.counted_on,
            said[row.total_id],
            row.value,
            f"`{row.counts}`",
            row.count_min if row.count_min == row.count_max else f"{row.count_min} to {row.count_max}",
        )
        for row in rows.itertuples()
    )


def _differences(tables: Tables):
    """A section for each published total of missions: which rows make the difference."""
    published = tables["totals"].merge(tables["published_totals"][["total_id", "what_counted"]], on="total_id")
    publishers = tables["sources"].set_index("source_id")["publisher"]
    rules = set(tables["mission_outcomes"].columns)
    for total in published[published["counts"].isin(rules)].itertuples():
        yield f"### {_safe(publishers[total.source_id])}: {total.value}, `{total.counts}`, {total.counted_on}\n"
        yield f"{_safe(total.what_counted)} We count {total.count_min}.\n"
        if total.named:
            yield from _by_name(tables, total)
        elif total.counts in ("is_attempt", "aimed_at_moon"):
            yield from _by_class(tables, total)
        else:
            yield "Its publisher names no mission, so no row can be shown for the difference.\n"


def _by_name(tables: Tables, total):
    """Both lists are known: who stands in only one of them."""
    names = tables["missions"].set_index("mission_id")["name"]
    members = tables["published_total_members"]
    members = members[members["total_id"] == total.total_id].set_index("mission_id")
    ours = missions_counted(tables, total.counts, total.counted_on_latest)
    there, here = members.index.difference(ours), ours.difference(members.index)
    yield f"- in both: {len(ours.intersection(members.index))}"
    yield f"- only there: {_listed(members.loc[there, 'name_there'])}"
    yield f"- only here: {_listed(names[here])}\n"


def _by_class(tables: Tables, total):
    """Only the number is known: our rows by class, and the classes without which we come nearest to it."""
    outcomes = outcomes_by(tables, total.counted_on_latest)
    classes = classified(outcomes)
    for name in _CLASSES:
        members = outcomes.loc[classes == name, "mission_name"]
        yield f"- {name}, {len(members)}: {_listed(members)}"
    yield f"- {_REST}, {(classes == _REST).sum()}\n"
    choices = [left for size in range(len(_CLASSES) + 1) for left in combinations(_CLASSES, size)]
    counts = {left: int((~classes.isin(left)).sum()) for left in choices}
    nearest = min(choices, key=lambda left: (abs(counts[left] - total.value), len(left)))
    off = total.value - counts[nearest]
    yield (
        f"No mission is named there. Nearest to {total.value} comes our list without the classes "
        f"{', '.join(map(repr, nearest)) or '(none)'}: {counts[nearest]}"
        + (f"; no class explains the remaining {off:+d}." if off else ".")
        + " That is a way to arrive at the number, not a proof that it was counted so.\n"
    )


def classified(outcomes: pd.DataFrame) -> pd.Series:
    """The class of each mission of `mission_outcomes`: the first that fits."""
    classes = pd.Series(_REST, index=outcomes.index)
    for name, fits in reversed(_CLASSES.items()):
        classes = classes.mask(fits(outcomes), name)
    return classes


def _listed(names: pd.Series) -> str:
    return ", ".join(_safe(name) for name in names) or "none"
