"""The short way to read a table that is in its one form, which is how nearly all of them come.

A table is read by Arrow, column by column, and what was read is written again: where that gives the same
bytes, nothing was misread and the form is right. Everything else goes the long way of :mod:`scripts.lib.text`,
which looks at each line by itself and says what is wrong with it.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from scripts.lib.text import encode, unsafe

_BLOCK = 1 << 23
# Letters and signs that nothing before them can be composed with, and that are composed themselves: a cell
# of these alone is in Unicode's form NFC. (Latin, Cyrillic, punctuation, Chinese, kana, full-width forms.)
COMPOSED = (
    *((0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x2FF), (0x400, 0x482), (0x48A, 0x52F), (0x2010, 0x2027), (0x2030, 0x205E)),
    *((0x3001, 0x3029), (0x3041, 0x3096), (0x309B, 0x30FF), (0x4E00, 0x9FFF), (0xFF01, 0xFF9D)),
)
_CLASS = "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in COMPOSED)
# A cell without any of this is safe: another character, a blank at an end, what a spreadsheet would run.
_SUSPECT = f"[^{_CLASS}]|^[ =+@-]| $"
_ASCII_SUSPECT = r"[^ -~]|^[ =+@-]| $"


def read_plain(content: bytes, columns: Sequence[str], key: Sequence[str]) -> pa.Table | None:
    """The cells of a table as text, an empty one being null; None unless `read_rows` would find nothing wrong.

    That is: bytes that are what `canonical` makes of them, with no cell that is unsafe.
    """
    import pyarrow.csv

    header = encode(list(columns), [])
    if len(columns) < 2 or not content.startswith(header) or not content.endswith(b"\n") or b"\0" in content:
        return None
    body = pa.py_buffer(content).slice(len(header))
    if body.size == 0:
        return pa.table({column: pa.array([], pa.string()) for column in columns})
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(body),
            pyarrow.csv.ReadOptions(column_names=columns, block_size=_BLOCK, use_threads=False),
            pyarrow.csv.ParseOptions(ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = content.count(b"\n") - 1
    if len(table) != lines or not _gives(table, body) or not _is_sorted(table, key) or not _is_safe(table):
        return None
    return table


def _gives(table: pa.Table, body: pa.Buffer) -> bool:
    """Whether writing the cells gives the bytes."""
    position = 0
    for batch in table.to_batches():
        lines = pc.binary_join_element_wise(*map(_written, batch.columns), ",")
        lines = pc.binary_join_element_wise(lines, "", "\n")
        written = lines.buffers()[2]
        if not body.slice(position, min(written.size, body.size - position)).equals(written):
            return False
        position += written.size
    return position == body.size


def _written(cells: pa.Array) -> pa.Array:
    """Cells with the quotes that the standard writer gives them."""
    letters = bytes(cells.buffers()[2] or b"")  # of all cells, one behind the other
    cells = cells.fill_null("")
    if not any(mark in letters for mark in (b",", b'"', b"\n", b"\r")):
        return cells
    special = pc.match_substring_regex(cells, '[,"\n\r]')
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(cells, '"', '""'), '"', "")
    return pc.if_else(special, quoted, cells)


def _is_sorted(table: pa.Table, key: Sequence[str]) -> bool:
    """Whether no key comes before that of the row above; Arrow compares UTF-8, which orders as code points do."""
    ties = None
    for column in key:
        cells = table[column].fill_null("")
        above, below = cells.slice(0, len(cells) - 1), cells.slice(1)
        falls = pc.greater(above, below)
        if pc.any(falls if ties is None else pc.and_(ties, falls)).as_py():
            return False
        same = pc.equal(above, below)
        ties = same if ties is None else pc.and_(ties, same)
        if not pc.any(ties).as_py():
            return True
    return True


def _is_safe(table: pa.Table) -> bool:
    for column in table.columns:
        for cells in column.chunks:
            suspect = cells.filter(pc.match_substring_regex(cells, _ASCII_SUSPECT))
            if len(suspect):
                suspect = suspect.filter(pc.match_substring_regex(suspect, _SUSPECT))
            if any(any(unsafe(cell)) for cell in suspect.unique().to_pylist()):
                return False
    return True
