"""Report everything that is wrong with the data, in one run.

Exit code 1 where there is an error; warnings alone give 0. The last check validates the package with
frictionless, as an outside reader would.
"""

import argparse
import sys

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


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make check", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="leave the outside reader (frictionless) out")
    options = parser.parse_args(arguments)
    print_anything()
    findings = check(HERE, full=not options.fast)
    for finding in findings:
        print(finding)
    print(summary(findings))
    return int(any(finding.severity == "error" for finding in findings))


if __name__ == "__main__":
    sys.exit(main())
