"""What differs between the schemas of two sides: tables, columns, values of enumerations, constraints, words.

A name that goes while another comes is a renaming where the data say so: the same columns and mostly the same
rows for a table, the same cells for a column, the same definition or the same rows for a value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lunar_timeline.schema import Field, Schema
from scripts.lib.diff.rows import keyed
from scripts.lib.diff.sides import Side

# Of a column: a change makes it another type of thing.
_TYPE = ("type", "edtf", "qualifiedBy")
_WORDS = ("title", "description", "example")
_LOWER_LIMITS, _UPPER_LIMITS = ("minimum",), ("maximum", "maxLength")


@dataclass(frozen=True)
class SchemaChange:
    """One change of a schema; `column_name` and `value` are empty where the table or the column as a whole is meant.

    `change` is one of added, removed, renamed, retyped, narrowed, widened, required, optional, redefined (another
    definition of a value), marked (another of our own marks) and reworded. `old` and `new` are what stood and
    stands there: names where it was renamed, types where it was retyped, constraints, words.
    """

    table_name: str
    column_name: str
    value: str
    change: str
    old: str = ""
    new: str = ""


def schema_changes(base: Side, head: Side) -> list[SchemaChange]:
    """All changes of schemas, of base tables as a release shows them and of derived tables.

    Bounds and precision of dates come and go with their date and are not told of by themselves.
    """
    found: list[SchemaChange] = []
    renamed = _renamed_tables(base, head)
    found += [SchemaChange(new, "", "", "renamed", old, new) for old, new in renamed.items()]
    for olds, news in ((base.schemas, head.schemas), (base.derived, head.derived)):
        now = {renamed.get(table, table): schema for table, schema in olds.items()}
        found += [SchemaChange(table, "", "", "removed") for table in now if table not in news]
        found += [SchemaChange(table, "", "", "added") for table in news if table not in now]
        names = {new: old for old, new in renamed.items()}
        for table in (table for table in news if table in now):
            pair = (base.tables.get(names.get(table, table)), head.tables.get(table))
            found += _of_table(table, now[table].released(), news[table].released(), *pair)
    return found


def renamed_as_in(base: Side, changes: list[SchemaChange]) -> Side:
    """The base with its renamed tables and columns under their new names."""
    tables, schemas = dict(base.tables), dict(base.schemas)
    for change in changes:
        if change.change != "renamed" or change.value:
            continue
        if not change.column_name and change.old in tables:
            tables[change.new], schemas[change.new] = tables.pop(change.old), schemas.pop(change.old)
        elif change.column_name and change.table_name in tables:
            table = change.table_name
            tables[table] = tables[table].rename(columns={change.old: change.new})
            schemas[table] = _with_column_renamed(schemas[table], change.old, change.new)
    return replace(base, tables=tables, schemas=schemas)


def _with_column_renamed(schema: Schema, old: str, new: str) -> Schema:
    fields = [{**spec, "name": new} if spec["name"] == old else spec for spec in schema.spec["fields"]]
    key = [new if name == old else name for name in schema.primary_key]
    return Schema(schema.table, {**schema.spec, "fields": fields, "primaryKey": key})


def _renamed_tables(base: Side, head: Side) -> dict[str, str]:
    gone = [table for table in base.schemas if table not in head.schemas]
    come = [table for table in head.schemas if table not in base.schemas]
    found: dict[str, str] = {}
    for old in gone:
        for new in come:
            schemas = base.schemas[old], head.schemas[new]
            if new not in found.values() and set(schemas[0].columns) == set(schemas[1].columns):
                ids = [
                    set(keyed(side.tables[name], schema).index)
                    for side, name, schema in ((base, old, schemas[0]), (head, new, schemas[1]))
                ]
                if ids[0] and len(ids[0] & ids[1]) * 2 > len(ids[0]):
                    found[old] = new
                    break
    return found


def _of_table(
    table: str, old: Schema, new: Schema, old_cells: pd.DataFrame | None, new_cells: pd.DataFrame | None
) -> Iterator[SchemaChange]:
    if old.spec == new.spec:
        return
    olds, news = _own_fields(old), _own_fields(new)
    gone, come = [name for name in olds if name not in news], [name for name in news if name not in olds]
    pair = None
    if old_cells is not None and new_cells is not None:
        pair = _on_same_rows(old, new, old_cells, new_cells)
    renamed = _renamed_columns(gone, come, olds, news, pair)
    for name in gone:
        if name in renamed:
            yield SchemaChange(table, renamed[name], "", "renamed", name, renamed[name])
        else:
            yield SchemaChange(table, name, "", "removed")
    yield from (SchemaChange(table, name, "", "added") for name in come if name not in renamed.values())
    yield from _of_words_and_marks(table, "", old.spec, new.spec, _HANDLED_OF_TABLES)
    if [renamed.get(name, name) for name in old.primary_key] != new.primary_key:
        yield SchemaChange(table, "", "", "retyped", _key(old.primary_key), _key(new.primary_key))
    if old.known_on != new.known_on:
        words = ("known on " + ", else ".join(names) if names else "" for names in (old.known_on, new.known_on))
        yield SchemaChange(table, "", "", "retyped", *words)
    references = [{key.column: f"{key.table}.{key.key}" for key in schema.foreign_keys} for schema in (old, new)]
    names = {new_name: old_name for old_name, new_name in renamed.items()}
    for name in news:
        before = names.get(name, name)
        if before in olds:
            cells = pair and (pair[0].get(before), pair[1].get(name))
            yield from _of_column(table, olds[before], news[name], cells or (None, None))
            yield from _of_reference(table, name, references[0].get(before), references[1].get(name))


def _own_fields(schema: Schema) -> dict[str, Field]:
    return {field.name: field for field in schema.fields if "derivedFrom" not in field.spec}


def _on_same_rows(
    old: Schema, new: Schema, old_cells: pd.DataFrame, new_cells: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells of the rows that both sides have; keys of other names are joined by their place."""
    before, after = keyed(old_cells, old), keyed(new_cells, new)
    common = before.index.intersection(after.index)
    return before.reindex(common), after.reindex(common)


def _renamed_columns(
    gone: list[str],
    come: list[str],
    olds: Mapping[str, Field],
    news: Mapping[str, Field],
    pair: tuple[pd.DataFrame, pd.DataFrame] | None,
) -> dict[str, str]:
    found: dict[str, str] = {}
    for old in gone:
        for new in come if pair else ():
            assert pair
            before, after = pair[0].get(old), pair[1].get(new)
            if new in found.values() or before is None or after is None or olds[old].type != news[new].type:
                continue
            if (before != "").any() and (before == after).all():
                found[old] = new
                break
    return found


def _of_column(
    table: str, old: Field, new: Field, cells: tuple[pd.Series | None, pd.Series | None]
) -> Iterator[SchemaChange]:
    def change(kind: str, before: object = "", after: object = "", value: str = "") -> SchemaChange:
        return SchemaChange(table, new.name, value, kind, _text(before), _text(after))

    if any(old.spec.get(name) != new.spec.get(name) for name in _TYPE):
        yield change("retyped", _type(old), _type(new))
    if old.required != new.required:
        yield change("required" if new.required else "optional")
    yield from _of_enumeration(change, old, new, cells)
    limits = {*old.constraints, *new.constraints} - {"required", "enum"}
    for limit in sorted(limits):
        before, after = old.constraints.get(limit), new.constraints.get(limit)
        if before != after:
            kind = "widened" if _is_wider(limit, before, after) else "narrowed"
            yield change(kind, _limit(limit, before), _limit(limit, after))
    yield from _of_words_and_marks(table, new.name, old.spec, new.spec, _HANDLED_OF_COLUMNS)


def _of_enumeration(change, old: Field, new: Field, cells) -> Iterator[SchemaChange]:
    if bool(old.enum) != bool(new.enum):
        yield change("narrowed" if new.enum else "widened", ", ".join(old.enum), ", ".join(new.enum))
        return
    definitions = old.spec.get("definitions", {}), new.spec.get("definitions", {})
    come = [value for value in new.enum if value not in old.enum]
    for value in (value for value in old.enum if value not in new.enum):
        heir = next((it for it in come if _is_heir(value, it, definitions, cells)), None)
        if heir is None:
            yield change("removed", value=value)
        else:
            come.remove(heir)
            yield change("renamed", value, heir, value=heir)
    yield from (change("added", value=value) for value in come)
    for value in (value for value in new.enum if value in old.enum):
        before, after = definitions[0].get(value, ""), definitions[1].get(value, "")
        if before != after:
            yield change("redefined", before, after, value=value)


def _is_heir(old: str, new: str, definitions, cells) -> bool:
    """Whether a value has another name now: defined alike, or standing in every row where the old one stood."""
    if old in definitions[0] and definitions[0][old] == definitions[1].get(new):
        return True
    before, after = cells
    if before is None or after is None:
        return False
    held = (before == old).to_numpy()
    return bool(held.any() and (after.to_numpy()[held] == new).all())


def _is_wider(limit: str, old: Any, new: Any) -> bool:
    """Whether a constraint allows all that it did. Of another pattern it cannot be told: it counts as narrower."""
    if new is None or new is False:
        return True
    if limit in _LOWER_LIMITS:
        return old is not None and new < old
    return limit in _UPPER_LIMITS and old is not None and new > old


def _of_reference(table: str, column: str, old: str | None, new: str | None) -> Iterator[SchemaChange]:
    if old != new:
        words = (f"refers to {target}" if target else "" for target in (old, new))
        yield SchemaChange(table, column, "", "narrowed" if new else "widened", *words)


_HANDLED_OF_TABLES = ("fields", "primaryKey", "foreignKeys", "knownOn")
_HANDLED_OF_COLUMNS = ("name", "constraints", "definitions", *_TYPE)


def _of_words_and_marks(
    table: str, column: str, old: Mapping[str, Any], new: Mapping[str, Any], handled: tuple[str, ...]
) -> Iterator[SchemaChange]:
    """What is neither structure nor meaning: words for people, and the marks that our own code goes by."""
    for name in sorted({*old, *new} - set(handled)):
        if old.get(name) != new.get(name):
            before, after = _text(old.get(name, "")), _text(new.get(name, ""))
            if name in _WORDS:
                yield SchemaChange(table, column, "", "reworded", before, after)
            else:
                yield SchemaChange(table, column, "", "marked", _limit(name, before), _limit(name, after))


def _type(field: Field) -> str:
    kind = "date (EDTF)" if field.is_("edtf") else field.type
    return f"{kind} qualified by {field.spec['qualifiedBy']}" if "qualifiedBy" in field.spec else kind


def _key(columns: list[str]) -> str:
    return f"key {', '.join(columns)}"


def _limit(name: str, value: Any) -> str:
    return "" if value in (None, "") else f"{name} {_text(value)}"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
