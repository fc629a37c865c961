"""The wheel: the analyst's package with the released tables inside."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scripts.lib.paths import House

# The time of every file in the wheel: any fixed one will do, and it must not come from whoever builds.
_EPOCH = "1577836800"
_FILES = ("pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA")


def build_wheel(house: House, released: Iterable[Path], target: Path) -> None:
    """Build the wheel of a release into a folder; the same inputs give the same bytes.

    Args:
        house: the checkout whose `lunar_timeline` is packed.
        released: the files that go into it, Parquet and descriptor.
        target: the folder that takes the wheel.

    Raises:
        RuntimeError: the build backend failed; the message is its own.
    """
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        for file in _FILES:
            shutil.copy(house.root / file, stage / file)
        package = stage / "lunar_timeline"
        shutil.copytree(
            house.root / "lunar_timeline", package, ignore=shutil.ignore_patterns("__pycache__", "_release")
        )
        (package / "_release").mkdir()
        for path in released:
            shutil.copy(path, package / "_release" / path.name)
        # Modes are part of a wheel; a checkout's depend on the umask of whoever cloned it.
        for path in stage.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "hatchling",
                "build",
                "--target",
                "wheel",
                "--directory",
                str(target.resolve()),
            ],
            cwd=stage,
            env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"the wheel could not be built:\n{done.stdout}{done.stderr}")
