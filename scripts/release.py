"""Cut the release that pyproject.toml names: dist/releases/<version>/.

It is refused where the checkout is not that of its commit, a check finds an error, the version is too small a
step from the last release (the newest folder of dist/releases/, or the newest tag vX.Y.Z before HEAD), or the
version is released already. Everything is read back before it is moved into place, whole.
"""

import argparse
import sys
from pathlib import Path

from scripts.lib.assemble import say
from scripts.lib.cut import Refused, cut
from scripts.lib.diff.sides import SideError
from scripts.lib.findings import print_anything
from scripts.lib.paths import HERE, House


def release(house: House) -> int:
    """Cut the release; the exit code."""
    print_anything()
    try:
        place = cut(house)
    except (Refused, SideError) as refusal:
        say("")
        print(f"no release was made: {refusal}")
        return 1
    except BlockingIOError:
        say("")
        print("no release was made: another one is being made; wait for it to end")
        return 1
    say("")
    print(f"released {place.relative_to(house.root)}; what is left is to tag the commit v{place.name}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("--root", type=Path, default=HERE.root, help="the checkout to release, this one by default")
    return release(House(parser.parse_args(arguments).root.resolve()))


if __name__ == "__main__":
    sys.exit(main())
