"""Time the package against its peers, in one run on one machine.

- our whole check against `frictionless validate` of the same package alone,
- `load` of every table against a bare `pandas.read_parquet`,
- an as-of read of the base tables against DuckDB queries that filter the same files by `known_on` (which is
  all that plain SQL does; ours also shows each cell as it was and follows the references),
- the whole `as_of`, derived tables included, and the whole build, which have no peer,

on the real data and on copies of them with new ids (all references kept). Each measurement has a process of
its own: its best time, and the most memory that the process ever held. A ratio above 1 means that the peer is
faster. The table is printed and written beside the release, dist/<version>-bench.md.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.lib.files import write_aside
from scripts.lib.paths import HERE, House

_DAY = "2021-03-16"
# What is compared -> (ours, the peer's or none); names of `_MEASURES`.
_COMPARISONS = {
    "check / frictionless validate": ("check", "frictionless"),
    "build": ("build", None),
    "load / pandas.read_parquet": ("load", "read_parquet"),
    "as-of, base tables / DuckDB": ("as_of_base", "duckdb"),
    "as_of, with derived tables": ("as_of", None),
}
_HEAD = ("what", "rows", "ours, s", "peer, s", "ratio", "µs a row", "ours, MB", "peer, MB")


# ---------------------------------------------------------------- what is measured: imports outside, work inside


def _check(house: House) -> Callable[[], object]:
    from scripts.lib.checks import run_checks

    return lambda: run_checks(house)


def _frictionless(house: House) -> Callable[[], object]:
    from scripts.lib.outsider import validate_as_outsider

    return lambda: validate_as_outsider(house.descriptor)


def _build(house: House) -> Callable[[], object]:
    command = [sys.executable, "-m", "scripts.build", "--root", str(house.root)]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _load(house: House) -> Callable[[], object]:
    lt = _package(house)
    return lambda: [lt.load(table) for table in lt.tables()]


def _read_parquet(house: House) -> Callable[[], object]:
    import pandas as pd

    paths = [_release(house) / f"{table}.parquet" for table in _package(house).tables()]
    return lambda: [pd.read_parquet(path) for path in paths]


def _as_of(house: House) -> Callable[[], object]:
    lt = _package(house)
    return lambda: lt.as_of(_DAY)


def _as_of_base(house: House) -> Callable[[], object]:
    from lunar_timeline.asof import as_of
    from lunar_timeline.schema import load_schemas

    lt, schemas = _package(house), load_schemas(house.schemas)
    return lambda: as_of({table: lt.load(table) for table in schemas}, schemas, _DAY)


def _duckdb(house: House) -> Callable[[], object]:
    import duckdb

    from lunar_timeline.schema import load_schemas

    queries = []
    for table, schema in load_schemas(house.schemas).items():
        query = f"select * from '{_release(house) / table}.parquet'"
        queries.append(query + (f" where known_on <= timestamp '{_DAY} 23:59:59'" if schema.known_on else ""))
    return lambda: [duckdb.execute(query).df() for query in queries]


def _release(house: House) -> Path:
    return house.dist / house.version()


def _package(house: House):
    os.environ["LUNAR_TIMELINE_RELEASE"] = str(_release(house))
    import lunar_timeline

    return lunar_timeline


_MEASURES = {
    "check": _check,
    "frictionless": _frictionless,
    "build": _build,
    "load": _load,
    "read_parquet": _read_parquet,
    "as_of_base": _as_of_base,
    "duckdb": _duckdb,
    "as_of": _as_of,
}


# ---------------------------------------------------------------- measuring


def _measure(what: str, house: House, repeat: int) -> dict[str, float]:
    """Best time of some runs, and the peak of memory of this process or of those that it starts."""
    work = _MEASURES[what](house)
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"seconds": min(times), "megabytes": peak / (1024 * 1024 if sys.platform == "darwin" else 1024)}


def _apart(what: str, root: Path, number: int) -> dict[str, float]:
    """Run one step in a process of its own. This one stays small: a new process takes over its peak."""
    command = [sys.executable, "-m", "scripts.bench", "--step", what, str(root), str(number)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _generate(target: Path, size: int) -> dict[str, float]:
    """Fill a folder with about so many rows; none of it but the real data is ever in memory."""
    from scripts.lib.generated import multiply, rows_of

    multiply(HERE, target, max(1, round(size / rows_of(HERE))))
    return {"rows": rows_of(House(target))}


def _compare(root: Path, rows: int, repeat: int, skipped: set[str]) -> Iterator[tuple[str, ...]]:
    """A row of the table for each comparison on one house."""
    for what, (ours, peer) in _COMPARISONS.items():
        if ours in skipped:
            continue
        mine = _apart(ours, root, 1 if ours == "build" else repeat)
        other = _apart(peer, root, repeat) if peer and peer not in skipped else None
        yield (
            what,
            str(rows),
            f"{mine['seconds']:.3f}",
            f"{other['seconds']:.3f}" if other else "",
            f"{mine['seconds'] / other['seconds']:.3f}" if other else "",
            f"{mine['seconds'] / rows * 1e6:.1f}",
            f"{mine['megabytes']:.0f}",
            f"{other['megabytes']:.0f}" if other else "",
        )


def _line(cells: tuple[str, ...]) -> str:
    first, *rest = cells
    return f"| {first:30} | " + " | ".join(f"{cell:>9}" for cell in rest) + " |"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000], help="rows beside the real data")
    parser.add_argument("--skip", nargs="*", default=[], choices=list(_MEASURES), help="what is not to be measured")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.step:
        what, root, number = options.step
        step = _generate(Path(root), int(number)) if what == "generate" else None
        print(json.dumps(step or _measure(what, House(Path(root)), int(number))))
        return 0
    lines = [_line(_HEAD), "|---" + "|--:" * (len(_HEAD) - 1) + "|"]
    print(*lines, sep="\n")
    seen = set()
    for size in sorted({0, *options.sizes}):
        with tempfile.TemporaryDirectory() as name:
            rows = int(_apart("generate", Path(name), size)["rows"])
            if rows in seen:  # the real data have as many
                continue
            seen.add(rows)
            for cells in _compare(Path(name), rows, 3 if rows < 50_000 else 1, set(options.skip)):
                lines.append(_line(cells))
                print(lines[-1], flush=True)
    HERE.dist.mkdir(exist_ok=True)
    path = HERE.dist / f"{HERE.version()}-bench.md"
    write_aside(path, ("\n".join(lines) + "\n").encode("utf-8"))
    print(f"written to {path.relative_to(HERE.root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
