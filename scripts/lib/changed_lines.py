"""Which lines a change touches, as git tells it."""

import re
import subprocess
from pathlib import Path

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def changed_lines(root: Path, base: str) -> dict[str, set[int]]:
    """Path -> lines of `data/` and `schemas/` that differ from a commit; empty where git cannot tell."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    if not commit:
        return {}
    options = ("-U0", "--no-ext-diff", "--no-color", "--no-renames", "--relative", "--src-prefix=a/", "--dst-prefix=b/")
    return _parse(_git(root, "diff", *options, commit.decode().strip(), "--", "data", "schemas"))


def _git(root: Path, *arguments: str) -> bytes:
    try:
        run = subprocess.run(
            ["git", "-c", "core.quotePath=off", *arguments], cwd=root, capture_output=True, check=False
        )
    except FileNotFoundError:
        return b""
    return run.stdout if run.returncode == 0 else b""


def _parse(diff: bytes) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    lines: set[int] = set()
    body = 0  # lines of the hunk still to come: text of the tables, which may look like a header
    for text in diff.split(b"\n"):
        if body:
            body -= not text.startswith(b"\\")
        elif text.startswith(b"+++ "):
            lines = found.setdefault(text[6:].decode(errors="replace").rstrip("\t"), set())
        elif hunk := _HUNK.match(text):
            removed, first, added = (int(group) if group else 1 for group in hunk.groups())
            lines.update(range(first, first + added))
            body = removed + added
    return {path: touched for path, touched in found.items() if touched}
