"""The notes of a release, for readers of the data: future dates first, then the past, then structure."""

from collections import Counter
from collections.abc import Iterator

from scripts.lib.diff import Difference
from scripts.lib.diff.consequences import Consequence
from scripts.lib.diff.report import by_table, change_line, code, consequence_line, plain, schema_line
from scripts.lib.diff.rows import RowChange

_FIRST = "This is the first release: there is none before it to compare with.\n"
# Tables and columns that say where a fact was read and what was looked for, not what is so.
_NO_FACTS = ("sources", "citations", "coverage", "date_words", "retired_ids")
_OF_SOURCES = ("source_id", "locator", "note")


def release_notes(version: str, found: Difference | None) -> str:
    """The notes as Markdown; text of the data has no markup of its own in it.

    Args:
        version: that of the release.
        found: its difference from the last release, None for the first.
    """
    heading = f"# lunar-timeline {version}\n\n"
    if found is None:
        return heading + _FIRST
    if not found.level:
        return heading + f"Data and schemas are those of {found.base.version}.\n"
    parts = [f"{heading}What changed since {found.base.version}: a {found.level} step of the data.\n"]
    for title, lines in _sections(found):
        if lines:
            parts.append(f"\n## {title}\n\n" + "".join(f"- {line}\n" for line in lines))
    parts.append("\nRow by row this stands in `changes.csv` and `changes.parquet`.\n")
    return "".join(parts)


def _sections(found: Difference) -> Iterator[tuple[str, list[str]]]:
    future = [it for it in found.consequences if it.is_future]
    past = [it for it in found.consequences if not it.is_future]
    come = [it for it in past if it.change == "begins" or it.kind == "count"]
    yield "Future dates", _told(future)
    corrected = [it for it in found.rows if it.change == "changed" and it.old]
    corrected = [it for it in corrected if it.table_name not in _NO_FACTS and it.column_name not in _OF_SOURCES]
    yield "Past facts that read otherwise", _told([it for it in past if it not in come])
    yield "Cells corrected", [change_line(it, code, plain) for it in corrected]
    gone = [it for it in found.rows if it.change in ("removed", "retired")]
    yield "Rows removed and ids retired", [change_line(it, code, plain) for it in gone]
    yield "Newly recorded", _told(come)
    yield "Rows added and cells filled", list(_counts(found.rows))
    yield "Structure", [schema_line(it, code, plain) for it in found.schema]
    yield "Not compared", [plain(note) for note in found.notes]


def _told(consequences: list[Consequence]) -> list[str]:
    return [consequence_line(it, plain) for it in consequences]


def _counts(rows: list[RowChange]) -> Iterator[str]:
    for table, changes in by_table(rows).items():
        counts = Counter(
            "added" if it.change == "added" else "filled"
            for it in changes
            if it.change == "added" or (it.change == "changed" and not it.old)
        )
        if counts:
            yield f"{plain(table)}: " + ", ".join(
                f"{count} {what}" for what, count in sorted(counts.items(), reverse=True)
            )
