"""What an analyst imports."""

import datetime

import pandas as pd
import pytest

import lunar_timeline
from lunar_timeline.schema import load_schemas
from scripts.lib.paths import HERE

SCHEMAS = load_schemas(HERE.schemas) | load_schemas(HERE.derived_schemas)


def test_tables_are_all_tables_base_first(lt):
    assert set(lt.tables()) == set(SCHEMAS)
    assert lt.tables()[0] == "sources"
    assert lt.tables()[-1] in load_schemas(HERE.derived_schemas)


@pytest.mark.parametrize("table", SCHEMAS)
def test_describe_tells_every_column_of_load(lt, table):
    described = lt.describe(table)
    assert list(described.index) == list(lt.load(table).columns)
    assert described["description"].str.len().gt(3).all()


def test_describe_tells_what_values_mean(lt):
    assert "survived contact" in lt.describe("mission_events").loc["outcome", "values"]["partial"]


@pytest.mark.parametrize("function", ["load", "describe"])
def test_an_unknown_table_is_told(lt, function):
    with pytest.raises(KeyError, match="no table 'mission'; one of sources, "):
        getattr(lt, function)("mission")


def test_as_of_has_the_tables_and_columns_of_load(lt):
    then = lt.as_of("2022-01-01")
    assert list(then) == lt.tables()
    for table, frame in then.items():
        pd.testing.assert_series_equal(frame.dtypes, lt.load(table).dtypes, obj=table)


def test_as_of_takes_dates(lt):
    for day in (datetime.date(2021, 3, 16), pd.Timestamp("2021-03-16 12:00")):
        assert len(lt.as_of(day)["target_dates"]) == len(lt.as_of("2021-03-16")["target_dates"])


def test_as_of_today_loses_no_dated_row(lt):
    now = lt.as_of("2026-11-30")
    for table in ("target_dates", "agreement_actions", "statements", "policies", "target_history"):
        assert len(now[table]) == len(lt.load(table)), table


def test_cite_names_version_and_licence(lt):
    assert lt.cite().endswith(f"Version {HERE.version()}. Data set, CC-BY-4.0.")


def test_without_a_release_it_says_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setenv("LUNAR_TIMELINE_RELEASE", str(tmp_path))
    with pytest.raises(lunar_timeline.NoReleaseError, match=r"make build, then dist/<version>"):
        lunar_timeline.tables()
