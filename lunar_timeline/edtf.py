"""Approximate dates: the EDTF (ISO 8601-2) profile of this package.

A date is a string with just the precision that its source gives. This module is the only place that
knows what such a string means: which first and which last second it covers, and how precise it is.

=============  ==============================  =========================================
precision      written                         covers
=============  ==============================  =========================================
second         ``1969-07-20T20:17:40Z``        that second
minute         ``2026-04-01T22:35Z``           that minute (an extension of the standard)
day            ``2021-03-09``                  that day
month          ``2021-03``                     that month
quarter        ``2021-33`` … ``2021-36``       three months
third          ``2021-37`` … ``2021-39``       four months: early, mid, late
half           ``2021-40``, ``2021-41``        six months
year           ``2021``                        that year
decade         ``202X``                        2020 to 2029
window         ``2026-03/2026-05``             from the first second to the last
set            ``[2022-11-12..2022-11-19,``    from the first member to the last; one of them
               ``2022-11-22]``
=============  ==============================  =========================================

``~`` after a date means "about"; it never widens the bounds. Nothing else is allowed: no open
interval, no time zone but Z, no ``?``.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

PRECISIONS = (
    "second",
    "minute",
    "day",
    "month",
    "quarter",
    "third",
    "half",
    "year",
    "decade",
    "window",
    "set",
)
QUALIFIERS = ("planned", "no_earlier_than", "no_later_than", "before", "after")

_SECOND = timedelta(seconds=1)
_SHAPES = "a day 2021-03-09, a month 2021-03, a year 2021, a window 2021-03/2021-05, …"

_SIMPLE = re.compile(
    r"(?P<decade>\d{3})X"
    r"|(?P<year>\d{4})"
    r"(?:-(?P<part>\d{2})"
    r"(?:-(?P<day>\d{2})"
    r"(?:T(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?Z)?"
    r")?)?",
    re.ASCII,
)
# The ISO 8601-2 codes for parts of a year: code -> (precision, first month, number of months).
_YEAR_PARTS = (
    {33 + i: ("quarter", 1 + 3 * i, 3) for i in range(4)}
    | {37 + i: ("third", 1 + 4 * i, 4) for i in range(3)}
    | {40 + i: ("half", 1 + 6 * i, 6) for i in range(2)}
)


class EdtfError(ValueError):
    """The text is no date of this profile; the message says why and what to type."""


@dataclass(frozen=True, slots=True)
class Edtf:
    """A parsed date. Both bounds are inclusive and naive: UTC for events, civil time for the rest."""

    text: str
    earliest: datetime
    latest: datetime
    precision: str
    approximate: bool = False

    def contains(self, other: "Edtf") -> bool:
        """Whether the other's bounds lie within these, equal bounds included."""
        return self.earliest <= other.earliest and other.latest <= self.latest

    def same_bounds(self, other: "Edtf") -> bool:
        return (self.earliest, self.latest) == (other.earliest, other.latest)


@lru_cache(maxsize=65536)
def parse(text: str) -> Edtf:
    """Parse a date of the profile.

    Raises:
        EdtfError: the text is not of the profile, or names no real date or a backwards interval.
    """
    if text.startswith("["):
        return _parse_set(text)
    if "/" in text:
        start, end = _ends(text, "/")
        return _between(text, start, end, "window")
    return _parse_simple(text)


def before(date: Edtf) -> Edtf:
    """The whole unit before a date: before 2030 is 2029, before 2030-06 is 2030-05."""
    return _neighbour(date, _first_unit(date), -1)


def after(date: Edtf) -> Edtf:
    """The whole unit after a date: after 2030 is 2031."""
    return _neighbour(date, _last_unit(date), +1)


def bounds(date: Edtf, qualifier: str = "planned") -> tuple[datetime | None, datetime | None]:
    """First and last second that a date allows under a qualifier; None where it is unbounded."""
    match qualifier:
        case "planned":
            return date.earliest, date.latest
        case "no_earlier_than":
            return date.earliest, None
        case "no_later_than":
            return None, date.latest
        case "before":
            return None, before(date).latest
        case "after":
            return after(date).earliest, None
    raise ValueError(f"qualifier {qualifier!r}: not one of {', '.join(QUALIFIERS)}")


def _parse_simple(text: str) -> Edtf:
    core = text.removesuffix("~")
    found = _SIMPLE.fullmatch(core)
    if found is None:
        raise EdtfError(f"not a date of the EDTF profile; type {_SHAPES}")
    fields = {name: int(digits) for name, digits in found.groupdict().items() if digits is not None}
    try:
        earliest, following, precision = _cover(fields)
    except (ValueError, OverflowError) as error:
        raise EdtfError(f"no such date: {error}") from None
    return Edtf(text, earliest, following - _SECOND, precision, core != text)


def _cover(fields: dict[str, int]) -> tuple[datetime, datetime, str]:
    """First instant, first instant after, and precision of the digits of a simple date."""
    if not 1900 <= fields.get("year", fields.get("decade", 0) * 10) < 2200:
        raise ValueError("years go from 1900 to 2199")
    if "decade" in fields:
        first = fields["decade"] * 10
        return datetime(first, 1, 1), datetime(first + 10, 1, 1), "decade"
    year = fields["year"]
    if "part" not in fields:
        return datetime(year, 1, 1), datetime(year + 1, 1, 1), "year"
    part = fields["part"]
    if "day" not in fields:
        if 1 <= part <= 12:
            precision, month, months = "month", part, 1
        elif part in _YEAR_PARTS:
            precision, month, months = _YEAR_PARTS[part]
        else:
            raise ValueError(
                f"{part:02} is neither a month (01-12) nor a quarter (33-36), third (37-39) or half (40-41)"
            )
        return datetime(year, month, 1), _add_months(year, month, months), precision
    start = datetime(year, part, fields["day"], fields.get("hour", 0), fields.get("minute", 0), fields.get("second", 0))
    if "second" in fields:
        return start, start + _SECOND, "second"
    if "minute" in fields:
        return start, start + timedelta(minutes=1), "minute"
    return start, start + timedelta(days=1), "day"


def _add_months(year: int, month: int, months: int) -> datetime:
    years, month0 = divmod(month - 1 + months, 12)
    return datetime(year + years, month0 + 1, 1)


def _ends(text: str, separator: str) -> tuple[Edtf, Edtf]:
    parts = text.split(separator)
    if len(parts) != 2 or "" in parts or ".." in parts:
        raise EdtfError(
            "an interval has two ends, as in 2026-03/2026-05; "
            "for an open one give the one end and say the direction in the qualifier"
        )
    return _parse_simple(parts[0]), _parse_simple(parts[1])


def _between(text: str, start: Edtf, end: Edtf, precision: str) -> Edtf:
    if start.earliest > end.latest:
        separator = "/" if precision == "window" and "/" in text else ".."
        raise EdtfError(f"the interval runs backwards; type {end.text}{separator}{start.text}")
    if start.earliest >= end.earliest or start.latest >= end.latest:
        raise EdtfError("one end of the interval lies within the other; type the first and the last unit of one kind")
    return Edtf(text, start.earliest, end.latest, precision, start.approximate or end.approximate)


def _parse_set(text: str) -> Edtf:
    if not text.endswith("]"):
        raise EdtfError("a set ends with ], as in [2022-11-12..2022-11-19,2022-11-22]")
    members = [_parse_member(member) for member in text[1:-1].split(",")]
    for one, next_one in pairwise(members):
        if one.latest >= next_one.earliest:
            raise EdtfError(f"the members of a set go from early to late; {next_one.text} is out of place")
    if len(members) == 1 and members[0].precision != "window":
        raise EdtfError(f"a set of one is a date; type {members[0].text}")
    return Edtf(text, members[0].earliest, members[-1].latest, "set", any(member.approximate for member in members))


def _parse_member(text: str) -> Edtf:
    return _between(text, *_ends(text, ".."), "window") if ".." in text else _parse_simple(text)


def _first_unit(date: Edtf) -> Edtf:
    return _parse_simple(re.split(r"/|\.\.|,", date.text.strip("[]"))[0])


def _last_unit(date: Edtf) -> Edtf:
    return _parse_simple(re.split(r"/|\.\.|,", date.text.strip("[]"))[-1])


_MONTHS = {"month": 1, "quarter": 3, "third": 4, "half": 6, "year": 12, "decade": 120}
_LENGTHS = {"second": _SECOND, "minute": timedelta(minutes=1), "day": timedelta(days=1)}


def _neighbour(date: Edtf, unit: Edtf, direction: int) -> Edtf:
    if unit.precision in _LENGTHS:
        step = _LENGTHS[unit.precision] * direction
        earliest, latest = unit.earliest + step, unit.latest + step
    else:
        months = _MONTHS[unit.precision]
        earliest = _add_months(unit.earliest.year, unit.earliest.month, direction * months)
        latest = _add_months(earliest.year, earliest.month, months) - _SECOND
    side = "before" if direction < 0 else "after"
    return Edtf(f"{side} {date.text}", earliest, latest, unit.precision, date.approximate)


def end_of_day(day: str | date) -> datetime:
    """Last second of a day, given as ``2021-03-09`` or as a date.

    Raises:
        EdtfError: the text is not a day.
    """
    if isinstance(day, datetime):
        day = day.date()
    found = parse(str(day))
    if found.precision != "day":
        raise EdtfError(f"{str(day)!r} is a {found.precision}, not a day; type it as 2021-03-09")
    return found.latest
