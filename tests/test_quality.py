"""The quality figures of a release: from its tables alone, and the same on its page as in its file."""

import re

import pandas as pd
import pytest

from lunar_timeline.derive import derive
from lunar_timeline.enrich import enrich
from lunar_timeline.schema import load_schemas
from scripts.lib.paths import HERE
from scripts.lib.quality import age_sentence, newest_reading, quality_csv, quality_rows, released_quality
from tests.sample import SCHEMAS, sample

DERIVED = load_schemas(HERE.derived_schemas)


@pytest.fixture(scope="module")
def tables():
    base = enrich(sample(), SCHEMAS)
    return {**base, **derive(base, DERIVED)}


def figures(tables, schemas=None):
    found = released_quality(tables, schemas or SCHEMAS | DERIVED)
    return found.set_index(["table", "measure"])["value"]


def test_rows_of_every_table_and_shares_of_base_tables(tables):
    found = figures(tables)
    for name, frame in tables.items():
        assert found[name, "rows"] == len(frame)
    shares = {table for table, measure in found.index if measure in ("second_source", "primary_source", "day_precise")}
    assert shares and not shares & set(DERIVED)


def test_a_second_source_raises_the_share_and_a_context_does_not(tables):
    row = {"table_name": "missions", "row_id": "flown-1", "source_id": "nasa-2026-05-01-page", "bearing": "confirms"}
    before = figures(tables)["missions", "second_source"]

    def cited(**cells):
        more = pd.DataFrame([row | cells]).astype("str")
        return figures(tables | {"citations": pd.concat([tables["citations"], more], ignore_index=True)})

    assert cited()["missions", "second_source"] == before + 1 / len(tables["missions"])
    assert cited(bearing="context")["missions", "second_source"] == before
    assert cited(source_id="nasa-2024-01-02-plan")["missions", "second_source"] == before  # the row's own source


def test_ages_count_up_to_the_newest_reading_and_not_to_today(tables):
    assert str(newest_reading(tables["sources"])) == "2026-11-22"
    before = figures(tables)["current_targets", "median_age_days"]
    sources = tables["sources"].assign(read_on="2026-11-12")
    assert figures(tables | {"sources": sources})["current_targets", "median_age_days"] == before - 10


def test_the_same_figures_by_declared_and_by_released_schemas(tables):
    released = {name: schema.released() for name, schema in (SCHEMAS | DERIVED).items()}
    pd.testing.assert_series_equal(figures(tables), figures(tables, released))


def test_without_an_open_target_there_is_no_age(tables):
    found = released_quality(tables | {"current_targets": tables["current_targets"][:0]}, SCHEMAS | DERIVED)
    assert "median_age_days" not in set(found["measure"])
    assert age_sentence(found, tables["sources"]) == "No official target is open."


def test_the_file_is_rounded_and_the_rows_are_percents():
    found = pd.DataFrame(
        [("missions", "rows", 3.0, 3), ("missions", "second_source", 1 / 3, 3), ("date_words", "rows", 2.0, 2)],
        columns=["table", "measure", "value", "counted"],
    )
    assert quality_csv(found) == (
        b"table,measure,value,counted\nmissions,rows,3,3\nmissions,second_source,0.3333,3\ndate_words,rows,2,2\n"
    )
    assert quality_rows(found) == "| `missions` | 3 | 33% |  |  |"


def test_page_and_file_of_the_release_agree(release):
    values = pd.read_csv(release / "quality.csv").set_index(["table", "measure"])["value"]
    page = (release / "docs" / "quality.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+)% \| (\d+)% \|", page, re.M)
    assert {"missions", "target_dates", "agreement_actions"} <= {table for table, *_ in rows}
    for table, count, second, primary in rows:
        assert values[table, "rows"] == int(count)
        assert abs(values[table, "second_source"] * 100 - int(second)) <= 0.51
        assert abs(values[table, "primary_source"] * 100 - int(primary)) <= 0.51
    assert f"{values['current_targets', 'median_age_days']:.0f} days ago" in page
