"""Dates as they stand in a text: days, months and years in English, Chinese and Russian, with or without a year."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lunar_timeline import edtf

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
# Stems: the case endings follow.
_RUSSIAN = ["январ", "феврал", "март", "апрел", "ма[йяе]", "июн", "июл", "август"]
_RUSSIAN += ["сентябр", "октябр", "ноябр", "декабр"]

# Chinese and Japanese put no blank between words, so a word ends where no Latin letter and no digit follows.
START, END = r"(?<![0-9a-z])", r"(?![0-9a-z])"
YEAR = r"(?P<year>(?:19|20|21)\d\d)(?![\ds])"
MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))}){END}\.?"
_DAY = r"(?P<day>\d\d?)(?:st|nd|rd|th)?"
_SHORT_YEAR = rf"[’'](?P<short>[0-5]\d){END}"
LITERAL = "the date itself"
_WRITTEN = tuple(
    re.compile(START + pattern)
    for pattern in (
        rf"{_DAY} {MONTH},? {YEAR}",
        rf"{MONTH} {_DAY},? {YEAR}",
        rf"{MONTH}(?: of|,)? {YEAR}",
        rf"{MONTH} ?{_SHORT_YEAR}",
        _SHORT_YEAR,
        r"(?P<year>(?:19|20|21)\d\d)年(?:(?P<number>\d\d?)月(?:(?P<day>\d\d?)日)?)?",
        *(rf"(?:(?P<day>\d\d?) )?(?P<ru{number}>{stem})\w* {YEAR}" for number, stem in enumerate(_RUSSIAN, start=1)),
        YEAR,
    )
)
_NEXT = r"(?P<next>(?: of)? next year)?"
_YEARLESS = tuple(
    re.compile(START + pattern)
    for pattern in (
        # a month, and days of it: "March 7, 8 and 11"
        rf"{MONTH}(?P<days>(?:(?:,? and|,? or|,| to| through)? \d\d?(?:st|nd|rd|th)?(?![\d:]))*){_NEXT}",
        rf"(?P<days>\d\d?) {MONTH}{_NEXT}",
    )
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


def written_dates(text: str) -> Iterator[Reading]:
    """Dates with a year, in a text in lower case."""
    for pattern in _WRITTEN:
        for found in pattern.finditer(text):
            groups = {name: value for name, value in found.groupdict().items() if value}
            date = groups.get("year") or f"20{groups['short']}"
            russian = next((name.removeprefix("ru") for name in groups if name.startswith("ru")), None)
            number = MONTHS.get(groups.get("month", "")) or groups.get("number") or russian
            if number:
                date += f"-{int(number):02}"
            if "day" in groups:
                date += f"-{int(groups['day']):02}"
            yield Reading(date, "planned", LITERAL, *found.span())


def yearless_dates(text: str, said: edtf.Edtf | None) -> Iterator[Reading]:
    """Months and days without a year: the next ones from the month of the statement on.

    Args:
        text: the words in their own case, for "may" and "march" are verbs, too.
        said: when they were said; without it nobody can tell the year.
    """
    if said is None or said.precision in ("year", "decade"):
        return
    for pattern in _YEARLESS:
        for found in pattern.finditer(text.lower()):
            if not text[found.start("month")].isupper():
                continue
            month, year = MONTHS[found["month"]], said.earliest.year
            year += 1 if found["next"] or month < said.earliest.month else 0
            days = [f"-{int(day):02}" for day in re.findall(r"\d+", found["days"])]
            for day in days or [""]:
                yield Reading(f"{year}-{month:02}{day}", "planned", "the next one after the statement", *found.span())
