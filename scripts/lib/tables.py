"""From the text of the tables to typed frames, with a finding for each cell that does not fit."""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from lunar_timeline import edtf
from lunar_timeline.asof import row_ids
from lunar_timeline.schema import Field, Schema
from scripts.lib.countries import alpha_3_tip
from scripts.lib.findings import Finding, did_you_mean, shown
from scripts.lib.plain import read_plain
from scripts.lib.text import Late, Rows, canonical, read_rows

if TYPE_CHECKING:
    import pandera.pandas as pandera

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class Table:
    """One table as read: its text, its typed frame (the index is the line in the file), its schema."""

    schema: Schema
    rows: Rows
    frame: pd.DataFrame

    @property
    def path(self) -> str:
        return self.rows.path

    def finding(self, line: int, column: str, rule: str, message: str, severity: str = "error") -> Finding:
        ordinal = self.schema.columns.index(column)
        return Finding(self.path, line, self.rows.column_of(line, ordinal), rule, message, severity)


def read_table(path: Path, shown_path: str, schema: Schema) -> tuple[Table, list[Finding]]:
    """Read one table. A file that is not there gives an empty table and a finding."""
    try:
        content = path.read_bytes()
    except OSError as error:
        rows = Rows(shown_path, schema.columns, readable=False)
        message = f"cannot be read ({error.strerror}); the descriptor lists it: add the file with its header"
        found = [Finding(shown_path, 0, 0, "missing-file", message)]
        return Table(schema, rows, _typed(schema, rows, _columns(rows))[0]), found
    texts = read_plain(content, schema.columns, schema.primary_key)
    is_plain = texts is not None
    if texts is None:
        rows = read_rows(shown_path, content, schema.columns)
        texts = _columns(rows)
    else:
        rows = _plain_rows(path, shown_path, schema, len(texts))
    frame, failed = _typed(schema, rows, texts)
    table = Table(schema, rows, frame)
    findings = [*rows.findings, *failed]
    findings += [finding for finding in _conform(table) if finding.line not in rows.broken]
    if not rows.cells and not schema.may_be_empty and rows.readable:
        findings.append(
            Finding(shown_path, 1, 1, "empty-table", "the table has no row and may not be empty; add its rows")
        )
    if not findings and not is_plain:
        findings += _form(rows, content, schema)
    return table, findings


def _plain_rows(path: Path, shown_path: str, schema: Schema, length: int) -> Rows:
    """A table in its one form, without its text: that is read again when a finding asks where a cell stands."""

    def again() -> Rows:
        return read_rows(shown_path, path.read_bytes(), schema.columns)

    cells, raw = Late(length, lambda: again().cells), Late(length + 1, lambda: again().raw)
    return Rows(shown_path, schema.columns, cells, range(2, length + 2), raw)


def _columns(rows: Rows) -> pa.Table:
    """The cells by column; an empty one is null."""
    by_column = list(zip(*rows.cells, strict=True)) or [()] * len(rows.header)
    arrays = [pa.array([cell or None for cell in cells], pa.string()) for cells in by_column]
    return pa.Table.from_arrays(arrays, names=rows.header)


def read_tables(root: Path, schemas: Mapping[str, Schema]) -> tuple[dict[str, Table], list[Finding]]:
    """Read all tables of ``data/``, in one run and without stopping at the first problem."""
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    for name, schema in schemas.items():
        path = root / "data" / f"{name}.csv"
        if path.is_symlink() or path.parent.is_symlink():  # the contract reports it; it is not followed
            rows = Rows(f"data/{name}.csv", schema.columns, readable=False)
            tables[name] = Table(schema, rows, _typed(schema, rows, _columns(rows))[0])
            continue
        tables[name], found = read_table(path, f"data/{name}.csv", schema)
        findings += found
    return tables, findings


def _typed(schema: Schema, rows: Rows, texts: pa.Table) -> tuple[pd.DataFrame, list[Finding]]:
    """Text cells cast to the dtypes of the schema; a cell that cannot be cast is missing and a finding."""
    findings: list[Finding] = []
    index = pd.RangeIndex(2, len(texts) + 2, name="line")
    columns = {}
    for ordinal, (field, cells) in enumerate(zip(schema.fields, texts.columns, strict=True)):
        if field.type == "string":
            columns[field.name] = cells.to_pandas().set_axis(index)
            continue
        values: dict[str, object] = {}
        problems: dict[str, str] = {}
        for text in cells.unique().drop_null().to_pylist():
            try:
                values[text] = _cast(field, text)
            except ValueError as error:
                problems[text] = f"{field.name} {shown(text)}: {error}"
        in_order = cells.to_pylist()
        columns[field.name] = pd.Series([values.get(text) for text in in_order], index=index, dtype=field.pandas_dtype)
        for line, text in zip(rows.lines, in_order, strict=True) if problems else ():
            if text in problems and line not in rows.broken:
                place = rows.column_of(line, ordinal)
                findings.append(Finding(rows.path, line, place, "type", problems[text]))
    return pd.DataFrame(columns, index=index), findings


def _cast(field: Field, text: str) -> object:
    if field.type == "boolean":
        if text not in _BOOLEANS:
            raise ValueError("not true or false" + did_you_mean(text.lower(), _BOOLEANS))
        return _BOOLEANS[text]
    if field.type == "number":
        if not _NUMBER.fullmatch(text):
            raise ValueError("not a number; type up to 15 digits, with a point if need be, as 2890000000 or -85.2")
        return float(text)
    return text


def _conform(table: Table) -> Iterator[Finding]:
    """What pandera says of the typed frame, as findings."""
    from pandera.errors import SchemaErrors

    validator = table.schema.pandera()
    suspects = table.frame[_suspects(table.frame, validator)]
    if suspects.empty:
        return
    with warnings.catch_warnings():
        # A first row that fails is told as a failure case, a warning beside it says nothing more.
        warnings.simplefilter("ignore")
        try:
            validator.validate(suspects, lazy=True)
            return
        except SchemaErrors as errors:
            cases = errors.failure_cases
    seen: set = set()
    firsts = _first_lines(table.schema, suspects)
    for case in cases.itertuples():
        if pd.isna(case.index):
            raise RuntimeError(f"{table.path}: {case.check} failed on the frame, not on a row: {case.failure_case}")
        line = int(case.index)
        rule = _RULE_NAMES.get(case.check, case.check)
        column = table.schema.primary_key[0] if case.check == "multiple_fields_uniqueness" else case.column
        if (line, column, rule) in seen:
            continue
        seen.add((line, column, rule))
        if rule == "duplicate-key":
            message = _duplicate(table, line, firsts)
            if message is None:
                continue  # the first of its key: the others name it
        else:
            message = _message(table, column, rule, case.failure_case)
        yield table.finding(line, column, rule, message)


_RULE_NAMES = {
    "not_nullable": "required",
    "field_uniqueness": "duplicate-key",
    "multiple_fields_uniqueness": "duplicate-key",
}


def _suspects(frame: pd.DataFrame, validator: "pandera.DataFrameSchema") -> pd.Series:
    """The rows that fail any check of a column, or share their key: all that the whole validation has to look at.

    It costs several times what the checks themselves do.
    """
    suspect = pd.Series(False, index=frame.index)
    for name, column in validator.columns.items():
        cells = frame[name]
        if not column.nullable:
            suspect |= cells.isna()
        if column.unique:
            suspect |= cells.duplicated(keep=False)
        for check in column.checks:
            # A date is parsed in Python: each one once.
            values = (cells.drop_duplicates() if check.name == "date" else cells).dropna()
            wrong = values[~check(values).check_output.astype("bool")]
            if len(wrong):
                suspect |= cells.isin(wrong)
    if validator.unique:
        suspect |= frame.duplicated(validator.unique, keep=False)
    return suspect


def _first_lines(schema: Schema, frame: pd.DataFrame) -> pd.Series:
    """For each line the first line with the same key."""
    return pd.Series(frame.index, index=frame.index).groupby(row_ids(frame, schema)).transform("min")


def _duplicate(table: Table, line: int, firsts: pd.Series) -> str | None:
    first = firsts[line]
    if first == line:
        return None
    key = table.schema.primary_key
    text = "/".join("" if pd.isna(part) else str(part) for part in table.frame.loc[line, key])
    return f"{', '.join(key)} {shown(text)}: the same key stands in line {first}; type another, or remove one row"


def _message(table: Table, column: str, rule: str, value: object) -> str:
    field = table.schema[column]
    example = f"for example {shown(field.spec['example'])}"
    if rule == "required":
        return f"{column} is empty and may not be; type {field.spec['description'].rstrip('.')}, {example}"
    problem = {
        "enum": lambda: f"not one of {', '.join(field.enum)}{did_you_mean(str(value), field.enum)}",
        "date": lambda: _date_problem(str(value)),
        "pattern": lambda: _pattern_problem(field, str(value)),
        "length": lambda: f"longer than {field.constraints['maxLength']} characters; shorten it",
        "minimum": lambda: f"less than {field.constraints['minimum']}; {example}",
        "maximum": lambda: f"more than {field.constraints['maximum']}; {example}",
    }[rule]
    return f"{column} {shown(value)}: {problem()}"


def _date_problem(text: str) -> str:
    try:
        edtf.parse(text)
    except edtf.EdtfError as error:
        return str(error)
    raise AssertionError(f"{text} is a date")


def _pattern_problem(field: Field, text: str) -> str:
    if field.name == "country_code":
        return alpha_3_tip(text)
    if field.name.endswith("url"):
        return "not an http(s) address without blanks; type the whole address, beginning with https://"
    return f"not of the form {field.constraints['pattern']}; for example {shown(field.spec['example'])}"


def _form(rows: Rows, content: bytes, schema: Schema) -> list[Finding]:
    wanted = canonical(rows.header, rows.cells, schema.primary_key)
    if content == wanted:
        return []
    pairs = zip(content.split(b"\n"), wanted.split(b"\n"), strict=False)
    line = next((number for number, (has, should) in enumerate(pairs, start=1) if has != should), len(rows.raw))
    message = "not in the one form of a table (sorted by key, minimal quotes, LF at the end); run `make fmt`"
    return [Finding(rows.path, line, 1, "canonical-form", message)]
