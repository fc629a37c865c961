"""The release folder: whole, repeatable, and readable by others' tools."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from lunar_timeline.schema import load_schemas
from scripts.build import build
from scripts.fmt import format_house
from scripts.lib.files import folder_aside, write_aside
from scripts.lib.outsider import validate_as_outsider
from scripts.lib.paths import HERE
from tests.conftest import copy_house
from tests.test_hostile import edit_line

BASE = sorted(load_schemas(HERE.schemas))
DERIVED = sorted(load_schemas(HERE.derived_schemas))
ALL = BASE + DERIVED


def test_every_table_is_there_as_csv_and_parquet(release):
    names = {path.name for path in release.iterdir()}
    assert {f"{table}.{kind}" for table in ALL for kind in ("csv", "parquet")} <= names
    assert {"datapackage.json", "DICTIONARY.md", "LICENSE", "LICENSE-DATA", "CITATION.cff", "SHA256SUMS"} <= names


@pytest.mark.parametrize("table", ALL)
def test_csv_and_parquet_give_equal_frames(lt, release, table):
    """By plain `read_parquet`, and by `read_csv` as the README documents it."""
    parquet = pd.read_parquet(release / f"{table}.parquet")
    csv = pd.read_csv(release / f"{table}.csv", **lt.read_csv_options(table)).astype(lt.dtypes(table))
    pd.testing.assert_frame_equal(parquet, csv)
    assert not (parquet.dtypes == "object").any()


def test_the_dtypes_are_those_of_the_dictionary(lt):
    frame = lt.load("target_dates")
    assert frame["target_earliest"].dtype == "datetime64[us]"
    assert frame["confidence_pct"].dtype == "float64"
    assert frame["target"].dtype == "str"
    assert lt.load("missions")["is_crewed"].dtype == "boolean"
    assert lt.load("slips")["slip_days_min"].dtype == "Int64"


def test_na_stays_text(restored):
    """Namibia's old trap: a name that is NA is no missing value, neither in CSV nor in Parquet."""
    edit_line(restored, "aliases", lambda line: ",".join([*line.split(",")[:2], "NA", *line.split(",")[3:]]), line=2)
    format_house(restored)
    assert build(restored) == 0
    folder = restored.dist / restored.version()
    options = load_schemas(HERE.schemas)["aliases"].released().read_csv_options()
    for frame in (pd.read_parquet(folder / "aliases.parquet"), pd.read_csv(folder / "aliases.csv", **options)):
        assert (frame["alias"] == "NA").sum() == 1


@pytest.mark.parametrize("table", ["target_history", "missions", "membership_counts", "retired_ids"])
def test_duckdb_and_polars_read_the_parquet(release, table):
    import duckdb
    import polars

    path = release / f"{table}.parquet"
    expected = pd.read_parquet(path)
    for frame in (duckdb.read_parquet(str(path)).pl(), polars.read_parquet(path)):
        assert frame.columns == list(expected.columns)
        assert frame.height == len(expected)
        for column in expected:
            assert frame[column].null_count() == expected[column].isna().sum(), column


def test_bounds_are_those_of_the_qualifier(lt):
    frame = lt.load("target_dates")
    floors = frame[frame["qualifier"] == "no_earlier_than"]
    assert floors["target_latest"].isna().all()
    ceilings = frame[frame["qualifier"].isin(["no_later_than", "before"])]
    assert ceilings["target_earliest"].isna().all()
    assert ceilings["target_latest"].notna().all()


def test_the_descriptor_names_every_file_with_size_and_hash(release):
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    assert package["version"] == HERE.version()
    assert "created" not in package
    for resource in package["resources"]:
        content = (release / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert {resource["path"] for resource in package["resources"]} == {
        f"{table}.{kind}" for table in ALL for kind in ("csv", "parquet")
    }


@pytest.mark.slow
def test_frictionless_finds_the_release_and_the_source_valid(release):
    assert validate_as_outsider(release / "datapackage.json") == []
    assert validate_as_outsider(HERE.descriptor) == []


@pytest.mark.slow
def test_frictionless_sees_a_changed_byte(release, tmp_path):
    """A check that cannot fail is none."""
    for path in release.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    content = (tmp_path / "aliases.parquet").read_bytes()
    (tmp_path / "aliases.parquet").write_bytes(content[:-1] + b"X")
    assert validate_as_outsider(tmp_path / "datapackage.json")


def check_sums(folder):
    """A release is whole: every file is listed with the checksum that it has."""
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == files - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == listed[name] for name in listed)


def test_the_checksums_are_right(release):
    check_sums(release)


def test_no_placeholder_is_left_in_a_page(release):
    for page in (release / "docs").glob("*.md"):
        assert not re.search(r"\$[{\w]", page.read_text(encoding="utf-8")), page.name


def bytes_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_two_builds_in_two_folders_give_the_same_bytes(release, tmp_path):
    again = copy_house(tmp_path / "elsewhere")
    os.utime(again.descriptor, (0, 0))
    assert build(again) == 0
    assert bytes_of(release) == bytes_of(again.dist / again.version())


@pytest.mark.slow
def test_a_killed_build_leaves_a_whole_release(restored):
    """Killed before the move the former release stands, killed after it the new one; nothing between."""
    folder = restored.dist / restored.version()
    command = [sys.executable, "-m", "scripts.build", "--root", str(restored.root)]
    start = time.monotonic()
    subprocess.run(command, cwd=HERE.root, stdout=subprocess.DEVNULL, check=True)
    whole = time.monotonic() - start
    for share in (0.5, 0.8, 0.95, 1.0):
        before = bytes_of(folder)
        edit_line(restored, "date_words", lambda line: line.replace(".", "!.", 1), line=2)
        running = subprocess.Popen(command, cwd=HERE.root, stdout=subprocess.DEVNULL)
        time.sleep(share * whole)
        running.send_signal(signal.SIGKILL)
        running.wait()
        left = bytes_of(folder)
        source = (restored.data / "date_words.csv").read_bytes()
        assert left == before or left[Path("date_words.csv")].count(b"!") == source.count(b"!")
        check_sums(folder)
    # What the killed runs left aside is cleared by the next.
    assert build(restored) == 0
    assert bytes_of(folder)[Path("date_words.csv")].count(b"!") == source.count(b"!")
    assert sorted(path.name for path in restored.dist.iterdir()) == [".lock", restored.version()]


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path):
    place = tmp_path / "1.0"
    with folder_aside(place) as folder:
        (folder / "a").write_text("old")
    with pytest.raises(RuntimeError), folder_aside(place) as folder:
        (folder / "a").write_text("new")
        raise RuntimeError
    assert (place / "a").read_text() == "old"
    with folder_aside(place) as folder:
        (folder / "b").write_text("new")
    assert [path.name for path in place.iterdir()] == ["b"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "1.0"]


def test_a_folder_is_replaced_where_the_system_cannot_swap(tmp_path, monkeypatch):
    """Killed between the two renames the former folder stands under another name, and the next run puts it back."""
    monkeypatch.setattr("scripts.lib.files._swap", lambda one, other: False)
    place = tmp_path / "1.0"
    for text in ("one", "two"):
        with folder_aside(place) as folder:
            (folder / "a").write_text(text)
    assert (place / "a").read_text() == "two"
    place.rename(tmp_path / ".1.0.old")
    with pytest.raises(RuntimeError), folder_aside(place):
        raise RuntimeError
    assert (place / "a").read_text() == "two"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "1.0"]


def test_two_builds_at_once_do_not_meet(tmp_path):
    place = tmp_path / "1.0"
    with folder_aside(place) as folder:
        (folder / "a").write_text("first")
        with pytest.raises(BlockingIOError), folder_aside(place):
            pass
    assert (place / "a").read_text() == "first"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        write_aside(path, "not bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert [left.name for left in tmp_path.iterdir()] == ["a.csv"]


def test_nothing_is_built_from_wrong_data(house, capsys):
    edit_line(house, "missions", lambda line: line.replace("true", "perhaps").replace("false", "perhaps"))
    assert build(house) == 1
    assert not house.dist.exists()
    assert "nothing was built" in capsys.readouterr().out


@pytest.mark.slow
def test_the_wheel_reads_its_own_tables_offline(release, tmp_path):
    """Installed alone into a folder, with pandas and pyarrow beside it and nothing else of this project."""
    wheel = next(release.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert not any(name.startswith(("scripts/", "tests/")) for name in names)
    assert "lunar_timeline/py.typed" in names
    program = (
        "import sys, lunar_timeline as lt\n"
        "assert lt.__file__.startswith(sys.argv[1]), lt.__file__\n"
        "assert all(len(lt.load(table).columns) for table in lt.tables())\n"
        "print(len(lt.tables()), len(lt.as_of('2021-03-16')['missions']) > 0, lt.cite())\n"
        "assert not {'pandera', 'frictionless', 'scripts'} & set(sys.modules)\n"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{len(ALL)} True The lunar-timeline developers.")
    assert f"Version {HERE.version()}" in done.stdout
