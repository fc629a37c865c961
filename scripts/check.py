"""Report everything that is wrong with the data, in one run.

Exit code 1 where there is an error; warnings alone give 0. The last check validates the package with
frictionless, as an outside reader would. `--format github` writes annotations, and a page into the file that
GITHUB_STEP_SUMMARY names; the form of `--format json` is told in scripts/lib/annotate.py.
"""

import argparse
import os
import sys
from pathlib import Path

from scripts.lib.annotate import PAGE_BYTES, as_json, log_lines, summary_page
from scripts.lib.changed_lines import changed_lines
from scripts.lib.checks import run_checks
from scripts.lib.findings import Finding, print_anything, summary
from scripts.lib.outsider import validate_as_outsider
from scripts.lib.paths import HERE, House


def check(house: House, full: bool = True) -> list[Finding]:
    """All findings; `full` adds the outside reader's, once our own checks find no error."""
    report = run_checks(house)
    findings = report.findings
    if full and not report.failed:
        findings = findings + validate_as_outsider(house.descriptor)
    return findings


def _write_page(path: Path, findings: list[Finding]) -> None:
    """Append to the host's page, which holds so much and no more."""
    written = path.stat().st_size if path.exists() else 0
    with path.open("a", encoding="utf-8") as file:
        file.write(summary_page(findings, PAGE_BYTES - written))


def main(arguments: list[str] | None = None, house: House = HERE) -> int:
    parser = argparse.ArgumentParser(prog="make check", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="leave the outside reader (frictionless) out")
    parser.add_argument("--format", choices=("text", "github", "json"), default="text")
    parser.add_argument("--changed-since", metavar="COMMIT", help="annotate the lines first that changed since then")
    options = parser.parse_args(arguments)
    print_anything()
    findings = check(house, full=not options.fast)
    match options.format:
        case "text":
            print(*findings, summary(findings), sep="\n")
        case "json":
            print(as_json(findings))
        case "github":
            changed = changed_lines(house.root, options.changed_since) if options.changed_since else {}
            print(*log_lines(findings, changed), sep="\n")
            if page := os.environ.get("GITHUB_STEP_SUMMARY"):
                _write_page(Path(page), findings)
    return int(any(finding.severity == "error" for finding in findings))


if __name__ == "__main__":
    sys.exit(main())
