"""From words to a date: what the rules of the table `date_words` make of the words of a promise.

`readings` offers what the written rules say of each date that the words name; `agree` tells whether a row's date is
one of them. What words leave to their context (the year of a day, a direction), the context may fill.
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from lunar_timeline import edtf

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
# Stems: the case endings follow.
_RUSSIAN = (
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма[йяе]",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

# Chinese and Japanese put no blank between words, so a word ends where no Latin letter and no digit follows.
_START, _END = r"(?<![0-9a-z])", r"(?![0-9a-z])"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)(?![\ds])"
_DECADE = rf"(?:the )?(?P<decade>(?:19|20|21)\d)0s{_END}"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))}){_END}\.?"
_DAY = r"(?P<day>\d\d?)(?:st|nd|rd|th)?"
_COUNT = rf"\d+|{'|'.join(_NUMBERS)}"
# What stands behind a wording, by its calendar; a fiscal year has its own ways of being written.
_BEHIND = {
    "year": rf"(?: of)?(?: the year)? {_YEAR}",
    "season": rf"(?: of)? {_YEAR}",
    "month": rf"(?: in| of)? {_MONTH},? {_YEAR}",
    "decade": rf"(?: of)?(?: in)? {_DECADE}",
}
_FISCAL = {
    "fiscal_year_us": rf"(?:fiscal year|fy) ?{_YEAR}(?![ /]\d\d\b)",
    "fiscal_year_jp": rf"(?:fiscal year|fy) ?{_YEAR}(?![ /]\d\d\b)",
    "fiscal_year_in": r"(?:fiscal year|fy) ?(?P<century>20)\d\d[ /](?P<short>\d\d)\b",
    "fiscal_year_uk": rf"{_YEAR}/\d\d\b",
}
_FISCAL_OF = {"USA": "fiscal_year_us", "JPN": "fiscal_year_jp", "IND": "fiscal_year_in", "GBR": "fiscal_year_uk"}
_LITERAL = "the date itself"
_PLAIN = (
    rf"{_DAY} {_MONTH},? {_YEAR}",
    rf"{_MONTH} {_DAY},? {_YEAR}",
    rf"{_MONTH}(?: of|,)? {_YEAR}",
    rf"{_MONTH} ?[’'](?P<short>\d\d){_END}",
    r"[’'](?P<short>[012345]\d)(?![0-9a-z])",
    r"(?P<year>(?:19|20|21)\d\d)年(?:(?P<number>\d\d?)月(?:(?P<day>\d\d?)日)?)?",
    *(rf"(?:(?P<day>\d\d?) )?(?P<russian{number}>{stem})\w* {_YEAR}" for number, stem in enumerate(_RUSSIAN, start=1)),
    _YEAR,
)
# A month, and days of it, without a year.
_YEARLESS = rf"{_MONTH}(?P<days>(?:(?:,? and|,? or|,| to| through)? \d\d?(?:st|nd|rd|th)?(?![\d:]))*)"


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
    written = re.sub(r"[\s–-]+", " ", words)
    text = written.lower()
    rows = date_words.to_dict("records")
    said = _day(stated_on)
    plain = list(_plain(text))
    named = [*plain, *_parts(text, rows, said, country)]
    named += [found for found in _yearless(written, said) if not _within(found, plain)]
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


def agree(target: str, qualifier: str, found: Sequence[Reading]) -> bool:
    """Whether a date and its direction follow from readings of its words.

    They do if they allow the same time as one of the readings, where a direction that the words leave open may be
    that of the context; if the date is an instant on a day that the words name; or if it is put together from
    several dates that they name.
    """
    date, parts = edtf.parse(target), _parts_of(target)
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


def _parts_of(target: str) -> set[str]:
    """The dates that a window or set is made of."""
    return set(re.split(r"/|,|\.\.", target.strip("[]").replace("~", "")))


def _is_date(text: str) -> bool:
    try:
        edtf.parse(text)
    except edtf.EdtfError:
        return False
    return True


def _day(stated_on: str) -> edtf.Edtf | None:
    return edtf.parse(stated_on) if _is_date(stated_on) else None


def _within(one: Reading, others: Iterable[Reading]) -> bool:
    return any(other.start < one.end and one.start < other.end for other in others)


def _plain(text: str) -> Iterator[Reading]:
    for pattern in _PLAIN:
        for found in re.finditer(f"{_START}{pattern}", text):
            groups = {name: value for name, value in found.groupdict().items() if value}
            date = groups.get("year") or f"20{groups['short']}"
            russian = [name.removeprefix("russian") for name in groups if name.startswith("russian")]
            number = _MONTHS.get(groups.get("month", "")) or groups.get("number") or next(iter(russian), None)
            if number:
                date += f"-{int(number):02}"
            if "day" in groups:
                date += f"-{int(groups['day']):02}"
            yield Reading(date, "planned", _LITERAL, *found.span())


def _yearless(text: str, said: edtf.Edtf | None) -> Iterator[Reading]:
    """Months and days that are named without a year: the next ones from the month of the statement on."""
    if said is None or said.precision in ("year", "decade"):
        return
    for pattern in (_YEARLESS, rf"(?P<days>\d\d?) {_MONTH}"):
        for found in re.finditer(f"{_START}{pattern}(?P<next>(?: of)? next year)?", text.lower()):
            if not text[found.start("month")].isupper():  # "may" and "march" are verbs, too
                continue
            month, year = _MONTHS[found["month"]], said.earliest.year
            year += 1 if found["next"] or month < said.earliest.month else 0
            days = [f"-{int(day):02}" for day in re.findall(r"\d+", found["days"])]
            for day in days or [""]:
                yield Reading(f"{year}-{month:02}{day}", "planned", "the next one after the statement", *found.span())


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
        return rf"{_START}{_FISCAL[kind]}"
    if wording == kind:  # the 2030s: nothing but the decade
        return rf"{_START}{_DECADE}"
    said = re.escape(wording.replace("-", " ")).replace(r"\ ", " ")
    said = re.sub(r"\\{([nm])\\}", lambda found: rf"(?P<{found[1]}>{_COUNT})", said)
    placed = said.replace(r"\{year\}", _YEAR)
    if placed != said:  # it says itself where the year stands
        return f"{_START}{placed}"
    behind = "" if kind in wording else _BEHIND.get(kind, "")
    return rf"{_START}{said}{_END}{behind}"


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
    """The reading together with each direction beside it: "by" + "the end of 2026", "2030" + "at the earliest"."""
    for row in rows:
        if row["calendar"] != "direction" or reading.qualifier != "planned":
            continue
        head, placed, tail = row["wording"].replace("-", " ").partition("{date}")
        before = re.search(rf"{_START}{re.escape(head.strip())}(?: the)? ?$", text[: reading.start])
        after = re.match(rf" ?{re.escape(tail.strip())}{_END}", text[reading.end :])
        if (head and not before) or (tail and not after):
            continue
        target, *qualifier = row["resolves_to"].format(date=reading.target).split(" ")
        rule = row["rule"] if reading.rule == _LITERAL else f"{reading.rule} {row['rule']}"
        start = before.start() if head and before else reading.start
        end = reading.end + (after.end() if placed and tail and after else 0)
        said = f"{row['wording']} {reading.direction}"
        yield Reading(target, qualifier[0] if qualifier else "planned", rule, start, end, said)
