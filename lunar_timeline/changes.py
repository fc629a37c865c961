"""What happened to a promised date: slip, pull-in, firming, loosening or reaffirmation.

A target is read as a *shape with an anchor*: a point ("in 2028"), a floor ("no earlier than 2028") or a
ceiling ("by 2028"), each on the interval that the date names. Comparing the published bounds instead
would call "2025" → "September 2026" no slip, since neither bound set excludes the other's direction.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from lunar_timeline import edtf

Shape = Literal["point", "floor", "ceiling"]

CHANGES = (
    "first",
    "redefined",
    "withdrawn",
    "revived",
    "none",
    "reaffirmed",
    "firmed",
    "loosened",
    "slip",
    "pull_in",
)
# Changes by which the date before them no longer holds.
FALLS = ("withdrawn", "loosened", "slip", "pull_in")
# Statements and roles that leave the series as it is: they neither change a date nor are changed.
PASSED_OVER_EFFECTS = ("undated", "doubts")
PASSED_OVER_ROLES = ("backup",)

# A day is promised in the civil time of some place, an event happens in UTC: the first place to reach a day is 14
# hours ahead, the last to leave it 12 behind.
_AHEAD, _BEHIND = timedelta(hours=14), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Promise:
    """A target date as a shape with an anchor."""

    shape: Shape
    anchor: edtf.Edtf


def promise(target: str, qualifier: str) -> Promise:
    """The shape and anchor of a target, e.g. ``before 2030`` is a ceiling on 2029.

    Raises:
        ValueError: the target is no date of the profile, or the qualifier is unknown.
    """
    date = edtf.parse(target)
    match qualifier:
        case "planned":
            return Promise("point", date)
        case "no_earlier_than":
            return Promise("floor", date)
        case "no_later_than":
            return Promise("ceiling", date)
        case "before":
            return Promise("ceiling", edtf.before(date))
        case "after":
            return Promise("floor", edtf.after(date))
    raise ValueError(f"qualifier {qualifier!r}: not one of {', '.join(edtf.QUALIFIERS)}")


def classify(old: Promise, new: Promise) -> str:
    """The kind of change between two dated statements; the first line that fits decides."""
    if old.shape == new.shape and old.anchor.same_bounds(new.anchor):
        return _approximation(old.anchor.approximate, new.anchor.approximate)
    inside, around = old.anchor.contains(new.anchor), new.anchor.contains(old.anchor)
    if inside or around:
        return _nested(old.shape, new.shape, inside, around)
    earlier = new.anchor.earliest < old.anchor.earliest
    if old.shape == "ceiling" and earlier and new.shape != "ceiling":
        # Within what was promised before: the promise got narrower, or lost its end.
        return "firmed" if new.shape == "point" else "loosened"
    return "pull_in" if earlier else "slip"


def _approximation(before: bool, now: bool) -> str:
    if before == now:
        return "reaffirmed"
    return "loosened" if now else "firmed"


def _nested(old: Shape, new: Shape, inside: bool, around: bool) -> str:
    if new in (old, "point"):
        return "firmed" if inside else "loosened"
    if new == "floor":
        return "loosened"
    if old == "floor":
        return "firmed"
    if inside and around:
        return "reaffirmed"
    return "firmed" if inside else "loosened"


def slip_days(old: Promise, new: Promise) -> tuple[int, int | None]:
    """Smaller and larger shift of the two ends in days; the larger is None where only the new one is a floor."""
    start = (new.anchor.earliest.date() - old.anchor.earliest.date()).days
    end = (new.anchor.latest.date() - old.anchor.latest.date()).days
    if old.shape == new.shape == "ceiling":
        return end, end
    if old.shape == new.shape == "floor":
        return start, start
    return min(start, end), None if new.shape == "floor" else max(start, end)


def missed_by_days(said: Promise, event: edtf.Edtf) -> int | None:
    """By how many days an event missed what was promised: 0 if it came within, negative if too early.

    The bounds are read in the civil time of any place. None where the event is not known finely enough to tell.
    """
    start = None if said.shape == "ceiling" else said.anchor.earliest
    end = None if said.shape == "floor" else said.anchor.latest
    if start and event.latest < start - _AHEAD:
        return (event.latest.date() - start.date()).days
    if end and event.earliest > end + _BEHIND:
        return (event.earliest.date() - end.date()).days
    surely = (not start or event.earliest >= start - _AHEAD) and (not end or event.latest <= end + _BEHIND)
    return 0 if surely else None
