"""Fetching a release over HTTP, from a server of our own on the loopback."""

import functools
import hashlib
import http.server
import shutil
import sys
import threading
import zipfile

import pandas as pd
import pytest

from lunar_timeline import NoReleaseError, cite, load, tables
from lunar_timeline.fetch import fetch
from scripts.lib.paths import HERE
from scripts.lib.release import checksums

VERSION = HERE.version()


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("LUNAR_TIMELINE_BASE_URL", raising=False)


@pytest.fixture
def served(release, tmp_path):
    """(address, folder of the release behind it, paths that were asked for)."""
    root = tmp_path / "served"
    (root / VERSION).mkdir(parents=True)
    for path in [release / "datapackage.json", release / "SHA256SUMS", *release.glob("*.parquet")]:
        shutil.copy(path, root / VERSION)
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format, *arguments):
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=root))
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", root / VERSION, asked
    server.shutdown()
    thread.join()
    server.server_close()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_release_is_fetched_verified_and_read(served, tmp_path, release, capsys):
    address, folder, asked = served
    found = fetch(VERSION, address, digest(folder / "SHA256SUMS"), tmp_path / "cache")
    assert tables(release=found)[0] == "sources"
    for table in ("slips", "missions"):
        pd.testing.assert_frame_equal(load(table, release=found), pd.read_parquet(release / f"{table}.parquet"))
    assert VERSION in cite(release=found)
    assert {path.name for path in found.iterdir()} == {
        "SHA256SUMS",
        "datapackage.json",
        *(path.name for path in release.glob("*.parquet")),
    }
    assert not any(path.endswith((".zip", ".whl")) for path in asked)
    assert capsys.readouterr().err == ""


def test_what_is_in_the_cache_needs_no_network(served, tmp_path):
    address, folder, asked = served
    first = fetch(VERSION, address, cache=tmp_path / "cache")
    asked.clear()
    shutil.rmtree(folder)
    assert fetch(VERSION, address, cache=tmp_path / "cache") == first
    assert asked == []


def test_the_address_may_come_from_the_environment_and_name_the_folder(served, tmp_path, monkeypatch):
    address, folder, _ = served
    folder.rename(folder.with_name(f"v{VERSION}"))
    monkeypatch.setenv("LUNAR_TIMELINE_BASE_URL", f"{address}/v{{version}}/")
    assert len(load("missions", release=fetch(VERSION, cache=tmp_path / "cache")))


def test_a_damaged_cache_is_mended(served, tmp_path, release):
    address, _, _ = served
    found = fetch(VERSION, address, cache=tmp_path / "cache")
    (found / "slips.parquet").write_bytes(b"PAR1")
    fetch(VERSION, address, cache=tmp_path / "cache")
    assert digest(found / "slips.parquet") == digest(release / "slips.parquet")


def other_bytes(folder):
    (folder / "slips.parquet").write_bytes(b"PAR1")


def no_sums(folder):
    (folder / "SHA256SUMS").write_text("<html>Welcome</html>\n")


def other_version(folder):
    path = folder / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace(f'"version": "{VERSION}"', '"version": "9.9.9"'), "utf-8")
    (folder / "SHA256SUMS").unlink()
    (folder / "SHA256SUMS").write_bytes(checksums(folder))


def table_outside(folder):
    """A descriptor that would have the reader read ../../x.parquet."""
    path = folder / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace('"name": "slips"', '"name": "../../x"'), "utf-8")
    (folder / "SHA256SUMS").unlink()
    (folder / "SHA256SUMS").write_bytes(checksums(folder))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (other_bytes, "does not match the known hash"),
        (no_sums, "what was fetched as SHA256SUMS is not that of a release"),
        (other_version, "is version '9.9.9'"),
        (table_outside, r"tables of which its SHA256SUMS does not tell: \.\./\.\./x\.parquet"),
    ],
)
def test_what_is_not_the_release_is_refused(served, tmp_path, release, spoil, message):
    address, folder, _ = served
    spoil(folder)
    with pytest.raises(ValueError, match=message):
        fetch(VERSION, address, cache=tmp_path / "cache")
    # Nothing of it is taken for the release once the server has been mended.
    if spoil in (other_bytes, no_sums):
        for name in ("slips.parquet", "SHA256SUMS"):
            shutil.copy(release / name, folder)
        assert len(load("slips", release=fetch(VERSION, address, cache=tmp_path / "cache")))


def test_other_checksums_than_the_caller_knows_are_refused(served, tmp_path):
    with pytest.raises(ValueError, match="does not match the known hash"):
        fetch(VERSION, served[0], "0" * 64, tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.parquet"))


def test_names_in_the_checksums_lead_nowhere_else(served, tmp_path):
    address, folder, asked = served
    with (folder / "SHA256SUMS").open("a") as file:
        for name in ("../../../evil.parquet", "/tmp/evil.parquet", "a\\..\\evil.parquet", ".evil.parquet", "x.py"):
            file.write(f"{'0' * 64}  {name}\n")
    fetch(VERSION, address, cache=tmp_path / "cache")
    assert not list(tmp_path.rglob("*evil*")) and not any("evil" in path or "x.py" in path for path in asked)


def test_no_network_and_no_such_release_are_told(served, tmp_path):
    with pytest.raises(NoReleaseError, match=r"release 9\.9\.9 cannot be fetched from .*404.*leave out"):
        fetch("9.9.9", served[0], cache=tmp_path / "cache")
    with pytest.raises(NoReleaseError, match=r"cannot be fetched from http://127\.0\.0\.1:9/"):
        fetch(VERSION, "http://127.0.0.1:9", cache=tmp_path / "cache")


@pytest.mark.parametrize("version", ["../1.2.3", "1.2", "latest", "1.2.3\n", "1.2.3/..", ""])
def test_what_is_no_version_is_refused(version, tmp_path):
    with pytest.raises(ValueError, match="no version"):
        fetch(version, "http://127.0.0.1:9", cache=tmp_path)


@pytest.mark.parametrize("address", ["file:///etc", "ftp://127.0.0.1", "example.org", "https:///x"])
def test_what_is_no_address_is_refused(address, tmp_path):
    with pytest.raises(ValueError, match="no address that begins with"):
        fetch("1.2.3", address, cache=tmp_path)


def test_without_an_address_it_says_where_one_is_taken_from(tmp_path):
    with pytest.raises(ValueError, match="give base_url or set LUNAR_TIMELINE_BASE_URL"):
        fetch("1.2.3", cache=tmp_path)


def test_without_pooch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install 'lunar-timeline\[fetch\]'"):
        fetch("1.2.3", "http://127.0.0.1:9")


def test_the_wheel_is_small_and_asks_for_pandas_and_pyarrow_only(release):
    wheel = next(release.glob("*.whl"))
    assert wheel.stat().st_size < 2_000_000
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        metadata = packed.read(next(name for name in names if name.endswith("/METADATA"))).decode()
    assert {"lunar_timeline/py.typed", "lunar_timeline/fetch.py"} <= set(names)
    needed = [line.split(": ")[1] for line in metadata.splitlines() if line.startswith("Requires-Dist: ")]
    assert [text.split(">")[0] for text in needed if "extra ==" not in text] == ["pandas", "pyarrow"]
