"""All checks of the data, in one run: contract, text, types, references, rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from scripts.lib.contract import Contract, check_contract
from scripts.lib.dictionary import data_dictionary
from scripts.lib.findings import ERROR, Finding, Tips, shown
from scripts.lib.paths import House
from scripts.lib.rules import RULES, rule_name
from scripts.lib.rules.problem import Tables, among_all
from scripts.lib.tables import Table, read_tables


@dataclass
class Report:
    """What a run found, and the tables it read on the way."""

    contract: Contract
    tables: dict[str, Table]
    findings: list[Finding] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return any(finding.severity == ERROR for finding in self.findings)


def run_checks(house: House) -> Report:
    """Check a checkout or a copy of one. Never stops at the first problem and never fails on bad data."""
    contract = check_contract(house)
    tables, findings = read_tables(house.root, contract.schemas)
    findings += contract.findings
    findings += _references(tables)
    findings += _rules(tables, contract)
    findings += _dictionary_is_fresh(house, contract)
    return Report(contract, tables, sorted(set(findings)))


def _references(tables: Mapping[str, Table]) -> Iterator[Finding]:
    """Each foreign key of the schemas names a row that is there; of tables that cannot be read nothing is said."""
    readable = {name: table.frame for name, table in tables.items() if table.rows.readable}
    tips = cache(lambda name: Tips(set(readable[name].iloc[:, 0].dropna())))
    for name, frame in readable.items():
        referring = [
            (table, key.column, table.frame[key.column].dropna())
            for table in tables.values()
            for key in table.schema.foreign_keys
            if key.table == name
        ]
        if not referring:
            continue
        retired = _successors(tables, name)
        found = among_all([cells for *_, cells in referring], frame.iloc[:, 0])
        for (table, column, cells), known in zip(referring, found, strict=True):
            for line, value in cells[~known].items():
                if line in table.rows.broken:
                    continue
                tip = f"; it was retired, type {shown(retired[value])}" if value in retired else tips(name)(value)
                message = f"{column} {shown(value)}: no such row in {name}{tip or '; add it there first'}"
                yield table.finding(line, column, "reference", message)


def _successors(tables: Mapping[str, Table], name: str) -> dict[str, str]:
    if "retired_ids" not in tables:
        return {}
    retired = tables["retired_ids"].frame
    rows = retired[(retired["table_name"] == name) & retired["successor_id"].notna()]
    return dict(zip(rows["row_id"], rows["successor_id"], strict=True))


def _rules(tables: Mapping[str, Table], contract: Contract) -> Iterator[Finding]:
    """Rules look across tables: they are run when all tables can be read, and it is said when they are not."""
    unread = [table.path for table in tables.values() if not table.rows.readable]
    if not contract.sound:
        unread.append("the descriptor or a schema")
    if unread:
        message = (
            f"the rules across tables were not run, since {' and '.join(unread)} cannot be read as it is; mend that"
        )
        yield Finding("data", 0, 0, "rules-not-run", message)
        return
    frames = Tables({name: table.frame for name, table in tables.items()}, contract.schemas)
    for rule in RULES:
        for problem in rule(frames):
            table = tables[problem.table]
            if problem.line not in table.rows.broken:
                yield table.finding(problem.line, problem.column, rule_name(rule), problem.message, problem.severity)


def _dictionary_is_fresh(house: House, contract: Contract) -> Iterator[Finding]:
    if not contract.sound:
        return
    wanted = data_dictionary(contract.schemas.values(), contract.derived.values())
    is_there = house.dictionary.is_file()
    if not is_there or house.dictionary.read_text(encoding="utf-8", errors="replace") != wanted:
        yield Finding("schemas/README.md", 0, 0, "dictionary", "not what the schemas say; run `make fmt`")
