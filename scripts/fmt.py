"""Bring data/*.csv and the data dictionary into their one form.

What only changes the form is mended: byte order mark, line ends, padding, quoting, order of rows. A file
that is broken as text stays as it is, and the finding says what to mend by hand.
"""

import sys

from lunar_timeline.schema import Schema
from scripts.lib.contract import check_contract
from scripts.lib.dictionary import data_dictionary
from scripts.lib.files import write_aside
from scripts.lib.findings import Finding, print_anything
from scripts.lib.paths import HERE, House
from scripts.lib.text import STRUCTURAL, canonical, read_rows


def format_house(house: House) -> tuple[list[str], list[Finding]]:
    """Format a checkout.

    Returns:
        Paths that changed, and findings that keep a file as it is.
    """
    contract = check_contract(house)
    changed, findings = [], contract.findings
    for name, schema in contract.schemas.items():
        path = house.data / f"{name}.csv"
        if not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        formatted, found = _formatted(f"data/{name}.csv", content, schema)
        findings += found
        if formatted is not None and formatted != content:
            write_aside(path, formatted)
            changed.append(f"data/{name}.csv")
    if contract.sound:
        wanted = data_dictionary(contract.schemas.values(), contract.derived.values()).encode()
        if not house.dictionary.is_file() or house.dictionary.read_bytes() != wanted:
            write_aside(house.dictionary, wanted)
            changed.append("schemas/README.md")
    return changed, findings


def _formatted(path: str, content: bytes, schema: Schema) -> tuple[bytes | None, list[Finding]]:
    rows = read_rows(path, content, schema.columns)
    broken = [finding for finding in rows.findings if finding.rule in STRUCTURAL]
    return (None, broken) if broken else (canonical(rows.header, rows.cells, schema.primary_key), [])


def main() -> int:
    print_anything()
    changed, findings = format_house(HERE)
    for path in changed:
        print(f"formatted {path}")
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
