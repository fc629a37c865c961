"""Check the data, then make the folder dist/<version>/: a development build, which the next one replaces.

Nothing is written while the checks find an error. The folder is made aside and moved into place whole:
a build that is killed leaves the former one as it was.
"""

import argparse
import sys
from pathlib import Path

from scripts.lib.assemble import say, write_release
from scripts.lib.checks import run_checks
from scripts.lib.files import folder_aside
from scripts.lib.findings import print_anything, summary
from scripts.lib.paths import HERE, House


def build(house: House) -> int:
    """Check and build; the exit code."""
    print_anything()
    say("checking")
    report = run_checks(house)
    if report.failed:
        for finding in report.findings:
            print(finding)
        print(summary(report.findings))
        print("nothing was built; mend the errors first")
        return 1
    target = house.dist / house.version()
    try:
        with folder_aside(target) as folder:
            write_release(house, report, folder)
    except BlockingIOError:
        print(f"another build is running in {house.dist}; wait for it to end")
        return 1
    say("")
    rows = sum(len(table.frame) for table in report.tables.values())
    print(f"built {target.relative_to(house.root)}: {len(report.tables)} base tables with {rows} rows")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make build", description=__doc__)
    parser.add_argument("--root", type=Path, default=HERE.root, help="the checkout to build, this one by default")
    return build(House(parser.parse_args(arguments).root.resolve()))


if __name__ == "__main__":
    sys.exit(main())
