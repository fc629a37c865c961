"""From words to a date: what the rules of the table `date_words` make of the words of a promise.

A help for whoever enters a row, never a judge: it offers what the written rules say of each date that the words
name, and somebody who has read the source decides.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from lunar_timeline import edtf

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_YEAR = r"(?P<year>(?:19|20|21)\d\d)(?![\ds])"
_DECADE = r"(?:the )?(?P<decade>(?:19|20|21)\d)0s\b"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_COUNT = rf"\d+|{'|'.join(_NUMBERS)}"
# What stands behind a wording, by its calendar; a fiscal year has its own ways of being written.
_BEHIND = {
    "year": rf"(?: of)?(?: the year)? {_YEAR}",
    "season": rf"(?: of)? {_YEAR}",
    "month": rf"(?: in)? {_MONTH},? {_YEAR}",
    "decade": rf"(?: of)?(?: in)? {_DECADE}",
}
_FISCAL = {
    "fiscal_year_us": rf"(?:fiscal year|fy) ?{_YEAR}(?![ /]\d\d\b)",
    "fiscal_year_jp": rf"(?:fiscal year|fy) ?{_YEAR}(?![ /]\d\d\b)",
    "fiscal_year_in": r"(?:fiscal year|fy) ?(?P<century>20)\d\d[ /](?P<short>\d\d)\b",
    "fiscal_year_uk": rf"{_YEAR}/\d\d\b",
}
_FISCAL_OF = {"USA": "fiscal_year_us", "JPN": "fiscal_year_jp", "IND": "fiscal_year_in", "GBR": "fiscal_year_uk"}
_PLAIN = (
    rf"(?P<day>\d\d?) {_MONTH},? {_YEAR}",
    rf"{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)?,? {_YEAR}",
    rf"{_MONTH}(?: of|,)? {_YEAR}",
    _YEAR,
)


@dataclass(frozen=True)
class Reading:
    """What a part of the words means; `rule` tells why."""

    target: str
    qualifier: str
    rule: str
    start: int
    end: int
    direction: str = ""


def readings(words: str, stated_on: str, date_words: pd.DataFrame, country: str | None = None) -> list[Reading]:
    """The dates that the words name, in their order.

    Args:
        words: the words of the promise.
        stated_on: when they were said, for "next year" and the like; may be empty.
        date_words: the table of that name.
        country: alpha-3 code of the speaker's country, which tells whose fiscal year is meant.
    """
    text = re.sub(r"[\s-]+", " ", words.lower())
    rows = date_words.to_dict("records")
    named = [*_plain(text), *_parts(text, rows, _day(stated_on), country)]
    once = [found for reading in named for found in _directed(text, reading, rows)]
    twice = [found for reading in once for found in _directed(text, reading, rows)]  # "by about 2027"
    everything = named + once + twice

    def hidden(one: Reading) -> bool:
        """Whether a longer part of the words contains it, or the same part is better read with a longer direction."""
        return any(
            other.start <= one.start
            and one.end <= other.end
            and (other.end - other.start, len(other.direction)) > (one.end - one.start, len(one.direction))
            for other in everything
        )

    best = {reading for reading in everything if not hidden(reading) and _is_date(reading.target)}
    return sorted(best, key=lambda reading: (reading.start, reading.target))


def _is_date(text: str) -> bool:
    try:
        edtf.parse(text)
    except edtf.EdtfError:
        return False
    return True


def _day(stated_on: str) -> edtf.Edtf | None:
    return edtf.parse(stated_on) if _is_date(stated_on) else None


def _plain(text: str) -> Iterator[Reading]:
    for pattern in _PLAIN:
        for found in re.finditer(rf"\b{pattern}", text):
            groups = found.groupdict()
            date = groups["year"]
            if "month" in groups:
                date += f"-{_MONTHS[groups['month']]:02}"
            if "day" in groups:
                date += f"-{int(groups['day']):02}"
            yield Reading(date, "planned", "the date itself", *found.span())


def _parts(text: str, rows: list[dict], said: edtf.Edtf | None, country: str | None) -> Iterator[Reading]:
    for row in rows:
        kind = row["calendar"]
        if kind == "direction" or (kind.startswith("fiscal") and kind != _FISCAL_OF.get(str(country), kind)):
            continue
        for found in re.finditer(_pattern(row["wording"], kind), text):
            try:
                target, *qualifier = row["resolves_to"].format_map(_values(found, said)).split(" ")
            except KeyError:  # it counts from a day that was not said
                continue
            yield Reading(target, qualifier[0] if qualifier else "planned", row["rule"], *found.span())


def _pattern(wording: str, kind: str) -> str:
    if kind in _FISCAL:
        return rf"\b{_FISCAL[kind]}"
    if wording == kind:  # the 2030s: nothing but the decade
        return rf"\b{_DECADE}"
    said = re.escape(wording.replace("-", " ")).replace(r"\ ", " ")
    said = re.sub(r"\\{([nm])\\}", lambda found: rf"(?P<{found[1]}>{_COUNT})", said)
    behind = "" if kind in wording else _BEHIND.get(kind, "")
    return rf"\b{said}\b{behind}"


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
        month = _MONTHS[groups["month"]]
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


def _directed(text: str, reading: Reading, rows: list[dict]) -> Iterator[Reading]:
    """The reading together with each direction that stands before it: "by" + "the end of 2026"."""
    for row in rows:
        if row["calendar"] != "direction" or reading.qualifier != "planned":
            continue
        wording = "(?:about|around)" if row["wording"] == "about" else re.escape(row["wording"])
        before = re.search(rf"\b{wording}(?: the)? $", text[: reading.start])
        if before:
            target, *qualifier = row["resolves_to"].format(date=reading.target).split(" ")
            rule = row["rule"] if reading.rule == "the date itself" else f"{reading.rule} {row['rule']}"
            said = f"{row['wording']} {reading.direction}"
            yield Reading(target, qualifier[0] if qualifier else "planned", rule, before.start(), reading.end, said)
