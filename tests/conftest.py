"""Two tiers: seconds by default, everything with --runslow (as `make test` and CI do)."""

import shutil
from pathlib import Path

import pytest

from scripts.build import build
from scripts.lib.paths import HERE, House


def pytest_addoption(parser):
    parser.addoption("--runslow", action="store_true", help="run the thorough tests, too")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--runslow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="thorough; run with --runslow"))


def copy_house(target: Path) -> House:
    """A copy of all that the pipeline reads, to break or to build."""
    for name in ("data", "schemas", "docs", "lunar_timeline"):
        shutil.copytree(HERE.root / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "_release"))
    for name in ("datapackage.json", "pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA", "CITATION.cff"):
        shutil.copy(HERE.root / name, target / name)
    return House(target)


@pytest.fixture
def house(tmp_path) -> House:
    return copy_house(tmp_path)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> House:
    """A checkout with the sample as its data, one for all tests of a module: put back what you change."""
    from tests.small import small_house

    return small_house(tmp_path_factory.mktemp("small"))


@pytest.fixture
def restored(small):
    """The small house, which is as it was once more when the test ends."""
    folders = (small.root, small.data, small.schemas, small.derived_schemas)
    before = {path: path.read_bytes() for folder in folders for path in folder.iterdir() if path.is_file()}
    yield small
    for path, content in before.items():
        path.write_bytes(content)


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> Path:
    """The release folder, built from the real data once per run."""
    house = copy_house(tmp_path_factory.mktemp("house"))
    assert build(house) == 0
    return house.dist / house.version()


@pytest.fixture(scope="session")
def lt(release):
    """`lunar_timeline` reading the release that was built in this run."""
    import lunar_timeline

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUNAR_TIMELINE_RELEASE", str(release))
        yield lunar_timeline
