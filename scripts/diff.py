"""Compare the data with those of a release, a tag or a commit: what changed, and what that means for readers.

BASE is a release folder (`dist/releases/<version>`, `dist/<version>`), another checkout, or anything that names a
commit. What is compared with it is the checkout as it stands, committed or not. The exit code is 0 whatever
differs, and 2 where there is nothing to compare with. The level is decided by the rules at the top of
`scripts/lib/diff/levels.py`; the JSON is described in `scripts/lib/diff/report.py`.
"""

import argparse
import sys
from pathlib import Path

from scripts.lib.diff import difference
from scripts.lib.diff.report import FORMATS
from scripts.lib.diff.sides import SideError, read_base, read_checkout
from scripts.lib.findings import print_anything
from scripts.lib.paths import HERE, House


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make diff BASE=…", description=__doc__)
    parser.add_argument("base", help="a release folder, a tag or a commit")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--root", type=Path, default=HERE.root, help="the checkout to compare, this one by default")
    options = parser.parse_args(arguments)
    print_anything()
    house = House(options.root.resolve())
    try:
        found = difference(read_base(options.base, house), read_checkout(house))
    except SideError as error:
        print(error, file=sys.stderr)
        return 2
    print(FORMATS[options.format](found), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
