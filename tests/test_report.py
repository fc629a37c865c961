"""The report that reads the clock and the network, and the quality figures that a release ships."""

import socket
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from lunar_timeline import edtf
from scripts.lib.links import dead_links
from scripts.lib.quality import quality
from scripts.report import main, markdown, passed, text
from tests.sample import SCHEMAS, sample

CURRENT = pd.DataFrame(
    {
        "series_id": ["a", "b", "c", "d"],
        "milestone_status": ["planned", "achieved", "planned", "planned"],
        "is_official": [True, True, False, True],
        "known_on": [edtf.end_of_day(day) for day in ("2024-01-01", "2024-01-01", "2024-01-01", "2024-01-11")],
        "target_latest": [edtf.end_of_day("2025-12-31")] * 3 + [None],
    }
)


@pytest.mark.parametrize(("day", "found"), [("2025-12-31", []), ("2026-01-01", ["a", "c"])])
def test_a_target_has_passed_when_its_last_day_is_over(day, found):
    assert list(passed(CURRENT, date.fromisoformat(day))["series_id"]) == found


def figure(tables, table, measure, day="2024-01-21"):
    frame = quality({**tables, "current_targets": CURRENT}, SCHEMAS, date.fromisoformat(day))
    row = frame[(frame["table"] == table) & (frame["measure"] == measure)].iloc[0]
    return row["value"], row["counted"]


def cited(source, bearing):
    """The sample, in which only one row is cited: a target, by one citation."""
    tables = sample()
    row = {"table_name": "target_dates", "row_id": tables["target_dates"]["target_id"].iloc[0]}
    tables["citations"] = pd.DataFrame([row | {"source_id": source, "bearing": bearing}])
    return tables


@pytest.mark.parametrize(
    ("source", "bearing", "count"),
    [
        ("nasa-2026-05-01-page", "confirms", 1),
        ("nasa-2026-05-01-page", "contradicts", 0),
        ("nasa-2026-05-01-page", "context", 0),
        ("nasa-2024-01-02-plan", "confirms", 0),  # the row's own source, cited for another page of it
    ],
)
def test_a_second_source_is_another_one_that_bears_on_the_row(source, bearing, count):
    value, counted = figure(cited(source, bearing), "target_dates", "second_source")
    assert (value * counted, counted) == (count, 5)
    assert figure(cited(source, bearing), "missions", "second_source")[0] == 0


def test_a_primary_source_is_of_those_who_act():
    tables = sample()
    assert figure(tables, "missions", "primary_source")[0] == 1
    tables["sources"].loc[2, "kind"] = "newspaper"
    assert figure(tables, "missions", "primary_source")[0] == 0


def test_day_precise_dates_are_counted_among_the_filled_ones():
    tables = sample()
    tables["statements"] = tables["statements"].iloc[:0]
    days = [*tables["target_dates"]["stated_on"], *tables["target_dates"]["target"].dropna()]
    assert days == ["2020-09-01", "2023-09-01", "2023-10", "2022", "2023-11", "2024", "2025", "2023", "2027"]
    assert figure(tables, "target_dates", "day_precise") == (2 / 9, 9)
    frame = quality({**tables, "current_targets": CURRENT}, SCHEMAS, date(2024, 1, 21))
    assert "statements" not in set(frame["table"])
    assert frame["value"].notna().all()


def test_the_age_is_that_of_open_official_targets():
    assert figure(sample(), "current_targets", "median_age_days") == (14, 2)  # 19 and 9 days


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        code = int(self.path.strip("/"))
        if code == 0:
            self.wfile.write(b"no http at all\n")
            return
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_dead_links_are_told_and_refusals_are_not(host):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/"
    addresses = [f"{host}/{code}" for code in (200, 403, 404, 410, 429, 500, 0)]
    found = dict(dead_links([*addresses, closed, "file:///etc/passwd", "http://[bad"], seconds=5, pause=0))
    assert set(found) == {f"{host}/{code}" for code in (404, 410, 500, 0)} | {
        closed,
        "file:///etc/passwd",
        "http://[bad",
    }
    assert found[f"{host}/404"] == "HTTP 404"
    assert found["file:///etc/passwd"] == "not an http address"


def test_a_host_that_never_answers_is_left():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert [link for link, _ in dead_links([address], seconds=0.2)] == [address]


def test_the_report_is_plain_in_both_forms():
    rows = [("a", "b"), ("x|<b>", "y\n::error::z\x1b")]
    assert text("T", rows) == "T:\n  a  b\n  x|<b>  y\\n::error::z\\x1b\n"
    assert markdown("T", rows).splitlines()[2:4] == ["| a | b |", "|---|---|"]
    assert markdown("T", rows).splitlines()[4].count("|") == 3


def test_the_command_reports_on_the_real_data(capsys):
    assert main(["--today", "2199-12-31", "--format", "markdown"]) == 0
    said = capsys.readouterr().out
    assert "targets passed before 2199-12-31 without an outcome" in said
    assert "| target&#95;dates | second&#95;source |" in said
    assert "addresses" not in said
