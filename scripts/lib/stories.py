"""Two pull requests, told with what the checks really say of them: for the contributors' page.

Each story changes a copy of the house by rows that are made of rows in it, so that it fits whatever the data hold.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from lunar_timeline import edtf
from scripts.lib.checks import Report, run_checks
from scripts.lib.diff import difference
from scripts.lib.diff.report import as_text
from scripts.lib.diff.sides import read_checkout
from scripts.lib.findings import summary
from scripts.lib.newrow import Cells, proposed_id, with_row
from scripts.lib.paths import House
from scripts.lib.rules.problem import latest
from scripts.lib.trial import copied, new_findings

Added = list[tuple[str, Cells]]

_NOTHING = "(these tables hold no row that the story could be made of)"


def stories(house: House, before: Report | None = None) -> dict[str, str]:
    """Placeholder -> text for a page.

    Args:
        house: its tables have no error.
        before: what the checks say of it, if they have been run.
    """
    before = before or run_checks(house)
    told = {"story_slip": _slip(before), "story_signatory": _signatory(before)}
    return {name: _tell(house, before, rows) if rows else _NOTHING for name, rows in told.items()}


def _tell(house: House, before: Report, rows: Added) -> str:
    """The lines that are added, what the checks say of them, and what readers would see otherwise."""
    lines = []
    with copied(house) as copy:
        for table, cells in rows:
            path = copy.data / f"{table}.csv"
            content = with_row(path.read_bytes(), before.contract.schemas[table], cells)
            added = set(content.decode().splitlines()) - set(path.read_text(encoding="utf-8").splitlines())
            lines += [f"data/{table}.csv", *(f"+ {line}" for line in sorted(added)), ""]
            path.write_bytes(content)
        after = run_checks(copy)
        findings = new_findings(before, after)
        lines += ["$ make check", *map(str, findings), summary(findings)]
        if not after.failed:
            lines += _difference(house, copy)
    return "\n".join(lines)


def _difference(one: House, other: House) -> list[str]:
    base = replace(read_checkout(one), name="main")
    text = as_text(difference(base, replace(read_checkout(other), name="your branch")))
    return ["", "$ make diff BASE=main", text.rstrip()]


def _slip(before: Report) -> Added:
    """The newest official date of what is still planned moves beyond its year, on the day after all was read."""
    planned = {row["milestone_id"] for row in _rows(before, "milestones") if row["status"] == "planned"}
    kind = {"voice": "official", "role": "target", "effect": "gives"}
    official = [row for row in _rows(before, "target_dates") if kind.items() <= row.items()]
    current = [row for row in official if row["milestone_id"] in planned]
    if not current:
        return []
    newest = _newest(current, "stated_on")
    last_read = _newest(_rows(before, "sources"), "read_on")["read_on"]
    day = str(edtf.parse(last_read).latest.date() + timedelta(days=1))
    year = edtf.parse(newest["target"]).latest.year + 1
    source = {
        "source_id": f"{newest['stated_by']}-{day}-invented",
        "title": "An invented announcement",
        "publisher": newest["stated_by"],
        "kind": "press_release",
        "published_on": day,
        "read_on": day,
        "language": "en",
        "url": "https://example.org/invented",
    }
    promise = {
        **{column: newest[column] for column in ("milestone_id", "stated_by", *kind)},
        "stated_on": day,
        "target_text": f"no earlier than {year}",
        "target": str(year),
        "qualifier": "no_earlier_than",
        "source_id": source["source_id"],
        "locator": "para. 1",
    }
    return [("sources", source), ("target_dates", _with_id(before, "target_dates", promise))]


def _signatory(before: Report) -> Added:
    """The newest signature of the Artemis Accords, entered once more with three mistakes."""
    wanted = {"agreement_id": "artemis-accords", "action": "signed"}
    signed = [row for row in _rows(before, "agreement_actions") if wanted.items() <= row.items()]
    if not signed:
        return []
    newest = _newest(signed, "done_on")
    names = {row["actor_id"]: row["name"].lower() for row in _rows(before, "actors")}
    day = edtf.parse(newest["done_on"]).latest
    wrong = {
        "actor_id": "-".join(re.findall("[a-z]+", names[newest["actor_id"]])),  # not its code
        "action": "sign",
        "done_on": f"{day:%d.%m.%Y}",
    }
    kept = {column: newest[column] for column in ("agreement_id", "source_id", "locator")}
    row_id = f"{newest['agreement_id']}-{day:%Y-%m-%d}-{wrong['actor_id']}-signed"
    return [("agreement_actions", {"action_id": row_id, **kept, **wrong})]


def _with_id(before: Report, table: str, cells: Cells) -> Cells:
    schema = before.contract.schemas[table]
    key = schema.primary_key[0]
    return cells | {key: proposed_id(schema, cells, set(before.tables[table].frame[key]))}


def _rows(before: Report, table: str) -> list[Cells]:
    rows = before.tables[table].rows
    return [dict(zip(rows.header, cells, strict=True)) for cells in rows.cells]


def _newest(rows: list[Cells], column: str) -> Cells:
    return max(rows, key=lambda row: latest(row[column] or None) or datetime.min)
