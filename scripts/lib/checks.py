"""All checks of the data, in one run: contract, text, types, references, rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lunar_timeline.schema import Schema, load_schemas
from scripts.lib.contract import check_contract
from scripts.lib.dictionary import data_dictionary
from scripts.lib.findings import ERROR, Finding, did_you_mean, shown
from scripts.lib.paths import House
from scripts.lib.rules import RULES, rule_name
from scripts.lib.tables import Table, read_tables


@dataclass
class Report:
    """What a run found, and the tables it read on the way."""

    tables: dict[str, Table]
    schemas: dict[str, Schema]
    findings: list[Finding] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return any(finding.severity == ERROR for finding in self.findings)


def run_checks(house: House) -> Report:
    """Check a checkout or a copy of one. Never stops at the first problem and never fails on bad data."""
    schemas, findings = check_contract(house)
    tables, found = read_tables(house.root, schemas)
    findings += found
    findings += _references(tables)
    if set(tables) == set(load_schemas(house.schemas)):
        findings += _rules(tables)
    findings += _dictionary_is_fresh(house, schemas)
    return Report(tables, schemas, sorted(set(findings)))


def _references(tables: Mapping[str, Table]) -> Iterator[Finding]:
    """Each foreign key of the schemas names a row that is there."""
    for table in tables.values():
        for key in table.schema.foreign_keys:
            if key.table not in tables:
                continue
            ids = set(tables[key.table].frame[key.key].dropna())
            cells = table.frame[key.column].dropna()
            retired = _successors(tables, key.table)
            for line, value in cells[~cells.isin(ids)].items():
                if line in table.rows.broken:
                    continue
                tip = (
                    f"; it was retired, type {shown(retired[value])}" if value in retired else did_you_mean(value, ids)
                )
                message = f"{key.column} {shown(value)}: no such row in {key.table}{tip or '; add it there first'}"
                yield table.finding(line, key.column, "reference", message)


def _successors(tables: Mapping[str, Table], name: str) -> dict[str, str]:
    retired = tables["retired_ids"].frame if "retired_ids" in tables else None
    if retired is None:
        return {}
    rows = retired[(retired["table_name"] == name) & retired["successor_id"].notna()]
    return dict(zip(rows["row_id"], rows["successor_id"], strict=True))


def _rules(tables: Mapping[str, Table]) -> Iterator[Finding]:
    frames = {name: table.frame for name, table in tables.items()}
    for rule in RULES:
        for problem in rule(frames):
            table = tables[problem.table]
            if problem.line not in table.rows.broken:
                yield table.finding(problem.line, problem.column, rule_name(rule), problem.message, problem.severity)


def _dictionary_is_fresh(house: House, schemas: Mapping[str, Schema]) -> Iterator[Finding]:
    wanted = data_dictionary(schemas.values(), load_schemas(house.derived_schemas).values())
    has = house.dictionary.read_text(encoding="utf-8") if house.dictionary.is_file() else ""
    if has != wanted:
        yield Finding("schemas/README.md", 0, 0, "dictionary", "not what the schemas say; run `make fmt`")
