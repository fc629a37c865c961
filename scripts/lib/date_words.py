"""From words to a date: what the rules of the table `date_words` make of the words of a promise.

`DateWords.readings` offers what the written rules say of each date that the words name; `agree` tells whether a row's
date is one of them. What words leave to their context (the year of a day, a direction), the context may fill.
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from lunar_timeline import edtf
from scripts.lib.written_dates import END, LITERAL, MONTH, MONTHS, START, YEAR, Reading, written_dates, yearless_dates

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DECADE = rf"(?:the )?(?P<decade>(?:19|20|21)\d)0'?s{END}"
_COUNT = rf"\d+|{'|'.join(_NUMBERS)}"
# What stands behind a wording, by its calendar; a fiscal year has its own ways of being written.
_BEHIND = {
    "year": rf"(?: of)?(?: the year)? {YEAR}",
    "season": rf"(?: of)? {YEAR}",
    "month": rf"(?: in| of)? {MONTH},? {YEAR}",
    "decade": rf"(?: of)?(?: in)? {_DECADE}",
}
_FISCAL = {
    "fiscal_year_us": rf"(?:fiscal year|fy) ?{YEAR}(?![ /]\d\d\b)",
    "fiscal_year_jp": rf"(?:fiscal year|fy) ?{YEAR}(?![ /]\d\d\b)",
    "fiscal_year_in": r"(?:fiscal year|fy) ?(?P<century>20)\d\d[ /](?P<short>\d\d)\b",
    "fiscal_year_uk": rf"{YEAR}/\d\d\b",
}
_FISCAL_OF = {"USA": "fiscal_year_us", "JPN": "fiscal_year_jp", "IND": "fiscal_year_in", "GBR": "fiscal_year_uk"}


@dataclass(frozen=True)
class _Part:
    """A wording that names a date: "early 2028", "within five years"."""

    needle: str  # without it in the text there is no need to search for the pattern
    pattern: re.Pattern
    calendar: str
    resolves_to: str
    rule: str


@dataclass(frozen=True)
class _Direction:
    """A wording beside a date that gives its direction: "by", "at the earliest"."""

    wording: str
    needle: str
    head: re.Pattern | None
    tail: re.Pattern | None
    resolves_to: str
    rule: str


class DateWords:
    """The rules of the table `date_words`, ready to read with."""

    def __init__(self, date_words: pd.DataFrame) -> None:
        rows = date_words.dropna().to_dict("records")  # what is missing other checks report
        self._parts = [_part(row) for row in rows if row["calendar"] != "direction"]
        self._directions = [_direction(row) for row in rows if row["calendar"] == "direction"]

    def readings(self, words: str, stated_on: str, country: str | None = None) -> list[Reading]:
        """The dates that the words name, in their order.

        Args:
            words: the words of the promise.
            stated_on: when they were said, for "next year" and the like; may be empty.
            country: alpha-3 code of the speaker's country, which tells whose fiscal year is meant.
        """
        written = re.sub(r"[\s–-]+", " ", words)
        text = written.lower()
        said = edtf.parse(stated_on) if _is_date(stated_on) else None
        plain = list(written_dates(text))
        named = [*plain, *self._named(text, said, country)]
        named += [found for found in yearless_dates(written, said) if not _within(found, plain)]
        once = [found for reading in named for found in self._directed(text, reading)]
        twice = [found for reading in once for found in self._directed(text, reading)]  # "by about 2027"
        everything = named + once + twice

        def hidden(one: Reading) -> bool:
            """Whether a longer part of the words contains it, or the same part reads better with a longer direction."""
            return any(
                other.start <= one.start
                and one.end <= other.end
                and (other.end - other.start, len(other.direction)) > (one.end - one.start, len(one.direction))
                for other in everything
            )

        sound = [one for one in everything if _is_date(one.target) and one.qualifier in edtf.QUALIFIERS]
        best = {reading for reading in sound if not hidden(reading)}
        return sorted(best, key=lambda reading: (reading.start, reading.target))

    def _named(self, text: str, said: edtf.Edtf | None, country: str | None) -> Iterator[Reading]:
        for part in self._parts:
            if part.needle not in text:
                continue
            if part.calendar in _FISCAL and part.calendar != _FISCAL_OF.get(str(country), part.calendar):
                continue
            for found in part.pattern.finditer(text):
                try:
                    resolved = part.resolves_to.format_map(_values(found, said))
                except KeyError:  # it counts from a day that was not said
                    continue
                yield _reading(resolved, part.rule, *found.span())

    def _directed(self, text: str, reading: Reading) -> Iterator[Reading]:
        """The reading with each direction beside it: "by" + "the end of 2026", "2030" + "at the earliest"."""
        if reading.qualifier != "planned":
            return
        for row in self._directions:
            if row.needle not in text:
                continue
            before = row.head.search(text[: reading.start]) if row.head else None
            after = row.tail.match(text[reading.end :]) if row.tail else None
            if (row.head and not before) or (row.tail and not after):
                continue
            rule = row.rule if reading.rule == LITERAL else f"{reading.rule} {row.rule}"
            start = before.start() if before else reading.start
            end = reading.end + (after.end() if after else 0)
            found = _reading(row.resolves_to.format(date=reading.target), rule, start, end)
            yield replace(found, direction=f"{row.wording} {reading.direction}")


def agree(target: str, qualifier: str, found: Sequence[Reading]) -> bool:
    """Whether a date and its direction follow from readings of its words.

    They do if they allow the same time as one of the readings, where a direction that the words leave open may be
    that of the context; if the date is an instant on a day that the words name; or if it is put together from
    several dates that they name.
    """
    date, parts = edtf.parse(target), _members(target)
    for reading in found:
        said = edtf.parse(reading.target)
        parts.discard(reading.target.removesuffix("~"))
        if said.approximate == date.approximate:
            left_open = reading.qualifier == "planned" and said.same_bounds(date)
            if left_open or edtf.bounds(said, reading.qualifier) == edtf.bounds(date, qualifier):
                return True
        if date.precision in ("minute", "second") and said.precision == "day" and said.contains(date):
            return True
    return not parts and date.precision in ("window", "set")


def _members(target: str) -> set[str]:
    """The dates that a window or set is made of."""
    return set(re.split(r"/|,|\.\.", target.strip("[]").replace("~", "")))


def _is_date(text: str) -> bool:
    try:
        edtf.parse(text)
    except edtf.EdtfError:
        return False
    return True


def _within(one: Reading, others: Iterable[Reading]) -> bool:
    return any(other.start < one.end and one.start < other.end for other in others)


def _reading(resolved: str, rule: str, start: int, end: int) -> Reading:
    target, *qualifier = resolved.split(" ")
    return Reading(target, qualifier[0] if qualifier else "planned", rule, start, end)


def _part(row: Mapping[str, str]) -> _Part:
    wording, kind = row["wording"], row["calendar"]
    written_otherwise = kind in _FISCAL or wording == kind
    needle = "" if written_otherwise else _needle(wording)
    return _Part(needle, re.compile(_pattern(wording, kind)), kind, row["resolves_to"], row["rule"])


def _needle(wording: str) -> str:
    """The longest piece of a wording that stands in every text that has it."""
    return max(re.split(r"\{\w+\}|[ -]", wording), key=len)


def _pattern(wording: str, kind: str) -> str:
    if kind in _FISCAL:
        return rf"{START}{_FISCAL[kind]}"
    if wording == kind:  # the 2030s: nothing but the decade
        return rf"{START}{_DECADE}"
    said = re.escape(wording.replace("-", " ")).replace(r"\ ", " ")
    said = re.sub(r"\\{([nm])\\}", lambda found: rf"(?P<{found[1]}>{_COUNT})", said)
    placed = said.replace(r"\{year\}", YEAR)
    if placed != said:  # it says itself where the year stands
        return f"{START}{placed}"
    behind = "" if kind in wording else _BEHIND.get(kind, "")
    return rf"{START}{said}{END}{behind}"


def _direction(row: Mapping[str, str]) -> _Direction:
    """A direction stands before its date, unless `{date}` says otherwise."""
    head, _, tail = (re.escape(part.strip()) for part in row["wording"].replace("-", " ").partition("{date}"))
    return _Direction(
        row["wording"],
        _needle(row["wording"]),
        re.compile(rf"{START}{head}(?: the)? ?$") if head else None,
        re.compile(rf" ?{tail}{END}") if tail else None,
        row["resolves_to"],
        row["rule"],
    )


def _values(found: re.Match, said: edtf.Edtf | None) -> Mapping[str, object]:
    """What the names in braces stand for: the words' own year, else that of the day on which they were said."""
    groups = {name: text for name, text in found.groupdict().items() if text}
    values: dict[str, object] = {}
    year = int(groups["year"]) if "year" in groups else None
    if "short" in groups:
        year = int(groups["century"] + groups["short"])
    if year is None and said:
        year = said.earliest.year
    if year is not None:
        values |= {"year": year, "previous_year": year - 1, "next_year": year + 1, "decade": year // 10}
    if "decade" in groups:
        values["decade"] = groups["decade"]
    if "month" in groups and year is not None:
        month = MONTHS[groups["month"]]
        values |= {"month": f"{month:02}", "last": calendar.monthrange(year, month)[1]}
    for name in ("n", "m"):
        if name in groups and said:
            count = int(groups[name]) if groups[name].isdecimal() else _NUMBERS.index(groups[name]) + 1
            values[f"year+{name}"] = said.earliest.year + count
            if said.precision in ("day", "month"):
                values[f"month+{name}"] = _months_later(said.earliest, count)
    return values


def _months_later(day: datetime, months: int) -> str:
    years, month0 = divmod(day.month - 1 + months, 12)
    return f"{day.year + years}-{month0 + 1:02}"
