"""What a check has to say: one line each, with the place and what to type."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from io import TextIOWrapper

ERROR, WARNING = "error", "warning"
_LONGEST_VALUE = 80


@dataclass(frozen=True, order=True)
class Finding:
    """One problem at one place; line and column count from 1, and 0 means the file as a whole."""

    path: str
    line: int
    column: int
    rule: str
    message: str
    severity: str = ERROR

    def __str__(self) -> str:
        place = ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])
        mark = "" if self.severity == ERROR else f"{self.severity}: "
        return f"{place}: {mark}[{self.rule}] {self.message}"


def shown(value: object) -> str:
    """A value as a message shows it: quoted, cut, with nothing in it that acts on a terminal."""
    text = str(value)
    if len(text) > _LONGEST_VALUE:
        text = text[: _LONGEST_VALUE - 1] + "…"
    # `ascii` only where something would not print as itself: names in Chinese and Russian stay readable.
    text = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return f'"{text}"'


def did_you_mean(value: str, allowed: Iterable[str]) -> str:
    """A tip for the end of a message, or nothing."""
    close = get_close_matches(value, list(allowed), n=1, cutoff=0.6)
    return f"; did you mean {shown(close[0])}?" if close else ""


class Tips:
    """Tips from one large set of values: each value once, and no more than the first few, for each costs time."""

    def __init__(self, allowed: Iterable[str], budget: int = 50) -> None:
        self._allowed = sorted(allowed)
        self._budget = budget
        self._given: dict[str, str] = {}

    def __call__(self, value: str) -> str:
        if value not in self._given:
            if len(self._given) >= self._budget:
                return ""
            self._given[value] = did_you_mean(value, self._allowed)
        return self._given[value]


def print_anything() -> None:
    """Let a terminal or log that knows fewer letters show what it cannot as escapes, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def summary(findings: Iterable[Finding]) -> str:
    """How many of each rule, and in all."""
    findings = list(findings)
    counts = Counter((finding.severity, finding.rule) for finding in findings)
    lines = [f"{count:5}  {severity:8} {rule}" for (severity, rule), count in sorted(counts.items())]
    errors = sum(finding.severity == ERROR for finding in findings)
    lines.append(f"{errors} errors, {len(findings) - errors} warnings")
    return "\n".join(lines)
