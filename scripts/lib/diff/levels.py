"""Which step of the version a change needs: the rule of the README, row by row.

The rule leaves three things open; they are decided here, the first two on the careful side:

- The definition of a value is its meaning: other words for it are MAJOR. Titles, descriptions and examples of
  tables and columns are wording: PATCH.
- An id that was retired is gone from where readers joined by it, so it is MAJOR with a successor, too.
- Only a key of one column is an id, since nothing else can be referred to. A row of a table with a composite key
  (a carrier, an alias, a citation) that goes or gets another key is a correction: PATCH. What is added to
  `sources` and `citations` or filled in `source_id`, `locator`, `note` and other remarks is about sources and
  wording: PATCH.
"""

from collections.abc import Mapping
from enum import IntEnum

from lunar_timeline.schema import Schema
from scripts.lib.diff.rows import RowChange
from scripts.lib.diff.schemas import SchemaChange

_ABOUT_SOURCES = ("sources", "citations")
_OF_SOURCES = ("source_id", "locator", "note")


class Level(IntEnum):
    """Steps of a semantic version, from small to large."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        return self.name


_OF_SCHEMA_CHANGES = {
    "removed": Level.MAJOR,
    "renamed": Level.MAJOR,
    "retyped": Level.MAJOR,
    "narrowed": Level.MAJOR,
    "required": Level.MAJOR,
    "redefined": Level.MAJOR,
    "added": Level.MINOR,
    "widened": Level.MINOR,
    "optional": Level.MINOR,
    "marked": Level.MINOR,
    "reworded": Level.PATCH,
}


def schema_level(change: SchemaChange) -> Level:
    return _OF_SCHEMA_CHANGES[change.change]


def row_level(change: RowChange, schemas: Mapping[str, Schema]) -> Level:
    """The level that one change of a row or cell needs.

    Args:
        change: the change.
        schemas: those of both sides, the newer first.
    """
    schema = schemas[change.table_name]
    match change.change:
        case "removed" | "retired":
            return Level.MAJOR if len(schema.primary_key) == 1 else Level.PATCH
        case "added":
            return Level.PATCH if change.table_name in _ABOUT_SOURCES else Level.MINOR
    remark = change.column_name in _OF_SOURCES or schema[change.column_name].is_("commentary")
    if change.old or remark or change.table_name in _ABOUT_SOURCES:
        return Level.PATCH
    return Level.MINOR


def step(old: tuple[int, int, int], new: tuple[int, int, int]) -> Level:
    """The step from one version to a later one; NONE where it is not later."""
    if new <= old:
        return Level.NONE
    if new[0] > old[0]:
        return Level.MAJOR
    return Level.MINOR if new[1] > old[1] else Level.PATCH
