"""The one schema module: everything that is known of a column comes from its Table Schema.

A schema is the JSON of ``schemas/<table>.json`` (or the same, inlined in a released
``datapackage.json``). From it derive the pandas dtypes, the Arrow schema, the pandera schema and the
data dictionary, here and nowhere else. Beyond the standard a schema may say:

``edtf``            the column holds a date of :mod:`lunar_timeline.edtf`
``qualifiedBy``     the column that holds the date's direction
``history``         the column's past is kept in the table ``history``
``blankWhenLater``  an as-of read empties the cell while what it names lies in the future
``commentary``      words of today's curators, not of the time; an as-of read omits them
``definitions``     the meaning of each value of an enumeration
``knownOn``         the columns that say, first filled first, when the public knew of the row
``releaseFields``   columns that are added in the release (marked ``releaseOnly`` there)
``derivedFrom``     in a release: the column from which bounds or precision derive
``mayBeEmpty``      a table without rows is no error
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lunar_timeline import edtf

if TYPE_CHECKING:
    import pandera.pandas as pandera

# Table Schema type -> (pandas dtype, Arrow type). The pandas dtypes all have room for a missing value.
_TYPES: dict[str, tuple[str, pa.DataType]] = {
    "string": ("str", pa.string()),
    "number": ("float64", pa.float64()),
    "integer": ("Int64", pa.int64()),
    "boolean": ("boolean", pa.bool_()),
    "datetime": ("datetime64[us]", pa.timestamp("us")),
}


@dataclass(frozen=True)
class Field:
    """One column."""

    spec: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def type(self) -> str:
        return self.spec["type"]

    @property
    def constraints(self) -> Mapping[str, Any]:
        return self.spec.get("constraints", {})

    @property
    def required(self) -> bool:
        return self.constraints.get("required", False)

    @property
    def enum(self) -> tuple[str, ...]:
        return tuple(self.constraints.get("enum", ()))

    def is_(self, mark: str) -> bool:
        """Whether one of our own marks (``edtf``, ``history``, …) is set."""
        return bool(self.spec.get(mark, False))

    @property
    def pandas_dtype(self) -> str:
        return _TYPES[self.type][0]

    @property
    def arrow_type(self) -> pa.DataType:
        return _TYPES[self.type][1]


@dataclass(frozen=True)
class ForeignKey:
    column: str
    table: str
    key: str


@dataclass(frozen=True)
class Schema:
    """The schema of one table; ``spec`` is the Table Schema as it stands in the file."""

    table: str
    spec: Mapping[str, Any]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(Field(spec) for spec in self.spec["fields"])

    @property
    def columns(self) -> list[str]:
        return [field.name for field in self.fields]

    @property
    def primary_key(self) -> list[str]:
        return list(self.spec["primaryKey"])

    @property
    def known_on(self) -> list[str]:
        return list(self.spec.get("knownOn", ()))

    @property
    def may_be_empty(self) -> bool:
        return self.spec.get("mayBeEmpty", False)

    @cached_property
    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        return tuple(
            ForeignKey(key["fields"][0], key["reference"]["resource"] or self.table, key["reference"]["fields"][0])
            for key in self.spec.get("foreignKeys", ())
        )

    def __getitem__(self, column: str) -> Field:
        return next(field for field in self.fields if field.name == column)

    def marked(self, mark: str) -> list[str]:
        """Names of the columns that carry one of our own marks."""
        return [field.name for field in self.fields if field.is_(mark)]

    # ------------------------------------------------------------------ what derives from it

    def pandas_dtypes(self) -> dict[str, str]:
        """Column -> pandas dtype, as ``DataFrame.astype`` takes it."""
        return {field.name: field.pandas_dtype for field in self.fields}

    def read_csv_options(self) -> dict[str, Any]:
        """What to give to ``pandas.read_csv``; behind it ``astype(pandas_dtypes())`` makes dates of the dates.

        Not ``parse_dates``: it gives a column without any date another unit than the others.
        """
        texts = {field.name: "str" for field in self.fields if field.type == "datetime"}
        return {"dtype": self.pandas_dtypes() | texts, "keep_default_na": False, "na_values": [""]}

    def arrow(self) -> pa.Schema:
        """The Arrow schema; the descriptions travel as metadata of the columns."""
        return pa.schema(
            [
                pa.field(
                    field.name,
                    field.arrow_type,
                    nullable=not field.required,
                    metadata={"description": field.spec["description"]},
                )
                for field in self.fields
            ]
        )

    def pandera(self) -> "pandera.DataFrameSchema":
        """The pandera schema of a typed frame (needs the package pandera).

        The names of its checks are the names of the rules that findings carry.
        """
        import pandera.pandas as pandera

        def column(field: Field) -> pandera.Column:
            # Not pandera's own `isin`, `ge` or `str_matches`: a failure would carry their arguments in place
            # of a name, and `str_matches` accepts prefixes of alternatives and trailing newlines.
            checks, limits = [], field.constraints

            def add(name: str, holds: Callable[..., Any]) -> None:
                checks.append(pandera.Check(holds, name=name))

            if field.enum:
                add("enum", lambda cells: cells.isin(field.enum))
            if "pattern" in limits:
                add("pattern", lambda cells: cells.str.fullmatch(limits["pattern"]))
            if "maxLength" in limits:
                add("length", lambda cells: cells.str.len() <= limits["maxLength"])
            if "minimum" in limits:
                add("minimum", lambda cells: cells >= limits["minimum"])
            if "maximum" in limits:
                add("maximum", lambda cells: cells <= limits["maximum"])
            if field.is_("edtf"):
                add("date", lambda cells: cells.map(is_edtf))
            return pandera.Column(
                field.pandas_dtype,
                checks,
                nullable=not field.required,
                unique=limits.get("unique", False),
                name=field.name,
            )

        return pandera.DataFrameSchema(
            {field.name: column(field) for field in self.fields},
            strict=True,
            ordered=True,
            unique=self.primary_key if len(self.primary_key) > 1 else None,
            name=self.table,
        )

    def released(self) -> "Schema":
        """The schema of the same table in a release: with bounds and precision of each date,
        the day on which a row became known, and the columns that only a release has."""
        fields: list[Mapping[str, Any]] = []
        added = [{**spec, "releaseOnly": True} for spec in self.spec.get("releaseFields", ())]
        for spec in (*self.spec["fields"], *added):
            fields.append(spec)
            if spec.get("edtf"):
                fields.extend(_bound_specs(spec))
        if self.known_on:
            fields.append(_known_on_spec(self.known_on))
        rest = {name: value for name, value in self.spec.items() if name not in ("fields", "releaseFields")}
        return Schema(self.table, {**rest, "fields": fields})

    def unreleased(self) -> "Schema":
        """The inverse of :meth:`released`."""
        own = [spec for spec in self.spec["fields"] if "derivedFrom" not in spec]
        added = [
            {name: value for name, value in spec.items() if name != "releaseOnly"}
            for spec in own
            if spec.get("releaseOnly")
        ]
        fields = [spec for spec in own if not spec.get("releaseOnly")]
        return Schema(self.table, {**self.spec, "fields": fields} | ({"releaseFields": added} if added else {}))


def is_edtf(text: str) -> bool:
    """Whether a text is a date of the profile."""
    try:
        edtf.parse(text)
    except edtf.EdtfError:
        return False
    return True


def _bound_specs(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    name, title = spec["name"], spec["title"]
    open_ended = "; empty where the qualifier leaves it open" if "qualifiedBy" in spec else ""

    def bound(suffix: str, words: str, example: str) -> dict[str, Any]:
        return {
            "name": f"{name}_{suffix}",
            "title": f"{title}: {suffix}",
            "type": "datetime",
            "description": f"{words} that `{name}` allows, inclusive{open_ended}.",
            "example": example,
            "derivedFrom": name,
        }

    return [
        bound("earliest", "First second", "2021-03-01T00:00:00"),
        bound("latest", "Last second", "2021-03-31T23:59:59"),
        {
            "name": f"{name}_precision",
            "title": f"{title}: precision",
            "type": "string",
            "description": f"How precise `{name}` is.",
            "example": "month",
            "constraints": {"enum": list(edtf.PRECISIONS)},
            "derivedFrom": name,
        },
    ]


def _known_on_spec(columns: list[str]) -> dict[str, Any]:
    return {
        "name": "known_on",
        "title": "Known on",
        "type": "datetime",
        "description": "From when the public knew of the row: latest second of "
        + ", else of ".join(f"`{column}`" for column in columns)
        + ". As-of reads go by it.",
        "example": "2021-03-09T23:59:59",
        "derivedFrom": columns[0],
    }


def load_schemas(folder: Path) -> dict[str, Schema]:
    """Schemas of a folder of Table Schema files, by table."""
    return {
        path.stem: Schema(path.stem, json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*.json"))
    }


def dictionary(schemas: Iterable[Schema], heading: str) -> str:
    """The data dictionary of some tables, as Markdown."""
    parts = [heading.rstrip() + "\n"]
    for schema in schemas:
        parts.append(f"\n## {schema.table}: {schema.spec['title']}\n\n{schema.spec['description']}\n\n")
        facts = [f"Key: {_code(schema.primary_key)}."]
        if schema.known_on:
            facts.append(f"Known on: {_code(schema.known_on, ', else ')}.")
        if schema.may_be_empty:
            facts.append("May be empty.")
        parts.append(" ".join(facts) + "\n\n| column | type | | example | meaning |\n|---|---|---|---|---|\n")
        targets = {key.column: key for key in schema.foreign_keys}
        for field in schema.fields:
            if "derivedFrom" in field.spec:
                continue
            parts.append(_dictionary_row(field, targets.get(field.name)))
        for field in schema.fields:
            if definitions := field.spec.get("definitions"):
                parts.append(f"\n### {schema.table}.{field.name}\n\n| value | meaning |\n|---|---|\n")
                parts.extend(f"| `{value}` | {_cell(text)} |\n" for value, text in definitions.items())
    return "".join(parts)


def _dictionary_row(field: Field, key: ForeignKey | None) -> str:
    kind = "date (EDTF)" if field.is_("edtf") else "enumeration" if field.enum else field.type
    if key:
        kind = f"→ `{key.table}`"
    example = field.spec["example"]
    example = str(example).lower() if isinstance(example, bool) else example
    need = "required" if field.required else ""
    return f"| `{field.name}` | {kind} | {need} | {_cell(str(example))} | {_cell(field.spec['description'])} |\n"


def _code(names: Iterable[str], separator: str = ", ") -> str:
    return separator.join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
