"""Dates: the profile, its bounds, and the package `edtf` as an oracle."""

import warnings
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lunar_timeline import edtf

# text, earliest, latest, precision
WRITTEN = [
    ("1969-07-20T20:17:40Z", "1969-07-20T20:17:40", "1969-07-20T20:17:40", "second"),
    ("2026-04-01T22:35Z", "2026-04-01T22:35:00", "2026-04-01T22:35:59", "minute"),
    ("2021-03-09", "2021-03-09T00:00:00", "2021-03-09T23:59:59", "day"),
    ("2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59", "month"),
    ("2023-33", "2023-01-01T00:00:00", "2023-03-31T23:59:59", "quarter"),
    ("2023-36", "2023-10-01T00:00:00", "2023-12-31T23:59:59", "quarter"),
    ("2028-37", "2028-01-01T00:00:00", "2028-04-30T23:59:59", "third"),
    ("2027-38", "2027-05-01T00:00:00", "2027-08-31T23:59:59", "third"),
    ("2026-39", "2026-09-01T00:00:00", "2026-12-31T23:59:59", "third"),
    ("2025-40", "2025-01-01T00:00:00", "2025-06-30T23:59:59", "half"),
    ("2025-41", "2025-07-01T00:00:00", "2025-12-31T23:59:59", "half"),
    ("2024", "2024-01-01T00:00:00", "2024-12-31T23:59:59", "year"),
    ("202X", "2020-01-01T00:00:00", "2029-12-31T23:59:59", "decade"),
    ("2027-10/2028-09", "2027-10-01T00:00:00", "2028-09-30T23:59:59", "window"),
    ("[2022-11-12..2022-11-19,2022-11-22..2022-11-25]", "2022-11-12T00:00:00", "2022-11-25T23:59:59", "set"),
    ("[2022-08-29,2022-09-02]", "2022-08-29T00:00:00", "2022-09-02T23:59:59", "set"),
]

NOT_WRITTEN = {
    "": "not a date",
    "TBD": "not a date",
    "2023-02-29": "no such date",
    "2023-13": "no such date: 13",
    "2023-00": "no such date: 00",
    "2023-32": "no such date: 32",
    "2023-42": "no such date: 42",
    "2021-3-9": "not a date",
    "21-03-09": "not a date",
    "2021-03-09\n": "not a date",
    " 2021-03-09": "not a date",
    "2021-03-09T25:00Z": "no such date",
    "2021-03-09T20:00": "not a date",
    "2021-03-09T20:00+01:00": "not a date",
    "2021?": "not a date",
    "2021~~": "not a date",
    "٢٠٢١": "not a date",
    "9999": "no such date",
    "0000": "no such date",
    "2024/2022": "backwards",
    "2024/2024": "within the other",
    "2021/2021-06": "within the other",
    "2206": "1900 to 2199",
    "2024/": "two ends",
    "/2024": "two ends",
    "2024/..": "two ends",
    "2022/2023/2024": "two ends",
    "[2022-11-12": "ends with ]",
    "[2022-11-12]": "a set of one",
    "[2022-11-22,2022-11-12]": "early to late",
    "[]": "not a date",
}


@pytest.mark.parametrize(("text", "earliest", "latest", "precision"), WRITTEN)
def test_bounds_and_precision(text, earliest, latest, precision):
    found = edtf.parse(text)
    assert (found.earliest.isoformat(), found.latest.isoformat(), found.precision) == (earliest, latest, precision)


@pytest.mark.parametrize(("text", "said"), NOT_WRITTEN.items())
def test_what_is_no_date_says_why(text, said):
    with pytest.raises(edtf.EdtfError, match=said):
        edtf.parse(text)


def test_about_never_widens():
    assert edtf.parse("2028~").approximate
    assert edtf.parse("2028~").same_bounds(edtf.parse("2028"))


@pytest.mark.parametrize(
    ("text", "qualifier", "bounds"),
    [
        ("2030", "planned", ("2030-01-01", "2030-12-31")),
        ("2025", "no_earlier_than", ("2025-01-01", None)),
        ("2024", "no_later_than", (None, "2024-12-31")),
        ("202X", "no_later_than", (None, "2029-12-31")),
        ("2030", "before", (None, "2029-12-31")),
        ("2030-06", "before", (None, "2030-05-31")),
        ("2030-01", "before", (None, "2029-12-31")),
        ("2025-33", "before", (None, "2024-12-31")),
        ("2030", "after", ("2031-01-01", None)),
        ("2024-12", "after", ("2025-01-01", None)),
        ("2026-03/2026-05", "no_earlier_than", ("2026-03-01", None)),
        ("2026-03/2026-05", "no_later_than", (None, "2026-05-31")),
        ("2026-03/2026-05", "after", ("2026-06-01", None)),
    ],
)
def test_the_qualifier_opens_one_side(text, qualifier, bounds):
    found = edtf.bounds(edtf.parse(text), qualifier)
    assert tuple(end and end.date().isoformat() for end in found) == bounds


def test_an_unknown_qualifier_is_refused():
    with pytest.raises(ValueError, match="not one of planned"):
        edtf.bounds(edtf.parse("2030"), "around")


years = st.integers(1900, 2199)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
simple = st.one_of(
    days.map(date.isoformat),
    days.map(lambda day: day.isoformat()[:7]),
    st.builds(lambda year, part: f"{year}-{part}", years, st.integers(33, 41)),
    years.map(str),
    years.map(lambda year: f"{year // 10}X"),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)).map(lambda at: at.strftime("%Y-%m-%dT%H:%MZ")),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)).map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")),
)
windows = st.lists(days, min_size=2, max_size=2, unique=True).map(lambda pair: "/".join(map(str, sorted(pair))))
written = st.one_of(simple, simple.map(lambda text: f"{text}~"), windows)


@given(written)
def test_bounds_are_ordered_and_whole(text):
    found = edtf.parse(text)
    assert found.text == text
    assert found.earliest <= found.latest
    assert found.precision in edtf.PRECISIONS


@given(written)
def test_the_neighbours_touch(text):
    found = edtf.parse(text)
    assert edtf.before(found).latest + timedelta(seconds=1) == found.earliest
    assert edtf.after(found).earliest - timedelta(seconds=1) == found.latest


@given(written, st.sampled_from(edtf.QUALIFIERS))
def test_a_qualifier_bounds_at_least_one_side(text, qualifier):
    earliest, latest = edtf.bounds(edtf.parse(text), qualifier)
    assert earliest is not None or latest is not None


@given(st.text(max_size=40))
def test_any_text_parses_or_is_refused_in_words(text):
    try:
        edtf.parse(text)
    except edtf.EdtfError as error:
        assert str(error)


# What the package `edtf` takes otherwise than we do, and why ours is right for us.
ORACLE_ACCEPTS = {
    "2023-02-29": "it does not know which years have a 29 February",
    "2021-03-09\n": "its grammar passes over white space at the end",
    " 2021-03-09": "its grammar passes over white space at the start",
    "2021?": "the standard allows doubt; our rows say doubt in words",
    "2024/": "the standard allows unknown ends; our direction is the qualifier",
    "/2024": "the standard allows unknown ends; our direction is the qualifier",
    "2024/..": "the standard allows open ends; our direction is the qualifier",
    "2024/2022": "it does not compare the ends",
    "2024/2024": "a window of one unit is that unit, written shorter",
    "[2022-11-22,2022-11-12]": "the standard has no order; ours is canonical",
    "2023-32": "the standard's winter of the southern hemisphere; our seasons are windows of months",
    "0000": "the standard begins with the year 0; nothing of ours lies there",
    "9999": "nothing of ours lies there",
    "2206": "nothing of ours lies there: it is a typing error",
    "2021/2021-06": "it does not compare the ends",
}
ORACLE_REFUSES = {
    "2026-04-01T22:35Z": "our extension: most event times are known to the minute",
}


def _oracle(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from edtf import parse_edtf

        try:
            return parse_edtf(text)
        except Exception:  # whatever it raises, it refuses
            return None


def _bounds_of(found):
    def day(struct):
        return date(struct.tm_year, struct.tm_mon, struct.tm_mday)

    return day(found.lower_strict()), day(found.upper_strict())


@pytest.mark.slow
@pytest.mark.parametrize("text", [text for text, *_ in WRITTEN])
def test_the_oracle_agrees_on_what_is_a_date(text):
    found = _oracle(text)
    if found is None:
        assert text in ORACLE_REFUSES
        return
    assert text not in ORACLE_REFUSES
    if edtf.parse(text).precision not in ("set", "second"):
        assert _bounds_of(found) == (edtf.parse(text).earliest.date(), edtf.parse(text).latest.date())


@pytest.mark.slow
@pytest.mark.parametrize("text", NOT_WRITTEN)
def test_the_oracle_refuses_what_we_refuse_but_for_known_reasons(text):
    assert (_oracle(text) is not None) == (text in ORACLE_ACCEPTS)
