"""A new row for a table: in which order to ask for its cells, what each may hold, and where it goes."""

import re
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lunar_timeline.schema import Field, Schema
from scripts.lib.date_words import DateWords
from scripts.lib.findings import did_you_mean, shown
from scripts.lib.tables import read_table
from scripts.lib.text import STRUCTURAL, canonical, encode, read_rows
from scripts.lib.written_dates import Reading

Cells = dict[str, str]
Frames = Mapping[str, pd.DataFrame]

# What an id is made of, as CONTRIBUTING.md says; the first filled one of alternatives counts.
_ID_PARTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "target_dates": (("milestone_id",), ("stated_on",), ("stated_by",), ("role",)),
    "agreement_actions": (("agreement_id",), ("done_on",), ("actor_id",), ("action",)),
    "mission_events": (("spacecraft_id", "mission_id"), ("occurred_at",), ("phase",)),
    "statements": (
        ("made_by",),
        ("made_on",),
        ("about_program_id", "about_agreement_id", "about_actor_id"),
        ("stance",),
    ),
    "sources": (("publisher",), ("published_on",), ("title",)),
}
_WORDS_OF_A_TITLE = 4


class BrokenTable(ValueError):
    """A table that cannot be read as it is; the message holds the findings."""


def asking_order(schema: Schema) -> list[str]:
    """The columns as they are asked for: an id that is made of other cells comes last."""
    if schema.table not in _ID_PARTS:
        return schema.columns
    key = schema.primary_key
    return [column for column in schema.columns if column not in key] + key


def proposed_id(schema: Schema, cells: Cells, taken: set[str]) -> str:
    """An id made of the other cells, not yet taken; empty where a table has ids of another kind."""
    parts = []
    for columns in _ID_PARTS.get(schema.table, ()):
        column = next((column for column in columns if cells.get(column)), columns[0])
        parts.append(_slug(cells.get(column, ""), schema[column]))
    made = "-".join(part for part in parts if part)
    others = (f"{made}-{number}" for number in range(2, len(taken) + 3))
    return made if made not in taken or not made else next(other for other in others if other not in taken)


def _slug(text: str, field: Field) -> str:
    if field.is_("edtf"):
        # The day of an instant; both ends of a window.
        text = "-to-".join(end.split("T")[0] for end in text.split("/")) if text else "undated"
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    words = re.findall("[a-z0-9]+", plain)
    return "-".join(words[:_WORDS_OF_A_TITLE] if field.name == "title" else words)


def row_problems(schema: Schema, cells: Cells, frames: Frames) -> list[str]:
    """What is wrong with some cells, each by itself: text, type, constraints and references.

    The tables' own reader judges them, in a table of these columns and one row.
    """
    if cut := [column for column, text in cells.items() if set(text) & set("\n\r\0")]:
        return [f"{column} {shown(cells[column])}: a cell is one line of text" for column in cut]
    fields = [field.spec for field in schema.fields if field.name in cells]
    part = Schema(schema.table, {"fields": fields, "primaryKey": [fields[0]["name"]]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{schema.table}.csv"
        path.write_bytes(encode(part.columns, [[cells[column] for column in part.columns]]))
        problems = [finding.message for finding in read_table(path, path.name, part)[1]]
    if len(schema.primary_key) == 1:
        row_id = cells.get(schema.primary_key[0])
        if row_id in ids_of(schema.table, frames):
            problems.append(f"{schema.primary_key[0]} {shown(row_id)}: is taken; type another")
    for key in schema.foreign_keys:
        text = cells.get(key.column)
        if text and text not in (there := ids_of(key.table, frames)):
            tip = did_you_mean(text, there) or "; add it there first"
            problems.append(f"{key.column} {shown(text)}: no such row in {key.table}{tip}")
    return problems


def ids_of(table: str, frames: Frames) -> set[str]:
    return set(frames[table].iloc[:, 0].dropna())


def with_row(content: bytes, schema: Schema, cells: Cells) -> bytes:
    """A table's bytes with one more row, in its sorted place.

    Raises:
        BrokenTable: the table cannot be read as it is.
    """
    rows = read_rows(f"data/{schema.table}.csv", content, schema.columns)
    if broken := [str(finding) for finding in rows.findings if finding.rule in STRUCTURAL]:
        raise BrokenTable("\n".join(broken))
    row = [cells.get(column, "") for column in schema.columns]
    return canonical(rows.header, [*rows.cells, row], schema.primary_key)


def date_readings(table: str, cells: Cells, frames: Frames) -> list[Reading]:
    """For a promise: what the rules for words make of its words."""
    if table != "target_dates" or cells.get("effect") in ("withdraws", "undated"):
        return []
    actors = frames["actors"].set_index("actor_id")["country_code"].dropna()
    country = actors.get(cells.get("stated_by", ""))
    return DateWords(frames["date_words"]).readings(cells.get("target_text", ""), cells.get("stated_on", ""), country)


def question(schema: Schema, column: str) -> Sequence[str]:
    """What to tell of a column before asking for it."""
    field = schema[column]
    example = field.spec["example"]
    lines = [f"{field.spec['title']}: {field.spec['description']}"]
    for value in field.enum:
        lines.append(f"  {value}: {field.spec.get('definitions', {}).get(value, '')}".rstrip(": "))
    target = next((key.table for key in schema.foreign_keys if key.column == column), None)
    kind = (
        f"an id of {target}"
        if target
        else "a date"
        if field.is_("edtf")
        else "one of these"
        if field.enum
        else field.type
    )
    need = "required" if field.required else "may be empty"
    lines.append(f"  {kind}, {need}; for example {str(example).lower() if isinstance(example, bool) else example}")
    return lines
