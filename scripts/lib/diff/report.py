"""A difference as text for a terminal, as Markdown for a pull request, as JSON for other tools.

The JSON has these keys, and they stay:

    base, head       {"name", "version"}
    level            the least step of the version: NONE, PATCH, MINOR or MAJOR
    consequences     list of {"kind", "row_id", "name", "what", "change", "old", "new", "is_future"}
    rows             list of {"table_name", "row_id", "column_name", "change", "old", "new", "level"}
    schema           list of {"table_name", "column_name", "value", "change", "old", "new", "level"}
    notes            list of texts: what could not be compared, and why

What the words mean is said by the classes `Consequence`, `RowChange` and `SchemaChange`.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict

from scripts.lib.diff import Difference
from scripts.lib.diff.consequences import Consequence
from scripts.lib.diff.levels import Level
from scripts.lib.diff.rows import RowChange
from scripts.lib.diff.schemas import SchemaChange

# Hosts refuse a comment of more than 65,536 characters.
_MOST_LINES, _MOST_CHARACTERS = 200, 60_000
_LONGEST_CELL = 300

Quote = Callable[[str], str]


def as_json(found: Difference) -> str:
    levels = {change: str(level) for change, level in found.levels()}
    value = {
        "base": {"name": found.base.name, "version": found.base.version},
        "head": {"name": found.head.name, "version": found.head.version},
        "level": str(found.level),
        "consequences": [asdict(consequence) for consequence in found.consequences],
        "rows": [asdict(change) | {"level": levels[change]} for change in found.rows],
        "schema": [asdict(change) | {"level": levels[change]} for change in found.schema],
        "notes": found.notes,
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def as_text(found: Difference) -> str:
    lines = [f"{_side(found.base)} → {_side(found.head)}"]
    for title, entries in sections(found, quoted, printable):
        lines += ["", title, *(f"  {entry}" for entry in entries)]
    lines += ["", _verdict(found, quoted, printable)]
    return "\n".join(lines) + "\n"


def as_markdown(found: Difference) -> str:
    """For a comment of a pull request: data are escaped and cut, and so is the whole where it is too long."""
    parts = [f"**{_verdict(found, code, plain)}**\n", f"{plain(_side(found.base))} → {plain(_side(found.head))}\n"]
    for title, entries in sections(found, code, plain):
        parts.append(f"### {title}\n")
        parts += [f"- {entry}" for entry in entries[:_MOST_LINES]]
        if len(entries) > _MOST_LINES:
            parts.append(f"- and {len(entries) - _MOST_LINES} more: `make diff` tells all")
        parts.append("")
    text = "\n".join(parts).rstrip("\n") + "\n"
    if len(text) > _MOST_CHARACTERS:
        text = text[: text.rindex("\n", 0, _MOST_CHARACTERS)] + "\n\nAnd more than fits here: `make diff` tells all.\n"
    return text


FORMATS: dict[str, Callable[[Difference], str]] = {"text": as_text, "markdown": as_markdown, "json": as_json}


def sections(found: Difference, quote: Quote, name: Quote) -> Iterator[tuple[str, list[str]]]:
    """Titles with their lines; empty sections are left out.

    Args:
        found: the difference.
        quote: shows a cell.
        name: shows a name in running text.
    """
    told = {
        "What readers will see": [consequence_line(it, name) for it in found.consequences],
        "Not compared": [name(note) for note in found.notes],
        "Schema": [schema_line(it, quote, name) for it in found.schema],
    }
    for table, changes in by_table(found.rows).items():
        counts = Counter(change.change for change in changes)
        title = f"{table}: " + ", ".join(f"{count} {change}" for change, count in sorted(counts.items()))
        told[title] = [row_line(it, quote) for it in changes]
    yield from ((title, lines) for title, lines in told.items() if lines)


def by_table(changes: list[RowChange]) -> dict[str, list[RowChange]]:
    found: dict[str, list[RowChange]] = {}
    for change in changes:
        found.setdefault(change.table_name, []).append(change)
    return found


def consequence_line(it: Consequence, name: Quote) -> str:
    return f"{name(it.name)}, {name(it.what)}: {name(it.old or 'none')} → {name(it.new or 'none')}, {name(it.change)}"


def change_line(it: RowChange | SchemaChange, quote: Quote, name: Quote) -> str:
    """A change with its table."""
    return (
        f"{name(it.table_name)}: {row_line(it, quote)}" if isinstance(it, RowChange) else schema_line(it, quote, name)
    )


def row_line(it: RowChange, quote: Quote) -> str:
    if it.change == "changed":
        return f"changed {quote(it.row_id)} {quote(it.column_name)}: {_cells(it.old, it.new, quote)}"
    return f"{it.change} {quote(it.row_id)}" + (f", now {quote(it.new)}" if it.new else "")


def schema_line(it: SchemaChange, quote: Quote, name: Quote) -> str:
    place = ".".join(filter(None, (it.table_name, it.column_name)))
    what = f"{name(place)}, value {quote(it.value)}" if it.value else name(place)
    return f"{what}: {it.change}" + (f", {_cells(it.old, it.new, quote)}" if it.old or it.new else "")


def _cells(old: str, new: str, quote: Quote) -> str:
    return f"{quote(old) if old else 'empty'} → {quote(new) if new else 'empty'}"


def _side(side) -> str:
    return f"{side.name} ({side.version})" if side.version else side.name


def _verdict(found: Difference, quote: Quote, name: Quote) -> str:
    if found.level == Level.NONE:
        return "No difference in data or schemas"
    first, *more = found.needing(found.level)
    others = f", and {len(more)} more" if more else ""
    return f"The version needs a {found.level} step: {change_line(first, quote, name)}{others}"


def printable(text: str) -> str:
    """Data with nothing in it that acts on a terminal or begins another line, cut where it is very long."""
    if len(text) > _LONGEST_CELL:
        text = text[: _LONGEST_CELL - 1] + "…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def quoted(text: str) -> str:
    return f'"{printable(text)}"'


def code(text: str) -> str:
    """Data as a code span, in which nothing is markup: a fence longer than any run of backticks inside."""
    text = printable(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text or not text.strip() else f"{fence}{text}{fence}"


# ASCII signs that are markup somewhere, a hyphen where it stands inside a word excepted.
_MARKUP = re.compile(r"(?![,;()' ])[!-/:-@\[-`{-~](?<!-)|(?<!\w)-|-(?!\w)", re.ASCII)


def plain(text: str) -> str:
    """Data in running Markdown: no markup, no tag, no link, and nobody is called by an @."""
    text = _MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", printable(text))
    return text.replace("&#64;", "&#64;&#8288;")  # hosts look for names behind an @ in the shown text
