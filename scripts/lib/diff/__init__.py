"""What differs between two states of the data: rows, schemas, consequences for readers, and the version it needs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from scripts.lib.diff.consequences import Consequence, consequences
from scripts.lib.diff.levels import Level, row_level, schema_level
from scripts.lib.diff.rows import RowChange, row_changes
from scripts.lib.diff.schemas import SchemaChange, renamed_as_in, schema_changes
from scripts.lib.diff.sides import Side


@dataclass(frozen=True)
class Difference:
    """All that differs between a base and what stands now."""

    base: Side  # with the names of tables and columns that they have now
    head: Side
    schema: list[SchemaChange]
    rows: list[RowChange]
    consequences: list[Consequence]
    notes: list[str] = field(default_factory=list)  # what could not be compared, and why

    @cached_property
    def level(self) -> Level:
        """The least step of the version that the difference needs."""
        return max([level for _, level in self.levels()], default=Level.NONE)

    def levels(self) -> Iterable[tuple[SchemaChange | RowChange, Level]]:
        """Each change with the level that it alone would need."""
        yield from ((change, schema_level(change)) for change in self.schema)
        schemas = {**self.base.schemas, **self.head.schemas}
        yield from ((change, row_level(change, schemas)) for change in self.rows)

    def needing(self, level: Level) -> list[SchemaChange | RowChange]:
        """The changes that alone would need a level."""
        return [change for change, its_level in self.levels() if its_level == level]


def difference(base: Side, head: Side) -> Difference:
    """Compare two sides; a table or column that was renamed is compared under its new name."""
    schema = schema_changes(base, head)
    aligned = renamed_as_in(base, schema)
    rows = row_changes(aligned, head)
    found, notes = consequences(aligned, head, {it.table_name for it in rows} | {it.table_name for it in schema})
    return Difference(aligned, head, schema, rows, found, notes)
