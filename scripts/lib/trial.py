"""A change tried on a copy of the house: what the checks say of it that they did not say before."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.lib.checks import Report
from scripts.lib.findings import Finding
from scripts.lib.paths import House


@contextmanager
def copied(house: House) -> Iterator[House]:
    """A copy of what the checks read, to change at will; it goes when the block ends."""
    with tempfile.TemporaryDirectory() as name:
        copy = House(Path(name))
        shutil.copytree(house.data, copy.data)
        shutil.copytree(house.schemas, copy.schemas)
        for path in (house.descriptor, house.root / "pyproject.toml"):
            shutil.copy(path, copy.root / path.name)
        yield copy


def new_findings(before: Report, after: Report) -> list[Finding]:
    """What is found after a change and was not found before it, wherever the lines have moved to."""
    known = Counter((finding.path, finding.rule, finding.message) for finding in before.findings)
    found = []
    for finding in after.findings:
        told = (finding.path, finding.rule, finding.message)
        if known[told]:
            known[told] -= 1
        else:
            found.append(finding)
    return found
