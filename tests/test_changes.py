"""Kinds of change: a test per line of the table in the data model, and real pairs judged by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lunar_timeline import edtf
from lunar_timeline.changes import classify, missed_by_days, promise, slip_days

P, NET, NLT, BEFORE, AFTER = "planned", "no_earlier_than", "no_later_than", "before", "after"

# old, new, change: the lines of the table, in its order
LINES = [
    # same shape and anchor
    (("2028", P), ("2028", P), "reaffirmed"),
    (("2028~", P), ("2028~", P), "reaffirmed"),
    (("2028~", P), ("2028", P), "firmed"),
    (("2028", P), ("2028~", P), "loosened"),
    (("2030", BEFORE), ("2029", NLT), "reaffirmed"),
    (("2024", AFTER), ("2025", NET), "reaffirmed"),
    # nested, same shape: inside, around
    (("2028", P), ("2028-37", P), "firmed"),
    (("2028-37", P), ("2028", P), "loosened"),
    (("2025", NET), ("2025-09", NET), "firmed"),
    (("2024-06", NLT), ("2024", NLT), "loosened"),
    # nested, towards a point: inside or equal, around
    (("2025", NET), ("2025-12", P), "firmed"),
    (("2025", NET), ("2025", P), "firmed"),
    (("2025", NLT), ("2025", P), "firmed"),
    (("2025-12", NET), ("2025", P), "loosened"),
    # nested, point to floor, ceiling to floor, floor to ceiling
    (("2025", P), ("2025", NET), "loosened"),
    (("2025", P), ("2025-09", NET), "loosened"),
    (("2025", NLT), ("2025", NET), "loosened"),
    (("2025", NET), ("2025", NLT), "firmed"),
    # nested, point to ceiling: equal, inside, around
    (("2025", P), ("2025", NLT), "reaffirmed"),
    (("2025", P), ("2025-06", NLT), "firmed"),
    (("2025-06", P), ("2025", NLT), "loosened"),
    # not nested: ceiling to an earlier point, to an earlier floor
    (("2028", NLT), ("2024", P), "firmed"),
    (("2028", NLT), ("2024", NET), "loosened"),
    # not nested, otherwise
    (("2028", NLT), ("2024", NLT), "pull_in"),
    (("2024", NLT), ("2028", NLT), "slip"),
    (("2024", NLT), ("2025", NET), "slip"),
    (("2024", P), ("2025", P), "slip"),
    (("2025", P), ("2024", P), "pull_in"),
    (("2025-10/2026-03", P), ("2026-01/2026-06", P), "slip"),
]

# Pairs from the record, judged by reading, not by rule; the first three are those of the data model.
BY_HAND = [
    ("a bare year, then a month of the next", ("2025", P), ("2026-09", P), "slip"),
    ("first SLS flight: the baseline commitment", ("2017-12", P), ("2018-11", NLT), "slip"),
    ("Artemis II, March 2025: at the earliest two months sooner", ("2026-04", P), ("2026-02", NET), "pull_in"),
    ("first landing, March 2019: five years, not nine", ("2028", NLT), ("2024", NLT), "pull_in"),
    ("first landing, November 2021", ("2024", NLT), ("2025", NET), "slip"),
    ("first landing, January 2024", ("2025-12", P), ("2026-09", P), "slip"),
    ("first landing, December 2024", ("2026-09", P), ("2027-38", P), "slip"),
    ("first landing, 2026", ("2028", P), ("2028-37", P), "firmed"),
    ("Chinese landing, repeated each year", ("2030", BEFORE), ("2030", BEFORE), "reaffirmed"),
    ("before 2030 told as by 2030 would be a slip of a year", ("2030", BEFORE), ("2030", NLT), "slip"),
    ("Artemis II, February 2026: March is out", ("2026-03-06", NET), ("2026-03", AFTER), "slip"),
    ("and April is left", ("2026-03", AFTER), ("2026-04", P), "firmed"),
]


@pytest.mark.parametrize(("old", "new", "change"), LINES)
def test_line_of_the_table(old, new, change):
    assert classify(promise(*old), promise(*new)) == change


@pytest.mark.parametrize(("why", "old", "new", "change"), BY_HAND)
def test_real_pair(why, old, new, change):
    assert classify(promise(*old), promise(*new)) == change, why


@pytest.mark.parametrize(
    ("old", "new", "days"),
    [
        (("2026-09", P), ("2027-38", P), (242, 335)),
        (("2028", NLT), ("2024", NLT), (-1461, -1461)),  # ceilings: only the latest counts
        (("2025-06", NET), ("2025-09", NET), (92, 92)),  # floors: only the earliest counts
        (("2024", NLT), ("2025", NET), (365, None)),  # open to later: no largest shift
        (("2025-06", NET), ("2026-06-15", P), (350, 379)),
        (("2026-04", P), ("2026-02", NET), (-61, None)),
    ],
)
def test_slip_is_an_interval_of_days(old, new, days):
    assert slip_days(promise(*old), promise(*new)) == days


@pytest.mark.parametrize(
    ("said", "event", "days"),
    [
        (("2026-04-01", P), "2026-04-01T22:35Z", 0),
        # a day begins 14 hours earlier in Kiritimati and ends 12 hours later on Baker Island than in UTC
        (("2024-02-22", P), "2024-02-21T10:00Z", 0),
        (("2024-02-22", P), "2024-02-21T09:59Z", -1),
        (("2024-02-22", P), "2024-02-23T11:59:59Z", 0),
        (("2024-02-22", P), "2024-02-23T12:00Z", 1),
        (("2024", P), "2026-04-01T22:35Z", 456),
        (("2025", NET), "2031-01-01", 0),
        (("2025", NET), "2024-12-01", -31),
        (("2024", NLT), "1999-01-01", 0),
        (("2030", BEFORE), "2030-02-01", 32),
        (("2026-03", AFTER), "2026-04-01T22:35Z", 0),
        (("2024-06", P), "2024", None),  # known to the year only: nobody can tell
    ],
)
def test_what_came_is_set_against_what_was_promised(said, event, days):
    assert missed_by_days(promise(*said), edtf.parse(event)) == days


def test_an_unknown_qualifier_is_refused():
    with pytest.raises(ValueError, match="not one of"):
        promise("2028", "soon")


dates = st.one_of(
    st.integers(2000, 2060).map(str),
    st.dates().map(lambda day: f"20{day.year % 60:02}-{day.month:02}"),
    st.builds(lambda year, part: f"20{year:02}-{part}", st.integers(0, 60), st.integers(33, 41)),
)
promises = st.builds(promise, dates, st.sampled_from([P, NET, NLT, BEFORE, AFTER]))


@given(promises, promises)
def test_later_and_earlier_mirror_each_other(old, new):
    """Where points slip one way they are pulled in the other way, and shifts change sign."""
    if old.shape == new.shape:
        mirror = {"slip": "pull_in", "pull_in": "slip", "firmed": "loosened", "loosened": "firmed"}
        assert classify(new, old) == mirror.get(classify(old, new), "reaffirmed")
        low, high = slip_days(old, new)
        assert slip_days(new, old) == (-high, -low)


@given(promises, promises)
def test_a_slip_between_points_has_days_above_nothing(old, new):
    if old.shape == new.shape == "point" and classify(old, new) == "slip":
        assert 0 < slip_days(old, new)[0] <= slip_days(old, new)[1]
