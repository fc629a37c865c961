"""Cutting a release: what must hold before, what is made, and what must hold of what was made.

A release stands in dist/releases/<version>/ and is never written again. The folder is made aside and moved into
place whole, so that until then, whatever happens, everything is as it was.
"""

import json
import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pandas as pd

from lunar_timeline.schema import Schema
from scripts.lib.archive import write_zip
from scripts.lib.assemble import SinceLast, say, write_release
from scripts.lib.checks import run_checks
from scripts.lib.diff import Difference, difference
from scripts.lib.diff.levels import step
from scripts.lib.diff.report import change_line, printable, quoted
from scripts.lib.diff.sides import Side, git, read_base, read_checkout
from scripts.lib.files import folder_aside
from scripts.lib.findings import ERROR, shown
from scripts.lib.notes import release_notes
from scripts.lib.paths import House
from scripts.lib.release import checksums
from scripts.lib.verify import verify

Version = tuple[int, int, int]

_SHOWN = 20


class Refused(Exception):
    """No release was made; the message says why, and what to do."""


def cut(house: House) -> Path:
    """Make the release that pyproject.toml names; the folder in which it stands.

    Raises:
        Refused: something speaks against it. Nothing was changed.
        BlockingIOError: another release is being made.
        SideError: the last release cannot be read.
    """
    version = _version(house)
    place = releases(house) / house.version()
    commit = _clean_commit(house)
    _refuse_existing(house, place, commit)
    say("checking")
    report = run_checks(house)
    if report.failed:
        errors = [str(finding) for finding in report.findings if finding.severity == ERROR]
        raise Refused(_listed("the checks fail; mend the errors first", errors))
    say("comparing with the last release")
    head = read_checkout(house)
    found = _since_last(house, head, version)
    with folder_aside(place) as folder:
        changes = SinceLast(_changes_schema(), changes_table(found), release_notes(house.version(), found))
        tables = write_release(house, report, folder, changes)
        say("packing")
        write_zip(folder, folder / f"lunar-timeline-{house.version()}.zip")
        sums = folder / "SHA256SUMS"
        sums.unlink()  # it was that of the files in the zip, and lists itself never
        sums.write_bytes(checksums(folder))
        say("reading everything back")
        rows = {table: len(frame) for table, frame in tables.items()} | expected_rows(head, found)
        if problems := verify(folder, rows):
            raise Refused(_listed("what was made is not right, which is a fault of ours", problems))
        if _clean_commit(house) != commit:
            raise Refused("another commit was checked out meanwhile; run `make release` again")
        _refuse_existing(house, place, commit)
    return place


def releases(house: House) -> Path:
    return house.dist / "releases"


def _version(house: House) -> Version:
    version = _parsed(house.version())
    if version is None:
        raise Refused(f"the version in pyproject.toml, {shown(house.version())}, is not of the form 1.2.3")
    return version


def _parsed(text: str) -> Version | None:
    found = re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", text, re.ASCII)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


# What a file that git does not know would get into a release from.
_READ = ("data", "schemas", "docs", "lunar_timeline", "scripts")


def _clean_commit(house: House) -> str:
    """The commit that is checked out, if the files are those of it."""
    commit = git(house, "rev-parse", "--verify", "--quiet", "HEAD")
    top = git(house, "rev-parse", "--show-toplevel")
    if commit is None or top is None or Path(top.decode().rstrip("\n")).resolve() != house.root.resolve():
        raise Refused(f"{house.root} is no checkout of its own with a commit; a release is cut from a commit")
    changed = git(house, "status", "--porcelain", "--untracked-files=no") or b""
    strange = git(house, "status", "--porcelain", "--untracked-files=all", "--", *_READ) or b""
    lines = sorted({*changed.decode(errors="replace").splitlines(), *strange.decode(errors="replace").splitlines()})
    if lines:
        raise Refused(_listed("the checkout is not that of its commit; commit or remove", lines))
    return commit.decode().strip()


def _refuse_existing(house: House, place: Path, commit: str) -> None:
    if place.exists():
        raise Refused(f"{place.relative_to(house.root)} is there already, and a release is never overwritten")
    tag = f"v{place.name}"
    tagged = git(house, "rev-parse", "--verify", "--quiet", f"refs/tags/{tag}^{{commit}}")
    if tagged and tagged.decode().strip() != commit:
        raise Refused(f"the tag {tag} stands at another commit; raise the version in pyproject.toml")


def last_release(house: House) -> tuple[Version, str] | None:
    """Version and base of the last release: the newest folder of dist/releases, or the newest tag before HEAD.

    Raises:
        Refused: the checkout is shallow, so that tags may be missing.
    """
    if (git(house, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        raise Refused("the checkout is shallow, so the last release cannot be found; fetch all of its history")
    tags = (git(house, "tag", "--merged", "HEAD", "--list", "v*") or b"").decode().split()
    found = {version: tag for tag in tags if (version := _parsed(tag[1:])) and tag != f"v{house.version()}"}
    for folder in releases(house).glob("*/datapackage.json"):
        if version := _parsed(folder.parent.name):
            found[version] = str(folder.parent)
    return max(found.items(), default=None)


def _since_last(house: House, head: Side, version: Version) -> Difference | None:
    """The difference from the last release; None where there was none.

    Raises:
        Refused: the version is too small a step for it.
    """
    last = last_release(house)
    if last is None:
        return None
    before, now = (".".join(map(str, it)) for it in (last[0], version))
    if version <= last[0]:
        raise Refused(f"{before} was released already; raise the version in pyproject.toml above it")
    found = difference(read_base(last[1], house), head)
    made = step(last[0], version)
    if made < found.level:
        reasons = [change_line(it, quoted, printable) for it in found.needing(found.level)]
        message = (
            f"from {before} to {now} is a {made} step, and what changed needs a {found.level} one; "
            "raise the version in pyproject.toml. It is needed for"
        )
        raise Refused(_listed(message, reasons))
    return found


def _changes_schema() -> Schema:
    return Schema("changes", json.loads((files("scripts.lib") / "changes.json").read_text(encoding="utf-8")))


def changes_table(found: Difference | None) -> pd.DataFrame:
    """The rows of the table `changes`: a difference as data, without rows where there is none."""
    schema = _changes_schema()
    rows = [{name: getattr(change, name) or None for name in schema.columns} for change in found.rows] if found else []
    return pd.DataFrame(rows, columns=schema.columns).astype(schema.pandas_dtypes())


def expected_rows(head: Side, found: Difference | None) -> dict[str, int]:
    """How many rows each base table must have: those of the last release and what the difference explains."""
    if found is None:
        return {table: len(frame) for table, frame in head.tables.items()}
    rows = {table: len(found.base.tables.get(table, ())) for table in head.tables}
    for change in (change for change in found.rows if change.table_name in rows):
        rows[change.table_name] += {"added": 1, "changed": 0}.get(change.change, -1)
    return rows


def _listed(message: str, lines: Iterable[str]) -> str:
    lines = list(lines)
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([f"{message}:", *(f"  {line}" for line in [*lines[:_SHOWN], *more])])
