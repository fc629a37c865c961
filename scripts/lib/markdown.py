"""Text of data in a page."""

import html
from collections.abc import Iterable


def safe(cell: object) -> str:
    """The text of a cell, with no markup of its own."""
    return html.escape(str(cell), quote=False).replace("|", "\\|").replace("[", "\\[")


def rows_of(cells: Iterable[Iterable[object]]) -> str:
    """Rows of a Markdown table."""
    return "\n".join("| " + " | ".join(safe(cell) for cell in row) + " |" for row in cells)
