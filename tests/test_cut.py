"""Cutting a release: what refuses it, what it holds, that it is read back, and that a kill leaves what stood."""

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import zipfile
from dataclasses import replace

import pandas as pd
import pytest

import lunar_timeline as lt
from scripts.lib import assemble, files
from scripts.lib import cut as cutting
from scripts.lib import verify as verifying
from scripts.lib.archive import files_of, write_zip
from scripts.lib.checks import run_checks
from scripts.lib.cut import Refused, changes_table, cut, last_release
from scripts.lib.diff import difference
from scripts.lib.diff.sides import read_base, read_checkout
from scripts.lib.notes import release_notes
from scripts.lib.paths import House
from scripts.release import main
from tests.small import commit, edit, run_git, set_version, small_house

STATED = {"milestone_id": "first-landing", "stated_on": "2024-01-02", "stated_by": "nasa", "voice": "official"}
STATED |= {
    "role": "target",
    "effect": "gives",
    "target_text": "early 2028",
    "target": "2028-37",
    "qualifier": "planned",
}
STATED_ID = "first-landing-2024-01-02-nasa-target"


def bytes_of(folder):
    return {name: path.read_bytes() for name, path in files_of(folder).items()}


@pytest.fixture(scope="session")
def first(tmp_path_factory):
    """A small checkout with its first release, made and read back as any other."""
    house = small_house(tmp_path_factory.mktemp("first"))
    assert main(["--root", str(house.root)]) == 0
    commit(house, tag="v0.1.0")
    return house


@pytest.fixture
def house(first, tmp_path):
    """A copy of it, in which a release is out and the next may be prepared."""
    return House(shutil.copytree(first.root, tmp_path / "house", symlinks=True))


@pytest.fixture
def second(house):
    """A target was added, and the version raised."""
    edit(house, "target_dates", STATED_ID, **STATED)
    set_version(house, "0.2.0")
    commit(house)
    return house


def folder_of(house, version):
    return house.dist / "releases" / version


# ---------------------------------------------------------------------- what a release holds


def test_the_first_release_says_so(first, monkeypatch):
    folder = folder_of(first, "0.1.0")
    assert "first release" in (folder / "NOTES.md").read_text(encoding="utf-8")
    assert (folder / "changes.csv").read_text() == "table_name,row_id,column_name,change,old,new\n"
    monkeypatch.setenv("LUNAR_TIMELINE_RELEASE", str(folder))
    changes = lt.load("changes")
    assert len(changes) == 0
    assert set(changes.dtypes) == {pd.StringDtype(na_value=float("nan"))}
    assert "missions" in lt.as_of("2024-01-01")
    assert "retired_ids" in lt.describe("changes").loc["change", "values"]["retired"]


def test_the_zip_holds_the_folder_and_depends_on_nothing_else(first, tmp_path):
    folder = folder_of(first, "0.1.0")
    with zipfile.ZipFile(folder / "lunar-timeline-0.1.0.zip") as packed:
        entries = packed.infolist()
        assert packed.testzip() is None
    names = [entry.filename.removeprefix("lunar-timeline-0.1.0/") for entry in entries]
    assert names == sorted(files_of(folder).keys() - {"lunar-timeline-0.1.0.zip"})
    assert {(entry.date_time, entry.create_system, entry.external_attr >> 16) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o100644)
    }
    for copy, mode in (("one", 0o600), ("other", 0o755)):
        copied = tmp_path / copy
        shutil.copytree(folder / "docs", copied)
        for path in copied.iterdir():
            path.chmod(mode)
            os.utime(path, (mode, mode))
        (tmp_path / f"zip-{copy}").mkdir()
        write_zip(copied, tmp_path / f"zip-{copy}" / "a.zip")
    assert (tmp_path / "zip-one" / "a.zip").read_bytes() == (tmp_path / "zip-other" / "a.zip").read_bytes()


def test_the_checksums_cover_every_file(first):
    folder = folder_of(first, "0.1.0")
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = dict(reversed(line.split("  ")) for line in lines)
    files = bytes_of(folder)
    assert listed == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"
    }


@pytest.mark.slow
def test_the_second_release_tells_what_changed_and_is_made_again_alike(second, tmp_path, quick):
    """Again in a fresh clone, where the last release is known by its tag only."""
    before = bytes_of(folder_of(second, "0.1.0"))
    place = cut(second)
    notes = (place / "NOTES.md").read_text(encoding="utf-8")
    future = "## Future dates\n\n- First landing, official target: no earlier than 2025 → 2028-37 (early 2028), slip\n"
    assert notes.index(future) < notes.index("## Rows added")
    changes = pd.read_parquet(place / "changes.parquet")
    assert changes.dropna(axis=1).to_dict("records") == [
        {"table_name": "target_dates", "row_id": STATED_ID, "change": "added"}
    ]
    resources = json.loads((place / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert {"changes", "changes_parquet"} <= {resource["name"] for resource in resources}
    assert bytes_of(folder_of(second, "0.1.0")) == before
    run_git(second, "clone", "--quiet", str(second.root), str(tmp_path / "clone"))
    assert bytes_of(cut(House(tmp_path / "clone"))) == bytes_of(place)


def test_the_notes_lead_with_the_future_and_show_data_as_text(house):
    edit(house, "target_dates", STATED_ID, **STATED)
    edit(house, "missions", "flown-1", name="<b>Flown</b>", launch_site="Pad 1", note="@all")
    edit(house, "mission_events", "flown-1-2023-05-04-landing", outcome="success")
    edit(house, "policies", "rider-2")
    schema = house.schemas / "missions.json"
    schema.write_text(schema.read_text(encoding="utf-8").replace('"Land."', '"Land softly."'), encoding="utf-8")
    found = difference(read_base("v0.1.0", house), read_checkout(house))
    notes = release_notes("1.0.0", found)
    titles = [line.removeprefix("## ") for line in notes.splitlines() if line.startswith("## ")]
    assert titles == [
        "Future dates",
        "Past facts that read otherwise",
        "Cells corrected",
        "Rows removed and ids retired",
        "Rows added and cells filled",
        "Structure",
    ]
    assert "- missions: changed `flown-1` `name`: `Flown 1` → `<b>Flown</b>`" in notes
    assert "&#60;b&#62;Flown" in notes
    assert "- missions: 2 filled" in notes
    assert "@all" not in notes
    assert "MAJOR" in notes
    same = difference(read_base("v0.1.0", house), read_base("HEAD", house))
    assert release_notes("0.1.1", same).endswith("those of 0.1.0.\n")
    assert list(changes_table(found)["change"].value_counts().sort_index().items()) == [
        ("added", 1),
        ("changed", 4),
        ("removed", 1),
    ]


# ---------------------------------------------------------------------- what refuses one


def dirty_tracked(house):
    edit(house, "missions", "flown-1", name="Other")


def untracked_in(folder):
    return lambda house: (house.root / folder / "new.md").write_text("x")


def committed(house, version, **changes):
    for table, (row_id, cells) in changes.items():
        edit(house, table, row_id, **cells)
    set_version(house, version)
    commit(house)


def tagged_elsewhere(house):
    run_git(house, "tag", "v0.2.0")
    committed(house, "0.2.0")


def shallow(house):
    committed(house, "0.2.0")
    head = run_git(house, "rev-parse", "HEAD").strip()
    (house.root / ".git" / "shallow").write_text(f"{head}\n")


def no_git(house):
    shutil.rmtree(house.root / ".git")


REMOVED = {"policies": ("rider-2", {})}
FILLED = {"missions": ("flown-1", {"launch_site": "Pad"})}
WRONG = {"missions": ("flown-1", {"goal": "moon"})}


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda house: None, "there already"),
        (dirty_tracked, "M data/missions.csv"),
        (untracked_in("data"), r"\?\? data/new.md"),
        (untracked_in("schemas"), r"\?\? schemas/new.md"),
        (untracked_in("docs"), r"\?\? docs/new.md"),
        (no_git, "no checkout"),
        (shallow, "shallow"),
        (tagged_elsewhere, "tag v0.2.0 stands at another commit"),
        (lambda house: committed(house, "0.2"), "not of the form"),
        (lambda house: committed(house, "0.2.0rc1"), "not of the form"),
        (lambda house: committed(house, "0.0.9"), "0.1.0 was released already"),
        (lambda house: committed(house, "0.2.0", **REMOVED), '(?s)MAJOR one.*policies: removed "rider-2"'),
        (lambda house: committed(house, "0.1.1", **FILLED), '(?s)MINOR one.*"flown-1" "launch_site": empty → "Pad"'),
        (lambda house: committed(house, "0.2.0", **WRONG), r"(?s)checks fail.*data/missions.csv:\d+:\d+: \[enum\]"),
    ],
)
def test_a_release_is_refused_with_the_reason(house, prepare, reason):
    prepare(house)
    before = bytes_of(house.dist)
    with pytest.raises(Refused, match=reason):
        cut(house)
    assert bytes_of(house.dist) == before


def test_the_command_prints_the_reason(house, capsys):
    assert main(["--root", str(house.root)]) == 1
    assert "no release was made: dist/releases/0.1.0 is there already" in capsys.readouterr().out


def test_a_file_that_no_release_reads_may_lie_about(house):
    (house.root / "notes-of-mine.txt").write_text("x")
    with pytest.raises(Refused, match="there already"):
        cut(house)


def test_a_clone_at_the_tag_of_a_release_cuts_it_again(first, tmp_path):
    run_git(first, "clone", "--quiet", "--branch", "v0.1.0", str(first.root), str(tmp_path / "clone"))
    assert last_release(House(tmp_path / "clone")) is None


def test_the_last_release_is_the_newest_folder_or_tag(house):
    assert last_release(house) == ((0, 1, 0), str(folder_of(house, "0.1.0")))
    set_version(house, "1.0.0")
    commit(house)
    for tag in ("v0.9.0", "v0.10.0", "v0.10.0-rc1", "vintage"):
        run_git(house, "tag", tag)
    assert last_release(house) == ((0, 10, 0), "v0.10.0")
    run_git(house, "checkout", "--quiet", "--detach", "HEAD~1")  # before those tags: they are no past of it
    assert last_release(house) == ((0, 1, 0), str(folder_of(house, "0.1.0")))
    shutil.copytree(folder_of(house, "0.1.0"), folder_of(house, "0.11.0"))
    assert last_release(house) == ((0, 11, 0), str(folder_of(house, "0.11.0")))
    (house.dist / "releases" / ".0.12.0.tmp-x").mkdir()
    assert last_release(house) == ((0, 11, 0), str(folder_of(house, "0.11.0")))


# ---------------------------------------------------------------------- read back


@pytest.fixture
def quick(monkeypatch):
    """Without the parts of the reading back that take seconds; the first release went through them."""
    monkeypatch.setattr(verifying, "_wheel", lambda folder, frames: [])
    monkeypatch.setattr(verifying, "validate_as_outsider", lambda descriptor: [])


def rows_of(folder):
    return {path.stem: len(pd.read_parquet(path)) for path in folder.glob("*.parquet")}


def rewrite(folder, table, change):
    """Change a table of a release, in both files."""
    frame = change(pd.read_parquet(folder / f"{table}.parquet"))
    frame.to_parquet(folder / f"{table}.parquet", index=False)
    frame.to_csv(folder / f"{table}.csv", index=False)


def append(name):
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + b"\n")


def cut_short(folder):
    rewrite(folder, "missions", lambda frame: frame.iloc[:-1])


def other_type(folder):
    frame = pd.read_parquet(folder / "missions.parquet")
    frame.astype({"is_crewed": "str"}).to_parquet(folder / "missions.parquet", index=False)


def cell_in_csv(folder):
    path = folder / "missions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Guest 1", "Guest 2"), encoding="utf-8")


def test_a_sound_release_is_not_blamed(first, quick):
    folder = folder_of(first, "0.1.0")
    assert verifying.verify(folder, rows_of(folder)) == []


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (cut_short, "missions: 3 rows, where there must be 4"),
        (lambda f: rewrite(f, "missions", lambda it: pd.concat([it, it[:1]])), "two rows have the key dropped-3"),
        (lambda f: rewrite(f, "missions", lambda it: it.assign(operator_id="nobody")), "nobody is no row of actors"),
        (lambda f: rewrite(f, "missions", lambda it: it.assign(name=None).astype({"name": "str"})), "name is empty"),
        (lambda f: rewrite(f, "missions", lambda it: it.drop(columns="note")), "not those of the descriptor"),
        (other_type, "is_crewed opens with another type"),
        (cell_in_csv, "missions: CSV and Parquet differ"),
        (append("NOTES.md"), "NOTES.md: not the file of which SHA256SUMS tells"),
        (append("NOTES.md"), "lunar-timeline-0.1.0.zip: NOTES.md is not the file of the folder"),
        (lambda f: (f / "LICENSE").unlink(), "LICENSE: in the folder or in SHA256SUMS"),
        (lambda f: (f / "extra").write_text("x"), "extra: in the folder or in SHA256SUMS"),
    ],
)
def test_a_spoilt_release_is_seen(first, tmp_path, quick, spoil, problem):
    rows = rows_of(folder_of(first, "0.1.0"))
    folder = shutil.copytree(folder_of(first, "0.1.0"), tmp_path / "0.1.0")
    spoil(folder)
    found = verifying.verify(folder, rows)
    assert any(problem in text for text in found), found


@pytest.mark.slow
def test_a_wheel_without_its_tables_is_seen(first, tmp_path):
    """Its other half, that a good wheel is read, is seen in every release that is made here."""
    folder = folder_of(first, "0.1.0")
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(tmp_path / wheel.name, "w") as new:
        for name in old.namelist():
            if not name.endswith("missions.parquet"):
                new.writestr(name, old.read(name))
    problems = list(verifying._wheel(tmp_path, {}))
    assert len(problems) == 1 and "cannot be installed and read" in problems[0]


def test_rows_that_the_last_release_had_do_not_vanish_unseen(second, quick, monkeypatch):
    """A fault between reading and writing: the release would be cut short, and everything in it would agree."""
    report = run_checks(second)
    aliases = report.tables["aliases"]
    report.tables["aliases"] = replace(aliases, frame=aliases.frame.iloc[:0])
    monkeypatch.setattr(cutting, "run_checks", lambda house: report)
    with pytest.raises(Refused, match="aliases: 0 rows, where there must be 1"):
        cut(second)
    assert not folder_of(second, "0.2.0").exists()


# ---------------------------------------------------------------------- killed


def kill(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)


def cut_and_die(house, place, report):
    """In a process of its own: the step at `place` is the last that is begun."""
    cutting.run_checks = lambda house: report
    cutting.verify = lambda folder, rows: []
    assemble.build_wheel = lambda house, released, target: None
    module, name = place
    setattr(module, name, kill)
    cut(house)


@pytest.mark.slow
def test_a_killed_release_leaves_what_stood(second, quick):
    before, report = bytes_of(folder_of(second, "0.1.0")), run_checks(second)
    for place in [(assemble, "json_bytes"), (cutting, "verify"), (files, "_move_into_place")]:
        process = multiprocessing.get_context("fork").Process(target=cut_and_die, args=(second, place, report))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL, place
        assert bytes_of(folder_of(second, "0.1.0")) == before
        assert not folder_of(second, "0.2.0").exists()
        assert last_release(second) == ((0, 1, 0), str(folder_of(second, "0.1.0")))
    assert main(["--root", str(second.root)]) == 0
    assert sorted(path.name for path in (second.dist / "releases").iterdir()) == [".lock", "0.1.0", "0.2.0"]


def test_a_step_that_fails_leaves_what_stood(second, monkeypatch):
    before = bytes_of(second.dist)
    report = run_checks(second)
    monkeypatch.setattr(cutting, "run_checks", lambda house: report)
    monkeypatch.setattr(cutting, "verify", lambda folder, rows: ["something"])
    with pytest.raises(Refused, match="something"):
        cut(second)
    assert bytes_of(second.dist) == before
