"""Report what depends on the day: promised dates that passed without an outcome, quality figures, dead links.

It is no gate: it reads the clock and, with --links, other people's servers. Exit code 0 whatever it finds, unless
the data cannot be read.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

import pandas as pd

from lunar_timeline.schema import Schema
from scripts.lib.annotate import cell, printable
from scripts.lib.assemble import release_tables
from scripts.lib.checks import run_checks
from scripts.lib.findings import print_anything, summary
from scripts.lib.links import dead_links
from scripts.lib.paths import HERE, House
from scripts.lib.quality import quality

Rows = list[tuple[str, ...]]


def passed(current_targets: pd.DataFrame, day: date) -> pd.DataFrame:
    """Current targets of planned milestones whose last second lies before a day: nobody has said what came of them."""
    start = datetime(day.year, day.month, day.day)
    is_open = current_targets["milestone_status"].isin(["proposed", "planned", "suspended"])
    rows = current_targets[is_open & (current_targets["target_latest"] < start)]
    return rows.sort_values(["target_latest", "series_id"])


def sections(
    tables: dict[str, pd.DataFrame], schemas: Mapping[str, Schema], day: date, links: bool
) -> Iterator[tuple[str, Rows]]:
    """(title, rows) of each part of the report; the first row names the columns."""
    late = passed(tables["current_targets"], day)
    columns = ["milestone_id", "stated_by", "stated_on", "target", "qualifier", "target_text", "is_official"]
    said = late[columns].astype("str").to_numpy().tolist()
    yield f"{len(late)} targets passed before {day} without an outcome", [tuple(columns), *map(tuple, said)]
    figures = quality(tables, schemas, day)
    values = [
        f"{value:.0f}" if measure.endswith("_days") else f"{value:.1%}"
        for measure, value in zip(figures["measure"], figures["value"], strict=True)
    ]
    said = figures.assign(value=values).astype("str").to_numpy().tolist()
    yield "Quality figures", [tuple(figures.columns), *map(tuple, said)]
    if links:
        sources = tables["sources"].melt(id_vars="source_id", value_vars=["url", "archive_url"]).dropna(subset="value")
        dead = dead_links(sources["value"])
        cited = sources.groupby("value")["source_id"].agg(", ".join)
        rows: Rows = [("source", "address", "answer"), *((cited[link], link, why) for link, why in dead)]
        yield f"{len(dead)} of {sources['value'].nunique()} addresses do not answer", rows


def text(title: str, rows: Rows) -> str:
    """A part as plain text: nothing in it acts on a terminal."""
    return "\n".join([f"{title}:", *("  " + "  ".join(map(printable, row)) for row in rows), ""])


def markdown(title: str, rows: Rows) -> str:
    lines = ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    return "\n".join([f"## {title}", "", lines[0], "|" + "---|" * len(rows[0]), *lines[1:], ""])


def main(arguments: Iterable[str] | None = None, house: House = HERE) -> int:
    parser = argparse.ArgumentParser(prog="make report", description=__doc__)
    parser.add_argument("--today", type=date.fromisoformat, default=date.today(), help="another day, as 2026-11-22")
    parser.add_argument("--links", action="store_true", help="ask each address of a source whether it answers")
    parser.add_argument("--format", choices=("text", "markdown"), default="text")
    options = parser.parse_args(None if arguments is None else list(arguments))
    print_anything()
    report = run_checks(house)
    if report.failed:
        print(summary(report.findings))
        print("no report: mend the errors that `make check` shows first")
        return 1
    write = markdown if options.format == "markdown" else text
    for title, rows in sections(release_tables(report), report.contract.schemas, options.today, options.links):
        print(write(title, rows), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
