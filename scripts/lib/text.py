"""The bytes of a table: reading them without ever failing, and the one form in which they are written.

The form: UTF-8 without BOM, LF, a header, one row a line, minimal quoting, no padding, Unicode NFC, rows
sorted by key. `fmt` writes it and `check` compares with it, both by :func:`canonical`.
"""

import csv
import io
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.lib.findings import Finding, did_you_mean, shown

MENDED = "run `make fmt`, it mends this"
# Rules whose breach leaves the cells in doubt: what they find stays as it is until somebody mends it by hand.
STRUCTURAL = ("encoding", "nul", "quote", "row-length", "header")
_BLANKS = " \u00a0\u3000"
# A cell of any length is read: what is too long is the schema's to say.
csv.field_size_limit(sys.maxsize)


class Late(Sequence):
    """A sequence that is made when somebody first looks into it."""

    def __init__(self, length: int, make: Callable[[], Sequence]) -> None:
        self._length, self._make = length, make
        self._made: Sequence | None = None

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made[index]


@dataclass
class Rows:
    """A table as text. Each row has as many cells as the header; `lines` says where it stands."""

    path: str
    header: list[str]
    cells: Sequence[list[str]] = field(default_factory=list)
    lines: Sequence[int] = field(default_factory=list)
    raw: Sequence[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)  # lines that are wrong as lines; their cells say nothing
    readable: bool = True  # whether the rows can be told; if not, nothing can be said of what refers to them

    def add(self, line: int, column: int, rule: str, message: str) -> None:
        self.findings.append(Finding(self.path, line, column, rule, message))

    def column_of(self, line: int, ordinal: int) -> int:
        """Character position, from 1, at which a cell begins in its line."""
        if ordinal == 0:
            return 1
        text = self.raw[line - 1] if 0 < line <= len(self.raw) else ""
        quoted, count = False, 0
        for position, char in enumerate(text):
            if count == ordinal:
                return position + 1
            if char == '"':
                quoted = not quoted
            elif char == "," and not quoted:
                count += 1
        return len(text) + 1


def read_rows(path: str, content: bytes, columns: list[str]) -> Rows:
    """Read a table's bytes. Everything that is wrong becomes a finding, and what can be read is read."""
    rows = Rows(path, columns)
    rows.raw = _lines(rows, content)
    if not rows.raw:
        rows.add(1, 1, "header", f"the file is empty; its first line is {','.join(columns)}")
        rows.readable = False
        return rows
    _check_header(rows, _cells(rows, 1, rows.raw[0]), columns)
    every_cell: list[list[str]] = []
    lines: list[int] = []
    for line, text in enumerate(rows.raw[1:], start=2):
        cells = text.split(",") if '"' not in text else _cells(rows, line, text)
        if len(cells) != len(columns):
            if line not in rows.broken:
                rows.add(line, 1, "row-length", _row_length(cells, columns))
                rows.broken.add(line)
            cells = (cells + [""] * len(columns))[: len(columns)]
        every_cell.append(cells)
        lines.append(line)
    rows.cells, rows.lines = every_cell, lines
    rows.findings.extend(_unsafe_cells(rows))
    return rows


def canonical(header: list[str], cells: Sequence[list[str]], key: list[str]) -> bytes:
    """The bytes of a table in its one form."""
    positions = [header.index(column) for column in key]
    clean = [[unicodedata.normalize("NFC", cell.strip(_BLANKS)) for cell in row] for row in cells]
    clean.sort(key=lambda row: [row[position] for position in positions])
    return encode(header, clean)


def encode(header: list[str], cells: list[list[str]]) -> bytes:
    """Rows as CSV, in the given order."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(cells)
    return text.getvalue().encode("utf-8")


def _lines(rows: Rows, content: bytes) -> list[str]:
    if content.startswith(b"\xef\xbb\xbf"):
        rows.add(1, 1, "bom", f"the file begins with a byte order mark; {MENDED}")
        content = content[3:]
    if b"\r" in content:
        line = content[: content.index(b"\r")].count(b"\n") + 1
        rows.add(line, 1, "line-ending", f"lines end with CR; end them with LF alone; {MENDED}")
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\n".join(_decode(rows, line, part) for line, part in enumerate(content.split(b"\n"), start=1))
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    for line, part in enumerate(lines, start=1) if "\0" in text else ():
        if "\0" in part:
            rows.add(line, part.index("\0") + 1, "nul", "the line holds a NUL byte; remove it")
            rows.broken.add(line)
    return lines


def _decode(rows: Rows, line: int, part: bytes) -> str:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(part[: error.start].decode("utf-8")) + 1
        bad = part[error.start : error.end].hex(" ")
        rows.add(line, column, "encoding", f"byte {bad} is no UTF-8; save the file as UTF-8")
        rows.broken.add(line)
        return part.decode("utf-8", errors="replace")


def _cells(rows: Rows, line: int, text: str) -> list[str]:
    """Cells of one line. A row never spans lines, so a lost quote spoils its own line only."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        column = text.find('"') + 1
        rows.add(line, column, "quote", f'{error}; double each quote inside a quoted cell: "say ""so"""')
        rows.broken.add(line)
        return text.split(",")


def _row_length(cells: list[str], columns: list[str]) -> str:
    if cells in ([], [""]):
        return "the line is empty; remove it"
    if len(cells) < len(columns):
        return (
            f"{len(cells)} cells where the header has {len(columns)}; the row ends at {columns[len(cells) - 1]} "
            f"{shown(cells[-1])}: add the missing commas (an empty cell is nothing between two commas)"
        )
    return (
        f"{len(cells)} cells where the header has {len(columns)}, the first too many is "
        f'{shown(cells[len(columns)])}: put "…" around a cell that contains a comma'
    )


def _check_header(rows: Rows, header: list[str], columns: list[str]) -> None:
    if header == columns:
        return
    for ordinal, name in enumerate(header):
        if name not in columns:
            missing = [column for column in columns if column not in header]
            expected = columns[ordinal] if ordinal < len(columns) else None
            tip = did_you_mean(name, missing)
            if not tip:
                tip = f"; type {shown(expected)}" if expected in missing else "; remove the column"
            rows.add(1, rows.column_of(1, ordinal), "header", f"{shown(name)} is no column of the table{tip}")
    missing = [column for column in columns if column not in header]
    for ordinal, name in enumerate(header):
        if name in header[:ordinal]:
            tip = f"; type {shown(missing[0])}" if missing else "; remove the column"
            rows.add(1, rows.column_of(1, ordinal), "header", f"{shown(name)} stands twice{tip}")
    if len(header) != len(columns) or not missing:
        rows.add(1, 1, "header", f"the header is not that of the schema; type {','.join(columns)}")
    if len(header) != len(columns):
        # The cells cannot be told apart: nothing more can be said of the rows.
        rows.raw = rows.raw[:1]
        rows.readable = False


# Characters that steer the direction of text and can make a cell read as what it is not.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Characters that nobody sees, and the mark of a character that was lost.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff\ufff9-\ufffd\U000e0000-\U000e007f]")
_CONTROL = re.compile("[\x01-\x08\x09\x0b-\x1f\x7f\x80-\x9f\u2028\u2029]")
_FORMULA = re.compile("[=+@-]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
# One look at a whole line; only a line that has any of it is looked at cell by cell.
_SUSPECT = re.compile(
    f'{_BIDI.pattern}|{_CONTROL.pattern}|(?:^|,)"?(?:{_FORMULA.pattern}|\\s)|\\s"?(?:,|$)|[\xad]|[^\x00-\u02ff]'
)


def _unsafe_cells(rows: Rows) -> Iterator[Finding]:
    for line, cells in zip(rows.lines, rows.cells, strict=True):
        if line in rows.broken or not _SUSPECT.search(rows.raw[line - 1]):
            continue
        for ordinal, cell in enumerate(cells):
            for rule, problem in unsafe(cell):
                yield Finding(
                    rows.path,
                    line,
                    rows.column_of(line, ordinal),
                    rule,
                    f"{rows.header[ordinal]} {shown(cell)}: {problem}",
                )


def unsafe(cell: str) -> Iterator[tuple[str, str]]:
    if cell != cell.strip(_BLANKS):
        yield "padding", f"blanks around the text; type {shown(cell.strip(_BLANKS))}; {MENDED}"
    if found := _BIDI.search(cell):
        yield "bidi", f"holds the invisible direction mark U+{ord(found[0]):04X}; remove it"
    if found := _INVISIBLE.search(cell):
        yield "invisible-character", f"holds the character U+{ord(found[0]):04X}, which nobody sees; remove it"
    if found := _CONTROL.search(cell):
        yield "control-character", f"holds the control character U+{ord(found[0]):04X}; remove it"
    if _FORMULA.match(cell.lstrip()) and not _NUMBER.fullmatch(cell):
        yield (
            "formula",
            f"a spreadsheet would run this as a formula; begin with another character than {cell.lstrip()[0]}",
        )
    if not unicodedata.is_normalized("NFC", cell):
        yield "unicode-form", f"not in Unicode's composed form (NFC); {MENDED}"
