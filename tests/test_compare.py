"""The comparison with lists of others: each difference has a reason, and each reason a difference."""

import pandas as pd
import pytest

from scripts.compare import compare, main, read_lists

OURS = pd.DataFrame(
    {
        "mission_id": ["luna-9", "ranger-1", "e-1-no-1"],
        "mission_name": ["Luna 9", "Ranger 1", "E-1 No. 1"],
        "program_id": ["luna", "ranger", "luna"],
        "goal": ["landing", "test_flight", "impact"],
        "own_launch": True,
        "reached_space": [True, True, False],
        "left_earth": [True, False, False],
        "launched_at": ["1966-01-31T11:41:37Z", "1961-08-23", "1958-09-23"],
        "launched_at_earliest": pd.to_datetime(["1966-01-31T11:41:37", "1961-08-23", "1958-09-23"], format="ISO8601"),
        "launched_at_latest": pd.to_datetime(
            ["1966-01-31T11:41:37", "1961-08-23T23:59:59", "1958-09-23T23:59:59"], format="ISO8601"
        ),
    }
)


def differences(*rows, through="2000-01-01"):
    lists = pd.DataFrame(rows, columns=["name", "launched_on", "mission_id", "class", "reason"])
    lists = lists.assign(list="L", through=through, name_there=lists["name"])
    return [(found, reason) for _, found, reason in compare(lists, OURS)]


ALL = [("Luna 9", "", "luna-9", "", ""), ("R 1", "", "ranger-1", "", ""), ("E", "", "e-1-no-1", "", "")]


def test_lists_that_agree_differ_in_nothing():
    assert differences(*ALL) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([*ALL, ("PFS-1", "", "", "", "a craft")], ("PFS-1: only there", "a craft")),
        ([*ALL, ("PFS-1", "", "", "", "")], ("PFS-1: only there", None)),
        (ALL[1:], ("Luna 9: only here", None)),
        ([*ALL[1:], ("", "", "luna-9", "", "forgotten")], ("Luna 9: only here", "forgotten")),
        ([ALL[0], ALL[2], ("", "", "", "test flight", "no tests")], ("Ranger 1: only here", "no tests")),
        (
            [("Luna 9", "1966-02-01", "luna-9", "", "Moscow"), *ALL[1:]],
            ("Luna 9: launched on 1966-02-01 there, 1966-01-31T11:41:37Z here", "Moscow"),
        ),
        (
            [("Luna 9", "", "luna-9", "", "why"), *ALL[1:]],
            ("Luna 9: has a reason, but no difference; remove the reason", None),
        ),
        (
            [*ALL, ("", "", "luna-9", "", "stale")],
            ("luna-9: has a reason, but is not missing there; remove the line", None),
        ),
    ],
)
def test_a_difference_is_told_with_its_reason(rows, found):
    assert differences(*rows) == [found]


def test_missions_after_the_list_are_not_missing_there():
    assert differences(*ALL[1:], through="1965-12-31") == []


def test_every_difference_from_the_lists_is_explained(capsys):
    lists = read_lists()
    assert lists["list"].nunique() == 2 and len(lists) > 230
    assert main() == 0, capsys.readouterr().out
