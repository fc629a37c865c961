"""Findings for machines: annotations and a summary page for the host of pull requests, and JSON for other tools.

A finding quotes cells of a table that anybody may have sent in. The host runs whatever line of a log begins with
`::` (or holds `##[`) as a command, so nothing of a finding reaches the log or the page unescaped.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from scripts.lib.findings import ERROR, WARNING, Finding, summary

# How many annotations of each severity the host shows for one step, and how much of a summary page.
SHOWN = 10
PAGE_BYTES = 1024 * 1024
# Room for what a page says beside its findings.
_RESERVE = 32 * 1024

ChangedLines = Mapping[str, Set[int]]


def annotations_and_rest(
    findings: Iterable[Finding], changed: ChangedLines | None = None
) -> tuple[list[Finding], list[Finding]]:
    """Which findings become annotations and which do not, the worst and those on changed lines first in both.

    Args:
        changed: path -> lines that the change under review added or edited; what is said of a file as a whole
            counts as changed with the file.
    """
    changed = changed or {}

    def order(finding: Finding) -> tuple:
        lines = changed.get(finding.path, frozenset())
        on_change = finding.line in lines if finding.line else bool(lines)
        return finding.severity != ERROR, not on_change, finding

    chosen: list[Finding] = []
    rest: list[Finding] = []
    counts: Counter[str] = Counter()
    for finding in sorted(findings, key=order):
        counts[finding.severity] += 1
        (chosen if counts[finding.severity] <= SHOWN else rest).append(finding)
    return chosen, rest


def log_lines(findings: Sequence[Finding], changed: ChangedLines | None = None) -> list[str]:
    """The lines of a log: a command for each annotation, all other findings and the count as plain text."""
    chosen, rest = annotations_and_rest(findings, changed)
    plain = [str(finding) for finding in rest] + summary(findings).split("\n")
    return [_command(finding) for finding in chosen] + [_plain(line) for line in plain]


def _command(finding: Finding) -> str:
    name = "warning" if finding.severity == WARNING else "error"
    properties = {"file": finding.path, "line": finding.line, "col": finding.column, "title": f"[{finding.rule}]"}
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name} {given}::{_data(finding.message)}"


def _data(text: object) -> str:
    return str(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: object) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """One line that is no command: neither of the form that begins a line nor of the older one within it."""
    return printable(text).replace("::", ": :").replace("##[", "## [")


def summary_page(findings: Sequence[Finding], room: int = PAGE_BYTES) -> str:
    """All findings as Markdown, a table per rule; as many as fit into so many bytes, and how many are left out."""
    if not findings:
        return "## Check\n\nNothing to report.\n"
    chosen, rest = annotations_and_rest(findings)
    counts = Counter((finding.severity, finding.rule) for finding in findings)
    parts = [f"## Check: {summary(findings).splitlines()[-1]}\n\n"]
    if rest:
        parts.append(
            f"{len(chosen)} findings are annotations, {len(rest)} are not: the host shows {SHOWN} of each.\n\n"
        )
    parts.append("| findings | severity | rule |\n|---:|---|---|\n")
    parts += [f"| {count} | {severity} | {cell(rule)} |\n" for (severity, rule), count in sorted(counts.items())]
    room -= _RESERVE + len("".join(parts).encode())
    cut = 0
    for severity, rule in sorted(counts):
        heading = f"\n### {severity}: {cell(rule)}\n\n| where | what |\n|---|---|\n"
        for finding in sorted(finding for finding in findings if (finding.severity, finding.rule) == (severity, rule)):
            where = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part)
            row = f"{heading}| {cell(where)} | {cell(finding.message)} |\n"
            size = len(row.encode())
            if cut or size > room:
                cut += 1
                continue
            heading, room = "", room - size
            parts.append(row)
    if cut:
        parts.append(f"\n{cut} more findings do not fit on this page; `make check` prints them all.\n")
    return "".join(parts)


_MARKUP = {ord(char): f"&#{ord(char)};" for char in "&<>|[]`*_~\\!#@:"}


def cell(text: object) -> str:
    """Text in a cell of a Markdown table: no markup, link, mention or line end of its own."""
    return printable(text).translate(_MARKUP)


def printable(text: object) -> str:
    """A text on one line, with nothing in it that acts on a terminal or log."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in str(text))


def as_json(findings: Sequence[Finding]) -> str:
    """The findings for other tools.

    ``version``: of this form, 1. ``summary``: the numbers of ``errors`` and ``warnings``, and under ``rules`` that
    of each rule. ``findings``: objects with ``path`` (from the root of the checkout), ``line`` and ``column`` (from
    1, in characters; 0: the file or line as a whole), ``rule``, ``severity`` (``error`` or ``warning``), ``message``.
    """
    errors = sum(finding.severity == ERROR for finding in findings)
    rules = Counter(finding.rule for finding in findings)
    value = {
        "version": 1,
        "summary": {"errors": errors, "warnings": len(findings) - errors, "rules": dict(sorted(rules.items()))},
        "findings": [
            {
                "path": finding.path,
                "line": finding.line,
                "column": finding.column,
                "rule": finding.rule,
                "severity": finding.severity,
                "message": finding.message,
            }
            for finding in findings
        ],
    }
    # ASCII: the same text on every terminal, and no letter that a stream cannot write.
    return json.dumps(value, indent=2)
