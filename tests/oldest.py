"""What `make test-oldest` runs: the wheel of a build, with the oldest versions that it allows and nothing else.

No pytest here: the environment holds pandas, pyarrow and the wheel only.

    python -m tests.oldest pins         what to install, by pyproject.toml
    python -m tests.oldest version      the version that pyproject.toml names
    python tests/oldest.py try FOLDER   in the other environment: read the wheel's tables beside the folder's CSV
"""

import re
import sys
import tomllib
from importlib.metadata import requires, version
from pathlib import Path


def pins() -> list[str]:
    """The lower bounds of what the wheel needs, as the versions to install."""
    return [requirement.replace(">=", "==") for requirement in _project()["dependencies"]]


def _project() -> dict:
    return tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]


def try_wheel(folder: Path) -> None:
    """Every public function, on every table."""
    import pandas as pd

    import lunar_timeline as lt

    assert Path(lt.__file__).is_relative_to(sys.prefix), lt.__file__
    assert (Path(lt.__file__).parent / "py.typed").is_file()
    needed = [text for text in requires("lunar-timeline") or () if "extra ==" not in text]
    for name, oldest in (re.fullmatch(r"([a-z]+)>=([\d.]+)", text).groups() for text in needed):
        assert f"{version(name)}.".startswith(f"{oldest}."), f"{name} {version(name)} is not the oldest, {oldest}"
    for table in lt.tables():
        frame = lt.load(table)
        assert dict(frame.dtypes.astype("str")) == lt.dtypes(table), table
        csv = pd.read_csv(folder / f"{table}.csv", **lt.read_csv_options(table)).astype(lt.dtypes(table))
        pd.testing.assert_frame_equal(frame, csv)
        assert list(lt.describe(table).index) == list(frame.columns)
    for day in ("1900-01-01", "1959-06-30", "1970-01-01", "2021-03-16", "2026-11-22"):
        then = lt.as_of(day)
        assert list(then) == lt.tables()
        for table, frame in then.items():
            pd.testing.assert_series_equal(frame.dtypes, lt.load(table).dtypes, obj=table)
    try:
        lt.load("mission")
    except KeyError as error:
        assert "no table 'mission'" in str(error)
    else:
        raise AssertionError("a table that is not there was loaded")
    others = {"pandera", "frictionless", "pooch", "scripts"} & set(sys.modules)
    assert not others, others
    print(lt.cite())
    print(", ".join(f"{name} {version(name)}" for name in ("pandas", "pyarrow", "numpy")), "read every table")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["pins"]:
            print(*pins())
        case ["version"]:
            print(_project()["version"])
        case ["try", folder]:
            try_wheel(Path(folder))
        case _:
            sys.exit(__doc__)
